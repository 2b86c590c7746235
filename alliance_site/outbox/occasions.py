"""What can be said, and whether it is still true.

An occasion is declared once, in the room it belongs to, and listed in `settings.OUTBOX_OCCASIONS`.
Its `due` is the only place that knows whom it concerns: planning asks it what should have been said
by now, and delivery asks it again whether that is still so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.module_loading import import_string


class Due(NamedTuple):
    """What makes a message unique: the columns that a query of `Occasion.due` must have."""

    recipient_id: int
    about: str  #: the key of the thing, as text
    due_on: date
    step: int


@dataclass(frozen=True)
class About:
    """The things that are asked about: these, by their keys, or whatever there is."""

    keys: Collection[str] | None = None

    def under(self, path: str, key: Callable[[str], Any] = str) -> Q:
        """Those with their key under that path; `key` finds it in one that has several parts."""
        return Q() if self.keys is None else Q(**{f"{path}__in": list(map(key, self.keys))})


def as_text(key: str | Combinable) -> Cast:
    """In SQL: a key as `Due.about` has it."""
    return Cast(key, CharField())


Row = TypeVar("Row", bound=Model)


def rows_of(
    dues: Sequence[Due], rows: QuerySet[Row], key: Callable[[str], int] = int
) -> Iterator[tuple[Due, Row]]:
    """Each with the row that it is about, in the same order and one query; `key` as in `About.under`."""
    found = rows.in_bulk({key(due.about) for due in dues})
    return ((due, found[key(due.about)]) for due in dues)


class Wording(NamedTuple):
    """What the company says in each letter, in plain text, or nothing."""

    opening: str = ""  #: after the greeting
    foot: str = ""  #: below all else


UNSAID: Mapping[str, Wording] = MappingProxyType({})


@dataclass(frozen=True)
class Recipient:
    """What the outbox needs to know of a person; `settings.OUTBOX_RECIPIENTS` tells it."""

    address: str
    name: str
    language: str
    zone: tzinfo
    barred: str = ""  #: why nothing may be sent, in words for HR
    letters_at: time = time(7)  #: no letter comes earlier in the day
    one_digest: bool = False  #: one letter a day, at that hour, with everything in it
    declined: frozenset[str] = frozenset()  #: occasions of which no letter is wanted
    #: What each letter says, by language.
    wordings: Mapping[str, Wording] = field(default_factory=lambda: UNSAID, compare=False)


Said = str | Promise
DueQueries = Callable[[datetime, About], Sequence[QuerySet[Any]]]
Contexts = Callable[[Sequence[Due]], Iterable[Mapping[str, Any] | None]]


@dataclass(frozen=True)
class Occasion:
    """One reason to write to somebody.

    `due(now, about)` gives one query, or one for each side, that Postgres can unite: each has the
    names of `Due`, and of each thing only the latest step reached. Planning asks about whatever
    there is, delivery about what waits. Occasions without `due` are posted when they happen.

    `context(dues)` gives what the templates say about each, in the same order; `path` in it is where
    the button leads. None in the place of a context: there is nothing to say this time, which is noted.
    """

    key: str
    title: Said  #: what HR reads in the list of messages
    template: str = ""  #: where it is another than the key says
    to: Said = ""  #: for HR: who gets it,
    steps: Said = ""  #: when,
    until: Said = ""  #: and what silences it
    due: DueQueries | None = None
    context: Contexts | None = None
    any_hour: bool = False  #: not held back from 20:00 to 7:00 of the recipient's day
    lasts: timedelta | None = None  #: of no use, and its words forgotten, when older
    for_hr: bool = False  #: nobody else gets it
    may_decline: bool = False  #: a person can do without the letter; the notice stays
    asked_for: bool = False  #: by its recipient, who gets it where there is an address, barred or not
    notice: bool = True  #: stands among the notices, too; not so what is of use to the mail's reader alone
    one_sided: bool = False  #: only who has not answered hears of it; no preview tells who that is
    private: bool = False  #: that it was said at all is the recipient's alone: no page, list or count has it

    @property
    def words(self) -> str:
        """Where they are: in emails/<words>.txt, a block for each of them."""
        return self.template or self.key.replace(".", "/")


def occasions() -> dict[str, Occasion]:
    """By key, in the order of the settings."""
    listed: list[Occasion] = [import_string(path) for path in settings.OUTBOX_OCCASIONS]
    return {occasion.key: occasion for occasion in listed}


def listed(numbers: Iterable[int]) -> str:
    """For the steps of an occasion, in words."""
    return ", ".join(map(str, numbers))


def private_keys() -> list[str]:
    return [key for key, occasion in occasions().items() if occasion.private]


def wanted(occasion: Occasion, recipient: Recipient) -> bool:
    """Whoever has declined what cannot be declined any more hears of it again."""
    return not (occasion.may_decline and occasion.key in recipient.declined)


def recipients(
    ids: Collection[int], now: datetime, said: Mapping[str, Wording] | None = None
) -> dict[int, Recipient]:
    """Who these people are now, in one query. Where `said` is not given, the first written to costs one."""
    known: dict[int, Recipient] = import_string(settings.OUTBOX_RECIPIENTS)(ids, now)
    said = wordings(now) if said is None else said
    return {pk: replace(person, wordings=said) for pk, person in known.items()}


def wordings(now: datetime) -> Mapping[str, Wording]:
    """What `settings.OUTBOX_WORDINGS` tells, by language; it is asked when something is looked up in it."""
    told: Any = SimpleLazyObject(lambda: import_string(settings.OUTBOX_WORDINGS)(now))
    said: Mapping[str, Wording] = told
    return said
