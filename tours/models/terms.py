"""The numbered versions of what is agreed, with what was said of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q, Subquery, Value
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from alliance_site.addresses import address
from people.models import Person, ReportingLine, all_but
from people.presence import here_on
from tours.models import states
from tours.models.dates import COMES_TO, began_otherwise, could_agree, employment_lasts, lasts, passed_by
from tours.models.policy import Policy
from tours.models.rhythm import Rhythm
from tours.models.sides import BetweenTwo, Side
from tours.models.signatures import Signature, signed_by, told_signatures


class TermsQuerySet(models.QuerySet["Terms"]):
    def proposed(self) -> TermsQuerySet:
        return self.filter(proposed_at__isnull=False)

    def with_closed(self) -> TermsQuerySet:
        """Annotates `closed`: declined or withdrawn, so that nobody can sign it any more."""
        return self.annotate(closed=_is_closed())  # type: ignore[no-redef]  # what is fetched goes before the property

    def outlines(self) -> TermsQuerySet:
        """Who each is between, its days, and whether it is `closed`; of its words none but the two names."""
        left = (*Terms.TEXTS, "reason", *all_but("name", of=Side.values))
        return self.with_closed().select_related(*Side.values).defer(*left)

    def whole(self) -> TermsQuerySet:
        """With all that is said of a version but its promises and signatures; of people their names alone, of
        the policy its wordings. Annotates `closed`, and whether it `has_comments`."""
        people = ("employee", "manager", "created_by", "proposed_by")
        found = self.with_closed().annotate(  # type: ignore[no-redef]  # what the name promises
            has_comments=Exists(Comment.objects.filter(terms=OuterRef("pk")))
        )
        left = [*all_but("name", of=people), *(f"policy__{name}" for name in Policy.all_but_wordings())]
        return found.select_related(*people, "policy", "seal").defer("seal__text", *left)

    def with_signatures(self) -> TermsQuerySet:
        """Annotates what `known_signatures` tells: a page of a tour has no query to spare for it."""
        return self.annotate(told_signatures=told_signatures())

    def newest_for(self, reader: Person, on: date) -> TermsQuerySet:
        """The newest of their tour that was proposed, unless it is in force, and the draft of the next: all
        that a list needs.

        Annotates whether the reader may know of it (`known`), who has signed, and whether the manager is
        still there to agree; of the employee the tour knows. Their words are left behind.
        """
        newer = Terms.objects.proposed().filter(tour=OuterRef("tour"), number__gt=OuterRef("number"))
        known = Q(proposed_at__isnull=False) | Q(created_by=reader)
        found = self.filter(Q(proposed_at=None) | ~Exists(newer), ~Q(tour__in_force=F("pk")))
        found = found.with_closed().with_manager_now(on)
        return found.defer(*Terms.TEXTS, "reason").annotate(  # type: ignore[no-redef]  # what the names promise
            known=ExpressionWrapper(known, models.BooleanField()),
            **{f"{side}_signed": signed_by(side) for side in Side.values},
        )

    def with_standing(self, on: date) -> TermsQuerySet:
        """As of a tour, for the two that the version names."""
        here = employment_lasts(on, "employee", "tour__first_day")
        return self.with_manager_now(on).annotate(employee_here=here)  # type: ignore[no-redef]  # as promised

    def with_manager_now(self, on: date) -> TermsQuerySet:
        """Of these the manager's side alone."""
        line = ReportingLine.objects.current(on).filter(person=OuterRef("employee"))
        return self.annotate(  # type: ignore[no-redef]  # what the names promise
            manager_now_id=Subquery(line.values("manager")[:1]), manager_here=here_on(on, "manager")
        )

    def negotiated(self) -> TermsQuerySet:
        """The newest of their tour, newer than what is in force, and not closed: what is being agreed on."""
        return self._open_newest_of(Terms.objects.all())

    def on_table(self) -> TermsQuerySet:
        """The same of what was proposed: also while an answer to it is being written."""
        return self.proposed()._open_newest_of(Terms.objects.proposed())

    def _open_newest_of(self, versions: TermsQuerySet) -> TermsQuerySet:
        newer = versions.filter(tour=OuterRef("tour"), number__gt=OuterRef("number"))
        return self.filter(
            _beyond_force(),
            ~Exists(newer),
            ~_is_closed(),
            tour__state__in=states.OPEN,
        )

    def still_managed(self, on: date) -> TermsQuerySet:
        """Nobody else manages the employee that day than whom the version names."""
        return self.filter(~passed_by(on))

    def open_to_manager(self, on: date) -> TermsQuerySet:
        """Those that the manager whom they name may know of: in a tour of theirs, or signed by them. Whoever
        is only asked to take over may as long as the two could still agree, and have not on something newer:
        see `access.relations`."""
        return self.filter(_is_open_to_manager(on))

    def waiting_for(self, person: Person, on: date) -> TermsQuerySet:
        """Drafts that the person is writing, proposals that they have not signed, and those of which the
        other side said something that they have not answered; of no tour that is over.

        Annotates what of these it is: `signed`, `unanswered_since`, `change_asked_at` (in the version
        before), `began_otherwise`; and what of the two people matters, as `with_standing` of a tour does.
        """
        remarks = Comment.objects.unanswered_by(Value(person.pk)).filter(terms=OuterRef("pk"))
        changes = Comment.objects.filter(terms__tour=OuterRef("tour"), kind=Comment.Kind.CHANGE)
        before = changes.filter(terms__number=OuterRef("number") - 1)
        signed = Exists(Signature.objects.filter(terms=OuterRef("pk"), signer=person))
        found = (
            self.negotiated()  # type: ignore[no-redef]  # what the names promise
            .with_standing(on)
            .annotate(
                signed=signed,
                unanswered_since=Subquery(remarks.order_by("-at").values("at")[:1]),
                change_asked_at=Subquery(before.order_by("-at").values("at")[:1]),
                began_otherwise=began_otherwise(on),
            )
        )
        # Whoever writes them is one of the two: so only what names the person is read, not every draft.
        party = Q(employee=person) | Q(manager=person)
        stays = employment_lasts(on, "employee", "tour__first_day")
        opens = Q(stays, employee=person) | Q(_is_open_to_manager(on), manager=person)
        to_answer = Q(signed=False) | Q(unanswered_since__isnull=False)
        proposed, writing = Q(to_answer, proposed_at__isnull=False), Q(created_by=person, proposed_at=None)
        return found.filter(party, opens, proposed | writing, lasts(on, "tour__"))


def _is_open_to_manager(on: date) -> Q:
    theirs = Q(tour__manager=F("manager")) | Q(signed_by(Side.MANAGER))
    return theirs | Q(_beyond_force(), could_agree(on))


def _beyond_force() -> Q:
    """Newer than what their tour has in force."""
    return Q(tour__in_force=None) | Q(number__gt=F("tour__in_force__number"))


def _is_closed() -> Exists:
    return Exists(Comment.objects.filter(terms=OuterRef("pk"), kind__in=Comment.CLOSING))


@pghistory.track()
class Terms(BetweenTwo, models.Model):
    """One numbered version of what is agreed. Once proposed it never changes: a change is a new version."""

    Rhythm = Rhythm

    TEXTS = ("mission", "company_gain", "employee_gain", "values")  #: those of a programme, too
    DAYS = ("starts_on", "ends_on", "review_on")
    CARRIED = (*TEXTS, *DAYS, "rhythm")  #: on into the next version
    WRITTEN = (*CARRIED, "reason")
    has_comments: bool  #: of a version that came `whole`

    tour = models.ForeignKey("tours.Tour", models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    employee = models.ForeignKey(Person, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Person, models.PROTECT, related_name="+")
    mission = models.TextField(_("mission"), blank=True, default="")
    company_gain = models.TextField(_("what the company gains"), blank=True, default="")
    employee_gain = models.TextField(_("what the employee gains"), blank=True, default="")
    values = models.TextField(_("values and aspirations you share"), blank=True, default="")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    review_on = models.DateField(_("reviewed on"), null=True, blank=True)
    rhythm = models.PositiveSmallIntegerField(_("check-ins"), choices=Rhythm, default=Rhythm.QUARTERLY)
    reason = models.TextField(_("why this change"), blank=True, default="")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")  #: who holds the pen
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)  #: counts saves, so that a stale tab is noticed
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    #: What held when it was proposed, and the day on which the next-tour window opens because of it.
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+")
    talk_on = models.DateField(null=True)

    # Of terms that came by `with_standing`; but for the employee also of those that came by `newest_for`.
    manager_now_id: int | None
    manager_here: bool
    employee_here: bool

    # Of terms that came by `newest_for`.
    known: bool
    employee_signed: bool
    manager_signed: bool

    # Of terms that came by `waiting_for`.
    signed: bool
    unanswered_since: datetime | None
    change_asked_at: datetime | None
    began_otherwise: date | None

    objects = TermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms")
        verbose_name_plural = _("terms")
        ordering = ["tour", "number"]
        constraints = [
            models.UniqueConstraint(fields=["tour", "number"], name="terms_number_in_tour"),
            models.UniqueConstraint(
                fields=["tour"], condition=Q(proposed_at__isnull=True), name="terms_one_draft_a_tour"
            ),
            # What the composite foreign keys of migration 0002 point to.
            models.UniqueConstraint(fields=["id", "employee"], name="terms_employee_key"),
            models.UniqueConstraint(fields=["id", "manager"], name="terms_manager_key"),
            models.UniqueConstraint(fields=["id", "tour"], name="terms_tour_key"),
            models.CheckConstraint(condition=~Q(employee=F("manager")), name="terms_two_people"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="terms_end_after_start",
            ),
            models.CheckConstraint(
                condition=Q(review_on__isnull=True) | Q(review_on__gt=F("starts_on")),
                name="terms_review_after_start",
            ),
            models.CheckConstraint(
                condition=Q(proposed_at__isnull=True)
                | (
                    Q(proposed_by__isnull=False)
                    & ~Q(mission__regex=r"^\s*$")
                    & ~Q(company_gain__regex=r"^\s*$")
                    & ~Q(employee_gain__regex=r"^\s*$")
                    & (Q(ends_on__isnull=False) | Q(review_on__isnull=False))
                    & Q(talk_on__gte=F("starts_on"))
                ),
                name="terms_proposed_are_whole",
            ),
        ]
        indexes = [
            # The days, without the words: figures of all tours need not read what is agreed in them.
            models.Index(
                fields=["id"], include=["starts_on", "ends_on", "review_on", "talk_on"], name="terms_days"
            ),
            models.Index(COMES_TO, "talk_on", include=["id", "ends_on", "review_on"], name="terms_window"),
            models.Index(fields=["proposed_at"], name="terms_proposed"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="proposed_terms_never_change",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__proposed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.tour_id} v{self.number}"

    def get_absolute_url(self) -> str:
        return address("terms_version", self.tour_id, self.number)

    @property
    def known_signatures(self) -> list[Signature]:
        """In their order; of terms that came by `with_signatures` without a query, and as they were then."""
        return self._told_signatures if "told_signatures" in vars(self) else [*self.signatures.all()]

    @cached_property
    def _told_signatures(self) -> list[Signature]:
        return [Signature.told(**facts) for facts in vars(self)["told_signatures"]]

    def signature_of(self, side: Side) -> Signature | None:
        if self.pk is None:
            return None  # nobody can have signed what is only shown
        return next((signature for signature in self.known_signatures if signature.side == side), None)

    def lacks(self, side: Side) -> bool:
        """That side's signature; of terms that came by `newest_for` it is known without asking for any."""
        signed = vars(self).get(f"{side}_signed")
        return self.signature_of(side) is None if signed is None else not signed

    @property
    def is_signed(self) -> bool:
        """By both; so it is in force, or was."""
        return all(self.signature_of(side) for side in Side)

    @property
    def agreed_on(self) -> date:
        """The day of the second signature, from which on it is in force."""
        return timezone.localdate(max(signature.signed_at for signature in self.known_signatures))

    @property
    def is_own_draft(self) -> bool:
        """Whether it is the employee who writes it."""
        return self.created_by_id == self.employee_id

    @property
    def gone(self) -> Person | None:
        """Which of the two has left or no longer manages the employee, so that there is nobody to agree
        with; of terms that came by `with_standing`."""
        return self.gone_manager if self.employee_here else self.employee

    @property
    def gone_manager(self) -> Person | None:
        """The manager, if it is they; also of terms that came by `newest_for`."""
        manages = self.manager_now_id in (None, self.manager_id)
        return None if self.manager_here and manages else self.manager

    @property
    def comes_to(self) -> date | None:
        """The last day, or while open-ended the day on which both look at it again."""
        return self.ends_on or self.review_on

    @cached_property
    def closed(self) -> bool:
        """Of terms that did not come by `with_closed`."""
        return self.comments.filter(kind__in=Comment.CLOSING).exists()

    def has_run_out(self, on: date) -> bool:
        """Its last day is past: there is no time left to agree on."""
        return self.ends_on is not None and self.ends_on < on

    def window_opens(self, policy: Policy) -> date:
        """The day from which both talk about what comes next, as that policy has it."""
        assert self.comes_to, "what is proposed has an end or a review"
        return max(self.starts_on, self.comes_to - policy.lead(self.tour.type))

    @property
    def wordings(self) -> list[str]:
        return (self.policy or Policy()).wordings


def newest_versions(reader: Person, on: date) -> Prefetch[Any]:
    """Of tours in a list: those versions only that it takes to tell the reader whose turn it is."""
    people = ("employee", "manager", "created_by")
    newest = Terms.objects.newest_for(reader, on).select_related(*people).defer(*all_but("name", of=people))
    return Prefetch("versions", newest)


def was_shown() -> Q:
    """Of tours: some version was proposed. What is in force was, which is known without a look."""
    return Q(in_force__isnull=False) | Q(Exists(Terms.objects.proposed().filter(tour=OuterRef("pk"))))


class CommentQuerySet(models.QuerySet["Comment"]):
    def unanswered_by(self, reader: F | Value) -> CommentQuerySet:
        """Remarks of the other side, since the reader last said something of that version or signed it."""
        said = Comment.objects.filter(
            terms=OuterRef("terms"), author=OuterRef("reader_id"), pk__gt=OuterRef("pk")
        )
        signed = Signature.objects.filter(
            terms=OuterRef("terms"), signer=OuterRef("reader_id"), signed_at__gte=OuterRef("at")
        )
        remarks = self.filter(kind=Comment.Kind.COMMENT).annotate(reader_id=reader)
        return remarks.filter(~Q(author=F("reader_id")), ~Exists(said), ~Exists(signed))


class Comment(models.Model):
    """What one side said about a version: a remark, the change it asks for, or why it went no further.

    It is never changed or taken away, for whether a version can still be signed follows from it.
    """

    class Kind(models.TextChoices):
        COMMENT = "comment", _("said")
        CHANGE = "change", _("asked for a change")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrew the proposal")

    class Part(models.TextChoices):
        WHOLE = "", _("The whole")
        MISSION = "mission", _("The mission")
        COMPANY_GAIN = "company_gain", _("What the company gains")
        EMPLOYEE_GAIN = "employee_gain", _("What the employee gains")
        VALUES = "values", _("Values and aspirations")
        TIME = "time", _("How long, and how often")
        PROMISES = "promises", _("The promises")

    CLOSING = (Kind.DECLINED, Kind.WITHDRAWN)  #: after one of these nobody can sign that version any more

    kind = models.CharField(max_length=10, choices=Kind)
    part = models.CharField(max_length=20, choices=Part, blank=True, default=Part.WHOLE)
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="comments")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], name="comment_at")]
        triggers = [
            pgtrigger.Protect(name="comments_never_change", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.words[:40]
