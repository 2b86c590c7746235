"""The fields of a page's forms into which somebody writes words, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Form:
    """One that is posted: its fields for words with what describes each, and the lines within it."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    key: str = ""  #: its id
    takes_text: bool = False  #: of several lines
    tells: bool = False  #: whether what is typed is saved, or back


class Forms(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.texts: dict[str, str] = {}  #: of every element that has an id
        self._open: list[tuple[str, str, bool]] = []  #: tags, their ids, and whether they are lines
        self._form: Form | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(key=given.get("id", ""))
            if given.get("method") == "post":
                self.found.append(self._form)
        if self._form and given.get("role") == "status":
            self._form.tells = True
        typed = tag == "textarea" or (tag == "input" and given.get("type", "text") == "text")
        if self._form and typed and "readonly" not in given and "disabled" not in given:
            self._form.fields[given.get("name", "")] = given.get("aria-describedby", "").split()
            self._form.takes_text |= tag == "textarea"
        if tag not in VOID:
            self._open.append((tag, given.get("id", ""), "who-sees" in given.get("class", "").split()))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        for _tag, key, line in self._open:
            if key:
                self.texts[key] = self.texts.get(key, "") + data
            if line and self._form:
                self._form.lines.append(data)

    def without_line(self, says: object) -> set[str]:
        """Fields beside which stands nothing that `says` who reads them: neither as what describes the
        field nor as the line of its form."""
        return {
            name
            for form in self.found
            for name, described in form.fields.items()
            if not any(says(text) for text in [*form.lines, *(self.texts.get(key, "") for key in described)])  # type: ignore[operator]
        }
