"""Separate: an inequality without what both of its sides share; X − Y ≤ 0 is read as X ≤ Y, and so is aX ≤ aY, a > 0.

Whoever writes a claim as a difference, or adds a constant to both sides, says the same; but the ratio of such sides
is 1, or 0 against 0, wherever the instance is, and a search that follows it goes nowhere. A common factor
may overflow.
"""

from __future__ import annotations

from functools import lru_cache

import sympy

from wnverify.claim import Relation


@lru_cache(maxsize=512)
def without_factors(relation: Relation) -> Relation:
    """The same inequality without the factors of both sides that are certainly positive.

    >>> x, y = sympy.symbols("x y", positive=True)
    >>> print(without_factors(Relation(x * sympy.exp(9 * y), "<=", 2 * y * sympy.exp(9 * y))))
    x ≤ 2*y
    """
    lhs, rhs = (sympy.Mul.make_args(side) for side in (relation.lhs, relation.rhs))
    common = {factor for factor in lhs if factor in rhs and factor.free_symbols and factor.is_positive}
    if relation.relation == "=" or not common:
        return relation
    left, right = (sympy.Mul(*(factor for factor in side if factor not in common)) for side in (lhs, rhs))
    return Relation(left, relation.relation, right)


@lru_cache(maxsize=512)
def separated(relation: Relation) -> Relation:
    """The same inequality without what both sides have in common, no side a difference compared with a number.

    An equation, and an inequality whose sides share nothing, stay as they are.

    >>> x, y = sympy.symbols("x y", positive=True)
    >>> print(separated(Relation(x - 2 * y, "<=", 0)), separated(Relation(x + 1000, "<=", 1001)))
    x ≤ 2*y x ≤ 1
    """
    if relation.relation == "=":
        return relation
    small, large = (sympy.Add.make_args(side) for side in relation.oriented(relation.lhs, relation.rhs))
    alone = relation.lhs.is_number or relation.rhs.is_number
    if not alone and not set(small) & set(large) and not all(any(t.is_number for t in s) for s in (small, large)):
        return relation
    terms = sympy.Add.make_args(sympy.Add(*small, *(-term for term in large)))
    negative = [term for term in terms if term.could_extract_minus_sign()]
    positive = [term for term in terms if term not in negative]
    if not positive or not negative or len(terms) == 1:
        return relation
    lhs, rhs = relation.oriented(sympy.Add(*positive), sympy.Add(*(-term for term in negative)))
    return Relation(lhs, relation.relation, rhs)
