"""`{{ count|grouped }}`: with its thousands apart. A template by itself groups nothing, and must not: what
stands in addresses and forms would be taken apart, too."""

from django import template

from people.numbers import number

register = template.Library()
register.filter("grouped", number)
