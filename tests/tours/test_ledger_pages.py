"""The promises on the page of a tour, and the pages on which each side speaks of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from people.days import far
from people.models import Person
from people.services import set_manager
from tests.factories import TODAY, make_amended_tour, make_entry, make_signed_tour
from tests.sending import read, sent_again
from tours import services
from tours.models import LedgerEntry, Promise, Side, Tour

SPAN = {"starts_on": TODAY - timedelta(days=100), "ends_on": TODAY + timedelta(days=400)}
COMPANYS = {"what": "A seat in the architecture round.", "due_on": TODAY - timedelta(days=3)}
HERS = {"what": "A talk in spring.", "due_on": TODAY + timedelta(days=90), "owed_by": Side.EMPLOYEE}


@pytest.fixture
def tour(cast) -> Tour:
    return make_signed_tour(cast.alice, cast.bob, promises=[COMPANYS, HERS], **SPAN)


@pytest.fixture
def companys(tour) -> Promise:
    return tour.in_force.promises.get(owed_by=Side.MANAGER)


def place(promise: Promise, name: str) -> str:
    return reverse(f"promise_{name}", args=[promise.pk])


def shown(client, tour: Tour) -> str:
    return client.get(tour.along_url).content.decode()


def test_the_page_of_a_tour_says_how_its_promises_stand(cast, as_, tour):
    for who in (cast.alice, cast.bob, cast.heidi):
        page = shown(as_(who), tour)
        assert "What the company owes Alice" in page
        assert "What Alice owes the company" in page
        assert 'class="tag tag-wait">overdue' in page


def test_how_far_its_day_is_stands_behind_the_comma_of_the_readers_script(cast, as_, tour):
    for language, comma in (("en", ", "), ("ar", "، ")):
        Person.objects.filter(pk=cast.alice.pk).update(language=language)
        with override(language):
            assert f"2026{comma}{far(HERS['due_on'], TODAY)}" in shown(as_(cast.alice), tour)


def test_managers_above_learn_nothing_of_promises(cast, as_, tour, companys):
    make_entry(companys, "not_kept", words="Zebra")
    page = shown(as_(cast.carol), tour)
    assert "architecture round" not in page
    assert "Zebra" not in page
    assert "kept" not in page


def test_a_former_manager_reads_how_it_stood_when_they_handed_over(cast, as_, tour, companys):
    earlier = timezone.now() - timedelta(hours=1)
    services.judge(companys, True, "Thank you, Bob.", actor=cast.alice, now=earlier)
    set_manager(cast.alice, cast.carol, since=TODAY)
    newer = services.reaffirm(tour, "I stand by it.", actor=cast.carol, now=timezone.now())
    services.sign(newer, actor=cast.alice, now=timezone.now())
    services.judge(companys, False, "Gone again, Carol.", actor=cast.alice, now=timezone.now())
    page = shown(as_(cast.bob), tour)
    assert "Thank you, Bob." in page
    assert "Gone again" not in page
    assert "Gone again" in shown(as_(cast.carol), tour)


def test_hr_leaves_a_trace_and_has_nothing_to_do_here(cast, as_, tour):
    page = shown(as_(cast.heidi), tour)
    assert cast.alice.accesses.count() == 1
    assert "Judge it" not in page


def test_each_side_is_offered_what_is_theirs(cast, as_, tour, companys):
    assert place(companys, "judge") in shown(as_(cast.alice), tour)
    assert place(companys, "done") not in shown(as_(cast.alice), tour)
    assert place(companys, "judge") not in shown(as_(cast.bob), tour)
    assert place(companys, "done") in shown(as_(cast.bob), tour)


def test_a_verdict_is_said_and_revised_and_the_earlier_one_stays(cast, as_, tour, companys):
    client = as_(cast.alice)
    client.post(place(companys, "judge"), {"answer": "no", "words": "Two rounds passed without me."})
    at = place(companys, "judge")
    reply = client.post(at, read(client, at, answer="yes", words=""), follow=True)
    page = reply.content.decode()
    assert "Your judgement is in the ledger." in page
    assert '<q class="words" dir="auto">Two rounds passed without me.</q>' in page
    assert "One earlier word" in page
    assert [entry.kind for entry in LedgerEntry.objects.all()] == ["not_kept", "kept"]


@pytest.mark.parametrize("typed", [{"answer": ""}, {"answer": "maybe"}, {"answer": "no", "words": " \u200b"}])
def test_an_incomplete_verdict_is_shown_again(cast, as_, companys, typed):
    reply = as_(cast.alice).post(place(companys, "judge"), typed)
    assert reply.status_code == 400
    assert not LedgerEntry.objects.exists()


def test_what_is_not_due_yet_can_be_called_kept_alone(cast, as_, tour):
    hers = tour.in_force.promises.get(owed_by=Side.EMPLOYEE)
    page = as_(cast.bob).get(place(hers, "judge")).content.decode()
    assert 'value="yes"' in page
    assert 'value="no"' not in page
    assert "can be said from the day after" in page
    reply = as_(cast.bob).post(place(hers, "judge"), {"answer": "no", "words": "Nothing so far."})
    assert reply.status_code == 400
    assert "can be said from the day after" in reply.content.decode()
    assert not LedgerEntry.objects.exists()


def test_before_the_tour_begins_nothing_is_offered_to_be_judged(cast, as_):
    start = TODAY + timedelta(days=9)
    span = {"starts_on": start, "ends_on": start + timedelta(days=300)}
    tour = make_signed_tour(cast.alice, cast.bob, promises=[COMPANYS | {"due_on": start}], **span)
    promise = tour.in_force.promises.get()
    assert place(promise, "judge") not in shown(as_(cast.alice), tour)
    reply = as_(cast.alice).get(place(promise, "judge"))
    assert "once the tour has begun" in reply.content.decode()


def test_nothing_typed_is_lost(cast, as_, companys):
    reply = as_(cast.alice).post(place(companys, "judge"), {"words": "It rained."})
    assert "It rained." in reply.content.decode()


@pytest.mark.parametrize("who", ["bob", "carol", "dan", "heidi", "mallory"])
def test_nobody_else_judges_what_the_company_owes_her(cast, as_, companys, who):
    client = as_(getattr(cast, who))
    assert client.get(place(companys, "judge")).status_code == 404
    assert client.post(place(companys, "judge"), {"answer": "yes"}).status_code == 404
    assert not LedgerEntry.objects.exists()


def test_said_done_it_is_shown_to_whoever_judges(cast, as_, tour, companys):
    as_(cast.bob).post(place(companys, "done"), {"words": "See the invitation of Tuesday."})
    assert "See the invitation of Tuesday." in as_(cast.alice).get(place(companys, "judge")).content.decode()


def test_dropping_goes_by_asking_and_answering(cast, as_, tour, companys):
    as_(cast.bob).post(place(companys, "drop"), {"words": "The round is no more."})
    assert "The round is no more." in shown(as_(cast.alice), tour)
    alice, at = as_(cast.alice), place(companys, "drop_answer")
    alice.post(at, read(alice, at, answer="yes"))
    assert "dropped by agreement" in shown(as_(cast.bob), tour)


@pytest.mark.parametrize("name", ["judge", "done", "drop", "drop_answer", "drop_take_back"])
def test_a_double_click_says_it_once(cast, as_, companys, name):
    client, at = as_(cast.alice if name == "judge" else cast.bob), place(companys, name)
    if name in ("drop_answer", "drop_take_back"):
        make_entry(companys, "asked", side=Side.EMPLOYEE if name == "drop_answer" else Side.MANAGER)
    typed = {} if name == "drop_take_back" else read(client, at, answer="no", words="Narwhal.")
    replies = [client.post(at, typed) for _ in range(2)]
    assert [(reply.status_code, reply.url) for reply in replies] == [(302, replies[0].url)] * 2
    assert LedgerEntry.objects.exclude(words="So it is.").count() == 1
    if typed:
        assert client.post(at, typed | {"words": "Walrus."}).status_code == 400


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_who_read_another_wish_is_told_and_answers_what_is_asked_now(cast, as_, companys, answer):
    bob, alice, at = as_(cast.bob), as_(cast.alice), place(companys, "drop_answer")
    bob.post(place(companys, "drop"), {"words": "The round is no more."})
    typed = read(alice, at, answer=answer, words="Narwhal.")
    bob.post(place(companys, "drop_take_back"))
    bob.post(place(companys, "drop"), read(bob, place(companys, "drop"), words="It costs too much."))
    for sent in (typed, {"answer": answer, "words": "Narwhal."}):
        reply = alice.post(at, sent)
        assert reply.status_code == 400
        for words in ("Something else was recorded in the meantime.", "It costs too much.", "Narwhal."):
            assert words in reply.text
    assert not LedgerEntry.objects.filter(side="employee").exists()
    assert alice.post(at, sent_again(reply.text, answer=answer, words="Narwhal.")).status_code == 302
    answered = LedgerEntry.objects.get(side="employee")
    assert answered.answers.words == "It costs too much."


def test_nothing_is_judged_that_was_not_read(cast, as_, companys):
    alice, at = as_(cast.alice), place(companys, "judge")
    typed = read(alice, at, answer="no", words="Nothing came.")
    services.say_done(companys, "It stands in room 5.", actor=cast.bob, now=timezone.now())
    reply = alice.post(at, typed)
    assert reply.status_code == 400
    for words in ("Something else was recorded in the meantime.", "It stands in room 5.", "Nothing came."):
        assert words in reply.text
    assert not LedgerEntry.objects.filter(side="employee").exists()
    for _twice in range(2):  # a double click is none
        assert alice.post(at, sent_again(reply.text, answer="no", words="Not there.")).status_code == 302
    assert LedgerEntry.objects.filter(side="employee").count() == 1


@pytest.mark.parametrize("name", ["done", "drop"])
def test_nor_is_it_said_to_be_done_or_in_vain_past_what_was_said_since(cast, as_, companys, name):
    bob, at = as_(cast.bob), place(companys, name)
    typed = read(bob, at, words="Narwhal.")
    wish = make_entry(companys, "asked", words="Not needed.")
    make_entry(companys, "taken_back", answers=wish)
    reply = bob.post(at, typed)
    assert reply.status_code == 400
    assert "Something else was recorded in the meantime." in reply.text
    assert bob.post(at, sent_again(reply.text, words="Narwhal.")).status_code == 302


def test_a_wish_of_an_earlier_wording_that_counts_again_can_be_answered(cast, as_, tour, companys):
    same = {name: getattr(companys, name) for name in ("key", "owed_by", "what", "known_by")}
    services.ask_to_drop(companys, "Wish one.", actor=cast.bob, now=timezone.now())
    for due_on in (companys.due_on + timedelta(days=9), companys.due_on):
        make_amended_tour(tour, promises=[same | {"due_on": due_on}], **SPAN)
        if due_on != companys.due_on:
            between = tour.in_force.promises.get()
            services.ask_to_drop(between, "Wish two.", actor=cast.bob, now=timezone.now())
            services.take_back_drop(between, actor=cast.bob, now=timezone.now())
    alice, at = as_(cast.alice), place(tour.in_force.promises.get(), "drop_answer")
    assert alice.post(at, read(alice, at, answer="yes", words="Narwhal.")).status_code == 302
    assert LedgerEntry.objects.get(side="employee").answers.words == "Wish one."


def test_a_wish_is_taken_back(cast, as_, tour, companys):
    as_(cast.bob).post(place(companys, "drop"), {"words": "The round is no more."})
    assert f'action="{place(companys, "drop_take_back")}"' in shown(as_(cast.bob), tour)
    as_(cast.bob).post(place(companys, "drop_take_back"))
    assert place(companys, "drop") in shown(as_(cast.alice), tour)
    reply = as_(cast.alice).post(place(companys, "drop_answer"), {"answer": "yes"})
    assert reply.status_code == 400
    assert "answered in the meantime" in reply.content.decode()


def test_a_page_left_open_too_long_says_why_it_is_too_late(cast, as_, companys):
    make_entry(companys, "kept")
    reply = as_(cast.bob).get(place(companys, "done"))
    assert reply.status_code == 400
    assert "settled or answered in the meantime" in reply.content.decode()


def test_markup_in_words_is_shown_as_words(cast, as_, tour, companys):
    make_entry(companys, "not_kept", words="<b>no</b>")
    assert "&lt;b&gt;no&lt;/b&gt;" in shown(as_(cast.bob), tour)


def test_a_verdict_takes_eight_queries_and_as_many_for_many(cast, as_, statements):
    promises = [COMPANYS | {"what": f"Thing {n}."} for n in range(20)]
    tour = make_signed_tour(cast.alice, cast.bob, promises=promises, **SPAN)
    client = as_(cast.alice)
    for promise in tour.in_force.promises.all()[:3]:
        asked = statements(client, place(promise, "judge"), {"answer": "yes"})
        assert len(asked) <= 8, "\n".join(asked)


def test_twenty_promises_take_no_more_queries_than_three(cast, as_, statements):
    taken = []
    for number in (3, 20):
        promises = [COMPANYS | {"what": f"Thing {n}."} for n in range(number)]
        tour = make_signed_tour(cast.alice, cast.bob, promises=promises, **SPAN)
        for promise in tour.in_force.promises.all():
            make_entry(promise, "not_kept")
            make_entry(promise, "kept")
        client = as_(cast.alice)
        taken.append(len(statements(client, tour.along_url, has="judged it not kept")))
    assert shown(client, tour).count("judged it not kept") == 20
    assert taken[0] == taken[1] <= 8


class TestForHR:
    @pytest.fixture
    def late(self, cast) -> Tour:
        return make_signed_tour(
            cast.alice, cast.bob, promises=[COMPANYS | {"due_on": TODAY - timedelta(days=15)}], **SPAN
        )

    def test_hr_sees_counts_by_team(self, cast, as_, late):
        page = as_(cast.heidi).get(reverse("promises")).content.decode()
        assert "Engineering" in page
        assert "architecture round" not in page
        assert not cast.alice.accesses.exists()

    def test_what_waits_for_a_verdict_alone_is_told_apart(self, cast, as_, late):
        make_entry(late.in_force.promises.get(), "done")
        page = as_(cast.heidi).get(reverse("promises"))
        (team,) = page.context["teams"]
        assert (team.company, team.to_judge) == (0, 1)
        assert "Said to be done, not judged" in page.content.decode()
        assert as_(cast.heidi).get(reverse("tours") + "?show=promises").context["rows"] == []

    def test_the_list_of_tours_concerned_is_a_look_that_is_recorded(self, cast, as_, late, tour):
        page = as_(cast.heidi).get(reverse("tours") + "?show=promises")
        assert [found.pk for found, _status in page.context["rows"]] == [late.pk]
        assert cast.alice.accesses.get().what == f"tour {late.pk}"

    def test_managers_above_find_no_promises_in_lists(self, cast, as_, late):
        assert as_(cast.carol).get(reverse("tours") + "?show=promises").context["rows"] == []
        assert len(as_(cast.bob).get(reverse("tours") + "?show=promises").context["rows"]) == 1
