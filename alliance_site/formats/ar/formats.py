"""Moments and thousands in Arabic, which Django leaves out: else the month comes first in moments, unlike in
its own dates."""

DATETIME_FORMAT = "j F، Y الساعة g:i A"
SHORT_DATE_FORMAT = "j F، Y"  # one style on a page: numbers alone stood beside names of months
SHORT_DATETIME_FORMAT = "j F، Y، g:i A"
NUMBER_GROUPING = 3
