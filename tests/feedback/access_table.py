from typing import Any

from tests.access import ALL, Page


def pk(world: Any) -> dict[str, Any]:
    return {"pk": world.checkin.pk}


def revealed(world: Any) -> dict[str, Any]:
    return {"pk": world.revealed.pk}


def action(world: Any) -> dict[str, Any]:
    return {"pk": world.action.pk}


def tour(world: Any) -> dict[str, Any]:
    return {"pk": world.tour.pk}


def note(world: Any) -> dict[str, Any]:
    return {"pk": world.note.pk}


def expectation(world: Any) -> dict[str, Any]:
    return {"pk": world.expectation.pk}


def gone(world: Any) -> dict[str, Any]:
    return {"pk": world.gone.pk}


def alignment(world: Any) -> dict[str, Any]:
    return {"pk": world.alignment.pk}


def conversation(world: Any) -> dict[str, Any]:
    return {"pk": world.conversation.pk}


AT_WORK = ALL.removesuffix(" lea")

ACCESS = {
    "checkins": Page(get=ALL),
    "releases": Page(get="alice", post="alice", args=lambda w: {"pk": w.handed.pk}),
    "release_take_back": Page(post="alice", args=lambda w: {"pk": w.release.pk}),
    "checkin": Page(get="alice bob", post="alice bob", args=pk),
    "checkin_skip": Page(get="alice bob", post="alice bob", args=pk),
    "checkin_ask": Page(get=ALL, post=ALL),
    "checkin_ask_anew": Page(post="alice bob", args=pk),
    "checkin_move": Page(get="alice bob", post="alice bob", args=pk),
    "checkin_show": Page(post="alice bob", args=pk),
    "questions": Page(get="heidi"),
    "questions_edit": Page(get="heidi", post="heidi", args=lambda w: {"kind": "regular"}),
    "question_set": Page(get="heidi", args=lambda w: {"kind": "regular", "number": 1}),
    "over_time": Page(get=ALL),
    "tour_over_time": Page(get="alice bob dan", args=lambda w: {"pk": w.handed.pk}),
    "checkin_summary": Page(get="alice bob", args=revealed),
    "checkin_summary_write": Page(get="alice bob", post="alice bob", args=revealed),
    "checkin_summary_version": Page(get="alice bob", args=lambda w: {"pk": w.revealed.pk, "number": 1}),
    "checkin_action": Page(get="alice bob", post="alice bob", args=revealed),
    "action_done": Page(post="alice bob", args=action),
    "action_drop": Page(get="alice bob", post="alice bob", args=action),
    "action_reopen": Page(post="alice bob", args=action),
    "action_promise": Page(get="alice bob", post="alice bob", args=action),
    "tour_promise": Page(get="alice bob", post="alice bob", args=tour),
    "checkin_note": Page(get="alice bob", post="alice bob", args=revealed),
    "tour_note": Page(get="alice bob", post="alice bob", args=tour),
    "notes": Page(get=ALL, post=ALL),
    "note": Page(get="alice", post="alice", args=note),
    "note_delete": Page(post="alice", args=note),
    "ahead": Page(get=ALL),
    "alignment": Page(get=AT_WORK, post=AT_WORK),
    "alignment_share": Page(get=AT_WORK, post=AT_WORK, leads_on=AT_WORK),
    "alignment_shared": Page(get="bob alice", post="bob", args=alignment),
    "first_conversation": Page(get="bob alice", post="bob", args=conversation),
    "first_conversation_new": Page(get=AT_WORK, post=AT_WORK),
    "first_conversation_delete": Page(post="alice", args=conversation),
    "expectations": Page(get="heidi"),
    "expectation_new": Page(get="alice bob", post="alice bob"),
    "expectation": Page(get="alice bob", args=expectation),
    "expectation_answer": Page(get="bob", post="bob", args=expectation),
    "expectation_gone": Page(post="alice", args=expectation),
    "expectation_debrief": Page(get="bob", post="bob", args=expectation),
    "expectation_hear": Page(get="alice", post="alice", args=gone),
    "expectation_withdraw": Page(post="alice", args=expectation),
    "expectation_pass_on": Page(post="alice", args=expectation),
    "expectation_keep": Page(post="alice", args=expectation),
    "expectation_show_hr": Page(post="alice", args=expectation),
}
