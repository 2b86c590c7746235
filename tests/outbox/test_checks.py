"""Settings that would keep the outbox silent are found before anything starts."""

import pytest

from alliance_site.outbox.checks import check_mail, check_outbox
from alliance_site.outbox.frames import PIECES
from alliance_site.outbox.occasions import Occasion

WORDLESS = Occasion("tests.wordless", "Wordless", "tests/wordless")
HALF = Occasion("tests.half", "Half", "people/password_reset", due=lambda now, about: [])


def ids(found) -> list[str]:
    return [message.id for message in found]


def test_the_outbox_as_it_is_set_up_is_well():
    assert check_outbox() == []
    assert check_mail() == []


@pytest.mark.parametrize("path", ["no.such.module", "tours.reminders.no_such_name", "tours.reminders.Due"])
def test_what_is_no_occasion_is_named(settings, path):
    settings.OUTBOX_OCCASIONS = [path]
    [found] = check_outbox()
    assert (found.id, path in found.msg) == ("outbox.E002", True)


@pytest.mark.parametrize("setting", ["OUTBOX_RECIPIENTS", "OUTBOX_WORDINGS", "OUTBOX_PREPARE"])
def test_what_cannot_be_called_is_named(settings, setting):
    setattr(settings, setting, ["no.such.thing"] if setting == "OUTBOX_PREPARE" else "no.such.thing")
    assert ids(check_outbox()) == ["outbox.E001"]


def test_an_occasion_without_words_is_named(settings):
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_checks.WORDLESS"]
    assert ids(check_outbox()) == ["outbox.E005"]


def test_a_digest_without_words_is_named(settings, tmp_path):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    settings.OUTBOX_OCCASIONS = []
    (found,) = check_outbox()
    assert (found.id, "outbox.digest" in found.msg) == ("outbox.E005", True)


@pytest.mark.parametrize("piece", PIECES)
def test_a_letter_that_leaves_out_a_piece_is_named(settings, tmp_path, piece):
    (tmp_path / "emails" / "tests").mkdir(parents=True)
    said = "".join(f"{{% block {name} %}}…{{% endblock %}}" for name in PIECES if name != piece)
    (tmp_path / "emails" / "tests" / "wordless.txt").write_text(said)
    mine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**mine, "DIRS": [tmp_path, *mine["DIRS"]]}]
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_checks.WORDLESS"]
    (found,) = check_outbox()
    assert (found.id, found.msg) == ("outbox.E007", f"emails/tests/wordless.txt has no block {piece}.")


def test_an_occasion_that_is_due_needs_a_context(settings):
    settings.OUTBOX_OCCASIONS = ["tests.outbox.test_checks.HALF"]
    assert ids(check_outbox()) == ["outbox.E003"]


@pytest.mark.parametrize("url", ["", "mail.example.com:25", "console://", "smtp://"])
def test_a_missing_mail_server_is_said(settings, url):
    settings.EMAIL_URL = url
    assert ids(check_mail()) == ["outbox.E006"]


@pytest.mark.parametrize("address", ["", "Alliance"])
def test_a_sender_that_is_no_address_is_said(settings, address):
    settings.DEFAULT_FROM_EMAIL = address
    assert ids(check_mail()) == ["outbox.E004"]
