"""The words of tours, in every stage that has readers of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.factories import (
    make_amended_tour,
    make_early_end,
    make_entry,
    make_next_step,
    make_pledge,
    make_policy,
    make_programme,
    make_promise,
    make_revision,
    make_signed_tour,
    make_terms,
    make_tour,
)
from tests.seen.company import LAST_DAY_OF_NED, TODAY, Company, days_ago
from tests.seen.lines import TWO
from tours import access, statement
from tours.access import Relation, What
from tours.models import Comment, Parting, Promise, Side, Terms, Tour

SPAN = {"starts_on": days_ago(200), "ends_on": days_ago(-400)}
WRITTEN = ("mission", "company_gain", "employee_gain", "values")


def roles(manager: str, now: str = "bob", **more: str) -> dict[str, str]:
    """Who is what in relation to a tour of Alice's."""
    return {
        Relation.EMPLOYEE: "alice",
        Relation.MANAGER: manager,
        Relation.NEW_MANAGER: now,
        **{Relation[name.upper()]: names for name, names in more.items()},
    }


def terms_of(company: Company, *more: str) -> dict[str, Any]:
    return company.words("tours.Terms", *WRITTEN, *more)


def remark(company: Company, terms: Terms, author: Any, at: Any = TODAY) -> str:
    word = company.word("tours.Comment.words")
    Comment.objects.create(terms=terms, author=author, kind=Comment.Kind.COMMENT, words=word, at=at)
    return word


def draft(company: Company) -> None:
    """Never proposed: seen by nobody but who writes."""
    first, owed = terms_of(company), company.words("tours.Promise", "what", "known_by")
    make_tour(company.alice, company.bob, promises=[owed], **first, **SPAN)
    company.claim(access.who_sees_draft(), "bob", [*first.values(), *owed.values()], roles("bob"))


def running(company: Company) -> Tour:
    """With its ledger, a change on the table, and what each side wants to come next."""
    first, owed = terms_of(company), company.words("tours.Promise", "what", "known_by")
    span = {"starts_on": days_ago(300), "ends_on": days_ago(-40)}
    tour = make_signed_tour(company.alice, company.bob, promises=[owed], **first, **span)
    kept = company.word("tours.LedgerEntry.words")
    make_entry(Promise.objects.get(terms__tour=tour), "kept", words=kept)
    steps = [company.word("tours.NextStep.words") for _side in Side]
    for step, side in zip(steps, Side, strict=True):
        make_next_step(tour, side=side, words=step)
    for reader in ("alice", "bob"):
        company.claim(access.who_sees_next_step(), reader, steps, {TWO: "alice bob"})
    on_table = change(company, tour)
    line = access.who_sees(What.TERMS)
    company.claim(line, "alice", [*first.values(), *owed.values(), kept, *on_table], roles("bob"))
    company.claim(access.who_sees_draft(), "bob", on_table, roles("bob"), over=True, beside=False)
    return tour


def change(company: Company, tour: Tour) -> list[str]:
    """A newer version on the table, with a remark of either side."""
    words, owed = terms_of(company, "reason"), company.words("tours.Promise", "what", "known_by")
    terms = make_terms(tour, **words, **SPAN)
    make_promise(terms, **owed)
    Terms.objects.filter(pk=terms.pk).update(
        proposed_at=TODAY, proposed_by=terms.manager, talk_on=terms.ends_on
    )
    statement.seal(terms.pk)
    said = [remark(company, terms, author) for author in (company.alice, company.bob)]
    return [*words.values(), *owed.values(), *said]


def moved(company: Company) -> Tour:
    """Agreed with Dan, then with Bob: Dan reads up to his own. Alice writes a change that nobody has seen."""
    before, after, newer = terms_of(company), terms_of(company), terms_of(company, "reason")
    tour = make_signed_tour(company.alice, company.dan, **before, **SPAN)
    make_amended_tour(tour, company.bob, **after, **SPAN)
    make_terms(tour, created_by=company.alice, **newer, **SPAN)
    line = access.who_sees(What.TERMS)
    company.claim(line, "dan", before.values(), roles("bob", former_manager="dan"))
    company.claim(line, "alice", after.values(), roles("bob"))
    company.claim(access.who_sees_draft(), "alice", newer.values(), roles("bob"))
    return tour


def departed(company: Company) -> Tour:
    """Agreed with Ned, who has left, reads what was said until then, and is to be followed by Bob; and one
    of Lea's, who has left herself."""
    line = access.who_sees(What.TERMS)
    first = terms_of(company)
    tour = make_signed_tour(company.alice, company.ned, **first, **SPAN)
    terms = tour.versions.get()
    before = remark(company, terms, company.alice, TODAY - timedelta(days=80))
    since = remark(company, terms, company.alice, TODAY - timedelta(days=10))
    assert days_ago(80) < LAST_DAY_OF_NED < days_ago(10)
    company.claim(line, "ned", [*first.values(), before], roles("ned"))
    company.claim(line, "alice", [since], roles(""))
    hers = terms_of(company)
    span = {"starts_on": days_ago(700), "ends_on": days_ago(400)}
    own = make_signed_tour(company.lea, company.mallory, **hers, **span)
    who = {Relation.EMPLOYEE: "lea", Relation.MANAGER: "mallory", Relation.ABOVE: ""}
    company.claim(line, "lea", hers.values(), who)
    return own


def ended(company: Company) -> None:
    """What both say of an early end is theirs alone."""
    words = {side: company.words("tours.Parting", "reason", "learnt") for side in Side}
    tour = make_signed_tour(company.alice, company.bob, **SPAN)
    make_early_end(tour, days_ago(3), Side.MANAGER, **words[Side.MANAGER])
    assert tour.in_force
    own = {"side": Side.EMPLOYEE, "author": company.alice, "at": TODAY, **words[Side.EMPLOYEE]}
    Parting.objects.create(tour=tour, terms=tour.in_force, **own)
    both = [word for said in words.values() for word in said.values()]
    for reader in ("alice", "bob"):
        company.claim(access.who_sees(What.PARTINGS), reader, both, roles("bob"))


def programmes_and_policy(company: Company) -> None:
    fields = ("name", "mission", "company_gain", "employee_gain", "values")
    older, newer = company.words("tours.Revision", *fields), company.words("tours.Revision", *fields)
    programme = make_programme(company.heidi, **older)
    revision = make_revision(programme, made_by=company.heidi, months=12, rhythm=2, **newer)
    programme.current = revision
    programme.save(update_fields=["current"])
    pledged = company.words("tours.Pledge", "what", "known_by")
    make_pledge(revision, **pledged)
    words = [*older.values(), *newer.values(), *pledged.values()]
    company.claim(access.who_reads_programmes(), "mallory", words, {})
    policy = company.words("tours.Policy", "non_binding", "no_dismissal", "mission", "values")
    make_policy(company.heidi, **policy)
    company.claim(access.who_sees_policy(), "mia", policy.values(), {})
