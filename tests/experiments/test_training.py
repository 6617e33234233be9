"""The experiment on training: steps are those of the engine, no certificate is crossed, data are never mixed."""

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from wnverify.commands.experiment import command
from wnverify.engine.networks.loss import Regression, loss
from wnverify.engine.networks.network import Network
from wnverify.engine.networks.training import Schedule, train
from wnverify.errors import RecordError
from wnverify.experiments import training, training_report
from wnverify.experiments.images.load import load_images
from wnverify.experiments.images.pictures import digest
from wnverify.experiments.kit.trained import Recipe, trained, value_of
from wnverify.experiments.training_rows import CERTIFIED, DECAY, FULL, RECIPES, Point, measure, problem

RNG = np.random.default_rng(5)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "tiny.npz"
    np.savez(path, X=RNG.integers(0, 256, (24, 3, 2)), y=RNG.integers(0, 10, 24))
    return str(path)


def point(data, kind, *, width=6, steps=40):
    return Point(data, digest(load_images(data)), 20, kind, width, steps)


@pytest.fixture(scope="module")
def rows(data):
    points = [*(point(data, kind) for kind in RECIPES), point(data, FULL, width=3)]
    return [row for each in points for row in measure(each, 0)]


def test_no_certificate_is_crossed(rows):
    assert not [(row.kind, row.time, names) for row in rows if (names := training_report.crossed(row))]
    assert all(row.short_certified is not None and row.short_certified > 0 for row in rows)
    assert all(row.rate_certified is not None for row in rows if row.kind == CERTIFIED)
    assert all(row.loss_certified < rows[0].loss for row in rows if row.kind == CERTIFIED and row.time)
    for kind in RECIPES:
        omegas = [row.omega for row in rows if (row.kind, row.width) == (kind, 6)]
        assert (omegas == sorted(omegas)) == (kind != DECAY)
    assert "No bound is crossed" in training_report.tell(rows).findings[0]


def test_a_crossed_bound_would_be_said(rows):
    place = next(place for place, row in enumerate(rows) if row.kind == CERTIFIED and row.time > 30)
    wrong = {"loss": 1e9, "omega": 1e-9, "distance": 1e9, "ratio": 1e9, "curvature": -1e9, "smoothness": 1e9,
             "rate": -1.0, "short_rate": 0.0, "crossed": 1}  # fmt: skip
    for name, value in wrong.items():
        damaged = [*rows[:place], replace(rows[place], **{name: value}), *rows[place + 1 :]]
        assert training_report.tell(damaged).findings[0].startswith("A BOUND IS CROSSED at 1 of"), name


def test_steps_are_those_of_the_engine_of_networks(data):
    start, _ = problem(point(data, FULL), 0)
    T, n, recipe = 7, len(start.X), Recipe(2.0, 8, momentum=0.9, decay=0.01)
    stages = list(trained(start, recipe, T, np.random.default_rng(1)))
    order, mask = np.random.default_rng(1), np.zeros((T, n, 1))
    batches = [part for _ in range(3) for part in np.split(order.permutation(n), [8, 16])][:T]
    for step, part in enumerate(batches):
        mask[step, part] = n / len(part)
    one, W = np.ones(1), tuple(layer.V[:, :, None, None] for layer in start.net.hidden)
    net = Network(W, start.net.output.V[0][:, None, None], start.X.T[:, :, None], start.net.phi)
    reg = Regression(net, start.loss.y)
    found = train(reg, Schedule(np.full((T, 1), 2.0), mask, 0.9 * one, 0 * one, 0.01 * one))
    assert value_of(start) == pytest.approx(float(loss(reg)[0]), rel=1e-12)
    losses = [value_of(each.before) for each in stages] + [value_of(stages[-1].after)]
    assert np.allclose(losses, found.loss[:, 0], rtol=1e-9)
    assert stages[-1].assured.way > found.drift[0] > 0


def test_findings_say_where_the_paper_is_not_borne_out(rows):
    said = "\n".join(training_report.tell(rows).findings)
    assert "is met at 0 of" in said
    assert "never speaks of these runs" in said
    assert "Against width, m = 3, 6, ω is" in said
    assert "With decay ω goes from" in said
    easy = [replace(row, cost=1e-9, cost_free=1e-9, curvature=1e9) for row in rows]
    assert "There the linear rate that the paper derives" in "\n".join(training_report.tell(easy).findings)


def test_another_file_is_another_point(data, tmp_path):
    before = point(data, FULL)
    changed = tmp_path / "tiny.npz"
    np.savez(changed, X=RNG.integers(0, 256, (24, 3, 2)), y=np.arange(24) % 10)
    assert training.pictured(True, str(changed))[0].digest != training.pictured(True, data)[0].digest
    with pytest.raises(RecordError, match="as when the run began"):
        measure(replace(before, data=str(changed)), 0)


def test_the_command_takes_data(data, tmp_path, monkeypatch):
    for name, value in (("QUICK_STEPS", 3), ("WIDTH", 4), ("WIDTHS", (2,))):
        monkeypatch.setattr(training, name, value)
    told = CliRunner().invoke(command, ["training", "--quick", "--data", data, "--out", str(tmp_path)])
    assert told.exit_code == 0, told.output
    page = (tmp_path / "training.md").read_text("utf-8")
    assert "tiny.npz: 24 pictures of 6 pixels" in page
    assert "--quick --data tiny.npz --seed 0" in page
    plots = [path.read_text("utf-8") for path in tmp_path.glob("training-*.svg")]
    assert len(plots) == 8
    assert all("stroke-dasharray" in plot for plot in plots), "every plot has a certified bound"
    bad = CliRunner().invoke(command, ["training", "--data", str(tmp_path / "training.md"), "--out", str(tmp_path)])
    assert isinstance(bad.exception, RecordError)
    assert CliRunner().invoke(command, ["depth", "--data", data]).exit_code == 2
