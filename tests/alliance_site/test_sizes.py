"""Whoever reads a function or a module can hold it in mind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from alliance_site.local.folder import BASE_DIR

ROOMS = ("alliance_site", "people", "tours", "feedback")
LINES_OF_A_FUNCTION, USUALLY = 45, 10
LINES_OF_A_MODULE = 420


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (BASE_DIR / folder).rglob("*.py") if "migrations" not in path.parts)


def lengths(path: Path) -> dict[str, int]:
    found = ast.walk(ast.parse(path.read_text()))
    functions = [each for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {
        f"{path}:{each.lineno} {each.name}": (each.end_lineno or 0) - each.lineno + 1 for each in functions
    }


def test_no_function_is_longer_than_45_lines_and_half_of_them_have_10_at_most():
    for folders in (ROOMS, ("tests",)):
        found = {name: lines for path in modules(*folders) for name, lines in lengths(path).items()}
        assert len(found) > 1000
        assert [name for name, lines in found.items() if lines > LINES_OF_A_FUNCTION] == []
        assert median(found.values()) <= USUALLY


def test_no_module_is_longer_than_420_lines():
    found = {path: len(path.read_text().splitlines()) for path in modules(*ROOMS)}
    assert len(found) > 200
    assert [path for path, lines in found.items() if lines > LINES_OF_A_MODULE] == []
