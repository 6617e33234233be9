"""The plots of a theorem with their captions, and the colours that a page must know for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from wnverify.report.plots.acceptance import acceptance
from wnverify.report.plots.by_size import ratio_by_size
from wnverify.report.plots.effort import effort
from wnverify.report.plots.histogram import ratio_histogram
from wnverify.report.plots.losses import losses
from wnverify.report.plots.scaling import scaling
from wnverify.report.plots.style import LIGHT, css
from wnverify.report.steps import grown
from wnverify.report.told.account import Account
from wnverify.spread import by_size, efforts, histogram, scalings

MOST_SCALINGS = 4
"""Symbols whose power is plotted, at the most."""


PLAIN = ".wnv-plot text{font-size:8.5px;fill:var(--wnv-ink)}.wnv-plot *{stroke-linejoin:round;stroke-linecap:butt}"
"""What every plot would say again."""
_SAID = (
    (re.compile(r"(var\(--wnv-\w+),#[0-9a-f]{6}\)"), r"\1)"),
    (re.compile(r"<defs>\s*<style[^>]*>\*\{[^<]*</style>\s*</defs>\s*"), ""),
    (re.compile(r' xmlns(?::xlink)?="[^"]*"'), ""),
    (re.compile(r' transform="rotate\(-0 [^"]*"'), ""),
    (
        re.compile(
            r'(?<= style=")font-size: 8.5px; font-family: inherit; (text-anchor: \w+); fill: var\(--wnv-ink\)'
        ),
        r"\1",
    ),
    (re.compile(r'(?<= d=")[^"]*'), lambda found: found[0].replace(" L ", "L").replace("M ", "M")),
)
"""What a plot says that stands alone, and need not in a page that says it once."""


@dataclass(frozen=True)
class Figure:
    """A plot and what it shows, in words."""

    svg: Markup
    caption: str


def colours() -> str:
    """The rules of style for all plots; paper is white."""
    light = ";".join(f"--wnv-{name}:{colour}" for name, colour in LIGHT.items())
    return f"{css()}\n{PLAIN}\n@media print{{:root{{{light}}}}}\n"


def figures(account: Account) -> list[Figure]:
    """Every plot for which the record has data."""
    drawn = [(_slim(svg), caption) for svg, caption in _drawn(account) if svg]
    return [Figure(Markup(svg), caption) for svg, caption in drawn]  # the plots escape their texts


def _slim(svg: str) -> str:
    """The same plot without what the page says of all of them; quotation marks in its texts are escaped."""
    for pattern, instead in _SAID:
        svg = pattern.sub(instead, svg)
    return svg


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
    for name, by_step in grown(account.evidence).items():
        yield losses(by_step, name), f"What each step of the proof loses as {name} grows."
    yield effort(efforts(checks), sure=sure), "The largest ratio so far against the instances tried, check by check."
    yield _acceptance(account), "How many random instances met each hypothesis, and all of them."


def _acceptance(account: Account) -> str:
    """Only where not all of them did."""
    counts = [(each.name, each.sampled.met, each.sampled.tried) for each in account.hypotheses if each.sampled]
    if all(met == tried for _, met, tried in counts):
        return ""
    alone = [check for check in account.evidence.checks if check.independent and check.acceptance]
    return acceptance(counts, (sum(check.accepted for check in alone), sum(check.tried for check in alone)))
