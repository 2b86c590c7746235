"""The quick way to copy a part of a query, in these tests, makes what Django's own makes."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.expressions import BaseExpression, Func
from django.db.models.functions import Coalesce

from people.models import Person
from tests.conftest import copied

PARTS = [
    Value(3),
    Func(F("name"), function="lower"),
    Coalesce(F("name"), Value("")),
    Case(When(Q(name="Alice"), then=True), default=False, output_field=BooleanField()),
    Exists(Person.objects.filter(pk=OuterRef("pk"))),
    Value(3).asc(),
]


def below(kind: type[BaseExpression]) -> Iterator[type[BaseExpression]]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_it_is_the_same(part, monkeypatch):
    vars(part)["convert_value"] = None  # a cached property, which no copy takes along
    quick = copied(part)
    monkeypatch.delattr(BaseExpression, "__copy__")
    slow = copy.copy(part)
    assert type(quick) is type(slow) is type(part)
    assert vars(quick) == vars(slow)
    assert quick is not part
    assert "convert_value" not in vars(quick)


def test_no_part_has_a_way_of_its_own():
    ways = ("__copy__", "__reduce__", "__reduce_ex__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")
    assert [kind for kind in below(BaseExpression) for way in ways if way in vars(kind)] == []
