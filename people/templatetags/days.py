"""`{{ day|far:today }}`: how far a day is from today, in words."""

from django import template

from people.days import far

register = template.Library()
register.filter(far)
