"""The words of HR about letters: why all are held, and what a channel of the chat is called."""

from __future__ import annotations

from alliance_site.outbox import gate
from tests.factories import make_hook
from tests.seen.company import TODAY, Company

OF_HOLDING = "Who can see this: HR."
OF_CHANNELS = (
    "Who can see this: HR, but for the address, which nobody is shown again. "
    "What goes to the channel can be read by everybody in it."
)


def letters(company: Company) -> None:
    why = company.words("outbox.Gate", "because")
    gate.hold(TODAY, actor=company.heidi, **why)
    company.claim(OF_HOLDING, "heidi", why.values(), {}, beside=False)
    called = company.words("outbox.Hook", "name")
    make_hook(company.heidi, **called)
    company.claim(OF_CHANNELS, "heidi", called.values(), {})
