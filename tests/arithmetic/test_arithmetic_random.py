"""Small random programs, on every arithmetic."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.arithmetic.routes import check_balls, check_floats, instances, program

N = 3
ENDS = ("sum", "dot", "norm")
SHAPES = {"A": (N, N), "u": (N,), "s": (), "x": (N,)}
SAME = {
    "tanh": lambda xp, a: xp.tanh(a),
    "sin": lambda xp, a: xp.sin(2.0 * a),
    "softplus": lambda xp, a: xp.softplus(a),
    "relu": lambda xp, a: xp.relu(a - 0.1),
    "abs": lambda xp, a: abs(a + 0.01),
    "sqrt": lambda xp, a: xp.sqrt(1.0 + a * a),
    "cube": lambda xp, a: xp.tanh(a) ** 3,
    "reciprocal": lambda xp, a: 1 / (2.0 + a**2),
    "flip": lambda xp, a: a[..., ::-1],
    "centre": lambda xp, a: a - xp.mean(a, axis=-1, keepdims=True),
    "scale": lambda xp, a: a / xp.sqrt(1.0 + xp.sum(a**2, axis=-1, keepdims=True)),
    "softmax": lambda xp, a: xp.softmax(a),
    "where": lambda xp, a: xp.where(a > 0.05, a, 0.2 * a),
    "clip": lambda xp, a: xp.clip(a, -0.7, 0.8) + 0.01 * a,  # no ties, at which a maximum has no derivative
    "roll": lambda xp, a: xp.roll(a, 1, axis=-1),
    "cumsum": lambda xp, a: 0.5 * xp.cumsum(a, axis=-1),
    "constant": lambda xp, a: np.linspace(-1.0, 1.0, N) - a / 3,
}
"""From an array of N numbers, or of N rows of N, to one of the same shape."""
TWO = {
    "+": lambda xp, a, b: a + b,
    "-": lambda xp, a, b: a - 0.5 * b,
    "*": lambda xp, a, b: a * xp.tanh(b),
    "/": lambda xp, a, b: a / (2.0 + xp.sin(b)),
    "maximum": lambda xp, a, b: xp.maximum(a, b + 0.01),
    "minimum": lambda xp, a, b: xp.minimum(a, 0.99 * b),
    "where": lambda xp, a, b: xp.where(a > b, xp.tanh(a), b**2 / (1 + b**2)),
    "logaddexp": lambda xp, a, b: xp.logaddexp(a, b),
}
PRODUCTS = {
    "@": lambda xp, M, a: M @ a / N,
    "T@": lambda xp, M, a: M.T @ xp.tanh(a) / N,
    "rows": lambda xp, M, a: xp.unit_rows(M) @ a,
    "einsum": lambda xp, M, a: xp.einsum("ij,j->i", M, a) / N,
    "diagonal": lambda xp, M, a: xp.diagonal(M) * a,
    "norms": lambda xp, M, a: xp.linalg.norm(M, axis=1) - a,
    "most": lambda xp, M, a: xp.max(M, axis=0) + a,
}
MATRICES = {
    "outer": lambda xp, M, a: xp.outer(a, xp.sin(a)) - M / 2,
    "diag": lambda xp, M, a: xp.diag(a) + 0.5 * M,
    "gram": lambda xp, M, a: M @ M.T / N,
    "stack": lambda xp, M, a: xp.stack([a, M[0], xp.tanh(a) * M[1, 2]]),
    "rows": lambda xp, M, a: M * a[:, None],
    "join": lambda xp, M, a: xp.concatenate([M[1:], a[None]]),
}
STEPS = [("same", name) for name in SAME] + [("two", name) for name in TWO]
STEPS += (
    [("product", name) for name in PRODUCTS]
    + [("matrix", name) for name in MATRICES]
    + [("map", name) for name in SAME]
)


def written(steps, end):
    """A program of a vector and a matrix that are changed step by step."""

    def value(xp, theta, x):
        a, before, M = xp.tanh(x) + theta.u * theta.s, x, theta.A
        for kind, name in steps:
            if kind == "matrix":
                M = MATRICES[name](xp, M, a)
            elif kind == "map":
                M = SAME[name](xp, M)
            else:
                found = {"same": SAME, "two": TWO, "product": PRODUCTS}[kind][name]
                before, a = a, found(xp, *{"same": (a,), "two": (a, before), "product": (M, a)}[kind])
        return {"sum": xp.sum(a) + xp.sum(M) / N, "dot": a @ theta.u, "norm": xp.sqrt(1.0 + xp.sum(a**2))}[end]

    return value


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(STEPS), min_size=1, max_size=6),
    st.sampled_from(ENDS),
    st.integers(0, 99),
)
def test_every_route_agrees_on_a_random_program(steps, end, seed) -> None:
    made, batch = program(written(steps, end)), instances(SHAPES, 2, seed)
    check_floats(made, batch)
    check_balls(made, batch, second=seed % 3 == 0)
