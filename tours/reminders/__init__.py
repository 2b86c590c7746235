"""What the outbox says for this room, a file for each matter."""

from tours.reminders.above import left_undone
from tours.reminders.endings import tour_ends
from tours.reminders.ledger import promise_due, promise_to_judge, promise_word
from tours.reminders.next_steps import next_step_waiting, outcome_unsigned
from tours.reminders.off_the_table import off_the_table
from tours.reminders.starts import tour_starts
from tours.reminders.tours import comment, ended_early, handover, terms_waiting
