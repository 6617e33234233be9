"""Whether a rate is certified is said with what would have to change, and what is named does it."""

import re

import numpy as np
import pytest

from wnverify.questions.audit.network import read_network
from wnverify.questions.audit.rate import _alpha, rate
from wnverify.questions.audit.subject import Audited


def parts(**words):
    rng = np.random.default_rng(3)
    X = rng.standard_normal((2, 3))
    found = {"W1": rng.standard_normal((4, 3)), "W2": rng.standard_normal((4, 4)), "v": np.full(4, 10.0)}
    return found | {"X": X / np.linalg.norm(X), "y": np.ones(2), "activation": "tanh"} | words


def said(**words):
    return rate(Audited(read_network(parts(**words))))


def test_what_would_certify_the_rate_does_at_the_same_ratio_and_loss():
    text = said()
    assert "not certified" in text
    subject = Audited(read_network(parts()))
    R, omega = (float(re.search(rf"{word} ([0-9.e+]+)", text)[1]) for word in (", R =", "ω ≥"))
    at = {"R": R, "beta": 4 / 27**0.5, "c0": 0.0, "rho": 19.0, "m": 4.0, "L": 2.0, "omega": omega}
    at["loss"] = float(np.mean((subject.layered.values(subject.net.X)[:, 0] - 1) ** 2))
    alpha = _alpha({})
    assert alpha({**at, "omega": omega * 1.02}) > 0 > alpha({**at, "omega": omega * 0.98})


def test_long_rows_near_the_targets_certify_it():
    exact = Audited(read_network(parts(W1=1e3 * parts()["W1"], W2=1e3 * parts()["W2"])))
    y = exact.layered.values(exact.net.X)[:, 0]
    W = {name: 1e3 * parts()[name] for name in ("W1", "W2")}
    assert said(**W, y=y + 1e-3).endswith("certified, by `banerjee2024/rsc` with κ = 1")


@pytest.mark.parametrize("words", [{"X": np.full((2, 3), 2.0)}, {"W1": np.eye(3), "W2": np.ones((4, 3))}])
def test_nothing_is_said_where_no_theorem_speaks(words):
    assert said(**words) == ""
