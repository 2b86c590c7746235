"""The figures on paper, as a browser prints them."""

from __future__ import annotations

import io
from datetime import date

from pypdf import PdfReader

from tests.factories import make_signed_tour


def test_tables_and_explanations_are_printed_though_they_are_folded_on_the_page(cast, page_as):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 1, 1))
    page = page_as(cast.heidi)
    for address, printed in (
        ("?", ("It is not 100% less turnover", "A rate is of the twelve months up to then")),
        ("staying/?", ("Numbers at risk",)),
        ("tours/?", ("Of the tours that ended in the period", "No tour ended in the period.")),
    ):
        page.goto(f"/retention/{address}from=2025-01-01&to=2025-12-31")
        sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
        words = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
        assert [part for part in printed if part not in words] == [], address
