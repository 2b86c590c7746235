"""What HR has chosen for the whole company, from a day on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Expression, F, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from people.models import Person
from tours import holidays, policy
from tours.models.rhythm import Rhythm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TYPES = ("rotational", "transformational", "foundational")  #: as `Tour.Type` has them
Words: TypeAlias = "str | _StrPromise"
LONGEST_DAYS, LONGEST_MONTHS, MOST_PEOPLE = 3 * 366, 10 * 12, 100
OPENING, FOOT = _("after the greeting"), _("at the end")
LONGEST_OPENING, LONGEST_FOOT = 200, 500  #: characters


def days(label: Words, default: int, **more: Any) -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    limits = [MinValueValidator(1), MaxValueValidator(LONGEST_DAYS)]
    return models.PositiveSmallIntegerField(label, default=default, validators=limits, **more)


def people(label: Words, default: int) -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    limits = [MinValueValidator(policy.FIGURE_FLOOR), MaxValueValidator(MOST_PEOPLE)]
    return models.PositiveSmallIntegerField(label, default=default, validators=limits)


def months(label: Words, default: int) -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    limits = [MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)]
    return models.PositiveSmallIntegerField(label, default=default, validators=limits)


def rhythm(label: Words, default: Rhythm) -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    return models.PositiveSmallIntegerField(label, choices=Rhythm, default=default)


def said(label: Words, language: Words, longest: int) -> models.CharField:  # type: ignore[type-arg]
    """A column for each language, as there is one for each type of tour: so a version is one row, and what
    compares, previews and catches up knows these as it knows the others."""
    name = format_lazy("{}: {}", language, label)
    return models.CharField(name, max_length=longest, blank=True, default="", db_default="")


class PolicyQuerySet(models.QuerySet["Policy"]):
    def on(self, day: date) -> Policy:
        """What holds that day: HR's newest choice for it, or what Alliance ships with.

        The newest takes the place of all before it, also of one that was planned for a later day.
        """
        return self.filter(holds_from__lte=day).order_by("number").last() or Policy()

    def newest(self) -> Policy:
        """What HR chose last, even if it is still to hold; a change starts from it."""
        return self.order_by("number").last() or Policy(number=0)

    def number_on(self, name: str, day: Expression | F) -> Coalesce:
        """In SQL: the number that held there on that day."""
        held = self.filter(holds_from__lte=day).order_by("-number").values(name)
        return Coalesce(Subquery(held[:1]), Value(_ours(name)), output_field=models.IntegerField())

    def most(self, name: str) -> Greatest:
        """In SQL: the largest number that ever held there, ours included; a bound for an index."""
        largest = Subquery(self.order_by(f"-{name}").values(name)[:1])
        return Greatest(largest, Value(_ours(name)), output_field=models.IntegerField())


def _field(name: str) -> models.Field:  # type: ignore[type-arg]
    field = Policy._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _ours(name: str) -> int:
    return int(_field(name).default)


class Policy(models.Model):
    """One dated set of choices. A change is a new row, so the rows are their own history.

    Lengths and rhythms are suggestions to those who write terms, and never limit them. What was
    proposed under a policy keeps it: its wordings, and the day on which its window opens. Two choices reach
    what running tours have planned, where it has not opened: public holidays, and the months between career
    check-ins.
    """

    class FiguresBy(models.TextChoices):
        """What group figures are divided by first; the other divides what that leaves large enough."""

        DEPARTMENT = "department", _("by department, then by type of tour")
        TYPE = "type", _("by type of tour, then by department")

    #: What belongs together, in the order of the page.
    GROUPS: ClassVar[list[tuple[Words, list[str]]]] = [
        (_("When both begin to talk about the next tour"), [f"lead_days_{type_}" for type_ in TYPES]),
        (_("How long a tour is suggested to be"), [f"months_{type_}" for type_ in TYPES]),
        (_("How often check-ins are suggested"), [f"rhythm_{type_}" for type_ in TYPES]),
        (
            _("Check-ins"),
            ["checkin_opens_before", "checkin_lapses_after", "career_months", "holiday_calendar"],
        ),
        (
            _("Answers and grace"),
            [
                "expectation_answer_days",
                "first_conversation_days",
                "handover_days",
                "undecided_days",
                "above_days",
                "hr_days",
            ],
        ),
        (_("Group figures from answers"), ["figure_people", "figures_by"]),
        (_("At the foot of every statement"), ["non_binding", "no_dismissal"]),
        (_("The company"), ["mission", "values"]),
        (
            _("In every letter"),
            [f"mail_{part}_{code}" for code in ("en", "de", "es", "ar") for part in ("opening", "foot")],
        ),
    ]

    number = models.PositiveIntegerField(unique=True)
    holds_from = models.DateField(_("holds from"))
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    lead_days_rotational = days(_("rotational: days before the end"), policy.LEAD_DAYS)
    lead_days_transformational = days(_("transformational: days before the end"), policy.LEAD_DAYS)
    lead_days_foundational = days(_("foundational: days before the review"), policy.LEAD_DAYS)
    months_rotational = months(_("rotational: months"), 18)
    months_transformational = months(_("transformational: months"), 36)
    months_foundational = months(_("foundational: months until the review"), 24)
    rhythm_rotational = rhythm(_("rotational: check-ins"), Rhythm.TWO_MONTHS)
    rhythm_transformational = rhythm(_("transformational: check-ins"), Rhythm.QUARTERLY)
    rhythm_foundational = rhythm(_("foundational: check-ins"), Rhythm.HALF_YEARLY)

    checkin_opens_before = days(_("a check-in opens: days before it is due"), 7)
    checkin_lapses_after = days(_("a check-in lapses: days after it was due"), 14)
    career_months = months(_("a career check-in comes again after: months"), 12)
    #: As `tours.holidays` names it.
    holiday_calendar = models.CharField(
        _("nothing is due on public holidays of"), max_length=holidays.LONGEST, blank=True, default=""
    )
    expectation_answer_days = days(_("a stated expectation is answered within: days"), 14)
    first_conversation_days = days(_("a first conversation is answered within: days"), 5)
    handover_days = days(_("a tour is taken over within: days"), 30)
    undecided_days = days(_("“undecided near the end” means: days before it"), 60)
    above_days = days(_("what is left undone is told to the manager above after: days"), 14, db_default=14)
    hr_days = days(_("what is still left undone is counted in HR's letter after: days"), 28, db_default=28)

    figure_people = people(_("a group figure needs at least: people"), policy.FIGURE_PEOPLE)
    figures_by = models.CharField(
        _("answers are grouped"), max_length=10, choices=FiguresBy, default=FiguresBy.DEPARTMENT
    )

    non_binding = models.TextField(_("that the statement is not a contract"), blank=True, default="")
    no_dismissal = models.TextField(_("that it is no prelude to a dismissal"), blank=True, default="")
    mission = models.TextField(_("the company's mission"), blank=True, default="")
    values = models.TextField(_("the company's values, one a line"), blank=True, default="")

    mail_opening_en = said(OPENING, _("English"), LONGEST_OPENING)
    mail_opening_de = said(OPENING, _("German"), LONGEST_OPENING)
    mail_opening_es = said(OPENING, _("Spanish"), LONGEST_OPENING)
    mail_opening_ar = said(OPENING, _("Arabic"), LONGEST_OPENING)
    mail_foot_en = said(FOOT, _("English"), LONGEST_FOOT)
    mail_foot_de = said(FOOT, _("German"), LONGEST_FOOT)
    mail_foot_es = said(FOOT, _("Spanish"), LONGEST_FOOT)
    mail_foot_ar = said(FOOT, _("Arabic"), LONGEST_FOOT)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(figure_people__gte=policy.FIGURE_FLOOR), name="policy_figure_floor"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="policies_never_change", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.holds_from}"

    def lead(self, type_: str) -> timedelta:
        return timedelta(days=getattr(self, f"lead_days_{type_}"))

    def suggested_months(self, type_: str) -> int:
        return int(getattr(self, f"months_{type_}"))

    def suggested_rhythm(self, type_: str) -> Rhythm:
        return Rhythm(getattr(self, f"rhythm_{type_}"))

    @property
    def wordings(self) -> list[str]:
        """What stands at the foot of a statement: the company's own words, or ours."""
        return [self.shown("non_binding"), self.shown("no_dismissal")]

    @classmethod
    def all_but_wordings(cls) -> list[str]:
        """What `defer` leaves behind where only these are read."""
        read = ("id", "non_binding", "no_dismissal")
        return [field.name for field in cls._meta.concrete_fields if field.name not in read]

    def mail(self, language: str) -> tuple[str, str]:
        """How every letter in that language begins, and how it ends."""
        return getattr(self, f"mail_opening_{language}"), getattr(self, f"mail_foot_{language}")

    @staticmethod
    def label(name: str) -> str:
        return str(_field(name).verbose_name)

    @staticmethod
    def limits(name: str) -> list[Callable[[int], None]]:
        """What the number must keep to."""
        return list(_field(name).validators)

    def shown(self, name: str) -> str:
        """A choice in words, as people read it."""
        if name == "holiday_calendar":
            return holidays.name(self.holiday_calendar) if self.holiday_calendar else str(_("none"))
        if display := getattr(self, f"get_{name}_display", None):
            return str(display())
        return str(getattr(self, name) or OURS.get(name, ""))

    @property
    def value_list(self) -> list[str]:
        return [line.strip() for line in self.values.splitlines() if line.strip()]


#: What stands in the place of words that the company has not written.
OURS = {"non_binding": policy.NON_BINDING, "no_dismissal": policy.NO_DISMISSAL}
