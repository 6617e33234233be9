"""Compiled: a claim as nodes, made once for all who judge the same claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import sympy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.claim import Claim, Relation
from wnverify.judging import extremes, terms
from wnverify.judging.comparison import fulfilled
from wnverify.judging.formula import node
from wnverify.judging.nodes import Node
from wnverify.judging.separate import separated, without_factors

BARELY = 1e-3
"""Sides further apart than by this share are not what rounding has left of equal ones."""


@dataclass(frozen=True, eq=False)
class Predicate:
    """A hypothesis; one for all claims that have it, compared by identity.

    Args:
        relation: the hypothesis.
        lhs: its left side.
        rhs: its right side.
    """

    relation: Relation
    lhs: Node
    rhs: Node

    @cached_property
    def cancels(self) -> bool:
        """Whether a side may be much smaller than its terms."""
        return terms.cancels(self.relation.lhs) or terms.cancels(self.relation.rhs)

    @cached_property
    def scale(self) -> terms.Scale:
        """What a gap between the sides is relative to; compiled only where it is asked for."""
        return terms.Scale(self.relation)

    def holds(self, left: Any, right: Any, scale: Callable[[terms.Scale], FloatArray]) -> BoolArray:
        """Where it holds; what is missed but for a little is held against the terms of the sides.

        Args:
            left: the value of the left side, for all instances or for each.
            right: that of the right side.
            scale: evaluates the scale at the same instances.
        """
        met = fulfilled(self.relation, left, right)
        if self.relation.is_strict or met.all():
            return met
        close = np.abs(left - right) <= BARELY * np.maximum(np.abs(left), np.abs(right))
        close = close | (left == 0.0) | (right == 0.0)
        if (close & ~met).any() and self.cancels:
            return met | fulfilled(self.relation, left, right, scale(self.scale))
        return met


@dataclass(frozen=True, eq=False)
class Compiled:
    """A claim as nodes of named values.

    Args:
        names: the symbols of the claim and its hypotheses.
        lhs: the left side as it was written.
        rhs: the right side as it was written.
        given: the hypotheses by name.
        main: the claim.
        base: the claim without the factors that both sides share.
        compared: also without the addends.
        sides: those of `compared`, that which must be the smaller first.
    """

    names: tuple[str, ...]
    lhs: Node
    rhs: Node
    given: Mapping[str, Predicate]
    main: Relation
    base: Relation
    compared: Relation
    sides: tuple[Node, Node]

    @cached_property
    def symbols(self) -> list[str]:
        """The symbols of the claim without its hypotheses."""
        return sorted(symbol.name for symbol in self.main.free_symbols)

    @cached_property
    def cancels(self) -> bool:
        """Whether a side may be much smaller than its terms, addends that both sides share included."""
        return self.compared != self.base or terms.cancels(self.base.lhs) or terms.cancels(self.base.rhs)

    @cached_property
    def has_terms(self) -> bool:
        """Whether the sides alone do not tell what their defect is relative to: they cancel, or one is to be 0."""
        atoms = terms.is_atom(self.main.lhs) and terms.is_atom(self.main.rhs)
        return self.cancels or (not atoms and 0 in (self.main.lhs, self.main.rhs))

    @cached_property
    def scale(self) -> terms.Scale:
        """What a gap between the sides is relative to; compiled only where it is asked for."""
        return terms.Scale(self.base, either=True)

    @cached_property
    def range(self) -> extremes.Range:
        """Which sides may be beyond the range of floats."""
        return extremes.Range(self.compared)


class _Content(NamedTuple):
    """What makes two claims the same; unlike a claim it can be a key."""

    main: Relation
    given: tuple[tuple[str, Relation], ...]
    probability: sympy.Expr | None
    tolerance: float


Replacement: TypeAlias = Mapping[sympy.Symbol, Any]


def stated(claim: Claim, rescaling: Replacement) -> Claim:
    """The claim with symbols replaced; many settings replace them alike, and every check of a theorem asks again."""
    if not rescaling:
        return claim
    return _stated(_content(claim), frozenset((old, sympy.sympify(new)) for old, new in rescaling.items()))


def compiled(claim: Claim, constants: frozenset[str]) -> Compiled:
    """The claim as nodes.

    Args:
        claim: the claim as it is stated under some settings.
        constants: the symbols of the family that are the same for every instance of a situation; two families may
            share a symbol and differ in that.
    """
    return _compiled(_content(claim), constants)


def _content(claim: Claim) -> _Content:
    return _Content(claim.main, tuple(claim.given.items()), claim.probability, claim.tolerance)


@lru_cache(maxsize=512)
def _stated(content: _Content, rescaling: frozenset[tuple[sympy.Symbol, sympy.Expr]]) -> Claim:
    main, chance, new = content.main, content.probability, dict(rescaling)
    given = {name: _rescaled_relation(relation, new) for name, relation in content.given}
    lhs, rhs = _rescaled(main.lhs, new), _rescaled(main.rhs, new)
    probability = None if chance is None else _rescaled(chance, new)
    return Claim(lhs, main.relation, rhs, given, probability, content.tolerance)


def _rescaled_relation(relation: Relation, new: Replacement) -> Relation:
    return Relation(_rescaled(relation.lhs, new), relation.relation, _rescaled(relation.rhs, new))


def _rescaled(expression: sympy.Expr, new: Replacement) -> sympy.Expr:
    """Symbols replaced, all at once; sympy would compare all the bounds of a minimum anew, which takes seconds."""
    if expression in new or not expression.args:
        return new.get(expression, expression)
    parts = [_rescaled(part, new) for part in expression.args]
    if all(one is other for one, other in zip(parts, expression.args, strict=True)):
        return expression
    extreme = isinstance(expression, sympy.Min | sympy.Max)
    return expression.func(*parts, evaluate=False) if extreme else expression.func(*parts)


@lru_cache(maxsize=512)
def _compiled(content: _Content, constants: frozenset[str]) -> Compiled:
    main, given = content.main, {name: _predicate(hypothesis, constants) for name, hypothesis in content.given}
    chance = frozenset() if content.probability is None else content.probability.free_symbols
    symbols = main.free_symbols.union(chance, *(relation.free_symbols for _, relation in content.given))
    names = tuple(sorted(symbol.name for symbol in symbols))
    base = without_factors(main)
    compared = separated(base)
    sides = compared.oriented(node(compared.lhs), node(compared.rhs))
    return Compiled(names, node(main.lhs), node(main.rhs), given, main, base, compared, sides)


@lru_cache(maxsize=2048)
def _predicate(hypothesis: Relation, constants: frozenset[str]) -> Predicate:
    return Predicate(hypothesis, node(hypothesis.lhs), node(hypothesis.rhs))
