"""What exactly was agreed: one text, its fingerprint, and that nothing moves either of them."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pytest
from django.conf import settings
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from django.utils import translation

from people.models import Access
from tests.factories import (
    DAY,
    NOW,
    make_changed_tour,
    make_promise,
    make_proposed_tour,
    make_signed_tour,
    make_tour,
    propose,
)
from tests.test_fuzz import Fields
from tours import services
from tours.models import Policy, Promise, Seal, Side, Signature, Terms, Tour
from tours.statement import canonical_text, fingerprint, seal_of

FORMAT_1 = """\
Statement of alliance, format 1
Tour: {tour}
Version: 1
Type: transformational
Employee:
    Alice Ames
For the company:
    Bob Brand
Mission:
    Move the booking engine to the new platform and switch the old one off.
The company gains:
    One platform to run instead of two from the first quarter on.
The employee gains:
    Lead a migration end to end and present it at the spring conference.
From: 2026-03-16
To: 2028-03-15
Months between check-ins: 3
Promise of the company, by 2026-05-15:
    A seat in the architecture round from April on.
Known by:
    A published talk.
Wording:
    This statement is a promise between two people, made in good faith. It is not a contract of \
employment and changes none.
Wording:
    It is not a prelude to a dismissal either: if something changes, both say so and agree anew.
"""


@pytest.fixture
def terms(cast) -> Terms:
    """Ready to be proposed, with one promise."""
    terms = make_tour(cast.alice, cast.bob).versions.get()
    make_promise(terms, known_by="A published talk.")
    return terms


def again(terms: Terms) -> Terms:
    return Terms.objects.select_related("tour", "employee", "manager", "policy").get(pk=terms.pk)


def text(terms: Terms) -> str:
    return canonical_text(again(terms))


def test_format_1_is_written_like_this_for_ever(terms):
    """If this fails, do not mend the test: count `FORMAT` up, and let statements be told apart."""
    assert text(terms) == FORMAT_1.format(tour=terms.tour_id)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"mission": "Another."},
        {"company_gain": "Another."},
        {"employee_gain": "Another."},
        {"values": "Candour."},
        {"reason": "The platform was sold."},
        {"starts_on": DAY.replace(day=17)},
        {"ends_on": date(2028, 3, 16)},
        {"review_on": date(2028, 3, 15)},
        {"ends_on": None, "review_on": date(2028, 3, 15)},
        {"rhythm": 6},
    ],
)
def test_a_change_of_the_terms_changes_the_text(change, terms):
    before = text(terms)
    Terms.objects.filter(pk=terms.pk).update(**change)
    assert text(terms) != before


@pytest.mark.parametrize(
    "change",
    [
        {"owed_by": Side.EMPLOYEE},
        {"what": "Another."},
        {"due_on": date(2026, 5, 16)},
        {"known_by": "Another."},
        {"known_by": ""},
    ],
)
def test_a_change_of_a_promise_changes_the_text(change, terms):
    before = text(terms)
    Promise.objects.filter(terms=terms).update(**change)
    assert text(terms) != before


def test_another_promise_another_type_and_another_name_change_the_text(cast, terms):
    texts = [text(terms)]
    make_promise(terms)
    texts.append(text(terms))
    Tour.objects.filter(pk=terms.tour_id).update(type=Tour.Type.ROTATIONAL)
    texts.append(text(terms))
    for person in (cast.alice, cast.bob):
        person.name += " Major"
        person.save()
        texts.append(text(terms))
    assert len(set(texts)) == len(texts)


def test_the_companys_own_wordings_are_part_of_the_text(cast, terms):
    before = text(terms)
    Terms.objects.filter(pk=terms.pk).update(
        policy=make_policy(cast, non_binding="Our word, and no contract.")
    )
    assert "    Our word, and no contract.\n" in text(terms)
    assert text(terms) != before


def make_policy(cast, **kw) -> Policy:
    return Policy.objects.create(number=1, holds_from=DAY, made_by=cast.heidi, made_at=NOW, **kw)


#: What a version holds beside what was agreed: whose it is, how it came about, what follows from it.
NOT_AGREED = {
    Terms: {"id", "created_by", "created_at", "revision", "proposed_by", "proposed_at", "talk_on"},
    Promise: {"id", "key", "terms", "word"},
}
AGREED = {
    Terms: {
        *("tour", "number", "employee", "manager", "mission", "company_gain", "employee_gain", "values"),
        *("reason", "starts_on", "ends_on", "review_on", "rhythm", "policy"),
    },
    Promise: {"owed_by", "what", "due_on", "known_by"},
}


@pytest.mark.parametrize("model", [Terms, Promise])
def test_a_new_field_is_either_agreed_on_or_not(model):
    """Whoever adds one says here which; what is agreed goes into the text, and the format counts up."""
    assert {field.name for field in model._meta.concrete_fields} == AGREED[model] | NOT_AGREED[model]


def test_no_words_can_pass_for_another_part(cast):
    gain = "One platform."
    one = make_tour(cast.alice, cast.bob, mission=f"M\nThe company gains:\n    {gain}", company_gain="x")
    other = make_tour(cast.alice, cast.bob, mission="M", company_gain=gain)
    bodies = [text(tour.versions.get()).split("\n", 2)[2] for tour in (one, other)]
    assert bodies[0] != bodies[1]
    assert "\n    The company gains:\n        One platform.\n" in bodies[0]


def test_it_does_not_matter_how_a_browser_ends_its_lines(cast):
    one, other = (make_tour(cast.alice, cast.bob, mission=words) for words in ("a\r\n\r\nb", "a\n\nb"))
    texts = [text(tour.versions.get()).split("\n", 2)[2] for tour in (one, other)]
    assert texts[0] == texts[1]


def test_the_text_is_the_same_in_every_language(terms):
    texts = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts.add(text(terms))
    assert len(texts) == 1


def test_a_proposal_is_sealed_and_each_signature_names_the_seal(cast, terms):
    services.propose(again(terms), actor=cast.bob, now=NOW)
    assert Seal.objects.get().text == text(terms)
    for person in (cast.alice, cast.bob):
        services.sign(again(terms), actor=person, now=NOW)
    expected = hashlib.sha256(text(terms).encode()).hexdigest()
    assert set(Signature.objects.values_list("fingerprint", flat=True)) == {expected}


def test_a_version_proposed_before_there_were_seals_is_sealed_by_the_first_signature(cast, terms):
    propose(terms, sealed=False)
    assert seal_of(again(terms)).fingerprint == fingerprint(text(terms))
    services.sign(again(terms), actor=cast.alice, now=NOW)
    assert Signature.objects.get().fingerprint == Seal.objects.get().fingerprint


def test_the_signed_text_keeps_the_names_of_its_day(cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob)
    before = as_(cast.bob).get(reverse("terms_text", args=[tour.pk, 1])).content
    cast.alice.name = "Alice Brook"
    cast.alice.save()
    assert as_(cast.bob).get(reverse("terms_text", args=[tour.pk, 1])).content == before
    page = as_(cast.bob).get(tour.get_absolute_url()).content.decode()
    assert "between Alice Ames and the company" in page
    assert shown_on(page) == fingerprint(before.decode())


def test_the_database_keeps_seals_as_they_are(cast):
    make_signed_tour(cast.alice, cast.bob)
    for forbidden in (lambda: Seal.objects.update(employee_name="X"), lambda: Seal.objects.all().delete()):
        with pytest.raises(InternalError), transaction.atomic():
            forbidden()


def test_the_database_checks_a_fingerprint_against_its_text(cast, terms):
    names = {"employee_name": "A", "manager_name": "B"}
    with pytest.raises(IntegrityError, match="seal_is_of_its_text"), transaction.atomic():
        Seal.objects.create(terms=terms, text="Agreed: å 🚀\n", fingerprint="0" * 64, **names)
    words = "Agreed: å 🚀\n"
    Seal.objects.create(terms=terms, text=words, fingerprint=fingerprint(words), **names)


def test_nobody_signs_another_text_than_the_one_proposed(cast):
    terms = make_proposed_tour(cast.alice, cast.bob).versions.get()
    forged = Signature(
        terms=terms, side=Side.EMPLOYEE, signer=cast.alice, signed_at=NOW, fingerprint="0" * 64
    )
    with pytest.raises(IntegrityError, match="signature_of_sealed_text"), transaction.atomic():
        forged.save()


def shown_on(page: str) -> str:
    found = re.search(r"<code[^>]*>([0-9a-f ]+)</code>", page)
    assert found
    return found[1].replace(" ", "")


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
def test_page_and_text_agree_in_every_language(language, cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob, mission="Größer als 🚀 مهمة")
    cast.alice.language = language
    cast.alice.save()
    reply = as_(cast.alice).get(reverse("terms_text", args=[tour.pk, 1]))
    assert reply["Content-Type"] == "text/plain; charset=utf-8"
    assert f'filename="alliance-{tour.pk}-version-1.txt"' in reply["Content-Disposition"]
    page = as_(cast.alice).get(tour.get_absolute_url()).content.decode()
    assert shown_on(page) == hashlib.sha256(reply.content).hexdigest()


@pytest.mark.parametrize("name", ["terms_text", "terms_pdf"])
def test_hr_leaves_a_trace_and_the_two_do_not(name, cast, as_):
    tour = make_signed_tour(cast.alice, cast.bob)
    for person in (cast.alice, cast.bob, cast.heidi):
        assert as_(person).get(reverse(name, args=[tour.pk, 1])).status_code == 200
    assert Access.objects.get().viewer == cast.heidi


@pytest.mark.parametrize("name", ["terms_text", "terms_pdf"])
def test_a_draft_is_not_to_be_had(name, cast, as_):
    tour = make_tour(cast.alice, cast.bob)
    for person in (cast.alice, cast.bob, cast.heidi):
        assert as_(person).get(reverse(name, args=[tour.pk, 1])).status_code == 404


def test_only_what_both_signed_is_called_agreed(cast, as_):
    proposed, signed = make_proposed_tour(cast.alice, cast.bob), make_signed_tour(cast.alice, cast.bob)
    for tour, label in ((proposed, "Fingerprint of this text"), (signed, "Fingerprint of what was agreed")):
        assert label in as_(cast.alice).get(tour.get_absolute_url()).content.decode()


def test_a_draft_shows_no_fingerprint(cast, as_):
    tour = make_tour(cast.alice, cast.bob)
    assert "<code" not in as_(cast.bob).get(tour.get_absolute_url()).content.decode()


def test_whoever_writes_a_draft_sees_how_it_will_look(cast, as_):
    make_policy(cast, non_binding="Our word, and no contract.")
    tour = make_tour(cast.alice, cast.bob, mission="To come.")
    page = as_(cast.bob).get(reverse("terms_preview", args=[tour.pk])).content.decode()
    for part in (
        "To come.",
        "Our word, and no contract.",
        "not signed yet",
        reverse("terms_edit", args=[tour.pk]),
    ):
        assert part in page
    for person in (cast.alice, cast.heidi, cast.carol):
        assert as_(person).get(reverse("terms_preview", args=[tour.pk])).status_code == 404


def test_the_look_saves_the_draft_first(cast, as_):
    tour = make_tour(cast.alice, cast.bob)
    edit = reverse("terms_edit", args=[tour.pk])
    fields = Fields(as_(cast.bob).get(edit).content.decode()).values
    typed = {**fields, "mission": "Typed a moment ago.", "save": "preview"}
    for button in ("propose", "add", "take"):
        typed.pop(button, None)
    reply = as_(cast.bob).post(edit, typed, follow=True)
    assert reply.redirect_chain == [(reverse("terms_preview", args=[tour.pk]), 302)]
    assert "Typed a moment ago." in reply.content.decode()


def test_the_page_leads_to_the_pdf_the_text_and_the_changes(cast, as_):
    tour = make_changed_tour(cast.alice, cast.bob)
    page = as_(cast.alice).get(tour.get_absolute_url()).content.decode()
    for name in ("terms_pdf", "terms_text", "terms_changes"):
        assert reverse(name, args=[tour.pk, 2]) in page
