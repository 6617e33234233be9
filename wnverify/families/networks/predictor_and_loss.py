"""Regression problems with the quantities of the predictor beside those of the loss: the standard decompositions.

Each quantity of the predictor is a number of one network at one sample; here it is the largest over the samples. With
one sample, `n == 1`, it is the number itself.

    ∇²𝓛 = (2/n) Σ ∇f(x_i)∇f(x_i)ᵀ + (2/n) Σ (f(x_i) − y_i) ∇²f(x_i)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.kit.parts import once
from wnverify.families.networks.regression import REGRESSION, Regressions
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.family import Shape
from wnverify.quantities import Quantity, Route


@once
def at_samples(batch: Batch) -> list[Batch]:
    """The network at each sample, as instances of `weight_norm`."""
    rest = {name: array for name, array in batch.arrays.items() if name not in ("X", "y")}
    shape = {name: size for name, size in batch.shape.items() if name != "n"}
    X = batch.arrays["X"]
    return [
        Batch(WEIGHT_NORM.name, shape, batch.settings, {**rest, "x": np.ascontiguousarray(X[:, i])})
        for i in range(batch.shape["n"])
    ]


def _largest(measure: Callable[[Batch], FloatArray]) -> Callable[[Batch], FloatArray]:
    """The largest over the samples, (B,)."""
    return lambda batch: np.maximum.reduce([measure(one) for one in at_samples(batch)])


def _slope(route: Route) -> Callable[[Batch], Mapping[str, FloatArray]] | None:
    """The derivative of the largest over the samples: that at the first sample which attains it."""
    if (gradient := route.gradient) is None:
        return None

    def found(batch: Batch) -> Mapping[str, FloatArray]:
        ones = at_samples(batch)
        top = np.argmax([route.measure(one) for one in ones], axis=0)
        slopes = [gradient(one) for one in ones]
        X = np.zeros_like(batch.arrays["X"])
        for i, slope in enumerate(slopes):
            X[:, i] = np.where(top == i, slope.get("x", 0.0), 0.0)
        weights = {name for slope in slopes for name in slope if name != "x"}
        chosen = {name: [np.asarray(slope[name]) for slope in slopes] for name in weights}
        return {"X": X, **{name: _picked(parts, top) for name, parts in chosen.items()}}

    return found


def _picked(parts: list[FloatArray], top: FloatArray) -> FloatArray:
    """Of arrays with the batch last, one for each sample, those of the chosen sample of each instance."""
    found = parts[0]
    for i, part in enumerate(parts[1:], start=1):
        found = np.where(top == i, part, found)
    return found


def _over_samples(quantity: Quantity) -> Quantity:
    route = quantity.route
    if route is None:
        return quantity
    second = None if route.second is None else _largest(route.second)
    made = Route(_largest(route.measure), _slope(route), second, side=route.side, square=route.square)
    meaning = f"largest over the samples: {quantity.meaning}"
    kept = {name: getattr(quantity, name) for name in ("source", "shape", "latex")}
    return Quantity(quantity.name, meaning, low=0, route=made, **kept)


PREDICTOR: Mapping[str, Quantity] = {
    name: _over_samples(quantity)
    for name, quantity in WEIGHT_NORM.quantities.items()
    if name not in REGRESSION.quantities and quantity.low == 0 and not name.startswith("input_")
}
"""What is measured on the network at a sample, a norm each: of numbers of either sign the largest would say little.
Derivatives in the input are left out; they go with another power of d under `fan_in`."""


REACHED = 7
"""Shapes, of which the last has 30 parameters: what is measured at every sample is dear."""


class PredictorAndLoss(Regressions):
    """Regression problems, and the network of each at its samples."""

    name = "predictor_and_loss"
    quantities: Mapping[str, Quantity] = {**REGRESSION.quantities, **PREDICTOR}
    cost = 3.0

    def shapes(self) -> Sequence[Shape]:
        """The smaller ones of the problems."""
        return Regressions.shapes(self)[:REACHED]

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls: those of the problem, and the largest over the samples of those of the network."""
        of_problem = Regressions.enclosures(self, batch, [name for name in names if name not in PREDICTOR])
        wanted = [name for name in names if name in PREDICTOR]
        if of_problem is None or not wanted:
            return of_problem
        found = [WEIGHT_NORM.enclosures(one, wanted) for one in at_samples(batch)]
        known = [each for each in found if each is not None]
        if len(known) < len(found):
            return None
        from wnverify.families.networks.regression_balls import largest

        return {**of_problem, **{name: largest(each[name] for each in known) for name in wanted}}


PREDICTOR_AND_LOSS = PredictorAndLoss()
