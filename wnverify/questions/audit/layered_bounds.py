"""What is measured of a layered network, and the bounds that are set beside it, each with what it needs.

A bound comes twice where that says more: from norms and gains alone, as the theorems have it, and, as `…_measured`,
from the spectral norms of the layers and the activations at each input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.engine.layered.chain import Chain, direction_share
from wnverify.engine.layered.gradients import Firsts, firsts, largest
from wnverify.engine.layered.hessians import of_loss, predictor
from wnverify.engine.layered.losses import Loss
from wnverify.errors import UsageError, expected
from wnverify.questions.audit.understood import Understood

SECONDS, PER_PRODUCT, PER_NUMBER, STEPS = 20.0, 3e-4, 6e-8, 30
"""Hessians are measured at as many of the worst inputs as this allows, at these costs of a product and its steps."""
Sides = tuple[FloatArray, FloatArray, "NDArray[np.intp] | None"]
"""Both sides at inputs, and which inputs; None for all of them, or for one number of the network."""
Told = Callable[[str, int, int], None]
"""(what, done, of how many) while something long is measured."""


@dataclass(frozen=True, eq=False)
class Measuring:
    """Everything that can be measured, each when it is first asked for.

    Args:
        of: the network with its data.
        told: is told how far it is.
    """

    of: Understood
    told: Told

    @cached_property
    def values(self) -> FloatArray:
        """F, (n, K)."""
        return self.of.net.values(self.of.X)

    @cached_property
    def sizes(self) -> FloatArray:
        """‖x‖, (n,)."""
        return np.asarray(np.linalg.norm(self.of.X, axis=1))

    @cached_property
    def firsts(self) -> Firsts:
        """Values and first derivatives."""
        n = self.of.X.shape[0]
        return firsts(self.of.net, self.of.X, lambda done: self.told("gradients", done, n))

    @cached_property
    def gradients(self) -> FloatArray:
        """‖∂F/∂θ‖₂, (n,)."""
        return largest(self.firsts.whole)

    @cached_property
    def shares(self) -> FloatArray:
        """The root of the mean over outputs of Σ_l m_l ω_l²‖∂F_k/∂V^l‖², (n,)."""
        hidden = self.of.net.hidden
        weights = np.array([layer.V.shape[0] * float(layer.norms.min()) ** 2 for layer in hidden])
        return np.asarray(np.sqrt(np.sum(self.firsts.layers[:, :-1] * weights, axis=1) / self.of.net.outputs))

    @cached_property
    def by_norms(self) -> Chain:
        """Bounds from norms and gains."""
        return Chain(self.of.net, self.sizes)

    @cached_property
    def by_layers(self) -> Chain:
        """Bounds from spectral norms and activations."""
        return Chain(self.of.net, self.sizes, self.states)

    @cached_property
    def states(self) -> FloatArray:
        """‖α⁰‖, …, ‖α^L‖, (n, L+1)."""
        return self.firsts.states if "firsts" in vars(self) else self.of.net.reached(self.of.X)

    @cached_property
    def sharp(self) -> Chain:
        """The same without activations, for what its layers stretch by."""
        return Chain(self.of.net, self.sizes, self.sizes[:, None])

    @cached_property
    def worst(self) -> NDArray[np.intp]:
        """The inputs at which Hessians are measured: those of largest gradients, worst first."""
        net = self.of.net
        each_input = net.outputs * min(STEPS, net.parameters) * (PER_PRODUCT + PER_NUMBER * net.parameters)
        count = int(np.clip(SECONDS // each_input, 1, self.of.X.shape[0]))
        return np.argsort(-self.gradients, kind="stable")[:count]

    @cached_property
    def hessians(self) -> FloatArray:
        """‖∇²_θ F_k‖₂ at these inputs, (inputs, K)."""
        net, found = self.of.net, []
        for done, index in enumerate(self.worst.tolist()):
            found.append([predictor(net, self.of.X[index], w) for w in np.eye(net.outputs)])
            self.told("Hessians", done + 1, len(self.worst))
        return np.array(found)

    @cached_property
    def loss_slopes(self) -> FloatArray:
        """‖∂ℓ/∂F‖ at every input, (n,)."""
        return np.asarray(np.linalg.norm(self._loss.slopes(self.values), axis=1))

    @property
    def _loss(self) -> Loss:
        if self.of.loss is None:
            raise UsageError(expected("targets y", "none"))
        return self.of.loss

    @cached_property
    def loss(self) -> float:
        """𝓛."""
        return float(np.mean(self._loss.values(self.values)))

    @cached_property
    def loss_gradient(self) -> float:
        """‖∇𝓛‖."""
        return self._loss.gradient_norm(self.of.net, self.of.X)

    @cached_property
    def loss_hessian(self) -> float:
        """‖∇²𝓛‖₂, a lower estimate."""
        return of_loss(self.of.net, self.of.X, self._loss, lambda done: self.told("Hessian of the loss", done, 0))

    @cached_property
    def piece(self) -> Chain:
        """The same for the smooth piece of a network with kinks, where φ″ = 0 at every z."""
        return Chain(self.of.net, self.sizes, self.states, 0.0)

    def loss_bounds(self, chain: Chain) -> tuple[float, float]:
        """(mean ‖∂ℓ/∂F‖G, sup‖∂²ℓ/∂F²‖ mean G² + mean ‖∂ℓ/∂F‖H), which bound ‖∇𝓛‖ and ‖∇²𝓛‖₂."""
        G = chain.gradient()
        second = self._loss.curvature * float(np.mean(G**2)) + float(np.mean(self.loss_slopes * chain.hessian()))
        return float(np.mean(self.loss_slopes * G)), second


# ---- the bounds


@dataclass(frozen=True)
class Bound:
    """A bound that may apply.

    Args:
        id: its name.
        statement: what it says.
        theorems: the theorems of the catalogue's normalizations that it generalises, the nearest first.
        needs: names of hypotheses, of those that `hypotheses` knows.
        sides: both sides at every input, or as one number; and at which inputs, None for all of them.
    """

    id: str
    statement: str
    theorems: tuple[str, ...]
    needs: tuple[str, ...]
    sides: Callable[[Measuring], Sides]


def _hessian(m: Measuring, chain: Chain) -> Sides:
    return m.hessians.max(axis=1), chain.hessian()[m.worst], m.worst


def _one(lhs: float, rhs: float) -> Sides:
    return np.array([lhs]), np.array([rhs]), None


SMOOTH, TARGETS, PIECE = "β < ∞", "targets y", "no z at a kink"
_KINDS = ("deep_outputs", "several_outputs", "columns", "whole")
GRADIENT, HESSIAN = (tuple(f"{kind}_{of}" for kind in _KINDS) for of in ("gradient", "hessian"))
BOUNDS = (
    Bound(
        "layered/output", "‖F(x)‖ ≤ A, a_l = min(χ_l a_{l−1} + s‖b^l‖ + √m_l|φ(0)|, √m_l sup|φ|)",
        ("deep_outputs_output", "biases_output"), (),
        lambda m: (np.linalg.norm(m.values, axis=1), m.by_norms.output(), None),
    ),
    Bound(
        "layered/input", "‖∂F/∂x‖₂ ≤ Πχ_l", ("deep_outputs_output", "gains_input"), (),
        lambda m: (largest(m.firsts.into), m.by_norms.into(), None),
    ),
    Bound(
        "layered/input_measured", "the same with spectral norms", ("deep_outputs_output", "gains_input"), (),
        lambda m: (largest(m.firsts.into), m.by_layers.into(), None),
    ),
    Bound(
        "layered/gradient", "‖∂F/∂θ‖₂² ≤ Σ(p_l T_l)²", GRADIENT, (),
        lambda m: (m.gradients, m.by_norms.gradient(), None),
    ),
    Bound(
        "layered/gradient_measured", "the same with spectral norms and activations", GRADIENT, (),
        lambda m: (m.gradients, m.by_layers.gradient(), None),
    ),
    Bound(
        "layered/gradient_in_gains", "‖∂F/∂g‖₂² ≤ Σ(s a_{l−1} T_l)²",
        ("deep_outputs_gradient_in_gains", "gains_gradient_in_gains"), ("gains",),
        lambda m: (largest(m.firsts.kinds["g"]), m.by_norms.kind("g"), None),
    ),
    Bound(
        "layered/gradient_in_biases", "‖∂F/∂b‖₂² ≤ Σ(s T_l)²",
        ("deep_outputs_gradient_in_biases", "biases_gradient_in_biases"), ("biases",),
        lambda m: (largest(m.firsts.kinds["b"]), m.by_norms.kind("b"), None),
    ),
    Bound(
        "layered/gradient_in_directions", "Σ m_l ω_l²‖∂F_k/∂V^l‖² ≤ (2 − 1/M)P²V²‖x‖², the mean over outputs",
        ("gains_hidden_gradient", "unequal_widths_rows_gradient"), ("rows", "no biases", "φ(0) = 0", "|φ′| ≤ 1"),
        lambda m: (m.shares, direction_share(m.of.net, m.sizes), None),
    ),
    Bound(
        "layered/hessian", "‖∇²F_k‖₂ ≤ λ_max(Q)", HESSIAN, (SMOOTH,),
        lambda m: _hessian(m, m.by_norms),
    ),
    Bound(
        "layered/hessian_measured", "the same with spectral norms and activations", HESSIAN, (SMOOTH,),
        lambda m: _hessian(m, m.by_layers),
    ),
    Bound(
        "layered/loss_gradient", "‖∇𝓛‖ ≤ mean ‖∂ℓ/∂F‖G", ("several_outputs_loss_gradient",), (TARGETS,),
        lambda m: _one(m.loss_gradient, m.loss_bounds(m.by_layers)[0]),
    ),
    Bound(
        "layered/loss_hessian", "‖∇²𝓛‖₂ ≤ sup‖∂²ℓ‖ mean G² + mean ‖∂ℓ/∂F‖H",
        ("several_outputs_loss_hessian",),
        (TARGETS, SMOOTH), lambda m: _one(m.loss_hessian, m.loss_bounds(m.by_layers)[1]),
    ),
    Bound(
        "layered/hessian_of_piece", "‖∇²F_k‖₂ ≤ λ_max(Q) with β = 0, where no z is at a kink", HESSIAN, (PIECE,),
        lambda m: _hessian(m, m.piece),
    ),
    Bound(
        "layered/loss_hessian_of_piece", "‖∇²𝓛‖₂ ≤ sup‖∂²ℓ‖ mean G² + mean ‖∂ℓ/∂F‖H of the same",
        ("several_outputs_loss_hessian",),
        (TARGETS, PIECE), lambda m: _one(m.loss_hessian, m.loss_bounds(m.piece)[1]),
    ),
)  # fmt: skip


def unmet(bound: Bound, found: Understood) -> str:
    """Which hypothesis of a bound fails here, by how much, and what would apply then; empty if none does."""
    for need in bound.needs:
        why = _WHY[need](found)
        if why:
            return why
    return ""


def _not_smooth(found: Understood) -> str:
    phi = found.net.phi
    if np.isfinite(phi.beta):
        return ""
    near = f", the nearest z with {found.kink}" if found.kink else ""
    return (
        f"β < ∞ fails: β = ∞, as {phi.name} has a kink at 0{near}; ∇F jumps across it, so that no Hessian bounds how "
        "gradients change. With softplus of sharpness k it would hold with β = k/4; where there is a Hessian, "
        "`layered/hessian_of_piece` bounds it, and `layered/gradient` holds as it is"
    )


def _at_kink(found: Understood) -> str:
    if found.kink is None:
        return f"{found.net.phi.name} has no kink: `layered/hessian` and `layered/loss_hessian` are these bounds"
    if found.kink.distance > 0:
        return ""
    return (
        f"no z at a kink fails: {found.kink}; there is no Hessian there but in a generalised sense, not bounded here"
    )


def _biased(found: Understood) -> str:
    sizes = [(float(np.linalg.norm(one.b)), one.name) for one in found.net.hidden if one.b is not None]
    size, name = max(sizes, default=(0.0, ""))
    if not size:
        return ""
    return (
        f"no biases: ‖b‖ = {size:.4g} in layer {name}; with b = 0 `normalizations/gains_hidden_gradient` "
        "would apply (no such bound holds with biases: control_biases_depth_free)"
    )


def _not_rows(found: Understood) -> str:
    bad = [layer for layer in found.net.hidden if layer.rule != "rows"]
    if found.net.hidden and not bad:
        return ""
    name = f"layer {bad[0].name} is {bad[0].rule}" if bad else "there is no hidden layer"
    return f"rows divided by their norms: {name}; otherwise `normalizations/gains_hidden_gradient` would apply"


def _offset(found: Understood) -> str:
    c0 = found.net.phi.c0
    return f"φ(0) = 0 fails: |φ(0)| = {c0:.4g} of {found.net.phi.name}; φ − φ(0) would do" if c0 else ""


def _steep(found: Understood) -> str:
    slope = found.net.phi.slope
    return (
        f"|φ′| ≤ 1 fails: sup|φ′| = {slope:.4g} of {found.net.phi.name}; φ/{slope:.4g} would do" if slope > 1 else ""
    )


def _no(kind: str, word: str) -> Callable[[Understood], str]:
    def why(found: Understood) -> str:
        has = any(getattr(layer, kind) is not None for layer in found.net.hidden)
        return "" if has else f"no hidden layer stores {word}"

    return why


_WHY: Mapping[str, Callable[[Understood], str]] = {
    SMOOTH: _not_smooth,
    PIECE: _at_kink,
    TARGETS: lambda found: "" if found.loss else "speaks of a loss: there are no targets y",
    "rows": _not_rows,
    "no biases": _biased,
    "φ(0) = 0": _offset,
    "|φ′| ≤ 1": _steep,
    "gains": _no("g", "gains"),
    "biases": _no("b", "biases"),
}


# ---- outside the paper


def outside(found: Understood) -> Iterator[str]:
    """Why the theorems about networks with unit rows and one output say nothing of this network, with sizes."""
    net = found.net
    if not net.hidden:
        yield "there is no hidden layer"
    if net.outputs > 1:
        yield f"one output: there are {net.outputs}"
    plain = [layer.name for layer in net.hidden if layer.rule != "rows"]
    if plain:
        yield f"rows divided by their norms: not in {', '.join(plain)}"
    gains = [(float(np.max(np.abs(layer.g - 1))), layer.name) for layer in net.hidden if layer.g is not None]
    if gains and max(gains)[0] > 0:
        yield f"gains of 1: off by up to {max(gains)[0]:.4g} in {max(gains)[1]}"
    if net.output.rule != "plain":
        yield f"a plain output layer: {net.output.name} is normalised"
    biased = [layer.name for layer in net.layers if layer.b is not None and layer.b.any()]
    if biased:
        yield f"no biases: some in {', '.join(biased)}"
    if found.scaling == "none":
        yield "a scaling by 1/√m: none is said"
