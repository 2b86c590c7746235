"""The Celery application: a static schedule of ticks that are safe to repeat.

A published task is only a nudge. What guarantees that work is done is the next tick, which reads
the database and does whatever should have been done by now. So nothing here needs a result, an
ETA, or a broker that remembers.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from alliance_site.garbage import look_past_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance_site.settings")

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def begin(**_from_celery: Any) -> None:
    look_past_what_is_loaded()
