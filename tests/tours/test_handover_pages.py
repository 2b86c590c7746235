"""What the pages say of a tour that is to be taken over, and what can be done on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from people.models import Person
from people.services import end_employment, set_manager
from tests.factories import TODAY, make_policy, make_revealed_checkin, make_signed_tour
from tests.sending import read, sent_again
from tests.tours.test_handover import SINCE, SPAN, reaffirm
from tours import services
from tours.face import face
from tours.models import Side, Signature, Terms, Tour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_missing_words")]


@pytest.fixture
def tour(cast) -> Tour:
    """Agreed by Alice and Bob; since ten days Carol manages Alice."""
    tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
    set_manager(cast.alice, cast.carol, since=SINCE)
    return tour


def page(as_, person: Person, tour: Tour) -> str:
    """What both pages of it say, to whoever reads them."""
    client = as_(person)
    read = client.get(tour.get_absolute_url())
    if tour.along_url not in read.text:
        return str(read.text)
    along = client.get(tour.along_url)
    assert (read.status_code, along.status_code) == (200, 200)
    return str(read.text + along.text)


class TestThePage:
    def test_both_read_what_changed_and_what_they_can_do(self, cast, as_, tour):
        said = {
            cast.alice: ("Carol Cole manages you. ", "unless you release it", "You and Carol Cole either"),
            cast.carol: ("you manage Alice. ", "unless Alice releases it", "You and Alice either"),
        }
        for person, words in said.items():
            text = strip_tags(page(as_, person, tour))
            assert "The terms are still those with Bob Brand." in text
            assert "Reaffirm these terms" in text
            assert "Renegotiate them" in text
            for each in words:
                assert each in text

    def test_a_change_that_the_new_manager_writes_leaves_the_terms_in_force_alone(self, cast, as_, tour):
        services.amend(tour, "Another team.", actor=cast.carol, now=timezone.now())
        for address in ("/", reverse("tours")):
            assert "to be cleared away" not in as_(cast.alice).get(address).content.decode()

    @pytest.mark.parametrize("who", ["bob", "heidi"])
    def test_others_who_read_the_terms_learn_of_it_and_have_nothing_to_do(self, cast, as_, tour, who):
        text = strip_tags(page(as_, getattr(cast, who), tour))
        assert "Carol Cole manages Alice" in text
        assert "Reaffirm" not in text

    @pytest.mark.parametrize("who", ["alice", "carol"])
    def test_nothing_of_it_stands_where_nothing_changed(self, cast, as_, who):
        tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
        assert "are still those with" not in page(as_, getattr(cast, who), tour)

    def test_renegotiating_does_not_say_that_the_new_manager_signed_before(self, cast, as_, tour):
        text = as_(cast.carol).get(reverse("tour_amend", args=[tour.pk])).text
        assert "Renegotiate the terms" in text
        assert "since you both signed" not in text

    def test_what_it_says_of_check_ins_is_so(self, cast, as_, tour):
        checkin = make_revealed_checkin(
            tour, TODAY - timedelta(days=60), employee_text="Narwhal", manager_text="Walrus"
        )
        assert as_(cast.carol).get(checkin.get_absolute_url()).status_code == 404
        text = page(as_, cast.carol, tour)
        assert "Narwhal" not in text
        assert "Walrus" not in text
        assert "While the tour changes hands nobody is asked for a check-in." in text

    def test_once_proposed_it_says_what_counts_and_asks_for_nothing_more(self, cast, as_, tour):
        reaffirm(tour, cast.carol)
        text = page(as_, cast.alice, tour)
        assert "Version 2 puts Carol Cole in the place of Bob Brand" in text
        assert "It counts once you and Carol Cole have signed it." in text
        assert "Reaffirm these terms" not in text
        assert "Version 2 puts you in the place of Bob Brand" in page(as_, cast.carol, tour)

    def test_it_says_that_nobody_manages(self, cast, as_, tour):
        end_employment(cast.carol, last_day=TODAY - timedelta(days=1), ending="resignation")
        assert "Nobody is recorded as the manager of Alice Ames today" in page(as_, cast.alice, tour)

    def test_the_former_manager_reads_up_to_what_they_agreed_to(self, cast, as_, tour):
        newer = reaffirm(tour, cast.carol)
        services.sign(newer, actor=cast.alice, now=timezone.now())
        assert as_(cast.bob).get(newer.get_absolute_url()).status_code == 404
        assert "Carol Cole has taken this tour over." in page(as_, cast.bob, tour)
        for person in (cast.alice, cast.carol, cast.heidi):
            assert "has taken this tour over" not in page(as_, person, tour)
        assert as_(cast.bob).get(reverse("terms_version", args=[tour.pk, 1])).status_code == 200


class TestReaffirming:
    def url(self, tour: Tour) -> str:
        return reverse("tour_reaffirm", args=[tour.pk])

    def read(self, client: Client, tour: Tour, words: str) -> dict[str, object]:
        """What is sent by whoever has read the page and says these words."""
        return read(client, self.url(tour), words=words)

    @pytest.mark.parametrize(("who", "other"), [("carol", "alice"), ("alice", "carol")])
    def test_one_says_a_few_words_and_signs_and_the_other_signs_too(self, cast, as_, tour, who, other):
        client = as_(getattr(cast, who))
        reply = client.post(self.url(tour), self.read(client, tour, "I stand by this."))
        assert reply.status_code == 302
        newer = tour.versions.get(number=2)
        assert (newer.reason, newer.signatures.get().signer) == ("I stand by this.", getattr(cast, who))
        assert "I stand by this." in as_(getattr(cast, other)).get(newer.get_absolute_url()).content.decode()
        services.sign(newer, actor=getattr(cast, other), now=timezone.now())
        tour.refresh_from_db()
        assert tour.manager == cast.carol

    def test_who_signs_reads_the_whole_statement_as_it_will_be_proposed(self, cast, as_):
        promises = [{"known_by": "The seat is mine."}, {"owed_by": Side.EMPLOYEE, "what": "A talk in May."}]
        tour = make_signed_tour(cast.alice, cast.bob, **SPAN, promises=promises, values="Candour.")
        set_manager(cast.alice, cast.carol, since=SINCE)
        make_policy(cast.heidi, non_binding="Our word, not a contract.", holds_from=TODAY)
        carol = as_(cast.carol)
        read = carol.get(self.url(tour))
        carol.post(self.url(tour), self.read(carol, tour, "I stand by this."))
        proposed = face(Terms.objects.get(tour=tour, number=2))
        after = {name: getattr(proposed, name) for name in ("reason", "signatures", "fingerprint")}
        assert replace(read.context["face"], **after) == proposed
        assert [(party.name, party.signed) for party in read.context["face"].signatures] == [
            ("Alice Ames", ""),
            ("Carol Cole", ""),
        ]
        for words in ("Candour.", "The seat is mine.", "for which Carol Cole speaks", "Our word, not a"):
            assert words in read.text
        assert read.text.count("<h1") == 1

    def test_what_gives_way_to_it_has_its_number(self, cast, as_, tour):
        services.amend(tour, "Another team.", actor=cast.carol, now=timezone.now())
        set_manager(cast.alice, cast.dan, since=TODAY)
        assert "version 2" in as_(cast.dan).get(self.url(tour)).context["face"].kind

    def test_who_read_another_name_is_told_and_reads_once_more_before_signing(self, cast, as_, tour):
        alice = as_(cast.alice)
        typed = self.read(alice, tour, "Carol, between us.")
        set_manager(cast.alice, cast.dan, since=TODAY)
        reply = alice.post(self.url(tour), typed)
        assert reply.status_code == 400
        for words in (
            "The statement now names Dan Drew as manager.",
            "for which Dan Drew speaks",
            "Carol, between us.",
        ):
            assert words in reply.text
        assert "A few words to Dan Drew" in reply.text
        assert list(tour.versions.values_list("number", flat=True)) == [1]
        assert not Signature.objects.filter(terms__number=2).exists()
        assert alice.post(self.url(tour), sent_again(reply.text, words="Dan, hello.")).status_code == 302
        newer = tour.versions.get(number=2)
        assert (newer.manager, newer.reason) == (cast.dan, "Dan, hello.")

    @pytest.mark.parametrize("before", ["as shipped", "as HR chose before"])
    def test_who_read_another_policy_is_told_and_reads_once_more_before_signing(
        self, cast, as_, tour, before
    ):
        if before == "as HR chose before":
            make_policy(cast.heidi, non_binding="Our word.", holds_from=TODAY)
        carol = as_(cast.carol)
        typed = self.read(carol, tour, "I stand by this.")
        make_policy(cast.heidi, non_binding="A handshake.", holds_from=TODAY)
        reply = carol.post(self.url(tour), typed)
        assert reply.status_code == 400
        for words in ("policy has changed in the meantime", "A handshake.", "I stand by this."):
            assert words in reply.text
        assert tour.versions.count() == 1
        assert carol.post(self.url(tour), sent_again(reply.text, words="I stand by this.")).status_code == 302
        assert tour.versions.get(number=2).policy.non_binding == "A handshake."

    def test_a_word_that_is_missing_hides_no_change(self, cast, as_, tour):
        alice = as_(cast.alice)
        typed = self.read(alice, tour, "")
        set_manager(cast.alice, cast.dan, since=TODAY)
        again = sent_again(alice.post(self.url(tour), typed).text, words="At last.")
        assert "The statement now names Dan Drew as manager." in alice.post(self.url(tour), again).text
        assert tour.versions.count() == 1

    @pytest.mark.parametrize("to", ["", "9" * 30, "x"])
    def test_nothing_is_signed_by_who_does_not_say_what_they_read(self, cast, as_, tour, to):
        reply = as_(cast.carol).post(self.url(tour), {"words": "Mine.", "to": to})
        assert reply.status_code == 400
        assert tour.versions.count() == 1

    def test_a_word_is_asked_for(self, cast, as_, tour):
        reply = as_(cast.carol).post(self.url(tour), {"words": " "})
        assert reply.status_code == 400
        assert tour.versions.count() == 1

    @pytest.mark.parametrize("who", ["bob", "dan", "heidi", "mallory"])
    def test_nobody_else_may(self, cast, as_, tour, who):
        client = as_(getattr(cast, who))
        assert client.get(self.url(tour)).status_code == 404
        assert client.post(self.url(tour), {"words": "Mine."}).status_code == 404

    def test_not_where_nothing_was_handed_over(self, cast, as_):
        tour = make_signed_tour(cast.alice, cast.bob, **SPAN)
        for person in (cast.alice, cast.bob, cast.carol):
            assert as_(person).get(self.url(tour)).status_code == 404

    def test_of_two_who_reaffirm_at_once_the_second_is_told(self, cast, as_, tour):
        reaffirm(tour, cast.carol)
        reply = as_(cast.alice).post(self.url(tour), {"words": "Me too."})
        assert reply.status_code == 400
        assert "Me too." in reply.text
        assert tour.versions.count() == 2
