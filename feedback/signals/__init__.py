"""Signals: plain reasons why something needs a word, each with its day. Never a score, nor a ranking.

What both sides of a tour said is told to the two of them alone, in the same words for both (`finding`). HR
learns from dates and states that something does not happen (`process`), and nothing that anybody said.
Nothing is stored: a signal is gone once a newer check-in no longer says it, or the promise is settled.
"""

from feedback.signals.finding import of_manager, of_tour
from feedback.signals.words import Signal
