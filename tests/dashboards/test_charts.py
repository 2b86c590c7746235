"""Where lines run and ticks stand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from alliance_site.dashboards.charts import Chart, Line, Scale, Tick, band, line, round_step, steps, together
from alliance_site.dashboards.charts_on_paper import as_svg
from alliance_site.dashboards.retention.staying import charts, medians
from alliance_site.dashboards.retention.view import View
from alliance_site.dashboards.retention_charts import survival, turnover
from people.departments import Departments
from people.measures import trend
from people.measures.periods import Period
from people.measures.survival import kaplan_meier
from people.measures.whom import EVERYBODY, Service, Whom
from people.models import Department
from tests.factories import make_person, make_position

SCALE = Scale(width=10, top=1)


def test_what_stays_level_is_one_line():
    assert steps([(0, 1), (2, 1), (4, 1), (5, 0.5)], SCALE) == "M0 0H500V100"


def test_a_line_runs_from_the_first_point_to_the_last():
    assert line([(0, 0), (5, 0.5), (10, 1)], SCALE) == "M0 200L500 100L1000 0"


def test_a_line_breaks_where_nothing_is_known():
    assert line([(0, None), (1, 1), (2, None), (3, 0)], SCALE) == "M100 0M300 200"


def test_steps_stay_level_and_then_drop():
    assert steps([(0, 1), (5, 0.5)], SCALE) == "M0 0H500V100"


def test_steps_too_close_to_tell_apart_are_one():
    places = [n / 1000 for n in range(10_000)]
    found = together(places, SCALE)
    assert found[0] == (0, 59)
    assert [first for first, _last in found[1:]] == [last + 1 for _first, last in found[:-1]]
    assert len(found) == 166


def test_steps_far_enough_apart_stay_as_they_are():
    assert together([0, 1, 5, 5.01], SCALE) == [(0, 0), (1, 1), (2, 3)]
    assert together([], SCALE) == []


def test_a_band_goes_out_above_and_back_below():
    lows, highs = [(0, 1), (5, 0.5), (10, 0.5)], [(0, 1), (5, 0.75), (10, 0.75)]
    assert band(lows, highs, SCALE) == "M0 0H500V50H1000V100H500V0H0Z"


def test_bands_lie_below_all_lines_and_what_is_empty_is_not_drawn():
    lines = [Line("One", "M0 0", 1, band="M1 1Z"), Line("Two", "M2 2", 2)]
    down = [Tick(200, "0"), Tick(0, "100")]
    assert Chart("chart", "Title", "Summary", lines, [], down).box == (
        '<path class="grid" d="M0 0H1000" /><path class="band band-1" d="M1 1Z" />'
        '<path class="series series-1" d="M0 0" /><path class="series series-2" d="M2 2" />'
    )


def test_what_stands_along_and_beside_a_chart_is_escaped():
    across, down = [Tick(0, "<0>", anchor="start"), Tick(50.5, "5", "<9>")], [Tick(200, "<1>")]
    chart = Chart("chart", "Title", "Summary", [], across, down)
    assert chart.axis == (
        '<line class="axis" x1="0%" x2="0%" y1="200" y2="204" />'
        '<text x="0%" y="218" text-anchor="start">&lt;0&gt;</text>'
        '<line class="axis" x1="50.5%" x2="50.5%" y1="200" y2="204" />'
        '<text x="50.5%" y="218" text-anchor="middle">5</text>'
        '<text class="below" x="50.5%" y="236" text-anchor="middle">&lt;9&gt;</text>'
    )
    assert chart.beside == '<text x="-8" y="200" dy="4" text-anchor="end">&lt;1&gt;</text>'


def test_a_flight_ends_where_its_last_point_is():
    assert steps([(0, 1), (5, 0.5), (10, 0.5)], SCALE) == "M0 0H500V100H1000"


def test_nothing_makes_no_path():
    assert line([], SCALE) == steps([], SCALE) == band([], [], SCALE) == ""


@pytest.mark.parametrize(("top", "step"), [(4, 1), (229, 100), (0.154, 0.05), (1, 0.5), (0, 0.5), (9, 5)])
def test_ticks_stand_at_round_numbers(top, step):
    assert round_step(top) == pytest.approx(step)


@pytest.mark.parametrize(
    ("people", "years"),
    [(99, ["0", "1", "2", "3", "4", "5"]), (9_999, ["0", "2", "4"]), (999_999, ["0", "2", "4"])],
)
def test_long_numbers_at_risk_stand_below_fewer_years(people, years):
    curve = kaplan_meier([2_100], [1], [people])
    assert [tick.label for tick in survival({"": curve}).across] == years


def test_of_how_many_a_curve_is_stands_on_one_line():
    assert survival({"All": kaplan_meier([800], [1], [9])}).title.startswith("All (n\xa0=\xa09): ")


def test_a_short_curve_beside_a_long_one_has_its_axis_and_ends_where_it_ends():
    short, long = kaplan_meier([800], [1], [9]), kaplan_meier([7_300], [1], [9])
    for chart in (survival({"": short, "All": long}), survival({"": short}, days=7_300)):
        told = [(tick.label, tick.below, tick.at) for tick in chart.across]
        assert told == [("0", "9", 0), ("5", "0", 25), ("10", "0", 50), ("15", "0", 75), ("20", "0", 100)]
        assert chart.lines[0].path == "M0 0H110V22"


def test_a_band_is_as_wide_as_it_is_where_few_are_left_and_the_line_hardly_moves():
    """Of 10,000 hired most are followed for less than three years, and one of 422 leaves after four."""
    curve = kaplan_meier([30, 1_000, 1_500, 1_800], [1, 0, 1, 0], [1, 9_577, 1, 421])
    scale = Scale(1_800, 1)
    _first, last = curve.steps
    assert scale.y(last.survival) == scale.y(1)
    assert scale.y(last.low) == 3
    assert survival({"": curve}).lines[0].band == f"M0 0H1000V3H{scale.x(1_500)}V0H0Z"


def test_a_band_ends_with_nobody_left():
    hardly_anybody = kaplan_meier([10, 500, 900], [998, 1, 1], [998, 1, 1])
    assert survival({"": hardly_anybody}, days=1_800).lines[0].band == "M0 0H6V199H500V200H6V0H0Z"


def test_the_curves_of_one_page_share_one_axis():
    curves = {"Short": kaplan_meier([800], [1], [9]), "Long": kaplan_meier([7_300], [1], [9])}
    short, long = charts("type", curves)
    assert [tick.at for tick in short.across] == [tick.at for tick in long.across]


def test_hiring_years_have_the_axis_of_the_oldest_of_them_and_all_hired_their_own():
    curves = {"All": kaplan_meier([7_300], [1], [9]), "2015": kaplan_meier([300], [1], [9])}
    everybody, new, old = charts("year", {**curves, "2014": kaplan_meier([730], [1], [9])})
    assert [tick.label for tick in everybody.across] == ["0", "5", "10", "15", "20"]
    for chart in (new, old):
        assert [(tick.label, tick.at) for tick in chart.across][-1] == ("2", 100)


def test_a_median_of_whole_years_has_its_decimal_as_the_others_in_its_column():
    reached = kaplan_meier([3_650, 4_000], [2, 0], [2, 2])
    now = datetime(2026, 3, 16, tzinfo=UTC)
    period = Period(date(2025, 1, 1), date(2025, 12, 31))
    view = View(period, None, Departments(), Service(), "", now=now, today=now.date(), kept={})
    (row,) = medians("year", {"All": reached}, view).rows
    assert [cell.shown for cell in row[3:]] == ["10.0", "3,650"]


def test_the_median_is_pointed_out_on_paper_as_on_the_page():
    reached, not_reached = kaplan_meier([100, 200], [2, 0], [2, 2]), kaplan_meier([100], [0], [4])
    chart = survival({"": reached})
    assert chart.guide == "M0 100H500V200"
    assert f'd="{chart.guide}" fill="none"' in as_svg(chart)
    assert "stroke-linecap" not in as_svg(survival({"": not_reached}))


def test_a_curve_from_which_nobody_left_is_not_taken_for_a_certainty():
    """It has no band, below a sentence that says that a band is the wider the fewer are followed."""
    curve = kaplan_meier([800], [0], [2])
    assert survival({"": curve}).summary.startswith("Nobody has left yet, so there is no band")
    assert [(year.low, year.high) for year in curve.yearly()] == [(None, None)] * 3
    summary = survival({"": kaplan_meier([100, 200], [1, 0], [1, 8])}).summary
    assert summary == "The median is not reached: more than half were still employed when last seen."


def test_where_all_leave_on_one_day_nobody_is_said_to_stay_longer():
    summary = survival({"": kaplan_meier([100], [4], [4])}).summary
    assert summary == "At most half are estimated to stay longer than 100 days."


def test_a_department_that_closed_has_a_turnover_as_high_as_it_was(db):
    for _n in range(10):
        make_position(make_person(left_on=date(2025, 6, 30)), "Closed", until=date(2025, 6, 30))
    closed = Whom.of([Department.objects.get().pk], EVERYBODY.service)
    chart = turnover(trend.of(closed, date(2026, 6, 15)))
    assert [tick.label for tick in chart.down] == ["0%", "500%", "1,000%", "1,500%"]


def test_of_a_company_younger_than_a_year_no_turnover_is_told_nor_that_nobody_left(db):
    make_person(hired_on=date(2025, 6, 1))
    make_person(hired_on=date(2025, 6, 1), left_on=date(2025, 9, 30))
    young, year = (turnover(trend.of(EVERYBODY, date(2026, month, 28))) for month in (3, 7))
    assert young.summary == "No figure at the end of February 2026: the headcount was 0 twelve months before."
    assert year.summary.startswith("81.2% at the end of June 2026 (1 leavers)")
    with override("es"):
        assert " junio de 2026 " in turnover(trend.of(EVERYBODY, date(2026, 7, 28))).summary
