"""The statement on paper, as a browser prints it."""

from __future__ import annotations

import io
from datetime import date

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from people.models import Person
from tests.browser.conftest import make_running_tour
from tests.factories import make_tour
from tours.models import Side


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_printed_is_the_statement_and_nothing_around_it(scheme, cast, page_as):
    tour = make_running_tour(cast.alice, cast.bob)
    page = page_as(cast.alice, color_scheme=scheme)
    page.goto(tour.get_absolute_url())
    fingerprint = page.locator(".fingerprint code").inner_text()
    page.emulate_media(media="print")
    for around in (".site-head", ".site-foot", ".turn", ".take-along", ".who-sees"):
        for element in page.locator(around).all():
            expect(element).to_be_hidden()
    (sheet,) = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    words = " ".join(sheet.extract_text().split())
    for part in ("Statement of alliance", "signed version 1 on 16 Mar 2026, 09:00", fingerprint):
        assert part in words, part
    for around in ("How it came about", "Sign out", "Who can see this"):
        assert around not in words, around


@pytest.mark.parametrize(("language", "side"), [("en", "left"), ("ar", "right")])
def test_names_and_promises_stand_on_the_side_from_which_one_reads(cast, page_as, language, side):
    seat = {"what": "A seat in the round.", "due_on": date(2026, 12, 1), "owed_by": Side.MANAGER}
    tour = make_running_tour(cast.alice, cast.bob, promises=[seat])
    Person.objects.filter(pk=cast.alice.pk).update(language=language)
    page = page_as(cast.alice)
    page.goto(tour.get_absolute_url())
    sides = page.evaluate(
        """[...document.querySelectorAll('.promises [dir=auto], .signature [dir=auto]')]
            .map(it => {
                const words = document.createRange();
                words.selectNodeContents(it);
                const [box, around] = [words.getBoundingClientRect(), it.parentNode.getBoundingClientRect()];
                return box.left - around.left < around.right - box.right ? 'left' : 'right';
            })"""
    )
    assert len(sides) > 4
    assert {*sides} == {side}


def test_a_draft_can_be_looked_at_on_the_way(cast, page_as, axe):
    tour = make_tour(cast.alice, cast.bob)
    page = page_as(cast.bob)
    page.goto(f"{tour.get_absolute_url()}draft/")
    page.get_by_role("button", name="Save, and see how it will look").click()
    expect(page.get_by_text("This is how it will look.")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Continue writing").click()
    expect(page).to_have_url(f"{page.url.split('/tours/')[0]}/tours/{tour.pk}/draft/")
