"""Plain makers of rows, with the least said. Every day is given, so no test depends on today."""

from __future__ import annotations

from tests.factories.days import DAY, MORNING, NOW, TODAY
from tests.factories.feedback import (
    make_action,
    make_alignment,
    make_checkin,
    make_conversation,
    make_debrief,
    make_expectation,
    make_note,
    make_question,
    make_question_set,
    make_release,
    make_reply,
    make_revealed_checkin,
    make_sheet,
    make_shipped_set,
    make_summary,
)
from tests.factories.letters import make_hook, make_message
from tests.factories.people import (
    PASSWORD,
    make_absence,
    make_department,
    make_employment,
    make_former_name,
    make_hr,
    make_line,
    make_person,
    make_position,
    make_return,
)
from tests.factories.programmes import make_giving, make_pledge, make_programme, make_revision
from tests.factories.tours import (
    make_amended_tour,
    make_changed_tour,
    make_early_end,
    make_entry,
    make_next_step,
    make_policy,
    make_promise,
    make_proposed_tour,
    make_signed_tour,
    make_terms,
    make_tour,
    propose,
    sign,
    write_anew,
)
