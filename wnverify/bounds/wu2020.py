"""Formulas for least squares under weight normalization, after Wu et al. (arXiv:1911.07956), each written once.

Notation: gain g and direction w at the start, om = ‖P_⊥w‖, X = ‖A⁺y‖, and c = rate_g/rate_w, the only way in
which the learning rates enter a limit.
"""

from __future__ import annotations

from functools import cache

import sympy
from sympy import exp

from wnverify.families.least_squares.state import A_norm, X, error_norm, g, om, rate_g, rate_w, target_norm

RATIO = sympy.Symbol("c", positive=True)
"""c as a symbol of its own: replacing rate_g by c·rate_w shows that a formula depends on the ratio only."""
ONLY_RATIO = {rate_g: RATIO * rate_w}
"""To be `given` to `free_of(rate_w)`."""


def ratio() -> sympy.Expr:
    """c = rate_g/rate_w.

    >>> ratio()
    rate_g/rate_w
    """
    return rate_g / rate_w


def null_square(square: sympy.Expr, exponent: sympy.Expr = sympy.S.One) -> sympy.Expr:
    """om² e^{(g² − s)/c}, the squared norm of P_⊥w where the squared gain is s.

    Args:
        square: s.
        exponent: a factor in the exponent; 1 is right.
    """
    return om**2 * exp(exponent * (g**2 - square) / ratio())


BELOW_ONE = {"k below 1": (null_square(X**2), "<", 1)}
"""The hypothesis k = om² e^{(g² − X²)/c} < 1."""


def gain_floor() -> sympy.Expr:
    """(‖y‖ − ‖gAw − y‖)/‖A‖₂, below which the gain does not fall.

    >>> gain_floor()
    (-error_norm + target_norm)/A_norm
    """
    return (target_norm - error_norm) / A_norm


def distance_upper() -> sympy.Expr:
    """X² k/(1 − k) with k = om² e^{(g² − X²)/c}."""
    k = null_square(X**2)
    return X**2 * k / (1 - k)


def distance_lower() -> sympy.Expr:
    """X² k₁/(1 − k₁) with k₁ = om² e^{(g² − X²/(1−k))/c}."""
    k = null_square(X**2 / (1 - null_square(X**2)))
    return X**2 * k / (1 - k)


def small_flow(rows: int = 1) -> tuple[list[sympy.Symbol], sympy.Expr, list[sympy.Expr], sympy.Expr]:
    """The flow for A with one or two rows and one column more, written out in symbols.

    Args:
        rows: 1 for A = (a₁, a₂), 2 for a 2×3 matrix.

    Returns:
        The symbols (g, w₁, …), g′, w′, and ⟨z, w⟩ for the vector z of minors of A, which spans its kernel.
    """
    A = sympy.Matrix(rows, rows + 1, lambda i, j: sympy.Symbol(f"a{i + 1}{j + 1}", real=True))
    gain, w = sympy.Symbol("g", real=True), sympy.symbols(f"w1:{rows + 2}", real=True)
    y = sympy.Matrix(sympy.symbols(f"y1:{rows + 1}", real=True))
    force = list(A.T * (gain * A * sympy.Matrix(w) - y))
    along = sum(a * b for a, b in zip(w, force, strict=True))
    velocity = [-rate_w * gain * (q - along * part) for q, part in zip(force, w, strict=True)]
    null = sum((-1) ** j * A.extract(range(rows), _without(j, rows + 1)).det() * w[j] for j in range(rows + 1))
    return [gain, *w], -rate_g * along, velocity, null


def _without(j: int, size: int) -> list[int]:
    return [column for column in range(size) if column != j]


@cache
def invariant_derivative(rows: int = 1) -> sympy.Expr:
    """e^{−g²/2c} (e^{g²/2c} ⟨z, w⟩)′ for z in ker A, A of one or two rows: it vanishes identically.

    >>> invariant_derivative(2)
    0
    """
    symbols, gain_rate, velocity, null = small_flow(rows)
    change = sum((null.diff(x) * rate for x, rate in zip(symbols[1:], velocity, strict=True)), sympy.Integer(0))
    return sympy.expand(change + symbols[0] * gain_rate / ratio() * null)


def velocity_per_rate() -> sympy.Expr:
    """(g′ + w₁′)/rate_w for one row in the plane: the orbits depend on the rates through their ratio only."""
    _, gain_rate, velocity, _ = small_flow()
    return sympy.expand((gain_rate + velocity[0]) / rate_w)
