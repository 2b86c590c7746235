"""A letter in its frame says what Django would have it say."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from alliance_site.dashboards.wordings import TURNS, example
from alliance_site.outbox.frames import render
from alliance_site.outbox.letters import PARTS
from alliance_site.outbox.occasions import Recipient, occasions
from tests.factories import DAY

FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"
HOSTILE = 'O\'Neill <b>"&" {{ path }} \u202eע\u00a0🙂'


@pytest.mark.parametrize("part", PARTS)
def test_every_letter_reads_as_before(part):
    reader = Recipient("", HOSTILE, "de", settings.TIME_ZONE)
    for occasion in occasions().values():
        for turn in TURNS[:6]:
            known = example(DAY) | turn | {"recipient": reader, "link": "/?a&b", "language": "de"}
            name = f"emails/{occasion.template}.{part}"
            with translation.override("de"):
                assert render(name, known) == render_to_string(name, known)


def test_no_letter_asks_for_the_words_of_its_frame():
    """These are not there any more once a block has taken its place."""
    assert not [path for path in FOLDER.rglob("*.*") if "block.super" in path.read_text()]
