"""For tests of what the database itself refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DataError, IntegrityError, InternalError, transaction


def refused(attack: Callable[[], object]) -> None:
    """By a constraint or by a trigger, and not because the statement is wrong."""
    with pytest.raises((IntegrityError, InternalError, DataError)), transaction.atomic():
        attack()
