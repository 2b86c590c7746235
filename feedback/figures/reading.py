"""What is shown of published figures: sums of whole groups, and no view that would cut through one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext

from feedback.figures.grouping import Cell
from feedback.models import GroupFigure, GroupPart, Kind, Publication, Question
from people.models import Department
from tours.models import Side, Tour

COLUMNS: list[str] = ["", *Tour.Type.values]  #: the columns of a table: all types, then each


@dataclass(frozen=True)
class Figure:
    """The mean mark = sum of the marks ÷ their number; of so many employees, one mark each."""

    marks: int
    total: int

    @property
    def mean(self) -> float:
        """To one decimal, a half rounded up."""
        return (20 * self.total + self.marks) // (2 * self.marks) / 10


@dataclass(frozen=True)
class Row:
    """A department, or where `department` is null, those without one or all; a figure for each of `COLUMNS`.

    None where the figure would be of part of a group.
    """

    name: str
    department: int | None
    figures: list[Figure | None]
    now: str = ""  #: as part of which department it goes on, if it was united with one since

    @property
    def told(self) -> str:
        if not self.now:
            return self.name
        return gettext("%(name)s (now part of %(other)s)") % {"name": self.name, "other": self.now}


@dataclass(frozen=True)
class Table:
    """One side's marks on one question in one quarter: each department, those shown together, and all.

    Where one small department forbids a total of a type, the others still have one.
    """

    rows: list[Row]
    shown: Row
    all: Row


def _sum(figures: Iterable[Figure | None]) -> Figure | None:
    """Of groups that have nobody in common; None where there is none."""
    known = [figure for figure in figures if figure]
    if not known:
        return None
    return Figure(sum(figure.marks for figure in known), sum(figure.total for figure in known))


class Groups:
    """The groups of one side, question and quarter."""

    def __init__(self, parts: Iterable[GroupPart]) -> None:
        self.figure_of: dict[Cell, GroupFigure] = {}
        self.size: defaultdict[int, int] = defaultdict(int)
        self.names: dict[int | None, tuple[str, str]] = {}
        for part in parts:
            self.figure_of[part.department_id, part.type] = part.figure
            self.size[part.figure_id] += 1
            self.names[part.department_id] = _names(part.department)

    def figure(self, cells: Collection[Cell]) -> Figure | None:
        """The sum over these cells, if they are whole groups."""
        groups = {figure.pk: figure for figure in map(self.figure_of.__getitem__, cells)}
        if not groups or sum(self.size[pk] for pk in groups) != len(cells):
            return None
        return _sum([Figure(group.marks, group.total) for group in groups.values()])

    def table(self) -> Table:
        of: defaultdict[int | None, list[Cell]] = defaultdict(list)
        for cell in self.figure_of:
            of[cell[0]].append(cell)
        rows = []
        for pk, cells in of.items():
            name, now = self.names[pk]
            rows.append(Row(name, pk, self._by_type(cells), now))
        rows.sort(key=lambda row: (row.department is None, row.name))
        shown = [_sum(figures) for figures in zip(*(row.figures for row in rows), strict=True)]
        all_ = self._by_type(list(self.figure_of))
        return Table(rows, Row("", None, shown or all_), Row("", None, all_))

    def _by_type(self, cells: Sequence[Cell]) -> list[Figure | None]:
        return [self.figure([cell for cell in cells if type_ in ("", cell[1])]) for type_ in COLUMNS]


def _names(department: Department | None) -> tuple[str, str]:
    """Its own, and of the one it was united with."""
    if department is None:
        return "", ""
    return department.name, department.united_with.name if department.united_with else ""


def in_general(question: Question, side: Side) -> str:
    """The question as that side is asked it, of nobody in particular."""
    words = gettext(question.for_employee if side is Side.EMPLOYEE else question.for_manager)
    return words.replace("{employee}", gettext("the employee")).replace("{manager}", gettext("the manager"))


def tables(quarter: date, question: Question) -> dict[Side, Table]:
    """Both sides' tables, in one query."""
    return tables_of(quarter, [question])[question.pk]


def tables_of(quarter: date, questions: Iterable[Question]) -> dict[int, dict[Side, Table]]:
    """The same of several questions, by their keys."""
    keys = [question.pk for question in questions]
    parts = GroupPart.objects.filter(figure__publication=quarter, figure__question__in=keys)
    of: defaultdict[tuple[int, str], list[GroupPart]] = defaultdict(list)
    for part in parts.select_related("figure", "department__united_with"):
        of[part.figure.question_id, part.figure.side].append(part)
    return {key: {side: Groups(of[key, side]).table() for side in Side} for key in keys}


def united_since(department: int) -> list[str]:
    """Departments that are part of it now and stand by themselves in quarters that were out before."""
    own = Exists(GroupPart.objects.filter(department=OuterRef("pk")))
    return list(Department.ever.filter(own, united_with=department).values_list("name", flat=True))


def questions() -> list[Question]:
    """Those of which anything was ever published, in the order asked, the newest versions first."""
    published = Exists(GroupFigure.objects.filter(question=OuterRef("pk")))
    rows = Question.objects.filter(published).select_related("question_set")
    newest_first = rows.order_by("-question_set__number", "position", "pk")
    return sorted(newest_first, key=lambda row: list(Kind.values).index(row.question_set.kind))


def of_quarters(many: int) -> dict[date, dict[int, dict[Side, Figure]]]:
    """The newest published quarters, and of each both sides' figures of everybody, by question: sums of all
    the groups there are, which cut through none. In one query."""
    quarters = Publication.objects.order_by("-quarter").values("quarter")[:many]
    sums = GroupFigure.objects.filter(publication__in=quarters).values("publication", "question", "side")
    rows = sums.annotate(marks_=Sum("marks"), total_=Sum("total")).values_list(
        "publication", "question", "side", "marks_", "total_"
    )
    found: dict[date, dict[int, dict[Side, Figure]]] = {}
    for quarter, question, side, marks, total in rows:
        found.setdefault(quarter, defaultdict(dict))[question][Side(side)] = Figure(marks, total)
    return found


def series(
    question: Question, quarters: Sequence[date], *, department: int | None = None, type_: str = ""
) -> dict[date, dict[Side, Figure | None]]:
    """In each of some published quarters both sides' figures: of all departments and types, or of one.

    In one query, whatever the size. None where nobody answered, or too few, or the view cuts through a group.
    """
    found: dict[date, dict[Side, Figure | None]] = {quarter: dict.fromkeys(Side) for quarter in quarters}
    for quarter, side, marks, total, cuts in _sums(question, quarters, department, type_):
        found[quarter][Side(side)] = None if cuts else Figure(marks, total)
    return found


def _sums(
    question: Question, quarters: Sequence[date], department: int | None, type_: str
) -> Iterable[tuple[date, str, int, int, int]]:
    """By quarter and side: marks and total of the groups inside the view, and how many it cuts through."""
    view = (Q(department=department) if department else Q()) & (Q(type=type_) if type_ else Q())
    parts = GroupPart.objects.filter(figure=OuterRef("pk"))
    inside, outside = parts.filter(view), parts.filter(~view) if view else parts.none()
    groups = GroupFigure.objects.filter(question=question, publication__in=quarters)
    return (
        groups.filter(Exists(inside))
        .annotate(cut=Exists(outside))
        .values("publication", "side")
        .annotate(
            marks_=Sum("marks", filter=Q(cut=False), default=0),
            total_=Sum("total", filter=Q(cut=False), default=0),
            cuts=Count("pk", filter=Q(cut=True)),
        )
        .values_list("publication", "side", "marks_", "total_", "cuts")
    )
