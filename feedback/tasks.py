"""What Celery may ask for, any number of times, at once: nothing here is lost with a task."""

from celery import shared_task
from django.utils import timezone

from feedback.figures.publishing import publish_quarters


@shared_task(name="feedback.publish_figures")
def publish_figures() -> None:
    publish_quarters(timezone.now())
