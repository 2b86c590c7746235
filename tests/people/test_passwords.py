"""The way to a password for whoever has none, or has forgotten it."""

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from alliance_site.outbox import gate
from alliance_site.outbox.models import Message
from people import services
from people.models import Employment, Person
from people.passwords import path_for
from people.recipients import LEFT
from people.throttle import ATTEMPTS
from tests.factories import PASSWORD, TODAY, make_person
from tests.reminding import silenced

pytestmark = pytest.mark.django_db

FORGOTTEN = reverse("password_forgotten")
NEW = "a better horse with a staple"


def ask(client, email="alice@example.com"):
    return client.post(FORGOTTEN, {"email": email})


def choose(client, path, password=NEW):
    form = client.get(path)
    return client.post(form.url if form.status_code == 302 else path, both(password))


def both(password):
    return {"new_password1": password, "new_password2": password}


def test_a_link_comes_by_mail_and_works_once(cast, client):
    assert ask(client, " Alice@example.com").url == reverse("password_sent")
    message = Message.objects.get()
    assert message.recipient == cast.alice
    path = re.search(r"/password/new/\S+", message.text)[0]
    assert path in message.html
    assert choose(client, path).url == reverse("home")
    assert client.get(reverse("my_settings")).status_code == 200
    cast.alice.refresh_from_db()
    assert cast.alice.check_password(NEW)
    client.logout()
    assert "no longer works" in client.get(path).text


def test_who_comes_by_a_link_first_is_written_to_in_the_language_of_the_page(cast, client):
    form = client.get(path_for(cast.alice), HTTP_ACCEPT_LANGUAGE="es").url
    said = both(NEW) | {"time_zone": "America/Lima"}
    assert client.post(form, said, HTTP_ACCEPT_LANGUAGE="es").status_code == 302
    cast.alice.refresh_from_db()
    assert (cast.alice.language, cast.alice.time_zone) == ("es", "America/Lima")
    assert Message.objects.get().language == "es"
    assert "America/Lima" in client.get(reverse("notices")).text


def test_nobodys_letter_box_is_filled_from_many_places(cast, client):
    with time_machine.travel(timezone.now()):  # each asks at another moment
        codes = {
            client.post(FORGOTTEN, {"email": "alice@example.com"}, REMOTE_ADDR=f"192.0.2.{n}").status_code
            for n in range(ATTEMPTS + 5)
        }
        assert codes == {302, 429}
        assert Message.objects.count() == ATTEMPTS


def test_who_was_imported_comes_to_their_first_password_so(client):
    person = make_person("Nora New", email="nora@example.com")
    person.set_unusable_password()
    person.save()
    ask(client, "nora@example.com")
    assert Message.objects.get().recipient == person


def link_for(email):
    out = StringIO()
    call_command("password_link", email, stdout=out)
    return out.getvalue().splitlines()[-1].removeprefix("http://localhost:8000")


def test_whom_no_letter_reaches_gets_a_link_from_the_server(client):
    """Whatever password there is in what was restored."""
    lea = make_person("Lea Lind", email="lea@example.com", left_on="2024-01-01")
    assert choose(client, link_for(" Lea@example.com ")).url == reverse("home")
    lea.refresh_from_db()
    assert lea.check_password(NEW)
    assert client.get(reverse("notices")).status_code == 200


@pytest.mark.parametrize("email", ["nobody@example.com", "ina@example.com"])
def test_the_server_makes_no_link_for_who_may_not_sign_in(db, email):
    make_person("Ina Inactive", email="ina@example.com", is_active=False)
    with pytest.raises(CommandError, match="Nobody who may sign in has the address"):
        link_for(email)


def test_while_all_letters_are_held_nobody_is_left_to_wait_for_one(cast, client):
    sent = reverse("password_sent")
    assert "all letters are held" not in client.get(sent).text
    gate.hold(timezone.now(), actor=None)
    assert "all letters are held" in client.get(sent).text


@pytest.mark.parametrize("email", ["nobody@example.com", "ina@example.com"])
def test_nobody_learns_who_is_known(client, email):
    make_person("Ina Inactive", email="ina@example.com", is_active=False)
    assert ask(client, email).url == reverse("password_sent")
    assert not Message.objects.exists()


def note(actor, person, email):
    services.identify(person, number=person.number, email=email, actor=actor, now=timezone.now())


def test_the_address_of_their_work_opens_nothing_after_somebody_has_left(cast, client):
    """Their letters may be forwarded to another by now."""
    lea = make_person("Lea Lind", email="lea@example.com")
    note(cast.heidi, lea, "lea.lind@example.com")  # while it was hers
    Employment.objects.filter(person=lea).update(left_on=TODAY - timedelta(days=1), ending="retirement")
    assert ask(client, "lea.lind@example.com").url == reverse("password_sent")
    assert not Message.objects.exists()


def test_who_has_left_gets_the_link_at_an_address_that_hr_noted_since_and_that_it_was_used(cast, client, as_):
    lea = make_person("Lea Lind", email="lea@example.com", left_on="2024-01-01")
    note(cast.heidi, lea, "lea@home.example.com")
    assert ask(client, lea.email).url == reverse("password_sent")
    letter = Message.objects.get()
    assert (letter.recipient, silenced(letter, timezone.now())) == (lea, "")
    assert choose(client, re.search(r"/password/new/\S+", letter.text)[0]).url == reverse("home")
    assert client.get(reverse("notices")).status_code == 200
    assert silenced(Message.objects.get(occasion="people.password_changed"), timezone.now()) == ""
    assert "An address was noted as your own, after you left" in client.get(reverse("access_log")).text
    for page in ("person", "person_identity"):
        assert (
            "only to an address that HR has noted since"
            in as_(cast.heidi).get(reverse(page, args=[lea.pk])).text
        )


def test_an_import_that_changes_it_again_ends_that(cast, client):
    lea = make_person("Lea Lind", email="lea@example.com", left_on="2024-01-01")
    note(cast.heidi, lea, "lea@home.example.com")
    services.note_new_addresses(cast.heidi, [lea.pk], timezone.now())
    ask(client, "lea@home.example.com")
    assert not Message.objects.exists()


def test_what_was_noted_between_two_employments_is_not_their_own_after_the_second(cast, client):
    lea = make_person("Lea Lind", email="lea@example.com", left_on="2024-01-01")
    note(cast.heidi, lea, "lea.lind@example.com")  # the mailbox of her work to come
    spell = {"hired_on": TODAY + timedelta(days=10), "left_on": TODAY + timedelta(days=50)}
    Employment.objects.create(person=lea, ending="retirement", **spell)
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        ask(client, lea.email)
    assert not Message.objects.exists()


def test_who_has_left_and_whose_address_was_taken_away_gets_no_link(cast, client):
    lea = make_person("Lea Lind", email="lea@example.com", left_on="2024-01-01")
    note(cast.heidi, lea, "lea@home.example.com")
    ask(client, lea.email)
    Person.objects.filter(pk=lea.pk).update(email=None)
    assert silenced(Message.objects.get(), timezone.now()) == LEFT


def test_what_is_no_address_is_refused(client):
    for email in ("", "not an address", "a\0@example.com"):
        assert ask(client, email).status_code == 400


def test_asking_too_often_is_refused(cast, client):
    codes = [ask(client).status_code for _ in range(ATTEMPTS + 1)]
    assert codes == [302] * ATTEMPTS + [429]


def test_words_of_who_was_here_before_go_when_somebody_else_comes_by_a_link(cast, client):
    for who, goes in [(cast.alice, False), (cast.alice, False), (cast.bob, True), (cast.alice, True)]:
        Session.objects.all().delete()
        who.refresh_from_db()
        answer = choose(client, path_for(who))
        assert answer.url == reverse("home")
        assert answer.get("Clear-Site-Data") == ('"storage"' if goes else None)


def test_a_link_dies_after_a_day(cast, client):
    path = path_for(cast.alice)
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert "no longer works" in client.get(path).text


def test_a_weak_password_is_refused(cast, client):
    answer = choose(client, path_for(cast.alice), "12345")
    assert answer.status_code == 400
    assert "too short" in answer.text


@pytest.mark.parametrize("length", [7, 8])
def test_a_password_must_be_as_long_as_the_page_says_in_its_own_words(cast, as_, length):
    page = as_(cast.alice).get(reverse("password_change"))
    assert "At least 8 characters and not digits alone" in page.text
    assert "too similar to your other" not in page.text
    new = "Kx7!pQ2z"[:length]
    as_(cast.alice).post(reverse("password_change"), {"old_password": PASSWORD, **both(new)})
    cast.alice.refresh_from_db()
    assert cast.alice.check_password(new) is (length == 8)


@pytest.mark.parametrize("password", ["LeaLindqvist", "lindqvist", "H-000471"])
def test_a_password_like_ones_own_name_or_number_is_refused(client, password):
    lea = make_person("Lea Lindqvist", email="hr7@firm.example", number="H-000471")
    answer = choose(client, path_for(lea), password)
    assert (answer.status_code, "too similar" in answer.text) == (400, True)


def test_whoever_set_it_the_notice_of_it_stays_with_the_account(cast, client, as_):
    """It came by mail to whoever chose it, who may be somebody else."""
    choose(client, path_for(cast.alice))
    told = Message.objects.get()
    assert (told.recipient, told.occasion) == (cast.alice, "people.password_changed")
    alice = as_(Person.objects.get(pk=cast.alice.pk))
    assert "Your password was set" in alice.get(reverse("notices")).text
    assert alice.get(reverse("notice", args=[told.pk])).url == reverse("access_log")


def test_one_changes_ones_own_knowing_the_old(cast, as_):
    client = as_(cast.alice)
    url = reverse("password_change")
    assert client.post(url, {"old_password": "wrong", **both(NEW)}).status_code == 400
    assert not Message.objects.exists()
    assert client.post(url, {"old_password": PASSWORD, **both(NEW)}).url == reverse("my_settings")
    cast.alice.refresh_from_db()
    assert cast.alice.check_password(NEW)
    assert Message.objects.get().occasion == "people.password_changed"
