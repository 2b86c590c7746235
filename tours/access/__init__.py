"""Who may know what of a tour, and do what with it: a file for each matter."""

from __future__ import annotations

from tours.access.acting import (
    Act,
    acts,
    began_otherwise,
    could,
    in_vain,
    keeps_notes,
    kept_back,
    ledger_side,
    to_withdraw,
    was_party,
    would_lose,
)
from tours.access.around import (
    agreed_before,
    can_add_words_on_end,
    can_change_type,
    can_draft_for,
    can_follow_up,
    can_record_next_step,
    can_throw_away,
    is_time_to_follow_up,
    left_unproposed,
)
from tours.access.company import (
    can_read_policy,
    can_set_policy,
    sees_giving,
    uses_programmes,
    who_reads_programmes,
    who_sees_giving,
    who_sees_policy,
    writes_programmes,
)
from tours.access.hands import can_release, has_successor, is_handed_over, is_unmanaged
from tours.access.seeing import (
    SEES,
    Reader,
    Relation,
    What,
    can_read_story,
    follows,
    has_dates,
    listed,
    manager_named,
    new_manager_sees,
    opens,
    reader,
    relations,
    sees,
    sees_turn,
    who_sees,
    who_sees_draft,
    who_sees_next_step,
    who_sees_story,
)
