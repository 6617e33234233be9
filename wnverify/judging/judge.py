"""Judge: evaluates a claim on a batch of instances, and the slope along which a claim is easiest to break."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.claim import Claim, Relation
from wnverify.errors import TheoremFileError, expected
from wnverify.family import Family, Settings, Situation
from wnverify.judging import extremes
from wnverify.judging.comparison import known_up_to_a_factor, oriented_ratio, scale_of
from wnverify.judging.compiled import Compiled, compiled, stated
from wnverify.judging.evaluation import Evaluation
from wnverify.judging.formula import Values, function
from wnverify.quantities import Route, Side


@dataclass(frozen=True)
class Candidate:
    """One instance with its judgement: the best of a search, or a counterexample in the making.

    Args:
        ratio: more than 1 is a violation.
        lhs: left side as measured.
        rhs: right side as measured.
        batch: the instance.
        situation: its shape and settings.
        found: how it was found, in words.
    """

    ratio: float
    lhs: float
    rhs: float
    batch: Batch
    situation: Situation
    found: str


@dataclass(frozen=True)
class Judgement:
    """A claim evaluated on B instances.

    Args:
        lhs: left sides (B,).
        rhs: right sides (B,).
        ratio: (B,), oriented so that more than 1 is a violation; for an identity the relative defect over
            the claim's tolerance. NaN where the sides could not be evaluated.
        met: for each hypothesis, where it holds (B,).
        limit: the ratio above which rounding no longer explains a violation.
        values: the measured symbols of the claim and its hypotheses, each (B,).
        small: the side that must be the smaller, (B,), once what both sides share is taken away.
        large: the other side; for an equation both are the sides as they stand.
    """

    lhs: FloatArray
    rhs: FloatArray
    ratio: FloatArray
    met: Mapping[str, BoolArray]
    limit: float
    values: Values
    small: FloatArray
    large: FloatArray

    @cached_property
    def admissible(self) -> BoolArray:
        """Where every hypothesis holds."""
        everywhere: BoolArray = np.ones(self.ratio.shape, dtype=bool)
        return reduce(np.logical_and, self.met.values(), everywhere)

    @cached_property
    def accepted(self) -> BoolArray:
        """Where every hypothesis holds and the sides could be compared: what counts, either way."""
        return self.admissible & ~np.isnan(self.ratio)

    @cached_property
    def unevaluated(self) -> BoolArray:
        """Where every hypothesis holds and the sides could not be compared: beyond the range of numbers."""
        return self.admissible & np.isnan(self.ratio)

    @cached_property
    def trivial(self) -> BoolArray:
        """Where an inequality says nothing: the side to be the smaller is not positive, or the larger is infinite."""
        return self.ratio == 0.0 if self.limit != 1.0 else np.zeros(self.ratio.shape, bool)

    @cached_property
    def promise(self) -> FloatArray:
        """What a search raises, (B,): the ratio, carried on below 0 where the smaller side is negative.

        Instances that are not admissible, and ratios that are no number, come last.
        """
        found = self.ratio
        if self.limit != 1.0 and (self.small < 0.0).any():
            with np.errstate(all="ignore"):
                below = np.where(self.large > 0.0, self.small / self.large, self.small)
            found = np.where((found == 0.0) & (self.small < 0.0), below, found)
        return np.where(self.accepted, found, -np.inf)

    def candidate(self, index: int, one: Batch, situation: Situation, found: str) -> Candidate:
        """What was judged at one position, with the instance that stands there."""
        ratio, lhs, rhs = (float(values[index]) for values in (self.ratio, self.lhs, self.rhs))
        return Candidate(ratio, lhs, rhs, one, situation, found)


class Judge:
    """Evaluates one claim; compiled once for all batches of the same settings.

    Args:
        claim: the claim, stated for the family's default settings.
        family: the family, which knows the rescalings and the routes of every quantity.
        literal: take the claim as it stands under all settings, without a rescaling.
    """

    def __init__(self, claim: Claim, family: Family, *, literal: bool = False) -> None:
        self.claim, self.family, self.literal = claim, family, literal
        self._compiled: dict[tuple[str, ...], Compiled] = {}

    def __call__(self, batch: Batch, route: str = "measure") -> Judgement:
        """Evaluate both sides and every hypothesis.

        Args:
            batch: B instances.
            route: "measure" for the closed forms, "second" for the independent route, "lower" for cheaper lower
                estimates where those are sound.

        Raises:
            TheoremFileError: if a side is not a real number on an instance that meets the hypotheses.
        """
        claim = self._for(batch.settings)
        with np.errstate(all="ignore"):
            values, formulas = self._evaluated(claim, batch, route)
            lhs, rhs, small, large = map(formulas, (claim.lhs, claim.rhs, *claim.sides))
            met = formulas.met(claim.given)
            ratio = self._ratio(claim, formulas, claim.main.oriented(small, large))
            suspicious = claim.range.suspicious(values, *claim.main.oriented(small, large))
        found = Judgement(lhs, rhs, ratio, met, self.limit, values, small, large)
        return found if suspicious is None else self._again(claim, values, found, suspicious & found.admissible)

    def _evaluated(self, claim: Compiled, batch: Batch, route: str) -> tuple[Values, Evaluation]:
        """The measured symbols, and the formulas of them; all who judge the batch by that route share these."""
        low = route == "lower" and self._may_be_low and self._route(self._may_be_low).lower
        key = f"lower {self._may_be_low}" if low else "measure" if route == "lower" else route
        formulas = batch.memo((Evaluation, key), lambda: Evaluation(batch.size, self.constants))
        return formulas.values(claim.names, lambda name: self._measure(name, batch, route)), formulas

    def _ratio(self, compiled: Compiled, formulas: Evaluation, sides: tuple[FloatArray, FloatArray]) -> FloatArray:
        """The ratio in floats; a gap that is rounding beside the terms of the sides is measured against these.

        That keeps 1e-17 ≤ 0 from being an infinite violation where 1 − x ≤ 0 is meant.
        """
        lhs, rhs = sides
        if self.claim.relation == "=":
            defect = np.abs(lhs - rhs)
            scale = formulas.scale(compiled.scale) if compiled.has_terms else scale_of(lhs, rhs)
            return np.where(defect == 0.0, 0.0, defect / scale / self.claim.tolerance)
        ratio = oriented_ratio(self.claim, lhs, rhs)
        if (beyond := ratio > self.limit).any() and (compiled.cancels or beyond[(lhs == 0.0) | (rhs == 0.0)].any()):
            small, large = compiled.main.oriented(lhs, rhs)
            chosen = np.flatnonzero(beyond)
            share = (small[chosen] - large[chosen]) / formulas.scale_at(compiled.scale, chosen)
            ratio[chosen] = np.where(share <= self.claim.tolerance, 1.0 + share, ratio[chosen])
        return ratio

    def _again(self, compiled: Compiled, values: Values, found: Judgement, doubtful: BoolArray) -> Judgement:
        """The same with the doubtful ratios evaluated again; NaN where that tells nothing.

        Raises:
            TheoremFileError: if a side is no real number there.
        """
        ratio = found.ratio.copy()
        for index in map(int, np.flatnonzero(doubtful)):
            sides = extremes.rescaled(compiled.compared, values, index)
            if sides is not None:
                ratio[index] = known_up_to_a_factor(self.claim, *(np.array([side]) for side in sides))[0]
            elif self.claim.relation == "=" or not np.isposinf(found.large[index]):  # an infinite bound says nothing
                _check_real(compiled.main, found, values, index, self.constants)
                if all(np.isfinite(values[name][index]) for name in compiled.names):
                    ratio[index] = np.nan  # and what was measured as infinite is compared as such
        return replace(found, ratio=ratio)

    def gap(self, batch: Batch, route: str = "measure") -> FloatArray:
        """By what share of their terms the sides break the claim, (B,): what cancels explains no gap.

        Negative where an inequality holds. An equation is broken by any gap beyond its tolerance.
        """
        claim = self._for(batch.settings)
        with np.errstate(all="ignore"):
            _, formulas = self._evaluated(claim, batch, route)
            small, large = map(formulas, claim.sides)
            apart = np.abs(small - large) if self.claim.relation == "=" else small - large
            return np.asarray(apart / formulas.scale(claim.scale))

    @property
    def limit(self) -> float:
        """The ratio above which rounding no longer explains a violation."""
        return 1.0 if self.claim.relation == "=" else 1.0 + self.claim.tolerance

    @cached_property
    def constants(self) -> frozenset[str]:
        """The quantities that are the same for every instance of a situation."""
        known = self.family.quantities.items()
        return frozenset(name for name, quantity in known if quantity.source.of_situation)

    def rescaling(self, settings: Settings) -> Mapping[sympy.Symbol, Any]:
        """What to substitute in the claim under these settings."""
        return {} if self.literal else self.family.rescaling(settings)

    def stated(self, settings: Settings) -> Claim:
        """The claim as it reads under these settings."""
        return stated(self.claim, self.rescaling(settings))

    def side(self, name: str) -> Side:
        """How the measured value of a quantity lies to the true one."""
        return self._route(name).side

    def measured(self, names: Iterable[str], batch: Batch, route: str = "measure") -> Values:
        """The named quantities of the family, measured on B instances."""
        return {name: self._measure(name, batch, route) for name in names}

    def chance(self, batch: Batch) -> FloatArray:
        """The probability that the claim promises, (B,); 1 for a sure statement, 0 where it promises nothing.

        Raises:
            TheoremFileError: if it is no number, or more than 1.
        """
        probability = self.stated(batch.settings).probability
        if probability is None:
            return np.ones(batch.size)
        names = sorted(symbol.name for symbol in probability.free_symbols)
        values = {name: self._measure(name, batch, "measure") for name in names}
        with np.errstate(all="ignore"):
            found = function(probability)(values or {"": np.ones(batch.size)})
        bad = np.flatnonzero(~(found <= 1.0))
        if bad.size:
            where = ", ".join(f"{name}={value[bad[0]]:.6g}" for name, value in values.items())
            got = f"{found[bad[0]]:.6g}{' at ' if where else ''}{where}"
            raise TheoremFileError(expected(f"a probability of at most 1 from {probability}", got))
        return np.maximum(found, 0.0)

    @cached_property
    def is_square(self) -> bool:
        """Whether the claim measures what takes the square of an instance's numbers in memory: a dense Hessian."""
        return any(self._route(symbol.name).square for symbol in self.claim.free_symbols)

    @property
    def has_slope(self) -> bool:
        """Whether every quantity of an inequality offers a derivative, or has none to offer."""
        return self.claim.relation != "=" and all(
            self.family.quantities[symbol.name].source.of_situation or self._route(symbol.name).gradient is not None
            for symbol in self.claim.main.free_symbols
        )

    def slope(self, batch: Batch) -> dict[str, FloatArray]:
        """Derivative of log(lhs/rhs), oriented towards a violation, with respect to the batch's arrays.

        Where a side is not positive, that of the ratio itself, up to a positive factor an instance.
        """
        claim = self._for(batch.settings)
        total: dict[str, FloatArray] = {}
        with np.errstate(all="ignore"):
            # derivatives first: what they compute (eigenvectors, say) gives the values for nothing
            known = {name: gradient(batch) for name in claim.symbols if (gradient := self._route(name).gradient)}
            pieces = {name: found for name, found in known.items() if found}
            _, formulas = self._evaluated(claim, batch, "lower")
            weights = formulas.slopes(claim, list(pieces)) if pieces else ()
            for weight, found in zip(weights, pieces.values(), strict=True):
                for array, piece in found.items():
                    total[array] = total.get(array, 0.0) + weight * piece
        return total

    def foreseen(self, settings: Settings, values: Values) -> FloatArray:
        """The ratio at numbers that nothing was measured for, (B,): how the formulas alone change with them."""
        claim = self._for(settings)
        with np.errstate(all="ignore"):
            formulas = Evaluation(next(iter(values.values())).size)
            formulas.values(claim.symbols, values.__getitem__)
            return oriented_ratio(self.claim, *claim.main.oriented(*map(formulas, claim.sides)))

    def _for(self, settings: Settings) -> Compiled:
        key = tuple(settings.values())
        if key not in self._compiled:
            self._compiled[key] = compiled(self.stated(settings), self.constants)
        return self._compiled[key]

    @cached_property
    def _may_be_low(self) -> str:
        """The quantity of which a lower estimate can only make a violation harder; empty if there is none.

        It alone is the side that must be the smaller, of `<=` and `<`, and it occurs nowhere else.
        """
        claim = self.claim
        if claim.relation not in ("<=", "<") or not claim.lhs.is_Symbol:
            return ""
        elsewhere = claim.rhs.free_symbols.union(*(hypothesis.free_symbols for hypothesis in claim.given.values()))
        return "" if claim.lhs.name in {symbol.name for symbol in elsewhere} else str(claim.lhs.name)

    def _route(self, name: str) -> Route:
        route = self.family.quantities[name].route
        if route is None:
            raise TheoremFileError(expected("a measurable quantity", name, "it is only a parameter of statements"))
        return route

    def _measure(self, name: str, batch: Batch, route: str) -> FloatArray:
        chosen = self._route(name)
        if route == "lower" and chosen.lower is not None and name == self._may_be_low:
            return batch.memo(f"lower {name}", lambda: chosen.lower(batch))  # type: ignore[misc]  # not None here
        if route == "second" and chosen.second is not None:
            return batch.memo(f"second {name}", lambda: chosen.second(batch))  # type: ignore[misc]  # not None here
        return batch.measured(name, chosen.measure)


def _check_real(main: Relation, found: Judgement, values: Values, index: int, constants: frozenset[str]) -> None:
    for expression, side in ((main.lhs, found.lhs), (main.rhs, found.rhs)):
        if np.isfinite(side[index]) or not extremes.undefined(expression, values, index, constants):
            continue
        text = str(expression)
        short = text if len(text) < 80 else f"{text[:77]}..."
        names = {symbol.name for symbol in expression.free_symbols}
        where = ", ".join(f"{name}={float(v[index]):.6g}" for name, v in values.items() if name in names)
        remedy = f"it is undefined at {where}" if where else "it is undefined, whatever the instance"
        raise TheoremFileError(expected(f"a real number from {short}", f"{side[index]:g}", remedy))
