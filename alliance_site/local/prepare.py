"""`python -m alliance_site.local.prepare`: whatever must be done before the site can start, if it must."""

from __future__ import annotations

import contextlib
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance_site.settings")
    django.setup()
    from alliance_site.local import static_files, translations

    check()
    migrate()
    translations.compile_when_changed()
    static_files.collect_when_changed()
    load_demonstration()
    say_what_is_due()


def check() -> None:
    """Outside the demonstration: whatever would leave an installation open, or silent, is said first."""
    from django.conf import settings
    from django.core.management import call_command

    if not settings.DEMONSTRATION:
        call_command("check", deploy=True, fail_level="ERROR")


def migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the database …", flush=True)
    call_command("migrate", interactive=False, verbosity=0)


def load_demonstration() -> None:
    """Once: a company that somebody has worked in is never touched again."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    if settings.DEMONSTRATION and not get_user_model().objects.exists():
        print("Founding the demonstration company …", flush=True)
        call_command("load_demonstration", verbosity=0)


def say_what_is_due() -> None:
    """At the start, and not with the first tick a minute later. It is only a nudge, and may be lost."""
    from kombu.exceptions import OperationalError

    from alliance_site.celery import app

    with contextlib.suppress(OperationalError):
        app.send_task("outbox.plan")


if __name__ == "__main__":
    from django.core.management.base import SystemCheckError
    from django.db import OperationalError

    try:
        main()
    except SystemCheckError as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database cannot be used: {error}")
