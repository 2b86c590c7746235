from tests.access import Page

ACCESS = {
    "messages": Page(get="heidi"),
    "message_settle": Page(post="heidi", args=lambda w: {"pk": w.message.pk}),
}
