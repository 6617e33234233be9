"""Rademacher complexities from below, beside the definitions: sign vector by sign vector, sample by sample."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.normalizations.rotated import HALVES, ORTHONORMAL, SOFT
from wnverify.families.normalizations.signed import (
    SIGNED_BIASES,
    SIGNED_FROBENIUS,
    SIGNED_LINEAR,
    SIGNED_RESIDUAL,
    SIGNED_STANDARDIZATION,
    signs,
)
from wnverify.families.normalizations.signed_data import FULL_RANK, SIGNED_BATCH_NORM, SIGNED_RMS_NORM
from wnverify.family import Situation
from wnverify.quantities import Side

PHI = {"identity": lambda z: z, "tanh": np.tanh}


def measured(family, batch: Batch, name: str = "rademacher") -> np.ndarray:
    return family.quantities[name].route.measure(batch)


def biased(a, s, x, settings):
    for W, g, b, gain, bias in zip(a["W"][:, s], a["g"][:, s], a["b"][:, s], a["Gamma"], a["B"], strict=True):
        unit = W / np.linalg.norm(W, axis=1, keepdims=True)
        x = PHI[settings["activation"]]((gain * g * (unit @ x) + bias * b) / np.sqrt(len(x)))
    return x


def standardised(a, s, x, settings):
    for W in a["W"][:, s]:
        C = W - W.mean(axis=1, keepdims=True)
        C = C / np.sqrt((C**2).sum(axis=1, keepdims=True) + float(settings["epsilon"]))
        x = PHI[settings["activation"]](C @ x / np.sqrt(len(x)))
    return x


def residual(a, s, x, settings):
    for W in a["W"][:, s]:
        unit = W / np.linalg.norm(W, axis=1, keepdims=True)
        x = x + a["c"] * PHI[settings["activation"]](unit @ x / np.sqrt(len(x)))
    return x


def linear(a, s, x, settings):
    for W in a["W"][:, s].reshape(-1, len(x), len(x)):
        x = W @ x / np.linalg.norm(W, "fro" if settings["norm"] == "Frobenius" else 2)
    return x


NETWORKS = {
    SIGNED_BIASES: biased,
    SIGNED_STANDARDIZATION: standardised,
    SIGNED_RESIDUAL: residual,
    SIGNED_LINEAR: linear,
}


@pytest.mark.parametrize("family", NETWORKS, ids=lambda family: family.name)
def test_the_mean_is_over_all_sign_vectors_and_the_best_output_layer(family) -> None:
    settings = {name: values[-1] for name, values in family.settings.items()}
    for S in (3, 4):  # the last sign vector then counts as 0
        place = Situation({"L": 2, "m": 3, "n": 3, "S": S}, settings)
        batch = family.draw(place, "gaussian", 1, np.random.default_rng(0))
        arrays = {name: array[..., 0] for name, array in batch.arrays.items()}
        total = 0.0
        for eps, s in product(product((1, -1), repeat=3), range(S)):
            if eps in (tuple(signs(3, 4)[s]), tuple(-signs(3, 4)[s])):
                alphas = [e * NETWORKS[family](arrays, s, x, settings) for e, x in zip(eps, arrays["x"], strict=True)]
                total += arrays["V"] * np.linalg.norm(sum(alphas)) / 3 / 8
        assert measured(family, batch) == pytest.approx(total, rel=1e-12)
    assert family.quantities["rademacher"].route.side is Side.LOWER


def test_batch_norm_uses_the_statistics_of_its_samples_and_reaches_the_projection() -> None:
    place = next(iter(FULL_RANK.situations({"activation": ["identity"]})))
    batch = dict(FULL_RANK.structured(place))["rows that project ε"]
    every = np.array(list(product((1, -1), repeat=6)))
    exact = np.linalg.norm(every - every.mean(axis=1, keepdims=True), axis=1).mean() / np.sqrt(6)
    assert exact * np.sqrt(6) == pytest.approx(2.19, abs=5e-3)
    for name in ("rademacher", "projected"):
        assert measured(FULL_RANK, batch, name) == pytest.approx(exact)
    place = Situation({"L": 1, "m": 2, "n": 4, "S": 1}, {"activation": "tanh"})
    batch = SIGNED_BATCH_NORM.draw(place, "gaussian", 1, np.random.default_rng(0))
    W, x, V = (batch.arrays[name][..., 0] for name in ("W", "x", "V"))
    z = x @ W[0, 0].T
    alphas = np.tanh((z - z.mean(axis=0)) / z.std(axis=0)) / np.sqrt(2)
    assert measured(SIGNED_BATCH_NORM, batch) == pytest.approx(V * np.linalg.norm(alphas.sum(axis=0)) / 4 / 8)
    q = np.linalg.qr(x - x.mean(axis=0))[0]
    norms = [np.linalg.norm(q.T @ np.array(eps)) for eps in product((1, -1), repeat=4)]
    assert measured(SIGNED_BATCH_NORM, batch, "projected") == pytest.approx(np.mean(norms) / 2)


@pytest.mark.parametrize("norm", ["RMSNorm", "LayerNorm"])
def test_rms_norm_keeps_its_output_layer(norm: str) -> None:
    place = Situation({"m": 3, "d": 2, "n": 2, "S": 2}, {"activation": "tanh", "norm": norm})
    batch = SIGNED_RMS_NORM.draw(place, "gaussian", 1, np.random.default_rng(0))
    W, v, B, offset, x = (batch.arrays[name][..., 0] for name in ("W", "v", "B", "offset", "x"))
    total = 0.0
    for eps, matrix in (((1, 1), W[0]), ((1, -1), W[1])):
        for sign, sample in zip(eps, x, strict=True):
            z = B * matrix @ sample
            z = z - z.mean() if norm == "LayerNorm" else z
            u = np.sqrt(3) * z / np.sqrt(z @ z + 3 * offset)
            total += sign * v @ np.tanh(u) / np.sqrt(3) / 2 / 2
    assert measured(SIGNED_RMS_NORM, batch) == pytest.approx(total)


@pytest.mark.parametrize(
    ("family", "settings", "value"),
    [
        (ORTHONORMAL, {"activation": "tanh", "norm": "LayerNorm"}, np.tanh(1)),
        (ORTHONORMAL, {"activation": "tanh", "norm": "RMSNorm"}, np.tanh(1)),
        (SOFT, {}, 0.2954),
        (HALVES, {}, 0.5),
    ],
)
def test_counterexamples_are_as_large_as_the_header_says(family, settings, value) -> None:
    batch = next(family.structured(Situation(family.sizes[-1], settings)))[1]
    assert measured(family, batch) / measured(family, batch, "norm_v") == pytest.approx(value, rel=2e-4)


def test_a_fold_takes_the_longest_input_to_the_side_of_the_others() -> None:
    batch = dict(SIGNED_FROBENIUS.structured(SIGNED_FROBENIUS.situations()[0]))["all rows alike, or one"]
    assert measured(SIGNED_FROBENIUS, batch) == pytest.approx(3.5 / 9)
    assert measured(SIGNED_FROBENIUS, batch, "data_norm") == pytest.approx(np.sqrt(11) / 9)
    batch = SIGNED_FROBENIUS.draw(SIGNED_FROBENIUS.situations()[0], "gaussian", 1, np.random.default_rng(0))
    W, c, V, x = (batch.arrays[name][..., 0] for name in ("W", "c", "V", "x"))
    z = np.einsum("sm,n->snm", W / np.linalg.norm(W, axis=1, keepdims=True), x[:, 0])
    alphas = np.interp(z / c, [-9e9, -3, -1, 1, 3, 9e9], [1, 1, -1, 1, -1, -1]) * c
    norms = np.linalg.norm(np.einsum("sn,snm->sm", signs(3, 4), alphas), axis=1)
    assert measured(SIGNED_FROBENIUS, batch) == pytest.approx(V * norms.mean() / 3)


def test_signs_of_one_w_turn_into_signs_of_outputs() -> None:
    """What `rotated` rests on: W diag(ε) has f(e_i) multiplied by ε_i."""
    batch = SOFT.draw(Situation({"m": 3, "n": 3}, {}), "gaussian", 1, np.random.default_rng(0))
    W, v, t, r = (batch.arrays[name][..., 0] for name in ("W", "v", "t", "x"))
    for eps in product((1, -1), repeat=3):
        turned = W * np.array(eps) / np.linalg.norm(W, 2)
        outputs = [v @ (np.sign(turned @ e) * np.maximum(np.abs(turned @ e) - t, 0)) for e in r * np.eye(3)]
        assert np.array(eps) @ outputs / 3 == pytest.approx(measured(SOFT, batch)[0])


def clipped(k: int, w: np.ndarray, x: np.ndarray, eps: np.ndarray, c: float) -> float:
    """‖Σ ε_i φ(Mx_i)‖ for k rows w/√k, ‖w‖ = 1, and φ = clip to [−c, c]."""
    return float(np.sqrt(k) * abs(eps @ np.clip(x @ w / np.sqrt(k), -c, c)))


def test_a_frobenius_norm_of_1_does_not_give_the_largest_input_over_the_root_of_n() -> None:
    """x₁ = e₀ and 64 of x_i = re₀ + √(1−r²)e_i: clipping takes x₁ out where ε₁ is against the others. V = 1."""
    r, n, c = 0.26, 65, 0.01
    x = np.eye(n) * np.sqrt(1 - r * r)
    x[:, 0] = np.where(np.arange(n) == 0, 1.0, r)
    total = 0.0
    for count, first in product(range(n), (1, -1)):  # the value knows of ε₂, …, ε_n only how many are 1
        eps = np.array([first, *[1] * count, *[-1] * (n - 1 - count)])
        S = eps[1:].sum()
        eps = eps * (-1 if S < 0 else 1)
        plain, apart = eps @ x, eps @ x
        apart[0] = r * (abs(S) - 1)
        apart[1:] *= 1 - 1 / (n - 1)
        unit = apart / np.linalg.norm(apart)
        wide = int(np.ceil((1 / c) ** 2))  # so many rows see φ(t) = t
        narrow = int(np.ceil((np.abs(x[1:] @ unit).max() / c) ** 2))
        found = [clipped(wide, plain / np.linalg.norm(plain), x, eps, c), clipped(narrow, unit, x, eps, c)]
        total += max(found) * comb(n - 1, count) / 2**n
    assert total / n > 1.0008 / np.sqrt(n)
