"""What is put into the words of a page is escaped as the framework does it."""

from __future__ import annotations

import pytest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from alliance_site.tags import each_filled, filled

VALUES = [
    "<b>'\"&amp;\u202e</b>",
    mark_safe("<i>&amp;</i>"),
    gettext_lazy("Today"),
    gettext_lazy("<b>"),
    7,
    None,
    "{}",
    format_html("<b>{}</b>", "<"),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_it_says_what_the_framework_would(value):
    words = '<a title="{}" id="{id}">{}</a>'
    found = filled(words, value, "&", id=value)
    assert found == format_html(words, value, "&", id=value)
    assert hasattr(found, "__html__")


def test_so_do_many():
    rows = [(value, n) for n, value in enumerate(VALUES)]
    found = each_filled(" · ", "<li>{}: {}</li>", rows)
    assert found == format_html_join(" · ", "<li>{}: {}</li>", rows)
    assert hasattr(found, "__html__")
