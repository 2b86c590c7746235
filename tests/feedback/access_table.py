from typing import Any

from tests.access import ALL, Page


def pk(world: Any) -> dict[str, Any]:
    return {"pk": world.checkin.pk}


def expectation(world: Any) -> dict[str, Any]:
    return {"pk": world.expectation.pk}


def gone(world: Any) -> dict[str, Any]:
    return {"pk": world.gone.pk}


ACCESS = {
    "checkins": Page(get=ALL),
    "checkin": Page(get="alice bob", post="alice bob", args=pk),
    "checkin_skip": Page(get="alice bob", post="alice bob", args=pk),
    "checkin_show": Page(post="alice bob", args=pk),
    "ahead": Page(get=ALL),
    "expectations": Page(get="heidi"),
    "expectation_new": Page(get="alice bob", post="alice bob"),
    "expectation": Page(get="alice bob", args=expectation),
    "expectation_answer": Page(get="bob", post="bob", args=expectation),
    "expectation_debrief": Page(get="bob", post="bob", args=expectation),
    "expectation_hear": Page(get="alice", post="alice", args=gone),
    "expectation_withdraw": Page(post="alice", args=expectation),
    "expectation_pass_on": Page(post="alice", args=expectation),
    "expectation_keep": Page(post="alice", args=expectation),
    "expectation_show_hr": Page(post="alice", args=expectation),
}
