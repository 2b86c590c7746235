"""What the page on which terms are written shows beside each field, and what it is typed with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Prefetch
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from people.models import Person
from tours import access
from tours.forms import PromiseForm, PromiseFormSet, TermsForm
from tours.guidance.examples import examples
from tours.guidance.phrases import Finding, empty_phrases
from tours.ledger import unfinished
from tours.models import Policy, Promise, Side, Terms, Tour
from tours.models.policy import Words

EARLIER_SHOWN = 3


class Draft:
    """A version as it stands in the page: its words, and the promises of both sides."""

    def __init__(self, terms: Terms, today: date, typed: QueryDict | None = None) -> None:
        whole = typed is not None and "propose" in typed
        self.terms = terms
        self.form = TermsForm(typed, instance=terms, today=today, whole=whole)
        self.promises = PromiseFormSet(typed, terms=terms, today=today, whole=whole)

    def is_valid(self) -> bool:
        # Both, so that all is said at once; the words first, for their start bears on the promises.
        return self.form.is_valid() & self.promises.is_valid()

    @property
    def revision(self) -> int:
        return self.form.version

    def findings(self, field: str) -> list[Finding]:
        return empty_phrases(str(self.form[field].value() or ""))

    def has_empty_phrases(self) -> bool:
        rows = (row for _title, _side, _examples, rows in self.groups() for row in rows)
        return any(map(self.findings, self.form.words)) or any(row.warnings for row in rows)

    def groups(self) -> Iterator[tuple[str, Side, list[Words], list[Row]]]:
        for title, side, forms in self.promises.groups:
            rows = [Row(form, _findings_in(form)) for form in forms]
            yield title, side, examples(side, self.terms.tour.type), rows


@dataclass(frozen=True)
class Row:
    form: PromiseForm
    warnings: list[Finding]


def _findings_in(form: PromiseForm) -> list[Finding]:
    return [each for name in ("what", "known_by") for each in empty_phrases(str(form[name].value() or ""))]


@dataclass(frozen=True)
class Earlier:
    """A tour that the same person had, and what of it can be taken over."""

    terms: Terms
    owed: list[Promise]


def agreed_before(person: Person, tour: Tour) -> list[Terms]:
    """The tour before first; nothing once a version is on the table, which is what both talk about then."""
    if tour.proposed:
        return []
    agreed = list(access.agreed_before(person, tour).prefetch_related(Prefetch("promises", unfinished())))
    agreed.sort(key=lambda terms: terms.tour_id != tour.previous_id)
    return agreed


def earlier(agreed: list[Terms]) -> list[Earlier]:
    return [Earlier(terms, list(terms.promises.all())) for terms in agreed[:EARLIER_SHOWN]]


@dataclass(frozen=True)
class Beside:
    """A tour that is agreed on for the same time."""

    tour: Tour
    until: date | None  #: None while it is open-ended


def beside(draft: Terms, agreed: list[Terms]) -> Beside | None:
    """Of several the one that lasts longest."""
    last = draft.ends_on or date.max
    begun = [
        Beside(terms.tour, terms.tour.ended_on or terms.ends_on)
        for terms in agreed
        if terms.starts_on <= last
    ]
    found = [other for other in begun if other.until is None or other.until >= draft.starts_on]
    return max(found, key=lambda other: other.until or date.max, default=None)


@dataclass(frozen=True)
class Part:
    """A field of words with what helps to fill it."""

    field: BoundField
    examples: list[Words]
    warnings: list[Finding]
    earlier: list[tuple[Terms, str]]  #: with the text of that tour
    published: list[str]  #: the company's values, beside those that both share


def parts(draft: Draft, before: list[Earlier], policy: Policy) -> list[Part]:
    type_ = draft.terms.tour.type
    return [
        Part(
            draft.form[name],
            examples(name, type_),
            draft.findings(name),
            [
                (e.terms, getattr(e.terms, name))
                for e in before
                if name in Terms.TEXTS and getattr(e.terms, name)
            ],
            policy.value_list if name == "values" else [],
        )
        for name in draft.form.words
    ]


class Taken(NamedTuple):
    """What was typed, and with it the text of an earlier tour that was asked for; and where it went."""

    typed: QueryDict
    place: str = ""
    source: Terms | None = None


def with_taken(typed: QueryDict, person: Person, tour: Tour) -> Taken:
    what, _colon, pk = typed.get("take", "").partition(":")
    agreed = access.agreed_before(person, tour)
    typed = typed.copy()
    if what in Terms.TEXTS and (terms := agreed.filter(pk=_number(pk)).first()):
        texts = (typed.get(what, "").strip(), getattr(terms, what))
        typed[what] = "\n\n".join(text for text in texts if text)
        return Taken(typed, f"id_{what}", terms)
    if what == "promise":
        offered = Promise.objects.select_related("terms__tour__employee")
        if promise := offered.filter(pk=_number(pk), terms__in=agreed).first():
            return Taken(typed, _add_promise(typed, promise), promise.terms)
    return Taken(typed)


def _add_promise(typed: QueryDict, promise: Promise) -> str:
    at = _number(typed.get("promise-TOTAL_FORMS", ""))
    typed["promise-TOTAL_FORMS"] = str(at + 1)
    words = {"owed_by": promise.owed_by, "what": promise.what, "known_by": promise.known_by}
    for name, value in {**words, "due_on": promise.due_on.isoformat()}.items():
        typed[f"promise-{at}-{name}"] = value
    return f"owes-{promise.owed_by}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def typed_words(typed: QueryDict) -> list[tuple[str, str]]:
    """All that was typed, with its labels: for whom it can no longer be saved, and who should not lose it."""
    labels = {
        "reason": _("Why this change"),
        "mission": _("Mission"),
        "company_gain": _("What the company gains"),
        "employee_gain": _("What the employee gains"),
        "values": _("Values and aspirations you share"),
    }
    found = [(label, typed.get(name, "")) for name, label in labels.items()]
    found += [(_("Promise"), typed.get(name, "")) for name in typed if _is_promise(name)]
    return [(label, words) for label, words in found if words.strip()]


def _is_promise(name: str) -> bool:
    return name.startswith("promise-") and name.endswith(("-what", "-known_by"))
