"""Experiments: small runs reach what is known, and write a page and a plot."""

import numpy as np
import pytest
from click.testing import CliRunner

from wnverify.commands.experiment import command
from wnverify.experiments import depth, depth_report
from wnverify.experiments.pinned import PinnedNetworks
from wnverify.family import Situation

QUICK = depth.Effort(starts=6, steps=60, restarts=1)


def test_the_known_suprema_are_reached_and_not_passed():
    for row in depth.rows((1, 2, 4), 3, 0, QUICK, ("identity",)):
        supremum = 1.0 if row.depth == 1 else 2 - 1 / 3
        assert supremum - 1e-3 < row.gradient <= supremum + 1e-9
        assert 0.5 < row.hessian <= row.free <= row.explicit


def test_one_layer_is_the_closed_form():
    (row,) = depth.rows((1,), 2, 0, depth.Effort(8, 150, 2), ("identity",))
    assert row.hessian == pytest.approx(4 / np.sqrt(7), rel=1e-4)


def test_random_starts_alone_come_near():
    (found,) = depth.reached(0, depth.Effort(12, 200, 2), [(2, 4)])
    assert found.supremum - 1e-3 < found.found <= found.supremum + 1e-9


def test_the_same_seed_gives_the_same_rows():
    assert list(depth.rows((2,), 2, 5, QUICK)) == list(depth.rows((2,), 2, 5, QUICK))


def test_pinned_networks_keep_their_scales():
    family = PinnedNetworks()
    situation = Situation({"L": 2, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_in"})
    drawn = family.draw(situation, "sparse", 5, np.random.default_rng(0))
    coordinates = family.coordinates(situation)
    moved = coordinates.encode(drawn) + np.random.default_rng(1).standard_normal((27, 5))
    for batch in (drawn, coordinates.decode(coordinates.canonical(moved))):
        assert np.allclose(np.linalg.norm(batch.arrays["W2"], axis=1), 1.0)
        assert np.allclose(np.linalg.norm(batch.arrays["v"], axis=0), 1.0)
        assert np.allclose(np.linalg.norm(batch.arrays["x"], axis=0), np.sqrt(2))


def test_the_command_writes_a_page_and_a_plot(tmp_path):
    out = tmp_path / "made"
    result = CliRunner().invoke(
        command, ["depth", "--out", str(out), "--deepest", "3", "--width", "2", "--restarts", "1"]
    )
    assert result.exit_code == 0, result.output
    text = (out / "depth.md").read_text("utf-8")
    assert "| identity | 3 |" in text
    assert "depth.svg" in text
    assert (out / "depth.svg").read_text("utf-8").startswith("<?xml")


def test_the_page_says_how_hard_it_tried():
    rows = list(depth.rows((1, 2, 3), 2, 0, QUICK, ("sin",)))
    text = depth_report.page(rows, [], QUICK, 0, "depth.svg")
    assert "1 × 6 ascents of at most 60 steps" in text
    assert "sin: the Hessian attained grows by" in text
