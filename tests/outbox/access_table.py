from tests.access import ALL, Page

ACCESS = {
    "messages": Page(get="heidi"),
    "message_settle": Page(post="heidi", args=lambda w: {"pk": w.message.pk}),
    "occasions": Page(get="heidi"),
    "occasion": Page(get="heidi", args=lambda w: {"key": "tours.tour_ends"}),
    "occasions_for": Page(get="heidi", args=lambda w: {"pk": w.cast.alice.pk}),
    "notices": Page(get=ALL),
    "notices_read": Page(post=ALL),
    "notice": Page(get="alice", args=lambda w: {"pk": w.notice.pk}),
}
