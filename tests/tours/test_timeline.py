from datetime import date

from tests.factories import make_proposed_tour, make_signed_tour
from tours.models import Tour
from tours.timeline import FROM, timeline

TODAY = date(2026, 7, 1)


def test_nobody_without_a_tour_in_force_has_a_timeline(cast):
    make_proposed_tour(cast.alice, cast.bob)
    assert timeline(list(Tour.objects.all()), TODAY) is None


def test_bars_lie_along_the_years_in_per_cent(cast):
    tour = make_signed_tour(cast.alice, cast.bob, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31))
    drawn = timeline([tour], TODAY)
    (bar,) = drawn.bars
    assert (bar.x, round(bar.x + bar.width), bar.status) == (0, 100, "active")
    assert [year for year, _ in drawn.years] == [2024, 2025, 2026]
    assert 83 < drawn.today < 84


def test_the_line_of_today_is_not_drawn_through_a_label(cast):
    days = {"starts_on": date(2024, 1, 1), "ends_on": date(2027, 12, 31)}
    drawn = timeline([make_signed_tour(cast.alice, cast.bob, **days) for _ in range(3)], TODAY)
    dash, gap = map(int, drawn.dashes.split())
    for bar in drawn.bars:
        for y in range(bar.y + 16, bar.y + 33):  # a line of 13 pixels on the base line that the page gives it
            assert (y - FROM + drawn.begun) % (dash + gap) >= dash
        assert (bar.y + 6 - FROM + drawn.begun) % (dash + gap) < dash, "it crosses the bar"


def test_an_open_ended_tour_is_drawn_past_today(cast):
    tour = make_signed_tour(
        cast.alice,
        cast.bob,
        type=Tour.Type.FOUNDATIONAL,
        starts_on=date(2020, 2, 29),
        ends_on=None,
        review_on=date(2027, 2, 28),
    )
    drawn = timeline([tour], TODAY)
    assert drawn.bars[0].open_ended
    assert drawn.today < drawn.bars[0].x + drawn.bars[0].width
