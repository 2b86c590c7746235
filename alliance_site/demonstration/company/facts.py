"""What a company's history consists of, decided before a single row is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

KEYS = UUID("5f0c3c1e-6f0f-4f43-9a45-6b1f0f6f3c1d")  #: any, but always the same
EMPLOYEE, MANAGER = "employee", "manager"  #: the two sides, as `tours.models.Side` has them


@dataclass(frozen=True, slots=True)
class Spell:
    """One employment, of one contract or of two without a day between. `ending` and what follows, but for
    `renewed_on`, is set only where it has ended."""

    hired_on: date
    left_on: date | None = None
    ending: str | None = None
    note: str = ""
    regretted: bool | None = None
    regretted_reason: str = ""
    renewed_on: date | None = None  #: the first day of the second contract


@dataclass(frozen=True, slots=True)
class Post:
    department: str
    title: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Line:
    manager: str
    since: date
    until: date | None


@dataclass(slots=True)
class Member:
    """A person of the company, known by a key that never shows."""

    key: str
    name: str
    email: str | None
    spells: list[Spell] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    hr: list[tuple[date, date | None]] = field(default_factory=list)
    absences: list[tuple[date, date]] = field(default_factory=list)


@dataclass(frozen=True)
class Owed:
    """A promise: who owes what, by which day, and how both will know."""

    by: str
    what: str
    due_on: date
    known_by: str

    def __hash__(self) -> int:
        return hash(self.what)  # which hardly two have in common; it is asked for by the million


@dataclass(frozen=True)
class Said:
    """A comment on a version: `kind` as `tours.models.Comment.Kind` has it."""

    kind: str
    side: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Version:
    mission: str
    company_gain: str
    employee_gain: str
    starts_on: date
    ends_on: date | None
    review_on: date | None
    rhythm: int
    promises: tuple[Owed, ...]
    created_at: datetime
    proposed_at: datetime | None = None
    signed: tuple[tuple[str, datetime], ...] = ()
    said: Said | None = None
    by: str = ""  #: who wrote and proposed it, where that was not the manager
    manager: str = ""  #: whom it names, where that is not the tour's manager of today
    reason: str = ""

    @cached_property
    def signed_at(self) -> datetime | None:
        """The moment of the second signature, from which on it is in force."""
        return max(at for _side, at in self.signed) if len(self.signed) == 2 else None


@dataclass(frozen=True)
class EarlyEnd:
    on: date
    by: str
    reason: str


@dataclass
class Sheet:
    """What one side said, and handed in at that moment."""

    side: str
    saved_at: datetime
    marks: dict[str, int]
    words: dict[str, str]
    shown_at: datetime | None = None
    choices: dict[str, str] = field(default_factory=dict)
    reviews: list[tuple[Owed, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Agreed:
    """An action: who does what by when, who wrote it down, and what came of it, said by whom and when."""

    owner: str
    what: str
    due_on: date
    side: str
    at: datetime
    outcome: str | None = None
    why: str = ""
    settled: tuple[str, datetime] | None = None


@dataclass
class CheckIn:
    """A regular one, which needs no more than its day, or what is asked once before the end."""

    due_on: date
    sheets: list[Sheet] = field(default_factory=list)
    skipped: tuple[str, str, datetime] | None = None  #: side, reason, when
    kind: str = "regular"
    opens_on: date | None = None
    lapses_on: date | None = None
    slot: date | None = None
    manager: str = ""  #: who was the other side, where that is not the tour's manager of today
    summary: tuple[str, str, datetime] | None = None  #: side, words, when
    actions: list[Agreed] = field(default_factory=list)

    @property
    def revealed_at(self) -> datetime | None:
        """The moment of the second hand-in."""
        if len(self.sheets) < 2:
            return None
        one, other = (sheet.saved_at for sheet in self.sheets)
        return max(one, other)


@dataclass(frozen=True)
class Outcome:
    """What came of the talk about the time after a tour: as `tours.models.NextStep` has it."""

    outcome: str
    words: str
    side: str
    at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True)
class Told:
    """What one side said of a promise: `kind` as `tours.models.LedgerEntry.Kind` has it."""

    owed: Owed
    kind: str
    side: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Replied:
    """A manager's answer about a role: `verdict` as `feedback.models.Reply` has it."""

    verdict: str
    condition: str
    words: str
    review_on: date
    at: datetime


@dataclass
class Hope:
    """A role that somebody expects, of whom it was asked, and what came of it. `gone` is what was said, and
    when, of its having gone to somebody else; `heard_at` when the employee said that both had talked."""

    employee: str
    manager: str
    role: str
    by_when: date
    why: str
    stated_at: datetime
    due_on: date
    reply: Replied | None = None
    gone: tuple[str, datetime] | None = None
    heard_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass
class Tour:
    employee: str
    manager: str
    type: str
    versions: list[Version]
    state: str
    previous: Tour | None = None
    early: EarlyEnd | None = None
    mood: str = ""  #: how its check-ins go, see `checking.py`
    manager_owes: bool = False  #: has not answered the newest check-in that is due
    pending: Version | None = None  #: proposed, and not accepted by both; the newest version holds until then
    checkins: list[CheckIn] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    @property
    def terms(self) -> Version:
        return self.versions[-1]

    @property
    def last_day(self) -> date | None:
        return self.early.on if self.early else self.terms.ends_on

    @property
    def first_manager(self) -> str:
        return self.versions[0].manager or self.manager

    def in_force_at(self, moment: datetime) -> Version:
        """Signed by then; before anything was, what came to be signed first."""
        if len(self.versions) == 1:
            return self.versions[0]
        signed = [version for version in self.versions if version.signed_at]
        return next((v for v in reversed(signed) if v.signed_at and v.signed_at <= moment), signed[0])

    def manager_on(self, day: date) -> str:
        """With whom it was that day."""
        if len(self.versions) == 1:
            return self.manager
        for version in reversed(self.versions):
            if version.signed_at and version.signed_at.date() <= day:
                return version.manager or self.manager
        return self.first_manager

    @property
    def has_force(self) -> bool:
        return self.state in {"agreed", "ended_early"}


@dataclass
class Company:
    today: date
    founded_on: date
    departments: list[tuple[str, str | None]]
    members: dict[str, Member]
    tours: list[Tour]
