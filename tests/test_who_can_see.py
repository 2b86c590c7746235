"""Every field that holds somebody's words: who reads them in the end is whom the line beside them names.

The company is built once, and each of the cast reads every page of it once, their letters too. A new field
fails here until somebody has written a word into it, or said why it holds none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pghistory.models
import pytest
import time_machine
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.urls import resolve

from alliance_site.outbox.occasions import occasions
from alliance_site.outbox.planning import plan_occasion
from tests.seen import in_checkins, in_outbox, in_people, in_tours
from tests.seen.company import TODAY, Company
from tests.seen.forms import Forms
from tests.seen.lines import named
from tests.seen.pages import Read, read_all

pytestmark = pytest.mark.django_db

ROOMS = ("people", "tours", "feedback", "outbox")
TYPED = (models.CharField, models.TextField, models.JSONField, ArrayField)

WHO_SOMEBODY_IS = "who somebody is to the company: its record, and no word of theirs"
MACHINE = "written by a program"
OF_A_SERVER = "what a mail server answered"
CHOSEN = "chosen from a list, and shown beside the words that go with it"
NO_WORDS = {
    "people.Tenure.ending": "one of the endings of employments",
    "people.Import.file": MACHINE,
    "people.Access.what": MACHINE,
    "people.DeclinedOccasion.occasion": MACHINE,
    "people.Person.password": "a fingerprint",
    **{
        f"people.Person.{name}": WHO_SOMEBODY_IS
        for name in ("number", "name", "email", "language", "time_zone")
    },
    "people.Department.name": WHO_SOMEBODY_IS,
    "people.FormerName.name": WHO_SOMEBODY_IS,
    "people.Position.title": WHO_SOMEBODY_IS,
    "tours.CalendarFeed.token_hash": "a fingerprint",
    "tours.CalendarOrigin.name": MACHINE,
    "tours.Policy.holiday_calendar": "the name of a calendar",
    **{
        f"tours.Policy.mail_{part}_{code}": "said in every letter, to whoever gets one"
        for part in ("opening", "foot")
        for code in ("en", "de", "es", "ar")
    },
    "tours.Signature.fingerprint": "a fingerprint",
    **{f"tours.Seal.{name}": "the words of its version once more" for name in ("text", "fingerprint")},
    **{f"tours.Seal.{name}_name": WHO_SOMEBODY_IS for name in ("employee", "manager")},
    "tours.Giving.language": MACHINE,
    "tours.Promise.word": "which of three words settled it, kept by the database",
    "feedback.Question.key": MACHINE,
    "feedback.Plan.calendar": MACHINE,
    "feedback.Answer.choice": CHOSEN,
    "outbox.Hook.url": "as good as a password, and shown to nobody",
    "outbox.Hook.occasions": CHOSEN,
    **{
        f"outbox.Message.{name}": "a letter: held against the lines of what it tells"
        for name in ("subject", "text", "html")
    },
    **{f"outbox.Message.{name}": MACHINE for name in ("occasion", "about", "language", "path")},
    "outbox.Message.reason": OF_A_SERVER,
    "outbox.Message.went_to": WHO_SOMEBODY_IS,
    "outbox.Heartbeat.name": MACHINE,
    "outbox.Gate.place": MACHINE,
    "outbox.Bounce.address": WHO_SOMEBODY_IS,
    "outbox.Bounce.words": OF_A_SERVER,
}
#: Typed, and nobody's words: who somebody is, or what one looks for.
NOT_SAID = {"email", "username", "manager", "department", "title", "q", "number"}
#: Some of the pages on which words are typed: that none of these was overlooked.
TAKEN_ON = {
    "alignment",
    "checkin",
    "checkin_action",
    "checkin_skip",
    "checkin_summary_write",
    "first_conversation_new",
    "policy",
    "programme_new",
    "questions_edit",
    "terms_edit",
    "tour_note",
}
#: Where a window keeps nothing of what is typed, and why.
UNKEPT = {
    "first_conversation": "whoever else uses the screen is not to find it, as the page says",
    "first_conversation_new": "whoever else uses the screen is not to find it, as the page says",
}
KEPT_NOWHERE = "What you type here is kept nowhere until you send it"
TEXT = 'type="text"'
OF_HR = re.compile(r"Only HR sees this page|Who can see this: HR[.,]")
SAYS_WHO = re.compile(r"Who can see this: |[Rr]ead by |seen by HR alone")


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker) -> Iterator[Company]:
    with django_db_blocker.unblock(), time_machine.travel(TODAY, tick=False), transaction.atomic():
        yield make_company()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def read(company: Company) -> Read:
    for occasion in occasions().values():
        plan_occasion(occasion, TODAY)
    return read_all(company)


def make_company() -> Company:
    company = Company()
    in_people.leavings(company)
    in_tours.draft(company)
    in_tours.ended(company)
    tour, moved, left = in_tours.running(company), in_tours.moved(company), in_tours.departed(company)
    in_checkins.questions(company)
    in_checkins.before_the_reveal(company, tour)
    checkin = in_checkins.revealed(company, tour, 90)
    for days, released in ((100, True), (150, False)):
        in_checkins.revealed(company, moved, days, "dan", released=released)
    in_checkins.notes(company, tour, checkin, left)
    in_checkins.exercises(company)
    in_checkins.first_conversations(company)
    in_checkins.expected_roles(company)
    in_tours.programmes_and_policy(company)
    in_outbox.letters(company)
    return company


def typed_fields() -> set[str]:
    """Of all rooms; what the database copies into a history is shown by no page."""
    found = set()
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            if not issubclass(model, pghistory.models.Event):
                fields = (f for f in model._meta.concrete_fields if isinstance(f, TYPED) and not f.choices)
                found |= {f"{model._meta.label}.{field.name}" for field in fields}
    return found


def test_every_field_that_can_hold_words_is_held_against_its_line_or_says_why_not(company: Company):
    held = set(company.fields.values())
    assert held | set(NO_WORDS) == typed_fields()
    assert not held & set(NO_WORDS)
    assert {said.word for said in company.said} == set(company.fields)


def test_the_random_letters_of_a_form_are_taken_for_nobodys_words():
    pages = {("bob", "/"): '<input value="kZq4xP0"><p>Zq5x, (Zq6x) and “Zq7x”</p>'}
    assert Read(pages).words().keys() == {"Zq5x", "Zq6x", "Zq7x"}


def test_every_line_names_those_who_read_the_words_and_nobody_else(company: Company, read: Read):
    reached = read.words()
    wrong = []
    for said in company.said:
        line = named(said.line, company.people, said.to, said.who, over=said.over)
        if line != reached.get(said.word, set()):
            found = sorted(reached.get(said.word, set()))
            wrong.append(f"{said.field}: “{said.line}” means {sorted(line)}, read by {found}")
    assert not wrong, "\n".join(wrong)


def test_whoever_reads_the_words_finds_the_line_on_the_same_page(company: Company, read: Read):
    without = {
        f"{said.field}, to {said.to}: {said.line}"
        for said in company.said
        if said.beside
        and not any(
            said.word in page and said.line in page for (who, _), page in read.pages.items() if who == said.to
        )
    }
    assert not without, "\n".join(sorted(without))


def test_a_page_that_says_that_hr_alone_sees_it_is_opened_by_nobody_else(read: Read):
    assert {who for (who, _url), page in read.pages.items() if OF_HR.search(page)} == {"heidi"}


def test_every_field_that_takes_words_has_its_line_beside_it(read: Read):
    typed = {at: Forms(page) for at, page in read.pages.items() if "<textarea" in page or TEXT in page}
    missing = {at: forms.without_line(SAYS_WHO.search) - NOT_SAID for at, forms in typed.items()}
    assert {at: fields for at, fields in missing.items() if fields} == {}
    taken_on = {resolve(urlsplit(url).path).url_name for (_who, url), forms in typed.items() if forms.found}
    assert taken_on >= TAKEN_ON


def test_a_page_has_one_primary_button_at_most(read: Read):
    """What asks first and is folded away is none."""
    folded = re.compile(r"<details.*?</details>", re.DOTALL)
    shown = {at: folded.sub("", page).count("btn-primary") for at, page in read.pages.items()}
    assert [at for at, buttons in shown.items() if buttons > 1] == []


def test_what_is_typed_into_any_form_outlives_the_session_or_the_page_says_that_it_does_not(read: Read):
    forms = {at: [f for f in Forms(page).found if f.takes_text] for at, page in read.pages.items()}
    lost = {}
    for (who, url), found in forms.items():
        page, name = read.pages[who, url], resolve(urlsplit(url).path).url_name
        kept = "data-keep=" in page and [(form.key, form.tells) for form in found] == [("sheet", True)]
        if found and not (KEPT_NOWHERE in page if name in UNKEPT else kept):
            lost[who, url] = name
    assert lost == {}
    taken_on = {resolve(urlsplit(url).path).url_name for (_who, url), found in forms.items() if found}
    assert taken_on >= TAKEN_ON
