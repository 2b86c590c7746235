"""Two versions of a question set, word against word."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from feedback.models import Question
from tours.diff import Piece, line_diff, word_diff


def compare_sets(old: Sequence[Question], new: Sequence[Question]) -> list[tuple[str, list[Piece]]]:
    """Where they differ: the questions that are new or changed, those that are gone, and the order."""
    before, after = ({question.key: question for question in each} for each in (old, new))
    changed = []
    for number, question in enumerate(new, start=1):
        was = before.get(question.key)
        if was is None or was.words != question.words:
            pieces = word_diff(_in_words(was) if was else "", _in_words(question))
            changed.append((_("Question %(number)s") % {"number": number}, pieces))
    gone = [question for question in old if question.key not in after]
    changed += [(_("No longer asked"), word_diff(_in_words(question), "")) for question in gone]
    orders = [[key for key in one if key in other] for one, other in ((before, after), (after, before))]
    if orders[0] != orders[1]:
        lines = ("".join(f"{_named(after[key])}\n" for key in keys) for keys in orders)
        changed.append((_("In this order"), line_diff(*lines)))
    return changed


def _named(question: Question) -> str:
    return _(question.for_employee)


def _in_words(question: Question) -> str:
    """Line by line, as HR has it before them."""
    lines = [
        _("Of the employee: %(words)s") % {"words": _(question.for_employee)},
        _("Of the manager: %(words)s") % {"words": _(question.for_manager)},
        str(question.get_answer_kind_display()),
        *([" – ".join(question.ends)] if question.is_scale else []),
        *question.labels.values(),
        str(question.get_visibility_display()),
    ]
    return "\n".join(lines)
