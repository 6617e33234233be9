"""Certified values of the WeightNorm quantities of one network, in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from flint import arb, ctx

from wnverify.balls import majorant, rows
from wnverify.balls import network as balls
from wnverify.balls.expression import enclose
from wnverify.batch import Batch
from wnverify.engine.activations import exact_constants
from wnverify.engine.networks.lanczos import lanczos
from wnverify.families.networks.weight_norm_quantities import network, scaling_of

Subject = TypeVar("Subject")
Routes = Mapping[str, Callable[[Subject], Any]]
CONSTANTS = ("beta", "c0", "slope")


def collected(
    batch: Batch, names: Collection[str], routes: Routes[Subject], build: Callable[[Batch], Subject]
) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one instance; None if one of them has no route.

    None is also the answer for ReLU, which is not smooth.

    Args:
        batch: one instance.
        names: constants of the activation, sizes, or names of routes.
        routes: how to enclose the others.
        build: what the routes are given.
    """
    if not set(names) <= {*routes, *CONSTANTS, *batch.shape} or batch.settings["activation"] == "relu":
        return None
    constants = exact_constants(batch.settings["activation"])
    found: dict[str, Any] = {name: enclose(constants[name], {}) for name in names if name in CONSTANTS}
    found |= {name: arb(batch.shape[name]) for name in names if name in batch.shape}
    measured = [name for name in names if name not in found]
    if measured:
        with ctx.workprec(balls.PRECISION):
            subject = build(batch)
            found |= {name: routes[name](subject) for name in measured}
    return found


def excess(norm: Any) -> Any:
    """ρ₁ = max(‖v‖ − 1, 0)."""
    return (norm - 1).max(arb(0))


MEASURED: Routes[balls.Network] = {
    "rho": lambda net: excess(balls.output_weight_norm(net)),
    "omega": balls.min_row_norm,
    "input_norm": balls.input_norm,
    "output_abs": lambda net: abs(balls.output(net)),
    "gradient_norm": balls.gradient_norm,
    "hidden_gradient_norm": balls.hidden_gradient_norm,
    "input_gradient_norm": balls.input_gradient_norm,
    "hessian_norm": balls.hessian_norm,
    "direction_norm": rows.direction_norm,
    "row_alignment": rows.row_alignment,
}


def enclosures(batch: Batch, names: Collection[str], *, normalised: bool) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one network; None if one of them has no certified route here.

    Beyond `LARGEST_HESSIAN` parameters the Hessian's norm lies between a Rayleigh quotient and a majorant.
    """

    def build(batch: Batch) -> balls.Network:
        return _network(batch, normalised=normalised)

    large = batch.settings["activation"] != "relu" and "hessian_norm" in names and build(batch).p > LARGEST
    routes = {**MEASURED, "hessian_norm": lambda net: _bracket(batch, net)} if large else MEASURED
    return collected(batch, names, routes, build)


LARGEST = balls.LARGEST_HESSIAN


def _bracket(batch: Batch, net: balls.Network) -> Any:
    return majorant.hessian_norm_bracket(net, lanczos(network(batch)).vector[:, 0])


def _network(batch: Batch, *, normalised: bool) -> balls.Network:
    arrays = batch.arrays
    W = [arrays[f"W{layer + 1}"][..., 0] for layer in range(batch.shape["L"])]
    activation, scaling = batch.settings["activation"], scaling_of(batch.settings)
    return balls.Network(W, arrays["v"][:, 0], arrays["x"][:, 0], activation, scaling, normalised)
