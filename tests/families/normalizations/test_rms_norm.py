from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.normalizations.rms_norm import EPSILON, RMS_NORM, crossing, stretching
from wnverify.family import Situation

CHOICES = [
    (phi, norm, epsilon) for phi in ("identity", "tanh") for norm in ("RMSNorm", "LayerNorm") for epsilon in EPSILON
]


def place(L: int, m: int, phi: str, norm: str, epsilon: str) -> Situation:
    return Situation({"L": L, "m": m}, {"activation": phi, "norm": norm, "epsilon": epsilon})


def one(situation: Situation, arrays: dict) -> Batch:
    return RMS_NORM.batch(situation, {name: np.asarray(array)[..., None] for name, array in arrays.items()})


def measured(batch: Batch, name: str) -> float:
    return float(RMS_NORM.quantities[name].route.measure(batch)[0])


def naive(batch: Batch) -> tuple[float, list[float], list[float]]:
    """f, R_l and ‖HW^l‖₂/R_l, from the definitions."""
    alpha, radii, steep = batch.arrays["x"][:, 0], [], []
    for W in batch.arrays["W"][..., 0]:
        m = len(W)
        H = np.eye(m) - (np.ones((m, m)) / m if batch.settings["norm"] == "LayerNorm" else 0)
        z = H @ W @ alpha
        radii.append(np.sqrt(m) * np.sqrt(np.mean(z**2) + EPSILON[batch.settings["epsilon"]]))
        steep.append(np.linalg.norm(H @ W, 2) / radii[-1])
        t = np.sqrt(m) * z / radii[-1]
        alpha = (np.tanh(t) if batch.settings["activation"] == "tanh" else t) / np.sqrt(m)
    return float(batch.arrays["v"][:, 0] @ alpha), radii, steep


@pytest.mark.parametrize(("phi", "norm", "epsilon"), CHOICES)
def test_values_are_those_of_the_definitions(phi: str, norm: str, epsilon: str) -> None:
    batch = RMS_NORM.draw(place(3, 3, phi, norm, epsilon), "gaussian", 1, np.random.default_rng(1))
    f, radii, steep = naive(batch)
    wanted = {
        "output": f, "R": min(radii), "slope_product": np.prod(steep),
        "growth": sum(max(steep) ** (2 * power) for power in range(3)),
        "reach": np.sqrt(sum(
            (size * np.prod(steep[layer + 1 :]) / radii[layer]) ** 2 for layer, size in enumerate(sizes(batch))
        )),
    }  # fmt: skip
    for name, value in wanted.items():
        assert measured(batch, name) == pytest.approx(value, rel=1e-12)


def sizes(batch: Batch) -> list[float]:
    """‖α^{l−1}‖, by cutting the network off."""
    found = [float(np.linalg.norm(batch.arrays["x"]))]
    for depth in range(1, batch.shape["L"]):
        parts = [
            naive(batch.with_arrays({**batch.arrays, "W": batch.arrays["W"][:depth], "v": e[:, None]}))[0]
            for e in np.eye(batch.shape["m"])
        ]
        found.append(float(np.linalg.norm(parts)))
    return found


@pytest.mark.parametrize(("phi", "norm", "epsilon"), CHOICES)
def test_the_gradient_by_hand_is_that_of_the_program(phi: str, norm: str, epsilon: str) -> None:
    batch = RMS_NORM.draw(place(2, 3, phi, norm, epsilon), "gaussian", 1, np.random.default_rng(2))
    slopes = RMS_NORM.at.gradient(batch)["W"][..., 0]
    radii = naive(batch)[1]
    wanted = np.sqrt(sum((R * np.linalg.norm(part)) ** 2 for R, part in zip(radii, slopes, strict=True)))
    assert measured(batch, "weighted_gradient") == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("norm", ["RMSNorm", "LayerNorm"])
@pytest.mark.parametrize("L", [1, 2, 3])
def test_layers_that_stretch_attain_the_gradient_bound(L: int, norm: str) -> None:
    for number, (R, chi, V) in enumerate([(1.0, 1.0, 1.0), (1.0, 2.0, 1.5), (0.1, 1.0, 1.0)]):
        batch = one(place(L, 4, "identity", norm, "none"), dict(stretching({"L": L, "m": 4})[number]))
        wanted = 1 + V**2 / R**2 * sum(chi ** (2 * power) for power in range(L))
        assert measured(batch, "gradient_norm") ** 2 == pytest.approx(wanted, rel=1e-12)
        assert measured(batch, "input_gradient_norm") == pytest.approx(V * chi**L, rel=1e-12)


@pytest.mark.parametrize("norm", ["RMSNorm", "LayerNorm"])
@pytest.mark.parametrize("L", [2, 3])
def test_rank_one_layers_attain_twice_the_square(L: int, norm: str) -> None:
    batch = one(place(L, 3, "identity", norm, "1"), dict(crossing({"L": L, "m": 3})[1]))
    assert measured(batch, "frobenius") == pytest.approx(1.0)
    assert measured(batch, "weighted_gradient") ** 2 == pytest.approx(2 * 9.0, rel=1e-5)


def test_orthogonal_layers_bend_linearly_in_the_depth() -> None:
    for L in (1, 2, 3):
        batch = one(
            place(L, 3, "identity", "RMSNorm", "none"), dict(stretching({"L": L, "m": 3})[0], W=[np.eye(3)] * L)
        )
        assert measured(batch, "linear_bend") == pytest.approx(2 / np.sqrt(3) * L + L - 1)
        assert measured(batch, "bend") == pytest.approx(coupled(L))


def coupled(L: int) -> float:
    """λ_max of Σ_l (2/√3) y_l y_lᵀ + e_l y_{l−1}ᵀ + y_{l−1} e_lᵀ with y_l = e_1 + … + e_l."""
    y = np.tril(np.ones((L, L)))
    below = np.vstack([np.zeros(L), y[:-1]])
    return float(np.linalg.eigvalsh(2 / np.sqrt(3) * y.T @ y + below + below.T)[-1])


def test_alignment_is_of_matrices_as_a_whole() -> None:
    batch = RMS_NORM.draw(place(2, 3, "tanh", "RMSNorm", "1"), "gaussian", 1, np.random.default_rng(4))
    parts = batch.arrays["W"][..., 0] * RMS_NORM.at.gradient(batch)["W"][..., 0]
    wanted = np.abs(parts.sum(axis=(1, 2))).max() / max(1.0, np.abs(parts).sum(axis=(1, 2)).max())
    assert measured(batch, "matrix_alignment") == pytest.approx(wanted, rel=1e-12)
    assert wanted > 1e-3
    free_of_scale = RMS_NORM.draw(place(2, 3, "tanh", "LayerNorm", "none"), "gaussian", 1, np.random.default_rng(4))
    assert measured(free_of_scale, "matrix_alignment") < 1e-14
