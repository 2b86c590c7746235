from __future__ import annotations

import re

import pytest
from django.test import Client


@pytest.fixture
def heidi(cast, as_) -> Client:
    return as_(cast.heidi)


def show(response, **chosen: str) -> dict[str, str]:
    """What a browser asks for when that is chosen and Show clicked."""
    form = response.text.partition('class="filter')[2].partition("</form>")[0]
    return dict(re.findall(r'<input [^>]*name="(\w+)" value="([^"]*)"', form)) | chosen
