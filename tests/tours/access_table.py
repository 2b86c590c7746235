from tests.access import ALL, Page

ACCESS = {
    "tours": Page(get=ALL),
    "without_tour": Page(get="heidi"),
    "tour_new": Page(get="alice bob carol nina", post="alice bob carol nina"),
    "tour": Page(get="alice bob carol heidi", args=lambda w: {"pk": w.tour.pk}),
    "tour_along": Page(get="alice bob heidi", args=lambda w: {"pk": w.tour.pk}),
    "tour_history": Page(get="alice bob heidi", args=lambda w: {"pk": w.tour.pk}),
    "tour_calendar": Page(get="alice bob", args=lambda w: {"pk": w.tour.pk}, for_people=False),
    "calendar_feed": Page(get=ALL, args=lambda w: {"token": w.calendar}, anonymous=True, for_people=False),
    "story": Page(get="alice bob heidi", args=lambda w: {"pk": w.cast.alice.pk}),
    "my_calendar": Page(get=ALL, post=ALL),
    "my_calendar_revoke": Page(post=ALL),
    "terms_edit": Page(get="bob", post="bob", args=lambda w: {"pk": w.draft.pk}),
    "draft_throw_away": Page(get="bob", post="bob", args=lambda w: {"pk": w.draft.pk}),
    "tour_type": Page(get="bob", post="bob", args=lambda w: {"pk": w.draft.pk}),
    "tour_follow_up": Page(get="alice bob", post="alice bob", args=lambda w: {"pk": w.ending.pk}),
    "tour_reaffirm": Page(get="alice bob", post="alice bob", args=lambda w: {"pk": w.handed_over.pk}),
    "tour_withdraw": Page(get="bob", post="alice bob", args=lambda w: {"pk": w.proposed.pk, "number": 1}),
    "terms_version": Page(get="alice bob heidi", args=lambda w: {"pk": w.tour.pk, "number": 1}),
    "terms_changes": Page(get="alice bob heidi", args=lambda w: {"pk": w.changed.pk, "number": 2}),
    "terms_preview": Page(get="bob", args=lambda w: {"pk": w.draft.pk}),
    "terms_pdf": Page(get="alice bob heidi", args=lambda w: {"pk": w.tour.pk, "number": 1}, for_people=False),
    "terms_text": Page(
        get="alice bob heidi", args=lambda w: {"pk": w.tour.pk, "number": 1}, for_people=False
    ),
    "tour_changes": Page(get="alice bob heidi", args=lambda w: {"pk": w.changed.pk}),
    "tour_amend": Page(get="alice bob", post="alice bob", args=lambda w: {"pk": w.tour.pk}),
    "tour_extend": Page(get="alice bob", post="alice bob", args=lambda w: {"pk": w.tour.pk}),
    "tour_end_early": Page(get="alice bob", post="alice bob", args=lambda w: {"pk": w.tour.pk}),
    "tour_end_words": Page(get="alice", post="alice bob", args=lambda w: {"pk": w.ended.pk}),
    "terms_comment": Page(
        get="alice bob", post="alice bob", args=lambda w: {"pk": w.proposed.pk, "number": 1}
    ),
    "terms_sign": Page(post="alice bob", args=lambda w: {"pk": w.proposed.pk, "number": 1}),
    "terms_revise": Page(post="alice bob", args=lambda w: {"pk": w.proposed.pk, "number": 1}),
    "terms_ask_for_change": Page(
        get="alice bob", post="alice bob", args=lambda w: {"pk": w.proposed.pk, "number": 1}
    ),
    "tour_decline": Page(
        get="alice bob", post="alice bob", args=lambda w: {"pk": w.proposed.pk, "number": 1}
    ),
    "next_step": Page(get="alice bob", post="alice bob", args=lambda w: {"pk": w.closing.pk}),
    "next_step_confirm": Page(post="alice bob", args=lambda w: {"pk": w.closing.pk, "step": w.step.pk}),
    "programmes": Page(get="bob carol heidi nina"),
    "programme_new": Page(get="heidi", post="heidi"),
    "programme": Page(get="bob carol heidi nina", args=lambda w: {"pk": w.programme.pk}),
    "programme_edit": Page(get="heidi", post="heidi", args=lambda w: {"pk": w.programme.pk}),
    "programme_copy": Page(post="heidi", args=lambda w: {"pk": w.programme.pk}),
    "programme_retire": Page(post="heidi", args=lambda w: {"pk": w.programme.pk}),
    "programme_bring_back": Page(post="heidi", args=lambda w: {"pk": w.programme.pk}),
    "programme_revision": Page(
        get="bob carol heidi nina", args=lambda w: {"pk": w.programme.pk, "number": 1}
    ),
    "programme_give": Page(
        get="heidi bob carol nina", post="heidi bob carol nina", args=lambda w: {"pk": w.programme.pk}
    ),
    "giving": Page(get="heidi", args=lambda w: {"pk": w.giving.pk}),
    "giving_progress": Page(get="heidi", args=lambda w: {"pk": w.giving.pk}, for_people=False),
    "giving_stop": Page(post="heidi", args=lambda w: {"pk": w.giving.pk}),
    "policy": Page(get="heidi alice bob carol dan mallory nina", post="heidi"),
    "promises": Page(get="heidi"),
    "promise_judge": Page(get="alice", post="alice", args=lambda w: {"pk": w.promise.pk}),
    "promise_done": Page(get="bob", post="bob", args=lambda w: {"pk": w.promise.pk}),
    "promise_drop": Page(get="alice bob", post="alice bob", args=lambda w: {"pk": w.promise.pk}),
    "promise_drop_answer": Page(get="bob", post="bob", args=lambda w: {"pk": w.wished.pk}),
    "promise_drop_take_back": Page(post="alice bob", args=lambda w: {"pk": w.wished.pk}),
}
