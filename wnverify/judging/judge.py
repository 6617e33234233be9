"""Judge: evaluates a claim on a batch of instances, and the slope along which a claim is easiest to break."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from typing import Any, TypeAlias

import numpy as np
import sympy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.claim import Claim, Relation
from wnverify.errors import TheoremFileError, expected
from wnverify.family import Family, Settings, Situation
from wnverify.quantity import Route, Side

Values: TypeAlias = Mapping[str, FloatArray]
Function: TypeAlias = Callable[[Values], FloatArray]
MODULES = ["scipy", "numpy"]
LONGEST = 1000
"""Bits of an integer that is certainly a double."""


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
            the claim's tolerance.
        met: for each hypothesis, where it holds (B,).
        limit: the ratio above which rounding no longer explains a violation.
    """

    lhs: FloatArray
    rhs: FloatArray
    ratio: FloatArray
    met: Mapping[str, BoolArray]
    limit: float

    @property
    def accepted(self) -> BoolArray:
        """Where every hypothesis holds."""
        everywhere: BoolArray = np.ones(self.ratio.shape, dtype=bool)
        return reduce(np.logical_and, self.met.values(), everywhere)

    @property
    def trivial(self) -> BoolArray:
        """Where the claim says nothing: a left side of zero under a bound, or an infinite bound."""
        return (self.ratio == 0.0) | np.isposinf(self.rhs) if self.limit != 1.0 else np.zeros(self.ratio.shape, bool)

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
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def __call__(self, batch: Batch, route: str = "measure") -> Judgement:
        """Evaluate both sides and every hypothesis.

        Args:
            batch: B instances.
            route: "measure" for the closed forms, "second" for the independent route, "lower" for cheaper lower
                estimates where those are sound.

        Raises:
            TheoremFileError: if a side is not a real number on an instance that meets the hypotheses.
        """
        compiled = self._for(batch.settings)
        with np.errstate(all="ignore"):
            values = self.measured(compiled.names, batch, route)
            lhs, rhs = compiled.lhs(values), compiled.rhs(values)
            met = {name: holds(values) for name, holds in compiled.given.items()}
            ratio = oriented_ratio(self.claim, lhs, rhs)
        found = Judgement(lhs, rhs, ratio, met, self.limit)
        _check_real(found, self.claim, values)
        return found

    @property
    def limit(self) -> float:
        """The ratio above which rounding no longer explains a violation."""
        return 1.0 if self.claim.relation == "=" else 1.0 + self.claim.tolerance

    def rescaling(self, settings: Settings) -> Mapping[sympy.Symbol, Any]:
        """What to substitute in the claim under these settings."""
        return {} if self.literal else self.family.rescaling(settings)

    def stated(self, settings: Settings) -> Claim:
        """The claim as it reads under these settings."""
        rescaling = self.rescaling(settings)
        return self.claim.substitute(rescaling) if rescaling else self.claim

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

    @property
    def has_slope(self) -> bool:
        """Whether every quantity of an inequality offers a derivative, or has none to offer."""
        return self.claim.relation != "=" and all(
            self.family.quantities[symbol.name].source.of_situation or self._route(symbol.name).gradient is not None
            for symbol in self.claim.main.free_symbols
        )

    def slope(self, batch: Batch) -> dict[str, FloatArray]:
        """Derivative of log(lhs/rhs), oriented towards a violation, with respect to the batch's arrays."""
        compiled = self._for(batch.settings)
        total: dict[str, FloatArray] = {}
        with np.errstate(all="ignore"):
            # derivatives first: what they compute (eigenvectors, say) gives the values for nothing
            names = sorted(symbol.name for symbol in compiled.main.free_symbols)
            gradients = {name: gradient(batch) for name in names if (gradient := self._route(name).gradient)}
            values = self.measured(compiled.names, batch, "lower")
            for name, pieces in gradients.items():
                weight = _log_slope(compiled, values, name) if pieces else np.zeros(batch.size)
                for array, piece in pieces.items():
                    total[array] = total.get(array, 0.0) + weight * piece
        return total

    def _for(self, settings: Settings) -> _Compiled:
        key = tuple(settings.values())
        if key not in self._compiled:
            self._compiled[key] = _compile(self.stated(settings))
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


@dataclass(frozen=True)
class _Compiled:
    names: tuple[str, ...]
    lhs: Function
    rhs: Function
    given: Mapping[str, Callable[[Values], BoolArray]]
    main: Relation


def _compile(claim: Claim) -> _Compiled:
    names = tuple(sorted(symbol.name for symbol in claim.free_symbols))
    given = {name: _predicate(hypothesis) for name, hypothesis in claim.given.items()}
    return _Compiled(names, function(claim.lhs), function(claim.rhs), given, claim.main)


def _log_slope(compiled: _Compiled, values: Values, name: str) -> FloatArray:
    """∂ log(lhs/rhs)/∂(one value), oriented towards a violation.

    By central differences of the two sides, good to nine digits: an ascent needs no more, and the symbolic
    derivative of a long bound takes seconds to compile.
    """
    at = values[name]
    step = 1e-6 * np.where(at == 0.0, 1e-3, np.abs(at))
    up, down = {**values, name: at + step}, {**values, name: at - step}
    total = np.zeros(at.shape)
    for sign, part in zip((1.0, -1.0), compiled.main.oriented(compiled.lhs, compiled.rhs), strict=True):
        total += sign * (part(up) - part(down)) / (2.0 * step * part(values))
    return np.nan_to_num(total, nan=0.0, posinf=0.0, neginf=0.0)


# The compiled functions depend on the formula alone, and every check of a theorem asks for the same ones.
@lru_cache(maxsize=512)
def function(expression: sympy.Expr) -> Function:
    """A formula as a function of named values, each (B,); compiled by sympy."""
    symbols = sorted(expression.free_symbols, key=lambda symbol: symbol.name)
    long = {number: sympy.Float(number, 17) for number in expression.atoms(sympy.Rational) if _is_long(number)}
    raw = sympy.lambdify(symbols, expression.xreplace(long) if long else expression, modules=MODULES, cse=True)
    names = [symbol.name for symbol in symbols]

    def evaluate(values: Values) -> FloatArray:
        size = next(iter(values.values())).shape
        return np.broadcast_to(np.asarray(raw(*(values[name] for name in names)), dtype=np.float64), size)

    return evaluate


def _is_long(number: sympy.Rational) -> bool:
    """Whether Python's integers of it may be no doubles, so that its decimals are written instead."""
    return max(abs(number.p), number.q).bit_length() > LONGEST


def _predicate(hypothesis: Relation) -> Callable[[Values], BoolArray]:
    lhs, rhs = function(hypothesis.lhs), function(hypothesis.rhs)
    return lambda values: fulfilled(hypothesis, lhs(values), rhs(values))


def fulfilled(hypothesis: Relation, lhs: FloatArray, rhs: FloatArray) -> BoolArray:
    """Where a hypothesis holds, up to rounding of its sides unless it is strict."""
    slack = 1e-12 * np.nan_to_num(np.maximum(np.abs(lhs), np.abs(rhs)), posinf=0.0)
    if hypothesis.relation == "=":
        return np.asarray(np.abs(lhs - rhs) <= slack)
    small, large = hypothesis.oriented(lhs, rhs)
    return np.asarray(small < large if hypothesis.is_strict else small <= large + slack)


def oriented_ratio(claim: Claim, lhs: FloatArray, rhs: FloatArray) -> FloatArray:
    """More than 1 exactly where the relation fails, whatever the signs of the two sides.

    Both sides positive: lhs/rhs. Both negative: rhs/lhs. A bound of the wrong sign: infinite. 0 ≤ 0 and ∞ ≤ ∞ count
    as a trivial 0.
    """
    if claim.relation == "=":
        return np.abs(lhs - rhs) / scale_of(lhs, rhs) / claim.tolerance
    small, large = claim.main.oriented(lhs, rhs)
    both_negative = (small < 0) & (large < 0)
    plain = np.where(both_negative, large / small, np.maximum(small, 0.0) / large)
    wrong_sign = (large < 0) & (small >= 0) | (large == 0) & (small > 0)
    says_nothing = (small <= 0) & (large >= 0) | np.isposinf(large)
    plain = np.where(wrong_sign, np.inf, np.where(says_nothing, 0.0, plain))
    return np.where(np.isnan(lhs) | np.isnan(rhs), np.nan, plain)


def scale_of(lhs: FloatArray, rhs: FloatArray) -> FloatArray:
    """What the defect of an equation is relative to: the larger side; 1 where the claim is that something is 0."""
    return np.where(rhs == 0.0, 1.0, np.maximum(np.abs(lhs), np.abs(rhs)))


def _check_real(found: Judgement, claim: Claim, values: Values) -> None:
    for expression, side in ((claim.lhs, found.lhs), (claim.rhs, found.rhs)):
        bad = np.flatnonzero(found.accepted & np.isnan(side))
        if bad.size:
            text = str(expression)
            short = text if len(text) < 80 else f"{text[:77]}..."
            where = ", ".join(f"{name}={float(value[bad[0]]):.6g}" for name, value in values.items())
            raise TheoremFileError(expected(f"a real number from {short}", "nan", f"it is undefined at {where}"))
