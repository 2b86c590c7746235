"""What HR records of a person: number and address, manager, position, leaving, the end of a duty.

For everybody else: no such page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from django.contrib import messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people import access, services
from people.clicks import clicked
from people.days import ONE_DAY, today_for
from people.forms import IdentityForm, LeavingForm, ManagerForm, PositionForm, RecordForm
from people.models import Department, Employment, Person, Position, ReportingLine
from people.requests import SignedInRequest, form_page


def person_identity(request: SignedInRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    form = IdentityForm(request.POST or None, initial=_identity(person).initial)

    def record(data: dict[str, Any]) -> str:
        services.lock(person)
        _refuse_stale(form, _identity(_person(request, pk)))
        number, email = data["number"] or None, data["email"].lower() or None
        services.identify(person, number=number, email=email, actor=request.user, now=timezone.now())
        return _follows(number, email)

    title = _("How %(name)s is known") % {"name": person}
    left = person.has_left(today_for(person))
    return _answer(request, person, form, record, {"title": title, "identifies": True, "left": left})


def _follows(number: str | None, email: str | None) -> str:
    """What it means that there is no address, or neither of both."""
    told = [_("Saved.")]
    if not email:
        told.append(_("Without an e-mail address they cannot sign in, and no letter reaches them."))
    if not (email or number):
        told.append(_("An import does not find them, and takes them for somebody new."))
    return " ".join(told)


def person_manager(request: SignedInRequest, pk: int) -> HttpResponse:
    person, today = _person(request, pk), today_for(request.user)
    lines = person.reporting_lines.select_related("manager").order_by("since")
    held = _held(lines, today)
    manager = held.manager if held else None
    told = (manager.email or manager.number or manager.name) if manager else ""
    initial = {"manager": told, "since": today, "seen": _state(lines)}
    form = ManagerForm(request.POST or None, initial=initial)

    def record(data: dict[str, Any]) -> str | None:
        services.lock_lines()
        _refuse_stale(form, _managers(lines.all(), today))
        return _lasts(services.set_manager(person, data["manager"], since=data["since"]))

    title = _("The manager of %(name)s") % {"name": person}
    return _answer(request, person, form, record, {"title": title, "lines": lines})


def _lasts(line: ReportingLine | None) -> str | None:
    """What was planned before ends what is recorded now, and so does a last day: which is said."""
    if line is None or line.until is None:
        return None
    following = line.person.reporting_lines.select_related("manager").filter(since=line.until + ONE_DAY)
    values = {"day": date_format(line.until), "name": following[0].manager if following else ""}
    if following:
        return _("Saved, until %(day)s: then %(name)s follows.") % values
    return _("Saved, until %(day)s: then the person or the manager leaves.") % values


def person_position(request: SignedInRequest, pk: int) -> HttpResponse:
    person, today = _person(request, pk), today_for(request.user)
    positions = person.positions.select_related("department").order_by("since")
    held = _held(positions, today)
    initial = {"since": today, "seen": _state(positions)}
    if held:
        initial |= {"department": held.department.name, "title": held.title}
    form = PositionForm(request.POST or None, initial=initial)

    def record(data: dict[str, Any]) -> None:
        services.lock(person)
        _refuse_stale(form, _positions(positions.all(), today))
        department = data["department"]
        if department.pk is None:
            made = Department.objects.filter(name=department.name).first()  # by somebody else meanwhile
            department = made or services.add_department(department.name)
        services.set_position(person, department, data["title"], since=data["since"])

    title = _("The position of %(name)s") % {"name": person}
    return _answer(request, person, form, record, {"title": title})


def person_leaving(request: SignedInRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    spell = _last_spell(person)
    form = LeavingForm(request.POST or None, initial=_leaving(spell).initial, hired_on=spell.hired_on)

    def record(data: dict[str, Any]) -> None:
        services.lock(person)
        _refuse_stale(form, _leaving(_last_spell(person)))
        services.end_employment(
            person,
            last_day=data["last_day"],
            ending=data["ending"],
            note=data["note"],
            regretted=data["regretted"],
            regretted_reason=data["regretted_reason"],
        )

    context = {"title": _("%(name)s leaves") % {"name": person}, "leaves": True, "undo": spell.left_on}
    context |= {"who_sees": access.who_sees_leaving(), "keep": request.path}
    return _answer(request, person, form, record, context)


def person_duty(request: SignedInRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    if not person.is_hr:
        raise Http404
    form = RecordForm(request.POST if request.method == "POST" else None)

    def record(_data: dict[str, Any]) -> str:
        services.relieve_of_hr(person, now=timezone.now())
        return _("%(name)s no longer has the HR duty.") % {"name": person}

    title = _("The HR duty of %(name)s") % {"name": person}
    return _answer(request, person, form, record, {"title": title, "ends_duty": True})


@clicked
def person_staying(request: SignedInRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    form = RecordForm(request.POST)
    try:
        with transaction.atomic():
            _stays(person, form)
    except services.Refused as refused:
        messages.warning(request, str(refused))
        return redirect("person_leaving", pk)
    messages.success(request, _("%(name)s stays.") % {"name": person})
    return redirect("person", pk)


def _stays(person: Person, form: RecordForm) -> None:
    services.lock(person)
    spell = _last_spell(person)
    if spell.left_on and not (form.is_valid() and form.cleaned_data["seen"] == _leaving(spell).seen):
        raise services.Refused(
            _(
                "Somebody has changed this since you opened the page, and it stands below as it is now. "
                "Say once more that they stay, if they do."
            )
        )
    services.undo_leaving(person)


def _person(request: SignedInRequest, pk: int) -> Person:
    if not access.can_manage_records(request.user):
        raise Http404
    return get_object_or_404(Person, pk=pk)


def _answer(
    request: SignedInRequest,
    person: Person,
    form: RecordForm,
    record: Callable[[dict[str, Any]], str | None],
    context: dict[str, Any],
) -> HttpResponse:
    """`record` may have more to say than that it is saved."""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                told = record(form.cleaned_data)
        except services.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, told or _("Saved."), extra_tags=context.get("keep", ""))
            return redirect("person", person.pk)
    context |= {"person": person, "form": form, "departments": _departments(form)}
    return form_page(request, "people/record.html", context, form)


def _departments(form: RecordForm) -> list[Department]:
    return list(Department.objects.all()[:100]) if isinstance(form, PositionForm) else []


class Saved(NamedTuple):
    """What is saved, by the names of the form's fields: today's, and what is planned."""

    seen: str  #: all of it, what is over too
    rows: list[dict[str, Any]]

    @property
    def initial(self) -> dict[str, Any]:
        return self.rows[0] | {"seen": self.seen}


def _refuse_stale(form: RecordForm, now: Saved) -> None:
    """The second of two who save at once is told, and what the first saved, before anything of it is lost."""
    if form.is_valid() and form.cleaned_data["seen"] == now.seen:
        return
    form.move_to(now.seen)
    form.saved = [form.in_words(row) for row in now.rows]
    raise services.Refused(
        _(
            "Somebody has changed this since you opened the page. What is saved now stands below; "
            "saving once more replaces it."
        )
    )


def _held(spans: QuerySet[Any], on: date) -> Any:
    return next((span for span in spans if span.since <= on and (span.until or on) >= on), None)


def _last_spell(person: Person) -> Employment:
    return get_object_or_404(person.employments.order_by("-hired_on")[:1])


def _state(rows: Iterable[Model]) -> str:
    """Of everything that is recorded in them, what is over and what is planned too."""
    return _print([[getattr(row, field.attname) for field in row._meta.concrete_fields] for row in rows])


def _identity(person: Person) -> Saved:
    said = {"number": person.number, "email": person.email}
    return Saved(_print(list(said.values())), [said])


def _managers(lines: Iterable[ReportingLine], today: date) -> Saved:
    every = list(lines)
    rows = [{"manager": line.manager.name, "since": line.since} for line in _still(every, today)]
    return Saved(_state(every), rows or [{"manager": ""}])


def _positions(positions: Iterable[Position], today: date) -> Saved:
    every = list(positions)
    rows = [
        {"department": each.department.name, "title": each.title, "since": each.since}
        for each in _still(every, today)
    ]
    return Saved(_state(every), rows or [{"department": ""}])


def _still(spans: Iterable[Any], today: date) -> list[Any]:
    return [span for span in spans if span.until is None or span.until >= today]


def _print(said: list[Any]) -> str:
    """The fingerprint of it, as a form's field would change blanks around words."""
    return sha256(repr(said).encode()).hexdigest()


def _leaving(spell: Employment) -> Saved:
    said = {
        "last_day": spell.left_on,
        "ending": spell.ending,
        "note": spell.ending_note,
        "regretted": {True: "yes", False: "no", None: ""}[spell.regretted],
        "regretted_reason": spell.regretted_reason,
    }
    return Saved(_state([spell]), [said])
