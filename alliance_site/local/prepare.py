"""`python -m alliance_site.local.prepare`: whatever must be done before the site can start, if it must."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

PATIENCE = 5.0  #: seconds for Redis to answer
PAUSE = 0.5  #: seconds before one asks again whether another has done
LOCK = 0x414C4C49  #: the number under which they keep out of each other's way in Postgres
GET = "SELECT pg_try_advisory_xact_lock(%s), set_config('idle_in_transaction_session_timeout', '0', true)"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance_site.settings")
    django.setup()
    from alliance_site.local import static_files, translations

    check()
    reach_redis()
    migrate()
    check_schema()
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

    with one_at_a_time():
        if is_due():
            print("Preparing the database …", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def is_due() -> bool:
    """Whether a migration waits."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """On however many machines. Asked for again and again: an index that is built while others go on working
    would wait for a transaction that waits for it.

    In a transaction of a connection of its own, so that it holds through a PgBouncer too.
    """
    from django.db import DEFAULT_DB_ALIAS, connections

    guard = connections.create_connection(DEFAULT_DB_ALIAS)
    guard.set_autocommit(False)
    try:
        if not got(guard):
            print("Another is preparing the database: waiting for it …", flush=True)
        while not got(guard):
            guard.rollback()
            time.sleep(PAUSE)
        yield
    finally:
        guard.close()


def got(guard: BaseDatabaseWrapper) -> bool:
    """The lock, for as long as its transaction lasts: idle, and however long others build an index."""
    with guard.cursor() as cursor:
        cursor.execute(GET, [LOCK])
        return bool(cursor.fetchone()[0])


def reach_redis() -> None:
    """Without it pages are served, but nothing is planned and no letter leaves: not a way to start."""
    import redis
    from django.conf import settings

    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=None
        ) as client:
            client.ping()
    except redis.RedisError as error:
        sys.exit(f"Redis cannot be used: {error}")


def check_schema() -> None:
    """A database that a newer version changed, or another one made, would fail page by page."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    applied = [key for key in loader.applied_migrations if key[0] in loader.migrated_apps]
    unknown = [".".join(key) for key in applied if key not in loader.disk_migrations]
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns")
        there = set(cursor.fetchall())
    missing = [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if (model._meta.db_table, field.column) not in there
    ]
    if unknown or missing:
        what = f"it knows {unknown[0]}" if unknown else f"it has no {missing[0]}"
        sys.exit(
            f"The database was made by another version of Alliance ({what}). Start that version, or a newer "
            "one; or begin afresh with another database: DATA_DIR=… names another data folder."
        )


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
    from django.db import OperationalError, ProgrammingError

    try:
        main()
    except SystemCheckError as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database cannot be used: {error}")
    except ProgrammingError as error:
        sys.exit(
            "The database was made by another version of Alliance, or by something else. "
            f"Only where nothing is to be kept, name an empty one. {error}"
        )
