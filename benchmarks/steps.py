"""Whether a false step of a proof is located: `python -m benchmarks steps [THEOREM …] [--error 0.02]`.

In every proof of the catalogue, or of the theorems named, one step after the other is made false by an error of two
percent, and the check of the steps is run as at the budget quick. A step that is true by more than that, at all
networks that a search came to, is still true with such an error: it gets the smallest that makes it false by two
percent at the nearest of them. Of a step that may fail the error grows until so many repetitions fail that it shows.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from rich.console import Console
from sympy import Rational, nsimplify

from wnverify import catalogue
from wnverify.budget import BUDGETS
from wnverify.evidence import CheckEvidence
from wnverify.runs.theorem import carry_out
from wnverify.steps import Link
from wnverify.theorem import Theorem

CHECK = "steps"
GROWING = (Rational(1, 10), Rational(1, 4), Rational(1, 2), Rational(3, 4), Rational(9, 10))
"""Errors of a step that may fail, tried in turn after the one that is asked for."""


def main(words: list[str]) -> int:
    """Plant, check, print; 1 if an error was not located."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks steps", description=__doc__)
    parser.add_argument("theorems", nargs="*", metavar="THEOREM")
    parser.add_argument("--error", type=Fraction, default=Fraction(1, 50))
    options = parser.parse_args(words)
    console, counts = Console(width=140, highlight=False), Counter[str]()
    for entry in catalogue.select(options.theorems):
        theorem = catalogue.read(entry).theorem
        if not theorem.steps or entry.paper == "controls":
            continue
        found = planted(theorem, entry.id, Rational(options.error.numerator, options.error.denominator))
        counts.update(outcome.split(" at ")[0] for outcome in found.values())
        console.print(entry.id, ", ".join(f"{name}: {outcome}" for name, outcome in found.items()))
    console.print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    return int(counts["missed"] > 0)


def planted(theorem: Theorem, identifier: str, error: Rational) -> dict[str, str]:
    """What became of an error in each step of a proof."""
    clean = _checked(theorem, identifier)
    pairs = zip(theorem.proof, clean.steps, strict=True)
    return {link.name: _of_step(theorem, identifier, link, float(step.ratio), error) for link, step in pairs}


def _of_step(theorem: Theorem, identifier: str, link: Link, ratio: float, error: Rational) -> str:
    """The first error that is located; only a step that may fail has several to try."""
    for size in _errors(link, ratio, error):
        factor = 1 - size if link.claim.relation in ("<=", "<", "=") else 1 / (1 - size)
        wrong = replace(link, claim=link.claim.with_bound(factor * link.claim.rhs))
        false = replace(theorem)
        false.__dict__["proof"] = tuple(wrong if each is link else each for each in theorem.proof)  # as if given
        found = _checked(false, identifier)
        refuted = [step.name for step in found.steps if step.verdict == "REFUTED"]
        if found.verdict == "FLAWED" and refuted == [link.name]:
            return "located" if size == error else f"loose, located at {float(size):.0%}"
    return "missed"


def _errors(link: Link, ratio: float, error: Rational) -> Iterator[Rational]:
    if link.claim.probability is not None:
        yield from (error, *GROWING)
    elif link.claim.relation == "=" or ratio > 1 - error:
        yield error
    else:
        yield 1 - nsimplify(ratio, rational=True, tolerance=1e-6) * (1 - error)


def _checked(theorem: Theorem, identifier: str) -> CheckEvidence:
    return carry_out(CHECK, theorem, identifier, BUDGETS["quick"], 0)
