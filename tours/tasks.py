"""What Celery may ask for, any number of times, at once: nothing here is lost with a task."""

from celery import shared_task
from django.utils import timezone

from alliance_site.outbox.services import heard
from tours.giving.working import work
from tours.services.programmes import GIVE


@shared_task(name=GIVE)
def give_programmes() -> None:
    heard(GIVE)
    work(timezone.now())
