"""What changes a tour. Every verb takes the tour's row first, so that two people cannot cross.

Each raises `Refused`, whose text is a sentence for the person who tried.
"""

from tours.services.agreeing import ask_for_change, comment, decline, propose, revise, sign, withdraw
from tours.services.changing import (
    NewPromise,
    Read,
    add_promise,
    add_words_on_end,
    amend,
    early_end_limits,
    end_early,
    extend,
    extend_from,
    kept_back_by,
    next_statement,
    reaffirm,
    to_read,
)
from tours.services.drafting import change_type, draft_tour, follow_up, save_draft, throw_away, write
from tours.services.ledger import (
    answer_drop,
    ask_to_drop,
    judge,
    say_done,
    take_back_drop,
    too_early,
    why_not,
)
from tours.services.locking import OtherThanRead, Refused, Unchanged
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
