"""What rests on a gradient being orthogonal to its row: errors planted in the sweep are found on drawn instances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from wnverify import catalogue
from wnverify.arrays import FloatArray
from wnverify.engine.networks import elementary
from wnverify.judging.judge import Judge, Judgement

Step = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
THEOREMS = ("lemma_scale_invariance", "norm_growth_identity", "min_norm_monotone", "norm_growth_decay")
ANGLE = 1e-6
right = elementary.through_norm


def turned(rows: FloatArray, w: FloatArray, r: FloatArray) -> FloatArray:
    """The gradient turned by 1e-6 towards its row: a descent step then points inwards."""
    found = right(rows, w, r)
    return found + ANGLE * np.linalg.norm(found, axis=1, keepdims=True) * w / r[:, None]


def with_radial_part(rows: FloatArray, _: FloatArray, r: FloatArray) -> FloatArray:
    """The derivative of the norm forgotten."""
    return rows / r[:, None]


def wrong_norm(rows: FloatArray, w: FloatArray, r: FloatArray) -> FloatArray:
    """The derivative of the norm off by 1e-6."""
    quotient = with_radial_part(rows, w, r)
    return quotient + (1 + ANGLE) * (right(rows, w, r) - quotient)


def judged(name: str) -> list[Judgement]:
    """The theorem's claim, by the first route, on draws of every regime in a small and in a larger shape."""
    entry = next(entry for entry in catalogue.catalogue() if entry.id == f"banerjee2024/{name}")
    theorem = catalogue.load(entry)
    judge, rng = Judge(theorem.claim, theorem.family), np.random.default_rng(0)
    places = theorem.situations()
    chosen = [place for place in places if place.settings["activation"] == "tanh" and place.shape["m"] > 1][3:7]
    return [
        judge(theorem.family.draw(place, regime, 40, rng)) for place in chosen for regime in theorem.family.regimes
    ]


def broken(found: list[Judgement]) -> list[int]:
    """How many admissible instances break the claim, a draw each."""
    return [int(np.sum(one.ratio[one.admissible] > one.limit)) for one in found]


@pytest.mark.parametrize("name", THEOREMS)
def test_without_an_error_nothing_is_found(name: str) -> None:
    found = judged(name)
    assert sum(int(one.admissible.sum()) for one in found) > 300
    assert not any(broken(found))


@pytest.mark.parametrize("error", [turned, with_radial_part, wrong_norm], ids=lambda error: error.__name__)
@pytest.mark.parametrize("name", THEOREMS)
def test_a_planted_error_is_found_on_many_instances(name: str, error: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elementary, "through_norm", error)
    assert sum(broken(judged(name))) > 100
