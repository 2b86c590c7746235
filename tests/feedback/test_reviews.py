"""Each side's review of what the other owes it: blind, final, side by side after the reveal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape

from feedback import services
from feedback.models import Answer, CheckIn, Reviews
from tests.factories import (
    make_amended_tour,
    make_checkin,
    make_entry,
    make_promise,
    make_release,
    make_signed_tour,
)
from tests.feedback.conftest import TODAY
from tests.refusing import refused
from tours.models import Promise, Side

pytestmark = pytest.mark.usefixtures("no_missing_words")

SEAT, TALK, PAGE = "A seat in the round.", "A talk in May.", "A page on how it went."
DUE = TODAY.date() + timedelta(days=30)
JSON = {"Accept": "application/json"}


@pytest.fixture
def promising(cast, today) -> CheckIn:
    """The company owes two promises by the terms in force, the employee one."""
    promises = [{"what": what, "due_on": DUE} for what in (SEAT, TALK)]
    mine = {"what": PAGE, "due_on": DUE, "owed_by": Side.EMPLOYEE}
    return make_checkin(make_signed_tour(cast.alice, cast.bob, promises=[*promises, mine]), TODAY.date())


def url(checkin: CheckIn) -> str:
    return reverse("checkin", args=[checkin.pk])


def field(what: str) -> str:
    return f"promises_{Promise.objects.get(what=what).pk}"


def test_each_side_is_asked_about_what_the_other_owes(cast, as_, promising):
    alice, bob = as_(cast.alice).get(url(promising)).text, as_(cast.bob).get(url(promising)).text
    assert "How do you see what Bob Brand owes you, for the company?" in alice
    assert alice.count('class="review"') == 2
    assert all(what in alice for what in (SEAT, TALK))
    assert PAGE not in alice
    assert bob.count('class="review"') == 1
    assert PAGE in bob


def test_what_is_settled_or_carried_is_not_asked_about(cast, as_, promising):
    make_entry(Promise.objects.get(what=SEAT), "kept")
    page = as_(cast.alice).get(url(promising)).text
    assert page.count('class="review"') == 1
    assert SEAT not in page


def test_where_nothing_is_owed_one_line_says_so_and_nothing_is_missing(cast, as_, checkin, typed):
    page = as_(cast.alice).get(url(checkin)).text
    assert "Nothing is owed by the terms in force that has not been settled." in page
    assert as_(cast.alice).post(url(checkin), typed(checkin, 3, act="hand_in")).status_code == 302
    assert not Answer.objects.filter(question__key="promises").exists()


def test_a_draft_with_one_outlook_is_saved_and_comes_back(cast, as_, promising, typed):
    client = as_(cast.alice)
    sheet = typed(promising, "", **{field(SEAT): "at_risk", field(TALK): ""})
    assert client.post(url(promising), sheet, headers=JSON).json()["set"] == {"basis": 1}
    assert services.said(promising.sheets.get()) == {
        promising.question_set.questions.get(key="promises").pk: Reviews(
            {Promise.objects.get(what=SEAT).pk: "at_risk"}
        )
    }
    assert client.get(url(promising)).text.count(" checked") == 1


def test_handing_in_needs_an_outlook_of_each(cast, as_, promising, typed):
    sheet = typed(promising, 3, "Kept words", act="hand_in", **{field(TALK): ""})
    response = as_(cast.alice).post(url(promising), sheet)
    assert response.status_code == 400
    assert response.text.count("Choose one for each promise.") == 2
    assert 'href="#id_answer-promises"' in response.text
    assert response.text.count("Kept words") == 2
    assert not promising.sheets.exists()


@pytest.mark.parametrize("wrong", ["x", "ON_TRACK", "on_track\x00", "5", "x" * 5000])
def test_what_was_not_offered_is_refused(cast, as_, promising, typed, wrong):
    assert as_(cast.alice).post(url(promising), typed(promising, 3, outlook=wrong)).status_code == 400
    assert not promising.sheets.exists()


def test_after_the_reveal_both_stand_side_by_side_and_lead_to_the_ledger(cast, as_, promising, typed):
    as_(cast.alice).post(
        url(promising),
        typed(promising, 3, act="hand_in", **{field(SEAT): "not_kept", field(TALK): "cannot_say"}),
    )
    before = as_(cast.bob).get(url(promising)).text
    assert "Not kept</span>" not in before
    assert "Not kept" in as_(cast.alice).get(url(promising)).text  # what she handed in
    after = as_(cast.bob).post(
        url(promising), typed(promising, 3, act="hand_in", **{field(PAGE): "at_risk"}), follow=True
    )
    bobs, alices = after.context["reviews"]
    assert [(promise.what, outlook) for promise, outlook in bobs.lines] == [(PAGE, "at_risk")]
    assert {promise.what: str(outlook) for promise, outlook in alices.lines} == {
        SEAT: "not_kept",
        TALK: "cannot_say",
    }
    assert f'{promising.tour.along_url}#ledger"' in after.text


def test_whom_it_is_released_to_reads_both(cast, as_, promising, typed):
    for person in (cast.alice, cast.bob):
        as_(person).post(url(promising), typed(promising, 3, act="hand_in", outlook="at_risk"))
    assert as_(cast.carol).get(url(promising)).status_code == 404
    make_release(promising, cast.carol)
    page = as_(cast.carol).get(url(promising)).text
    assert all(what in page for what in (SEAT, TALK, PAGE))
    assert page.count("At risk") == 3


def test_a_second_window_is_shown_which_promise_differs(cast, as_, promising, typed):
    client = as_(cast.alice)
    client.post(url(promising), typed(promising, 3, **{field(SEAT): "at_risk"}))
    response = client.post(url(promising), typed(promising, 3, **{field(SEAT): "on_track"}))
    assert response.status_code == 409
    assert SEAT in response.text
    assert "<del>" in response.text


def test_what_was_renegotiated_since_is_no_longer_answered(cast, as_, promising, typed):
    """A draft about a promise that newer terms word anew says nothing about it any more."""
    client = as_(cast.alice)
    client.post(url(promising), typed(promising, 3, outlook="not_kept"))
    tour = make_amended_tour(promising.tour)
    promising.tour.refresh_from_db()
    assert 'class="review"' not in client.get(url(promising)).text
    assert client.post(url(promising), typed(promising, 3, basis=1, act="hand_in")).status_code == 302
    assert tour.in_force_id == promising.tour.in_force_id
    assert not Answer.objects.filter(promise__isnull=False).exclude(choice="").exists()
    assert "Not kept" not in client.get(url(promising)).text


@pytest.mark.parametrize("what", ["<script>alert(1)</script>", "\u202eשלום مرحبا 🧨", "x" * 20_000])
def test_hostile_promises_are_shown_as_they_are(cast, as_, today, what):
    tour = make_signed_tour(cast.alice, cast.bob, promises=[{"what": what, "due_on": DUE}])
    assert escape(what) in as_(cast.alice).get(url(make_checkin(tour, TODAY.date()))).text


def test_the_database_knows_whose_promise_it_is(cast, promising, typed):
    services.save_draft(promising, actor=cast.alice, basis=0, answers={}, now=TODAY)
    sheet = promising.sheets.get()
    question = promising.question_set.questions.get(key="promises")
    seat, page = (Promise.objects.get(what=what) for what in (SEAT, PAGE))
    elsewhere = make_signed_tour(cast.mallory, cast.dan, promises=[{"due_on": DUE}])
    draft = make_promise(
        make_amended_tour(make_signed_tour(cast.alice, cast.bob)).versions.create(
            number=9,
            employee=cast.alice,
            manager=cast.bob,
            created_by=cast.bob,
            created_at=TODAY,
            starts_on=TODAY.date(),
        )
    )
    for promise in (page, elsewhere.in_force.promises.get(), draft):
        attack = {"sheet": sheet, "question": question, "promise": promise, "choice": "on_track"}
        refused(lambda attack=attack: Answer.objects.create(**attack))
    other = promising.question_set.questions.get(key="unsaid")
    refused(lambda: Answer.objects.create(sheet=sheet, question=other, promise=seat, choice="on_track"))
    refused(lambda: Answer.objects.create(sheet=sheet, question=question, promise=seat, choice="fine"))
    refused(lambda: Answer.objects.create(sheet=sheet, question=question, promise=seat, text="Words"))
    Answer.objects.create(sheet=sheet, question=question, promise=seat, choice="on_track")
    refused(lambda: Answer.objects.create(sheet=sheet, question=question, promise=seat, choice="at_risk"))


def test_an_outlook_handed_in_never_changes(cast, as_, promising, typed):
    as_(cast.alice).post(url(promising), typed(promising, 3, act="hand_in"))
    rows = Answer.objects.filter(promise__isnull=False)
    assert rows.count() == 2
    refused(lambda: rows.update(choice="not_kept"))
    refused(rows.delete)


def test_it_takes_no_more_queries_to_read_or_to_save(cast, as_, promising, typed, statements):
    client = as_(cast.alice)
    as_(cast.bob).post(url(promising), typed(promising, 3, act="hand_in"))
    for basis, act in enumerate(("save", "save", "hand_in")):
        reading = statements(client, url(promising), has=SEAT)
        saving = statements(client, url(promising), typed(promising, basis + 2, act=act, basis=basis))
        assert len(reading) <= 8, "\n".join(reading)
        assert len(saving) <= 8, "\n".join(saving)
    assert len(statements(client, url(promising), has=SEAT)) <= 8
