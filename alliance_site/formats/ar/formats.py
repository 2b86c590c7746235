"""Moments in Arabic, which Django leaves out: else the month comes first in them, unlike in its own dates."""

DATETIME_FORMAT = "j F، Y الساعة g:i A"
SHORT_DATETIME_FORMAT = "d\u200f/m\u200f/Y g:i A"
