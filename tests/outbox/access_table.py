from tests.access import ALL, Page

ACCESS = {
    "messages": Page(get="heidi"),
    "message_settle": Page(post="heidi", args=lambda w: {"pk": w.message.pk}),
    "notices": Page(get=ALL),
    "notices_read": Page(post=ALL),
    "notice": Page(get="alice", args=lambda w: {"pk": w.notice.pk}),
}
