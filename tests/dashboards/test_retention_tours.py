"""HR's page of how tours go."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine

from alliance_site.dashboards import words
from alliance_site.dashboards.retention import behind, tours
from tests.factories import (
    make_checkin,
    make_early_end,
    make_employment,
    make_entry,
    make_person,
    make_proposed_tour,
    make_signed_tour,
)
from tours.models import Side, Tour

URL = "/retention/"
IN_2025 = {"from": "2025-01-01", "to": "2025-12-31"}


@pytest.fixture(autouse=True)
def _in_march_2026():
    with time_machine.travel("2026-03-16 09:00:00Z", tick=False):
        yield


class TestTours:
    URL = f"{URL}tours/"

    @pytest.fixture(autouse=True)
    def _some_tours(self, cast):
        make_signed_tour(cast.alice, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2025, 6, 30))
        early = make_signed_tour(cast.bob, cast.carol, starts_on=date(2024, 1, 1), ends_on=date(2026, 3, 31))
        make_early_end(early, date(2025, 8, 31))
        running = make_signed_tour(
            cast.alice, cast.bob, starts_on=date(2025, 7, 1), ends_on=date(2026, 4, 30)
        )
        make_checkin(running, date(2025, 10, 1))

    def test_it_says_how_tours_ended_and_what_fails_today(self, heidi):
        response = heidi.get(self.URL, IN_2025)
        rates = {words.name: cell.shown for words, cell, *_made in response.context["rates"]}
        assert rates["Tours completed"] == "50.0%"
        assert rates["Followed by another"] == "50.0%"
        assert rates["Check-ins in time"] == "0.0%"
        assert rates["Promises of the company kept"] == "–"
        soon = {row[0].shown: [cell.shown for cell in row[1:]] for row in response.context["soon"].rows}
        assert soon["30 days"] == ["0", "0", "–"]
        assert soon["60 days"] == ["1", "1", "100.0%"]
        assert "No promise due in the period has been judged." in response.content.decode()

    def test_reasons_stand_in_the_order_of_the_forms(self, cast, heidi):
        """Resignation first, other last, as whoever recorded them chose from."""
        for ending in ("other", "death", "resignation"):
            gone = make_person(hired_on=None)
            make_employment(gone, date(2020, 1, 1), date(2025, 8, 31), ending=ending)
            make_signed_tour(gone, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2025, 10, 31))
        heads = [str(head.label) for head in heidi.get(self.URL, IN_2025).context["endings"].heads]
        assert heads == ["Ended", "The person stayed", "Resignation", "Death", "Other", "All", "Share"]

    def test_beside_the_completed_it_says_how_many_had_no_agreed_end_to_reach(self, cast, heidi):
        said = "2 of the tours that ended had no agreed end, and so could not be completed."
        assert said[2:] not in heidi.get(self.URL, IN_2025).text
        days = {"starts_on": date(2024, 1, 1), "ends_on": None, "review_on": date(2026, 1, 1)}
        for _n in range(2):
            tour = make_signed_tour(make_person(), cast.bob, type="foundational", **days)
            make_early_end(tour, date(2025, 8, 31))
        assert said in heidi.get(self.URL, IN_2025).text
        assert said in heidi.get(f"{URL}export/csv/", {**IN_2025, "table": "tours"}).text
        assert said in heidi.get(self.URL, {**IN_2025, "type": "foundational"}).text

    def test_beside_each_rate_stands_of_how_many_it_is(self, cast, as_):
        """Half of two tours is another finding than half of two thousand."""
        for page in (as_(cast.heidi).get(self.URL, IN_2025), as_(cast.carol).get("/team/", IN_2025)):
            told = re.findall(
                r'<strong class="num">([^<]*)</strong>(?: <small[^>]*>([^<]*)</small>)?', page.text
            )
            assert ("50.0%", "1 of 2") in told
            assert ("–", "") in told
            assert all(bool(of) == (value != "–") for value, of in told)

    def test_a_verdict_is_told_in_no_figure_of_fewer_than_five_people(self, cast, heidi):
        def told(**asked: str) -> dict[str, list[str]]:
            rates = heidi.get(self.URL, {**IN_2025, **asked}).context["rates"]
            return {words.name: [cell.shown for cell in made] for words, *made in rates}

        hidden = ["–", "–", "–"]
        for verdict in ("kept", "kept", "not_kept", "kept", "kept"):
            assert told()["Promises of the company kept"] == hidden
            tour = make_signed_tour(make_person(), cast.bob, promises=[{"due_on": date(2025, 5, 1)}] * 2)
            for promise in tour.in_force.promises.all():
                make_entry(promise, verdict)
        assert told()["Promises of the company kept"] == ["80.0%", "8", "10"]
        Tour.objects.filter(pk=tour.pk).update(type="rotational")
        for narrower in ({}, {"from": "2025-05-01", "to": "2025-05-01"}):
            assert told(type="rotational", **narrower)["Promises of the company kept"] == hidden
        assert "of fewer than 5 people" in heidi.get(self.URL, {**IN_2025, "type": "rotational"}).text

    def test_what_two_figures_that_differ_in_one_tell_is_said_with_them(self, heidi):
        page = heidi.get(self.URL, IN_2025).text
        assert (
            "anybody who compares figures that differ by one promise, such as those of two periods, learns"
            in page
        )
        assert (
            "anybody who compares figures that differ by one tour, such as those of two periods, learns"
            in page
        )

    def test_of_what_fails_it_is_said_what_it_is_and_what_it_is_not(self, heidi):
        page, csv = (
            heidi.get(self.URL, IN_2025).text,
            heidi.get(f"{URL}export/csv/?table=tours").content.decode(),
        )
        assert words.FAILING.keys() == set(tours.HEALTH)
        for said in words.FAILING.values():
            for each in (said.means, said.beware):
                assert page.count(str(each)) == csv.count(str(each)) == 1

    def test_what_a_type_of_tour_does_not_narrow_is_said(self, heidi):
        said = "The type of tour makes no difference to who is employed today or who has no tour."
        for asked, times in ({}, 0), ({"type": "rotational"}, 1):
            assert heidi.get(self.URL, {**IN_2025, **asked}).text.count(said) == times
            csv = heidi.get(f"{URL}export/csv/", {**IN_2025, **asked, "table": "tours"})
            assert csv.content.decode().count(said) == times

    def test_what_no_other_tour_follows_is_listed_beside_what_one_does(self, heidi):
        response = heidi.get(self.URL, IN_2025)
        rest = response.context["rest"]
        assert rest.value == "1 tour is followed by no other."
        assert rest.linked in response.text
        assert heidi.get(rest.url).context["page"].paginator.count == 1

    def test_which_side_ended_a_tour_is_in_no_list_and_in_no_figure_of_fewer_than_five(self, cast, heidi):
        """On the page of the tour it is read as well, and there the look is noted."""

        def told() -> tuple[list, dict]:
            context = heidi.get(self.URL, IN_2025).context
            rows = [[cell.value for cell in row] for row in context["endings"].rows]
            return rows, {words.name: [cell.shown for cell in made] for words, *made in context["rates"]}

        hidden, tours = ["–", "–", "–"], []
        for side in (Side.EMPLOYEE, Side.MANAGER, Side.MANAGER, Side.MANAGER):
            rows, rates = told()
            assert [row[0] for row in rows] == [
                "As agreed",
                "Early",
                "With the employment, before the tour’s end",
            ]
            assert rates["Ended early by the employee"] == rates["Ended early by the manager"] == hidden
            tours.append(make_signed_tour(make_person(), cast.bob, starts_on=date(2025, 1, 1)))
            make_early_end(tours[-1], date(2025, 8, 31), side)
        page = heidi.get(self.URL, IN_2025)
        rates = {words.name: made for words, *made in page.context["rates"]}
        assert [cell.shown for cell in rates["Ended early by the manager"]] == ["50.0%", "3", "6"]
        assert not rates["Ended early by the manager"][1].url
        listed = heidi.get(page.context["endings"].rows[1][-2].url).context["sheet"].rows
        assert {row[2].url for row in listed} > {tour.get_absolute_url() for tour in tours}
        assert not {name for name in behind.LISTS if "employee" in name or "manager" in name}

    def test_a_type_can_be_asked_for(self, heidi):
        ended = heidi.get(self.URL, {**IN_2025, "type": "rotational"}).context["endings"]
        assert ended is None

    @pytest.mark.parametrize("asked", [{}, {"department": "Engineering"}, {"type": "transformational"}])
    def test_every_number_leads_to_a_list_of_as_many(self, cast, heidi, asked):
        make_proposed_tour(cast.mallory, cast.carol)
        context = heidi.get(self.URL, {**IN_2025, **asked}).context
        cells = [cell for _w, _c, *made in context["rates"] for cell in made]
        sheets = [context[name] for name in ("health", "soon", "endings") if context[name]]
        cells += [cell for sheet in sheets for row in sheet.rows for cell in row]
        cells += [context["employed"]]
        followed = [(cell.value, cell.url) for cell in cells if cell.url]
        assert len(followed) >= 9
        for value, url in followed:
            assert heidi.get(url).context["page"].paginator.count == value, url
