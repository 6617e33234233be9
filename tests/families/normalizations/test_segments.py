from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.bounds.square_loss import ROOM, convergence_parts, descent_parts, rsc_parts
from wnverify.claim import Claim
from wnverify.families.normalizations.batch_norm_descent import BATCH_NORM_DESCENT
from wnverify.families.normalizations.batch_norm_loss import BATCH_NORM_LOSS
from wnverify.families.normalizations.rms_norm_descent import RMS_NORM_DESCENT
from wnverify.families.normalizations.rms_norm_on_data import RMS_NORM_ON_DATA
from wnverify.family import Family, Situation
from wnverify.judging.judge import Judge
from wnverify.search.lot import lot
from wnverify.search.plan import draw
from wnverify.search.settle import decide
from wnverify.search.tally import Tally
from wnverify.verdict import Verdict

SIZES = {"RMSNorm": (3, 2), "LayerNorm": (3, 2), "BatchNorm": (2, 4)}
"""m and n by what is normalised."""


class Problem:
    """A pair of the family, with the loss for its targets, differentiated by autograd, at any other weights."""

    def __init__(self, norm: str, epsilon: str) -> None:
        self.norm, (m, n) = norm, SIZES[norm]
        self.family, self.alone = (
            (BATCH_NORM_DESCENT, BATCH_NORM_LOSS) if norm == "BatchNorm" else (RMS_NORM_DESCENT, RMS_NORM_ON_DATA)
        )
        chosen = {"activation": "tanh", "norm": norm, "epsilon": epsilon}
        settings = {name: chosen[name] for name in self.family.settings}
        place = Situation({"L": 2, "m": m, "n": n, "T": 2}, settings)
        batch = self.family.draw(place, "gaussian", 1, np.random.default_rng(5))
        self.batch = batch.with_arrays({**batch.arrays, "tau": np.array([0.01]), "eta": np.array([0.03])})
        self.W, self.v = batch.arrays["W"], batch.arrays["v"]
        self.y = self._outputs() - 0.01 * batch.arrays["e"]

    def _outputs(self) -> np.ndarray:
        """f_1, …, f_n from the definitions."""
        alpha, epsilon = self.batch.arrays["x"][..., 0], float(self.batch.settings["epsilon"] == "1")
        axis = 0 if self.norm == "BatchNorm" else 1
        for layer in self.W[..., 0]:
            z = alpha @ layer.T
            z = z if self.norm == "RMSNorm" else z - z.mean(axis=axis, keepdims=True)
            alpha = np.tanh(z / np.sqrt((z * z).mean(axis=axis, keepdims=True) + epsilon)) / np.sqrt(len(layer))
        return alpha @ self.v

    def at(self, W: np.ndarray, v: np.ndarray) -> Batch:
        arrays = {"W": W, "v": v, "y": self.y, "x" if self.norm == "BatchNorm" else "X": self.batch.arrays["x"]}
        shape = {name: size for name, size in self.batch.shape.items() if name != "T"}
        settings = {**self.batch.settings, "loss": "square"}
        return self.alone.batch(Situation(shape, {name: settings[name] for name in self.alone.settings}), arrays)

    def gradient(self, W: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = self.alone.at.gradient(self.at(W, v))
        return found["W"], found["v"]

    def loss(self, W: np.ndarray, v: np.ndarray) -> float:
        return self.measured("loss", self.at(W, v))

    def measured(self, name: str, batch: Batch | None = None) -> float:
        family = self.family if batch is None else self.alone
        return float(family.quantities[name].route.measure(batch or self.batch)[0])


@pytest.mark.parametrize("epsilon", ["none", "1"])
@pytest.mark.parametrize("norm", SIZES)
def test_pairs_and_runs_are_those_of_the_loss_that_autograd_differentiates(norm: str, epsilon: str) -> None:
    problem = Problem(norm, epsilon)
    W, v, (gW, gv) = problem.W, problem.v, problem.gradient(problem.W, problem.v)
    dW, dv = (0.01 * problem.batch.arrays[name] for name in ("dW", "dv"))
    tilt, distance = np.sum(gW * dW) + np.sum(gv * dv), np.sqrt(np.sum(dW**2) + np.sum(dv**2))
    loss, other, length = problem.loss(W, v), problem.loss(W + dW, v + dv), np.sqrt(np.sum(gW**2) + np.sum(gv**2))
    wanted = {
        "loss": loss, "loss_other": other, "loss_gradient_norm": length, "tilt": abs(tilt),
        "distance": distance,
    }  # fmt: skip
    work, ratios = 0.0, []
    for _ in range(2):
        work += np.sum(gW**2) + np.sum(gv**2)
        ratios.append((np.sum(gW**2) + np.sum(gv**2)) / problem.loss(W, v))
        W, v = W - 0.03 * gW, v - 0.03 * gv
        gW, gv = problem.gradient(W, v)
    wanted |= {"work": work, "gradient_ratio": min(ratios), "loss_next": problem.loss(W, v)}
    for name, value in wanted.items():
        assert problem.measured(name) == pytest.approx(value, rel=1e-9), name
    assert problem.measured("rsc_gap") == pytest.approx(other - loss - tilt, abs=1e-12 * loss + 1e-15)


@pytest.mark.parametrize("norm", SIZES)
def test_what_holds_on_a_segment_holds_at_each_of_its_points(norm: str) -> None:
    problem = Problem(norm, "none")
    dW = problem.batch.arrays["dW"]
    for name in ("reach", "bend"):
        points = [problem.measured(name, problem.at(problem.W + t * dW, problem.v)) for t in (0.0, 0.003, 0.01)]
        assert max(points) < problem.measured(name) < 2 * max(points)
    still = problem.batch.with_arrays({**problem.batch.arrays, "dW": 0 * dW})
    for name in ("reach", "bend"):
        found = float(problem.family.quantities[name].route.measure(still)[0])
        assert found == pytest.approx(problem.measured(name, problem.at(problem.W, problem.v)))


def test_a_segment_that_may_meet_zero_has_no_room() -> None:
    problem = Problem("BatchNorm", "none")
    assert 0.1 < problem.measured("room") < 1
    far = problem.batch.with_arrays({**problem.batch.arrays, "dW": -100 * problem.W})
    assert problem.family.quantities["room"].route.measure(far)[0] < 0


def false_claims(of: Family) -> dict[str, Claim]:
    """One of each kind that the families of segments and of descent speak of."""
    gap, shrinkage, room = of.symbols("rsc_gap shrinkage room")
    return {
        "a divisor never falls": Claim(shrinkage, ">=", 1, given={"room": (room, ">=", ROOM)}),
        "a loss is convex": Claim(gap, ">=", 0, given=rsc_parts(of, {})["claim"].given),
        "twice the decrease": descent_parts(of)["mutants"]["ζ(2−ζ)/β"],
        "twice the rate": convergence_parts(of, "")["mutants"]["ζ(2−ζ)R/β"],
    }


@pytest.mark.parametrize("of", [RMS_NORM_DESCENT, BATCH_NORM_DESCENT], ids=lambda of: of.name)
@pytest.mark.parametrize("name", false_claims(RMS_NORM_DESCENT))
def test_balls_refute_what_is_false_of_segments_and_of_descent(of: Family, name: str) -> None:
    judge = Judge(false_claims(of)[name], of)
    for situation in [each for each in of.situations() if each.settings["epsilon"] == "1"][-2:]:
        tally = Tally(judge)
        tally.add_lot(lot([*draw(of, situation, 400, np.random.default_rng(1))]), situation)
        verdict, _, found = decide(tally)
        assert verdict is Verdict.REFUTED
        assert found.certified
