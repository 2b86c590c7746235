"""The pages of a tour, as each of the cast sees them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from people.models import Access
from tests.factories import TODAY, make_promise, make_proposed_tour, make_signed_tour, make_terms, make_tour
from tours.models import Promise, Terms, Tour


def typed(**more) -> dict:
    """A whole form, as the browser sends it."""
    return {
        "revision": 0,
        "mission": "Open the Lisbon office.",
        "company_gain": "A team of eight in the time zone of our largest customer.",
        "employee_gain": "Hire a team of your own and lead it through its first year.",
        "starts_on": TODAY.isoformat(),
        "ends_on": (TODAY + timedelta(days=500)).isoformat(),
        "rhythm": 3,
        "promise-TOTAL_FORMS": 1,
        "promise-INITIAL_FORMS": 0,
        "promise-0-what": "Portuguese lessons, paid and in working hours.",
        "promise-0-owed_by": "manager",
        "promise-0-due_on": (TODAY + timedelta(days=60)).isoformat(),
        **more,
    }


@pytest.fixture
def draft(cast):
    return make_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + timedelta(days=300))


def edit(tour):
    return reverse("terms_edit", args=[tour.pk])


def test_a_manager_starts_a_tour_with_a_report(cast, as_):
    reply = as_(cast.bob).post(reverse("tour_new"), {"employee": cast.alice.pk, "type": "transformational"})
    assert reply.url == edit(Tour.objects.get())


def test_who_manages_nobody_has_no_page_to_define_a_tour(cast, as_):
    assert as_(cast.mallory).get(reverse("tour_new")).status_code == 404


def test_somebody_elses_report_is_no_choice(cast, as_):
    reply = as_(cast.carol).post(reverse("tour_new"), {"employee": cast.alice.pk, "type": "rotational"})
    assert reply.status_code == 400
    assert not Tour.objects.exists()


def test_a_draft_is_saved_with_its_promises(cast, as_, draft):
    reply = as_(cast.bob).post(edit(draft), typed(save=1, employee_gain=""))
    assert reply.status_code == 302
    terms = Terms.objects.get()
    assert (terms.mission, terms.employee_gain, terms.revision) == ("Open the Lisbon office.", "", 1)
    assert terms.promises.get().what.startswith("Portuguese")


def test_a_draft_is_its_authors_alone(cast, as_, draft):
    assert as_(cast.bob).get(draft.get_absolute_url()).status_code == 200
    for person in (cast.alice, cast.carol, cast.dan, cast.heidi, cast.mallory):
        assert as_(person).get(draft.get_absolute_url()).status_code == 404
        assert as_(person).get(edit(draft)).status_code == 404


def test_proposing_makes_it_readable_for_the_employee(cast, as_, draft):
    assert as_(cast.bob).post(edit(draft), typed(propose=1)).url == draft.get_absolute_url()
    page = as_(cast.alice).get(draft.get_absolute_url())
    assert "Open the Lisbon office." in page.content.decode()
    assert "Accept and sign version 1" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("employee_gain", "  ", "Say what Alice gains"),
        ("company_gain", "", "Say what the company gains"),
        ("mission", "", "Say what the mission is"),
        ("ends_on", "", "Give a date"),
        ("ends_on", "2020-01-01", "after the start"),
        ("ends_on", "soon", "Give a date."),
        ("mission", "x" * 20_000, "4000 fit"),
        ("promise-0-known_by", "x" * 501, "501 characters long; 500 fit"),
        ("promise-0-due_on", "", "Give a date."),
        ("promise-0-owed_by", "heidi", "valid choice"),
    ],
)
def test_what_cannot_be_proposed_is_said_beside_what_was_typed(cast, as_, draft, field, value, sentence):
    reply = as_(cast.bob).post(edit(draft), typed(propose=1, **{field: value}))
    assert reply.status_code == 400
    page = reply.content.decode()
    assert sentence in page
    assert "This cannot be proposed yet" in page
    assert "Portuguese lessons" in page
    assert Tour.objects.get().state == "draft"


@pytest.mark.parametrize(("days", "status"), [(500 + 90, 302), (500 + 91, 400)])
@pytest.mark.parametrize("button", ["save", "propose"])
def test_a_promise_is_due_by_when_it_can_still_be_judged(cast, as_, draft, days, status, button):
    due = {"promise-0-due_on": (TODAY + timedelta(days=days)).isoformat()}
    reply = as_(cast.bob).post(edit(draft), typed(**{button: 1}, **due))
    assert reply.status_code == status
    assert ("90 days after the tour nobody can judge a promise any more" in reply.text) == (status == 400)


def test_a_promise_that_a_shorter_tour_leaves_behind_is_saved_and_not_proposed(cast, as_, draft):
    as_(cast.bob).post(edit(draft), typed(save=1))
    key = str(Promise.objects.get().key)
    shorter = {"ends_on": (TODAY + timedelta(days=5)).isoformat()}
    far = {"promise-0-key": key, "promise-0-due_on": (TODAY + timedelta(days=96)).isoformat()}
    Promise.objects.update(due_on=TODAY + timedelta(days=96))
    assert as_(cast.bob).post(edit(draft), typed(save=1, revision=1, **shorter, **far)).status_code == 302
    assert as_(cast.bob).post(edit(draft), typed(propose=1, revision=2, **shorter, **far)).status_code == 400


def test_what_an_open_ended_tour_promises_is_due_on_any_day(cast, as_):
    far = {"promise-0-due_on": (TODAY + timedelta(days=3000)).isoformat()}
    draft = make_tour(
        cast.alice, cast.bob, type="foundational", ends_on=None, review_on=TODAY + timedelta(days=300)
    )
    review = {"review_on": (TODAY + timedelta(days=400)).isoformat()}
    assert as_(cast.bob).post(edit(draft), typed(propose=1, **review, **far)).status_code == 302


def test_a_promise_that_is_too_long_is_refused_and_kept(cast, as_, draft):
    reply = as_(cast.bob).post(edit(draft), typed(save=1, **{"promise-0-what": "x" * 4001}))
    assert reply.status_code == 400
    page = reply.content.decode()
    assert "This is 4001 characters long; 4000 fit." in page
    assert "x" * 4001 in page


def test_an_end_in_the_past_is_refused(cast, as_, draft):
    past = {
        "starts_on": (TODAY - timedelta(days=90)).isoformat(),
        "ends_on": (TODAY - timedelta(days=1)).isoformat(),
    }
    reply = as_(cast.bob).post(edit(draft), typed(propose=1, **past))
    assert reply.status_code == 400
    assert "Choose a day after today." in reply.content.decode()


def test_the_page_of_newer_terms_keeps_the_first_day_of_a_tour_that_has_begun(cast, as_):
    """Also where a day is sent all the same, or the draft is of the time before it began."""
    began, later = TODAY - timedelta(days=60), TODAY + timedelta(days=9)
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=began, ends_on=TODAY + timedelta(days=300))
    make_terms(tour, starts_on=later, ends_on=TODAY + timedelta(days=300), created_by=cast.bob)
    bob = as_(cast.bob)
    assert "The tour has begun, so its first day stays." in bob.get(edit(tour)).text
    reply = bob.post(edit(tour), typed(propose=1, reason="It grew.", starts_on=later.isoformat()))
    assert reply.url == tour.get_absolute_url()
    assert tour.versions.get(number=2, proposed_at__isnull=False).starts_on == began


def test_all_that_is_wrong_stands_in_one_place_and_names_its_promise(cast, as_, draft):
    wrong = {"mission": "", "promise-0-due_on": (TODAY - timedelta(days=9)).isoformat()}
    page = as_(cast.bob).post(edit(draft), typed(propose=1, **wrong)).content.decode()
    assert page.count('class="errors" role="alert" tabindex') == 1
    assert "This cannot be proposed yet" in page
    assert "cannot be saved" not in page
    named = (
        '“Portuguese lessons, paid and in working hours.”</bdi> · <a href="#id_promise-0-due_on">By when</a>'
    )
    assert named in page


def test_the_length_that_is_suggested_stays_beside_a_wrong_end(cast, as_, draft):
    wrong = typed(save=1, ends_on=TODAY.isoformat())
    assert "Suggested:" in as_(cast.bob).get(edit(draft)).content.decode()
    assert "Suggested:" in as_(cast.bob).post(edit(draft), wrong).content.decode()


def test_who_writes_their_own_tour_is_spoken_to(cast, as_):
    tour = make_tour(cast.alice, cast.bob, created_by=cast.alice)
    page = as_(cast.alice).get(edit(tour)).content.decode()
    for said in ("Version 1 of your tour", "tour with Bob Brand", "What you gain", "What you owe"):
        assert said in page
    for stranger in ("What Alice", "for Alice Ames", "tour with Alice"):
        assert stranger not in page


def test_a_second_tab_is_told_what_the_first_saved(cast, as_, draft):
    bob = as_(cast.bob)
    bob.post(edit(draft), typed(save=1, mission="From the first tab."))
    reply = bob.post(edit(draft), typed(save=1, mission="From the second tab."))
    page = reply.content.decode()
    assert reply.status_code == 400
    assert "saved in another window" in page
    assert "From the second tab." in page
    assert 'name="revision" value="1"' in page
    assert Terms.objects.get().mission == "From the first tab."


def test_signing_a_stale_version_in_a_second_tab_is_refused_with_the_reason(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob)
    alice = as_(cast.alice)
    alice.post(reverse("terms_ask_for_change", args=[tour.pk, 1]), {"words": "Start in May."})
    as_(cast.bob).post(edit(tour), typed(propose=1))
    reply = alice.post(reverse("terms_sign", args=[tour.pk, 1]))
    assert reply.status_code == 400
    assert "version 2 is on the table" in reply.content.decode()
    assert not tour.versions.get(number=1).signatures.exists()


def test_the_second_signature_before_the_start_says_when_it_begins(cast, as_):
    start = TODAY + timedelta(days=9)
    tour = make_proposed_tour(cast.alice, cast.bob, starts_on=start, ends_on=TODAY + timedelta(days=99))
    for person in (cast.alice, cast.bob):
        reply = as_(person).post(reverse("terms_sign", args=[tour.pk, 1]), follow=True)
    page = reply.content.decode()
    assert f"Signed by both of you. It begins on {date_format(start)}." in page
    assert "is in force" not in page


def test_both_sign_and_the_statement_says_so(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + timedelta(days=99))
    for person in (cast.alice, cast.bob):
        assert as_(person).post(reverse("terms_sign", args=[tour.pk, 1])).status_code == 302
    page = as_(cast.alice).get(tour.get_absolute_url()).content.decode()
    assert page.count("signed version 1 on") == 2
    assert "Runs until" in page


def test_a_double_click_on_sign_is_harmless(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob)
    alice = as_(cast.alice)
    for _ in range(2):
        assert alice.post(reverse("terms_sign", args=[tour.pk, 1])).status_code == 302
    assert tour.versions.get().signatures.count() == 1


def test_what_changed_is_shown_word_by_word(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob, mission="Lead the team.")
    as_(cast.alice).post(reverse("terms_ask_for_change", args=[tour.pk, 1]), {"words": "Say which."})
    as_(cast.bob).post(edit(tour), typed(propose=1, mission="Lead the Lisbon team."))
    page = as_(cast.alice).get(reverse("terms_changes", args=[tour.pk, 2])).content.decode()
    assert "<ins>" in page
    assert "Lisbon " in page


def test_either_side_is_offered_to_define_the_next_tour_inside_the_window(cast, as_):
    soon = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + timedelta(days=90))
    late = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + timedelta(days=900))
    offer = "Define the next tour"
    assert offer in as_(cast.bob).get(soon.get_absolute_url()).content.decode()
    assert offer not in as_(cast.bob).get(late.get_absolute_url()).content.decode()
    assert offer in as_(cast.alice).get(soon.get_absolute_url()).content.decode()
    assert offer not in as_(cast.heidi).get(soon.get_absolute_url()).content.decode()


def test_managers_above_see_that_there_is_a_tour_but_no_words(cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob, mission="Ours alone.")
    make_signed_tour(cast.bob, cast.carol)
    reply = as_(cast.carol).get(tour.get_absolute_url())
    assert reply.status_code == 200
    assert "Ours alone." not in reply.content.decode()
    assert as_(cast.carol).get(reverse("terms_version", args=[tour.pk, 1])).status_code == 404


def test_hr_reads_the_terms_and_the_employee_can_see_that(cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob, mission="Ours to read.")
    assert "Ours to read." in as_(cast.heidi).get(tour.get_absolute_url()).content.decode()
    assert Access.objects.get().viewer == cast.heidi
    as_(cast.alice).get(tour.get_absolute_url())
    assert Access.objects.count() == 1


def test_a_former_manager_and_a_stranger_are_told_nothing(cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob)
    for person in (cast.dan, cast.mallory):
        assert as_(person).get(tour.get_absolute_url()).status_code == 404


def test_markup_is_shown_as_text(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob, mission="<script>alert(1)</script> مهمة 🚀")
    page = as_(cast.alice).get(tour.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "مهمة 🚀" in page


def test_the_list_takes_the_same_queries_for_more_tours(cast, as_, statements):
    def count(tour: Tour) -> int:
        return len(statements(as_(cast.bob), reverse("tours"), has=tour.get_absolute_url()))

    few = count(make_signed_tour(cast.alice, cast.bob))
    for _ in range(10):
        tour = make_tour(cast.alice, cast.bob)
        make_promise(tour.versions.get())
    assert count(tour) == few


@pytest.mark.parametrize(
    "more",
    [
        {"employee_gain": "\u200b\u2800"},
        {"starts_on": "0001-01-01"},
        {"ends_on": "9999-12-31"},
        {"promise-0-due_on": "9999-12-31"},
        {"promise-0-what": "x" * 4001},
    ],
)
def test_unseen_blanks_absurd_days_and_endless_promises_are_no_terms(more, cast, as_, draft):
    assert as_(cast.bob).post(edit(draft), typed(propose=1, **more)).status_code == 400
    assert Tour.objects.get().state == Tour.State.DRAFT


def test_another_tours_promise_stays_as_it_is(cast, as_, draft):
    other = make_promise(make_tour(cast.mallory, cast.heidi).versions.get(), what="Theirs.")
    forged = {"promise-INITIAL_FORMS": 1, "promise-0-id": other.pk}
    as_(cast.bob).post(edit(draft), typed(save=1, **forged))
    other.refresh_from_db()
    assert (other.what, other.terms.tour.employee) == ("Theirs.", cast.mallory)


def test_a_thousand_promises_are_refused_without_laying_them_out(cast, as_, draft):
    reply = as_(cast.bob).post(edit(draft), typed(save=1, **{"promise-TOTAL_FORMS": 9999}))
    assert reply.status_code == 400
    assert len(reply.content) < 100_000


def test_whoever_asks_for_a_change_is_told_that_it_went_out_and_the_manager_reads_it_at_once(cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob)
    ask = reverse("terms_ask_for_change", args=[tour.pk, 1])
    reply = as_(cast.alice).post(ask, {"words": "Two weeks of training."}, follow=True)
    assert "Sent. Bob Brand writes the next version" in reply.content.decode()
    page = as_(cast.bob).get(tour.get_absolute_url()).content.decode()
    assert page.index("Two weeks of training.") < page.index("Statement of alliance</h1>")


@pytest.mark.parametrize(
    ("name", "side", "said"),
    [("tour_decline", "alice", "Declined. Bob Brand can read why."), ("tour_withdraw", "bob", "Withdrawn.")],
)
def test_what_ends_a_proposal_says_that_it_did(name, side, said, cast, as_):
    tour = make_proposed_tour(cast.alice, cast.bob)
    url = reverse(name, args=[tour.pk, 1])
    reply = as_(getattr(cast, side)).post(url, {"words": "Not now."}, follow=True)
    assert said in reply.content.decode()


def test_a_first_draft_can_be_given_up(cast, as_, draft):
    page = as_(cast.bob).get(draft.get_absolute_url()).content.decode()
    assert reverse("draft_throw_away", args=[draft.pk]) in page
    assert reverse("tour_withdraw", args=[draft.pk, 1]) not in page


def test_the_list_does_not_begin_with_what_came_to_nothing(cast, as_):
    running = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + timedelta(days=300))
    Tour.objects.filter(pk=make_proposed_tour(cast.alice, cast.bob).pk).update(state=Tour.State.DECLINED)
    rows = as_(cast.bob).get(reverse("tours")).context["rows"]
    assert next(tour.pk for tour, _status in rows) == running.pk
