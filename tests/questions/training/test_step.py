"""What is certified of a step, and of the loss where it is taken, never exceeds what is measured."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from wnverify.engine.layered.hessians import of_loss
from wnverify.engine.layered.network import Layered
from wnverify.engine.layered.products import split
from wnverify.questions.audit.layered import as_saved
from wnverify.questions.audit.rate import rate
from wnverify.questions.audit.subject import Audited
from wnverify.questions.audit.understood import Understood
from wnverify.questions.training.given import Said, of_arrays, of_source
from wnverify.questions.training.row import Frame, row_of
from wnverify.questions.training.step import Moment, moment, smoothness_between, step_between

RNG = np.random.default_rng(1)
X = RNG.standard_normal((6, 3)) / 3
NORMAL = RNG.standard_normal
EVERYTHING = Frame(None, None, True)


def paper(scaling: str = "fan_out", activation: str = "tanh") -> Understood:
    W, v = [NORMAL((4, 3)), NORMAL((4, 4))], NORMAL(4) / 3
    return of_arrays(W, v, X, NORMAL(6), Said(activation, scaling))


def gains_and_biases(y: np.ndarray, dim: int) -> Understood:
    """A layer of PyTorch's weight normalization, a plain one with biases, and an output that is normalised too."""
    state = {
        "a.weight_g": NORMAL((5, 1) if dim == 0 else (1, 3)), "a.weight_v": NORMAL((5, 3)), "a.bias": NORMAL(5),
        "b.weight": NORMAL((4, 5)) / 3, "b.bias": NORMAL(4),
        "c.weight_g": NORMAL((2, 1)), "c.weight_v": NORMAL((2, 4)),
    }  # fmt: skip
    return of_source(state, X, y, Said("sigmoid"))


NETWORKS = {
    "the paper's": paper(),
    "fan in, an offset": paper("fan_in", "softplus"),
    "two outputs": of_arrays(NORMAL((4, 3)), NORMAL((2, 4)), X, NORMAL((6, 2)), Said("sin")),
    "gains, biases": gains_and_biases(NORMAL((6, 2)), 0),
    "columns, labels": gains_and_biases(np.array([0, 1, 1, 0, 1, 0]), 1),
}


def moved(before: Moment, delta: np.ndarray) -> Moment:
    """The network with all that it stores moved."""
    pieces = split(before.net, delta)
    layers = [
        replace(a, **{k: getattr(a, k) + p[k] for k in p}) for a, p in zip(before.net.layers, pieces, strict=True)
    ]
    return moment(before.call + 1, replace(before.found, net=Layered(tuple(layers), before.net.phi)))


@pytest.mark.parametrize("name", NETWORKS)
def test_no_certified_number_exceeds_what_is_measured(name: str) -> None:
    now, certified = moment(0, NETWORKS[name]), 0
    momentum = np.zeros_like(now.slope)
    for size in (1e-3, 0.01, 0.1, 1.0, 0.3, 0.3):
        momentum = 0.3 * momentum - size * now.slope
        after = moved(now, momentum)
        step, row = step_between(now, after), row_of(now, None, EVERYTHING)
        assert step is not None
        assert step.measured == pytest.approx(math.log(now.loss / after.loss))
        if step.certified is not None:
            certified += 1
            assert 0 < step.certified <= step.measured + 1e-12
        assert_bounds(row.curvature, row.alpha_layers, row.alpha_explicit, below=True)
        assert_bounds(row.smoothness, row.smoothness_layers, row.smoothness_explicit, below=False)
        assert_smooth_on_the_way(now, after)
        now = after
    assert certified > 1


def assert_bounds(measured: float | None, *bounds: float | None, below: bool) -> None:
    assert measured is not None
    for bound in bounds:
        assert bound is None or (bound <= measured + 1e-12 if below else bound >= measured * (1 - 1e-9))


def assert_smooth_on_the_way(before: Moment, after: Moment) -> None:
    B = smoothness_between(before, after)
    assert smoothness_between(before, before) * (1 - 1e-12) <= B
    if after.loss <= before.loss:
        assert smoothness_between(after, after) * (1 - 1e-12) <= B
    for share in (0.0, 0.5, 1.0):
        there = moved(before, share * (after.flat - before.flat))
        if there.loss <= before.loss and there.found.loss is not None:
            assert of_loss(there.net, X, there.found.loss) <= B * (1 + 1e-9)


def test_the_size_of_a_step_is_told_of_descent_alone() -> None:
    now = moment(0, NETWORKS["gains, biases"])
    step = step_between(now, moved(now, -0.02 * now.slope))
    assert step is not None
    assert step.size == pytest.approx(0.02)
    aside = step_between(now, moved(now, -0.02 * now.slope + 0.02 * np.roll(now.slope, 1)))
    assert aside is not None
    assert aside.size is None
    other = replace(now.found, X=2 * X)
    assert step_between(now, moment(1, other)) is None


@pytest.mark.parametrize("scaling", ["fan_out", "fan_in"])
def test_alpha_is_that_of_an_audit(scaling: str) -> None:
    found = paper(scaling, "softplus")
    saved = as_saved(found)
    assert saved is not None
    told = re.search(r"2H√𝓛 = (\S+), R", rate(Audited(saved)))
    assert told is not None
    assert row_of(moment(0, found), None, EVERYTHING).alpha_explicit == pytest.approx(float(told[1]), rel=1e-3)


def test_rows_that_turn_round_come_near_to_zero_on_the_way() -> None:
    def at(row: tuple[float, float], call: int) -> Moment:
        W = [np.array([row, (0.0, 3.0)])]
        return moment(call, of_arrays(W, np.zeros(2), np.eye(2), np.ones(2), Said("tanh")))

    around = smoothness_between(at((2.0, 0.5), 0), at((-2.0, 0.5), 1))
    assert around == pytest.approx(smoothness_between(at((0.0, 0.5), 0), at((0.0, 0.5), 1)), rel=1e-12)
    assert smoothness_between(at((2.0, 0.0), 0), at((-2.0, 0.0), 1)) == math.inf


def test_a_kink_has_no_certified_smoothness() -> None:
    found = of_arrays(NORMAL((4, 3)), NORMAL(4), X, NORMAL(6), Said("relu"))
    now = moment(0, found)
    with np.errstate(all="ignore"):  # as in the log
        step, row = step_between(now, moved(now, -1e-3 * now.slope)), row_of(now, None, EVERYTHING)
    assert step is not None
    assert step.certified is None
    assert (row.smoothness_layers, row.smoothness_explicit, row.alpha_explicit) == (None, None, None)
