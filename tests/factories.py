"""Plain makers of rows, with the least said. Every day is given, so no test depends on today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import transaction

from alliance_site.outbox.models import Hook, Message
from feedback.models import (
    Action,
    Alignment,
    Answer,
    Asking,
    CheckIn,
    Debrief,
    Expectation,
    FirstConversation,
    Kind,
    Note,
    Question,
    QuestionSet,
    Release,
    Reply,
    Sheet,
    Summary,
)
from feedback.questions import latest_set, publish_with
from people.models import Absence, Department, Employment, Person, Position, ReportingLine, Role
from tours import statement
from tours.models import (
    Given,
    Giving,
    LedgerEntry,
    NextStep,
    Parting,
    Pledge,
    Policy,
    Programme,
    Promise,
    Revision,
    Side,
    Signature,
    Terms,
    Tour,
)

DAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"

_numbers = count(1)


def make_person(name: str = "", *, hired_on: date | None = date(2020, 1, 1), **kw: Any) -> Person:
    n = next(_numbers)
    name = name or f"Person {n}"
    email = kw.pop("email", f"{name.lower().replace(' ', '.')}.{n}@example.com")
    left_on = kw.pop("left_on", None)
    person = Person.objects.create_user(email, PASSWORD, name=name, **kw)
    if hired_on:
        make_employment(person, hired_on=hired_on, left_on=left_on)
    return person


def make_employment(person: Person, hired_on: date, left_on: date | None = None, **kw: Any) -> Employment:
    ending = kw.pop("ending", Employment.Ending.RESIGNATION if left_on else None)
    return Employment.objects.create(person=person, hired_on=hired_on, left_on=left_on, ending=ending, **kw)


def make_position(person: Person, department: str = "Engineering", **kw: Any) -> Position:
    row, _ = Department.objects.get_or_create(name=department)
    kw.setdefault("since", date(2020, 1, 1))
    return Position.objects.create(person=person, department=row, **kw)


def make_line(
    person: Person, manager: Person, since: date = date(2020, 1, 1), until: date | None = None
) -> ReportingLine:
    return ReportingLine.objects.create(person=person, manager=manager, since=since, until=until)


def make_absence(person: Person, since: date, until: date | None = None) -> Absence:
    return Absence.objects.create(person=person, since=since, until=until or since)


def make_hr(person: Person) -> Role:
    return Role.objects.create(person=person, kind=Role.Kind.HR, since=date(2020, 1, 1))


def make_policy(made_by: Person, **kw: Any) -> Policy:
    number = Policy.objects.newest().number + 1
    return Policy.objects.create(
        number=number, made_by=made_by, made_at=NOW, holds_from=kw.pop("holds_from", DAY), **kw
    )


def make_tour(employee: Person, manager: Person, **kw: Any) -> Tour:
    """A draft, with one version of its terms (`tour.versions.get()`); keywords go to the terms,
    and each of `promises` to a promise in them."""
    tour = Tour.objects.create(
        employee=employee,
        manager=manager,
        type=kw.pop("type", Tour.Type.TRANSFORMATIONAL),
        previous=kw.pop("previous", None),
        created_at=NOW,
    )
    promises = kw.pop("promises", [])
    terms = make_terms(tour, **kw)
    for promise in promises:
        make_promise(terms, **promise)
    return tour


def make_terms(tour: Tour, **kw: Any) -> Terms:
    words = {
        "mission": "Move the booking engine to the new platform and switch the old one off.",
        "company_gain": "One platform to run instead of two from the first quarter on.",
        "employee_gain": "Lead a migration end to end and present it at the spring conference.",
        "starts_on": DAY,
        "ends_on": DAY + timedelta(days=730),
    }
    number = tour.versions.count() + 1
    return Terms.objects.create(
        tour=tour,
        number=number,
        employee=tour.employee,
        manager=tour.manager,
        created_by=kw.pop("created_by", tour.manager),
        created_at=NOW,
        **{**words, **kw},
    )


def write_anew(
    terms: Terms, mission: str = "Move the booking engine, and teach two others to run it."
) -> Terms:
    """So that a change has something in it to be proposed."""
    terms.mission = mission
    terms.save(update_fields=["mission"])
    return terms


def make_promise(terms: Terms, owed_by: Side = Side.MANAGER, **kw: Any) -> Promise:
    kw.setdefault("what", "A seat in the architecture round from April on.")
    kw.setdefault("due_on", terms.starts_on + timedelta(days=60))
    return Promise.objects.create(terms=terms, owed_by=owed_by, **kw)


def make_entry(promise: Promise, kind: str, side: Side | None = None, **kw: Any) -> LedgerEntry:
    """In the ledger, by whoever may say such a thing; a wish to drop it, by the employee."""
    owed_by = Side(promise.owed_by)
    own = {"done": owed_by, "kept": owed_by.other, "not_kept": owed_by.other}
    side = side or own.get(kind, Side.EMPLOYEE)
    terms = promise.terms
    fields = {"author": terms.party(side), "words": "So it is.", "at": NOW, "key": promise.key} | kw
    return LedgerEntry.objects.create(
        promise=promise, terms=terms, owed_by=owed_by, kind=kind, side=side, **fields
    )


def make_proposed_tour(employee: Person, manager: Person, **kw: Any) -> Tour:
    tour = make_tour(employee, manager, **kw)
    propose(tour.versions.get())
    tour.refresh_from_db()
    return tour


def propose(terms: Terms, *, sealed: bool = True) -> None:
    talk_on = terms.window_opens(Policy())
    Terms.objects.filter(pk=terms.pk).update(proposed_at=NOW, proposed_by=terms.manager, talk_on=talk_on)
    if sealed:
        statement.seal(terms.pk)
    Tour.objects.filter(pk=terms.tour_id).update(state=Tour.State.PROPOSED)


def sign(terms: Terms, side: Side, *, signed_at: datetime = NOW) -> Signature:
    fingerprint = statement.seal_of(terms).fingerprint
    signer = terms.party(side)
    return Signature.objects.create(
        terms=terms, side=side, signer=signer, signed_at=signed_at, fingerprint=fingerprint
    )


def make_signed_tour(employee: Person, manager: Person, **kw: Any) -> Tour:
    """Agreed by both; active, completed or still to come, as its dates have it."""
    signed_at = kw.pop("signed_at", NOW)
    tour = make_proposed_tour(employee, manager, **kw)
    terms = tour.versions.get()
    for side in Side:
        sign(terms, side, signed_at=signed_at)
    Tour.objects.filter(pk=tour.pk).update(state=Tour.State.AGREED, in_force=terms)
    tour.refresh_from_db()
    return tour


def make_early_end(tour: Tour, on: date, side: Side = Side.EMPLOYEE, **kw: Any) -> Tour:
    """One side ended a signed tour, `on` being its last day."""
    assert tour.in_force
    words = {"reason": "The mission is not needed any more.", "at": NOW, **kw}
    Parting.objects.create(tour=tour, terms=tour.in_force, side=side, author=tour.party(side), **words)
    tour.state, tour.ended_on, tour.ended_by = Tour.State.ENDED_EARLY, on, side
    tour.save(update_fields=["state", "ended_on", "ended_by"])
    return tour


def make_amended_tour(tour: Tour, manager: Person | None = None, **kw: Any) -> Tour:
    """A signed tour with newer terms that both have signed too, under another manager if one is given."""
    tour.manager = manager or tour.manager
    terms = make_terms(tour, **kw)
    talk_on = terms.window_opens(Policy())
    Terms.objects.filter(pk=terms.pk).update(proposed_at=NOW, proposed_by=terms.manager, talk_on=talk_on)
    statement.seal(terms.pk)
    for side in Side:
        sign(terms, side)
    tour.in_force = terms
    tour.save(update_fields=["manager", "in_force"])
    return tour


def make_next_step(tour: Tour, outcome: str = "new_tour", side: Side = Side.MANAGER, **kw: Any) -> NextStep:
    """What one side recorded about the time after the tour; confirmed by the other if `confirmed_at`."""
    confirmed_at = kw.get("confirmed_at")
    assert tour.in_force
    return NextStep.objects.create(
        tour=tour,
        terms=tour.in_force,
        outcome=outcome,
        side=side,
        recorded_by=tour.party(side),
        recorded_at=kw.pop("recorded_at", NOW),
        confirmed_by=tour.party(side.other) if confirmed_at else None,
        **kw,
    )


def make_question(key: str, answer_kind: str = "text", **kw: Any) -> Question:
    """Not saved: one of those that `make_question_set` takes."""
    words = {"for_employee": f"{key}, {{employee}}?", "for_manager": f"{key}, {{manager}}?"}
    if answer_kind == "scale":
        words |= {"low": "Hardly", "high": "Wholly"}
    return Question(key=key, answer_kind=answer_kind, **{**words, **kw})


def make_question_set(made_by: Person, *questions: Question, **kw: Any) -> QuestionSet:
    """The next version of its kind, written by HR."""
    kind = kw.pop("kind", Kind.REGULAR)
    begun = QuestionSet.objects.create(
        kind=kind, number=latest_set(kind, now=NOW).number + 1, made_by=made_by, **kw
    )
    return publish_with(begun, questions, NOW)


def make_shipped_set(*questions: Question, number: int = 1, kind: Kind = Kind.REGULAR) -> QuestionSet:
    """As if Alliance came with these, in an edition that is newer than all it does come with."""
    begun = QuestionSet.objects.create(kind=kind, number=number, edition=100 + number)
    return publish_with(begun, questions, NOW)


def make_checkin(tour: Tour, due_on: date = DAY, **kw: Any) -> CheckIn:
    """Of the tour's two sides: open a week before it is due, in grace for two weeks after."""
    return CheckIn.objects.create(
        tour=tour,
        employee=kw.pop("employee", tour.employee),
        manager=kw.pop("manager", tour.manager),
        question_set=kw.pop("question_set", None) or latest_set(kw.get("kind", Kind.REGULAR), now=NOW),
        opens_on=kw.pop("opens_on", due_on - timedelta(days=7)),
        due_on=due_on,
        lapses_on=kw.pop("lapses_on", due_on + timedelta(days=14)),
        **kw,
    )


def make_sheet(
    checkin: CheckIn, side: Side, *, scale: int = 3, text: str = "", choice: str = "", **kw: Any
) -> Sheet:
    """One side's answers, the same to every question of a kind but a review; a draft by itself."""
    sheet = Sheet.objects.create(
        checkin=checkin, side=side, author=checkin.party(side), version=1, saved_at=kw.pop("saved_at", NOW)
    )
    given = {"scale": scale, "text": text, "choice": choice}
    Answer.objects.bulk_create(
        Answer(sheet=sheet, question=question, **{question.answer_kind: given[question.answer_kind]})
        for question in checkin.question_set.questions.all()
        if question.answer_kind in given
    )
    Sheet.objects.filter(pk=sheet.pk).update(**kw)
    sheet.refresh_from_db()
    return sheet


def make_revealed_checkin(
    tour: Tour, due_on: date = DAY, *, employee: int = 3, manager: int = 3, **kw: Any
) -> CheckIn:
    """Both sides have handed in, with `employee` and `manager` as their marks throughout."""
    at = kw.pop("revealed_at", NOW)
    given = {
        side: {name: kw.pop(f"{side}_{name}", "") for name in ("text", "choice")} | {"scale": scale}
        for side, scale in ((Side.EMPLOYEE, employee), (Side.MANAGER, manager))
    }
    checkin = make_checkin(tour, due_on, **kw)
    for side, said in given.items():
        make_sheet(checkin, side, **said, submitted_at=at)
    CheckIn.objects.filter(pk=checkin.pk).update(revealed_at=at, revealed_on=at.date())
    checkin.refresh_from_db()
    return checkin


def make_summary(checkin: CheckIn, words: str, side: Side = Side.EMPLOYEE, **kw: Any) -> Summary:
    """Saved over the newest by that side."""
    number = checkin.summaries.count() + 1
    fields = {"author": checkin.party(side), "at": NOW, "based_on": number - 1 or None, **kw}
    return Summary.objects.create(checkin=checkin, number=number, words=words, side=side, **fields)


def make_action(checkin: CheckIn, owner: Side = Side.MANAGER, **kw: Any) -> Action:
    """Open, and written down by the employee."""
    side = kw.pop("side", Side.EMPLOYEE)
    fields = {"what": "Send the draft of the plan.", "author": checkin.party(side), "at": NOW, **kw}
    return Action.objects.create(checkin=checkin, owner=owner, side=side, **fields)


def make_note(author: Person, about: Tour | CheckIn, words: str = "Bored since May.", **kw: Any) -> Note:
    tour, checkin = (about, None) if isinstance(about, Tour) else (about.tour, about)
    fields = {"tour": tour, "checkin": checkin, "of_tour": checkin is None, "saved_at": NOW, **kw}
    return Note.objects.create(author=author, words=words, **fields)


def make_expectation(employee: Person, manager: Person, **kw: Any) -> Expectation:
    """Stated today and not answered yet; keywords go to the row."""
    fields: dict[str, Any] = {
        "role": "Head of Engineering",
        "by_when": DAY + timedelta(days=400),
        "why": "I have run the platform for six years and stood in for you twice.",
        "stated_at": NOW,
        "due_on": DAY + timedelta(days=14),
    }
    with transaction.atomic():
        row = Expectation.objects.create(employee=employee, manager=manager, **{**fields, **kw})
        Asking.objects.create(expectation=row, manager=manager, at=row.stated_at)
    return row


def make_reply(expectation: Expectation, **kw: Any) -> Reply:
    """Backed, unless said otherwise, and to be looked at again in half a year."""
    fields: dict[str, Any] = {
        "verdict": Reply.Verdict.BACKED,
        "words": "I will propose you in the spring round.",
        "review_on": DAY + timedelta(days=180),
        "at": NOW,
    }
    row = Reply.objects.create(expectation=expectation, manager=expectation.manager, **{**fields, **kw})
    Expectation.objects.filter(pk=expectation.pk).update(answered_at=row.at, due_on=row.review_on)
    expectation.refresh_from_db()
    return row


def make_debrief(expectation: Expectation, **kw: Any) -> Debrief:
    """The role went to somebody else; the employee has not said yet whether both have talked."""
    fields: dict[str, Any] = {
        "gone_on": DAY,
        "talk_on": DAY + timedelta(days=1),
        "words": "The board wanted somebody from outside. I should have told you in the spring.",
        "at": NOW,
    }
    row = Debrief.objects.create(expectation=expectation, manager=expectation.manager, **{**fields, **kw})
    Expectation.objects.filter(pk=expectation.pk).update(gone_at=row.at)
    expectation.refresh_from_db()
    return row


def make_alignment(employee: Person, **kw: Any) -> Alignment:
    """In the making; shared, if a `manager` is given."""
    if kw.get("manager"):
        kw.setdefault("shared_at", NOW)
    fields: dict[str, Any] = {
        "admired": ["Grandmother", "Ada", ""],
        "qualities": ["courage", "humour", "", "clarity", "", "", "", "", ""],
        "meets": ["Courage to say no", "", "", "", "", "", "", "", ""],
        "words": "I would rather be told no than nothing.",
        "version": 1,
        "saved_at": NOW,
    }
    return Alignment.objects.create(employee=employee, **{**fields, **kw})


def make_conversation(author: Person, chosen: Person, **kw: Any) -> FirstConversation:
    """Asked, and not answered yet."""
    fields: dict[str, Any] = {
        "words": "I have an offer, and would rather stay.",
        "asked_at": NOW,
        "answer_by": DAY + timedelta(days=5),
    }
    return FirstConversation.objects.create(author=author, chosen=chosen, **{**fields, **kw})


def make_release(checkin: CheckIn, reader: Person) -> Release:
    return Release.objects.create(
        checkin=checkin, reader=reader, released_by=checkin.employee, released_at=NOW
    )


def make_changed_tour(employee: Person, manager: Person, **kw: Any) -> Tour:
    """Proposed, and after a change proposed again as version 2."""
    tour = make_proposed_tour(employee, manager, **kw)
    propose(make_terms(tour, **{**kw, "mission": "The second thought."}))
    tour.refresh_from_db()
    return tour


def make_programme(hr: Person, **kw: Any) -> Programme:
    """With one revision and no promises; keywords go to the revision."""
    words: dict[str, Any] = {
        "name": "Graduates",
        "mission": "{employee_first_name} rotates through three teams from {start} on.",
        "company_gain": "An engineer who knows how a reading becomes an invoice.",
        "employee_gain": "Sees the whole product before choosing, by {end}.",
        "months": 18,
        "rhythm": 2,
    }
    programme = Programme.objects.create()
    revision = make_revision(programme, made_by=hr, **(words | kw))
    programme.current = revision
    programme.save(update_fields=["current"])
    return programme


def make_revision(programme: Programme, **kw: Any) -> Revision:
    kw.setdefault("number", programme.revisions.count() + 1)
    return Revision.objects.create(programme=programme, made_at=NOW, **kw)


def make_pledge(revision: Revision, owed_by: Side = Side.MANAGER, **kw: Any) -> Pledge:
    kw.setdefault("what", "A mentor for {employee}.")
    kw.setdefault("due_after", 2)
    return Pledge.objects.create(revision=revision, owed_by=owed_by, **kw)


def make_giving(programme: Programme, people: list[Person], by: Person, **kw: Any) -> Giving:
    """As HR, unless said otherwise; everybody waits."""
    fields: dict[str, Any] = {
        "key": uuid4(),
        "revision": programme.newest,
        "starts_on": DAY,
        "language": "en",
        "given_by": by,
        "as_hr": True,
        "given_at": NOW,
    }
    giving = Giving.objects.create(**(fields | kw))
    Given.objects.bulk_create(Given(giving=giving, person=person) for person in people)
    return giving


def make_message(recipient: Person, **kw: Any) -> Message:
    """A letter that failed, unless said otherwise."""
    fields: dict[str, Any] = {
        "occasion": "tours.tour_ends",
        "about": f"tour:{next(_numbers)}",
        "due_on": DAY,
        "subject": "Your tour of duty ends",
        "text": "Your tour of duty ends.",
        "language": "en",
        "state": Message.State.FAILED,
        "created_at": NOW,
        "send_after": NOW,
    }
    return Message.objects.create(recipient=recipient, **{**fields, **kw})


def make_hook(made_by: Person, **kw: Any) -> Hook:
    """A channel that hears of tours that end, unless said otherwise."""
    fields: dict[str, Any] = {
        "name": "People",
        "kind": Hook.Kind.SLACK,
        "url": "https://chat.example.com/hooks/T1/s3cret",
        "occasions": ["tours.tour_ends"],
        "made_at": NOW,
    }
    return Hook.objects.create(made_by=made_by, **{**fields, **kw})
