"""Evaluation: a bound at numbers, told as one line, or as a table with a small plot where one symbol varies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text

from wnverify.claim import Claim
from wnverify.errors import UsageError, expected
from wnverify.report.latex import inline
from wnverify.report.layout import Column, field, paragraph, table
from wnverify.report.notebook.draw import known_in, statement
from wnverify.report.notebook.parts import heading, joined
from wnverify.report.notebook.parts import table as html_table
from wnverify.report.shown import Shown
from wnverify.report.signs import written
from wnverify.report.words import formula

HEIGHT, BREADTH, LEAST_BREADTH, MARGIN = 8, 56, 16, 14
DECADE = 8.0
"""A range of values this wide, high over low, is drawn on a logarithmic axis."""


@dataclass(frozen=True)
class Point:
    """The bound at one choice of values.

    Args:
        values: the value of each array symbol, as it was typed.
        numbers: about the same as doubles.
        lower: a double below the exact value.
        upper: a double above it.
        unmet: hypotheses that certainly fail there.
        about: the first digits of a value that doubles hold badly or not at all; empty for others.
    """

    values: Mapping[str, str]
    numbers: Mapping[str, float]
    lower: float
    upper: float
    unmet: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True, repr=False)
class Evaluation(Shown):
    """The bound of a theorem over all combinations of the values given.

    Args:
        id: the theorem.
        claim: its claim under the settings asked for.
        fixed: the symbols with one value, as typed.
        arrays: the symbols with several, in order.
        points: the bound at each combination, the last symbol varying fastest.
    """

    id: str
    claim: Claim
    fixed: Mapping[str, str]
    arrays: tuple[str, ...]
    points: tuple[Point, ...]

    @property
    def values(self) -> list[float]:
        """The certified value on the safe side: upper, or lower for a lower bound."""
        return [point.lower if self.claim.relation in (">=", ">") else point.upper for point in self.points]

    @property
    def value(self) -> float:
        """The certified value where there is only one point.

        Raises:
            UsageError: if there are several.
        """
        if len(self.points) != 1:
            raise UsageError(expected("one point", f"{len(self.points)}", "use .values"))
        return self.values[0]

    def lines(self, width: int) -> list[Text]:
        """The bound, certified, at every point."""
        claim = self.claim
        found = [Text.assemble((self.id, "bold"), "  ", formula(str(claim.lhs)))]
        at = ", ".join(f"{formula(name)} = {value}" for name, value in self.fixed.items())
        found += field("at", at, width) if at else []
        if not self.arrays:
            return found + _one(self, self.points[0], width)
        found += table(_columns(self), width)
        if len(self.arrays) == 1:
            found += _plotted(self, width)
        return found + _warnings(self, width)

    def html(self) -> str:
        """The claim as mathematics, and the bound at every point as a table."""
        columns = _columns(self)
        rows = zip(*([cell.plain for cell in column.cells] for column in columns), strict=True)
        unmet = dict.fromkeys(name for point in self.points for name in point.unmet)
        return joined(
            heading(self.id, *(f"{formula(name)} = {value}" for name, value in self.fixed.items())),
            statement(self.claim),
            html_table([column.head for column in columns], list(rows)),
            html_table(("not met", ""), [(name, _unmet(self, name)) for name in unmet]),
        )

    def latex(self) -> str:
        """The claim."""
        return inline(self.claim.main, known_in(self.claim))


def _one(evaluation: Evaluation, point: Point, width: int) -> list[Text]:
    sign = {"<=": "≤", "<": "<", ">=": "≥", ">": ">"}.get(evaluation.claim.relation, "=")
    found = field("bound", f"{sign} {evaluation.value!r}", width, style="bold")
    found += field("certified", f"the exact value lies in [{point.lower!r}, {point.upper!r}]", width)
    found += field("about", point.about, width) if point.about else []
    return found + _warnings(evaluation, width)


def _warnings(evaluation: Evaluation, width: int) -> list[Text]:
    unmet = dict.fromkeys(name for point in evaluation.points for name in point.unmet)
    return [line for name in unmet for line in field("not met", _unmet(evaluation, name), width, style="yellow")]


def _unmet(evaluation: Evaluation, name: str) -> str:
    where = [", ".join(f"{k}={v}" for k, v in p.values.items()) for p in evaluation.points if name in p.unmet]
    places = f" at {'; '.join(where[:3])}" if where and where[0] else ""
    return f"the hypothesis {name!r}: {formula(str(evaluation.claim.given[name]))}{places}"


def _columns(evaluation: Evaluation) -> list[Column]:
    head = "certified upper value" if evaluation.claim.relation not in (">=", ">") else "certified lower value"
    columns = [
        Column(formula(name), [Text(point.values[name]) for point in evaluation.points], right=True)
        for name in evaluation.arrays
    ]
    return [*columns, Column(head, [Text(f"{value!r}") for value in evaluation.values], right=True)]


def _plotted(evaluation: Evaluation, width: int) -> list[Text]:
    """The plot of the bound against the one symbol that varies, and the power it grows with."""
    (name,) = evaluation.arrays
    xs = [point.numbers[name] for point in evaluation.points]
    pairs = [(x, y) for x, y in zip(xs, evaluation.values, strict=True) if math.isfinite(x) and math.isfinite(y)]
    if len(pairs) < 2 or len({x for x, _ in pairs}) < 2:
        return []
    label = written(formula(name))
    breadth = min(BREADTH, width - MARGIN - len(f"  {label}"))
    found = [Text(""), *(Text(line) for line in plot(pairs, label, breadth) if breadth >= LEAST_BREADTH)]
    if all(x > 0 and y > 0 for x, y in pairs):
        (x0, y0), (x1, y1) = min(pairs), max(pairs)
        power = (math.log(y1) - math.log(y0)) / (math.log(x1) - math.log(x0))
        told = f"between the ends it goes like {label} to the power {power:.3f}"
        found += paragraph(told, width, indent=2, style="dim")
    return found


def plot(pairs: Sequence[tuple[float, float]], name: str, breadth: int = BREADTH) -> list[str]:
    """Points on a small grid so many columns broad, each axis logarithmic where its values span much.

    >>> for line in plot([(1.0, 1.0), (2.0, 2.0)], "m")[-2:]: print(line)
                 └────────────────────────────────────────────────────────
                  1                                                      2  m
    """
    (x, x_log), (y, y_log) = (_axis([pair[axis] for pair in pairs]) for axis in (0, 1))
    grid = [[" "] * breadth for _ in range(HEIGHT)]
    for along, up in zip(x, y, strict=True):
        grid[HEIGHT - 1 - round(up * (HEIGHT - 1))][round(along * (breadth - 1))] = "●"
    values = [pair[1] for pair in pairs]
    labels = [f"{max(values):.4g}", *[""] * (HEIGHT - 2), f"{min(values):.4g}"]
    rows = [f"  {label:>10} │{''.join(row)}".rstrip() for label, row in zip(labels, grid, strict=True)]
    low, high = (f"{end(pair[0] for pair in pairs):g}" for end in (min, max))
    logs = [word for word, log in ((f"{name} logarithmic", x_log), ("value logarithmic", y_log)) if log]
    remark = [f"{'':{MARGIN}}{log}" for log in logs]
    ends = f"{'':{MARGIN}}{low}{high:>{breadth - len(low)}}  {name}"
    return [
        *rows,
        f"{'':{MARGIN - 1}}└{'─' * breadth}",
        ends,
        *remark,
    ]


def _axis(values: Sequence[float]) -> tuple[list[float], bool]:
    """Positions from 0 to 1, and whether the axis is logarithmic."""
    log = min(values) > 0 and max(values) / min(values) > DECADE
    scaled = [math.log(value) for value in values] if log else list(values)
    low, high = min(scaled), max(scaled)  # halved, as the difference of two doubles may be larger than any
    return [(value / 2 - low / 2) / (high / 2 - low / 2) if high / 2 > low / 2 else 0.5 for value in scaled], log
