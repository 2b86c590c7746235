"""What HR should know of the company: counts, each with a list behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any
from zlib import crc32

from django.db.models import Count, Exists, F, JSONField, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject, Now
from django.db.models.lookups import LessThan, Lookup
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from alliance_site.dashboards.kept import keep, recall
from alliance_site.outbox.models import Gate, Heartbeat, Message
from feedback.models import Expectation
from people.measures.rows import count_of
from people.models import Person, ReportingLine, Role
from people.numbers import Grouped
from tours import failing
from tours.ledger import long_overdue
from tours.models import Side, Tour
from tours.models.dates import near_the_end
from tours.views.listing import SHOWN

SILENCE = timedelta(minutes=10)  #: after which a missing heartbeat is said


@dataclass(frozen=True)
class Counted:
    """Which rows that day, the sentence that tells how many, and where they are listed."""

    rows: Callable[[date], QuerySet[Any]]
    sentence: Any
    page: str
    query: str = ""

    def told(self, many: int) -> tuple[str, str]:
        return self.sentence % {"count": Grouped(many)}, reverse(self.page) + self.query


def _unanswered(on: date) -> QuerySet[Any]:
    return Expectation.objects.countable(on).with_state(on).in_state(Expectation.State.OVERDUE)


def _overdue(on: date) -> QuerySet[Any]:
    return long_overdue(on).filter(owed_by=Side.MANAGER)


def tours_shown(show: str, sentence: Any) -> Counted:
    """Of those that the list of tours has under that name."""
    return Counted(lambda on: SHOWN[show](Tour.objects.all(), on), sentence, "tours", f"?show={show}")


def _unmanaged(on: date) -> QuerySet[Any]:
    """Rows where nobody manages anybody that day, as before the first import."""
    return Role.objects.filter(~Exists(ReportingLine.objects.current(on)))


def _silent(_on: date) -> QuerySet[Any]:
    """Rows where planning or delivery has not come to its end for a while, or never. Where HR was appointed
    just now for the first time, neither may have begun. What was heard in the future, by a clock that was
    ahead, says nothing of now."""
    while_ago = Now() - SILENCE
    heard = Heartbeat.objects.filter(at__range=(while_ago, Now() + SILENCE))
    both = Q(Exists(heard.filter(name="plan")), Exists(heard.filter(name="deliver")))
    begun = Q(pgh_created_at__lt=while_ago) | Exists(Heartbeat.objects.filter(at__lt=while_ago))
    history: QuerySet[Any] = Role.pgh_event_model.objects.all()  # type: ignore[attr-defined]
    return history.filter(begun, ~both)


def _stuck(on: date) -> QuerySet[Any]:
    """What should be on its way by now: sending puts off what it cannot send, and nobody has. Not while all
    are held, which is said by itself."""
    waiting = Message.objects.known_to_hr().filter(~Exists(_all_held(on)), state=Message.State.WAITING)
    return waiting.filter(send_after__lt=Now() - SILENCE)


def _all_held(_on: date) -> QuerySet[Any]:
    return Gate.objects.filter(held_at__isnull=False)


def _troubled(_on: date) -> QuerySet[Any]:
    doubtful = [Message.State.FAILED, Message.State.UNCERTAIN]
    return Message.objects.known_to_hr().filter(state__in=doubtful)


#: Always counted anew: whether there is anybody for a tour, and letters.
ANEW = [
    Counted(
        _unmanaged,
        gettext_lazy("Import who manages whom: nobody has a manager today"),
        "import_people",
    ),
    Counted(
        _all_held,
        ngettext_lazy(
            "Say when letters may go again: all are held",
            "Say when letters may go again: all are held",
            "count",
        ),
        "messages",
    ),
    Counted(
        _silent,
        gettext_lazy(
            "Have the worker, its clock and the mail server looked at: "
            "letters are not planned, or do not go out"
        ),
        "messages",
    ),
    Counted(
        _stuck,
        ngettext_lazy(
            "%(count)s letter should be on its way by now",
            "%(count)s letters should be on their way by now",
            "count",
        ),
        "messages",
        "?state=waiting",
    ),
    Counted(
        _troubled,
        ngettext_lazy(
            "Check %(count)s message that may not have arrived",
            "Check %(count)s messages that may not have arrived",
            "count",
        ),
        "messages",
    ),
]

ENDING = tours_shown(
    "ending",
    ngettext_lazy(
        "%(count)s tour ends soon with nothing signed for the time after",
        "%(count)s tours end soon with nothing signed for the time after",
        "count",
    ),
)
UNDECIDED = tours_shown(
    "undecided",
    ngettext_lazy(
        "%(count)s tour is undecided near its end",
        "%(count)s tours are undecided near their end",
        "count",
    ),
)
ENDED = tours_shown(
    "ended",
    ngettext_lazy(
        "%(count)s tour has ended with nothing agreed about what follows",
        "%(count)s tours have ended with nothing agreed about what follows",
        "count",
    ),
)
TO_REVIEW = tours_shown(
    "review",
    ngettext_lazy(
        "%(count)s open-ended tour should have been reviewed by now",
        "%(count)s open-ended tours should have been reviewed by now",
        "count",
    ),
)
UNANSWERED = Counted(
    _unanswered,
    ngettext_lazy(
        "%(count)s expected role has waited too long for an answer",
        "%(count)s expected roles have waited too long for an answer",
        "count",
    ),
    "expectations",
    "?state=overdue",
)
OVERDUE = Counted(
    _overdue,
    ngettext_lazy(
        "%(count)s promise of the company is overdue by more than two weeks",
        "%(count)s promises of the company are overdue by more than two weeks",
        "count",
    ),
    "promises",
)

#: Of the company, beside those of which some are told apart.
COMPANY = [
    tours_shown(
        "unmanaged",
        ngettext_lazy(
            "Record who manages the employee of %(count)s tour, who has no manager",
            "Record who manages the employees of %(count)s tours, who have no manager",
            "count",
        ),
    ),
    ENDED,
    TO_REVIEW,
    tours_shown(
        "unsigned",
        ngettext_lazy(
            "%(count)s tour has waited for signatures for three weeks or more",
            "%(count)s tours have waited for signatures for three weeks or more",
            "count",
        ),
    ),
    Counted(
        failing.without_tour,
        ngettext_lazy(
            "%(count)s person has a manager and no tour",
            "%(count)s people have a manager and no tour",
            "count",
        ),
        "without_tour",
    ),
    UNANSWERED,
    OVERDUE,
]


@dataclass(frozen=True)
class ForHR:
    """Each a sentence and where to look; `as_of`: when it was counted, if that was not just now."""

    told: list[tuple[str, str]]
    as_of: datetime | None


def for_hr(person: Person, on: date, now: datetime) -> ForHR:
    """One statement, for what is kept of the company is not asked again."""
    key = key_of("for-hr", on, COMPANY)
    before = recall(key)
    begun = monotonic()
    row = Person.objects.filter(pk=person.pk).values_list(
        *(count_of(counted.rows(on)) for counted in ANEW), *([] if before else _of_company(on))
    )
    found = row.get()
    anew, company = found[: len(ANEW)], found[len(ANEW) :]
    if before is None:
        keep(key, company, now, monotonic() - begun)
    handed_over, ending, *others = before.value if before else company
    told = [*_told(ANEW, anew), *_between_managers(**handed_over or {}), *_near_their_end(**ending or {})]
    return ForHR([*told, *_told(COMPANY, others)], before.at if before else None)


def key_of(what: str, on: date, counted: Sequence[Counted]) -> str:
    """Of another release, whose numbers would be taken for others, it is another one."""
    lists = crc32(" ".join(each.page + each.query for each in counted).encode())
    return f"{what}:{on}:{lists:x}"


def _of_company(on: date) -> list[Subquery]:
    return [
        _with_part(Tour.objects.handed_over(on), LessThan(F("take_over_by"), on)),
        _with_part(ENDING.rows(on), near_the_end(on)),  # UNDECIDED: see `undecided_near_the_end`
        *(count_of(counted.rows(on)) for counted in COMPANY),
    ]


def _told(counted: Sequence[Counted], numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
    for each, many in zip(counted, numbers, strict=True):
        if many:
            yield each.told(many)


def _with_part(rows: QuerySet[Any], part: Lookup[Any]) -> Subquery:
    """How many there are, and of how many of them that is true: one look at all rows for both."""
    numbers = JSONObject(total=Count("pk"), part=Count("pk", filter=Q(part)))
    counted = rows.order_by().values(one=Value(1)).annotate(found=numbers).values("found")
    return Subquery(counted, output_field=JSONField())


def _near_their_end(total: int = 0, part: int = 0) -> Iterator[tuple[str, str]]:
    return _told([ENDING, UNDECIDED], [total, part])


def _between_managers(total: int = 0, part: int = 0) -> Iterator[tuple[str, str]]:
    url, late = reverse("tours") + "?show=handover", part
    if late:
        sentence = ngettext(
            "%(count)s tour should have been taken over by its new manager by now",
            "%(count)s tours should have been taken over by their new managers by now",
            late,
        )
        yield sentence % {"count": Grouped(late)}, url
    if waiting := total - late:
        sentence = ngettext(
            "%(count)s tour is to be taken over by a new manager",
            "%(count)s tours are to be taken over by new managers",
            waiting,
        )
        yield sentence % {"count": Grouped(waiting)}, url
