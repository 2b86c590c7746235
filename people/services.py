"""What the company decides about people: hire, move, give a manager or a duty, part.

Each verb changes effective-dated rows: what held before ends the day before, and stays readable.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import DateField, F, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people import tree
from people.days import ONE_DAY, add_days, today_for
from people.departments import Departments
from people.models import (
    Absence,
    Access,
    Department,
    Employment,
    FormerName,
    Person,
    Position,
    ReportingLine,
    Role,
    Tenure,
)

LINES_LOCK = 7_402_001  # any number, but the same wherever reporting lines change


class Refused(Exception):
    """What was asked for breaks a rule; the text says which, for the person who asked."""


class NotEmployed(Refused):
    pass


class ManagesThemselves(Refused):
    pass


class Cycle(Refused):
    """Somebody would be above themselves."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(
            _("That would make a circle: %(names)s.") % {"names": " → ".join([*names, names[0]])}
        )


def lock_lines() -> None:
    """Until the transaction ends, nobody else changes reporting lines, so no two changes close a cycle."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LINES_LOCK])


def lock(person: Person) -> None:
    """Until the transaction ends, nobody else changes what this person is to the company.

    The lines come first, as in an import: it holds them before it writes to anybody, and whoever held
    the person and then waited for the lines would keep it waiting for ever.
    """
    lock_lines()
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)


@transaction.atomic
def hire(
    person: Person,
    *,
    on: date,
    department: Department | None = None,
    title: str = "",
    manager: Person | None = None,
) -> Employment:
    """Begin a spell with the company. Raises Refused when one runs already or is to come."""
    lock(person)
    if person.employments.filter(Q(left_on__isnull=True) | Q(left_on__gte=on)).exists():
        raise Refused(_("%(name)s is employed already, or will be.") % {"name": person})
    employment = Employment.objects.create(person=person, hired_on=on)
    if department:
        place = _that_stays(department.pk)
        Position.objects.create(person=person, department_id=place, title=title, since=on)
    if manager:
        set_manager(person, manager, since=on)
    return employment


@transaction.atomic
def identify(person: Person, *, number: str | None, email: str | None, actor: Person, now: datetime) -> None:
    """By what an import finds them, and with what they sign in; the person is told of another address, and
    of a first one where there is a password. Raises Refused where it is another's, which the database sees
    to; and where nobody in HR could sign in any more. What is noted of who has left is the person's own."""
    lock(person)
    changed = person.email != email
    if changed and (person.email or person.has_usable_password()):
        note_new_addresses(actor, [person.pk], now)
    if email is None and Person.objects.with_duties(now).filter(pk=person.pk, is_hr=True).exists():
        _refuse_to_leave_hr_empty(person, now)
    person.number, person.email = number, email
    try:
        with transaction.atomic():
            person.save(update_fields=["number", "email"])
    except IntegrityError:
        same = Q(number=number or "") | Q(email=email or "")
        other = Person.objects.filter(same).exclude(pk=person.pk).first()
        told = _("%(name)s has this employee number or e-mail address already.")
        raise Refused(told % {"name": other}) from None
    if changed and email and person.has_left(today_for(person, now)):
        note_access(actor, person, Access.OWN_ADDRESS, now)


@transaction.atomic
def add_department(name: str, above: int | None = None) -> Department:
    """Raises Refused where one is called so already, in whatever case."""
    lock_lines()
    _take_name(name)
    return Department.objects.create(name=name, parent_id=above and _that_stays(above))


@transaction.atomic
def change_department(department: Department, *, name: str, above: int | None) -> None:
    """With another name, or below another one, it is the same department: nobody moves, and whatever says
    its old name goes on meaning it. Raises Refused where another is called so, and Cycle where it would be
    above itself."""
    lock_lines()
    above = above and _that_stays(above)
    if circle := Departments().circle(department.pk, above):
        raise Cycle([node.name for node in circle])
    if name != department.name:
        _take_name(name, department)
        keep_name(department.name, department.pk)
    department.name, department.parent_id = name, above
    department.save(update_fields=["name", "parent"])


def _take_name(name: str, department: Department | None = None) -> None:
    """It means this department from now on, whichever had it before. Whoever calls holds the lines, as an
    import does, which makes departments too."""
    for other in Department.objects.filter(name__iexact=name):
        if other != department:
            raise Refused(_("There is a department called “%s” already.") % other.name)
    FormerName.objects.filter(name__iexact=name).delete()


def keep_name(name: str, key: int) -> None:
    """It is a former one of that department from now on, whichever had it before. Whoever calls holds the
    lines."""
    FormerName.objects.filter(name__iexact=name).delete()
    FormerName.objects.create(department_id=key, name=name)


def _that_stays(key: int) -> int:
    """Of a department that was chosen before it was united with another: the other. Whoever calls holds the
    lines, as whoever unites does."""
    stays: int = Department.ever.values_list(Coalesce("united_with", "pk"), flat=True).get(pk=key)
    return stays


@transaction.atomic
def set_position(person: Person, department: Department, title: str, *, since: date) -> Position:
    """What the person does from a day on; what is planned for a later day stays."""
    lock(person)
    spell = _spell(person, since)
    covering = person.positions.current(since).first()
    place = _that_stays(department.pk)
    if covering and (covering.department_id, covering.title) == (place, title):
        return covering
    until = _end(person.positions.all(), since, spell.left_on)
    _end_before(covering, since)
    return Position.objects.create(person=person, department_id=place, title=title, since=since, until=until)


@transaction.atomic
def set_manager(person: Person, manager: Person | None, *, since: date) -> ReportingLine | None:
    """Who manages the person from a day on; None for nobody. What is planned for a later day stays.

    Raises ManagesThemselves, NotEmployed or Cycle, and then changes nothing.
    """
    if manager and manager.pk == person.pk:
        raise ManagesThemselves(_("%(name)s cannot manage themselves.") % {"name": person})
    lock_lines()
    spell = _spell(person, since)
    until = _end(person.reporting_lines.all(), since, spell.left_on)
    covering = person.reporting_lines.current(since).first()
    if manager is None:
        _end_before(covering, since)
        return None
    until = min((day for day in (until, _spell(manager, since).left_on) if day), default=None)
    if covering and covering.manager_id == manager.pk:
        if covering.until == until:
            return covering
        line, line.until = covering, until
        line.save(update_fields=["until"])
    else:
        _end_before(covering, since)
        line = ReportingLine.objects.create(person=person, manager=manager, since=since, until=until)
    refuse_cycles(tree.loops_through([line.pk]))
    return line


def refuse_cycles(loops: list[tree.Loop]) -> None:
    if loops:
        names = Person.objects.in_bulk(loops[0].people)
        raise Cycle([names[pk].name for pk in loops[0].people])


@transaction.atomic
def end_employment(
    person: Person,
    *,
    last_day: date,
    ending: str,
    note: str = "",
    regretted: bool | None = None,
    regretted_reason: str = "",
) -> Employment:
    """Record that somebody leaves, or correct what was recorded; `last_day` is still worked.

    Their position, manager and duties end with that day, and so does their managing of others. A later
    one takes these along; raises Cycle where somebody would be above themselves by it.
    """
    lock(person)
    spell = person.employments.order_by("-hired_on").first()
    if spell is None:
        raise NotEmployed(_("%(name)s has never been employed.") % {"name": person})
    if last_day < spell.hired_on:
        raise Refused(_("The last day is before the day of hiring."))
    old, spell.left_on, spell.ending, spell.ending_note = spell.left_on, last_day, ending, note
    spell.regretted, spell.regretted_reason = regretted, regretted_reason
    return _ends(spell, old)


@transaction.atomic
def undo_leaving(person: Person) -> Employment:
    """They stay after all: the spell is open again, with the position, manager and reports of its end.

    Raises Cycle where somebody would be above themselves by it.
    """
    lock(person)
    spell = person.employments.order_by("-hired_on").first()
    if spell is None or spell.left_on is None:
        raise Refused(_("%(name)s is not recorded as leaving.") % {"name": person})
    old, spell.left_on, spell.ending, spell.regretted = spell.left_on, None, None, None
    spell.ending_note = spell.regretted_reason = ""
    return _ends(spell, old)


@transaction.atomic
def appoint_hr(person: Person, *, since: date) -> Role:
    """Give the HR duty. Whoever has it keeps it as it is. Raises NotEmployed."""
    lock(person)
    role = Role.objects.filter(
        Q(until__isnull=True) | Q(until__gte=since), person=person, kind=Role.Kind.HR
    ).first()
    if role is None:
        role = Role.objects.create(
            person=person, kind=Role.Kind.HR, since=since, until=_spell(person, since).left_on
        )
    return role


@transaction.atomic
def relieve_of_hr(person: Person, *, now: datetime) -> None:
    """The HR duty ends at once. Raises Refused where nobody else has it who can sign in."""
    lock(person)
    _refuse_to_leave_hr_empty(person, now)
    today = today_for(person, now)
    ahead = Q(until__isnull=True) | Q(until__gte=today)
    for role in person.roles.filter(ahead, kind=Role.Kind.HR):
        _end_before(role, today)


def _refuse_to_leave_hr_empty(person: Person, now: datetime) -> None:
    others = Person.objects.with_duties(now).filter(is_hr=True, is_active=True, email__isnull=False)
    if not others.exclude(pk=person.pk).exists():
        raise Refused(_("Nobody else with the HR duty can sign in, so %(name)s keeps it.") % {"name": person})


def note_access(viewer: Person, person: Person, what: str, now: datetime) -> None:
    """That the viewer, who is no party, looked at something of the person's; the person can read it."""
    if viewer.pk != person.pk:
        Access.objects.create(viewer=viewer, person=person, what=what, at=now)


def note_accesses(viewer: Person, seen: Iterable[tuple[Person, str]], now: datetime) -> None:
    """The same of many at once."""
    looks = [Access(viewer=viewer, person=person, what=what, at=now) for person, what in seen]
    Access.objects.bulk_create(look for look in looks if look.person_id != viewer.pk)


def note_new_addresses(actor: Person | None, people: Iterable[int], now: datetime) -> None:
    """That these have another e-mail address; by nobody, if it was an import begun on the server. One's own
    is noted too, unlike a look: whoever sits at an open browser may not be whose it is."""
    notes = (Access(viewer=actor, person_id=pk, what=Access.ADDRESS, at=now) for pk in people)
    Access.objects.bulk_create(notes, batch_size=2000)


def fit_to_employments(people: Iterable[int]) -> None:
    """Whatever these people are to the company, they are only while they are employed.

    Spans are cut to the tenure they began in, and those that touch none go; a few statements, however many
    people. Where one contract follows another without a day between, what lasts through both stays whole.
    """
    ids = list(people)
    _fit(Position.objects.filter(person__in=ids), "person")
    _fit(_lines_of(ids), "person")
    _fit(_lines_of(ids), "manager")
    _fit(Role.objects.filter(person__in=ids), "person")


def _lines_of(people: list[int]) -> QuerySet[ReportingLine]:
    """Above them and below."""
    return ReportingLine.objects.filter(Q(person__in=people) | Q(manager__in=people))


def _fit(spans: QuerySet[Model], whose: str) -> None:
    last = Coalesce(OuterRef("until"), Value(date.max), output_field=DateField())
    tenure = Tenure.objects.filter(
        Q(left_on__isnull=True) | Q(left_on__gte=OuterRef("since")),
        person=OuterRef(whose),
        hired_on__lte=last,
    ).order_by("hired_on")
    hired, left = Subquery(tenure.values("hired_on")[:1]), Subquery(tenure.values("left_on")[:1])
    spans = spans.annotate(hired=hired, left=left)
    spans.filter(hired__isnull=True).delete()
    spans.filter(
        Q(since__lt=F("hired")) | Q(until__gt=F("left")) | Q(until__isnull=True, left__isnull=False)
    ).update(since=Greatest("since", hired), until=Least("until", left))


def _spell(person: Person, on: date) -> Employment:
    spell = person.employments.filter(pk__in=Employment.objects.current(on)).first()
    if spell is None:
        raise NotEmployed(
            _("%(name)s is not employed on %(day)s.") % {"name": person, "day": date_format(on)}
        )
    return spell


def _end(
    spans: QuerySet[Position] | QuerySet[ReportingLine], since: date, left_on: date | None
) -> date | None:
    """The last day of a span that begins on `since`: before the next planned one, or with the spell."""
    following = spans.filter(since__gt=since).order_by("since").first()
    return min((day for day in (left_on, following and following.since - ONE_DAY) if day), default=None)


def _end_before(span: Position | ReportingLine | Role | None, day: date) -> None:
    """End what holds the day before; what began that very day never held, and goes."""
    if span is None:
        return
    if span.since >= day:
        span.delete()
    else:
        span.until = day - ONE_DAY
        span.save(update_fields=["until"])


def _ends(spell: Employment, old: date | None) -> Employment:
    spell.save(update_fields=["left_on", "ending", "ending_note", "regretted", "regretted_reason"])
    lines = _follow(spell.person, old, spell.left_on)
    fit_to_employments([spell.person_id])
    if lines:
        refuse_cycles(tree.loops_through(lines))
    return spell


def _follow(person: Person, old: date | None, new: date | None) -> list[int]:
    """A last day that moves later, or away, takes along what was cut at the earlier one; also whom they
    managed, until these have another manager. Returns the lines that are longer now."""
    if not old or (new and new <= old):
        return []
    for spans in (person.positions, person.roles):
        spans.filter(until=old).update(until=new)
    lines = list(_lines_of([person.pk]).filter(until=old).values_list("pk", flat=True))
    following = ReportingLine.objects.filter(person=OuterRef("person"), since__gt=OuterRef("since"))
    others = add_days(Subquery(following.order_by("since").values("since")[:1]), -1)
    latest = Least(Value(new, output_field=DateField()), others)
    ReportingLine.objects.filter(pk__in=lines).update(until=latest)
    return lines


def be_away(person: Person, since: date, until: date) -> Absence:
    """Raises Refused where the person is away already on one of these days; the database sees to that."""
    try:
        with transaction.atomic():
            # One after the other: three at once could wait for each other at the constraint.
            Person.objects.select_for_update(no_key=True).get(pk=person.pk)
            return Absence.objects.create(person=person, since=since, until=until)
    except IntegrityError:
        known = person.absences.filter(since__lte=until, until__gte=since).first()
        told = _("You have entered some of these days already: %(since)s to %(until)s.")
        days = {name: date_format(getattr(known, name, since)) for name in ("since", "until")}
        raise Refused(told % days) from None


def be_back(pk: int, person: Person) -> bool:
    """That absence is no more. False if it is not that person's, or is gone already."""
    return bool(person.absences.filter(pk=pk).delete()[0])
