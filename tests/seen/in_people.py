"""The words of HR about somebody who leaves."""

from __future__ import annotations

from people.access import who_sees_leaving
from people.models import Employment
from tests.seen.company import Company


def leavings(company: Company) -> None:
    words = company.words("people.Employment", "ending_note", "regretted_reason")
    Employment.objects.filter(person=company.lea).update(regretted=True, **words)
    company.claim(who_sees_leaving(), "heidi", words.values(), {})
