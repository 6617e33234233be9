"""The log of a training loop in NumPy: what it writes, and what it does with what it cannot record."""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import wnverify
from wnverify.errors import RecordError, UsageError
from wnverify.questions.training.files import LINES, TABLE
from wnverify.questions.training.row import COLUMNS

RNG = np.random.default_rng(0)
X = RNG.standard_normal((8, 3)) / 3
Y = np.sin(4 * X[:, 0])
W = [RNG.standard_normal((5, 3))]
V = RNG.standard_normal(5) / 5


def loop(steps: int, eta: float = 0.5) -> Iterator[tuple[list[np.ndarray], np.ndarray]]:
    """Gradient descent on tanh networks with one hidden layer, written here anew; it changes its arrays in place."""
    rows, v = W[0].copy(), V.copy()
    for _ in range(steps):
        yield [rows], v
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        unit = rows / norms
        h = np.tanh(X @ unit.T / 5**0.5)
        e = h @ v - Y
        slope = (2 / 8) * ((e[:, None] * v * (1 - h**2)).T @ X) / 5**0.5
        rows -= eta * (slope - np.sum(slope * unit, axis=1, keepdims=True) * unit) / norms
        v -= eta * (2 / 8) * e @ h


def read(folder: Path) -> list[dict[str, str]]:
    with (folder / TABLE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_call_is_written_at_once_and_plots_at_the_end(tmp_path: Path) -> None:
    with wnverify.monitor(tmp_path / "run", activation="tanh") as log:
        for done, (rows, v) in enumerate(loop(6), start=1):
            log(rows, v, X, Y)
            far = np.linalg.norm(v - V)
            assert len(read(tmp_path / "run")) == done  # a killed loop has lost nothing
    losses = [float(row["loss"]) for row in read(tmp_path / "run")]
    assert losses == [row.loss for row in log.rows] == sorted(losses, reverse=True)
    assert [row.step for row in log.rows[1:]] == pytest.approx([0.5] * 5)
    for row in log.rows[1:]:
        assert row.rate_certified is not None
        assert row.rate is not None
        assert 0 < row.rate_certified <= row.rate
    assert log.rows[-1].distance == pytest.approx(far)
    assert repr(log) == f"<monitor: 6 of 6 calls recorded, the last at loss {losses[-1]:.6g}>"
    head, *lines = map(json.loads, (tmp_path / "run" / LINES).read_text("utf-8").splitlines())
    assert head["kind"] == "wnverify monitor"
    assert lines == [row.to_json() for row in log.rows]
    plots = sorted(path.stem for path in (tmp_path / "run").glob("*.svg"))
    assert plots == ["convexity", "loss", "norms", "output", "rate", "ratio", "smoothness"]
    assert "loss goes from" in (tmp_path / "run" / "loss.svg").read_text("utf-8")


def test_a_folder_that_cannot_be_made_is_told_before_the_loop(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="a folder that can be written, but got"):
        wnverify.monitor(tmp_path / "file")


def test_an_earlier_log_is_kept(tmp_path: Path) -> None:
    for _ in range(3):
        wnverify.monitor(tmp_path, activation="tanh")(W, V, X, Y)
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["monitor-1.csv", "monitor-2.csv", "monitor.csv"]


class Tensor:
    """What another library holds: it can become an array, and nothing else."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        return self.array.astype(np.float32)


def test_a_callback_reads_what_is_due_and_what_stands_before_it() -> None:
    asked = []

    def state(place: int, *, v: np.ndarray) -> tuple[object, ...]:
        asked.append(place)
        return [Tensor(W[0])], Tensor(v), Tensor(X), Tensor(Y)

    log = wnverify.monitor(activation="tanh", every=4)
    call = log.callback(state)
    for place, (_, v) in enumerate(loop(9)):
        call(place, v=v)
    assert asked == [0, 3, 4, 7, 8]
    assert [row.call for row in log.rows] == [0, 4, 8]
    assert [row.rate is None for row in log.rows] == [True, False, False]


def test_what_audits_take_is_taken() -> None:
    state = {"a.weight_g": np.ones((5, 1)), "a.weight_v": W[0], "a.bias": np.zeros(5), "b.weight": RNG.random((3, 5))}
    row = wnverify.monitor(activation="gelu", strict=True).network(state, X, np.arange(8) % 3)
    assert row is not None
    assert row.alpha_layers is not None
    assert row.alpha_explicit is None
    one = {**state, "b.weight": V[None, :]}
    row = wnverify.monitor(activation="tanh", scaling="fan_out", strict=True).network(one, X, Y)
    assert row is not None
    assert row.alpha_explicit is None  # gains of 1 and biases of 0 move all the same
    old = {"W1": W[0], "v": V, "activation": "tanh"}
    same = wnverify.monitor(strict=True).network(old, X, Y)
    assert same == wnverify.monitor(activation="tanh")(W, V, X, Y)
    assert same is not None
    assert same.smoothness_explicit is not None


NAN = [np.where(np.arange(15).reshape(5, 3) == 7, np.nan, W[0])]
ZERO = [W[0] * (np.arange(5) != 2)[:, None]]
BAD = {
    "nan": ((NAN, V, X, Y), r"finite numbers in W1, but got nan at index \(2, 1\)"),
    "zero": ((ZERO, V, X, Y), "norm 0 of row 2 of layer W1"),
    "shape": ((W, V[:4], X, Y), r"v of shape \(5,\) or \(K, 5\), as the rows of the layer before"),
    "wide": ((W, V, X[:, :2], Y), r"W1 of shape \(m, 2\), as the columns of X, but got shape \(5, 3\)"),
    "targets": ((W, V, X, Y[:3]), "y of shape"),
    "none": ((W, V, X, None), "Expected targets y, but got none"),
    "words": ((W, V, X, ["a"] * 8), "numbers in y"),
    "nothing": ((None, V, X, Y), "not iterable"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_recorded_is_told_once_and_the_loop_goes_on(name: str, tmp_path: Path) -> None:
    arguments, told = BAD[name]
    log = wnverify.monitor(tmp_path, activation="tanh")
    log(W, V, X, Y)
    with pytest.warns(UserWarning, match=told) as caught:
        log(*arguments)
    assert [each.filename for each in caught] == [__file__]
    log(*arguments)  # a second warning would be an error here
    assert log(W, V, X, Y).rate is None
    assert [bool(row["note"]) for row in read(tmp_path)] == [False, True, True, False]
    with pytest.raises((RecordError, UsageError, TypeError), match=told):
        wnverify.monitor(activation="tanh", strict=True)(*arguments)


def test_leaving_the_radius_is_told_once() -> None:
    log = wnverify.monitor(activation="tanh", rho=0.1)
    log(W, V, X, Y)
    with pytest.warns(UserWarning, match=r"left the radius ρ₁ = 0\.1, at call 1"):
        log(W, V + 0.2, X, Y)
    log(W, V + 0.3, X, Y)  # a second warning would be an error here
    assert [row.rho for row in log.rows] == [0.1] * 3


def test_a_folder_that_is_lost_does_not_end_the_loop(tmp_path: Path) -> None:
    log = wnverify.monitor(tmp_path / "a", activation="tanh")
    (tmp_path / "a").rename(tmp_path / "b")
    with pytest.warns(UserWarning, match="nothing more is written"):
        log(W, V, X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        log(W, V, X, Y)
    assert len(log.rows) == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"activation": "tahn"}, "did you mean tanh"),
        ({"scaling": "fan"}, "a scaling among none, fan_out, fan_in"),
        ({"loss": "hinge"}, "a loss among square, cross_entropy"),
        ({"every": 0}, "every of at least 1"),
        ({"every": "x"}, "every of at least 1, but got 'x'"),
        ({"rho": -1.0}, "rho of at least 0"),
        ({"rho": "x"}, "rho of at least 0, but got 'x'"),
        ({"path": 3}, "a folder for the log, or none, but got 3"),
    ],
)
def test_a_misspelt_option_is_told_before_the_loop(options: dict[str, object], told: str) -> None:
    with pytest.raises((RecordError, UsageError), match=told):
        wnverify.monitor(**options)


def test_every_column_of_the_table_is_documented() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "monitor.md").read_text("utf-8")
    assert not [name for name in COLUMNS if f"`{name}`" not in page]
