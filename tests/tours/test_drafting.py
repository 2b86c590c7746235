"""The page on which terms are written: what helps, what is kept, and what becomes of what cannot be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import (
    TODAY,
    make_changed_tour,
    make_policy,
    make_promise,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
)
from tests.tours.standing import tour_on
from tests.tours.test_beginning import make_terms_with_promises
from tests.tours.test_views import edit, typed
from tours import access
from tours.models import Promise, Side, Terms, Tour
from tours.policy import MOST_PROMISES

SCRIPT = {"headers": {"accept": "application/json"}}


@pytest.fixture
def draft(cast):
    return make_tour(cast.alice, cast.bob, starts_on=TODAY, ends_on=TODAY + timedelta(days=300))


@pytest.fixture
def bob(cast, as_):
    return as_(cast.bob)


def row(at: int, what: str, owed_by: str = "manager", **more) -> dict:
    fields = {"what": what, "owed_by": owed_by, "due_on": (TODAY + timedelta(days=60)).isoformat(), **more}
    return {f"promise-{at}-{name}": value for name, value in fields.items()}


def shown(client, tour) -> str:
    return client.get(edit(tour)).content.decode()


class TestWhatHelps:
    def test_each_field_has_examples_for_its_kind_of_tour(self, bob, cast, draft):
        assert "Open the Lisbon office: eight people hired" in shown(bob, draft)
        other = make_tour(cast.alice, cast.bob, type=Tour.Type.ROTATIONAL)
        assert "six months in each of the three teams" in shown(bob, other)

    def test_the_companys_values_stand_beside_those_that_both_share(self, bob, cast, draft):
        assert "What the company stands for" not in shown(bob, draft)
        make_policy(cast.heidi, holds_from=TODAY, values="Say it early\n\n<b>Keep it</b>")
        page = shown(bob, draft)
        assert "Say it early" in page
        assert "&lt;b&gt;Keep it" in page

    def test_the_page_says_who_will_read_it(self, bob, draft):
        assert "Who can see this: only you until you propose it; then the employee" in shown(bob, draft)

    def test_whoever_writes_their_own_is_spoken_to_as_such(self, cast, as_):
        mine = make_tour(cast.alice, cast.bob, created_by=cast.alice)
        page = shown(as_(cast.alice), mine)
        assert "Propose to Bob" in page
        assert "how does it advance you" in page


class TestPhrasesThatSayLittle:
    EMPTY = {"employee_gain": "Valuable experience.", "promise-0-what": "Support as needed."}

    def test_they_are_told_beside_the_field_once_saved_and_kept(self, bob, draft):
        assert bob.post(edit(draft), typed(save=1, **self.EMPTY)).status_code == 302
        page = shown(bob, draft)
        assert "Valuable experience</q> says little. Everybody gains some experience." in page
        assert "Support as</q> says little." in page

    def test_they_are_shown_once_before_proposing_and_never_forbid_it(self, bob, draft):
        reply = bob.post(edit(draft), typed(propose=1, **self.EMPTY), follow=True)
        page = reply.content.decode()
        assert "Saved, and not proposed yet" in page
        assert Tour.objects.get().state == "draft"
        again = typed(propose=1, warned=1, revision=1, **self.EMPTY)
        assert bob.post(edit(draft), again).url == draft.get_absolute_url()
        assert Tour.objects.get().state == "proposed"

    def test_who_has_written_them_anew_is_not_asked_again(self, bob, draft):
        bob.post(edit(draft), typed(propose=1, **self.EMPTY))
        assert bob.post(edit(draft), typed(propose=1, revision=1)).url == draft.get_absolute_url()


class TestEarlierTours:
    def test_their_words_and_open_promises_are_offered(self, bob, cast, draft):
        terms = make_terms_with_promises(cast)
        page = bob.get(edit(draft))
        assert [each.terms for each in page.context["earlier"]] == [terms]
        assert f'value="mission:{terms.pk}"' in page.content.decode()
        assert "Still to come." in page.content.decode()
        assert "Kept already." not in page.content.decode()

    def test_a_text_is_taken_over_below_what_is_typed_without_a_script(self, bob, cast, draft):
        terms = make_terms_with_promises(cast)
        for revision in (0, 1):
            typed_ = typed(
                take=f"mission:{terms.pk}", mission="Mine first." * (1 - revision), revision=revision
            )
            assert bob.post(edit(draft), typed_).url == f"{edit(draft)}#id_mission"
            mine = Terms.objects.get(tour=draft).mission
            assert mine == ("Mine first.\n\n" * (1 - revision) + terms.mission)

    def test_a_promise_is_taken_over_as_a_new_one(self, bob, cast, draft):
        old = make_terms_with_promises(cast).promises.get(what="Still to come.")
        reply = bob.post(edit(draft), typed(take=f"promise:{old.pk}"))
        assert reply.url == f"{edit(draft)}#owes-manager"
        mine = Promise.objects.get(terms__tour=draft, what="Still to come.")
        assert (mine.due_on, mine.key != old.key) == (old.due_on, True)

    def test_nobody_takes_over_what_is_not_theirs_to_read(self, bob, cast, draft):
        theirs = make_signed_tour(cast.mallory, cast.dan, mission="A secret mission.").in_force
        promise = make_promise(make_tour(cast.mallory, cast.dan).versions.get(), what="A secret promise.")
        for take in (
            f"mission:{theirs.pk}",
            f"promise:{promise.pk}",
            "mission:x",
            "created_by:1",
            ":",
            "9" * 99,
        ):
            assert bob.post(edit(draft), typed(take=take, revision=Terms.objects.get(tour=draft).revision))
            assert "secret" not in shown(bob, draft)

    def test_what_is_offered_may_be_read_by_whoever_writes(self, cast, as_):
        """With the former manager's tours too: who manages now reads what has force."""
        make_signed_tour(cast.alice, cast.dan)
        make_signed_tour(cast.alice, cast.bob)
        make_signed_tour(cast.mallory, cast.dan)
        make_proposed_tour(cast.alice, cast.bob)
        for person in (cast.alice, cast.bob):
            tour = make_tour(cast.alice, cast.bob, created_by=person)
            offered = as_(person).get(edit(tour)).context["earlier"]
            assert len(offered) == 2
            for each in offered:
                other = tour_on(each.terms.tour_id, TODAY)
                assert access.What.TERMS in access.sees(person, other, TODAY)

    def test_once_a_version_is_on_the_table_that_is_what_both_write_about(self, bob, cast):
        make_signed_tour(cast.alice, cast.bob)
        tour = make_proposed_tour(cast.alice, cast.bob)
        bob.post(reverse("terms_revise", args=[tour.pk, 1]))
        assert bob.get(edit(tour)).context["earlier"] == []


class TestPromises:
    def test_each_side_has_its_group_with_a_row_to_fill(self, bob, draft):
        make_promise(draft.versions.get(), Side.EMPLOYEE, what="Hers.")
        groups = list(bob.get(edit(draft)).context["promises"].groups)
        assert [(title, len(rows)) for title, _side, rows in groups] == [
            ("What the company owes", 1),
            ("What Alice owes", 2),
        ]

    def test_saving_makes_room_for_another_without_a_script(self, bob, draft):
        reply = bob.post(edit(draft), typed(add="employee", **row(0, "Hers.", "employee")))
        assert reply.url == f"{edit(draft)}#owes-employee"
        assert Promise.objects.get().owed_by == "employee"

    def test_a_saved_one_keeps_its_key_wherever_its_row_stands(self, bob, draft):
        terms = draft.versions.get()
        first, second = make_promise(terms, what="First."), make_promise(terms, what="Second.")
        rows = row(0, "Second, again.", key=second.key) | row(1, "First.", key=first.key) | row(2, "Third.")
        bob.post(edit(draft), typed(save=1, **{"promise-TOTAL_FORMS": 3, **rows}))
        assert dict(terms.promises.values_list("key", "what")).items() >= {
            (first.key, "First."),
            (second.key, "Second, again."),
        }
        assert terms.promises.count() == 3

    @pytest.mark.parametrize("more", [{"DELETE": "on"}, {"what": "", "due_on": "", "known_by": ""}])
    def test_one_is_left_out_by_its_mark_or_by_emptying_its_row(self, bob, draft, more):
        promise = make_promise(draft.versions.get(), what="Gone.")
        bob.post(edit(draft), typed(save=1, **row(0, **{"what": "Gone.", "key": promise.key, **more})))
        assert not Promise.objects.exists()

    def test_the_same_promise_in_two_rows_is_saved_once(self, bob, draft):
        promise = make_promise(draft.versions.get())
        rows = row(0, "One.", key=promise.key) | row(1, "Two.", key=promise.key)
        bob.post(edit(draft), typed(save=1, **{"promise-TOTAL_FORMS": 2, **rows}))
        assert Promise.objects.get().what == "One."

    def test_there_is_an_end_to_how_many(self, bob, draft):
        rows = {"promise-TOTAL_FORMS": MOST_PROMISES + 1}
        for at in range(MOST_PROMISES + 1):
            rows |= row(at, f"Number {at}.")
        reply = bob.post(edit(draft), typed(save=1, **rows))
        assert reply.status_code == 400
        assert "at most 20 promises" in reply.content.decode()
        assert "Number 20." in reply.content.decode()

    def test_one_due_before_the_start_and_before_today_is_refused(self, bob, draft):
        reply = bob.post(edit(draft), typed(save=1, **row(0, "Late.", due_on="2020-02-30")))
        assert "Give a date" in reply.content.decode()
        reply = bob.post(edit(draft), typed(save=1, **row(0, "Late.", due_on="2020-02-28")))
        assert "This day has passed already." in reply.content.decode()

    def test_one_carried_over_past_its_day_is_saved_and_gets_another_before_it_is_proposed(self, bob, draft):
        yesterday = TODAY - timedelta(days=1)
        promise = make_promise(draft.versions.get(), what="Overdue.", due_on=yesterday)
        late = row(0, "Overdue.", key=promise.key, due_on=yesterday.isoformat())
        assert bob.post(edit(draft), typed(save=1, **late)).status_code == 302
        reply = bob.post(edit(draft), typed(propose=1, revision=1, **late))
        assert "This day has passed already." in reply.content.decode()


class TestSavingByItself:
    def save(self, client, tour, **more):
        return client.post(edit(tour), typed(**more), **SCRIPT)

    def test_it_answers_with_what_the_page_should_hold_from_then_on(self, bob, draft):
        reply = self.save(bob, draft)
        promise = Promise.objects.get()
        assert reply.json()["said"].startswith("Saved at ")
        assert reply.json()["set"] == {"revision": "1", "promise-0-key": str(promise.key)}
        again = {"revision": 1, "promise-0-key": promise.key, "promise-0-what": "Better."}
        assert self.save(bob, draft, **again).json()["set"]["revision"] == "2"
        assert Promise.objects.get().what == "Better."

    def test_what_is_wrong_is_named_and_the_rest_is_kept(self, bob, draft):
        wrong = {"ends_on": "2020-01-01", "starts_on": "2026-01-01", "mission": "x" * 20_000}
        reply = self.save(bob, draft, **wrong, **row(0, "Half a promise", due_on=""))
        said = reply.json()["said"]
        assert reply.status_code == 200
        for name in ("Mission", "Ends on", "a promise that is not complete yet"):
            assert name in said
        terms = Terms.objects.get()
        assert terms.company_gain.startswith("A team of eight")
        assert (terms.starts_on, terms.ends_on) == (TODAY, TODAY + timedelta(days=300))
        assert terms.mission.startswith("Move the booking engine")

    def test_nothing_is_left_out_before_one_says_so_by_hand(self, bob, draft):
        promise = make_promise(draft.versions.get(), what="Hers.")
        for more in ({"DELETE": "on"}, {"what": "", "due_on": ""}):
            revision = Terms.objects.get().revision
            self.save(
                bob, draft, revision=revision, **row(0, **{"what": "Hers.", "key": promise.key, **more})
            )
        assert Promise.objects.get() == promise

    def test_a_stale_window_is_told_with_the_difference_and_can_then_save(self, bob, draft):
        self.save(bob, draft, mission="From the first window.")
        reply = self.save(bob, draft, mission="From the second window.", **row(0, "A second promise."))
        assert reply.status_code == 409
        assert "saved in another window" in reply.json()["html"]
        assert "second" in reply.json()["html"]
        assert "A second promise." in reply.json()["html"]
        assert reply.json()["set"] == {"revision": "1"}
        assert Terms.objects.get().mission == "From the first window."
        assert bob.post(edit(draft), typed(save=1, revision=1, mission="Mine.")).status_code == 302

    def test_a_page_without_its_revision_is_to_be_loaded_again(self, bob, draft):
        assert self.save(bob, draft, revision="").status_code == 400

    @pytest.mark.parametrize("who", ["alice", "carol", "dan", "heidi", "mallory"])
    def test_nobody_else_saves(self, cast, as_, draft, who):
        assert self.save(as_(getattr(cast, who)), draft).status_code == 404
        assert Terms.objects.get().revision == 0


class TestTooLate:
    """Somebody types on while the draft is proposed, withdrawn or handed over."""

    def test_what_was_typed_is_shown_to_be_copied(self, bob, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        reply = bob.post(edit(tour), typed(save=1, mission="Hours of <b>work</b>."))
        page = reply.content.decode()
        assert reply.status_code == 400
        assert "Hours of &lt;b&gt;work&lt;/b&gt;." in page
        assert "Portuguese lessons" in page
        assert "Hours" not in Terms.objects.get().mission

    def test_the_script_is_told_too(self, bob, cast):
        reply = bob.post(edit(make_proposed_tour(cast.alice, cast.bob)), typed(), **SCRIPT)
        assert reply.status_code == 409
        assert "cannot be written on any more" in reply.json()["said"]

    def test_whoever_comes_back_to_it_is_sent_to_the_tour(self, bob, cast):
        tour = make_proposed_tour(cast.alice, cast.bob)
        assert bob.get(edit(tour)).url == tour.get_absolute_url()

    def test_a_manager_who_no_longer_manages_keeps_the_words_and_not_the_pen(self, bob, cast, draft):
        cast.alice.reporting_lines.filter(manager=cast.bob).update(until=TODAY - timedelta(days=1))
        cast.alice.reporting_lines.create(manager=cast.carol, since=TODAY)
        reply = bob.post(edit(draft), typed(save=1, mission="Mine."))
        assert reply.status_code == 400
        assert "Mine." in reply.content.decode()
        assert Terms.objects.get().revision == 0


class TestWhatMayStand:
    @pytest.mark.parametrize("field", ["mission", "company_gain", "employee_gain", "values"])
    def test_twenty_thousand_characters_are_counted_and_kept_in_the_page(self, bob, draft, field):
        reply = bob.post(edit(draft), typed(save=1, **{field: "ä" * 20_000}))
        page = reply.content.decode()
        assert reply.status_code == 400
        assert "This is 20000 characters long; 4000 fit." in page
        assert "ä" * 20_000 in page

    def test_any_script_and_emoji_are_kept_and_markup_is_text(self, bob, draft):
        words = "مهمة واحدة 🧭 <script>alert('x')</script> & \u202e{{ 7 }}"
        bob.post(edit(draft), typed(save=1, mission=words, **row(0, words, known_by=words)))
        assert Terms.objects.get().mission == words
        page = shown(bob, draft)
        assert "<script>alert" not in page
        assert page.count("مهمة واحدة 🧭 &lt;script&gt;") >= 3

    @pytest.mark.parametrize(
        "day", ["20260-01-01", "0020-01-01", "9999-12-31", "31.12.2026", "tomorrow", "-1"]
    )
    @pytest.mark.parametrize("field", ["starts_on", "ends_on", "promise-0-due_on"])
    def test_absurd_days_are_refused_beside_what_was_typed(self, bob, draft, field, day):
        reply = bob.post(edit(draft), typed(save=1, **{field: day}))
        assert reply.status_code == 400
        assert f'value="{day}"' in reply.content.decode()
        assert Terms.objects.get().revision == 0


class TestQueries:
    SAVE_AT_MOST = 8  # session and user included

    def test_a_save_takes_eight_however_many_promises_change(self, bob, draft, statements):
        terms = draft.versions.get()
        for few in (2, 10):
            kept = [make_promise(terms, what=f"Number {n}.") for n in range(few)]
            rows = {"promise-TOTAL_FORMS": few + 1, **row(few, "A new one.")}
            for at, promise in enumerate(kept):
                rows |= row(at, "Changed.", key=promise.key, **({"DELETE": "on"} if at == 0 else {}))
            revision = Terms.objects.get().revision
            found = statements(bob, edit(draft), typed(save=1, revision=revision, **rows))
            assert len(found) <= self.SAVE_AT_MOST, "\n".join(found)

    def test_so_does_the_page_saving_by_itself(self, bob, draft, statements):
        found = statements(bob, edit(draft), typed(), status=200, **SCRIPT)
        assert len(found) <= self.SAVE_AT_MOST, "\n".join(found)

    def test_the_page_takes_as_many_with_a_long_past_as_with_none(self, bob, cast, draft, statements):
        counts = []
        for _ in range(3):
            counts.append(len(statements(bob, edit(draft), has="Alice Ames")))
            for _more in range(4):
                make_terms_with_promises(cast)
        assert counts[1] == counts[2] <= 8, counts

    def test_an_answer_to_a_change_asked_for_takes_no_more(self, bob, cast, as_, statements):
        tour = make_changed_tour(cast.alice, cast.bob)
        as_(cast.alice).post(reverse("terms_ask_for_change", args=[tour.pk, 2]), {"words": "Later."})
        found = statements(bob, edit(tour), has="Later.")
        assert len(found) <= 8, "\n".join(found)
