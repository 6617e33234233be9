"""An expression as a list of operations, each part after its arguments: evaluating it looks nothing up.

Expressions are evaluated at hundreds of points. To find a part in a dictionary asks sympy for the hash of all of it,
which takes longer than the arithmetic; here a part is told by its place, and a number is rounded once a precision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import sympy
from flint import arb, ctx

Scope: TypeAlias = Mapping[sympy.Symbol, arb]
"""The values of the symbols."""
Places: TypeAlias = tuple[int, ...]
"""Where the values of the arguments are found."""
Operation: TypeAlias = Callable[[list[arb], Scope], arb]
"""The value of a part, from those before it."""
Rule: TypeAlias = Callable[[sympy.Expr, Places], Operation]


@dataclass(frozen=True)
class Program:
    """What is done to evaluate an expression.

    Args:
        numbers: its numbers, each to be rounded to the precision in force.
        symbols: its symbols; their places come after those of the numbers.
        operations: in order, the last one for the whole.
    """

    numbers: tuple[Callable[[], arb], ...]
    symbols: tuple[sympy.Symbol, ...]
    operations: tuple[Operation, ...]
    rounded: dict[int, list[arb]] = field(default_factory=dict, compare=False, repr=False)

    def value(self, scope: Scope) -> arb:
        """The value at a point, at the precision in force.

        Raises:
            KeyError: a symbol has no value.
        """
        if ctx.prec not in self.rounded:
            self.rounded[ctx.prec] = [number() for number in self.numbers]
        values = [*self.rounded[ctx.prec], *[scope[symbol] for symbol in self.symbols]]
        for operation in self.operations:
            values.append(operation(values, scope))
        return values[-1]


@dataclass
class Writer:
    """Writes the program of an expression.

    Args:
        rule: of a compound part.
        number: of a part without arguments that is no symbol.
        is_whole: whether a part is evaluated as a whole, without its arguments.
    """

    rule: Callable[[sympy.Expr], Rule]
    number: Callable[[sympy.Expr], Callable[[], arb]]
    is_whole: Callable[[sympy.Expr], bool]

    def program(self, expr: sympy.Expr) -> Program:
        """The operations that evaluate an expression, its common parts once."""
        rules, order = self._in_order(expr)
        symbols = [part for part in order if part.is_Symbol]
        numbers = [part for part in order if not part.args and not part.is_Symbol]
        place = {
            part: index for index, part in enumerate([*numbers, *symbols, *(each for each in order if each.args)])
        }
        return Program(
            tuple(map(self.number, numbers)),
            tuple(symbols),
            tuple(rules[part](part, self._places(part, place)) for part in order if part.args),
        )

    def _places(self, part: sympy.Expr, place: Mapping[sympy.Basic, int]) -> Places:
        return () if self.is_whole(part) else tuple(place[each] for each in part.args)

    def _in_order(self, expr: sympy.Expr) -> tuple[dict[sympy.Expr, Rule], list[sympy.Expr]]:
        """The rules of the compound parts, and all parts once, each after its arguments."""
        rules: dict[sympy.Expr, Rule] = {}
        found: dict[sympy.Expr, None] = {}
        open_ends = [expr]
        while open_ends:
            part = open_ends[-1]
            if part.args and part not in rules:
                rules[part] = self.rule(part)  # of the whole first: that has the name which a reader knows
                open_ends += () if self.is_whole(part) else reversed(part.args)
            else:
                found[open_ends.pop()] = None
        return rules, list(found)
