"""Random networks for the engine's tests: shapes, regimes and seeds are drawn, weights follow from the seed."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import strategies as st

from wnverify.engine.activations import ACTIVATIONS, activation
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.network import Direction, Network

WIDTHS = [
    (3, 4),
    (1, 3),
    (4, 1),
    (1, 1),
    (2, 3, 2),
    (1, 2, 2),
    (3, 1, 2),
    (4, 2, 1),
    (1, 1, 1),
    (2, 3, 4, 2),
    (2, 2, 2, 2, 2),
]
REGIMES = ["plain", "tiny", "huge", "mixed", "zero input", "aligned", "identical", "orthogonal", "zero output"]


def random_network(widths, batch, seed, regime="plain", name="tanh", **settings):
    rng, normalised = np.random.default_rng(seed), settings.get("normalised", True)
    W = [rng.normal(size=(after, before, batch)) for before, after in itertools.pairwise(widths)]
    W = [rows + 0.3 * np.sign(rows) for rows in W]  # norms away from zero, where no route is accurate
    x, v = rng.normal(size=(widths[0], batch)), rng.normal(size=(widths[-1], batch))
    if regime in ("tiny", "huge") and normalised:
        W = [rows * (1e-6 if regime == "tiny" else 1e6) for rows in W]
    elif regime == "mixed" and normalised:
        W = [rows * 10.0 ** rng.uniform(-6, 6, size=(rows.shape[0], 1, batch)) for rows in W]
    elif regime == "zero input":
        x = 0.0 * x
    elif regime == "zero output":
        v = 0.0 * v
    elif regime == "aligned":
        W[0] = np.repeat(x[None], widths[1], axis=0)
    elif regime == "identical":
        W = [np.repeat(rows[:1], rows.shape[0], axis=0) for rows in W]
    elif regime == "orthogonal" and widths[0] > 1:
        W[0] = W[0] - np.einsum("ikb,kb->ib", W[0], x)[:, None] * x / np.sum(x * x, axis=0)
    return Network(tuple(W), v, x, activation(name), **settings)


def regression(net, X, y):
    """The problem of fitting a network, whose own x is not used, to X (d, n, B) and y (n, B)."""
    W = tuple(rows[:, :, None] for rows in net.W)
    return Regression(Network(W, net.v[:, None], X, net.activation, net.scaling, net.normalised), y)


def random_direction(net, seed):
    rng = np.random.default_rng(seed)
    W = tuple(rng.normal(size=rows.shape) * np.linalg.norm(rows, axis=1, keepdims=True) for rows in net.W)
    return Direction(W, rng.normal(size=net.v.shape), rng.normal(size=net.x.shape))


@st.composite
def networks(draw, names=tuple(ACTIVATIONS), widths=tuple(WIDTHS), regimes=tuple(REGIMES), normalised=None):
    return random_network(
        draw(st.sampled_from(widths)),
        draw(st.sampled_from([1, 2, 11])),
        draw(st.integers(0, 2**32 - 1)),
        draw(st.sampled_from(regimes)),
        draw(st.sampled_from(names)),
        scaling=draw(st.sampled_from(["fan_out", "fan_in"])),
        normalised=draw(st.booleans()) if normalised is None else normalised,
    )


def joint(direction, index):
    """The entries (W, v, x) of one instance as one vector."""
    return np.concatenate([np.ravel(part[..., index]) for part in (*direction.W, direction.v, direction.x)])


def moved(net, direction, t):
    W = tuple(rows + t * step for rows, step in zip(net.W, direction.W, strict=True))
    return Network(W, net.v + t * direction.v, net.x + t * direction.x, net.activation, net.scaling, net.normalised)
