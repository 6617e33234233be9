"""A proof step by step: what each states and why, what was found of it, and what it loses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from wnverify.evidence import Number, StepFound, TheoremEvidence
from wnverify.report.layout import Column, hanging, in_signs, paragraph, table
from wnverify.report.words import COLOUR, SYMBOL, formula, ratio_words

if TYPE_CHECKING:  # sympy: whoever only tells what was found has no need of it
    from wnverify.report.mathematics import Known
    from wnverify.steps import Link
    from wnverify.theorem import Theorem

INDENT, LEAST = 5, 20
NOTICED = 0.2
"""A loss that grows by less is not told to grow."""
ATTAINED = 1e-6
"""Losses that add up to less are none: the bound is attained there."""


def proof(theorem: Theorem, width: int, found: Sequence[StepFound] = (), *, whole: bool = False) -> list[Text]:
    """The proof of a theorem as its file gives it, with the verdicts where there is evidence.

    Args:
        theorem: the theorem.
        width: of the page.
        found: what was found of its steps; empty where nobody asked.
        whole: formulas to their end, and the hypotheses that each step uses; otherwise a line a step.
    """
    known, lines = theorem.family.quantities, []
    told = {step.name: step for step in found}
    for link in theorem.proof:
        lines += _stated(link, known, width, told.get(link.name), whole)
        lines += (
            paragraph(f"{_why(link)}; {_uses(link, theorem)}", width, indent=INDENT, style="dim") if whole else []
        )
    return lines + (ledger(found, width) if found else [])


def _stated(link: Link, known: Known, width: int, found: StepFound | None, whole: bool) -> list[Text]:
    from wnverify.report.mathematics import line

    mark = "…" if link.gap else str(link.number)
    head = Text.assemble((f" {SYMBOL[found.outcome]}", COLOUR[found.outcome])) if found else Text("  ")
    head, text = Text.assemble(head, f"{mark:>2} "), _chance(link, known) + line(link.claim.main, known)
    if whole:
        return hanging(head, text, width, style="cyan")
    cut = Text.assemble(head, (text, "cyan"), (f": {_why(link)}", "dim"))
    cut.truncate(max(width, LEAST), overflow="ellipsis")
    return [in_signs(cut)]


def _chance(link: Link, known: Known) -> str:
    from wnverify.report.mathematics import line

    chance = link.claim.probability
    return "" if chance is None else f"with probability {line(chance, known)}: "


def _why(link: Link) -> str:
    supposed = "; ".join(f"{name}: {formula(str(each))}" for name, each in link.supposed.items())
    words = " ".join(filter(None, [link.tag, link.reason]))
    return f"{words} (supposes {supposed})" if supposed else words


def _uses(link: Link, theorem: Theorem) -> str:
    names = [name for name in link.claim.given if name not in link.supposed]
    if len(names) == len(theorem.claim.given):
        return "uses every hypothesis"
    return f"uses {', '.join(names)}" if names else "uses no hypothesis"


# ---- what was found


def steps_of(evidence: TheoremEvidence) -> list[StepFound]:
    """What was found of the steps of a proof."""
    return [step for check in evidence.checks for step in check.steps]


def of_evidence(evidence: TheoremEvidence, width: int) -> list[Text]:
    """The steps of a theorem that was checked, each with its verdict, and what they lose; nothing without steps."""
    steps = steps_of(evidence)
    if not steps:
        return []
    lines = [Text("the proof", "bold")]
    for step in steps:
        verdict = step.outcome
        head = Text(f"  {SYMBOL[verdict]} ", COLOUR[verdict])
        lines += hanging(head, f"{step.name}: {step.why}: {verdict.name.lower()}", width)
        if not verdict.passes:
            lines += paragraph(step.reason, width, indent=4, style="dim")
    return lines + ledger(steps, width)


def ledger(steps: Sequence[StepFound], width: int) -> list[Text]:
    """What each step loses: its share where the bound is nearest, typically, and its loss as the sizes grow."""
    shares = shares_of(steps)
    columns = [
        Column("step", [Text(step.name) for step in steps]),
        Column("ratio", [Text(ratio_words(step.ratio)) for step in steps], right=True, drop=1),
        Column("loses", [Text(_percent(share)) for share in shares], right=True),
        Column("typically", [Text(_percent(step.typical)) for step in steps], right=True, drop=2),
    ]
    names = dict.fromkeys(name for step in steps for name in step.by_size)
    columns += [_grown(name, steps, place) for place, name in enumerate(names)]
    words = (
        "loses: share of the step in log(right side/left side) where that is smallest; typically: the median share. "
        "The other columns: the logarithm that it loses as a size grows."
    )
    told = [
        f"As {name} grows, {step.name} loses most: its logarithm grows by {rise:.2f} ({step.why})."
        for name, (step, rise) in carriers(steps).items()
    ]
    lines = [line for text in told for line in paragraph(text, width, indent=2)]
    return [Text(""), *table(columns, width), *paragraph(words, width, indent=2, style="dim"), *lines]


def _grown(name: str, steps: Sequence[StepFound], place: int) -> Column:
    sizes = [size for size, _ in next(step.by_size[name] for step in steps if name in step.by_size)]
    ends = [sizes[0], sizes[len(sizes) // 2], sizes[-1]]
    cells = [Text(" → ".join(f"{loss:.2f}" for loss in _at(step.by_size.get(name, []), ends))) for step in steps]
    return Column(f"{name} = {', '.join(map(str, ends))}", cells, right=True, drop=3 + place)


def _at(points: Iterable[tuple[int, Number]], sizes: Iterable[int]) -> list[float]:
    known = {size: float(loss) for size, loss in points}
    return [abs(known[size]) if abs(known[size]) < ATTAINED else known[size] for size in sizes if size in known]


def grown(evidence: TheoremEvidence) -> dict[str, dict[str, list[tuple[int, Number]]]]:
    """By size of the shapes, what each step loses at its values."""
    found: dict[str, dict[str, list[tuple[int, Number]]]] = {}
    for step in steps_of(evidence):
        for name, points in step.by_size.items():
            found.setdefault(name, {})[step.name] = points
    return found


def carriers(steps: Sequence[StepFound]) -> dict[str, tuple[StepFound, float]]:
    """By size of the shapes, the step whose loss grows most along it, and by how much; none where nothing grows."""
    found: dict[str, tuple[StepFound, float]] = {}
    for step in steps:
        for name, points in step.by_size.items():
            rise = float(points[-1][1]) - float(points[0][1])
            if rise > max(NOTICED, found[name][1] if name in found else 0.0):
                found[name] = step, rise
    return found


def shares_of(steps: Sequence[StepFound]) -> list[float]:
    """The share of each step in the loss of all where the bound is nearest; NaN where the bound is attained.

    >>> one, two = (StepFound("", "", "", "HELD", "", loss=loss) for loss in (1.0, 3.0))
    >>> shares_of([one, two])
    [0.25, 0.75]
    """
    total = sum(float(step.loss) for step in steps)
    return [float(step.loss) / total if total > ATTAINED else float("nan") for step in steps]


def _percent(share: Number) -> str:
    value = 100 * float(share)
    return "–" if math.isnan(value) else f"{abs(value) if abs(value) < 0.5 else value:.0f} %"
