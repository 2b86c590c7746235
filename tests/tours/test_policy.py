"""What HR chooses for the company: from a day on, told to all, and never for what was proposed before."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from tests.factories import DAY, NOW, TODAY, make_hr, make_person, make_policy, make_promise, make_tour
from tests.racing import at_once
from tests.test_fuzz import Fields
from tours import services
from tours.comparing import compare_policies
from tours.forms.policy import FEET, WORDS
from tours.models import Policy, Terms, Tour
from tours.policy import NON_BINDING
from tours.services import Refused

URL = reverse("policy")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]


def typed(client, **words) -> dict[str, str]:
    """What the page's form would post, with some fields typed over."""
    fields = Fields(client.get(URL).content.decode()).values
    values = Policy.objects.newest()
    areas = {name: getattr(values, name) for name in (*WORDS, *FEET)}
    kept = {name: value for name, value in fields.items() if name not in ("save", "preview")}
    return {**kept, **areas, **{name: str(value) for name, value in words.items()}}


class TestWhatHolds:
    def test_without_any_choice_what_we_ship_holds(self):
        holds = Policy.objects.on(DAY)
        assert (holds.pk, holds.lead("rotational").days, holds.handover_days) == (None, 180, 30)
        assert holds.wordings[0] == NON_BINDING

    def test_a_choice_holds_from_its_day_on(self, cast):
        make_policy(cast.heidi, holds_from=DAY, handover_days=20)
        assert Policy.objects.on(DAY - timedelta(days=1)).handover_days == 30
        assert Policy.objects.on(DAY).handover_days == 20

    def test_the_newest_takes_the_place_of_one_planned_for_later(self, cast):
        make_policy(cast.heidi, holds_from=DAY + timedelta(days=30), handover_days=20)
        make_policy(cast.heidi, holds_from=DAY, handover_days=10)
        assert Policy.objects.on(DAY + timedelta(days=40)).handover_days == 10

    def test_rows_never_change(self, cast):
        make_policy(cast.heidi)
        for attempt in (lambda: Policy.objects.update(handover_days=1), Policy.objects.all().delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()

    def test_empty_lines_are_no_values(self):
        assert Policy(values="Say it early\n\n  \n Leave it better ").value_list == [
            "Say it early",
            "Leave it better",
        ]


class TestWhatWasProposedBefore:
    """A later policy never moves it."""

    def proposed(self, cast) -> Terms:
        tour = make_tour(cast.alice, cast.bob)
        services.propose(tour.versions.get(), actor=cast.bob, now=NOW)
        return Terms.objects.get(tour=tour)

    def test_the_window_of_terms_proposed_earlier_stays(self, cast):
        before = self.proposed(cast)
        make_policy(cast.heidi, lead_days_transformational=90)
        after = self.proposed(cast)
        assert before.comes_to == after.comes_to
        assert before.talk_on == before.comes_to - timedelta(days=180)
        assert after.talk_on == after.comes_to - timedelta(days=90)
        assert Terms.objects.get(pk=before.pk).talk_on == before.talk_on

    def test_the_wordings_of_terms_proposed_earlier_stay(self, cast, as_):
        shipped = self.proposed(cast)
        make_policy(cast.heidi, non_binding="Our word, not a contract.")
        ours = self.proposed(cast)
        make_policy(cast.heidi, non_binding="A handshake.")
        assert Terms.objects.get(pk=shipped.pk).wordings[0] == NON_BINDING
        assert Terms.objects.get(pk=ours.pk).wordings[0] == "Our word, not a contract."
        page = as_(cast.alice).get(ours.tour.get_absolute_url()).content.decode()
        assert "Our word, not a contract." in page
        assert "A handshake." not in page

    def test_an_amendment_with_the_same_end_keeps_its_window(self, cast):
        terms = self.proposed(cast)
        for person in (cast.alice, cast.bob):
            services.sign(terms, actor=person, now=NOW)
        make_policy(cast.heidi, lead_days_transformational=90)
        draft = services.amend(terms.tour, actor=cast.bob, now=NOW)
        make_promise(draft)
        services.propose(draft, actor=cast.bob, now=NOW)
        assert Terms.objects.get(pk=draft.pk).talk_on == terms.talk_on

    def test_a_new_draft_gets_the_lengths_and_rhythms_of_its_day(self, cast):
        make_policy(cast.heidi, months_rotational=6, rhythm_rotational=1)
        tour = services.draft_tour(cast.alice, Tour.Type.ROTATIONAL, actor=cast.bob, now=NOW)
        terms = tour.versions.get()
        assert (terms.starts_on, str(terms.ends_on), terms.rhythm) == (DAY, "2026-09-15", 1)


class TestChanging:
    def test_hr_changes_what_holds_from_today_on(self, cast, as_):
        client = as_(cast.heidi)
        reply = client.post(URL, typed(client, handover_days=14, values="Say it early\n\nLeave it better "))
        assert reply.status_code == 302
        made = Policy.objects.get()
        assert (made.number, made.holds_from, made.made_by, made.handover_days) == (1, TODAY, cast.heidi, 14)
        assert made.values == "Say it early\nLeave it better"
        assert made.lead_days_rotational == 180

    def test_each_language_says_what_becomes_of_a_line_that_is_left_empty(self, cast, as_):
        page = as_(cast.heidi).get(URL).text
        assert page.count("If this is left empty, letters in this language go without this line.") == 4

    def test_hr_says_how_letters_begin_and_end_and_its_history_tells(self, cast, as_):
        client = as_(cast.heidi)
        said = {"mail_opening_ar": " مرحبًا ", "mail_foot_en": "Wind Ltd\r\nHarbour 1"}
        assert client.post(URL, typed(client, **said)).status_code == 302
        first = Policy.objects.get()
        assert first.mail("ar") == ("مرحبًا", "")
        assert first.mail("en") == ("", "Wind Ltd\nHarbour 1")
        client.post(URL, typed(client, handover_days=14))
        assert Policy.objects.newest().mail("en") == first.mail("en")
        labels = [label for label, _pieces in compare_policies(Policy(), first)]
        assert labels == [
            "In every letter · English: at the end",
            "In every letter · Arabic: after the greeting",
        ]
        assert "In every letter · English: at the end" in client.get(URL).text

    def test_every_language_has_words_of_its_own_for_letters(self, settings):
        assert {Policy().mail(code) for code, _name in settings.LANGUAGES} == {("", "")}
        assert len(Policy.GROUPS[-1][1]) == 2 * len(settings.LANGUAGES)

    def test_the_next_starts_from_the_last(self, cast, as_):
        client = as_(cast.heidi)
        client.post(URL, typed(client, handover_days=14))
        client.post(URL, typed(client, mission="Wind that surprises nobody."))
        first, second = Policy.objects.all()
        assert (second.number, second.handover_days) == (2, 14)
        assert [label for label, _pieces in compare_policies(first, second)] == ["The company's mission"]

    def test_a_change_can_be_planned_and_is_shown_as_planned_to_all(self, cast, as_):
        client = as_(cast.heidi)
        day = TODAY + timedelta(days=40)
        client.post(URL, typed(client, handover_days=14, holds_from=day))
        assert Policy.objects.on(TODAY).handover_days == 30
        for person in (cast.heidi, cast.alice):
            assert "Version 1 of this policy is planned" in as_(person).get(URL).content.decode()
        assert typed(client)["holds_from"] == str(day)

    def test_what_is_planned_can_be_put_off_and_until_then_nothing_changes(self, cast, as_):
        """Twice: what goes on in between is what held before the first day on which anything was planned."""
        heidi, days = as_(cast.heidi), [TODAY + timedelta(days=number) for number in (10, 60, 90)]
        make_policy(cast.heidi, holds_from=TODAY - timedelta(days=5), handover_days=14)
        for day in days:
            heidi.post(URL, typed(heidi, handover_days=7, holds_from=day.isoformat()))
        held = {day: Policy.objects.on(day).handover_days for day in days}
        assert held == {days[0]: 14, days[1]: 14, days[2]: 7}
        page = heidi.get(URL).text
        assert "Version 6 of this policy is planned" in page
        assert "choose another day than" in page

    def test_put_off_before_the_company_had_chosen_anything_ours_goes_on(self, cast, as_):
        heidi, soon, later = as_(cast.heidi), TODAY + timedelta(days=10), TODAY + timedelta(days=60)
        heidi.post(URL, typed(heidi, handover_days=7, holds_from=soon.isoformat()))
        heidi.post(URL, typed(heidi, handover_days=7, holds_from=later.isoformat()))
        assert not compare_policies(Policy(), Policy.objects.on(soon))
        assert Policy.objects.on(later).handover_days == 7

    def test_what_is_planned_for_the_same_day_or_sooner_takes_its_place(self, cast, as_):
        heidi, day = as_(cast.heidi), TODAY + timedelta(days=10)
        for days, number in ((0, 7), (0, 8), (5, 9)):
            words = {"handover_days": number, "holds_from": (day - timedelta(days=days)).isoformat()}
            heidi.post(URL, typed(heidi, **words))
        assert Policy.objects.on(day).handover_days == 9
        assert Policy.objects.count() == 3

    def test_what_held_in_the_past_stays(self, cast, as_):
        client = as_(cast.heidi)
        reply = client.post(URL, typed(client, handover_days=14, holds_from=TODAY - timedelta(days=1)))
        assert reply.status_code == 400
        assert "What held in the past stays as it was" in reply.content.decode()
        assert not Policy.objects.exists()

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ({}, "Nothing is changed yet"),
            ({"handover_days": 0}, "Enter 1 or more."),
            ({"handover_days": "9" * 5000}, "Give a whole number."),
            ({"lead_days_rotational": 30}, "longer than the talk about the next tour"),
            ({"rhythm_rotational": 4}, "Select a valid choice"),
            ({"non_binding": "\u200b"}, "Say it in words"),
            ({"mission": "x" * 4001}, "4001 characters long"),
            ({"values": "\n".join("abcdefghijklm")}, "13 values"),
            ({"values": "x" * 201}, "200 characters at most"),
            ({"mail_opening_de": "Moin\x07"}, "a character in it that letters cannot show"),
            ({"mail_opening_en": "one\ntwo"}, "a character in it that letters cannot show"),
            ({"mail_foot_ar": "one\u2028two"}, "a character in it that letters cannot show"),
            ({"mail_foot_en": "a\x1bb"}, "a character in it that letters cannot show"),
            ({"mail_foot_es": "\u200b"}, "Say it in words"),
            ({"mail_opening_es": "x" * 201}, "at most 200 characters"),
            ({"mail_foot_de": "x" * 501}, "501 characters long"),
            ({"holds_from": "20260-01-01"}, "Give a date."),
            ({"based_on": "x"}, "Give a whole number."),
        ],
    )
    def test_bad_input_is_said_and_nothing_typed_is_lost(self, cast, as_, words, said):
        client = as_(cast.heidi)
        reply = client.post(URL, typed(client, **({"no_dismissal": "Keep me."} if words else {}), **words))
        page = reply.content.decode()
        assert reply.status_code == 400
        assert said in page
        assert not words or "Keep me." in page
        assert not Policy.objects.exists()

    def test_a_preview_shows_the_words_and_saves_nothing(self, cast, as_):
        client = as_(cast.heidi)
        reply = client.post(URL, {**typed(client, non_binding="A handshake."), "preview": "1"})
        page = reply.content.decode()
        assert reply.status_code == 200
        assert "Nothing is saved yet" in page
        assert re.search(r'<p class="words" dir="auto">A handshake\. It is not a prelude', page)
        assert not Policy.objects.exists()

    def test_what_somebody_typed_is_shown_as_text(self, cast, as_):
        make_policy(cast.heidi, mission="<b>wind</b>", values="<i>\u202eright to left</i> 🧨")
        for person in (cast.heidi, cast.alice):
            page = as_(person).get(URL).content.decode()
            assert "&lt;b&gt;wind" in page
            assert "<i>" not in page

    @pytest.mark.parametrize("who", ["alice", "bob", "carol", "dan", "mallory"])
    def test_nobody_else_changes_it(self, cast, as_, who):
        data = typed(as_(cast.heidi), handover_days=14)
        assert as_(getattr(cast, who)).post(URL, data).status_code == 404
        assert not Policy.objects.exists()

    def test_who_has_left_or_is_yet_to_begin_does_not_read_it(self, cast, as_):
        gone = make_person(left_on=TODAY - timedelta(days=1))
        coming = make_person(hired_on=TODAY + timedelta(days=30))
        for person in (gone, coming):
            assert as_(person).get(URL).status_code == 404

    def test_employees_read_it_without_a_form(self, cast, as_):
        make_policy(cast.heidi, mission="Wind that surprises nobody.", values="Say it early\nLeave it better")
        page = as_(cast.alice).get(URL).content.decode()
        for words in ("Wind that surprises nobody.", '<li dir="auto">Say it early</li>', NON_BINDING[:20]):
            assert words in page
        assert "Save" not in page
        assert "everybody employed in the company" in page


class TestTwoAtOnce:
    def test_the_second_is_told_what_the_first_changed_and_loses_nothing(self, cast, as_):
        ruth = make_person("Ruth Roe")
        make_hr(ruth)
        first, second = as_(cast.heidi), as_(ruth)
        mine = typed(second, mission="Wind that surprises nobody.")
        first.post(URL, typed(first, handover_days=14))
        reply = second.post(URL, mine)
        page = reply.content.decode()
        assert reply.status_code == 400
        assert "Somebody else changed the policy" in page
        assert "A tour is taken over within: days" in page
        assert Policy.objects.count() == 1
        # What the page holds now keeps both, and goes through.
        again = {**mine, **Fields(page).values, "mission": mine["mission"]}
        assert again["handover_days"] == "14"
        again.pop("preview", None)
        assert second.post(URL, again).status_code == 302
        newest = Policy.objects.newest()
        assert (newest.number, newest.handover_days, newest.mission) == (2, 14, mine["mission"])

    def test_a_page_based_on_nothing_that_ever_was_is_refused(self, cast, as_):
        client = as_(cast.heidi)
        for number in (7, 2**40):
            assert client.post(URL, typed(client, handover_days=14, based_on=number)).status_code == 400
        assert not Policy.objects.exists()

    def test_nobody_but_hr_gets_past_the_verb(self, cast):
        with pytest.raises(Refused):
            services.set_policy(Policy(holds_from=DAY), based_on=0, actor=cast.bob, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_refused(cast):
    rows = (Policy(holds_from=DAY, handover_days=days) for days in (10, 20))
    results = at_once(
        *(lambda row=row: services.set_policy(row, based_on=0, actor=cast.heidi, now=NOW) for row in rows)
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Policy.objects.count() == 1


@pytest.mark.parametrize("who", ["heidi", "alice"])
def test_a_long_history_takes_no_more_queries(cast, as_, statements, who):
    client = as_(getattr(cast, who))
    found = []
    for _ in range(3):
        for days in range(12):
            newest = make_policy(cast.heidi, handover_days=days + 1, holds_from=TODAY)
        shown = f"Version {newest.number}, from" if who == "heidi" else "How we do tours"
        found.append(len(statements(client, URL, has=shown)))
    assert found[0] == found[1] == found[2] <= 8


def test_whoever_is_employed_finds_the_way_to_it_in_their_settings(cast, as_):
    gone = make_person(left_on=TODAY - timedelta(days=1))
    link = f'href="{URL}"'
    assert link in as_(cast.alice).get(reverse("my_settings")).content.decode()
    assert link not in as_(gone).get(reverse("my_settings")).content.decode()
