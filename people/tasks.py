"""What Celery may ask for, any number of times, at once."""

from importlib import import_module

from celery import shared_task
from django.conf import settings


@shared_task(name="people.forget_sessions")
def forget_sessions() -> None:
    """Those that have run out; each time somebody signs in makes one, and nothing else ends them."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
