"""Certified values of the WeightNorm quantities of one network, in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, TypeVar

from flint import arb

from wnverify.arrays import FloatArray
from wnverify.balls import curvature, majorant, pieces, rows
from wnverify.balls import network as balls
from wnverify.balls.ball import at_least
from wnverify.balls.expression import enclose
from wnverify.balls.spectrum import euclidean_norm, greatest_eigenvalue, least_eigenvalue, symmetric_norm
from wnverify.batch import Batch
from wnverify.engine.activations import SMOOTH, exact_constants
from wnverify.engine.networks.ends import ends
from wnverify.engine.networks.lanczos import lanczos
from wnverify.engine.networks.network import parameters
from wnverify.families.networks.setting import scaling_of
from wnverify.families.networks.weight_norm_curvature import HIGH, LOW, eigenvector
from wnverify.families.networks.weight_norm_fields import network

Subject = TypeVar("Subject")
Routes = Mapping[str, Callable[[Subject], Any]]
Enclose = Callable[[Any], Any]
CONSTANTS = ("beta", "c0", "slope")
LARGEST_DENSE = 1000
"""Parameters up to which eigenvectors of both ends of the spectrum are found in floats."""


def collected(
    batch: Batch, names: Collection[str], routes: Routes[Subject], build: Callable[[Batch], Subject]
) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one instance; None if one of them has no route.

    None is also the answer for an activation that is not smooth.

    Args:
        batch: one instance.
        names: constants of the activation, sizes, or names of routes.
        routes: how to enclose the others.
        build: what the routes are given.
    """
    if not set(names) <= {*routes, *CONSTANTS, *batch.shape} or batch.settings["activation"] not in SMOOTH:
        return None
    constants = exact_constants(batch.settings["activation"])
    found: dict[str, Any] = {name: enclose(constants[name], {}) for name in names if name in CONSTANTS}
    found |= {name: arb(batch.shape[name]) for name in names if name in batch.shape}
    measured = [name for name in names if name not in found]
    if measured:
        with at_least(balls.PRECISION):
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
    "output_weight_norm": balls.output_weight_norm,
    "row_norm_max": rows.longest_row,
    "weight_frobenius": rows.weight_frobenius,
    "weight_spectral": rows.weight_spectral,
    "gradient_norm": balls.gradient_norm,
    "gradient_norm_v": lambda net: euclidean_norm(balls.gradient(net)[0][-net.v.size :]),
    "gradient_norm_W1": lambda net: rows.layer_gradient_norms(net)[0],
    "gradient_norm_WL": lambda net: rows.layer_gradient_norms(net)[-1],
    "layer_gradient_norm": lambda net: rows.largest(rows.layer_gradient_norms(net)),
    "hidden_gradient_norm": balls.hidden_gradient_norm,
    "input_gradient_norm": balls.input_gradient_norm,
    "cross_hessian_norm": curvature.cross_norm,
    "input_hessian_norm": lambda net: symmetric_norm(curvature.input_hessian(net)),
    "direction_norm": rows.direction_norm,
    "row_alignment": rows.row_alignment,
    "layer_jacobians": pieces.layer_jacobians,
    "layer_reach": pieces.reach,
    "activation_reach": pieces.activation_reach,
    "angle_reach": pieces.angle_reach,
    "angle_recursion": pieces.angle_recursion,
    "last_activation": pieces.last_activation,
    "row_curvature": pieces.row_curvature,
    "own_hessian_norm": pieces.own_norm,
    "cross_term_norm": pieces.cross_norm,
    "bent_hessian_norm": pieces.bent_norm,
}


def enclosures(batch: Batch, names: Collection[str], *, normalised: bool) -> Mapping[str, Any] | None:
    """Balls around the named quantities of one network; None if one of them has no certified route here.

    Beyond `LARGEST_HESSIAN` parameters the Hessian's numbers lie between a Rayleigh quotient and a majorant.
    """
    routes = {**MEASURED, **_of_hessian(batch)}
    return collected(batch, names, routes, lambda one: _network(one, normalised=normalised))


def _of_hessian(batch: Batch) -> Routes[balls.Network]:
    """What is read off ∇²_θ f, which is enclosed once for all of it."""
    whole = cache(balls.hessian)

    def top() -> FloatArray:
        return lanczos(network(batch)).vector[:, 0]

    def end(which: int) -> FloatArray:
        net = network(batch)
        return eigenvector(ends(net, vectors=True), which)[:, 0] if parameters(net) <= LARGEST_DENSE else top()

    def top_hidden() -> FloatArray:
        """Nearly the top eigenvector of the block of the hidden layers, along which v stays."""
        net = network(batch)
        found = ends(net, vectors=True, hidden=True) if parameters(net) <= LARGEST_DENSE else None
        vector = top() if found is None else eigenvector(found, HIGH if found.high >= -found.low else LOW)[:, 0]
        vector[-net.v.shape[0] :] = 0.0
        return vector

    def small_or(small: Enclose, large: Enclose) -> Enclose:
        return lambda net: small(whole(net)) if net.p <= balls.LARGEST_HESSIAN else large(net)

    return {
        "hessian_norm": small_or(symmetric_norm, lambda net: majorant.hessian_norm_bracket(net, top())),
        "hessian_min": small_or(least_eigenvalue, lambda net: curvature.bracket_of_end(net, end(LOW), -1)),
        "hessian_max": small_or(greatest_eigenvalue, lambda net: curvature.bracket_of_end(net, end(HIGH), 1)),
        "hessian_frobenius": small_or(
            lambda matrix: euclidean_norm(matrix.entries()), lambda net: curvature.bracket_of_frobenius(net, top())
        ),
        "hidden_hessian_norm": lambda net: (
            symmetric_norm(curvature.hidden_block(whole(net), net.v.size))
            if net.p <= balls.LARGEST_HESSIAN
            else majorant.hessian_norm_bracket(net, top_hidden())
        ),
        "hessian_trace": lambda net: (
            curvature.hessian_trace(net) if net.p <= balls.LARGEST_HESSIAN else curvature.bracket_of_trace(net)
        ),
    }


def _network(batch: Batch, *, normalised: bool) -> balls.Network:
    arrays = batch.arrays
    W = [arrays[f"W{layer + 1}"][..., 0] for layer in range(batch.shape["L"])]
    activation, scaling = batch.settings["activation"], scaling_of(batch.settings)
    return balls.Network(W, arrays["v"][:, 0], arrays["x"][:, 0], activation, scaling, normalised)
