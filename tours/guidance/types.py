"""The three kinds of tour, as the questions that lead to them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tours.models import Policy, Tour
from tours.models.policy import Words


@dataclass(frozen=True)
class Guide:
    """One kind; as a choice of a form it reads as its question."""

    type: Tour.Type
    question: Words
    designed_for: Words
    length: Words
    at_the_end: Words
    suggested: str = ""  #: what the policy suggests

    def __str__(self) -> str:
        return str(self.question)


#: Designed for, length and end: Hoffman, Casnocha and Yeh, The Alliance, in our own words.
GUIDES = (
    Guide(
        Tour.Type.TRANSFORMATIONAL,
        _("Is it one mission that should change both a career and the company?"),
        _("Adaptability: both sides negotiate a mission of their own, and both are different after it."),
        _("Set by the mission, mostly two to five years."),
        _("Before it ends, both define the next tour, or part well."),
    ),
    Guide(
        Tour.Type.ROTATIONAL,
        _("Is it a set programme to learn the work and find the fit, as several people do it?"),
        _("Scalability: the same mission serves everybody in the programme."),
        _("One to three years, as the programme has it."),
        _("Another rotation follows, or a transformational tour."),
    ),
    Guide(
        Tour.Type.FOUNDATIONAL,
        _("Should it last, for somebody who keeps and passes on how we work?"),
        _("Continuity: a steward of the company’s values, whose work and life are bound up with it."),
        _("Open-ended, looked at again on a day that both set."),
        _("Both try to make it permanent, and say so early if that changes."),
    ),
)


def guides(policy: Policy) -> list[Guide]:
    """With the length that the company suggests for each."""
    return [Guide(**{**vars(guide), "suggested": suggestion(policy, guide.type)}) for guide in GUIDES]


def suggestion(policy: Policy, type_: str) -> str:
    """A length that limits nothing."""
    months = policy.suggested_months(type_)
    if type_ == Tour.Type.FOUNDATIONAL:
        words = ngettext(
            "Suggested: a review after %(count)s month. Yours may come sooner or later.",
            "Suggested: a review after %(count)s months. Yours may come sooner or later.",
            months,
        )
    else:
        words = ngettext(
            "Suggested: %(count)s month. Yours may be longer or shorter.",
            "Suggested: %(count)s months. Yours may be longer or shorter.",
            months,
        )
    return words % {"count": months}
