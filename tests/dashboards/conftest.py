from __future__ import annotations

import pytest
from django.test import Client


@pytest.fixture
def heidi(cast, as_) -> Client:
    return as_(cast.heidi)
