"""The experiment on normalizations: scales stay fixed, known values are reached, page and picture are written."""

import numpy as np
import pytest

from wnverify.experiments import normalizations_report
from wnverify.experiments import normalizations_rows as normalizations
from wnverify.experiments.kit.attained import Effort

TINY = Effort(starts=2, steps=4, restarts=1)
BY_NAME = {each.name: each for each in normalizations.NORMALIZATIONS}


@pytest.mark.parametrize("name", BY_NAME)
def test_scales_stay_fixed_wherever_a_step_leads(name):
    each = BY_NAME[name]
    family, situation = each.family(), each.situation("tanh", 2, 3)
    rng = np.random.default_rng(0)
    drawn = family.draw(situation, "gaussian", 3, rng)
    coordinates = family.coordinates(situation)
    theta = coordinates.encode(drawn)
    moved = coordinates.decode(coordinates.canonical(theta + rng.standard_normal(theta.shape)))
    width = 2 if each.width else 3
    for batch in (drawn, moved):
        W = batch.arrays["W"]
        if name == "weight standardization":
            W = W - W.mean(axis=2, keepdims=True)
        assert np.allclose(np.sum(W**2, axis=tuple(range(1, W.ndim - 1))), width)
        assert np.allclose(np.linalg.norm(batch.arrays["v"], axis=0), 1)
        assert all(np.all(batch.arrays[other] == 1) for other in each.others)


def test_conditions_are_kept():
    pin = normalizations.conditioned(0.5, 1.0)
    W = pin(np.random.default_rng(0).standard_normal((2, 9, 5)))
    sigma = np.linalg.svd(np.moveaxis(W.reshape(2, 3, 3, 5), -1, 0), compute_uv=False)
    assert np.all(sigma[..., 0] <= 2 * sigma[..., -1] * (1 + 1e-12))


def test_attained_values_are_found():
    chosen = ("WeightNorm", "residual WeightNorm, c = 1")
    found = {(name, L): row(name, "identity", L) for name in chosen for L in (1, 2)}
    assert found["WeightNorm", 2].worst[0] == pytest.approx(1.0, abs=1e-2)
    assert found["residual WeightNorm, c = 1", 2].worst[0] == pytest.approx(4.0, rel=2e-2)
    assert all(row.usual[0] <= row.worst[0] for row in found.values())


def row(name, activation, L):
    (found,) = normalizations.measure(normalizations.Point(name, activation, L, 3, TINY), 0)
    return found


def test_the_same_seed_gives_the_same_rows():
    assert row("W/‖W‖_F", "tanh", 2) == row("W/‖W‖_F", "tanh", 2)


def test_without_a_largest_value_nothing_is_sought():
    found = row("LayerNorm, ε = 0", "tanh", 2)
    assert (found.worst, found.tried) == (None, 0)


def test_findings_follow_the_numbers():
    rows = [
        normalizations.Row(name, "identity", depth, 3, 1 / depth, 1 / depth, *worst, 7)
        for name, worsts in {"flat": [(1, 1), (1, 1), (1.05, 1)], "steep": [(1, 1), (2, 2), (6, 8)]}.items()
        for depth, worst in enumerate(worsts, 1)
    ]
    rows += [normalizations.Row("endless", "identity", depth, 3, depth, depth, None, None, 0) for depth in (1, 2, 3)]
    told = normalizations_report.tell(rows)
    assert "largest gradient found grows by at most 10% in flat; it grows ×3 in steep" in told.findings[0]
    assert "largest Hessian found grows by at most 10% in flat; it grows ×4 in steep" in told.findings[0]
    assert "rises in endless, and falls" in told.findings[0]
    assert "| endless | – (1) | – (2) | – (3) |" in told.tables[0][1]
    assert normalizations_report.draw(rows)[0].svg.startswith("<?xml")
