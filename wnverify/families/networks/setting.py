"""The setting of Cisneros-Velarde et al. (arXiv:2409.08935): sizes, activation, hypotheses, and how rows are kept.

Everything is stated for the scaling `fan_out`; `radius` and `rescaling` say what `fan_in` changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import sympy

from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS, SMOOTH
from wnverify.engine.networks.network import Network, check_network
from wnverify.errors import RecordError, WnverifyError, expected
from wnverify.families.kit.parts import constant, size
from wnverify.families.kit.table import Array, Tabled
from wnverify.families.networks.moves import LEVELS
from wnverify.family import Levels, Settings, Situation
from wnverify.quantities import Quantity

Given: TypeAlias = Mapping[str, tuple[Any, str, Any]]


def _of_activation(name: str, meaning: str, latex: str) -> Quantity:
    def value(batch: Batch) -> float:
        return float(getattr(ACTIVATIONS[batch.settings["activation"]], name))

    return constant(name, meaning, value, low=0, latex=latex)


L = size("L", "depth: number of hidden layers")
m = size("m", "width of every hidden layer")
d = size("d", "input dimension")
beta = _of_activation("beta", "smoothness of the activation, sup|φ″| (infinite for ReLU)", r"\beta")
c0 = _of_activation("c0", "|φ(0)|", "c_0")
slope = _of_activation("slope", "Lipschitz constant of the activation, sup|φ′|", r"\sup|\phi'|")


# ---- hypotheses


def hypotheses(
    input_norm: Quantity,
    omega: Quantity | None = None,
    *,
    smooth: bool = True,
    rows: str = "no zero row",
    radius: Any = 1,
) -> Given:
    """The hypotheses of the paper's setting.

    Args:
        input_norm: ‖x‖.
        omega: the least row norm; None where rows have norm 1.
        smooth: whether φ has a bounded second derivative, which bounds on values and gradients need not suppose.
        rows: what ω > 0 is called.
        radius: of the input ball; claims that are rescaled say 1 in every scaling.
    """
    ball = "unit ball" if radius == 1 else "ball of radius √d"
    given = {"1-Lipschitz activation": (slope, "<=", 1), f"inputs in the {ball}": (input_norm, "<=", radius)}
    if omega is not None:
        given[rows] = (omega, ">", 0)
    return {**given, "smooth activation": (beta, "<", sympy.oo)} if smooth else given


# ---- scalings


def scaling_of(settings: Settings) -> Literal["fan_out", "fan_in"]:
    """The scaling among the settings of a network."""
    return "fan_out" if settings["scaling"] == "fan_out" else "fan_in"


def radius(situation: Situation) -> float:
    """Radius of the input ball: 1 under `fan_out`, √d under `fan_in`."""
    return 1.0 if situation.settings["scaling"] == "fan_out" else float(np.sqrt(situation.shape["d"]))


# ---- rows


def layers(depth: int, name: str = "W", lead: str = "", *, vectors: bool = True) -> dict[str, Array]:
    """The weights of the hidden layers as arrays of a table.

    Args:
        depth: L.
        name: `W` for W1, …, WL.
        lead: an axis before the others.
        vectors: whether rows are normalised, so that none may vanish.
    """
    return {
        f"{name}{layer + 1}": Array(f"{lead} m {'m' if layer else 'd'}", vectors=vectors) for layer in range(depth)
    }


def check_rows(net: Network) -> None:
    """Refuse rows whose norm is no number > 0: a row of 1e-170 has a direction, but no norm in floats.

    Raises:
        RecordError: says which row it is.
    """
    try:
        check_network(net)
    except WnverifyError as error:
        raise RecordError(str(error)) from error


class OverNetworks(Tabled):
    """What the families over networks share."""

    def standard(self, narrowed: Mapping[str, Sequence[str]]) -> Given:
        """The paper's setting for the activations and the scaling chosen, as far as the family has its symbols.

        Typed claims are not rescaled: under `fan_in` alone the input ball has radius √d.
        """
        if "input_norm" not in self.quantities:
            return {}
        smooth = set(narrowed.get("activation", ())) <= set(SMOOTH)
        radius = sympy.sqrt(d) if tuple(narrowed.get("scaling", ())) == ("fan_in",) else 1
        return hypotheses(self.quantities["input_norm"], self.quantities.get("omega"), smooth=smooth, radius=radius)

    def levels(self) -> Mapping[str, Levels]:
        """Of the sizes, and of what can be moved."""
        told = {name: levels for name, levels in LEVELS.items() if name in self.quantities}
        return {**told, **{name: levels for name, levels in Tabled.levels(self).items() if name not in told}}

    def rescaling(self, settings: Settings) -> Mapping[sympy.Symbol, Any]:
        """What becomes of a claim stated for `fan_out`: under `fan_in` it holds for φ_out(z) = φ(√m z)/√m.

        Hence β → √m β and c0 → c0/√m, and inputs are measured in their ball's radius √d.
        """
        if settings["scaling"] == "fan_out":
            return {}
        x = self.quantities["input_norm"]
        return {beta: sympy.sqrt(m) * beta, c0: c0 / sympy.sqrt(m), x: x / sympy.sqrt(d)}

    def check(self, batch: Batch) -> None:
        """Refuse what is not an instance; of a depth for which there are not even arrays no table is made.

        Raises:
            RecordError: says what was expected, and what was found.
        """
        depth = batch.shape.get("L", 0)
        if depth > len(batch.arrays):
            raise RecordError(expected(f"arrays for L={depth} layers", f"{len(batch.arrays)} in all"))
        Tabled.check(self, batch)
