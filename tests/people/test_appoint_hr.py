"""How the first HR person comes in."""

from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from alliance_site.outbox.models import Message
from people.management.commands import appoint_hr
from people.models import Person, Role
from people.reminders import password_changed
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def appoint(*args: str) -> str:
    out = StringIO()
    call_command("appoint_hr", *args, stdout=out)
    return out.getvalue()


def test_a_new_person_gets_the_duty_and_a_link(client):
    told = appoint("Heidi@example.com", "--name", "Heidi Hart")
    heidi = Person.objects.get()
    assert heidi.is_hr
    assert heidi.email == "heidi@example.com"
    path = told.strip().splitlines()[-1].removeprefix("http://localhost:8000")
    assert client.get(path, follow=True).context["validlink"]


def test_at_a_terminal_a_password_is_asked_for_and_the_person_told_that_it_was_set(monkeypatch):
    typed = iter(
        ["one thing said", "and another", "12345678", "12345678", "a calm password", "a calm password"]
    )
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(appoint_hr, "getpass", lambda _asked: next(typed))
    assert "/password/new/" not in appoint("heidi@example.com", "--name", "Heidi Hart")
    heidi = Person.objects.get()
    assert heidi.check_password("a calm password")
    assert Message.objects.get().occasion == password_changed.key


def test_a_known_person_keeps_their_password():
    person = make_person("Heidi Hart", email="heidi@example.com")
    told = appoint("heidi@example.com")
    assert "`password_link` makes a way to another" in told
    assert "/password/new/" not in told
    assert Person.objects.get().is_hr
    assert person.roles.count() == 1
    appoint("heidi@example.com")
    assert person.roles.count() == 1


def test_the_history_of_the_duty_names_the_command_and_who_gave_it(monkeypatch):
    monkeypatch.setattr(appoint_hr, "getuser", lambda: "root")
    appoint("heidi@example.com", "--name", "Heidi Hart")
    event = Role.pgh_event_model.objects.get()
    assert event.pgh_context.metadata == {"command": "appoint_hr", "by": "root"}

    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(appoint_hr, "getuser", nameless)
    assert appoint_hr.operator().startswith("uid ")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["nonsense"], "is no e-mail address"),
        (["nobody@example.com"], "give --name"),
        (["lea@example.com"], "is not employed on"),
    ],
)
def test_what_cannot_be_is_said(args, sentence):
    make_person("Lea Lind", email="lea@example.com", left_on="2024-01-01")
    with pytest.raises(CommandError, match=sentence):
        appoint(*args)
    assert Person.objects.count() == 1
