"""Figures and tables as a browser lays them out, and prints them."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from alliance_site.dashboards.retention import lists
from people.models import Person
from people.numbers import number, percent
from tests.browser.conftest import PHONE, make_running_tour
from tests.factories import make_expectation, make_reply, make_signed_tour
from tests.factories.letters import make_message

#: Numbers that reach beyond their place, or with it beyond the table's, when each of them says that.
CUT = """said => {
    document.querySelectorAll('details').forEach(it => { it.open = true; });
    const cells = [...document.querySelectorAll('td.num')];
    cells.forEach(it => { it.textContent = said; });
    return cells.filter(it => {
        const [own, all] = [it, it.closest('.table-wrap')].map(box => box.getBoundingClientRect());
        return it.scrollWidth > it.clientWidth || own.left < all.left - 0.5 || own.right > all.right + 0.5;
    }).map(it => `${it.dataset.label}: ${said}`);
}"""


def test_tables_and_explanations_are_printed_though_they_are_folded_on_the_page(cast, page_as):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 1, 1))
    page = page_as(cast.heidi)
    for address, printed in (
        ("?", ("It is not 100% less turnover", "Each rate covers the twelve months up to that month’s end")),
        ("staying/?", ("Numbers at risk",)),
        ("tours/?", ("Of the tours that ended in the period", "No tour ended in the period.")),
    ):
        page.goto(f"/retention/{address}from=2025-01-01&to=2025-12-31")
        sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
        words = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
        assert [part for part in printed if part not in words] == [], address


def test_a_printed_list_says_which_page_of_how_many_it_is(cast, page_as, monkeypatch):
    monkeypatch.setattr(lists, "A_PAGE", 2)
    page = page_as(cast.heidi)
    page.goto("/retention/list/closing/")
    assert page.get_by_role("link", name="Next").is_visible()
    (sheet,) = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    words = " ".join(sheet.extract_text().split())
    assert "Page 1 of 3" in words
    assert "Next" not in words


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
def test_no_table_is_cut_off_at_any_width(cast, page_as, language):
    """Where it does not fit, its cells stand below the name of the row."""
    make_running_tour(cast.alice, cast.bob)
    late = date(2026, 11, 23)
    make_message(cast.alice, state="waiting", reason="550 5.1.1 No such mailbox here", due_on=late)
    make_reply(make_expectation(cast.alice, cast.bob, due_on=late))
    Person.objects.filter(pk=cast.heidi.pk).update(language=language)
    page = page_as(cast.heidi)
    for address in ("/retention/departments/", "/messages/", "/tours/", "/expectations/"):
        page.goto(address)
        assert page.locator(".table-wrap").count(), address
        for width in (660, 768, 950, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            cut = page.evaluate(
                "[...document.querySelectorAll('.table-wrap')].map(it => it.scrollWidth - it.clientWidth)"
            )
            assert {*cut} == {0}, f"{address} at {width}"
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{address} at {width}"


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
def test_numbers_stand_two_by_two_on_a_phone_and_none_beyond_its_place(cast, page_as, language):
    make_running_tour(cast.alice, cast.bob)
    Person.objects.filter(pk=cast.heidi.pk).update(language=language)
    page = page_as(cast.heidi, view=PHONE)
    page.goto("/retention/departments/")
    wide, tops = page.evaluate(
        """() => {
            const cells = [...document.querySelectorAll('td.num')];
            return [cells.filter(it => it.scrollWidth > it.clientWidth).map(it => it.textContent),
                    cells.slice(0, 10).map(it => it.getBoundingClientRect().top)];
        }"""
    )
    assert wide == []
    assert (len(tops), len(set(tops))) == (10, 5)


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
def test_no_number_is_cut_on_a_phone_however_large(cast, page_as, language):
    make_running_tour(cast.alice, cast.bob)
    Person.objects.filter(pk__in=(cast.heidi.pk, cast.bob.pk)).update(language=language)
    with override(language):
        widest = [number(250_000), percent(1), number(-12_345)]
    for person, *addresses in (
        (cast.heidi, "/retention/", "/retention/departments/", "/retention/staying/", "/retention/tours/"),
        (cast.bob, "/team/"),
    ):
        page = page_as(person, view=PHONE)
        for address in addresses:
            page.goto(address)
            assert page.locator("td.num").count(), address
            assert [cut for said in widest for cut in page.evaluate(CUT, said)] == [], address


@pytest.mark.parametrize("width", [360, 800])
def test_whoever_goes_by_keys_sees_where_they_are_in_the_head_of_a_table_that_is_stacked(
    cast, page_as, axe, width
):
    page = page_as(cast.heidi, view={"width": width, "height": 900})
    page.goto("/retention/departments/")
    assert page.get_by_role("columnheader").count() > 5
    links = page.locator(".table-stack thead a")
    assert links.count() == page.get_by_role("columnheader").count()
    unseen = page.evaluate(
        """() => [...document.querySelectorAll('.table-stack thead a')].filter(link => {
            link.focus();
            const {left, top, width, height} = link.getBoundingClientRect();
            return document.elementFromPoint(left + width / 2, top + height / 2) !== link;
        }).length"""
    )
    assert unseen == 0
    assert axe(page) == []


def test_who_reads_in_the_dark_prints_in_colours_for_paper(cast, page_as):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 1, 1))
    page = page_as(cast.heidi)
    page.goto("/retention/?from=2024-01-01&to=2025-12-31")
    drawn = []
    for scheme in ("light", "dark"):
        page.emulate_media(media="print", color_scheme=scheme)
        drawn.append(page.evaluate("getComputedStyle(document.querySelector('.plot .series')).stroke"))
    page.emulate_media(media="screen", color_scheme="dark")
    drawn.append(page.evaluate("getComputedStyle(document.querySelector('.plot .series')).stroke"))
    assert drawn[0] == drawn[1] != drawn[2]


def test_headline_numbers_are_level_on_paper_however_long_their_names_are(cast, page_as):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 1, 1))
    page = page_as(cast.heidi)
    page.goto("/retention/?from=2024-01-01&to=2025-12-31")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    page.evaluate("document.querySelector('.headlines dt').append(' and more'.repeat(9))")
    tops = {round(number.bounding_box()["y"]) for number in page.locator(".headlines .headline").all()}
    assert len(tops) == 1


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_is_told_of_heights_begins_no_earlier_than_the_text_above(cast, page_as, language):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 1, 1))
    Person.objects.filter(pk=cast.heidi.pk).update(language=language)
    page = page_as(cast.heidi, view=PHONE)
    page.goto("/retention/?from=2024-01-01&to=2025-12-31")
    told = page.locator(".plot text[text-anchor=end][x='-8']")
    told.first.evaluate("(it, most) => { it.textContent = most; }", "250,000")
    figure = page.locator("figure.chart").first.bounding_box()
    assert told.first.bounding_box()["x"] >= figure["x"]


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
def test_the_days_of_a_page_and_the_heads_of_two_tables_side_by_side_take_one_line(cast, page_as, language):
    Person.objects.filter(pk=cast.bob.pk).update(language=language, name="Bartholomäus Brandenburger")
    page = page_as(cast.bob)
    page.goto("/team/?from=2025-11-01&to=2026-10-31")
    lines = """it => {
        const [words, style] = [new Range(), getComputedStyle(it)];
        words.selectNodeContents(it);
        return Math.round(words.getBoundingClientRect().height / parseFloat(style.lineHeight));
    }"""
    heads = page.locator(".side-by-side thead .num")
    assert heads.count() == 4
    for told in (page.locator(".lede span"), *heads.all()):
        assert told.evaluate(lines) == 1, told.text_content()


def test_charts_of_one_row_are_level(cast, page_as):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 1, 1))
    page = page_as(cast.heidi)
    page.goto("/retention/?from=2024-01-01&to=2025-12-31")
    plots = page.locator(".charts .plot")
    for part in ("figcaption", ".reading"):
        page.evaluate("part => document.querySelector(`.charts ${part}`).append(' more'.repeat(60))", part)
    tops = {round(plots.nth(n).bounding_box()["y"]) for n in range(2)}
    assert len(tops) == 1


def test_what_can_be_asked_is_folded_on_a_phone_until_one_asks(cast, page_as, axe):
    page = page_as(cast.heidi, view=PHONE)
    page.goto("/retention/")
    field, lid = page.get_by_label("Department"), page.get_by_text("Change what is shown")
    assert not field.is_visible()
    lid.focus()
    page.keyboard.press("Enter")
    field.select_option("Sales")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**department=Sales**")
    assert field.is_visible()
    page.goto("/retention/")
    page.set_viewport_size({"width": 800, "height": 900})
    assert field.is_visible()
    assert not lid.is_visible()
    field.focus()
    assert field.evaluate("it => it === document.activeElement")
    assert page.get_by_role("combobox", name="Department").count() == 1
    assert axe(page) == []


@pytest.mark.parametrize("width", [800, 1280])
def test_what_narrows_a_list_further_is_one_line_and_what_shows_it_right_below(cast, page_as, width):
    page = page_as(cast.heidi, view={"width": width, "height": 900})
    for of in ("leavers", "ended"):
        page.goto(f"/retention/list/{of}/")
        label, button = (
            page.locator(f".filter-fields {each}").bounding_box() for each in ("#div_id_alone label", ".btn")
        )
        assert label["height"] < 30
        assert 0 < button["y"] - label["y"] - label["height"] < 30


def test_fields_of_a_filter_are_level_whatever_stands_above_or_below_them(cast, page_as):
    Person.objects.filter(pk=cast.heidi.pk).update(language="de")
    page = page_as(cast.heidi)
    for address, width in (("/messages/", 950), ("/retention/?from=wrong&to=2025-12-31", 1280)):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        fields = page.locator(".filter-fields :is(input:not([type=hidden]), select)").all()
        tops = [round(box["y"]) for field in fields if (box := field.bounding_box())]
        assert len(tops) > 2
        assert len(set(tops)) == 1, address
