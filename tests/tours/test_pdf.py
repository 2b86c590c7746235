"""The PDF of a statement: whole, readable by eye, ear and program, whatever was written."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from html import unescape

import pytest
import typst
from django.urls import reverse
from pypdf import PdfReader

from tests.factories import make_promise, make_proposed_tour, make_signed_tour, make_tour, propose
from tours import pdf as module
from tours.models import Side, Signature
from tours.typesetting import set_type


@pytest.fixture
def fetch(as_, cast):
    """The PDF that Alice gets, in her language."""

    def read(tour, language="en", number=1) -> PdfReader:
        cast.alice.language = language
        cast.alice.save()
        reply = as_(cast.alice).get(reverse("terms_pdf", args=[tour.pk, number]))
        assert reply.status_code == 200
        assert reply["Content-Type"] == "application/pdf"
        return PdfReader(io.BytesIO(reply.content))

    return read


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def claims_ua(reader) -> bool:
    stream = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    return "<pdfuaid:part>1</pdfuaid:part>" in stream


def test_it_says_all_that_the_page_says(cast, fetch):
    tour = make_tour(cast.alice, cast.bob, starts_on=date(2026, 3, 16), ends_on=date(2028, 3, 15))
    terms = tour.versions.get()
    make_promise(terms, known_by="a published talk")
    propose(terms)
    found = words(fetch(tour))
    for part in (
        "Statement of alliance",
        "TRANSFORMATIONAL TOUR OF DUTY · VERSION 1",
        "between Alice Ames and the company, for which Bob Brand speaks",
        "Move the booking engine to the new platform",
        "One platform to run instead of two",
        "Alice gains",
        "Lead a migration end to end",
        "From 16 Mar 2026 to 15 Mar 2028.",
        "A seat in the architecture round from April on.",
        "The company, through Bob Brand, by 15 May 2026. Both will know by: a published talk",
        "not signed yet",
        "It is not a contract of employment",
        "1 / 1",
    ):
        assert part in found, part


def test_page_and_pdf_say_every_word_of_the_text(cast, fetch, as_):
    tour = make_tour(
        cast.alice,
        cast.bob,
        mission="Move it.\n\nAll of it: <b> & *more*.",
        values="Candour before comfort.",
        reason="The platform was sold.",
        starts_on=date(2026, 3, 16),
        ends_on=date(2028, 3, 15),
    )
    for side in Side:
        make_promise(tour.versions.get(), side, what=f"What the {side} does.", known_by="a published talk")
    propose(tour.versions.get())
    text = as_(cast.alice).get(reverse("terms_text", args=[tour.pk, 1])).content.decode()
    page = unescape(as_(cast.alice).get(tour.get_absolute_url()).content.decode())
    paper = words(fetch(tour))
    said = [line.strip() for line in text.splitlines() if line.startswith("    ") and line.strip()]
    assert len(said) == 14
    for line in [*said, "16 Mar 2026", "15 Mar 2028", "15 May 2026"]:
        assert line in page, line
        assert line in paper, line


def test_it_names_who_signed_and_when(cast, fetch):
    found = words(fetch(make_signed_tour(cast.alice, cast.bob)))
    assert "the employee, signed version 1 on 16 Mar 2026, 09:00" in found
    assert "for the company, signed version 1 on 16 Mar 2026, 09:00" in found
    assert "not signed yet" not in found


def test_its_fingerprint_is_that_of_the_text_it_carries(cast, fetch):
    reader = fetch(make_signed_tour(cast.alice, cast.bob, mission="Größer als 🚀 مهمة"))
    ((name, (content,)),) = reader.attachments.items()
    assert name.endswith("-version-1.txt")
    digest = hashlib.sha256(content).hexdigest()
    assert Signature.objects.first().fingerprint == digest
    assert digest in words(reader).replace(" ", "")


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
def test_it_is_tagged_for_those_who_hear_it(language, cast, fetch):
    reader = fetch(make_signed_tour(cast.alice, cast.bob), language)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "Alice Ames, Bob Brand" in reader.metadata.title
    assert claims_ua(reader)
    tags = list(tags_below(root["/StructTreeRoot"]))
    assert tags.count("/H1") == 1
    assert tags.count("/H2") >= 4
    assert "/Figure" not in tags


def tags_below(node):
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from tags_below(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node["/S"]
        if "/K" in node:
            yield from tags_below(node["/K"])


def test_promises_are_a_list(cast, fetch):
    tour = make_tour(cast.alice, cast.bob)
    for _ in range(3):
        make_promise(tour.versions.get())
    propose(tour.versions.get())
    assert list(tags_below(fetch(tour).trailer["/Root"]["/StructTreeRoot"])).count("/LI") == 3


def test_it_is_in_the_readers_language_and_the_words_as_written(cast, fetch):
    tour = make_signed_tour(cast.alice, cast.bob, mission="Move the booking engine.")
    found = words(fetch(tour, "de"))
    assert "16. März 2026" in found
    assert "Move the booking engine." in found


def test_markup_of_any_kind_is_text(cast, fetch):
    hostile = (
        '<b>bold</b> *b* _i_ `c` $x^2$ #strong[x] #read("/etc/passwd") \\u{41} {{ 7 }} {% now %} // no @x <y>'
    )
    assert hostile.replace(" ", "") in words(
        fetch(make_proposed_tour(cast.alice, cast.bob, mission=hostile))
    ).replace(" ", "")


def test_names_are_text_too(cast, fetch):
    cast.alice.name = '#panic("x") <b>Alice</b>'
    cast.alice.save()
    assert '#panic("x")' in words(fetch(make_proposed_tour(cast.alice, cast.bob)))


def test_arabic_is_joined_and_can_be_searched(cast, fetch):
    tour = make_proposed_tour(cast.alice, cast.bob, mission="نقل محرك الحجز إلى المنصة الجديدة")
    found = words(fetch(tour, "ar"))
    for word in ("نقل", "الحجز", "المنصة", "الجديدة"):
        assert word in found


def test_emoji_are_shown_and_it_stays_accessible(cast, fetch):
    reader = fetch(make_proposed_tour(cast.alice, cast.bob, mission="Launch 🚀 with 👩‍💻, é and ß ✅"))
    assert claims_ua(reader)
    assert "🚀" in words(reader)


def test_control_characters_do_not_matter(cast, fetch):
    reader = fetch(make_proposed_tour(cast.alice, cast.bob, mission="a\x07b\u202ec\ufffed\u200be"))
    assert claims_ua(reader)


def test_what_no_font_has_leaves_a_box_and_claims_nothing(cast, fetch):
    reader = fetch(make_proposed_tour(cast.alice, cast.bob, mission="Private \ue000 use"))
    assert not claims_ua(reader)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Private" in words(reader)


@pytest.mark.parametrize(
    "long", ["x" * 20_000, "word " * 4_000, "م" * 20_000, "🚀" * 5_000, "\n" * 9_000 + "end"]
)
def test_however_long_nothing_is_cut_off(long, cast, fetch):
    reader = fetch(
        make_proposed_tour(cast.alice, cast.bob, mission=long, company_gain=long, employee_gain="e")
    )
    found = words(reader).replace(" ", "").replace("\u200b", "")
    assert found.count(long.strip()[0]) >= 2 * long.count(long.strip()[0])
    assert "notsignedyet" in found


@pytest.mark.parametrize("count", [5, 6, 7, 8])
def test_the_small_print_never_stands_without_the_signatures(count, cast, fetch):
    promises = [{"what": f"The seat in round {n}, in working hours and paid."} for n in range(count)]
    reader = fetch(make_signed_tour(cast.alice, cast.bob, promises=promises))
    (page,) = [text for page in reader.pages if "Fingerprint of" in (text := page.extract_text())]
    assert page.count("signed version 1") == 2


def test_the_same_statement_is_the_same_file(cast, as_):
    url = reverse("terms_pdf", args=[make_signed_tour(cast.alice, cast.bob).pk, 1])
    assert as_(cast.alice).get(url).content == as_(cast.alice).get(url).content


def test_words_that_cannot_be_set_in_time_lead_back_to_the_page(cast, as_, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.001)
    tour = make_signed_tour(cast.alice, cast.bob)
    reply = as_(cast.alice).get(reverse("terms_pdf", args=[tour.pk, 1]), follow=True)
    assert reply.redirect_chain == [(tour.in_force.get_absolute_url(), 302)]
    assert "Print this page instead." in reply.content.decode()


def test_a_family_name_less_person_and_a_review_date_fit_too(cast, fetch):
    cast.alice.name = "Alice"
    cast.alice.save()
    tour = make_proposed_tour(
        cast.alice, cast.bob, ends_on=None, review_on=date(2028, 3, 15), type="foundational"
    )
    assert "open-ended; both look at it again on 15 Mar 2028." in words(fetch(tour))


def test_a_mistake_in_the_template_is_not_taken_for_a_letter_that_no_font_has():
    job = {"statement": {}, "template": "#nothing", "fonts": [], "timestamp": 0}
    with pytest.raises(typst.TypstError, match="unknown variable"):
        set_type(job)


def test_every_font_named_is_there():
    for name in module.FACES:
        assert list((module.FONTS / name).glob("*.ttf")), name


def test_its_template_asks_nobody_for_anything():
    assert "import" not in module.TEMPLATE.read_text()
