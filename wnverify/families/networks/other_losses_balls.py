"""Certified values of the quantities of one pair with any loss, in balls."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flint import arb

from wnverify.balls import loss as balls
from wnverify.balls.losses import Jet
from wnverify.batch import Batch
from wnverify.engine.networks.losses import LOSSES
from wnverify.families.networks.regression_balls import HESSIAN, PAIRS, Pair, least, pair_of
from wnverify.families.networks.weight_norm_balls import Routes, collected


def _samples(pair: Pair) -> list[Jet]:
    return balls.sample_losses(pair.reg)


def _slope_mean(pair: Pair) -> Any:
    return sum((abs(first) for _, first, _ in _samples(pair)), arb(0)) / pair.reg.n


def _slope_square(pair: Pair) -> Any:
    return sum((first * first for _, first, _ in _samples(pair)), arb(0)) / pair.reg.n


def _least_curved(pair: Pair) -> Any:
    return least(second for _, _, second in (*_samples(pair), *balls.sample_losses(pair.other)))


ROUTES: Routes[Pair] = {
    **PAIRS,
    **HESSIAN,
    "slope_mean": _slope_mean,
    "slope_square": _slope_square,
    "least_curved": _least_curved,
    "most_curved": lambda pair: arb(LOSSES[pair.reg.loss].most_curved),
}


def enclosures(batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one pair."""
    return collected(batch, names, ROUTES, pair_of)
