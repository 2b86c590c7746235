"""Persons, and what each was to the company from which day to which.

Every span of days is inclusive at both ends; an open end is null. That spans of one person never
overlap is the database's rule, so no import, page or script can break it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from people import tenures, tree
from people.days import local_day
from people.department_models import Department as Department
from people.department_models import FormerName as FormerName
from people.spans import by_statement, no_overlap
from people.spans import on_day as on_day
from people.tenures import Tenure as Tenure


class PersonQuerySet(models.QuerySet["Person"]):
    def employed(self, on: date) -> PersonQuerySet:
        return self.filter(pk__in=Employment.objects.current(on).values("person"))

    def left(self, on: date) -> PersonQuerySet:
        """Those whose last day is over. Who is hired but has not begun is neither employed nor left."""
        spells = Employment.objects.all()
        return self.filter(pk__in=spells.filter(left_on__lt=on).values("person")).exclude(
            pk__in=spells.filter(Q(left_on__isnull=True) | Q(left_on__gte=on)).values("person")
        )

    def reports_of(self, manager: Person, on: date) -> PersonQuerySet:
        return self.filter(pk__in=ReportingLine.objects.current(on).filter(manager=manager).values("person"))

    def with_position(self, on: date) -> PersonQuerySet:
        """Annotates `title` and `department` (of who has left: the last), `manager_id`, `manager_name`."""
        position = Position.objects.filter(person=OuterRef("pk"), since__lte=on).order_by("-since")
        line = ReportingLine.objects.current(on).filter(person=OuterRef("pk"))
        return self.annotate(
            title=Subquery(position.values("title")[:1]),
            department=Subquery(position.values("department__name")[:1]),
            manager_id=Subquery(line.values("manager")[:1]),
            manager_name=Subquery(line.values("manager__name")[:1]),
        )

    def with_duties(self, now: datetime) -> PersonQuerySet:
        """Fills in `last_day`, and `is_hr`: on that person's own today; nobody who has left is."""
        today = local_day(now, "person")
        spell = Employment.objects.filter(on_day(today, "hired_on", "left_on"), person=OuterRef("person"))
        duty = Role.objects.filter(on_day(today, "since", "until"), Exists(spell), person=OuterRef("pk"))
        hr = Exists(duty.filter(kind=Role.Kind.HR))
        spells = Employment.objects.filter(person=OuterRef("pk")).order_by("-hired_on")
        return self.annotate(  # type: ignore[no-redef]  # what is fetched goes before the property
            is_hr=hr, last_day=Subquery(spells.values("left_on")[:1])
        )

    def in_order(self) -> PersonQuerySet:
        """By name, as an index has them."""
        return self.order_by(Lower("name"), "pk")

    def visible_to(self, viewer: Person, on: date) -> PersonQuerySet:
        """HR: everybody; a manager: the people below; everybody: themselves and those above them."""
        if viewer.is_hr:
            return self.all()
        return self.filter(tree.is_around(viewer.pk, on))


class PersonManager(BaseUserManager["Person"].from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").strip().lower())  # type: ignore[no-any-return]

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> Person:
        person: Person = self.model(email=(email or "").strip().lower() or None, **fields)
        person.set_password(password)
        person.save()
        return person


class Import(models.Model):
    """That a file of people was read, and what came of it; a trial run leaves none."""

    at = models.DateTimeField(_("when"))
    file = models.CharField(_("file"), max_length=255)
    rows = models.PositiveIntegerField(_("people in it"))
    created = models.PositiveIntegerField(_("people who were new"))
    changed = models.PositiveIntegerField(_("people who changed"))

    class Meta:
        verbose_name = _("import")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file}, {self.at:%Y-%m-%d}"


EARLIEST_LETTER, LATEST_LETTER = 7, 19  #: hours of a person's day


@pghistory.track(*by_statement(), exclude=["password", "last_login", "came_with", "letters_at", "one_digest"])
class Person(AbstractBaseUser):
    """Somebody with an account or a record. Who has no e-mail address cannot sign in or be mailed."""

    number = models.CharField(_("employee number"), max_length=64, null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"), null=True, blank=True, unique=True)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    letters_at = models.PositiveSmallIntegerField(
        _("letters come from"), default=EARLIEST_LETTER, db_default=EARLIEST_LETTER
    )
    one_digest = models.BooleanField(_("one letter a day"), default=False, db_default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    #: The import that brought this person in: their cohort.
    came_with = models.ForeignKey(Import, models.PROTECT, null=True, editable=False, related_name="newcomers")

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="") & Q(email=Lower("email")), name="person_email_lower_case"
            ),
            models.CheckConstraint(condition=~Q(number=""), name="person_number_not_empty"),
            models.CheckConstraint(condition=~Q(name=""), name="person_name_not_empty"),
            models.CheckConstraint(
                condition=Q(letters_at__range=(EARLIEST_LETTER, LATEST_LETTER)),
                name="person_letters_by_day",
            ),
        ]
        indexes = [models.Index(Lower("name"), "id", name="person_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("person", self.pk)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @cached_property
    def is_hr(self) -> bool:
        """Of whoever did not come by `with_duties`."""
        return bool(Person.objects.with_duties(timezone.now()).filter(pk=self.pk, is_hr=True).exists())

    def manager_on(self, day: date) -> Person | None:
        line = self.reporting_lines.filter(on_day(day, "since", "until")).select_related("manager").first()
        return line.manager if line else None

    def is_employed(self, on: date) -> bool:
        return self.employments.filter(on_day(on, "hired_on", "left_on")).exists()

    @cached_property
    def last_day(self) -> date | None:
        """Of the latest spell; None while that is open, and of whoever was never employed. Of whoever did
        not come by `with_duties`."""
        last = self.employments.order_by("-hired_on").first()
        return last.left_on if last else None

    def gone_since(self, on: date) -> date | None:
        """The last day, once that is past."""
        return self.last_day if self.last_day and self.last_day < on else None

    def has_left(self, on: date) -> bool:
        """The last day is over and no other spell runs or is to come."""
        return self.gone_since(on) is not None


def all_but(*read: str, of: Iterable[str]) -> list[str]:
    """What `defer` leaves behind of the people whom rows refer to by these names, where no more is read of
    them than that: a page of a tour joins a person six times, and each column takes its time."""
    left = [field.name for field in Person._meta.concrete_fields if field.name not in ("id", *read)]
    return [f"{way}__{field}" for way in of for field in left]


class EmploymentQuerySet(models.QuerySet["Employment"]):
    def current(self, on: date) -> EmploymentQuerySet:
        return self.filter(on_day(on, "hired_on", "left_on"))


@pghistory.track(*by_statement())
class Employment(models.Model):
    """One contract with the company, from the day of hiring to the last day employed. One that begins the day
    after is recorded by itself, and makes one `Tenure` with it."""

    class Ending(models.TextChoices):
        RESIGNATION = "resignation", _("Resignation")
        DISMISSAL = "dismissal", _("Dismissal")
        REDUNDANCY = "redundancy", _("Redundancy")
        END_OF_CONTRACT = "end_of_contract", _("End of contract")
        RETIREMENT = "retirement", _("Retirement")
        DEATH = "death", _("Death")
        OTHER = "other", _("Other")

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    hired_on = models.DateField(_("hired on"))
    left_on = models.DateField(_("last day employed"), null=True, blank=True)
    ending = models.CharField(_("how it ended"), max_length=20, choices=Ending, null=True, blank=True)
    ending_note = models.CharField(_("reason given"), max_length=500, blank=True, default="")
    regretted = models.BooleanField(_("regretted loss"), null=True, blank=True)
    regretted_reason = models.CharField(_("why"), max_length=500, blank=True, default="")

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("employment")
        ordering = ["person", "hired_on"]
        constraints = [
            no_overlap("employment_no_overlap", "hired_on", "left_on"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("hired_on")),
                name="employment_left_after_hired",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, ending__isnull=True)
                | Q(left_on__isnull=False, ending__isnull=False),
                name="employment_ending_with_last_day",
            ),
        ]
        indexes = [models.Index(fields=["hired_on", "left_on"], name="employment_days")]
        triggers = tenures.KEPT

    def __str__(self) -> str:
        return f"{self.person_id}: {self.hired_on} – {self.left_on or ''}"


class PositionQuerySet(models.QuerySet["Position"]):
    def current(self, on: date) -> PositionQuerySet:
        return self.filter(on_day(on, "since", "until"))


@pghistory.track(*by_statement())
class Position(models.Model):
    """What a person does, where, from a day to a day."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="positions")
    department = models.ForeignKey(Department, models.PROTECT, related_name="positions")
    title = models.CharField(_("job title"), max_length=200, blank=True, default="")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        constraints = [
            no_overlap("position_no_overlap", "since", "until"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="position_until_after_since"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.title}"


class ReportingLineQuerySet(models.QuerySet["ReportingLine"]):
    def current(self, on: date) -> ReportingLineQuerySet:
        return self.filter(on_day(on, "since", "until"))


@pghistory.track(*by_statement())
class ReportingLine(models.Model):
    """Who manages whom, from a day to a day. `services.set_manager` sees to it that no cycle arises."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="reporting_lines")
    manager = models.ForeignKey(Person, models.PROTECT, related_name="lines_managed")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = ReportingLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting line")
        constraints = [
            no_overlap("reporting_line_no_overlap", "since", "until"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="reporting_line_until_after_since",
            ),
            models.CheckConstraint(condition=~Q(person=F("manager")), name="reporting_line_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.manager_id}"


@pghistory.track(*by_statement())
class Role(models.Model):
    """A duty beyond one's own work, from a day to a day: so far only HR."""

    class Kind(models.TextChoices):
        HR = "hr", _("HR")

    person = models.ForeignKey(Person, models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("role")
        constraints = [no_overlap("role_no_overlap", "since", "until")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def to_come(self, on: date) -> AbsenceQuerySet:
        """Those that are not over."""
        return self.filter(until__gte=on)


class Absence(models.Model):
    """Days on which a person is away, in their own words alone: no history, no list and no page of anybody
    else has them. What is planned is planned around them."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    since = models.DateField(_("first day away"))
    until = models.DateField(_("last day away"))

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        ordering = ["since"]
        constraints = [
            no_overlap("absence_no_overlap", "since", "until"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_until_after_since"),
        ]
        # Planning looks every minute at those that are not long over.
        indexes = [models.Index(fields=["until"], name="absence_until")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.since} – {self.until}"


class DeclinedOccasion(models.Model):
    """That a person wants no letter of that kind. The notice on the page comes all the same."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="declined_occasions")
    occasion = models.CharField(max_length=100)  #: its key

    class Meta:
        verbose_name = _("declined occasion")
        constraints = [models.UniqueConstraint(fields=["person", "occasion"], name="occasion_declined_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.occasion}"


class Access(models.Model):
    """That somebody who is not a party looked at something of a person's, or changed the address that lets
    one sign in as them. The person can read it."""

    ADDRESS = "address"
    OWN_ADDRESS = "own address"  #: noted after they left: a link to a password may go there

    person = models.ForeignKey(Person, models.PROTECT, related_name="accesses")
    #: Null: an import that was begun on the server, by nobody who is signed in.
    viewer = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    what = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(viewer__isnull=False) | Q(what="address"), name="access_by_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="access_newest"),
            models.Index(fields=["at"], condition=Q(what="address"), name="access_address"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} → {self.person_id}: {self.what}"
