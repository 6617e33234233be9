"""The plots of a theorem with their captions, and the colours that a page must know for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from wnverify.report.plots.acceptance import acceptance
from wnverify.report.plots.by_size import ratio_by_size
from wnverify.report.plots.effort import effort
from wnverify.report.plots.histogram import ratio_histogram
from wnverify.report.plots.scaling import scaling
from wnverify.report.plots.style import LIGHT, css
from wnverify.report.told.account import Account
from wnverify.spread import by_size, efforts, histogram, scalings

MOST_SCALINGS = 4
"""Symbols whose power is plotted, at the most."""


@dataclass(frozen=True)
class Figure:
    """A plot and what it shows, in words."""

    svg: Markup
    caption: str


def colours() -> str:
    """The rules of style for all plots; paper is white."""
    light = ";".join(f"--wnv-{name}:{colour}" for name, colour in LIGHT.items())
    return f"{css()}\n@media print{{:root{{{light}}}}}\n"


def figures(account: Account) -> list[Figure]:
    """Every plot for which the record has data."""
    return [Figure(Markup(svg), caption) for svg, caption in _drawn(account) if svg]  # the plots escape their texts


def _drawn(account: Account) -> Iterator[tuple[str, str]]:
    checks, sure = account.evidence.checks, not account.text.probability
    yield (
        ratio_histogram(*histogram(checks), sure=sure),
        "How the ratios of both sides lie, of random instances and of those that were searched for.",
    )
    sizes = "The largest ratio found at each size: a bound that is loose in a size falls along it."
    yield ratio_by_size(by_size(checks), sure=sure), sizes
    for found in scalings(account.evidence)[:MOST_SCALINGS]:
        words = (
            f"How both sides grow with {found.symbol}: the power that is claimed beside the one that was measured."
        )
        yield scaling(found), words
    yield effort(efforts(checks), sure=sure), "The largest ratio so far against the instances tried, check by check."
    yield _acceptance(account), "How many random instances met each hypothesis, and all of them."


def _acceptance(account: Account) -> str:
    """Only where not all of them did."""
    counts = [(each.name, each.sampled.met, each.sampled.tried) for each in account.hypotheses if each.sampled]
    if all(met == tried for _, met, tried in counts):
        return ""
    alone = [check for check in account.evidence.checks if check.independent and check.acceptance]
    return acceptance(counts, (sum(check.accepted for check in alone), sum(check.tried for check in alone)))
