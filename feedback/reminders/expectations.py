"""What the outbox says about expected roles: that an answer, a second look or a conversation is due.

No letter carries the role or a word of what was written. A manager is reminded only of people they
still manage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Greatest, TruncDate
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance_site.outbox.occasions import About, Due, Occasion, as_text, rows_of
from feedback import limits
from feedback.access.expectations import who_sees_between
from feedback.models import Asking, Debrief, Expectation, Reply
from people.days import add_days, dates_anywhere, latest_step, local_day
from people.few import among
from people.models import ReportingLine, on_day
from people.presence import still_here
from tours.models import Side

AGAIN = limits.EXPECTATION_AGAIN_DAYS
AT_ONCE_AND_AGAIN = format_lazy(_("at once, and again after {days} days"), days=AGAIN)


def _unsettled(now: datetime, about: About) -> QuerySet[Expectation]:
    """Those with their manager of today, both still here, and nothing said of the role going elsewhere."""
    here = still_here(now, "employee"), still_here(now, "manager")
    return Expectation.objects.alive().filter(about.under("pk"), *here, _managed(now), gone_at__isnull=True)


def _news(now: datetime) -> tuple[date, date]:
    """The days that may have come somewhere, and are no history yet."""
    earliest, latest = dates_anywhere(now)
    return earliest - timedelta(days=limits.NEWS_FOR_DAYS), latest


def _managed(now: datetime, expectation: str = "") -> Exists:
    """Whether the one whom the expectation under that path is asked of manages the employee today."""
    line = ReportingLine.objects.filter(
        on_day(local_day(now, "manager"), "since", "until"),
        person=OuterRef(f"{expectation}employee"),
        manager=OuterRef(f"{expectation}manager"),
    )
    return Exists(line)


def _waiting(now: datetime, about: About) -> Sequence[QuerySet[Expectation]]:
    """For the manager: when it is stated, before the day, on the day after it, and once more."""
    today = local_day(now, "manager")
    steps = [
        Q(stated_at__lte=now),
        Q(due_on__lte=add_days(today, limits.EXPECTATION_SOON_DAYS)),
        Q(due_on__lt=today),
        Q(due_on__lt=add_days(today, -AGAIN)),
    ]
    rows = _unsettled(now, about).filter(answered_at__isnull=True, due_on__gte=_news(now)[0])
    due = rows.annotate(about=as_text("pk"), recipient_id=F("manager_id"), step=latest_step(steps))
    return [due.filter(step__isnull=False)]


def _review(now: datetime, about: About) -> Sequence[QuerySet[Asking]]:
    """For both, on the day on which the answer is to be looked at again, and a week later. Where nobody did,
    anew on the day by which the role is expected."""
    days = _news(now)
    near = Q(due_on__range=days) | Q(due_on__lt=F("by_when"), by_when__range=days)
    answered = _unsettled(now, about).filter(near, answered_at__isnull=False)
    rows = Asking.objects.filter(among(answered, "expectation"), until__isnull=True)
    return [_to_review(rows, side, now) for side in Side]


def _to_review(rows: QuerySet[Asking], side: Side, now: datetime) -> QuerySet[Asking]:
    """One asking of each, for it has no due day of its own."""
    today, of = local_day(now, f"expectation__{side}"), "expectation__"
    come = When(
        Q(**{f"{of}due_on__lt": F(f"{of}by_when"), f"{of}by_when__lte": today}), then=F(f"{of}by_when")
    )
    return rows.annotate(
        about=as_text("expectation"),
        recipient_id=F(f"{of}{side}_id"),
        due_on=Case(come, default=F(f"{of}due_on")),
        step=latest_step([Q(due_on__lte=today), Q(due_on__lte=add_days(today, -AGAIN))]),
    ).filter(due_on__gte=_news(now)[0], step__isnull=False)


def _answered(now: datetime, about: About) -> Sequence[QuerySet[Reply]]:
    """For the employee: that there is an answer, the newest one only."""
    newer = Reply.objects.filter(expectation=OuterRef("expectation"), pk__gt=OuterRef("pk"))
    rows = Reply.objects.filter(
        ~Exists(newer),
        still_here(now, "expectation__employee"),
        at__gt=now - timedelta(days=limits.NEWS_FOR_DAYS),
        expectation__withdrawn_at__isnull=True,
        expectation__gone_at__isnull=True,
    ).annotate(
        about=as_text("pk"),
        recipient_id=F("expectation__employee_id"),
        due_on=TruncDate("at", tzinfo=UTC),
        step=Value(0),
    )
    return [rows.filter(about.under("pk"))]


def _debrief(now: datetime, about: About) -> Sequence[QuerySet[Debrief]]:
    """For the employee until they say whether both have talked, and for the manager until both have."""
    again = now - timedelta(days=AGAIN)
    newer = Debrief.objects.filter(expectation=OuterRef("expectation"), pk__gt=OuterRef("pk"))
    rows = Debrief.objects.filter(
        ~Exists(newer),
        still_here(now, "expectation__employee"),
        still_here(now, "expectation__manager"),
        Q(at__gt=now - timedelta(days=limits.NEWS_FOR_DAYS))
        | Q(heard_at__gt=now - timedelta(days=limits.NEWS_FOR_DAYS)),
        expectation__withdrawn_at__isnull=True,
        expectation__closed_at__isnull=True,
    ).annotate(about=as_text("pk"), due_on=TruncDate("at", tzinfo=UTC))
    rows = rows.filter(about.under("pk"))
    to_employee = [Q(took_place__isnull=True), Q(took_place__isnull=True, at__lte=again)]
    to_manager = [
        Q(took_place__isnull=True, at__lte=again),
        Q(took_place=False),
        Q(took_place=False, heard_at__lte=again),
    ]
    managed = rows.filter(_managed(now, "expectation__"))
    return [
        found.annotate(recipient_id=F(f"expectation__{side}_id"), step=latest_step(steps)).filter(
            step__isnull=False
        )
        for side, found, steps in (
            (Side.EMPLOYEE, rows, to_employee),
            (Side.MANAGER, managed, to_manager),
        )
    ]


def _gone(now: datetime, about: About) -> Sequence[QuerySet[Asking]]:
    """For the manager who is asked, of what the employee says went to somebody else: at once, and again. Once
    they have recorded the conversation, `_debrief` goes on."""
    recorded = Debrief.objects.filter(
        expectation=OuterRef("expectation"), at__gte=OuterRef("expectation__gone_at")
    )
    rows = Asking.objects.filter(
        ~Exists(recorded),
        still_here(now, "expectation__employee"),
        still_here(now, "expectation__manager"),
        _managed(now, "expectation__"),
        until__isnull=True,
        expectation__gone_at__isnull=False,
        expectation__withdrawn_at__isnull=True,
    ).annotate(
        about=as_text("expectation"),
        recipient_id=F("manager_id"),
        told_at=Greatest("at", "expectation__gone_at"),
        due_on=TruncDate("told_at", tzinfo=UTC),
        step=latest_step([Q(told_at__lte=now), Q(told_at__lte=now - timedelta(days=AGAIN))]),
    )
    news = {"told_at__gt": now - timedelta(days=limits.NEWS_FOR_DAYS), "step__isnull": False}
    return [rows.filter(about.under("expectation"), **news)]


def _in_words(due: Due, expectation: Expectation) -> dict[str, Any]:
    mine = due.recipient_id == expectation.employee_id
    both = (expectation.employee, expectation.manager)
    recipient, other = both if mine else both[::-1]
    what_came = expectation.asks_what_came(due.due_on)
    return {
        "due_on": expectation.by_when if what_came else due.due_on,
        "step": due.step,
        "to_employee": mine,
        "other": other,
        "what_came": what_came,
        # Called by the template, in the recipient's language.
        "who_sees": partial(who_sees_between, recipient, expectation),
        "path": expectation.get_absolute_url(),
    }


def _of_expectations(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
    """`otherwise`: both have talked, for the manager sees it otherwise than the employee has said."""
    talked = Debrief.objects.filter(
        expectation=OuterRef("pk"), manager=OuterRef("manager"), took_place=True, gone_on=None
    )
    rows = Expectation.objects.select_related("employee", "manager").annotate(otherwise=Exists(talked))
    for due, expectation in rows_of(dues, rows):
        yield {**_in_words(due, expectation), "otherwise": vars(expectation)["otherwise"]}


def _through(model: type[Reply | Debrief]) -> Callable[[Sequence[Due]], Iterator[Mapping[str, Any]]]:
    """Of what belongs to an expectation."""

    def in_words(dues: Sequence[Due]) -> Iterator[Mapping[str, Any]]:
        people = ("manager", "expectation__employee", "expectation__manager")
        rows: QuerySet[Any] = model._default_manager.select_related(*people)
        for due, row in rows_of(dues, rows):
            said = _in_words(due, row.expectation)
            # Whoever said it may have passed it on since.
            said["otherwise"] = isinstance(row, Debrief) and row.gone_on is None
            yield {**said, "other": row.manager} if said["to_employee"] else said

    return in_words


expectation_waiting = Occasion(
    key="feedback.expectation_waiting",
    title=_("An expected role waits for an answer"),
    to=_("the manager"),
    steps=format_lazy(
        _("at once, {days} days before the day, the day after it, and a week later"),
        days=limits.EXPECTATION_SOON_DAYS,
    ),
    until=_("it is answered or withdrawn"),
    due=_waiting,
    context=_of_expectations,
)

expectation_answered = Occasion(
    key="feedback.expectation_answered",
    title=_("An expected role was answered"),
    to=_("the employee"),
    steps=_("at once"),
    until=_("it is withdrawn, or a newer answer is given"),
    due=_answered,
    context=_through(Reply),
    may_decline=True,
)

expectation_review = Occasion(
    key="feedback.expectation_review",
    title=_("An answer to an expected role is to be looked at again"),
    to=_("both sides"),
    steps=format_lazy(
        _(
            "on the day to look again, and {days} days after it; if nobody has, the same again "
            "from the day by which the role is expected"
        ),
        days=AGAIN,
    ),
    until=_("it is answered anew or withdrawn"),
    due=_review,
    context=_of_expectations,
    may_decline=True,
)

role_gone = Occasion(
    key="feedback.role_gone",
    title=_("An expected role went to somebody else"),
    to=_("the manager"),
    steps=AT_ONCE_AND_AGAIN,
    until=_("the conversation about it is recorded"),
    due=_gone,
    context=_of_expectations,
)

debrief_due = Occasion(
    key="feedback.debrief_due",
    title=_("A conversation about an expected role is due"),
    to=_("the employee and the manager"),
    steps=AT_ONCE_AND_AGAIN,
    until=_("the employee says that both have talked"),
    due=_debrief,
    context=_through(Debrief),
)
