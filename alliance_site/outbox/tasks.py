"""What Celery may ask for, any number of times, at once: nothing here is lost with a task."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from alliance_site.outbox import pace
from alliance_site.outbox.delivery import deliver
from alliance_site.outbox.doubts import settle_old_ones
from alliance_site.outbox.notices import put_away
from alliance_site.outbox.planning import plan
from alliance_site.outbox.services import DELIVER, PLAN, heard, nudge


@shared_task(name=PLAN)
def plan_messages() -> None:
    heard(PLAN)
    if pace.rests():
        return
    begun = monotonic()
    some = plan(timezone.now())
    pace.rest_after(monotonic() - begun)
    if some:
        nudge(DELIVER)


@shared_task(name=DELIVER)
def deliver_messages() -> None:
    heard(DELIVER)
    settle_old_ones(timezone.now())
    if deliver(timezone.now()):
        nudge(DELIVER)  # a run is short, and there may be more


@shared_task(name="outbox.put_away")
def put_notices_away() -> None:
    put_away(timezone.now())
