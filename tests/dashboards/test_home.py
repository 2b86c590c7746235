"""The front page says what needs the reader today, and nothing else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import ngettext_lazy

from alliance_site.dashboards.for_hr import Counted
from alliance_site.dashboards.todo import todo
from people.models import Person
from people.services import set_manager
from tests.factories import (
    TODAY,
    make_changed_tour,
    make_checkin,
    make_early_end,
    make_entry,
    make_hr,
    make_line,
    make_next_step,
    make_person,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
)
from tests.feedback.test_scales import HOSTILE
from tours.models import Promise, Side, Tour
from tours.services import add_words_on_end, ask_for_change, reaffirm

pytestmark = pytest.mark.usefixtures("morning")

SPAN = {"starts_on": TODAY - timedelta(days=100), "ends_on": TODAY + timedelta(days=600)}


def sentences(person):
    return [item.sentence for item in todo(person, TODAY)]


def test_a_proposal_waits_for_both_signatures(cast):
    make_proposed_tour(cast.alice, cast.bob, **SPAN)
    assert sentences(cast.alice) == ["Read and sign version 1 of your tour with Bob Brand"]
    assert sentences(cast.bob) == ["Sign version 1 of the tour with Alice Ames"]


def test_what_was_signed_waits_for_nobody(cast):
    make_signed_tour(cast.alice, cast.bob, **SPAN)
    assert sentences(cast.alice) == []
    assert sentences(cast.bob) == []


def test_a_draft_waits_for_the_manager_alone(cast):
    make_tour(cast.alice, cast.bob, **SPAN)
    assert sentences(cast.bob) == ["Finish the draft of a tour with Alice Ames"]
    assert sentences(cast.alice) == []


def test_a_report_without_a_tour_is_named_to_the_manager(cast):
    assert sentences(cast.bob) == ["Define a tour with Alice Ames, who has none"]
    cast.alice.employments.update(left_on=TODAY - timedelta(days=1), ending="resignation")
    assert sentences(cast.bob) == []


def test_of_many_reports_without_a_tour_it_is_said_that_there_are_more(cast):
    more = "Define tours with others of your reports, who have none either"
    for _ in range(4):
        make_line(make_person(), cast.bob)
    assert len(sentences(cast.bob)) == 5
    assert more not in sentences(cast.bob)
    make_line(make_person(), cast.bob)
    assert len(sentences(cast.bob)) == 6
    assert sentences(cast.bob)[-1] == more


def test_an_open_check_in_waits_for_whoever_has_not_handed_in(cast):
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
    make_checkin(tour, due_on=TODAY - timedelta(days=2))
    for person, other in ((cast.alice, "Bob Brand"), (cast.bob, "Alice Ames")):
        (item,) = todo(person, TODAY)
        assert item.sentence == f"Answer the check-in with {other}"
        assert item.overdue


def test_a_check_in_that_lapsed_long_ago_is_no_longer_todays_business(cast):
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
    make_checkin(tour, due_on=TODAY - timedelta(days=91))
    assert sentences(cast.alice) == []


def test_a_tour_that_ends_with_nothing_agreed_is_both_sides_business_and_hrs(cast):
    make_signed_tour(cast.alice, cast.bob, **SPAN | {"ends_on": TODAY + timedelta(days=100)})
    for person in (cast.alice, cast.bob):
        assert "nothing is agreed" in sentences(person)[0]
    assert "1 tour ends soon with nothing signed for the time after" in sentences(cast.heidi)
    make_signed_tour(
        cast.alice, cast.bob, starts_on=TODAY + timedelta(days=101), ends_on=TODAY + timedelta(days=400)
    )
    assert sentences(cast.alice) == []
    assert not any("ends soon" in sentence for sentence in sentences(cast.heidi))


def test_what_comes_next_is_named_once_it_is_proposed_by_the_proposal_alone(cast):
    make_signed_tour(cast.alice, cast.bob, **SPAN | {"ends_on": TODAY + timedelta(days=100)})
    make_proposed_tour(cast.alice, cast.bob, **SPAN)
    assert sentences(cast.alice) == ["Read and sign version 1 of your tour with Bob Brand"]
    assert "1 tour ends soon with nothing signed for the time after" in sentences(cast.heidi)


def test_what_is_overdue_comes_first(cast):
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
    make_proposed_tour(cast.alice, cast.bob, **SPAN)
    make_checkin(tour, due_on=TODAY - timedelta(days=2))
    assert [item.overdue for item in todo(cast.alice, TODAY)] == [True, False]


def test_the_page_is_calm_where_nothing_waits(cast, as_):
    page = as_(cast.mallory).get(reverse("home")).content.decode()
    assert "Nothing needs you today" in page
    assert "You have no tour yet" in page


class TestAfterTheLastTour:
    HINT = "Your last tour is over, and no next one is on its way. Ask Bob Brand for a conversation"

    @pytest.fixture
    def over(self, cast) -> Tour:
        return make_signed_tour(cast.alice, cast.bob, **SPAN | {"ends_on": TODAY - timedelta(days=1)})

    def test_the_page_says_whom_to_ask_for_a_next_one(self, cast, as_, over):
        page = as_(cast.alice).get(reverse("home")).text
        assert self.HINT in page
        assert f'href="{reverse("tour_new")}">You can also write the first draft yourself.' in page
        assert "You have no tour yet" not in page

    @pytest.mark.parametrize("other", ["runs", "begins", "proposed", "own draft", "nobody", "left"])
    def test_it_does_not_where_one_is_there_or_on_its_way_or_nobody_could_be_asked(
        self, cast, as_, over, other
    ):
        if other in ("runs", "begins"):
            days = {"runs": -1, "begins": 9}
            begins = {"starts_on": TODAY + timedelta(days=days[other])}
            make_signed_tour(cast.alice, cast.bob, **SPAN | begins)
        if other == "proposed":
            make_proposed_tour(cast.alice, cast.bob, **SPAN)
        if other == "own draft":
            make_tour(cast.alice, cast.bob, created_by=cast.alice, **SPAN)
        if other == "nobody":
            cast.alice.reporting_lines.filter(until=None).update(until=TODAY - timedelta(days=1))
        if other == "left":
            cast.alice.employments.update(left_on=TODAY - timedelta(days=1), ending="resignation")
        assert "Your last tour is over" not in as_(cast.alice).get(reverse("home")).text

    @pytest.mark.parametrize("settled", ["part_well", "move", "leaves"])
    def test_it_does_not_where_both_have_settled_that_nothing_follows(self, cast, as_, over, settled):
        if settled == "leaves":
            cast.alice.employments.update(left_on=TODAY + timedelta(days=9), ending="resignation")
        else:
            make_next_step(over, settled, confirmed_at=timezone.now())
        assert "Your last tour is over" not in as_(cast.alice).get(reverse("home")).text

    @pytest.mark.parametrize("unsettled", ["undecided", "runs out", "leaves late"])
    def test_it_does_where_that_is_not_settled(self, cast, as_, over, unsettled):
        if unsettled == "undecided":
            make_next_step(over, unsettled, confirmed_at=timezone.now())
        else:
            days, ending = {"runs out": (9, "end_of_contract"), "leaves late": (300, "resignation")}[
                unsettled
            ]
            cast.alice.employments.update(left_on=TODAY + timedelta(days=days), ending=ending)
        assert self.HINT in as_(cast.alice).get(reverse("home")).text

    @pytest.mark.parametrize("state", [Tour.State.DECLINED, Tour.State.WITHDRAWN])
    def test_where_no_tour_ever_ran_it_says_what_it_says_to_whoever_has_none(self, cast, as_, state):
        tour = make_proposed_tour(cast.alice, cast.bob, **SPAN)
        Tour.objects.filter(pk=tour.pk).update(state=state)
        page = as_(cast.alice).get(reverse("home")).text
        assert tour.get_absolute_url() in page
        assert "Your last tour is over" not in page
        assert "You have no tour yet. Ask your manager for a conversation about your mission" in page
        cast.alice.reporting_lines.filter(until=None).update(until=TODAY - timedelta(days=1))
        page = as_(cast.alice).get(reverse("home")).text
        assert "You have no tour yet, for nobody is recorded as your manager." in page

    def test_a_draft_that_only_the_manager_knows_of_does_not_show_by_it(self, cast, as_, over):
        make_tour(cast.alice, cast.bob, created_by=cast.bob, **SPAN)
        assert self.HINT in as_(cast.alice).get(reverse("home")).text


def test_who_has_left_is_promised_no_letter(cast, as_):
    cast.alice.employments.update(left_on=TODAY - timedelta(days=1), ending="resignation")
    page = as_(cast.alice).get(reverse("home")).content.decode()
    assert "Nothing needs you today" in page
    assert "nobody writes to you about them any more" in page
    assert "you will get a letter" not in page
    assert "the first draft" not in page


def test_the_first_of_hr_is_to_import_people_and_is_not_sent_to_hr(as_):
    heidi = make_person()
    make_hr(heidi)
    page = as_(heidi).get(reverse("home")).text
    begin = "Import who manages whom: nobody has a manager today"
    assert f'href="{reverse("import_people")}">{begin}' in page
    assert "Nothing needs you today" not in page
    make_line(make_person(), make_person())
    page = as_(heidi).get(reverse("home")).text
    assert begin not in page
    assert f'href="{reverse("person_manager", args=[heidi.pk])}">Record your manager' in page
    assert "HR can change that" not in page


@pytest.mark.parametrize("who", ["alice", "bob", "heidi"])
def test_more_of_everything_takes_no_more_queries(cast, as_, statements, who):
    def everything():
        report = make_person()
        make_line(report, cast.bob)
        tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
        make_checkin(tour, due_on=TODAY)
        make_changed_tour(cast.alice, cast.bob, **SPAN)
        make_tour(cast.alice, cast.bob, **SPAN)
        make_signed_tour(cast.alice, cast.bob, **SPAN | {"ends_on": TODAY + timedelta(days=30)})

    shown = {"alice": "Bob Brand", "bob": "Alice Ames", "heidi": reverse("without_tour")}

    def queries():
        return statements(client, reverse("home"), has=shown[who])

    client = as_(getattr(cast, who))
    everything()
    few = queries()
    everything()
    assert len(queries()) == len(few), "\n".join(few)
    assert len(few) <= 10, "\n".join(few)


def test_neither_does_a_last_tour_that_is_over(cast, as_, statements):
    """Of one of HR, who manages somebody as well: nobody is asked about more."""
    make_line(cast.heidi, cast.carol)
    make_line(make_person(), cast.heidi)
    make_signed_tour(cast.heidi, cast.carol, **SPAN | {"ends_on": TODAY - timedelta(days=1)})
    asked = statements(as_(cast.heidi), reverse("home"), has="Ask Carol Cole for a conversation")
    assert len(asked) <= 10, "\n".join(asked)


def test_a_change_that_was_asked_for_is_named_with_its_day(cast):
    tour = make_proposed_tour(cast.alice, cast.bob, **SPAN)
    ask_for_change(tour.on_table, "Two weeks.", actor=cast.alice, now=timezone.now())
    (item,) = todo(cast.bob, TODAY)
    assert item.sentence == "Write version 2 of the tour with Alice Ames, who asked for a change"
    assert item.when == TODAY


def test_who_has_no_manager_is_not_sent_to_one(db, client):
    client.force_login(make_person())
    assert "nobody is recorded as your manager" in client.get(reverse("home")).content.decode()


KEEP, JUDGE = "Keep your promise to Alice Ames: A seat.", "Judge the promise of Bob Brand: A seat."


class TestPromises:
    """On the front page of whoever owes them, is to judge them, or is asked to drop them."""

    def tour(self, cast, days: int, owed_by: Side = Side.MANAGER) -> Promise:
        due = {"what": "A seat.", "due_on": TODAY + timedelta(days=days), "owed_by": owed_by}
        tour = make_signed_tour(cast.alice, cast.bob, promises=[due], **SPAN)
        assert tour.in_force
        return tour.in_force.promises.get()

    @pytest.mark.parametrize(("days", "owing"), [(15, []), (14, [KEEP])])
    def test_whoever_owes_one_is_told_two_weeks_ahead(self, cast, days, owing):
        self.tour(cast, days)
        assert sentences(cast.bob) == owing
        assert sentences(cast.alice) == []

    @pytest.mark.parametrize(("days", "judging"), [(-6, []), (-7, [JUDGE])])
    def test_the_other_side_is_to_judge_a_week_after(self, cast, days, judging):
        self.tour(cast, days)
        assert sentences(cast.alice) == judging

    def test_said_to_be_done_it_waits_for_the_verdict_alone(self, cast):
        promise = self.tour(cast, 5)
        make_entry(promise, "done")
        assert sentences(cast.bob) == []
        assert sentences(cast.alice) == [JUDGE]
        make_entry(promise, "kept")
        assert sentences(cast.alice) == []

    def test_a_wish_to_drop_one_waits_for_the_other_side(self, cast):
        promise = self.tour(cast, 60, Side.EMPLOYEE)
        wish = make_entry(promise, "asked")
        assert sentences(cast.bob) == ["Say whether a promise may be dropped: Alice Ames: A seat."]
        make_entry(promise, "taken_back", answers=wish)
        assert sentences(cast.bob) == []

    def test_in_a_hand_over_the_new_manager_keeps_the_companys(self, cast, as_):
        self.tour(cast, 5)
        set_manager(cast.alice, cast.carol, since=TODAY)
        told = "See to what the company owes Alice Ames: A seat."
        (item,) = (item for item in todo(cast.carol, TODAY) if item.sentence == told)
        assert item.url.endswith("#ledger")
        assert "A seat." in as_(cast.carol).get(item.url).text
        assert not any("A seat." in sentence for sentence in sentences(cast.bob))

    def test_who_has_signed_a_hand_over_is_not_asked_to_take_over_what_the_company_owes(self, cast):
        tour = self.tour(cast, 5).terms.tour
        set_manager(cast.alice, cast.carol, since=TODAY)
        assert [told for told in sentences(cast.carol) if told.startswith("Take")]
        reaffirm(tour, "I stand by it.", actor=cast.carol, now=timezone.now())
        assert not [told for told in sentences(cast.carol) if told.startswith("Take")]
        assert "See to what the company owes Alice Ames: A seat." in sentences(cast.carol)

    def test_hr_is_told_how_many_are_long_overdue(self, cast):
        self.tour(cast, -15)
        assert "1 promise of the company is overdue by more than two weeks" in sentences(cast.heidi)


def test_who_has_not_said_how_they_see_an_early_end_is_asked_to(cast):
    tour = make_early_end(
        make_signed_tour(cast.alice, cast.bob, **SPAN), TODAY, Side.MANAGER, at=timezone.now()
    )
    asked = "Read why Bob Brand ended the tour early, and add your words"
    assert asked in sentences(cast.alice)
    assert not [sentence for sentence in sentences(cast.bob) if "add your words" in sentence]
    add_words_on_end(tour, reason="A pity.", learnt="", actor=cast.alice, now=timezone.now())
    assert asked not in sentences(cast.alice)


def test_nothing_that_somebody_wrote_or_is_called_marks_up_the_page(cast, as_):
    """What needs one today, the bars and the list are made in Python, where nothing escapes by itself."""
    Person.objects.filter(pk=cast.bob.pk).update(name=HOSTILE)
    due = {"what": HOSTILE, "due_on": TODAY - timedelta(days=9), "owed_by": Side.MANAGER}
    make_signed_tour(cast.alice, cast.bob, promises=[due], mission=HOSTILE, **SPAN)
    page = as_(cast.alice).get(reverse("home")).text
    assert "<b>&" not in page
    assert page.count(escape(HOSTILE)) == 6, "twice to do, twice in bars, once linked, once as a mission"


def test_a_large_number_is_read_at_a_glance():
    tours = Counted(Tour.objects.all, ngettext_lazy("%(count)s tour", "%(count)s tours", "count"), "tours")
    assert tours.told(15578) == ("15,578 tours", "/tours/")
    assert tours.told(1) == ("1 tour", "/tours/")
