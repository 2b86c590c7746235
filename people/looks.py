"""What somebody looked at, or changed, in the words of whoever it is about. The key that is stored stays."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.models import Access

#: kind → what one calls it, and the name of its page, which whoever it is about can open
KINDS = {
    "tour": (_("A tour of yours"), "tour"),
    "check-in": (_("A check-in of yours"), "checkin"),
    "role expectation": (_("A role that you expect"), "expectation"),
    "story": (_("Your tours, as one story"), "story"),
    "letters": (_("The letters to you"), ""),
    "letters due": (_("The letters due to you"), ""),
    Access.ADDRESS: (_("Your e-mail address was changed"), ""),
    Access.OWN_ADDRESS: (_("An address was noted as your own, after you left"), ""),
}


def in_words(look: Access) -> tuple[str, str]:
    """And where it is; nothing if only others have a page of it."""
    kind, _space, number = look.what.rpartition(" ")
    if not number.isdecimal():
        kind, number = look.what, str(look.person_id)
    told, page = KINDS.get(kind, (look.what, ""))
    return str(told), reverse(page, args=[number]) if page else ""
