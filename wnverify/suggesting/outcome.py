"""Outcome: what was attained, what it suggests, and what became of that; told on one page, or as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flint import ctx
from rich.text import Text

from wnverify.evidence import TheoremEvidence, number, substance
from wnverify.report.latex import inline
from wnverify.report.layout import Column, field, table
from wnverify.report.shown import Shown
from wnverify.report.words import CONJECTURE, counted, formula, ratio_words
from wnverify.suggesting.candidates import Candidate
from wnverify.suggesting.conjecture import About, fate, sentence
from wnverify.suggesting.refine import DIGITS, PRECISION
from wnverify.suggesting.work import Value
from wnverify.verdict import Verdict

SHOWN = 20
"""Digits of a value on the page."""
SCHEMA = 1
NOTHING = "no closed form is sure: every one that meets the values is as long as some would be by chance"


@dataclass(frozen=True)
class Suggestion:
    """One closed form.

    Args:
        candidate: the form, and what it explains.
        path: its file, if it was written.
        evidence: of the attack; None where there was none.
    """

    candidate: Candidate
    path: Path | None = None
    evidence: TheoremEvidence | None = None

    @property
    def status(self) -> str:
        """What it is: a conjecture, whatever the checks say; never more."""
        return f"conjecture, {fate(self.evidence) if self.evidence else 'not attacked'}"

    @property
    def dropped(self) -> bool:
        """Whether a counterexample was found, or the form has no value somewhere."""
        return self.evidence is not None and self.evidence.verdict in (Verdict.REFUTED, Verdict.ERROR)

    @property
    def beyond(self) -> Mapping[str, int]:
        """The shape of the counterexample; empty where there is none."""
        worst = self.evidence.worst if self.evidence and self.evidence.verdict is Verdict.REFUTED else None
        return dict(worst.instance["shape"]) if worst is not None else {}


@dataclass(frozen=True, repr=False)
class Suggested(Shown):
    """All that came of one question.

    Args:
        about: the theorem, and the unit of the values.
        values: what was attained, shape by shape.
        without: shapes without a value, each with the reason.
        suggestions: the closed forms, those that explain most first.
        seed: of all randomness.
        budget: as it was typed.
        interrupted: whether it was stopped.
    """

    about: About
    values: Sequence[Value]
    without: Mapping[str, str]
    suggestions: Sequence[Suggestion]
    seed: int
    budget: str
    interrupted: bool = False

    def latex(self) -> str:
        """The first conjecture that stands, or the claim."""
        standing = [each for each in self.suggestions if not each.dropped]
        form = standing[0].candidate.formula * self.about.unit if standing else self.about.base.claim.rhs
        return inline(form)

    def lines(self, width: int) -> list[Text]:
        """The page."""
        claim = self.about.base.claim
        head = Text.assemble((f"{CONJECTURE} suggest  ", "cyan"), (self.about.name, "bold"))
        end = "largest" if claim.relation in ("<=", "<") else "least"
        unit = f"the {end} {formula(str(claim.lhs))}, in units of {formula(str(self.about.unit))}"
        found = [head, *field("attained", unit, width), Text("")]
        found += self._table(width) if self.values else []
        found += [line for shape, why in self.without.items() for line in field(shape, why, width)]
        found += [Text("")]
        for each in self.suggestions:
            found += self._suggestion(each, width)
        if not self.suggestions and not self.interrupted:
            found += field("forms", NOTHING if self.values else "none: there is no value", width)
        return found + (field("stopped", "interrupted: this is what there was", width) if self.interrupted else [])

    def _table(self, width: int) -> list[Text]:
        cells: dict[str, list[str]] = {
            "shape": [shape_words(each.shape) for each in self.values],
            "value": [digits_of(each, SHOWN) for each in self.values],
            "digits": [str(each.digits) for each in self.values],
            "of the bound": [ratio_words(each.share) for each in self.values],
            "known": [known_words(each) for each in self.values],
            "where": [each.kind for each in self.values],
            "found": [f"{each.again} of {each.rounds}" for each in self.values],
            "at": [" ".join(each.settings.values()) for each in self.values],
        }
        drop = {
            "shape": 0,
            "value": 0,
            "digits": 1,
            "of the bound": 3,
            "known": 2,
            "where": 4,
            "found": 5,
            "at": 6,
        }
        return table([Column(name, [*map(Text, cells[name])], drop=drop[name]) for name in cells], width)

    def _suggestion(self, each: Suggestion, width: int) -> list[Text]:
        fit = each.candidate.fit
        sign, style = ("✗", "red") if each.dropped else (CONJECTURE, "cyan")
        lines = [Text.assemble((f"{sign} ", style), (sentence(self.about, each.candidate), "bold"))]
        count = len(each.candidate.numbers)
        read = (
            f"{fit.digits} digits of {count} value{'s' * (count > 1)} by {fit.symbols} symbols, {fit.rate:.1f} each"
        )
        lines += field("explains", f"{read}; by chance to {fit.digits - fit.surplus:.0f} digits", width)
        if each.dropped and each.evidence is not None:
            lines += field("dropped", f"{fate(each.evidence)}: {each.evidence.reason}", width, style="red")
        elif each.evidence is not None:
            lines += field("attacked", f"{each.status}: {_closest(each.evidence)}", width)
        else:
            lines += field("attacked", "not yet", width)
        return lines + (field("file", str(each.path), width) if each.path and not each.dropped else [])

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "schema": SCHEMA, "kind": "wnverify suggest", "wnverify": version("wnverify"),
            "about": self.about.name, "left": str(self.about.base.claim.lhs),
            "relation": self.about.base.claim.relation, "unit": str(self.about.unit),
            "values": [_value(each) for each in self.values], "without": dict(self.without),
            "suggestions": [self._data(each) for each in self.suggestions],
            "seed": self.seed, "budget": self.budget, "interrupted": self.interrupted,
        }  # fmt: skip

    def _data(self, each: Suggestion) -> dict[str, Any]:
        fit, evidence = each.candidate.fit, each.evidence
        worst = evidence.worst if evidence is not None and each.dropped else None
        return {
            "form": str(fit.formula), "sentence": sentence(self.about, each.candidate),
            "range": {name: list(ends) for name, ends in each.candidate.range.limits.items()},
            "digits": fit.digits, "symbols": fit.symbols, "digits_per_symbol": round(fit.rate, 3),
            "beyond_chance": round(fit.surplus, 3), "status": each.status,
            "reason": evidence.reason if evidence else "", "file": str(each.path) if each.path else None,
            "counterexample": worst.instance if worst else None,
        }  # fmt: skip


def _closest(evidence: TheoremEvidence) -> str:
    """How near an attack came; why it decided nothing, where it did not."""
    worst = evidence.worst
    if worst is None or not evidence.verdict.passes:
        return evidence.reason
    tried = counted(substance(evidence.checks), "instance")
    return f"{tried}, the closest at {ratio_words(worst.ratio)} of the bound, {worst.situation}"


def shape_words(shape: Mapping[str, int]) -> str:
    """A shape as it is typed.

    >>> shape_words({"L": 2, "m": 3})
    'L=2,m=3'
    """
    return ",".join(f"{name}={size}" for name, size in shape.items())


def known_words(value: Value) -> str:
    """How certain it is that there is an extremum, and that it has these digits."""
    return "certain, local" if value.proved else "estimated" if value.certified else "in floats"


def digits_of(value: Value, most: int) -> str:
    """A value to the digits that are known of it, and no more than so many; … where there are more."""
    with ctx.workprec(PRECISION):
        shown = value.value.to_arb().mid().str(max(min(value.digits, most), 1), radius=False)
    return f"{shown}…" if value.digits > most and len(shown) > most else shown


def _value(value: Value) -> dict[str, Any]:
    return {
        "shape": dict(value.shape), "settings": dict(value.settings), "value": digits_of(value, DIGITS),
        "digits": value.digits, "certified": value.certified, "strict_local_maximum": value.proved,
        "at_least": number(value.value.lower) if value.certified else None, "of_the_bound": number(value.share),
        "maximiser": value.kind, "again": value.again, "rounds": value.rounds, "found": value.found,
        "instance": value.instance,
    }  # fmt: skip
