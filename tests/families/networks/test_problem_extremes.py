"""Each kind of false claim about a loss, a pair or a run is broken by some extreme instance of a small shape."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.families.networks.test_extremes import broken
from wnverify.batch import Batch
from wnverify.families.networks import problem_extremes
from wnverify.families.networks.regression_pairs import PAIRS, distance, kappa
from wnverify.families.networks.training_run import TRAINING_RUN
from wnverify.judging.judge import Judge
from wnverify.questions.trial.ask import posed


@pytest.mark.parametrize(
    ("claim", "given", "settings"),
    [
        ("loss_next <= loss", [], {"family": "regression_pairs"}),
        ("loss_gradient_norm <= 1000*(1+rho)", ["omega >= 1"], {"family": "regression"}),
        ("loss >= 0.0000000000001", [], {"family": "regression"}),
        ("kappa >= 0.0001", [], {"family": "regression_pairs"}),
        ("distance <= 10*omega_start", [], {"family": "regression_pairs"}),
        (
            "rademacher <= 0.95*(1+rho)*input_norm/sqrt(n)",
            ["m == 1", "L == 2", "n >= 2", "d >= 2"],
            {"family": "signed_networks", "activation": "tanh"},
        ),
    ],
)
def test_every_kind_is_reached(claim, given, settings):
    assert broken(claim, given, **settings)


@pytest.mark.parametrize("momentum", ["momentum <= 1/10", "momentum <= 1/50"])
def test_rows_shrink_under_any_momentum_with_look_ahead(momentum):
    theorem = posed("row_growth >= 1", given=["decay == 0", momentum], activation="identity")
    judge = Judge(theorem.claim, theorem.family)
    shape = {"L": 1, "m": 2, "d": 2, "n": 2, "T": 4}
    (situation,) = [place for place in theorem.family.situations() if dict(place.shape) == shape]
    found = [judge(batch) for _, batch in theorem.family.extremes(situation)]
    assert max(float(judgement.ratio[judgement.accepted].max()) for judgement in found) > 1.01


def test_rows_do_not_shrink_without_momentum_and_decay():
    theorem = posed("min_norm_growth >= 1", given=["decay == 0", "momentum == 0"], activation="tanh")
    judge = Judge(theorem.claim, theorem.family)
    for situation in theorem.family.situations()[:6]:
        for words, batch in theorem.family.extremes(situation):
            assert judge(batch).ratio.max() <= 1 + 1e-7, words


def test_displacements_are_along_and_exactly_across():
    situation = PAIRS.situations({"activation": ["tanh"], "scaling": ["fan_out"]})[4]
    batches = [batch for _, batch in PAIRS.extremes(situation)]
    found = np.concatenate([kappa.route.measure(batch) for batch in batches])
    assert (found > 1 - 1e-9).any()
    assert (found < 1e-9).any()
    assert all((distance.route.measure(batch) > 0).all() for batch in batches)


def test_a_run_of_two_steps_or_one_sample_has_nothing_to_turn_back():
    first = TRAINING_RUN.situations()[0]
    assert not [words for words, _ in TRAINING_RUN.extremes(first) if "turned back" in words]


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e160, np.inf])
def test_displacements_follow_slopes_of_any_size(monkeypatch: pytest.MonkeyPatch, size: float) -> None:
    """The squares of a slope of 1e160 overflowed, and NumPy said so in the middle of a trial."""
    situation = PAIRS.situations({"activation": ["tanh"], "scaling": ["fan_out"]})[4]
    _, arrays = next(iter(problem_extremes.extreme_problems(situation)))
    start = Batch("regression", situation.shape, situation.settings, arrays)
    plain, exact = problem_extremes._displacements(start, np.zeros(start.size, int)), problem_extremes.gradient(start)
    with np.errstate(invalid="ignore"):  # an infinite slope, and one that is no number where it was 0
        huge = replace(exact, W=tuple(size * part for part in exact.W), v=size * exact.v)
    monkeypatch.setattr(problem_extremes, "gradient", lambda _: huge)
    found = problem_extremes._displacements(start, np.zeros(start.size, int))
    for name, part in plain.items():
        assert np.isfinite(found[name]).all()
        assert size == np.inf or found[name] == pytest.approx(part, rel=1e-12, abs=1e-300)
