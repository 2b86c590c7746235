"""What changes a tour. Every verb takes the tour's row first, so that two people cannot cross.

Each raises `Refused`, whose text is a sentence for the person who tried.
"""

from tours.services.agreeing import ask_for_change, comment, decline, propose, revise, sign, withdraw
from tours.services.changing import (
    add_words_on_end,
    amend,
    early_end_limits,
    end_early,
    extend,
    extend_from,
    reaffirm,
)
from tours.services.drafting import change_type, draft_tour, follow_up, save_draft, still_owed, write
from tours.services.locking import Refused
from tours.services.next_steps import confirm_next_step, record_next_step
from tours.services.policies import set_policy
from tours.services.programmes import (
    bring_back,
    copy_programme,
    give,
    retire,
    save_programme,
    stop_giving,
)

__all__ = [
    "Refused",
    "add_words_on_end",
    "amend",
    "ask_for_change",
    "bring_back",
    "change_type",
    "comment",
    "confirm_next_step",
    "copy_programme",
    "decline",
    "draft_tour",
    "early_end_limits",
    "end_early",
    "extend",
    "extend_from",
    "follow_up",
    "give",
    "propose",
    "reaffirm",
    "record_next_step",
    "retire",
    "revise",
    "save_draft",
    "save_programme",
    "set_policy",
    "sign",
    "still_owed",
    "stop_giving",
    "withdraw",
    "write",
]
