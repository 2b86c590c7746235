"""Days and moments as a reader of each language writes them."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils.formats import date_format
from django.utils.translation import override

from alliance_site.dashboards.todo import isolated
from people.days import far
from people.numbers import percent

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 14), "بعد يومين"),
        (date(2026, 3, 11), "قبل يوم"),
        (date(2026, 3, 5), "قبل أسبوع"),
        (date(2026, 3, 15), "بعد 3\xa0أيام"),
    ],
)
def test_arabic_does_not_count_twice_what_its_dual_says(day: date, words: str):
    with override("ar"):
        assert far(day, TODAY).replace("\xa0", " ") == words.replace("\xa0", " ")
        told = Template("{{ day|timesince:to }}").render(Context({"day": day, "to": TODAY}))
        assert not set("12") & set(told)


def test_a_moment_in_arabic_is_written_as_its_days_are():
    at = datetime(2026, 11, 30, 4, 18, tzinfo=UTC)
    with override("ar"):
        assert date_format(at, "SHORT_DATETIME_FORMAT").startswith(date_format(at, "DATE_FORMAT"))


def test_the_percent_sign_stands_on_one_side_in_arabic_whatever_stands_before():
    with override("ar"):
        assert percent(0.945) == "\u200e94,5%"


def test_words_of_somebody_are_kept_to_themselves_where_one_reads_from_the_right():
    with override("ar"):
        assert isolated("A seat.") == "\u2068A seat.\u2069"
    assert isolated("A seat.") == "A seat."
