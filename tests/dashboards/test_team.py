"""A manager's page of their team: the same measures, and no more of anybody than a manager may know."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from openpyxl import load_workbook
from pypdf import PdfReader

from alliance_site.dashboards.retention.team import failing, of_reader, today_in_numbers
from alliance_site.dashboards.retention.tours import numbers_of_today
from people.measures.periods import Period
from people.measures.rows import one_row
from people.models import ReportingLine
from people.services import end_employment
from tests.factories import (
    DAY,
    make_amended_tour,
    make_checkin,
    make_early_end,
    make_entry,
    make_line,
    make_person,
    make_return,
    make_revealed_checkin,
    make_signed_tour,
)
from tours.models import Side

URL = "/team/"
IN_APRIL = datetime(2025, 4, 1, 9, 0, tzinfo=UTC)
IN_2025 = {"from": "2025-01-01", "to": "2025-12-31"}
OTHERS = "Other people’s check-ins in time"


@pytest.fixture(autouse=True)
def _in_march_2026():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False):
        yield


def rates(response) -> dict[str, str]:
    return {str(words.name): cell.shown for words, cell, *_made in response.context["rates"]}


@pytest.fixture
def tour(cast):
    due = [{"due_on": date(2025, 6, 1)}]
    tour = make_signed_tour(
        cast.alice, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2026, 4, 1), promises=due
    )
    make_entry(tour.in_force.promises.get(), "kept")
    make_checkin(tour, date(2025, 10, 1))
    return tour


def test_each_reader_finds_their_own_numbers_of_today_whatever_was_asked_before(cast, tour):
    in_2024 = {"starts_on": date(2024, 1, 1), "ends_on": date(2026, 4, 1), "type": "rotational"}
    make_signed_tour(cast.mallory, cast.dan, **in_2024)
    days = [((date(2025, 1, 1), date(2025, 12, 31)), date(2026, 3, 16)), ((DAY, DAY), date(2024, 6, 1))]
    asked = [
        of_reader(manager.pk, Period(*when), on, kind)
        for manager in (cast.bob, cast.carol, cast.dan)
        for when, on in days
        for kind in ("", "rotational", "transformational")
    ]
    found = [today_in_numbers(each) for each in asked]
    assert found == [one_row(numbers_of_today(each, failing(each))) for each in asked]
    assert len({str(row) for row in found}) > 4


def test_it_is_of_everybody_below_and_of_nobody_else(cast, as_, tour):
    make_signed_tour(cast.mallory, cast.dan, starts_on=date(2024, 1, 1), ends_on=date(2026, 4, 1))
    make_signed_tour(cast.bob, cast.carol, starts_on=date(2024, 1, 1), ends_on=date(2026, 4, 1))
    for manager, tours in ((cast.bob, 1), (cast.carol, 2)):
        context = as_(manager).get(URL, IN_2025).context
        assert [row[1].value for row in context["soon"].rows] == [tours] * 4
        for row in context["soon"].rows:
            assert as_(manager).get(row[1].url).context["page"].paginator.count == tours


def test_who_left_is_counted_where_they_were_when_they_left(cast, as_):
    """Else it would not tell of the bored stars. A manager who came above later learns nothing of them."""
    last, stays = date(2025, 8, 31), make_person("Yve Young")
    left = [make_person(hired_on=date(2020, 1, 1), left_on=last) for _n in range(3)]
    for person in (stays, *left):
        make_line(person, cast.bob, until=last if person in left else None)
        tour = make_signed_tour(person, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2025, 10, 31))
    ReportingLine.objects.filter(person=cast.bob).update(until=date(2025, 12, 31))
    make_line(cast.bob, cast.mallory, since=date(2026, 1, 1))
    make_line(make_person(), cast.carol)
    told = {}
    for manager in (cast.bob, cast.carol, cast.mallory):
        response = as_(manager).get(URL, IN_2025)
        gone = response.context["endings"].rows[-1][1].value
        listed = as_(manager).get(f"{URL}list/ended/", IN_2025).context["sheet"].rows
        told[manager.get_short_name()] = rates(response)["Tours completed"], gone, len(listed)
        for person, _manager, page, *_days in listed:
            assert bool(person.url) == (person.value == stays.name)
            assert bool(page.url) == (bool(person.url) or manager == cast.bob)
            for cell in (person, page):
                assert not cell.url or as_(manager).get(cell.url).status_code == 200
    assert told == {"Bob": ("25.0%", 3, 4), "Carol": ("0.0%", 3, 3), "Mallory": ("100.0%", 0, 1)}
    assert as_(cast.carol).get(tour.get_absolute_url()).status_code == 404


def test_a_department_in_the_address_changes_nothing(cast, as_, tour):
    asked = {**IN_2025, "department": "Sales", "service": "under_1"}
    assert as_(cast.bob).get(URL, asked).context["soon"].rows[0][1].value == 1


def test_promises_are_of_the_readers_own_tours_alone(cast, as_, tour):
    assert rates(as_(cast.bob).get(URL, IN_2025))["Your promises kept"] == "100.0%"
    response = as_(cast.carol).get(URL, IN_2025)
    assert rates(response)["Your promises kept"] == rates(response)["Promises to you kept"] == "–"


@pytest.mark.parametrize(
    ("confirmed", "due_on", "kept"),
    [(False, date(2025, 3, 1), "–"), (True, date(2025, 3, 1), "–"), (True, date(2025, 6, 1), "0.0%")],
)
def test_what_fell_due_before_a_manager_took_over_is_not_their_promise(cast, as_, confirmed, due_on, kept):
    """Be it confirmed with the rest of the terms or left out of them."""
    promise = {"what": "A course.", "due_on": due_on}
    before = make_signed_tour(
        cast.alice, cast.dan, starts_on=date(2024, 1, 1), ends_on=date(2026, 4, 1), promises=[promise]
    )
    promised = before.in_force.promises.get()
    again = [{**promise, "key": promised.key}] if confirmed else []
    tour = make_amended_tour(before, cast.bob, promises=again, signed_at=IN_APRIL)
    make_entry(tour.in_force.promises.get() if confirmed else promised, "not_kept")
    assert rates(as_(cast.bob).get(URL, IN_2025))["Your promises kept"] == kept


def test_check_ins_have_no_list_and_those_of_others_no_day(cast, as_, tour):
    """Bob's own with Carol she knows; of his with Alice she may know counts, and neither day nor state."""
    make_checkin(make_signed_tour(cast.bob, cast.carol, starts_on=date(2024, 1, 1)), date(2025, 10, 1))
    for days in (IN_2025, {"from": "2025-10-01", "to": "2025-10-01"}, {"from": "2025-10-02"}):
        response = as_(cast.carol).get(URL, {"to": "2025-12-31", **days})
        own = "–" if days == {"from": "2025-10-02"} else "0.0%"
        found = rates(response)
        assert (found["Your check-ins in time"], found["Other people’s check-ins in time"]) == (own, "–")
    assert rates(as_(cast.bob).get(URL, IN_2025))["Your check-ins in time"] == "0.0%"
    for name in ("due", "in_time", "lapsed", "leavers", "regretted_leavers", "covered"):
        assert f"/list/{name}/" not in response.text
        assert as_(cast.carol).get(f"{URL}list/{name}/", IN_2025).status_code == 404


def test_check_ins_of_others_are_counts_of_whole_quarters_whatever_is_asked(cast, as_):
    for _n in range(5):
        person = make_person()
        make_line(person, cast.bob)
        make_checkin(make_signed_tour(person, cast.bob, starts_on=date(2024, 1, 1)), date(2025, 10, 1))
    shown = []
    for asked in ({}, {"type": "rotational"}, {"from": "2025-09-01"}, {"from": "2025-10-02"}):
        found = rates(as_(cast.carol).get(URL, {**IN_2025, **asked}))
        shown.append(found["Other people’s check-ins in time"])
    assert shown == ["0.0%", "0.0%", "0.0%", "–"]


def test_no_two_periods_tell_whether_one_who_left_had_a_check_in(cast, as_):
    """Zoe's was had before she left in June, and its time would have ended in July: from whichever day one
    asks, and as whatever quarters make up, the third quarter is of the others."""
    made = [make_person(), make_person(), make_person(), make_person(), make_person()]
    zoe = make_person("Zoe Zane", hired_on=date(2020, 1, 1), left_on=date(2025, 6, 30))
    for person in (*made, zoe):
        make_line(person, cast.bob, until=date(2025, 6, 30) if person is zoe else None)
        tour = make_signed_tour(person, cast.bob, starts_on=date(2024, 1, 1))
        for due_on in (date(2025, 4, 10), date(2025, 6, 28)):
            make_revealed_checkin(tour, due_on, revealed_at=datetime.combine(due_on, time(9), tzinfo=UTC))

    def shown(first: str, last: str) -> list[str]:
        response = as_(cast.carol).get(URL, {"from": first, "to": last})
        (made_of,) = [made for words, _c, *made in response.context["rates"] if words.name == OTHERS]
        return [cell.shown for cell in made_of]

    assert shown("2025-06-30", "2025-09-30") == shown("2025-07-01", "2025-09-30") == ["5", "5"]
    assert shown("2025-04-01", "2025-06-30") == ["6", "6"]
    assert shown("2025-04-01", "2025-09-30") == ["11", "11"]


def test_lapses_of_others_are_told_of_all_types_and_only_where_several_people_can_have_them(cast, as_):
    """Carol's own with Bob is a number apart, and has a list."""
    make_checkin(make_signed_tour(cast.bob, cast.carol, starts_on=date(2024, 1, 1)), date(2026, 2, 1))
    told = []
    for n in range(6):
        for asked in ({}, {"type": "rotational"}):
            context = as_(cast.carol).get(URL, asked).context
            rows = {row[0].value.partition(",")[0]: row[1] for row in context["health"].rows}
            others = rows["Lapsed check-ins of others with those below you"]
            own = rows["Your lapsed check-ins that were not made up for since"]
            told.append((others.shown, others.url, own.value))
            assert bool(others.why) is (others.shown == "–")
        person = make_person()
        make_line(person, cast.bob)
        kind = {"type": "rotational"} if n == 1 else {}
        tour = make_signed_tour(person, cast.bob, starts_on=date(2024, 1, 1), **kind)
        if n < 2:
            make_checkin(tour, date(2026, 2, 1))
    assert told == [("–", "", 1), ("–", "", 0)] * 5 + [("2", "", 1), ("2", "", 0)]
    (row,) = as_(cast.carol).get(f"{URL}list/own_lapsed/").context["sheet"].rows
    assert row[0].value == "Bob Brand"


def test_lapses_of_others_are_not_told_where_one_of_them_is_on_a_tour_of_an_earlier_employment(cast, as_):
    people = [make_person() for _ in range(5)]
    for person in people:
        make_line(person, cast.bob)
        make_signed_tour(person, cast.bob, starts_on=date(2024, 1, 1))
    name = "Lapsed check-ins of others with those below you"
    for told in ("0", "–"):
        rows = as_(cast.carol).get(URL).context["health"].rows
        assert [row[1].shown for row in rows if row[0].value.startswith(name)] == [told]
        if told == "0":
            make_return(people[0], left_on=date(2025, 1, 31), hired_on=date(2025, 6, 1))


def test_people_below_and_ones_own_check_ins_are_listed_behind_their_numbers(cast, as_, tour):
    """Also what was before another manager took the tour over."""
    other = make_person("Zoe Zane")
    line = make_line(other, cast.bob, until=date(2025, 12, 31))
    make_line(other, cast.dan, since=date(2026, 1, 1))
    assert line.until
    theirs = make_signed_tour(other, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31))
    at = datetime(2025, 6, 1, 9, tzinfo=UTC)
    make_revealed_checkin(theirs, date(2025, 6, 1), revealed_at=at)
    make_amended_tour(theirs, cast.dan, signed_at=datetime(2026, 1, 10, 9, tzinfo=UTC))
    client = as_(cast.bob)
    made = {words.name: made for words, _cell, *made in client.get(URL, IN_2025).context["rates"]}
    for name, listed in (
        ("On a tour today", [["Alice Ames"], ["Alice Ames"]]),
        ("Your check-ins in time", [["Zoe Zane"], ["Alice Ames", "Zoe Zane"]]),
    ):
        pages = [client.get(cell.url).context for cell in made[name]]
        assert [[row[0].value for row in page["sheet"].rows] for page in pages] == listed
        for page in pages:
            assert all(
                client.get(c.url).status_code == 200 for row in page["sheet"].rows for c in row if c.url
            )


@pytest.mark.parametrize("page", ["", "export/csv/"])
def test_what_a_type_does_not_narrow_is_said_with_it(cast, as_, tour, page):
    said = (
        "The type of tour makes no difference to “On a tour today”.",
        "The type of tour makes no difference to who is employed today or who has no tour.",
    )
    client = as_(cast.bob)
    for asked, times in ({}, 0), ({"type": "rotational"}, 1):
        content = client.get(f"{URL}{page}", {**IN_2025, **asked}).content.decode()
        assert [content.count(each) for each in said] == [times, times]


def test_a_list_of_people_is_of_all_types_of_tour_and_says_so(cast, as_, tour):
    page = as_(cast.bob).get(f"{URL}list/employed/", {**IN_2025, "type": "rotational"}).text
    assert "The type of tour that you chose, Rotational, makes no difference on this page." in page
    assert "Type of tour: Rotational" not in page


def test_a_list_of_tours_names_who_is_below_by_a_link_and_whoever_agreed_by_name_alone(cast, as_, tour):
    rows = as_(cast.carol).get(f"{URL}list/ending_180/", IN_2025).context["sheet"].rows
    assert [(cell.value, bool(cell.url)) for cell in rows[0][:2]] == [
        ("Alice Ames", True),
        ("Bob Brand", False),
    ]


def test_it_names_nobody_else_than_the_page_of_the_tour_does(cast, as_):
    """To who handed it over, whoever took it over from them, and not who came after that."""
    span = {"starts_on": date(2024, 1, 1), "ends_on": date(2026, 4, 1)}
    tour = make_signed_tour(cast.alice, cast.carol, **span)
    make_amended_tour(tour, cast.bob, **span)
    make_amended_tour(tour, cast.dan, **span)
    (row,) = as_(cast.carol).get(f"{URL}list/ending_180/", IN_2025).context["sheet"].rows
    assert row[1].value == "Bob Brand"


def test_a_tour_that_ends_with_the_employment_is_listed_with_that_day(cast, as_):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2027, 6, 30))
    end_employment(cast.alice, last_day=date(2026, 4, 10), ending="resignation")
    for reader, lists in ((cast.carol, f"{URL}list/"), (cast.heidi, "/retention/list/")):
        (row,) = as_(reader).get(f"{lists}ending_30/").context["sheet"].rows
        assert row[-1].value == date(2026, 4, 10)
        # What comes after it need not be agreed on.
        assert as_(reader).get(f"{lists}open_30/").context["sheet"].rows == []


@pytest.mark.parametrize("name", ["ended_employee", "over_early_dismissal", "ended_not_followed"])
def test_neither_side_nor_reason_of_an_end_has_a_list(cast, as_, tour, name):
    assert as_(cast.carol).get(f"{URL}list/{name}/", IN_2025).status_code == 404


def test_no_day_tells_which_side_ended_a_tour(cast, as_):
    """For the list of what ended that day names it."""
    shown = set()
    for side, day in ((Side.EMPLOYEE, date(2025, 8, 30)), (Side.MANAGER, date(2025, 8, 31))):
        make_early_end(make_signed_tour(cast.alice, cast.bob, starts_on=date(2024, 2, 1)), day, side)
        sheet = as_(cast.carol).get(URL, {"from": day, "to": day}).context["endings"]
        shown.add(tuple((row[0].value, row[1].value) for row in sheet.rows))
    assert len(shown) == 1


def test_every_number_of_a_team_leads_to_a_list_of_as_many(cast, as_, tour):
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2023, 1, 1), ends_on=date(2025, 6, 30))
    client = as_(cast.carol)
    context = client.get(URL, IN_2025).context
    cells = [cell for _words, _cell, *made in context["rates"] for cell in made]
    cells += [cell for sheet in ("health", "soon", "endings") for row in context[sheet].rows for cell in row]
    followed = [(cell.value, cell.url) for cell in cells if cell.url]
    assert len(followed) >= 9
    for value, url in followed:
        assert client.get(url).context["page"].paginator.count == value, url


def test_neither_reasons_nor_what_became_of_people_is_told(cast, as_, tour):
    gone = make_person("Zoe Zane", hired_on=date(2024, 1, 1), left_on=date(2025, 8, 31))
    make_line(gone, cast.bob, until=date(2025, 8, 31))
    early = make_signed_tour(gone, cast.bob, starts_on=date(2024, 2, 1))
    make_early_end(early, date(2025, 8, 31), Side.EMPLOYEE, reason="Ill treated by Bob.")
    page = as_(cast.carol).get(URL, IN_2025).content.decode()
    assert "Resignation" not in page
    assert "Ill treated" not in page


@pytest.mark.parametrize("url", [URL, f"{URL}export/csv/"])
def test_more_people_take_no_more_queries(cast, as_, tour, statements, url):
    def taken() -> int:
        return len(statements(as_(cast.carol), url, has="Everybody who reports to you", query_params=IN_2025))

    before = taken()
    for _n in range(5):
        person = make_person()
        make_line(person, cast.bob)
        make_signed_tour(person, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2026, 4, 1))
    assert taken() == before <= 10


def test_who_agreed_is_a_name_alone_for_the_reader_need_not_know_them(cast, as_):
    before = make_signed_tour(cast.alice, cast.dan, starts_on=date(2024, 1, 1), ends_on=date(2025, 6, 30))
    page = as_(cast.carol).get(f"{URL}list/ended/", IN_2025).text
    assert before.get_absolute_url() in page
    assert "Dan Drew" in page
    assert cast.dan.get_absolute_url() not in page


def test_what_is_taken_along_is_what_the_page_shows(cast, as_, tour):
    client = as_(cast.carol)
    page = client.get(URL, IN_2025)
    assert 'aria-label="these tables as XLSX">as XLSX' in page.text
    shown = [page.context[name].rows for name in ("health", "soon")]
    book = load_workbook(BytesIO(client.get(f"{URL}export/xlsx/", IN_2025).content))
    assert book.sheetnames == ["Failing today", "What ends soon", "How tours go", "About these figures"]
    for sheet, rows in zip(book, shown, strict=False):
        cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        assert cells == [[cell.value for cell in row] for row in rows]
    told = {row[0].value: [cell.value for cell in row] for row in book["How tours go"].iter_rows(min_row=2)}
    assert told.keys() == rates(client.get(URL, IN_2025)).keys()
    assert told["Other people’s check-ins in time"][1:4] == [None] * 3
    lines = list(csv.reader(StringIO(client.get(f"{URL}export/csv/", IN_2025).content.decode("utf-8-sig"))))
    assert lines[0][1:3] == [
        "Everybody who reports to you, Carol Cole, directly or through others",
        "1 Jan 2025 to 31 Dec 2025",
    ]
    assert "Alice" not in str(lines)


def test_a_team_on_paper_has_what_its_spreadsheet_has_and_names_nobody(cast, as_, tour):
    client = as_(cast.carol)
    assert 'aria-label="these tables as PDF">as PDF' in client.get(URL, IN_2025).text
    pages = PdfReader(BytesIO(client.get(f"{URL}export/pdf/", IN_2025).content)).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    for told in (
        "How the tours of your team go Everybody who reports to you, Carol Cole, directly or through others, "
        "1 Jan 2025",
        "Counted on 16 Mar 2026, 09:00",
        "Where the alliance is failing today",
        "As things stand on 16 Mar 2026, whatever period is shown.",
        "What ends soon",
        "Other people’s check-ins in time –",
    ):
        assert told in words
    assert "Alice" not in words


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_who_manages_nobody_takes_no_team_along(cast, as_, tour, kind):
    for person in (cast.alice, cast.heidi):
        assert as_(person).get(f"{URL}export/{kind}/", IN_2025).status_code == 404


def test_a_team_cannot_be_taken_along_as_of_a_day_to_come(cast, as_, tour):
    assert as_(cast.bob).get(f"{URL}export/csv/", {"to": "9999-12-31"}).url.startswith(f"{URL}?to=")


def test_tours_that_end_soon_stand_in_the_order_in_which_they_end(cast, as_):
    soon, late = DAY + timedelta(days=20), DAY + timedelta(days=90)
    make_signed_tour(cast.alice, cast.bob, starts_on=date(2025, 1, 1), ends_on=late)
    make_signed_tour(cast.bob, cast.carol, starts_on=date(2024, 1, 1), ends_on=soon)
    for reader, lists in ((cast.carol, f"{URL}list/"), (cast.heidi, "/retention/list/")):
        for name in ("ending_180", "open_180"):
            rows = as_(reader).get(f"{lists}{name}/").context["sheet"].rows
            assert [row[-1].value for row in rows] == [soon, late], name


def test_where_nothing_can_be_asked_there_is_no_button_to_ask(cast, as_, tour):
    assert 'class="btn btn-outline-secondary"' not in as_(cast.bob).get(f"{URL}list/employed/").text
    assert 'class="btn btn-outline-secondary"' in as_(cast.bob).get(f"{URL}list/ended/").text
