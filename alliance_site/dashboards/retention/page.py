"""A page of HR's about retention: its figures are counted now, or were a while ago if that takes long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from alliance_site import replica
from alliance_site.dashboards import kept
from alliance_site.dashboards.forms import PeriodForm
from alliance_site.dashboards.retention import view
from alliance_site.dashboards.retention.view import View
from people.requests import INVALID, SignedInRequest

ANEW = "anew"  #: what the address says where it is to be counted whatever is kept

Figures = Callable[[View], dict[str, Any]]


def page(
    request: SignedInRequest,
    name: str,
    figures: Figures,
    form_class: type[PeriodForm] = PeriodForm,
    more: dict[str, Any] | None = None,
    **hidden: str,
) -> HttpResponse:
    """For HR alone. `dashboards/<name>.html` frames `_<name>.html`, which shows the `figures`; `more` is what
    both know besides, `hidden` what the form keeps. The figures may be of whoever in HR asked before, so
    that nothing in them may be one reader's."""
    form, asked = view.read(request, form_class)
    context = view.context(form, asked, **hidden) | (more or {})
    if asked is None:
        return render(request, f"dashboards/{name}.html", context, status=INVALID)
    key = _key(request, asked)
    if ANEW in request.GET:
        kept.forget(key)
        return HttpResponseRedirect(f"{request.path}?{_asked(request)}".rstrip("?"))
    before = kept.recall(key)
    if before is None:
        shown, took = replica.counted(partial(_counted, request, name, figures, asked, context))
        kept.keep(key, shown, asked.now, took, can_ask=True)
    else:
        shown = before.value
        context["view"] = replace(asked, now=before.at)
    context |= {"fragment": SafeString(shown), "counted_before": before is not None}
    return render(request, f"dashboards/{name}.html", context)


def _counted(
    request: SignedInRequest, name: str, figures: Figures, asked: View, context: dict[str, Any]
) -> tuple[str, float]:
    """What is shown, and how many seconds it took."""
    begun = monotonic()
    shown = str(render_to_string(f"dashboards/_{name}.html", context | figures(asked), request))
    return shown, monotonic() - begun


def _key(request: SignedInRequest, asked: View) -> str:
    """Of all that tells apart what two readers of one page see of it."""
    zone = timezone.get_current_timezone_name()
    told = (_release(), request.path, _asked(request), str(asked.today), str(get_language()), zone)
    said = "\n".join(told)
    return f"retention:{sha256(said.encode()).hexdigest()}"


@cache
def _release() -> str:
    """What the pages are made of: while two releases run, neither shows what the other has put together."""
    folders = (settings.BASE_DIR / "templates" / "dashboards", Path(kept.__file__).parent)
    files = sorted(file for folder in folders for file in folder.rglob("*.[hp][ty]*"))
    return sha256(" ".join(f"{file.name}{file.stat().st_mtime_ns}" for file in files).encode()).hexdigest()


def _asked(request: SignedInRequest) -> str:
    said = request.GET.copy()
    said.pop(ANEW, None)
    return said.urlencode()
