"""Proof: a certificate as plain data, a tree of named rules with the expressions that each of them needs.

Whatever finds a proof writes it down in this form; the checker (`verify`) recomputes every consequence itself and
takes nothing from it but the choices: where a box is cut, what takes the place of what, how a polynomial is split.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy


@dataclass(frozen=True)
class Proof:
    """One step: the rule, the proofs of what it rests on, and the choices that it makes.

    Args:
        rule: the name of the rule; `RULES` says each in words.
        parts: the proofs of the goals that the rule leaves.
        data: the choices, by name: expressions, symbols, tuples of them.
        facts: proofs of auxiliary statements about subexpressions (signs of derivatives, definedness).
    """

    rule: str
    parts: tuple[Proof, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[tuple[sympy.Expr, Proof], ...] = ()


def phrase(proof: Proof) -> str:
    """How the proof goes, in a phrase.

    >>> phrase(Proof("cut", (Proof("signs"), Proof("same"))))
    '2 cases, by identity, signs of exact intervals'
    """
    if proof.rule in _TRANSPARENT:
        return phrase(proof.parts[0])
    if proof.rule in _SAID:
        inner = ", ".join(sorted({phrase(part) for part in proof.parts}))
        return _SAID[proof.rule].format(inner=inner, count=len(proof.parts), **proof.data)
    if proof.rule == "case":
        inner = ", ".join(sorted({phrase(part) for part in proof.parts}))
        return f"every case of {proof.data['node'].func.__name__}, by {inner}"
    slopes = [f"sign of the derivative of {about}" for about, fact in proof.facts if fact.rule == "derivative"]
    return "; ".join(dict.fromkeys(slopes)) or RULES[proof.rule]


_SAID: Mapping[str, str] = {
    "cut": "{count} cases, by {inner}",
    "sorted": "either order of {first} and {second}, by {inner}",
    "absent": "{symbol} does not occur in it",
    "both": "f({later}) − f({symbol}) vanishes identically",
    "growth": "{argument}",
    "steps": "sign of f({symbol} + 1) − f({symbol}): {inner}",
}
_TRANSPARENT = ("claim", "which", "weaken", "unroot", "defined", "swap", "abstract")
RULES: Mapping[str, str] = {
    "same": "identity",
    "signs": "signs of exact intervals",
    "cut": "the box is cut",
    "case": "every argument of a minimum or maximum",
    "which": "one argument is the minimum or maximum",
    "weaken": "a part gives way to a bound of it",
    "scale": "comparison of like terms",
    "factor": "comparison of like terms",
    "terms": "comparison of like terms",
    "power": "comparison of like terms",
    "function": "comparison of like terms",
    "logarithms": "the logarithms of both sides are compared",
    "unroot": "a square root takes the place of its symbol",
    "swap": "another form of the same expression",
    "shift": "shift certificate",
    "coefficients": "no coefficient is negative",
    "root": "a square root is eliminated",
    "halves": "the orthant is cut at 1",
    "ordered": "the orthant is cut where two coordinates are equal",
    "grow": "growth from the lower end",
    "sorted": "the larger of two symbols is the smaller and something ≥ 0",
    "abstract": "a symbol takes the place of a part",
    "through": "by a part through which alone the symbol enters",
    "defined": "real and finite on the whole box",
    "trend": "trends of all terms and factors agree",
    "derivative": "sign of the derivative",
    "expanded": "written out as a sum",
    "base": "written as a power",
    "logarithm": "its logarithm moves the same way",
    "steps": "sign of the step from one integer to the next",
    "absent": "the symbol does not occur",
    "both": "it is at most and at least the same at another value of the symbol",
    "growth": "exact leading term",
    "expansion": "expansion in powers",
    "continuous": "defined and continuous up to the place",
    "bounded": "bounded towards every end, defined and continuous between",
}
