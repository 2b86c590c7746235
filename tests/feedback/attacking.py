"""What exact linear algebra gets out of published numbers; nothing here knows how groups are made.

An equation says that the sum over some answers is a number. Whoever holds many may add and subtract them in
any way: what comes of it is the row space of a matrix.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

Variable = Hashable
Equations = Mapping[frozenset[Variable], Fraction]


@dataclass(frozen=True)
class Found:
    """Some multiples of answers whose sum is known, and whose they are."""

    factors: dict[Variable, Fraction]
    total: Fraction


def alike(equations: Equations) -> list[frozenset[Variable]]:
    """Answers that occur in exactly the same equations cannot be told apart by any calculation."""
    occurs: defaultdict[Variable, list[int]] = defaultdict(list)
    for n, members in enumerate(equations):
        for variable in members:
            occurs[variable].append(n)
    classes: defaultdict[tuple[int, ...], set[Variable]] = defaultdict(set)
    for variable, where in occurs.items():
        classes[tuple(where)].add(variable)
    return [frozenset(members) for members in classes.values()]


def recovered(equations: Equations, author: Mapping[Variable, object], least: int) -> Iterator[Found]:
    """Whatever can be calculated about the answers of fewer than `least` people alone."""
    for block in _blocks(equations):
        classes = alike(block)
        small = [each for each in classes if len({author[one] for one in each}) < least]
        for size in range(1, least):
            for chosen in combinations(small, size):
                if len({author[one] for each in chosen for one in each}) < least:
                    yield from _about(block, classes, chosen)


def _blocks(equations: Equations) -> list[Equations]:
    """Equations without an answer in common have no part in each other's calculations."""
    blocks: list[tuple[set[Variable], dict[frozenset[Variable], Fraction]]] = []
    for members, total in equations.items():
        joined, kept = (set(members), {members: total}), []
        for block in blocks:
            if block[0] & members:
                joined[0].update(block[0])
                joined[1].update(block[1])
            else:
                kept.append(block)
        blocks = [*kept, joined]
    return [block for _variables, block in blocks]


def _about(block: Equations, classes: list[frozenset], chosen: tuple[frozenset, ...]) -> Iterator[Found]:
    """Combinations in which everybody else cancels out: the others are eliminated first."""
    others = [each for each in classes if each not in chosen]
    rows = [
        [*(Fraction(each <= members) for each in (*others, *chosen)), Fraction(total)]
        for members, total in block.items()
    ]
    for row in _reduced(rows, len(others)):
        if any(row[len(others) : -1]):
            factors = zip(chosen, row[len(others) : -1], strict=True)
            yield Found({one: factor for each, factor in factors if factor for one in each}, row[-1])


def _reduced(rows: list[list[Fraction]], columns: int) -> list[list[Fraction]]:
    """Gaussian elimination of the first columns; the rows that are free of them are left."""
    for column in range(columns):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [
            [a - b * row[column] / pivot[column] for a, b in zip(row, pivot, strict=True)]
            for row in rows
            if row is not pivot
        ]
    return rows


def pinned(equations: Equations, slack: Mapping[frozenset[Variable], float]) -> list[Variable]:
    """Answers that can only be one of 1 to 5, given all sums (to their rounding) at once.

    Of answers that cannot be told apart, one stands for all.
    """
    found: list[Variable] = []
    for block in _blocks(equations):
        variables = sorted(set().union(*block), key=str)
        matrix = np.array([[float(one in members) for one in variables] for members in block])
        sums = np.array([float(total) for total in block.values()])
        width = np.array([slack[members] for members in block])
        above = np.vstack([matrix, -matrix])
        limits = np.concatenate([sums + width, width - sums])
        for each in alike(block):
            one = next(iter(each))
            cost = np.array([float(one == other) for other in variables])
            least, most = (linprog(sign * cost, A_ub=above, b_ub=limits, bounds=(1, 5)) for sign in (1, -1))
            assert (least.success, most.success) == (True, True), "no answers would have these sums"
            if np.ceil(least.fun - 1e-6) >= np.floor(-most.fun + 1e-6):
                found.append(one)
    return found
