"""HR says which departments there are, what they are called and which is above which. For nobody else.

A department is the same under another name and in another place: figures of past days follow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people import access, services, uniting
from people.days import today_for
from people.department_forms import DepartmentForm, DepartmentsFilter, UniteForm
from people.departments import Departments, Node
from people.models import Department, Position
from people.requests import SignedInRequest, form_page, require_hr

A_PAGE = 100
DEEPEST = 4  #: levels that are set apart; those below stand as far in


@require_safe
def departments(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    tree, form = Departments(), DepartmentsFilter(request.GET)
    sought = form.cleaned_data["q"].casefold() if form.is_valid() else None
    found = [each for each in tree.downward() if sought is not None and _is_called(each[0], sought)]
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": list(_lines(tree, list(page), today_for(request.user))),
        "many": len(tree.by_key) > A_PAGE,
        "sought": sought,
    }
    return form_page(request, "people/departments.html", context, form)


def _is_called(node: Node, sought: str) -> bool:
    """Or was."""
    return any(sought in name.casefold() for name in (node.name, *node.former))


def _lines(tree: Departments, found: Collection[tuple[Node, int]], today: date) -> Iterator[dict[str, Any]]:
    """With how many work in it: one statement, however many they are."""
    keys = [node.pk for node, _level in found]
    working = Position.objects.current(today).filter(department__in=keys)
    people = dict(working.values_list("department").annotate(Count("pk")))
    for node, level in found:
        yield {
            "node": node,
            "level": min(level, DEEPEST),
            "above": tree.by_key[node.parent].name if node.parent else "",
            "people": people.get(node.pk, 0),
        }


def department_new(request: SignedInRequest) -> HttpResponse:
    require_hr(request)
    form = DepartmentForm(request.POST or None, tree=Departments())

    def record() -> None:
        services.add_department(form.cleaned_data["name"], form.cleaned_data["above"])

    return _answer(request, form, record, {"title": _("A new department")})


def department(request: SignedInRequest, pk: int) -> HttpResponse:
    require_hr(request)
    tree = Departments()
    node = tree.by_key.get(pk)
    if node is None:
        return _to_the_one_that_stays(request, pk, unsaved=request.method == "POST")
    initial = {"name": node.name, "seen": _state(node)}
    initial["above"] = tree.by_key[node.parent].name if node.parent else ""
    form = DepartmentForm(request.POST or None, initial=initial, tree=tree, node=node)

    def record() -> None:
        services.lock_lines()
        _refuse_stale(form, Departments().by_key.get(pk))
        found = Department.objects.get(pk=pk)
        services.change_department(found, name=form.cleaned_data["name"], above=form.cleaned_data["above"])

    context: dict[str, Any] = {"title": node.name, "node": node}
    context |= {"above": tree.above(pk), "below": tree.children.get(pk, [])}
    context["united"] = uniting.united_with(pk)
    return _answer(request, form, record, context)


def department_unite(request: SignedInRequest, pk: int) -> HttpResponse:
    """First which one it is the same as, then what will happen; then it is done."""
    require_hr(request)
    with transaction.atomic():
        if request.method == "POST":
            services.lock_lines()  # first: of two at once the second reads what the first has done
        return _unite(request, pk)


def _unite(request: SignedInRequest, pk: int) -> HttpResponse:
    tree = Departments()
    node = tree.by_key.get(pk)
    if node is None:
        return _to_the_one_that_stays(request, pk)
    asked = request.GET if "department" in request.GET else None
    form = UniteForm(request.POST if request.method == "POST" else asked, tree=tree, node=node)
    other: Node | None = form.cleaned_data["department"] if form.is_valid() else None
    context: dict[str, Any] = {"form": form, "node": node, "other": other, "above": tree.above(pk)}
    if other:
        below, people = tree.children.get(pk, []), uniting.people_in(pk, today_for(request.user))
        seen = f"{_state(node, other)} {[pk, other.pk, *people]} {[each.pk for each in below]}"
        if request.method == "POST" and form.cleaned_data["seen"] == seen:
            uniting.unite(pk, other.pk)
            told = _("“%(name)s” is now part of “%(other)s”.")
            messages.success(request, told % {"name": node.name, "other": other.name})
            return redirect("department", other.pk)
        if request.method == "POST":
            form.add_error(
                None, _("Somebody has changed one of the two since you looked. This is how it is now.")
            )
        context |= {"people": people, "below": below, "seen": seen}
    return form_page(request, "people/department_unite.html", context, form)


def _to_the_one_that_stays(request: SignedInRequest, pk: int, *, unsaved: bool = False) -> HttpResponse:
    gone = get_object_or_404(Department.ever.exclude(united_with=None), pk=pk)
    messages.info(request, _("“%(name)s” has been united with this department.") % {"name": gone.name})
    if unsaved:
        messages.warning(request, _("What you had typed for it is not saved."))
    return redirect("department", gone.united_with_id)


def _answer(
    request: SignedInRequest, form: DepartmentForm, record: Callable[[], None], context: dict[str, Any]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                record()
        except services.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("departments")
    context |= {"form": form, "who_sees": access.who_sees_department()}
    return form_page(request, "people/department.html", context, form)


def _refuse_stale(form: DepartmentForm, now: Node | None) -> None:
    """The second of two who save at once is told, before anything of the first is lost."""
    if now is None:
        raise services.Refused(
            _("This department has been united with another one since you opened the page.")
        )
    if form.cleaned_data["seen"] == _state(now):
        return
    form.move_to(_state(now))
    told = _(
        "Somebody has changed this department since you opened the page: it is called “%(name)s” now, or is "
        "below another one. Saving once more replaces what they did."
    )
    raise services.Refused(told % {"name": now.name})


def _state(*nodes: Node) -> str:
    return "/".join(f"{node.parent or ''}/{node.name}" for node in nodes).strip()
