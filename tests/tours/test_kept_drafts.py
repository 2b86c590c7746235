"""What one side is writing is not thrown away by an act of the other."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from alliance_site.dashboards.todo import todo
from alliance_site.outbox.facts import DONE
from alliance_site.outbox.models import Message
from people.services import end_employment, set_manager
from tests.factories import MORNING as NOW
from tests.factories import TODAY, make_promise, write_anew
from tests.reminding import planned, silenced
from tests.sending import sent_again
from tests.tours.test_handover import sentences
from tours import services
from tours.models import Terms, Tour
from tours.reminders import handover
from tours.services import Refused


def write_on(tour: Tour, writer) -> Terms:
    draft = Terms.objects.get(tour=tour, proposed_at=None)
    assert draft.created_by == writer
    draft.mission = "Narwhal"
    return services.save_draft(draft, revision=draft.revision, actor=writer, now=NOW)


class TestClearingAway:
    def test_declining_waits_while_the_other_side_writes_the_next_version(self, cast, as_, proposed):
        services.revise(proposed.proposed[-1], actor=cast.bob, now=NOW)
        draft = write_on(proposed, cast.bob)
        alice, url = as_(cast.alice), reverse("tour_decline", args=[proposed.pk, 1])
        assert url not in alice.get(proposed.get_absolute_url()).text
        reply = alice.post(url, {"words": "Walrus"})
        assert reply.status_code == 400
        assert "Bob Brand has been writing the next version since" in reply.text
        assert "Walrus" in reply.text
        assert Terms.objects.get(pk=draft.pk).mission == "Narwhal"
        services.propose(draft, actor=cast.bob, now=NOW)
        services.decline(draft, "No.", actor=cast.alice, now=NOW)
        assert Tour.objects.get().state == Tour.State.DECLINED

    def test_so_does_withdrawing_a_change_that_the_other_side_answers(self, cast, as_, signed):
        terms = write_anew(services.amend(signed, "The office moves.", actor=cast.alice, now=NOW))
        services.propose(terms, actor=cast.alice, now=NOW)
        services.revise(terms, actor=cast.bob, now=NOW)
        draft = write_on(signed, cast.bob)
        with pytest.raises(Refused, match="Bob Brand has been writing"):
            services.withdraw(terms, "After all not.", actor=cast.alice, now=NOW)
        services.decline(terms, "Not so.", actor=cast.bob, now=NOW)  # their own they may give up
        assert not Terms.objects.filter(pk=draft.pk).exists()

    def test_a_draft_that_nobody_has_written_on_keeps_nobody_from_it(self, cast, proposed):
        terms = proposed.proposed[-1]
        services.ask_for_change(terms, "Start in May.", actor=cast.alice, now=NOW)
        services.decline(terms, "After all not.", actor=cast.alice, now=NOW)
        assert Tour.objects.get().state == Tour.State.DECLINED

    def test_nor_does_one_that_can_no_longer_be_agreed_on(self, cast, proposed):
        services.revise(proposed.proposed[-1], actor=cast.bob, now=NOW)
        write_on(proposed, cast.bob)
        set_manager(cast.alice, cast.carol, since=TODAY)
        services.decline(proposed.proposed[-1], "Carol manages me.", actor=cast.alice, now=NOW)
        assert Tour.objects.get().state == Tour.State.DECLINED

    def test_strangers_are_not_told_who_writes(self, cast, proposed):
        services.revise(proposed.proposed[-1], actor=cast.bob, now=NOW)
        write_on(proposed, cast.bob)
        for person in (cast.carol, cast.heidi, cast.mallory):
            with pytest.raises(Refused, match="no longer possible"):
                services.decline(proposed.proposed[-1], "No.", actor=person, now=NOW)


class TestAnEarlyEnd:
    @pytest.fixture
    def ended(self, cast, signed) -> Tour:
        """By Bob, while Alice was writing."""
        services.amend(signed, "Walrus", actor=cast.alice, now=NOW)
        write_on(signed, cast.alice)
        services.end_early(signed, TODAY, reason="Over.", learnt="", actor=cast.bob, now=NOW)
        return Tour.objects.get()

    def test_leaves_what_was_being_written_to_its_writer(self, cast, as_, ended):
        preview = reverse("terms_preview", args=[ended.pk])
        assert preview in as_(cast.alice).get(ended.get_absolute_url()).text
        page = as_(cast.alice).get(preview)
        assert "Narwhal" in page.text
        assert "It was not proposed, and as it stands nobody can agree on it" in page.text
        assert reverse("terms_edit", args=[ended.pk]) not in page.text

    @pytest.mark.parametrize("who", ["bob", "carol", "dan", "heidi", "mallory"])
    def test_to_nobody_else(self, cast, as_, ended, who):
        client, preview = as_(getattr(cast, who)), reverse("terms_preview", args=[ended.pk])
        assert client.get(preview).status_code == 404
        for url in (ended.get_absolute_url(), reverse("tours"), reverse("home")):
            text = client.get(url).text
            assert preview not in text
            assert "Narwhal" not in text
            assert "Walrus" not in text

    def test_and_nothing_can_be_done_with_it_any_more(self, cast, as_, ended):
        draft = ended.draft
        for act in (services.propose, services.sign):
            with pytest.raises(Refused):
                act(draft, actor=cast.alice, now=NOW)
        assert as_(cast.alice).get(reverse("terms_edit", args=[ended.pk])).status_code == 302
        assert "Write" not in as_(cast.alice).get(reverse("home")).text


class TestWhatCanNoLongerBeAgreedOn:
    """Alice has written other terms; then the tour runs out, or its manager manages her no more."""

    @pytest.fixture
    def written(self, cast, signed) -> Tour:
        services.amend(signed, "Walrus", actor=cast.alice, now=NOW)
        write_on(signed, cast.alice)
        return signed

    def reads(self, as_, person, tour: Tour) -> str:
        preview = reverse("terms_preview", args=[tour.pk])
        assert preview in as_(person).get(tour.get_absolute_url()).text
        return as_(person).get(preview).text

    def test_stays_readable_to_its_writer_after_the_last_day(self, cast, as_, written):
        with time_machine.travel(NOW + timedelta(days=401), tick=False):
            assert "Narwhal" in self.reads(as_, cast.alice, written)
            assert as_(cast.bob).get(reverse("terms_preview", args=[written.pk])).status_code == 404
        assert not any("version" in item.sentence for item in todo(cast.alice, TODAY + timedelta(days=401)))

    @pytest.mark.parametrize("in_the_way", [set_manager, end_employment])
    def test_stays_readable_when_there_is_nobody_to_agree_with(self, cast, as_, written, in_the_way):
        if in_the_way is set_manager:
            set_manager(cast.alice, cast.carol, since=TODAY)
        else:
            end_employment(cast.bob, last_day=TODAY - timedelta(days=1), ending="resignation")
        assert "Narwhal" in self.reads(as_, cast.alice, written)

    def test_so_does_an_answer_to_what_was_never_agreed(self, cast, as_, proposed):
        services.ask_for_change(proposed.proposed[-1], "More time.", actor=cast.alice, now=NOW)
        write_on(proposed, cast.bob)
        set_manager(cast.alice, cast.carol, since=TODAY)
        assert "Narwhal" in self.reads(as_, cast.bob, proposed)
        assert as_(cast.alice).get(reverse("terms_preview", args=[proposed.pk])).status_code == 404

    def test_the_employee_goes_on_with_it_in_the_name_of_the_new_manager(self, cast, as_, written):
        make_promise(written.draft, what="A desk by the sea.")
        set_manager(cast.alice, cast.carol, since=TODAY)
        url = reverse("tour_amend", args=[written.pk])
        for offered in (written.get_absolute_url(), reverse("terms_preview", args=[written.pk])):
            assert url in as_(cast.alice).get(offered).text
        tour_page = as_(cast.alice).get(written.get_absolute_url()).text
        assert "Renegotiate them" not in tour_page
        assert tour_page.count("Clear it away") == 1
        assert any("what becomes of what you wrote" in sentence for sentence in sentences(cast.alice))
        alice = as_(cast.alice)
        page = alice.get(url).text
        assert "You go on with what you had written, now with Carol Cole." in page
        assert "Walrus" in page
        reply = alice.post(url, sent_again(page, words="Carol"))
        assert reply.url == reverse("terms_edit", args=[written.pk])
        (draft,) = Terms.objects.filter(proposed_at=None)
        assert (draft.number, draft.manager, draft.mission) == (2, cast.carol, "Narwhal")
        assert draft.reason == "Carol"
        assert draft.promises.get().what == "A desk by the sea."
        services.propose(draft, actor=cast.alice, now=NOW)

    @pytest.mark.parametrize(
        ("who", "why"), [("carol", "Alice Ames has been writing"), ("alice", "What you have written")]
    )
    def test_nobody_loses_it_by_reaffirming_what_is_in_force(self, cast, as_, written, who, why):
        set_manager(cast.alice, cast.carol, since=TODAY)
        url = reverse("tour_reaffirm", args=[written.pk])
        reply = as_(getattr(cast, who)).post(url, {"words": "I stay."})
        assert reply.status_code == 400
        assert why in reply.text
        assert "I stay." in reply.text
        assert "Narwhal" not in reply.text
        assert Terms.objects.get(proposed_at=None).mission == "Narwhal"

    @pytest.mark.parametrize("who", ["carol", "alice"])
    def test_whom_it_keeps_from_reaffirming_is_told_before_the_form(self, cast, as_, written, who):
        set_manager(cast.alice, cast.carol, since=TODAY)
        client = as_(getattr(cast, who))
        page = client.get(written.get_absolute_url()).text
        told = {
            "carol": "Alice Ames has been writing other terms since",
            "alice": "You have written other terms that were not proposed.",
        }
        assert told[who] in page
        assert "Reaffirm these terms" not in page
        assert "Narwhal" not in page
        assert client.get(reverse("tour_reaffirm", args=[written.pk])).status_code == 404
        services.throw_away(written.draft, actor=cast.alice, now=NOW)
        assert "Reaffirm these terms" in client.get(written.get_absolute_url()).text

    def test_others_are_not_told(self, cast, as_, written):
        set_manager(cast.alice, cast.carol, since=TODAY)
        for person in (cast.bob, cast.heidi):
            assert "has been writing" not in as_(person).get(written.get_absolute_url()).text
        for person in (cast.dan, cast.heidi, cast.mallory):
            with pytest.raises(Refused, match="no longer possible"):
                services.reaffirm(written, "Mine.", actor=person, now=NOW)

    def test_so_is_a_manager_who_is_back_of_what_was_written_for_another(self, cast, as_, signed):
        set_manager(cast.alice, cast.carol, since=TODAY)
        services.amend(signed, "Walrus", actor=cast.alice, now=NOW)
        write_on(signed, cast.alice)
        set_manager(cast.alice, cast.bob, since=TODAY)
        page = as_(cast.bob).get(signed.get_absolute_url()).text
        assert "Alice Ames has been writing other terms since" in page
        assert "Change the terms" not in page
        assert (
            reverse("tour_extend", args=[signed.pk])
            not in as_(cast.alice).get(signed.get_absolute_url()).text
        )
        with pytest.raises(Refused, match="Alice Ames has been writing"):
            services.extend(signed, TODAY + timedelta(days=500), "On.", actor=cast.bob, now=NOW)

    def test_nobody_is_asked_to_take_over_meanwhile_but_who_can(self, cast, written):
        set_manager(cast.alice, cast.carol, since=TODAY)
        take_over = "Take over the tour of Alice Ames"
        assert planned(handover, NOW) == {("Alice", 0)}
        assert take_over not in sentences(cast.carol)
        assert "Agree with Carol Cole" in sentences(cast.alice)[0]
        services.throw_away(written.draft, actor=cast.alice, now=NOW)
        assert planned(handover, NOW) == {("Carol", 0)}
        assert take_over in sentences(cast.carol)

    def test_nor_goes_a_letter_that_waited(self, cast, signed):
        draft = services.amend(signed, "Walrus", actor=cast.alice, now=NOW)
        set_manager(cast.alice, cast.carol, since=TODAY)
        assert planned(handover, NOW) == {
            ("Alice", 0),
            ("Carol", 0),
        }  # nothing is lost with what is unwritten
        Terms.objects.filter(pk=draft.pk).update(revision=1, mission="Narwhal")
        letters = {letter.recipient_id: silenced(letter, NOW) for letter in Message.objects.all()}
        assert letters == {cast.alice.pk: "", cast.carol.pk: DONE}

    def test_nor_by_renegotiating(self, cast, written):
        set_manager(cast.alice, cast.carol, since=TODAY)
        with pytest.raises(Refused, match="Alice Ames has been writing"):
            services.amend(written, "Anew.", actor=cast.carol, now=NOW)
        services.throw_away(written.draft, actor=cast.alice, now=NOW)
        services.amend(written, "Anew.", actor=cast.carol, now=NOW)

    def test_nor_does_it_wait_for_what_the_manager_before_had_begun(self, cast, signed):
        services.amend(signed, "Walrus", actor=cast.bob, now=NOW)
        write_on(signed, cast.bob)
        set_manager(cast.alice, cast.carol, since=TODAY)
        services.reaffirm(signed, "I stand by this.", actor=cast.carol, now=NOW)
        assert not Terms.objects.filter(mission="Narwhal").exists()
