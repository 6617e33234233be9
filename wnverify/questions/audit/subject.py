"""A user's network as instances of the families: one an input for the networks, one in all for their square loss."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.contractions import FEW_DIGITS
from wnverify.engine.layered.hessians import of_loss, predictor
from wnverify.engine.layered.losses import Loss
from wnverify.engine.layered.network import Layer, Layered
from wnverify.engine.networks.lanczos import anywhere, scaled
from wnverify.engine.networks.spectral import spectral_norm
from wnverify.errors import UsageError, expected
from wnverify.families.networks.regression import REGRESSION
from wnverify.families.networks.regression_fields import curvature, exponents
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.families.networks.weight_norm_fields import network
from wnverify.family import Family
from wnverify.quantities import Measure, Side
from wnverify.questions.audit.network import SavedNetwork
from wnverify.questions.audit.understood import scaled as with_scaling

NETWORKS, LOSSES = "weight_norm", "regression"
OF_NETWORK = (
    "L", "m", "d", "n", "rho", "omega", "beta", "c0", "slope", "direction_norm", "output_weight_norm", "row_norm_max",
    "weight_frobenius", "weight_spectral",
)  # fmt: skip
"""Quantities that are the same for every input."""
CHEAP = ("output", "output_abs", "gradient_norm", "input_gradient_norm", "input_norm", "loss")
"""Quantities that are told whatever theorems are asked for."""
CHUNK_NUMBERS = 2_000_000
DENSE_UP_TO, HESSIAN_UP_TO = 400, 300_000
"""Parameters up to which a spectral norm is exact to rounding, and up to which it is measured at all."""
LARGE = 20_000
"""Parameters beyond which Hessians are measured input by input, until the estimate settles to 1e-4."""
ESTIMATED = ("hessian_norm", "loss_hessian_norm")
"""Quantities that are estimated by iteration where the exact number would be dear."""
STEPS = 96
"""The most products with a Hessian that is not written down."""
RESCUED_UP_TO, MOST_RESCUED, NARROW = 2000, 64, 1e-12
"""Numbers of an instance, and instances, up to which balls stand in for floats; and how narrow they must be."""


@dataclass(frozen=True)
class Measured:
    """A quantity of the network.

    Args:
        value: its value; the largest over the inputs where it differs from input to input.
        per_input: its value at every input; None if it belongs to the network as a whole.
        side: how the number lies to the true one, in the words of `Side`.
    """

    value: float
    per_input: FloatArray | None
    side: str

    @property
    def worst_input(self) -> int | None:
        """The input at which it is largest."""
        return None if self.per_input is None else int(np.argmax(self.per_input))


@dataclass(frozen=True, eq=False)
class Audited:
    """A network as batches: one instance an input for the networks' family, one in all for the loss."""

    net: SavedNetwork

    @property
    def equal_widths(self) -> bool:
        """Whether all hidden layers have one width, as the theorems about m suppose."""
        return len(set(self.net.widths)) == 1

    @cached_property
    def shape(self) -> dict[str, int]:
        """L, d, and m where it exists."""
        shape = {"L": len(self.net.W), "d": int(self.net.X.shape[1])}
        return shape | ({"m": self.net.widths[0]} if self.equal_widths else {})

    @property
    def settings(self) -> dict[str, str]:
        """Activation and scaling."""
        return {"activation": self.net.activation, "scaling": self.net.scaling}

    @cached_property
    def batches(self) -> list[Batch]:
        """The inputs in chunks; results that are kept with a batch are shared by all theorems."""
        step = max(1, CHUNK_NUMBERS // self.net.parameters)
        count = self.net.X.shape[0]
        return [self._networks(slice(start, start + step)) for start in range(0, count, step)]

    def of(self, family: str) -> list[Batch]:
        """The instances of one family; none if the network has no targets and the family needs them."""
        return self.batches if family == NETWORKS else self.problems

    @cached_property
    def problems(self) -> list[Batch]:
        """The regression problem, if there are targets."""
        if self.net.y is None:
            return []
        arrays = {f"W{i + 1}": rows[:, :, None] for i, rows in enumerate(self.net.W)}
        arrays |= {"v": self.net.v[:, None], "X": self.net.X.T[:, :, None].copy(), "y": self.net.y[:, None]}
        return [Batch(LOSSES, self.shape | {"n": int(self.net.X.shape[0])}, self.settings, arrays)]

    def _networks(self, part: slice) -> Batch:
        x = np.ascontiguousarray(self.net.X[part].T)
        count = x.shape[1]
        arrays = {f"W{i + 1}": np.repeat(rows[:, :, None], count, axis=2) for i, rows in enumerate(self.net.W)}
        arrays |= {"v": np.repeat(self.net.v[:, None], count, axis=1), "x": x}
        return Batch(NETWORKS, self.shape, self.settings, arrays)

    def measures(self, name: str) -> bool:
        """Whether a quantity is measured at all: not m where the widths differ, no Hessian that is too large."""
        if name == "m" and not self.equal_widths:
            return False
        return self.net.parameters <= self.limit(name)

    def limit(self, name: str) -> float:
        """The most parameters of which a quantity is measured: a whole matrix takes the square of them in memory."""
        if name in ESTIMATED:
            return HESSIAN_UP_TO
        return DENSE_UP_TO if _is_square(name) else math.inf

    def one(self, family: str, index: int) -> Batch:
        """One instance of a family, by its position among all."""
        for batch in self.of(family):
            if index < batch.size:
                return batch.one(index)
            index -= batch.size
        raise UsageError(expected("the position of an instance", f"{index} too many"))

    def value(self, family: Family, name: str) -> FloatArray:
        """A quantity at every instance of its family.

        Raises:
            UsageError: if it cannot be measured, as where a matrix overflows.
        """
        route = family.quantities[name].route
        if route is None:
            raise UsageError(expected("a measurable quantity", name))
        measure = self._estimate(family.name, name) or route.measure
        try:
            with np.errstate(all="ignore"):
                return np.concatenate([_measured(family, name, measure, batch) for batch in self.of(family.name)])
        except np.linalg.LinAlgError as error:
            raise UsageError(expected(f"a network of which {name} can be measured", str(error))) from error

    @cached_property
    def layered(self) -> Layered:
        """The same network layer by layer, with one product for all of an input's Lanczos steps."""
        hidden = [Layer(f"W{index + 1}", "rows", rows) for index, rows in enumerate(self.net.W)]
        output = Layer("v", "plain", np.ascontiguousarray(self.net.v[None, :]))
        return Layered(tuple(with_scaling([*hidden, output], self.net.scaling)), ACTIVATIONS[self.net.activation])

    def _large(self, family: str) -> Measure:
        """A Hessian's norm of a large network: input by input, so that one basis of Lanczos steps is held."""
        if family == LOSSES:
            return self._large_loss
        return lambda batch: np.array([predictor(self.layered, x, np.ones(1)) for x in batch.arrays["x"].T])

    def _large_loss(self, _: Batch) -> FloatArray:
        if self.net.y is None:
            raise UsageError(expected("targets y", "none"))
        return np.array([of_loss(self.layered, self.net.X, Loss("square", self.net.y[:, None]))])

    def _estimate(self, family: str, name: str) -> Measure | None:
        """A Hessian's norm by iteration where the exact one would be dear; of one layer's network it never is."""
        if name not in ESTIMATED or self.net.parameters <= DENSE_UP_TO:
            return None
        if self.net.parameters > LARGE and (family == LOSSES or len(self.net.W) > 1):
            return self._large(family)
        if family == LOSSES:
            return _loss_hessian_norm
        return _hessian_norm if len(self.net.W) > 1 else None

    def measured(self, needed: Collection[str] | None = None) -> dict[str, Measured]:
        """Every quantity of both families by name; what no array can hold is left out, for the sake of the others.

        So is what takes a whole matrix and cannot be estimated: it is measured for the theorems that speak of it.

        Args:
            needed: what theorems speak of; what is dear is measured only if it is there. None for everything.
        """
        wanted = None if needed is None else {*needed, *OF_NETWORK, *CHEAP}
        found: dict[str, Measured] = {}
        families = [family for family in (WEIGHT_NORM, REGRESSION) if self.of(family.name)]
        for family, name in [(each, name) for each in families for name in each.quantities]:
            if name in found or not (wanted is None or name in wanted):
                continue
            if self.measures(name) and (name in ESTIMATED or not _is_square(name)):
                with suppress(UsageError):
                    found[name] = self._measured(family, name)
        return found

    def _measured(self, family: Family, name: str) -> Measured:
        values = self.value(family, name)
        side = Side.LOWER if self._estimate(family.name, name) else Side.EXACT
        whole = family.name == LOSSES or name in OF_NETWORK
        return Measured(float(np.max(values)), None if whole else values, side.value)


def _is_square(name: str) -> bool:
    """Whether a quantity takes a whole matrix of the parameters."""
    routes = [family.quantities[name].route for family in (WEIGHT_NORM, REGRESSION) if name in family.quantities]
    return any(route is not None and route.square for route in routes)


def _hessian_norm(batch: Batch) -> FloatArray:
    """‖∇²f‖₂ at every input by Lanczos steps; a lower estimate."""
    return spectral_norm(network(batch), method="lanczos").value


def _loss_hessian_norm(batch: Batch) -> FloatArray:
    """‖∇²𝓛‖₂ of one problem by Lanczos steps on Hessian–vector products; a lower estimate."""
    E = exponents(batch)
    return np.abs(scaled(curvature(batch), E, anywhere(E.shape[0])[:, None], STEPS).signed)


# ---- where double precision has no number, or few digits


def _measured(family: Family, name: str, measure: Measure, batch: Batch) -> FloatArray:
    """A quantity at every instance of a batch; by certified balls where floats have no number or few digits."""
    return batch.measured(name, lambda one: _rescued(family, name, one, measure(one)))


def _rescued(family: Family, name: str, batch: Batch, values: FloatArray) -> FloatArray:
    few = np.flatnonzero(~np.isfinite(values) | ((values != 0) & (np.abs(values) < FEW_DIGITS)))
    if not few.size or family.quantities[name].source.of_situation or sum(_sizes(batch)) > RESCUED_UP_TO:
        return values
    found = values.copy()
    for index in few[:MOST_RESCUED].tolist():
        balls = family.enclose(batch.one(index), (name,))
        if balls is not None and balls[name].rad() <= NARROW * abs(balls[name].mid()):
            found[index] = float(balls[name].mid())
    return found


def _sizes(batch: Batch) -> Iterator[int]:
    yield from (array.size // batch.size for array in batch.arrays.values())
