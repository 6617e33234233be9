"""Definedness: what must be proved of single expressions so that the whole is a finite real number everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy

from wnverify.symbolic.goal import Goal
from wnverify.symbolic.orthant import WORK, Effort
from wnverify.symbolic.proof.domain import Box, Domain
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.proof.verify import Statement, certified
from wnverify.symbolic.prove import at_most
from wnverify.symbolic.region import Region

ZERO = sympy.Integer(0)
SHARE = 50


@dataclass(frozen=True)
class Ground:
    """A region, and the lemmas by which everything asked about is defined on it."""

    region: Region
    lemmas: tuple[tuple[sympy.Expr, Proof], ...] = ()

    def covers(self, *expressions: sympy.Expr) -> bool:
        """Whether all of them are shown to be defined on the whole region."""
        return self.region.place.defined(*expressions)

    def proved(self, statement: Statement, proof: Proof | None) -> Proof | None:
        """The whole proof, if the independent checker accepts it."""
        if proof is None:
            return None
        if self.lemmas:
            proof = Proof("defined", (proof,), {"at least": dict(self.region.known)}, self.lemmas)
        return certified(statement, self.region.box, proof)


def ground(expressions: Iterable[sympy.Expr], box: Box) -> Ground:
    """The box, with a lemma for every base, root and logarithm whose sign exact intervals do not show.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> [str(about) for about, _ in ground([1 / (x**2 - x + 1)], box_of([x])).lemmas]
    ['x**2 - x + 1']
    """
    return _grounded(tuple(expressions), tuple(box.items()))


@lru_cache(maxsize=16)
def _grounded(expressions: tuple[sympy.Expr, ...], domains: tuple[tuple[sympy.Symbol, Domain], ...]) -> Ground:
    box = dict(domains)
    found = Ground(Region(box))
    for expression in expressions:
        for node in sympy.postorder_traversal(expression):
            if not node.free_symbols <= set(box):  # inside a sum
                continue
            if found.region.enclose(node) is None and (hazard := _hazard(node)) is not None:
                found = _with_lemma(found, *hazard)
    return found


def _hazard(node: sympy.Expr) -> tuple[sympy.Expr, bool] | None:
    """What must not be negative for the node to be defined, and whether it must not vanish either."""
    if node.is_Pow and node.base.free_symbols and (node.exp.is_negative or not node.exp.is_Integer):
        return node.base, not node.exp.is_positive
    return (node.args[0], True) if isinstance(node, sympy.log) else None


def _with_lemma(found: Ground, expr: sympy.Expr, strict: bool) -> Ground:
    region = found.region
    if expr in region.known or region.enclose(expr) is None:
        return found
    low = _slack(expr, region) if strict else ZERO
    if low is None:
        return found
    proof = at_most(Goal(low, expr, region, Effort(WORK // SHARE)))
    if proof is None:
        return found
    return Ground(region.learned(expr, low), (*found.lemmas, (expr, proof)))


def _slack(expr: sympy.Expr, region: Region) -> sympy.Rational | None:
    """A positive number below the sampled values."""
    values = region.scouts.at(expr)
    finite = values[np.isfinite(values)]
    if not finite.size or finite.min() <= 0:
        return None
    return sympy.Integer(2) ** int(np.floor(np.log2(finite.min())) - 1)
