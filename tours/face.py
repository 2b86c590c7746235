"""What a statement of alliance says to its reader: one face for the page, its print and the PDF.

Labels and days are in the reader's language, what people wrote is as they wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.days import written
from tours import statement
from tours.models import Promise, Rhythm, Seal, Side, Terms, Tour


@dataclass(frozen=True)
class Passage:
    label: str
    words: str


@dataclass(frozen=True)
class PromiseLine:
    what: str
    by: str


@dataclass(frozen=True)
class SignatureLine:
    name: str
    role: str
    signed: str  #: which version and when; empty while it is not signed
    pk: int  #: of whose name it is


@dataclass(frozen=True)
class Face:
    kind: str
    title: str
    parties: str
    mission: Passage
    company_gain: Passage
    employee_gain: Passage
    values: Passage
    span: Passage
    promises_label: str
    promises: list[PromiseLine]
    reason: Passage
    signatures: list[SignatureLine]
    unsigned: str
    wordings: list[str]
    fingerprint: str  #: in blocks; empty while nobody can sign it
    fingerprint_label: str
    check: str  #: how anybody can check it


def face(terms: Terms) -> Face:
    """Of terms that come by `with_versions()`, with their promises."""
    return _face(terms, terms.promises.all(), statement.seal_of(terms))


def face_of_next(terms: Terms, promises: Iterable[Promise]) -> Face:
    """Of a version that is not saved, with the promises that it will carry on."""
    return _face(terms, promises, Seal(employee_name=terms.employee.name, manager_name=terms.manager.name))


def _face(terms: Terms, promises: Iterable[Promise], seal: Seal) -> Face:
    names = {"employee": seal.employee_name, "manager": seal.manager_name}
    gains = _("%(name)s gains") % {"name": seal.employee_name.split(" ")[0]}
    return Face(
        kind=_("%(type)s tour of duty · version %(number)s")
        % {"type": Tour.Type(terms.tour.type).label, "number": terms.number},
        title=_("Statement of alliance"),
        parties=_("between %(employee)s and the company, for which %(manager)s speaks") % names,
        mission=Passage(_("The mission"), terms.mission),
        company_gain=Passage(_("The company gains"), terms.company_gain),
        employee_gain=Passage(gains, terms.employee_gain),
        values=Passage(_("What both care about"), terms.values),
        span=Passage(_("For how long"), f"{_days(terms)} {_rhythm(terms)}"),
        promises_label=_("What each side promises"),
        promises=[_promise(promise, seal) for promise in promises],
        reason=Passage(_("Why this change"), terms.reason),
        signatures=list(_signatures(terms, seal)),
        unsigned=_("not signed yet"),
        wordings=terms.wordings,
        fingerprint=statement.grouped(seal.fingerprint) if terms.proposed_at else "",
        fingerprint_label=_("Fingerprint of what was agreed")
        if terms.is_signed
        else _("Fingerprint of this text"),
        check=_(
            "Anybody can check it: it is the SHA-256 sum of the file %(file)s, the agreement as plain text,"
            " whichever language you read it in."
        )
        % {"file": statement.file_name(terms, "txt")},
    )


def _days(terms: Terms) -> str:
    start = written(terms.starts_on)
    if terms.ends_on:
        return _("From %(start)s to %(end)s.") % {"start": start, "end": written(terms.ends_on)}
    if terms.review_on:
        days = {"start": start, "review": written(terms.review_on)}
        return _("From %(start)s, open-ended; both look at it again on %(review)s.") % days
    return _("From %(start)s.") % {"start": start}


def _rhythm(terms: Terms) -> str:
    rhythm = {"rhythm": Rhythm(terms.rhythm).label}
    return _("Both check in %(rhythm)s, each saying how it looks from their side.") % rhythm


def _promise(promise: Promise, seal: Seal) -> PromiseLine:
    who = seal.employee_name
    if promise.owed_by == Side.MANAGER:
        who = _("The company, through %(name)s") % {"name": seal.manager_name}
    by = _("%(side)s, by %(day)s") % {"side": who, "day": written(promise.due_on)}
    known = _("Both will know by: %(how)s") % {"how": promise.known_by} if promise.known_by else ""
    return PromiseLine(promise.what, f"{by}. {known}" if known else by)


def _signatures(terms: Terms, seal: Seal) -> Iterator[SignatureLine]:
    """The employee first, whose work it is."""
    yield _signature(terms, Side.EMPLOYEE, seal.employee_name, _("the employee"))
    yield _signature(terms, Side.MANAGER, seal.manager_name, _("for the company"))


def _signature(terms: Terms, side: Side, name: str, role: str) -> SignatureLine:
    signature, pk = terms.signature_of(side), terms.party(side).pk
    if signature is None:
        return SignatureLine(name, role, "", pk)
    moment = date_format(timezone.localtime(signature.signed_at), "DATETIME_FORMAT")
    signed = _("signed version %(number)s on %(at)s") % {"number": terms.number, "at": moment}
    return SignatureLine(name, role, signed, pk)
