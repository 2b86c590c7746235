"""Agreeing, changing and ending, on the pages of a tour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from people.services import set_manager
from tests.factories import MORNING as NOW
from tests.factories import (
    TODAY,
    make_early_end,
    make_promise,
    make_signed_tour,
    make_tour,
)
from tests.sending import read
from tests.tours.conftest import SPAN
from tours import services
from tours.models import Comment, Promise, Side, Terms, Tour

pytestmark = pytest.mark.usefixtures("no_missing_words")


def amended(tour: Tour, actor, **words) -> Terms:
    """A change proposed by the actor."""
    terms = services.amend(tour, "The market has changed.", actor=actor, now=NOW)
    for name, value in (words or {"mission": "The market, then."}).items():
        setattr(terms, name, value)
    services.save_draft(terms, revision=terms.revision, actor=actor, now=NOW)
    services.propose(terms, actor=actor, now=NOW)
    return terms


def text(reply) -> str:
    return " ".join(reply.content.decode().split())


def came_about(client, tour: Tour) -> str:
    return text(client.get(reverse("tour_history", args=[tour.pk])))


class TestSayingSomething:
    def test_about_one_part_it_stands_beside_it_and_in_the_story(self, cast, as_, proposed):
        alice = as_(cast.alice)
        assert "?part=mission" in text(alice.get(proposed.get_absolute_url()))
        say = reverse("terms_comment", args=[proposed.pk, 1])
        assert 'value="mission" selected' in text(alice.get(say + "?part=mission"))
        reply = alice.post(say, {"part": "mission", "words": "Which engine?"}, follow=True)
        assert "Noted. Bob Brand hears of it." in text(reply)
        page = text(as_(cast.bob).get(proposed.get_absolute_url()))
        assert page.count("Which engine?") == 1
        assert f'href="{reverse("tour_history", args=[proposed.pk])}"' in page
        story = came_about(as_(cast.bob), proposed)
        assert "Alice Ames about “The mission”" in story
        assert "Which engine?" in story
        assert "Answer what Alice Ames said about version 1" in text(as_(cast.bob).get("/"))

    def test_a_double_click_says_it_once(self, cast, as_, proposed):
        say = reverse("terms_comment", args=[proposed.pk, 1])
        for part, words in (("mission", "Why?"), ("mission", "Why?"), ("time", "Why?"), ("mission", "Why?")):
            as_(cast.alice).post(say, {"part": part, "words": words})
        as_(cast.bob).post(say, {"part": "mission", "words": "Why?"})
        said = list(Comment.objects.order_by("pk").values_list("part", "author"))
        alice, bob = cast.alice.pk, cast.bob.pk
        assert said == [("mission", alice), ("time", alice), ("mission", alice), ("mission", bob)]

    @pytest.mark.parametrize("name", ["terms_ask_for_change", "tour_decline", "tour_withdraw"])
    def test_so_does_one_that_takes_it_off_the_table(self, cast, as_, proposed, name):
        client = as_(cast.bob if name == "tour_withdraw" else cast.alice)
        url, typed = reverse(name, args=[proposed.pk, 1]), {"part": "mission", "words": "Narwhal."}
        replies = [client.post(url, typed) for _ in range(2)]
        assert [(reply.status_code, reply.url) for reply in replies] == [(302, replies[0].url)] * 2
        assert Comment.objects.get().words == "Narwhal."
        assert client.post(url, typed | {"words": "Walrus."}).status_code == 400
        assert Comment.objects.count() == 1

    def test_the_same_words_answer_what_was_said_in_between(self, cast, as_, proposed):
        say = reverse("terms_comment", args=[proposed.pk, 1])
        for person, words in ((cast.alice, "Yes."), (cast.bob, "And the dates?"), (cast.alice, "Yes.")):
            as_(person).post(say, {"part": "mission", "words": words})
        assert Comment.objects.filter(author=cast.alice, words="Yes.").count() == 2

    def test_nothing_typed_is_lost_and_a_part_that_is_none_is_refused(self, cast, as_, proposed):
        say = reverse("terms_comment", args=[proposed.pk, 1])
        assert as_(cast.bob).post(say, {"part": "mission", "words": " "}).status_code == 400
        reply = as_(cast.bob).post(say, {"part": "salary", "words": "More of it."})
        assert reply.status_code == 400
        assert "More of it." in text(reply)
        assert not Comment.objects.exists()

    @pytest.mark.parametrize("who", ["carol", "dan", "heidi", "mallory"])
    def test_only_the_two_may(self, cast, as_, proposed, who):
        say = reverse("terms_comment", args=[proposed.pk, 1])
        assert as_(getattr(cast, who)).post(say, {"words": "I think…"}).status_code == 404
        assert "terms_comment" not in text(as_(cast.heidi).get(proposed.get_absolute_url()))

    def test_what_is_off_the_table_is_not_remarked_on(self, cast, as_, proposed):
        services.revise(proposed.proposed[-1], actor=cast.bob, now=NOW)
        reply = as_(cast.alice).post(reverse("terms_comment", args=[proposed.pk, 1]), {"words": "Hm…"})
        assert reply.status_code == 400
        assert "Hm…" in text(reply)
        assert "no longer possible" in text(reply)


class TestWhoseTurn:
    @pytest.mark.parametrize(
        ("who", "said"),
        [("alice", "Your turn"), ("bob", "Your turn"), ("heidi", "Waiting for Alice Ames")],
    )
    def test_the_page_says_whose_turn_it_is_and_since_when(self, cast, as_, proposed, who, said):
        Terms.objects.filter(proposed_at=None).update(created_at=NOW)
        page = strip_tags(text(as_(getattr(cast, who)).get(proposed.get_absolute_url())))
        assert said in page
        assert "days" in page[page.index(said) :][:120]

    def test_a_list_says_so_too(self, cast, as_, proposed):
        assert "You and Bob Brand are to sign" in text(as_(cast.alice).get(reverse("tours")))
        assert "You and Alice Ames are to sign" in text(as_(cast.bob).get(reverse("tours")))
        assert "Alice Ames and Bob Brand are to sign" in text(as_(cast.heidi).get(reverse("tours")))
        services.sign(proposed.proposed[-1], actor=cast.bob, now=NOW)
        assert "Alice Ames is to sign" in text(as_(cast.bob).get(reverse("tours")))
        assert "Your turn</strong> · since" in text(as_(cast.alice).get(reverse("tours")))
        assert "is to sign" not in text(as_(cast.carol).get(reverse("tours")))

    def test_a_list_gives_the_dates_of_a_proposal(self, cast, as_, proposed):
        page = text(as_(cast.alice).get(reverse("tours")))
        assert f"{SPAN['ends_on']:%Y}" in page
        assert ">–<" not in page

    def test_who_writes_a_change_is_known_to_the_other_side_and_to_nobody_else(self, cast, as_, signed):
        services.amend(signed, "Between me and my draft.", actor=cast.alice, now=NOW)
        for address in (signed.get_absolute_url(), reverse("tours")):
            page = strip_tags(text(as_(cast.bob).get(address)))
            assert "Alice Ames is writing" in page
            assert "Between me" not in page
            for other in (cast.heidi, cast.carol):
                assert "is writing" not in text(as_(other).get(address))
        assert "Change the terms</a>" not in text(as_(cast.bob).get(signed.get_absolute_url()))


class TestSigning:
    def test_an_old_pages_button_is_refused_with_the_way_to_the_newer_version(self, cast, as_, proposed):
        services.revise(proposed.proposed[-1], actor=cast.bob, now=NOW)
        draft = Terms.objects.get(number=2)
        draft.mission = "Another."
        services.save_draft(draft, revision=0, actor=cast.bob, now=NOW)
        services.propose(draft, actor=cast.bob, now=NOW)
        reply = as_(cast.alice).post(reverse("terms_sign", args=[proposed.pk, 1]))
        page = text(reply)
        assert reply.status_code == 400
        assert "You were reading version 1, but version 2 is on the table by now." in page
        assert f"/tours/{proposed.pk}/changes/?from=1&amp;to=2" in page
        assert f'href="/tours/{proposed.pk}/versions/2/">Read version 2' in page
        assert not Terms.objects.get(number=1).signatures.exists()

    def test_either_side_may_answer_with_words_of_its_own(self, cast, as_, proposed):
        assert "Write a counter-proposal" in text(as_(cast.alice).get(proposed.get_absolute_url()))
        assert "Write a new version" in text(as_(cast.bob).get(proposed.get_absolute_url()))
        for reader, other in ((cast.alice, "Bob Brand"), (cast.bob, "Alice Ames")):
            said = f"{other} sees that you are writing, but not what, until you propose it."
            assert said in text(as_(reader).get(proposed.get_absolute_url()))
        reply = as_(cast.alice).post(reverse("terms_revise", args=[proposed.pk, 1]))
        assert reply.url == reverse("terms_edit", args=[proposed.pk])
        assert Tour.objects.get().draft.created_by == cast.alice


def test_a_change_that_changes_nothing_is_not_proposed(cast, as_, signed):
    make_promise(services.amend(signed, "Just so.", actor=cast.bob, now=NOW), what="A talk.")
    bob, edit = as_(cast.bob), reverse("terms_edit", args=[signed.pk])
    form, promise = bob.get(edit).context["form"], Promise.objects.get()
    typed = {name: form[name].value() for name in form.fields} | {"propose": 1, "warned": 1}
    typed |= {"promise-TOTAL_FORMS": 1, "promise-INITIAL_FORMS": 1, "promise-0-key": promise.key}
    typed |= {f"promise-0-{name}": getattr(promise, name) for name in ("owed_by", "what", "due_on")}
    reply = bob.post(edit, typed | {"promise-0-DELETE": "on"})
    assert reply.status_code == 400
    assert "This cannot be proposed yet" in text(reply)
    assert "Nothing in it differs from version 1, which is in force." in text(reply)
    assert Terms.objects.get(number=2).proposed_at is None
    bob.post(edit, typed | {"revision": reply.context["form"]["revision"].value()})
    assert Terms.objects.get(number=2).proposed_at


class TestComparing:
    @pytest.fixture
    def tour(self, cast, signed) -> Tour:
        """In force as version 1; version 2 was declined; version 3 is on the table."""
        second = amended(signed, cast.alice, mission="The second thought.")
        services.decline(second, "Not so.", actor=cast.bob, now=NOW)
        third = services.amend(signed, "Once more.", actor=cast.alice, now=NOW)
        third.mission = "The third thought."
        services.save_draft(third, revision=third.revision, actor=cast.alice, now=NOW)
        make_promise(third, Side.EMPLOYEE, what="A talk in autumn.")
        services.propose(third, actor=cast.alice, now=NOW)
        return signed

    def test_a_change_is_held_against_the_terms_in_force(self, cast, as_, tour):
        page = text(as_(cast.bob).get(reverse("terms_changes", args=[tour.pk, 3])))
        assert "From version 1 to version 3" in page
        assert "Version 1 is in force." in page
        assert "Once more." in page
        assert "A talk in autumn." in page
        assert "Unchanged: What the company gains" in page
        assert "Accept and sign version 3" in page

    def test_any_two_in_either_order(self, cast, as_, tour):
        compare = reverse("tour_changes", args=[tour.pk])
        page = text(as_(cast.alice).get(compare, {"from": 3, "to": 2}))
        assert "From version 3 back to version 2" in page
        assert "Accept and sign" not in page
        assert "left out" in page
        assert "one and the same" in text(as_(cast.alice).get(compare, {"from": 2, "to": 2}))
        assert as_(cast.alice).get(compare).status_code == 200

    @pytest.mark.parametrize("asked", [{"from": 9, "to": 1}, {"from": "x", "to": ""}])
    def test_versions_that_are_none_are_refused(self, cast, as_, tour, asked):
        assert as_(cast.alice).get(reverse("tour_changes", args=[tour.pk]), asked).status_code == 400

    def test_nobody_compares_what_they_may_not_read(self, cast, as_, tour):
        for number in (1, 2, 3):
            assert as_(cast.carol).get(reverse("terms_changes", args=[tour.pk, number])).status_code == 404
        draft = services.draft_tour(cast.alice, "rotational", actor=cast.bob, now=NOW)
        assert as_(cast.bob).get(reverse("tour_changes", args=[draft.pk])).status_code == 404

    def test_a_promise_is_known_by_its_key_whatever_its_words_say(self, cast, as_, signed):
        draft = make_tour(cast.alice, cast.bob, **SPAN)
        make_promise(draft.versions.get(), what="A course in May.")
        services.propose(draft.versions.get(), actor=cast.bob, now=NOW)
        services.revise(draft.proposed[-1], actor=cast.bob, now=NOW)
        second = draft.versions.get(number=2)
        Promise.objects.filter(terms=second).update(what="A course in June.")
        services.propose(second, actor=cast.bob, now=NOW)
        page = text(as_(cast.alice).get(reverse("terms_changes", args=[draft.pk, 2])))
        assert "changed</span>" in page
        assert "May." in page
        assert "June." in page
        assert "left out" not in page


class TestChanging:
    def test_a_change_needs_a_reason_and_begins_with_the_words_in_force(self, cast, as_, signed):
        alice, amend = as_(cast.alice), reverse("tour_amend", args=[signed.pk])
        assert alice.post(amend, {"words": ""}).status_code == 400
        reply = alice.post(amend, read(alice, amend, words="The office moves."))
        assert reply.url == reverse("terms_edit", args=[signed.pk])
        draft = Terms.objects.get(number=2)
        assert (draft.reason, draft.mission) == ("The office moves.", signed.in_force.mission)

    def test_the_old_terms_stand_until_both_have_signed_the_new(self, cast, as_, signed):
        amended(signed, cast.alice, mission="Another mission.")
        page = text(as_(cast.bob).get(signed.get_absolute_url()))
        assert signed.in_force.mission in page
        assert "Version 1 stays in force until both have signed version 2." in page
        assert "See what would change" in page
        for person in (cast.bob, cast.alice):
            as_(person).post(reverse("terms_sign", args=[signed.pk, 2]))
        page = text(as_(cast.heidi).get(signed.get_absolute_url()))
        assert "Another mission." in page
        assert "Version 2 was agreed" in came_about(as_(cast.heidi), signed)

    def test_declining_a_change_leaves_the_terms_in_force(self, cast, as_, signed):
        amended(signed, cast.alice)
        reply = as_(cast.bob).post(
            reverse("tour_decline", args=[signed.pk, 2]), {"words": "No."}, follow=True
        )
        assert "Bob Brand declined version 2" in came_about(as_(cast.bob), signed)
        assert Tour.objects.get().in_force.number == 1
        assert "Change the terms" in text(reply)

    def test_more_time_is_proposed_and_signed_in_one_go(self, cast, as_, signed):
        later = SPAN["ends_on"] + timedelta(days=90)
        extend = reverse("tour_extend", args=[signed.pk])
        bob = as_(cast.bob)
        typed = read(bob, extend, until=later, reason="One more season.")
        reply = bob.post(extend, typed, follow=True)
        assert "Proposed, and signed by you." in text(reply)
        assert "It would run to" in text(reply)
        terms = Terms.objects.get(number=2)
        assert (terms.ends_on, terms.signatures.get().signer) == (later, cast.bob)
        as_(cast.alice).post(reverse("terms_sign", args=[signed.pk, 2]))
        assert Tour.objects.get().ends_on == later

    @pytest.mark.parametrize("until", [TODAY, SPAN["ends_on"], "", "soon", "9999-12-31"])
    def test_an_end_that_is_no_later_is_refused(self, cast, as_, signed, until):
        extend = reverse("tour_extend", args=[signed.pk])
        reply = as_(cast.bob).post(extend, {"until": until, "reason": "One more season."})
        assert reply.status_code == 400
        assert "One more season." in text(reply)
        assert Terms.objects.count() == 1

    def test_an_open_ended_tour_is_given_a_later_review(self, cast, as_):
        span = {"starts_on": TODAY, "ends_on": None, "review_on": TODAY + timedelta(days=300)}
        tour = make_signed_tour(cast.alice, cast.bob, type="foundational", **span)
        later = TODAY + timedelta(days=600)
        services.extend(tour, later, "All is well.", actor=cast.alice, now=NOW)
        assert Terms.objects.get(number=2).review_on == later


class TestInVain:
    def test_what_a_former_manager_proposed_can_be_cleared_away(self, cast, as_, proposed):
        set_manager(cast.alice, cast.carol, since=TODAY)
        page = text(as_(cast.alice).get(proposed.get_absolute_url()))
        assert "Version 1 can no longer be agreed on with Bob Brand." in page
        assert "Clear it away" in page
        assert "Accept and sign" not in page
        assert "No longer with Bob Brand: to be cleared away" in text(as_(cast.alice).get(reverse("tours")))
        assert "which can no longer be agreed on" in text(as_(cast.alice).get("/"))
        as_(cast.alice).post(reverse("tour_decline", args=[proposed.pk, 1]), {"words": "Bob has moved."})
        assert Tour.objects.get().state == Tour.State.DECLINED

    def test_it_keeps_nobody_from_going_on(self, cast, signed):
        services.amend(signed, "Never finished.", actor=cast.bob, now=NOW)
        set_manager(cast.alice, cast.carol, since=TODAY)
        terms = services.reaffirm(signed, "As it was.", actor=cast.carol, now=NOW)
        assert (terms.number, terms.manager) == (2, cast.carol)
        services.sign(terms, actor=cast.alice, now=NOW)
        assert Tour.objects.get().manager == cast.carol

    def test_it_is_over_with_a_newer_proposal_that_the_successor_may_withdraw(self, cast, signed):
        amended(signed, cast.alice)
        set_manager(cast.alice, cast.carol, since=TODAY)
        terms = services.reaffirm(signed, "As it was.", actor=cast.carol, now=NOW)
        assert terms.number == 3
        services.withdraw(terms, "Let us talk first.", actor=cast.carol, now=NOW)
        tour = Tour.objects.get()
        assert (tour.in_force.number, tour.on_table) == (1, None)


class TestEndingEarly:
    def form(self, **more):
        return {"ended_on": TODAY, "reason": "The project was stopped.", "learnt": "To ask earlier.", **more}

    def test_it_says_what_will_happen_and_asks_once(self, cast, as_, signed):
        end = reverse("tour_end_early", args=[signed.pk])
        bob = as_(cast.bob)
        assert "This cannot be taken back." in text(bob.get(end))
        reply = bob.post(end, read(bob, end, **self.form()), follow=True)
        assert "The tour ends early. Alice Ames gets a letter about it" in text(reply)
        assert Tour.objects.get().ended_by == Side.MANAGER

    def test_who_was_writing_when_the_other_ended_it_keeps_what_was_typed(self, cast, as_, signed):
        make_early_end(signed, TODAY, Side.MANAGER)
        for page in ("tour_end_early", "tour_extend", "tour_amend", "tour_end_words"):
            words = self.form(reason="Mine.", words="Mine.", until=SPAN["ends_on"] + timedelta(days=9))
            who = cast.bob if page == "tour_end_words" else cast.alice
            reply = as_(who).post(reverse(page, args=[signed.pk]), words)
            assert reply.status_code == 400
            assert "Mine." in text(reply)
            assert 'role="alert"' in text(reply)

    def test_until_its_last_day_it_runs(self, cast, as_, signed):
        last = TODAY + timedelta(days=30)
        end = reverse("tour_end_early", args=[signed.pk])
        alice = as_(cast.alice)
        alice.post(end, read(alice, end, **self.form(ended_on=last)))
        page = text(as_(cast.bob).get(signed.get_absolute_url()))
        assert "Ends early, on" in page
        assert "Change the terms" not in page

    @pytest.mark.parametrize(
        "more",
        [
            {"ended_on": TODAY + timedelta(days=200)},
            {"ended_on": SPAN["starts_on"] - timedelta(days=1)},
            {"ended_on": ""},
            {"reason": "\u2800"},
            {"reason": "x" * 4001},
        ],
    )
    def test_a_day_out_of_reach_and_no_words_are_refused(self, cast, as_, signed, more):
        reply = as_(cast.bob).post(reverse("tour_end_early", args=[signed.pk]), self.form(**more))
        assert reply.status_code == 400
        assert "To ask earlier." in text(reply)
        assert Tour.objects.get().state == Tour.State.AGREED

    def test_both_sides_words_are_read_by_the_two_alone(self, cast, as_, signed):
        make_early_end(signed, TODAY, Side.MANAGER, reason="Why Bob ended it.")
        add = reverse("tour_end_words", args=[signed.pk])
        assert as_(cast.bob).get(add).status_code == 404
        said = {"reason": "How Alice sees it.", "learnt": ""}
        reply = as_(cast.alice).post(add, said, follow=True)
        assert as_(cast.alice).post(add, said).status_code == 302  # a double click
        assert as_(cast.alice).post(add, said | {"learnt": "Much."}).status_code == 400
        for page in (text(reply), text(as_(cast.bob).get(signed.get_absolute_url()))):
            assert "Why Bob ended it." in page
            assert "How Alice sees it." in page
            assert "Who can see this: the employee, the manager who agreed to it." in page
        assert as_(cast.alice).get(add).status_code == 404
        for other in (cast.heidi, cast.carol):
            page = text(as_(other).get(signed.get_absolute_url()))
            assert "Ended early" in page or "Ends early" in page
            assert "Why Bob" not in page
            assert "How Alice" not in page
        assert "Bob Brand ended the tour early" in came_about(as_(cast.heidi), signed)
        assert "Why Bob" not in came_about(as_(cast.heidi), signed)
        assert as_(cast.carol).get(reverse("tour_history", args=[signed.pk])).status_code == 404
