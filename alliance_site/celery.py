"""The Celery application: a static schedule of ticks that are safe to repeat.

A published task is only a nudge. What guarantees that work is done is the next tick, which reads
the database and does whatever should have been done by now. So nothing here needs a result, an
ETA, or a broker that remembers.
"""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance_site.settings")

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def look_past_what_is_loaded(**_from_celery: Any) -> None:
    """What a worker begins with is there to stay. To look through it for garbage again and again took a
    sixteenth of the time that planning takes at 100,000 people."""
    gc.collect()
    gc.freeze()
