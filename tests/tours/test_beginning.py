"""A tour begins with whose it is and of which kind, or out of the one before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from people.models import Employment, ReportingLine
from people.services import set_manager
from tests.factories import (
    TODAY,
    make_entry,
    make_line,
    make_promise,
    make_signed_tour,
    make_tour,
    propose,
    sign,
)
from tests.tours.test_views import edit, typed
from tours import services
from tours.models import Policy, Side, Terms, Tour

NEW = "/tours/new/"


@pytest.fixture
def draft(cast):
    return services.draft_tour(cast.alice, Tour.Type.TRANSFORMATIONAL, actor=cast.bob, now=timezone.now())


@pytest.fixture
def ending(cast):
    """Inside its next-tour window."""
    span = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY + timedelta(days=60)}
    return make_signed_tour(cast.alice, cast.bob, **span)


def begin(client, employee, type_="transformational"):
    return client.post(NEW, {"employee": employee.pk, "type": type_})


def test_who_chose_nobody_is_told_in_our_words(cast, as_):
    page = as_(cast.bob).post(NEW, {"employee": ""}).text
    assert "Choose one of these." in page
    assert "Choose the one that fits best." in page
    assert "This field is required" not in page


class TestBesideAnother:
    """Somebody has a tour already: the next begins after it, and where both run, it is said."""

    def test_it_begins_the_day_after_the_tour_that_runs(self, cast, as_, ending, draft):
        assert draft.versions.get().starts_on == ending.ends_on + timedelta(days=1)
        assert "already ha" not in as_(cast.bob).get(edit(draft)).content.decode()

    @pytest.mark.parametrize(
        ("who", "said"),
        [("alice", "You already have a tour until"), ("bob", "Alice already has a tour until")],
    )
    def test_where_both_run_at_once_it_is_said_and_never_refused(self, cast, as_, ending, who, said):
        client = as_(getattr(cast, who))
        draft = services.draft_tour(
            cast.alice, Tour.Type.ROTATIONAL, actor=getattr(cast, who), now=timezone.now()
        )
        assert client.post(edit(draft), typed(save=1)).status_code == 302
        assert f"{said} {date_format(ending.ends_on)}." in client.get(edit(draft)).content.decode()
        assert (
            client.post(edit(draft), typed(revision=1, propose=1, warned=1)).url == draft.get_absolute_url()
        )

    def test_one_without_an_end_is_said_too(self, cast, as_):
        make_signed_tour(
            cast.alice,
            cast.bob,
            type="foundational",
            starts_on=TODAY - timedelta(days=30),
            ends_on=None,
            review_on=TODAY + timedelta(days=300),
        )
        draft = services.draft_tour(cast.alice, Tour.Type.ROTATIONAL, actor=cast.bob, now=timezone.now())
        assert draft.versions.get().starts_on == TODAY
        assert "Alice already has a tour without an end." in as_(cast.bob).get(edit(draft)).content.decode()


class TestBegunTwice:
    def test_a_second_click_finds_what_the_first_began(self, cast, as_, draft):
        assert begin(as_(cast.bob), cast.alice).url == edit(draft)
        assert Tour.objects.count() == 1

    def test_an_old_draft_is_not_taken_up_for_a_new_one(self, cast, draft):
        """Its days would be those of another time."""
        later = timezone.now() + timedelta(days=40)
        new = services.draft_tour(cast.alice, draft.type, actor=cast.bob, now=later)
        assert new != draft
        assert new.versions.get().starts_on == later.date()

    def test_nor_is_one_with_a_manager_who_manages_no_longer(self, cast):
        now = timezone.now()
        own = services.draft_tour(cast.alice, Tour.Type.ROTATIONAL, actor=cast.alice, now=now)
        set_manager(cast.alice, cast.carol, since=TODAY)
        new = services.draft_tour(cast.alice, Tour.Type.ROTATIONAL, actor=cast.alice, now=now)
        assert (own.manager, new.manager) == (cast.bob, cast.carol)


class TestTheKind:
    def test_each_is_a_question_that_says_what_it_is_for_and_what_comes_after(self, cast, as_):
        page = as_(cast.bob).get(NEW).content.decode()
        for words in ("change both a career and the company?", "Scalability", "Adaptability", "Continuity"):
            assert words in page
        assert "Suggested: 36 months. Yours may be longer or shorter." in page

    def test_nothing_is_chosen_for_anybody(self, cast, as_):
        assert " checked" not in as_(cast.bob).get(NEW).content.decode()
        reply = as_(cast.bob).post(NEW, {"employee": cast.alice.pk})
        assert reply.status_code == 400
        assert "Choose the one that fits best." in reply.content.decode()

    def test_length_and_rhythm_come_from_the_policy_of_that_day(self, cast, as_):
        Policy.objects.create(
            number=1, holds_from=TODAY, made_by=cast.heidi, made_at=timezone.now(), months_rotational=7
        )
        begin(as_(cast.bob), cast.alice, "rotational")
        terms = Terms.objects.get()
        assert 200 < (terms.ends_on - terms.starts_on).days < 220
        assert "Suggested: 7 months." in as_(cast.bob).get(edit(terms.tour)).content.decode()

    def test_a_foundational_tour_has_a_review_in_place_of_an_end(self, cast, as_):
        begin(as_(cast.bob), cast.alice, "foundational")
        terms = Terms.objects.get()
        assert (terms.ends_on, bool(terms.review_on)) == (None, True)
        page = as_(cast.bob).get(edit(terms.tour)).content.decode()
        assert "Suggested: a review after 24 months." in page

    def test_it_can_be_changed_in_the_first_draft_and_what_was_written_stays(self, cast, as_, draft):
        as_(cast.bob).post(edit(draft), typed(save=1, ends_on=draft.latest.ends_on.isoformat()))
        reply = as_(cast.bob).post(reverse("tour_type", args=[draft.pk]), {"type": "foundational"})
        assert reply.url == edit(draft)
        terms = Terms.objects.select_related("tour").get()
        assert (terms.tour.type, terms.mission) == ("foundational", "Open the Lisbon office.")
        assert terms.ends_on is None
        assert terms.review_on < TODAY + timedelta(days=750), "two years as suggested, not three"
        assert terms.rhythm == 6

    def test_dates_and_a_rhythm_of_ones_own_stay_whatever_the_kind(self, cast, as_, draft):
        mine = TODAY + timedelta(days=400)
        as_(cast.bob).post(edit(draft), typed(save=1, ends_on=mine.isoformat(), rhythm=1))
        as_(cast.bob).post(reverse("tour_type", args=[draft.pk]), {"type": "foundational"})
        terms = Terms.objects.get()
        assert (terms.ends_on, terms.review_on, terms.rhythm) == (None, mine, 1)

    def test_a_window_opened_before_is_told_of_the_change(self, cast, as_, draft):
        as_(cast.bob).post(reverse("tour_type", args=[draft.pk]), {"type": "rotational"})
        reply = as_(cast.bob).post(edit(draft), typed(save=1, revision=0))
        assert "saved in another window" in reply.content.decode()

    def test_it_is_fixed_once_the_tour_was_proposed(self, cast, as_, draft):
        as_(cast.bob).post(edit(draft), typed(propose=1))
        as_(cast.bob).post(reverse("terms_revise", args=[draft.pk, 1]))
        url = reverse("tour_type", args=[draft.pk])
        assert as_(cast.bob).get(url).status_code == 404
        with pytest.raises(services.Refused):
            services.change_type(draft, "rotational", actor=cast.bob, now=timezone.now())
        assert "Choose another kind" not in as_(cast.bob).get(edit(draft)).content.decode()

    @pytest.mark.parametrize("who", ["alice", "carol", "dan", "heidi", "mallory"])
    def test_nobody_else_changes_it(self, cast, as_, draft, who):
        url = reverse("tour_type", args=[draft.pk])
        assert as_(getattr(cast, who)).post(url, {"type": "rotational"}).status_code == 404


class TestWhose:
    def test_an_employee_begins_their_own_with_their_manager(self, cast, as_):
        begin(as_(cast.alice), cast.alice)
        terms = Terms.objects.get()
        assert (terms.employee, terms.manager, terms.created_by) == (cast.alice, cast.bob, cast.alice)

    def test_the_list_of_tours_leads_whoever_can_to_a_new_one(self, cast, as_):
        for person, can in ((cast.alice, True), (cast.bob, True), (cast.mallory, False)):
            assert (f'href="{NEW}"' in as_(person).get("/tours/").content.decode()) == can

    def test_two_clicks_begin_one_tour(self, cast, as_):
        assert begin(as_(cast.bob), cast.alice).url == begin(as_(cast.bob), cast.alice).url
        assert Tour.objects.count() == 1

    def test_a_draft_that_was_written_on_is_not_taken_for_a_second_one(self, cast, as_, draft):
        as_(cast.bob).post(edit(draft), typed(save=1))
        begin(as_(cast.bob), cast.alice)
        assert Tour.objects.count() == 2

    def test_a_leaver_somebody_elses_report_and_oneself_without_a_manager_are_refused(self, cast, as_):
        Employment.objects.filter(person=cast.alice).update(
            left_on=TODAY - timedelta(days=1), ending="resignation"
        )
        make_line(cast.dan, cast.bob)
        for employee in (cast.alice, cast.mallory, cast.heidi):
            reply = begin(as_(cast.bob), employee)
            assert reply.status_code == 400
            assert "You cannot define a tour with this person as of today." in reply.content.decode()
        assert begin(as_(cast.carol), cast.carol).status_code == 400
        assert not Tour.objects.exists()

    def test_a_manager_who_changed_while_the_page_was_open_is_told_and_keeps_the_choice(self, cast, as_):
        make_line(cast.dan, cast.bob)
        ReportingLine.objects.filter(person=cast.alice, manager=cast.bob).update(
            until=TODAY - timedelta(days=1)
        )
        make_line(cast.alice, cast.carol, since=TODAY)
        reply = begin(as_(cast.bob), cast.alice)
        assert reply.status_code == 400
        assert "checked" in reply.content.decode()


class TestTheFollowUp:
    """Either side begins what comes next, out of what there is."""

    def url(self, tour):
        return reverse("tour_follow_up", args=[tour.pk])

    @pytest.mark.parametrize("who", ["alice", "bob"])
    def test_either_side_begins_it_from_the_tour_page(self, cast, as_, ending, who):
        client = as_(getattr(cast, who))
        assert self.url(ending) in client.get(ending.get_absolute_url()).content.decode()
        client.post(self.url(ending), {"type": "foundational"})
        tour = Tour.objects.get(previous=ending)
        assert (tour.type, tour.employee, tour.manager) == ("foundational", cast.alice, cast.bob)
        assert tour.versions.get().created_by == getattr(cast, who)

    def test_words_and_open_promises_come_along_with_their_keys(self, cast, as_):
        terms = make_terms_with_promises(cast)
        as_(cast.bob).post(self.url(terms.tour), {"type": "transformational"})
        draft = Terms.objects.get(tour__previous=terms.tour)
        assert draft.mission == terms.mission
        assert draft.starts_on > terms.ends_on
        open_ = terms.promises.get(what="Still to come.")
        assert [(p.key, p.what) for p in draft.promises.all()] == [(open_.key, "Still to come.")]

    def test_two_clicks_begin_one_and_the_page_leads_back_to_it(self, cast, as_, ending):
        client = as_(cast.alice)
        first, second = (client.post(self.url(ending), {"type": "rotational"}).url for _ in range(2))
        assert first == second
        assert first in client.get(self.url(ending)).content.decode()
        assert first not in as_(cast.bob).get(self.url(ending)).content.decode()

    def test_what_the_other_side_proposed_already_is_pointed_to(self, cast, as_, ending):
        begun = as_(cast.bob).post(self.url(ending), {"type": "rotational"}).url
        assert "proposed a next tour" not in as_(cast.alice).get(self.url(ending)).content.decode()
        as_(cast.bob).post(begun, typed(propose=1))
        page = as_(cast.alice).get(self.url(ending)).content.decode()
        assert "Bob Brand proposed a next tour" in page
        assert Tour.objects.get(previous=ending).get_absolute_url() in page

    def test_it_is_not_there_before_the_window_opens(self, cast, as_):
        early = make_signed_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + timedelta(days=900))
        for person in (cast.alice, cast.bob):
            assert as_(person).get(self.url(early)).status_code == 404
            assert as_(person).post(self.url(early), {"type": "rotational"}).status_code == 404

    def test_a_former_manager_has_no_part_in_it_and_the_new_one_does(self, cast, as_, ending):
        ReportingLine.objects.filter(person=cast.alice, manager=cast.bob).update(
            until=TODAY - timedelta(days=1)
        )
        make_line(cast.alice, cast.carol, since=TODAY)
        assert as_(cast.bob).get(self.url(ending)).status_code == 404
        as_(cast.carol).post(self.url(ending), {"type": "rotational"})
        assert Tour.objects.get(previous=ending).manager == cast.carol

    def test_the_tour_before_stands_beside_its_draft(self, cast, as_, ending):
        other = make_signed_tour(
            cast.alice, cast.bob, starts_on=TODAY - timedelta(days=10), ends_on=TODAY + timedelta(days=400)
        )
        tour = make_tour(cast.alice, cast.bob, previous=ending)
        earlier = as_(cast.bob).get(edit(tour)).context["earlier"]
        assert [each.terms.tour for each in earlier] == [ending, other]


def make_terms_with_promises(cast) -> Terms:
    """In force and ending soon, with one promise still to come and one that was kept."""
    span = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY + timedelta(days=60)}
    tour = make_tour(cast.alice, cast.bob, **span)
    terms = tour.versions.get()
    make_promise(terms, Side.MANAGER, what="Still to come.", due_on=TODAY + timedelta(days=30))
    kept = make_promise(terms, Side.EMPLOYEE, what="Kept already.", due_on=TODAY - timedelta(days=30))
    propose(terms)
    for side in Side:
        sign(terms, side)
    Tour.objects.filter(pk=tour.pk).update(state=Tour.State.AGREED, in_force=terms)
    make_entry(kept, "kept")
    return Terms.objects.select_related("tour").get(pk=terms.pk)
