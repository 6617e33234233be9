"""Trial: what became of a typed claim, and how it is told."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path

from rich.text import Text

from wnverify.claim import RELATIONS, Claim, Relation
from wnverify.errors import UsageError, expected
from wnverify.evidence import Acceptance, Number
from wnverify.judging.judge import Candidate
from wnverify.judging.opinion import NEAR, Opinion
from wnverify.questions.counterexample.bundle import Bundle, Origin, compose
from wnverify.questions.trial.exponents import Exponent
from wnverify.questions.trial.least import Least
from wnverify.report.covered import covered_words
from wnverify.report.instance import instance_lines, sides_words
from wnverify.report.latex import inline
from wnverify.report.layout import field
from wnverify.report.notebook.draw import claim, known_in
from wnverify.report.notebook.parts import folded, heading, joined, table, verdict
from wnverify.report.shown import Shown
from wnverify.report.words import COLOUR, SYMBOL, formula, listed, ratio_words, seconds_words
from wnverify.typed.confined import Confined
from wnverify.typed.parser import plainly
from wnverify.typed.vocabulary import BUILT_IN, Vocabulary
from wnverify.verdict import Verdict

LONGEST, MOST_MEANINGS = 400, 2


@dataclass(frozen=True, repr=False)
class Trial(Shown):
    """What became of a typed claim.

    Args:
        text: the claim as it was typed.
        claim: the claim with all its hypotheses.
        family: the family it was tried on, confined to the typed hypotheses.
        verdict: REFUTED, HELD, UNDECIDED or VACUOUS.
        reason: one sentence.
        worst: the counterexample, or the instance that came closest; None if none was admissible.
        opinion: what balls, or the second route, say of it.
        tried: instances evaluated.
        accepted: those that met every hypothesis.
        acceptance: the same per hypothesis.
        effort: (instances so far, best ratio so far).
        by_situation: the best ratio by shape and settings.
        exponents: how the sides grow with each symbol.
        seed: the seed of the search.
        budget: the budget as it was typed.
        seconds: how long it took.
        path: where the counterexample was saved; None if it was not.
        ranges: between which values each measured symbol lay on the admissible instances.
        others: the same claim in the other families that know its symbols.
        unasked: other families that know the symbols and were not asked, each with the reason.
        vocabulary: the families that could have been meant.
        interrupted: whether the search was stopped before its budget was spent.
        beside: the other claims, where several were typed at once, this being the one that decides.
        untried: those that were not tried any more.
        least: what is known of a free constant; None for a claim without one.
    """

    text: str
    claim: Claim
    family: Confined
    verdict: Verdict
    reason: str
    worst: Candidate | None
    opinion: Opinion | None
    tried: int
    accepted: int
    acceptance: Mapping[str, Acceptance]
    effort: Sequence[tuple[int, Number]]
    by_situation: Mapping[str, float]
    exponents: Sequence[Exponent]
    seed: int
    budget: str
    seconds: float
    path: Path | None = None
    ranges: Mapping[str, tuple[float, float]] = attribute(default_factory=dict)
    others: tuple[Trial, ...] = ()
    unasked: Mapping[str, str] = attribute(default_factory=dict)
    vocabulary: Vocabulary = attribute(default=BUILT_IN, repr=False)
    interrupted: bool = False
    beside: tuple[Trial, ...] = ()
    untried: tuple[str, ...] = ()
    least: Least | None = None

    @property
    def refuted(self) -> bool:
        """Whether a confirmed counterexample was found."""
        return self.verdict is Verdict.REFUTED

    @property
    def certified(self) -> bool:
        """Whether the counterexample is certified by ball arithmetic."""
        return self.refuted and self.opinion is not None and self.opinion.certified

    @property
    def ratio(self) -> float:
        """The worst ratio found, more than 1 is a violation; NaN if nothing was admissible."""
        return math.nan if self.worst is None else self.worst.ratio

    @property
    def shape(self) -> Mapping[str, int]:
        """The shape of the worst instance."""
        return {} if self.worst is None else dict(self.worst.batch.shape)

    @property
    def unconfirmed(self) -> bool:
        """Whether the worst ratio is a violation that no second route confirmed: it may be rounding."""
        return self.verdict is Verdict.UNDECIDED and self.least is None and self.ratio > 1 + NEAR

    @property
    def best_constant(self) -> float | None:
        """The least factor of the right side that this search would not have refuted; None for an equality.

        Of `lhs ≥ rhs` it is the largest factor. None too where the worst ratio was not confirmed, or where no value
        of a free constant stands.
        """
        if self.claim.relation == "=" or self.worst is None or not self.worst.ratio > 0:
            return None
        if self.unconfirmed or (self.least is not None and not self.least.stands):
            return None
        return self.worst.ratio if self.claim.relation in ("<=", "<") else 1 / self.worst.ratio

    @property
    def meanings(self) -> Mapping[str, str]:
        """What each symbol was taken to mean that means something else in another family that knows all of them."""
        known = self.family.quantities
        return {name: known[name].meaning for name in sorted(self._typed) if self.other_meanings(name)}

    @property
    def _typed(self) -> set[str]:
        """The symbols of the claim and of the typed hypotheses."""
        return {symbol.name for symbol in self.claim.main.free_symbols} | self.family.restricted

    def other_meanings(self, name: str) -> Mapping[str, Sequence[str]]:
        """The other meanings of a symbol, each with the families that know all symbols of the claim and mean that."""
        own = self.family.quantities[name].meaning
        families, meanings = self.vocabulary.usual(), self.vocabulary.meanings(name)
        knowing = {family.name for family in families.values() if self._typed <= set(family.quantities)}
        found = {meaning: [home for home in homes if home in knowing] for meaning, homes in meanings.items()}
        return {meaning: homes for meaning, homes in found.items() if homes and meaning != own}

    def to_bundle(self) -> Bundle:
        """The counterexample as data that travels, to be saved by `wnverify.runs.files.save_bundle`.

        Raises:
            UsageError: if there is none.
        """
        if self.worst is None or not self.refuted:
            raise UsageError(expected("a refuted claim", f"one that is {self.verdict.name}"))
        origin = Origin(found=self.worst.found, seed=self.seed, budget=self.budget)
        return compose(self.claim, self.family, self.worst.batch, origin)

    def lines(self, width: int) -> list[Text]:
        """The verdict in one line, then what supports it."""
        given = [_formula(relation) for relation in self.claim.given.values()]
        claim = _as_typed(self.text) if self.least else f"{_chance(self)}{_formula(self.claim.main)}"
        found = [_headline(self), *field("claim", claim, width)]
        found += field("given", "; ".join(given) or "nothing", width)
        found += field("family", _stranger(self), width) if _stranger(self) else []
        found += [line for text in _taken(self) for line in field("meaning", text, width)]
        found += [line for text in _sure(self) for line in field("note", text, width)]
        if self.least is not None:
            found += [*field("reason", self.reason, width), *self.least.lines(width)]
        elif self.claim.probability is not None:
            found += _by_chance(self, width)
        else:
            found += _refuted(self, width) if self.refuted else _not_refuted(self, width)
        found += field("covered", self._covered(), width) if self.ranges else []
        found += [line for text in _also(self.others) for line in field("also in", text, width)]
        found += [line for each in self.beside for line in field("and", _beside(each), width)]
        found += [line for text in self.untried for line in field("and", f"{text}: not tried any more", width)]
        for name, why in self.unasked.items():
            found += field("not in", f"family {name}: {why}", width)
        return found + field("effort", _effort(self), width)

    def _covered(self) -> str:
        return covered_words(self.ranges, len(self.by_situation), self.shape)

    def html(self) -> str:
        """The verdict, the claim as mathematics, what supports it as a table; all that is told, to be unfolded."""
        head = _headline(self)
        ratio = f"{ratio_words(self.ratio)} at {self.worst.situation}" if self.worst else ""
        constant = "" if self.refuted or self.best_constant is None else _constant(self, self.best_constant)
        facts = {"worst ratio": ratio, "constant": constant, "reason": self.reason, "effort": _effort(self)}
        return joined(
            heading(self.text, verdict(head.plain, str(head.style)), f"family {self.family.name}"),
            claim(self.claim),
            table(("", ""), [(name, text) for name, text in facts.items() if text]),
            folded("all of it", str(self)),
        )

    def latex(self) -> str:
        """The claim with its verdict."""
        return (
            rf"{inline(self.claim.main, known_in(self.claim)).rstrip('$')}\quad\text{{{_headline(self).plain[2:]}}}$"
        )


def _as_typed(text: str) -> str:
    """A claim with a free constant, in the signs that other claims are printed in.

    >>> _as_typed("gradient_norm <=C*(1+ rho )/ omega")
    'gradient_norm ≤ C·(1+ρ)/ω'
    """
    lhs, sign, rhs = re.split("([<>=≤≥]=?)", "".join(text.split()), maxsplit=1)
    return formula(f"{lhs} {RELATIONS.get(sign, sign)} {rhs}")


def _chance(trial: Trial) -> str:
    chance = trial.claim.probability
    return "" if chance is None else f"with probability at least {formula(plainly(chance))}: "


def _by_chance(trial: Trial, width: int) -> list[Text]:
    """What became of a claim that may fail now and then."""
    found = field("reason", trial.reason, width)
    if trial.worst is not None:
        found += field("worst ratio", f"{ratio_words(trial.ratio)} at {trial.worst.situation}", width)
    return found + _acceptance(trial, width)


def _headline(trial: Trial) -> Text:
    fresh = trial.claim.probability is not None
    how = "confirmed on fresh randomness" if fresh else "confirmed in floats, not certified"
    words = {
        Verdict.REFUTED: "REFUTED (certified)" if trial.certified else f"REFUTED ({how})",
        Verdict.HELD: "NOT REFUTED",
        Verdict.UNDECIDED: "UNDECIDED, not refuted",
        Verdict.VACUOUS: "NOT TESTED",
    }
    least = trial.least
    where = (
        f" for {least.name} {'≥' if least.upwards else '≤'} {least.value:.4g}"
        if least and least.stands and not math.isnan(least.value)
        else ""
    )
    return Text(f"{SYMBOL[trial.verdict]} {words[trial.verdict]}{where}", f"bold {COLOUR[trial.verdict]}")


def _formula(relation: Relation) -> str:
    """A relation on one line in the signs of mathematics; a very long one ends in dots."""
    lhs, rhs = (formula(plainly(side)) for side in (relation.lhs, relation.rhs))
    text = f"{lhs} {RELATIONS[relation.relation]} {rhs}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _stranger(trial: Trial) -> str:
    """The family, where files were brought along and it is from none of these."""
    files, added = trial.vocabulary.files, trial.vocabulary.added
    return "" if not files or trial.family.name in added else f"{trial.family.name}, which is not in {listed(files)}"


def _taken(trial: Trial) -> list[str]:
    """What the symbols were taken to mean that mean something else in another family that knows the claim."""
    told = []
    for name, meaning in trial.meanings.items():
        rest = [f"in {listed(homes)} {other}" for other, homes in trial.other_meanings(name).items()]
        more = f"; and {len(rest) - MOST_MEANINGS} more" if len(rest) > MOST_MEANINGS else ""
        there = "; ".join(rest[:MOST_MEANINGS]) + more
        told.append(f"{formula(name)}: {meaning} (family {trial.family.name}); {there}")
    return [*told[:-1], f"{told[-1]}. --family NAME takes another" if told else ""][: len(told)]


def _sure(trial: Trial) -> list[str]:
    """That a claim in the probability of failure was tested as it stands."""
    if trial.claim.probability is not None:
        return []
    known = trial.family.quantities
    names = [s.name for s in trial.claim.main.free_symbols if "probability" in known[s.name].meaning]
    return [
        f"{formula(name)} ({known[name].meaning}) is a number like any other here: the claim was tested as a sure "
        f'statement, which one instance refutes; --probability "1-{name}" tries it as one'
        for name in sorted(names)
    ]


def _effort(trial: Trial) -> str:
    counts = f"{trial.tried:,} instances tried, {trial.accepted:,} admissible"
    stopped = ", interrupted" if trial.interrupted else ""
    return f"{counts}; {seconds_words(trial.seconds)}, budget {trial.budget}{stopped}, seed {trial.seed}"


def _refuted(trial: Trial, width: int) -> list[Text]:
    worst, opinion = trial.worst, trial.opinion
    if worst is None or opinion is None:
        return []
    noun = "network" if "W1" in worst.batch.arrays else "instance"
    found = field("by", f"the smallest {noun} found that breaks it: {worst.situation}", width)
    found += field("sides", sides_words(opinion.sides, worst.lhs, worst.rhs), width)
    found += field("ratio", ratio_words(worst.ratio), width, style="bold")
    found += instance_lines(worst.batch, width)
    brought = "".join(f" --with {file}" for file in trial.vocabulary.files)
    saved = f"{trial.path}  (re-check: wnverify replay {trial.path}{brought})"
    return found + (field("saved", saved, width) if trial.path else [])


def _not_refuted(trial: Trial, width: int) -> list[Text]:
    found = field("reason", trial.reason, width)
    if trial.worst is None:
        return found + _acceptance(trial, width)
    doubt = "; not confirmed, and rounding perhaps" if trial.unconfirmed else ""
    ratio = f"{ratio_words(trial.ratio)} at {trial.worst.situation}{doubt}"
    found += field("worst ratio", ratio, width, style="bold")
    if trial.best_constant is not None:
        found += field("constant", _constant(trial, trial.best_constant), width)
    found += [line for text in _exponents(trial) for line in field("exponent", text, width)]
    return found + (_acceptance(trial, width) if trial.verdict is Verdict.VACUOUS else [])


def _also(others: Sequence[Trial]) -> list[str]:
    """What became of the claim in other families; those together whose search was cut short without a finding."""
    cut = [each for each in others if _cut_short(each)]
    if len(cut) <= MOST_MEANINGS:
        return [_elsewhere(each) for each in others]
    names = listed(each.family.name for each in cut)
    told = f"families {names}: {_headline(cut[0]).plain}; the budget was spent before all shapes had been looked at"
    return [*(_elsewhere(each) for each in others if not _cut_short(each)), told]


def _cut_short(trial: Trial) -> bool:
    return trial.verdict is Verdict.UNDECIDED and trial.reason.startswith("the budget was spent")


def _elsewhere(trial: Trial) -> str:
    return f"family {trial.family.name}: {_headline(trial).plain}; {trial.reason}"


def _beside(trial: Trial) -> str:
    return f"{_formula(trial.claim.main)}: {_headline(trial).plain}; {trial.reason}"


def _constant(trial: Trial, factor: float) -> str:
    other = "smaller" if trial.claim.relation in ("<=", "<") else "larger"
    return f"the right side times {ratio_words(factor)} would not have been refuted either (a {other} factor would)"


def _exponents(trial: Trial) -> list[str]:
    """The exponents, one sentence each."""
    return [
        f"{formula(each.variable)}: the left side found goes like power {_power(each.left)}, the right side like "
        f"{_power(each.right)} ({each.low:g} to {each.high:g})"
        for each in trial.exponents
    ]


def _power(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00")


def _acceptance(trial: Trial, width: int) -> list[Text]:
    return [
        line
        for name, share in trial.acceptance.items()
        for line in field("met", f"{name}: {share.met:,} of {share.tried:,}", width)
    ]
