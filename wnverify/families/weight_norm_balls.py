"""Certified values of the WeightNorm quantities of one network, in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flint import arb

from wnverify.balls import network as balls
from wnverify.balls.expression import enclose
from wnverify.batch import Batch
from wnverify.engine.activations import exact_constants
from wnverify.families.weight_norm_quantities import scaling_of

Route = Callable[[balls.Network], Any]


def _rho(net: balls.Network) -> Any:
    excess = balls.output_weight_norm(net) - 1
    return excess.max(arb(0))


MEASURED: Mapping[str, Route] = {
    "rho": _rho,
    "omega": balls.min_row_norm,
    "input_norm": balls.input_norm,
    "output_abs": lambda net: abs(balls.output(net)),
    "gradient_norm": balls.gradient_norm,
    "hidden_gradient_norm": balls.hidden_gradient_norm,
    "input_gradient_norm": balls.input_gradient_norm,
    "hessian_norm": balls.hessian_norm,
}
CONSTANTS = ("beta", "c0", "slope")


def enclosures(batch: Batch, names: Collection[str], *, normalised: bool) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one network; None if one of them has no certified route here.

    None is also the answer for ReLU, which is not smooth, and for networks too large for a certified Hessian.
    """
    known = {*MEASURED, *CONSTANTS, *batch.shape}
    if not set(names) <= known or batch.settings["activation"] == "relu":
        return None
    net = _network(batch, normalised=normalised)
    if "hessian_norm" in names and net.p > balls.LARGEST_HESSIAN:
        return None
    constants = exact_constants(batch.settings["activation"])
    found: dict[str, Any] = {}
    for name in names:
        if name in MEASURED:
            found[name] = MEASURED[name](net)
        elif name in CONSTANTS:
            found[name] = enclose(constants[name], {})
        else:
            found[name] = arb(batch.shape[name])
    return found


def _network(batch: Batch, *, normalised: bool) -> balls.Network:
    arrays = batch.arrays
    W = [arrays[f"W{layer + 1}"][..., 0] for layer in range(batch.shape["L"])]
    activation, scaling = batch.settings["activation"], scaling_of(batch.settings)
    return balls.Network(W, arrays["v"][:, 0], arrays["x"][:, 0], activation, scaling, normalised)
