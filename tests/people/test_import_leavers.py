"""Of whom an export still has the mailbox of their work, and HR has noted another address."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliance_site.outbox.models import Message
from people import services
from people.models import Access, Person
from tests.factories import make_person
from tests.people.importing import Export, refused, run

pytestmark = pytest.mark.django_db

GONE = date(2024, 1, 1)
HOME = "lea@home.example.com"
LEA = "7,Lea Lind,lea@firm.example,2020-01-01,2024-01-01,retirement,Sales,Seller,"
TITLE = "Addresses that HR noted for people who have left, kept although the file has others:"
KEPT = f"{TITLE}\n  Lea Lind: {HOME}"


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


@pytest.fixture
def lea(cast):
    lea = make_person("Lea Lind", number="7", email="lea@firm.example", left_on=GONE)
    services.identify(lea, number="7", email=HOME, actor=cast.heidi, now=timezone.now())
    return lea


def email(number: str) -> str | None:
    return Person.objects.get(number=number).email


def test_every_import_leaves_it_and_says_so_and_the_link_still_goes_there(lea, export, client):
    for _week in range(2):
        assert KEPT in run(export.write(LEA))
    assert email("7") == HOME
    client.post(reverse("password_forgotten"), {"email": HOME})
    assert Message.objects.get(occasion="people.password_reset").recipient == lea
    assert Access.objects.filter(person=lea, what=Access.ADDRESS).count() == 1


def test_of_who_has_left_and_none_noted_another_the_file_is_right(lea, export):
    make_person("Max Moor", number="8", email="max@firm.example", left_on=GONE)
    told = run(export.write(LEA, LEA.replace("7,Lea Lind,lea@", "8,Max Moor,max.moor@")))
    assert f"{KEPT}\n\n" in told
    assert email("8") == "max.moor@firm.example"


def test_who_comes_back_has_the_mailbox_of_their_work(lea, export):
    again = LEA.replace("2020-01-01,2024-01-01,retirement", "2026-02-01,,")
    assert "HR noted" not in run(export.write(LEA, again))
    assert email("7") == "lea@firm.example"


def test_who_is_found_to_have_left_later_than_it_was_noted_keeps_it_but_gets_no_link_before_hr_confirms(
    lea, export, client
):
    now = timezone.now()
    Access.objects.update(at=now - timedelta(days=20))
    later = (now - timedelta(days=10)).date()
    for _week in range(2):
        assert KEPT in run(export.write(LEA.replace("2024-01-01", str(later))), as_of=now.date())
    assert email("7") == HOME
    client.post(reverse("password_forgotten"), {"email": HOME})
    assert not Message.objects.filter(occasion="people.password_reset").exists()


def test_what_was_noted_before_another_employment_that_is_over_too_is_not_kept(lea, export):
    now = timezone.now()
    Access.objects.update(at=now - timedelta(days=20))
    began, ended = ((now - timedelta(days=days)).date() for days in (10, 5))
    again = LEA.replace("2020-01-01,2024-01-01", f"{began},{ended}")
    assert "HR noted" not in run(export.write(LEA, again), as_of=now.date())
    assert email("7") == "lea@firm.example"


def test_what_was_noted_before_they_were_to_stay_after_all_is_not_kept_once_they_leave(lea, export, cast):
    """HR gives back the mailbox of her work first, and then says that she stays."""
    yesterday = timezone.now() - timedelta(days=1)
    services.identify(lea, number="7", email="lind@firm.example", actor=cast.heidi, now=yesterday)
    Access.objects.update(at=yesterday)
    services.undo_leaving(lea)
    services.end_employment(lea, last_day=GONE, ending="retirement")
    assert "HR noted" not in run(export.write(LEA))
    assert email("7") == "lea@firm.example"


def test_it_is_nobody_elses(lea, export):
    told = refused(export.write(LEA, f"9,Mo Mint,{HOME},2020-01-01,,,Sales,Seller,"))
    assert f"“{HOME}” belongs to Lea Lind already (employee number 7)." in told
