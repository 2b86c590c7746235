"""Makes the figures of every quarter that is over, once and for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef, QuerySet, Subquery

from feedback.figures.grouping import Cell, Cells, Marks, divide, together
from feedback.figures.quarters import Quarter
from feedback.models import Answer, CheckIn, GroupFigure, GroupPart, Publication, Question
from people.models import Position, on_day
from tours.models import Policy, Side

LOCK = 7_402_211  #: of Postgres, for whoever publishes
BATCH = 5_000
#: By whom, in which check-in, on which type of tour, and which mark.
Given = tuple[int, int, str, int]


def publish_quarters(now: datetime) -> int:
    """Those that are over and not out yet, the oldest first; how many that were.

    Safe to repeat and to run twice at once. Where nothing is due it is one statement.
    """
    published = 0
    while (quarter := _due(now)) and _publish(quarter, now):
        published += 1
    return published


def _due(now: datetime) -> Quarter | None:
    """The one after the last that is out, or the one of the first reveal."""
    newest = Publication.objects.order_by("quarter").last()
    if newest:
        quarter = Quarter(newest.quarter).next
    else:
        begun = CheckIn.objects.aggregate(first=Min("revealed_on"))["first"]
        if begun is None:
            return None
        quarter = Quarter.of(begun)
    return quarter if quarter.is_over(now) else None


@transaction.atomic
def _publish(quarter: Quarter, now: datetime) -> bool:
    """False while somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        (alone,) = cursor.fetchone()
    if not alone or Publication.objects.filter(quarter=quarter.first).exists():
        return False
    holds, departments = Policy.objects.on(quarter.last), _departments(quarter)
    for question, versions in _asked(quarter):
        for side in Side:
            _keep(quarter, question, side, _cells(quarter, versions, side, departments), holds)
    Publication.objects.create(quarter=quarter.first, least=holds.figure_people, published_at=now)
    return True


def _asked(quarter: Quarter) -> Iterator[tuple[Question, list[Question]]]:
    """What was asked in the quarter and may count: each question once, with its versions in the same words.

    It goes by the version that was published before, so that a series continues.
    """
    revealed = CheckIn.objects.filter(question_set=OuterRef("question_set"), revealed_on__range=quarter.days)
    known = GroupFigure.objects.filter(question=OuterRef("pk"))
    rows = Question.objects.filter(visibility=Question.Visibility.FIGURES).select_related("question_set")
    alike: defaultdict[tuple[str, ...], list[Question]] = defaultdict(list)
    current = set(rows.filter(Exists(revealed)).values_list("pk", flat=True))
    for row in rows.alias(known=Exists(known)).order_by("-known", "pk"):
        words = row.for_employee, row.for_manager, row.low, row.high
        alike[row.question_set.kind, row.key, *words].append(row)
    for versions in alike.values():
        if not {row.pk for row in versions}.isdisjoint(current):
            yield versions[0], versions


def _departments(quarter: Quarter) -> dict[int, int | None]:
    """Of each check-in, that of the employee on the day of the reveal. In one statement before all questions:
    whoever is moved or whatever is united meanwhile would be here for one question and there for another."""
    position = Position.objects.filter(
        on_day(OuterRef("revealed_on"), "since", "until"), person=OuterRef("employee")
    )
    revealed = CheckIn.objects.filter(revealed_on__range=quarter.days)
    rows = revealed.values_list("pk", Subquery(position.values("department")[:1]))
    return dict(rows.iterator(BATCH))


def _marks(quarter: Quarter, versions: list[Question], side: Side) -> QuerySet[Answer, Given]:
    """One side's newest mark about each employee in revealed check-ins of the quarter, by the day of the
    reveal."""
    checkin = "sheet__checkin"
    rows = Answer.objects.filter(
        question__in=versions,
        scale__isnull=False,
        sheet__side=side,
        sheet__checkin__revealed_on__range=quarter.days,
    )
    newest_first = (f"{checkin}__employee", f"-{checkin}__revealed_at", f"-{checkin}")
    return (
        rows.order_by(*newest_first)
        .distinct(f"{checkin}__employee")
        .values_list("sheet__author", checkin, f"{checkin}__tour__type", "scale")
    )


def _cells(
    quarter: Quarter, versions: list[Question], side: Side, departments: Mapping[int, int | None]
) -> dict[Cell, Marks]:
    cells: defaultdict[Cell, Marks] = defaultdict(Marks)
    for person, checkin, type_, mark in _marks(quarter, versions, side).iterator(BATCH):
        cells[departments[checkin], type_].add(person, mark)
    return cells


def _keep(quarter: Quarter, question: Question, side: Side, cells: Cells, holds: Policy) -> None:
    groups = divide(cells, holds.figure_people, holds.figures_by)
    figures = [_figure(quarter, question, side, together(cells, group)) for group in groups]
    GroupFigure.objects.bulk_create(figures, BATCH)
    GroupPart.objects.bulk_create(
        [
            GroupPart(figure=figure, department_id=department, type=type_)
            for figure, group in zip(figures, groups, strict=True)
            for department, type_ in group
        ],
        BATCH,
    )


def _figure(quarter: Quarter, question: Question, side: Side, marks: Marks) -> GroupFigure:
    return GroupFigure(
        publication_id=quarter.first,
        question=question,
        side=side,
        people=len(marks.by),
        marks=marks.number,
        total=marks.kept,
    )
