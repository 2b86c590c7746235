from alliance_site.outbox.declining import one_click
from tests.access import ALL, Page


def _token(world) -> dict[str, str]:
    return {"token": one_click(world.cast.alice.pk, ["tours.tour_ends"]).rstrip("/").rsplit("/", 1)[-1]}


ACCESS = {
    "messages": Page(get="heidi"),
    "message_settle": Page(post="heidi", args=lambda w: {"pk": w.message.pk}),
    "messages_settle": Page(get="heidi", post="heidi", leads_on="heidi"),
    "occasions": Page(get="heidi"),
    "occasion": Page(get="heidi", args=lambda w: {"key": "tours.tour_ends"}),
    "occasions_for": Page(get="heidi", args=lambda w: {"pk": w.cast.alice.pk}),
    "notices": Page(get=ALL),
    "notices_read": Page(post=ALL),
    "notice": Page(get="alice", args=lambda w: {"pk": w.notice.pk}, leads_on="alice"),
    "sending": Page(get="heidi"),
    "sending_hold": Page(get="heidi", post="heidi"),
    "sending_release": Page(post="heidi"),
    "sending_doubts": Page(post="heidi"),
    "chat": Page(get="heidi", post="heidi"),
    "chat_end": Page(post="heidi", args=lambda w: {"pk": w.hook.pk}),
    "message_events": Page(for_people=False, anonymous=True),
    "letters_declined": Page(get=ALL, post=ALL, anonymous=True, args=_token),
}
