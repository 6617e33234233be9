"""Edits: a bound with every constant scaled, and every exponent shifted, by a parameter of its own."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

LONGEST = 48
"""Of the surrounding expression that is quoted to say which constant is meant."""


@dataclass(frozen=True)
class Edit:
    """One place of a bound made variable.

    Args:
        words: what is edited.
        parameter: the symbol that stands there.
        unchanged: its value that gives the bound itself back: 1 for a factor, 0 for a shift of an exponent.
    """

    words: str
    parameter: sympy.Symbol
    unchanged: float


def variable(bound: sympy.Expr) -> tuple[sympy.Expr, list[Edit]]:
    """The bound with a parameter in every place, and the places.

    Equal subexpressions share their parameters: a constant of C is edited wherever C stands. A number such as
    2/√3 counts as one constant.

    >>> x = sympy.Symbol("x", positive=True)
    >>> sorted(edit.words for edit in variable(3 / x**2 + sympy.sqrt(2))[1])
    ['constant 3 in 3/x**2', 'constant sqrt(2)', 'exponent of x**(-2)']
    """
    rebuild = _Rebuild({}, [])
    found = rebuild(bound)
    return found, rebuild.edits


@dataclass
class _Rebuild:
    """Walks a formula once; the parts seen before are reused, parameters and all."""

    seen: dict[sympy.Expr, sympy.Expr]
    edits: list[Edit]

    def __call__(self, node: sympy.Expr) -> sympy.Expr:
        if node not in self.seen:
            self.seen[node] = self._new(node)
        return self.seen[node]

    def _new(self, node: sympy.Expr) -> sympy.Expr:
        if node in (sympy.S.NegativeOne, sympy.oo, sympy.nan):
            return node
        if node.is_number:
            return node * self._parameter(f"constant {node}", 1.0)
        if isinstance(node, sympy.Pow) and node.base.is_Symbol and node.exp.is_number:
            return node.base ** (node.exp + self._parameter(f"exponent of {node}", 0.0))
        if not node.args:
            return node
        if isinstance(node, sympy.Pow) and node.exp.is_number:
            return self(node.base) ** node.exp
        constant, others = _split(node)
        parts = [self(part) for part in others]
        if constant is not None:
            place = f" in {node}" if node.is_Mul and len(str(node)) <= LONGEST else ""
            parts.append(constant * self._parameter(f"constant {constant}{place}", 1.0))
        return node.func(*parts)

    def _parameter(self, words: str, unchanged: float) -> sympy.Symbol:
        parameter = sympy.Symbol(f"edit_{len(self.edits)}", real=True)
        self.edits.append(Edit(words, parameter, unchanged))
        return parameter


def _split(node: sympy.Expr) -> tuple[sympy.Expr | None, list[sympy.Expr]]:
    """The numeric part of a sum or product as one number (no part for 1 and −1 in a product), and the rest."""
    if not (node.is_Add or node.is_Mul):
        return None, list(node.args)
    numbers = [part for part in node.args if part.is_number]
    others = [part for part in node.args if not part.is_number]
    constant = node.func(*numbers)
    if not numbers or (node.is_Mul and abs(constant) == 1):
        return None, list(node.args)
    return constant, others
