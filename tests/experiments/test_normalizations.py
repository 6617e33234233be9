"""The experiment on normalizations: scales stay fixed, known values are reached, page and picture are written."""

import numpy as np
import pytest
from click.testing import CliRunner

from wnverify.commands.experiment import command
from wnverify.experiments import normalizations, normalizations_report
from wnverify.experiments.depth import Effort

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
    chosen = [BY_NAME["WeightNorm"], BY_NAME["residual WeightNorm, c = 1"]]
    found = {
        (row.name, row.depth): row
        for row in normalizations.rows((1, 2), 3, 0, TINY, chosen, activations=["identity"])
    }
    assert found["WeightNorm", 2].worst[0] == pytest.approx(1.0, abs=1e-2)
    assert found["residual WeightNorm, c = 1", 2].worst[0] == pytest.approx(4.0, rel=2e-2)
    assert all(row.usual[0] <= row.worst[0] for row in found.values())


def test_the_same_seed_gives_the_same_rows():
    chosen = [BY_NAME["W/‖W‖_F"]]
    one, two = (list(normalizations.rows((2,), 3, 5, TINY, chosen)) for _ in range(2))
    assert one == two


def test_findings_follow_the_numbers():
    rows = [
        normalizations.Row(name, "identity", depth, (1 / depth, 1 / depth), worst, 7)
        for name, worsts in {"flat": [(1, 1), (1, 1), (1.05, 1)], "steep": [(1, 1), (2, 2), (6, 8)]}.items()
        for depth, worst in enumerate(worsts, 1)
    ]
    rows += [normalizations.Row("endless", "identity", depth, (depth, depth), None, 0) for depth in (1, 2, 3)]
    text = normalizations_report.page(rows, TINY, 3, 0, "picture.png")
    assert "largest gradient found grows by at most 10% in flat; it grows ×3 in steep" in text
    assert "largest Hessian found grows by at most 10% in flat; it grows ×4 in steep" in text
    assert "rises in endless, and falls" in text
    assert "| endless | – (1) | – (2) | – (3) |" in text


def test_the_command_writes_a_page_and_a_picture(tmp_path, monkeypatch):
    chosen = (BY_NAME["WeightNorm"], BY_NAME["LayerNorm, ε = 0"])
    monkeypatch.setattr(normalizations, "NORMALIZATIONS", chosen)
    arguments = ["normalizations", "--quick", "--deepest", "3", "--width", "3", "--out", str(tmp_path)]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    text = (tmp_path / "normalizations_depth.md").read_text("utf-8")
    assert "| WeightNorm | " in text
    assert "RMSNorm, ε = 1 |" not in text
    assert (tmp_path / "normalizations_depth.svg").read_text("utf-8").startswith("<?xml")
