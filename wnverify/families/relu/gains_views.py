"""Two-layer ReLU networks with gains on a batch, seen by two routes.

The first has closed forms for kernels, and differentiates the network itself by complex steps: a gradient of a
formula that projects would make it orthogonal by construction. The second has autograd and plain sums.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import autograd.numpy as anp
import numpy as np
from autograd import grad, hessian

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import State, energy, length, unit
from wnverify.engine.relu.slopes import back, effective_slope, network, slopes
from wnverify.families.kit.parts import Views

STEPS = 5
"""Steps of the gradient descent runs: few, since a kink crossed in between amplifies rounding."""


def state(batch: Batch) -> State:
    """The engine's state of a batch.

    Inputs are the directions of the array x, output signs those of c; under the setting `initial` the gains
    are g_k = |v_k|/α, whatever the array g holds.
    """

    def build() -> State:
        v, g, alpha = (batch.arrays[name] for name in ("v", "g", "alpha"))
        if batch.settings["start"] == "initial":
            g = length(v, 1) / alpha
        c = np.where(batch.arrays["c"] < 0, -1.0, 1.0)
        return State(v, g, unit(batch.arrays["x"], 1), batch.arrays["y"], c, alpha)

    return batch.memo(state, build)


@dataclass(frozen=True, eq=False)
class Closed:
    """Closed forms, and complex steps; z is the vector (n, B) of the batch, J the derivative of f by (v, g)."""

    batch: Batch

    @cached_property
    def at(self) -> State:
        """The state, for what is read off."""
        return state(self.batch)

    @cached_property
    def output(self) -> FloatArray:
        """f, (n, B)."""
        return network(self.at, self.at.v, self.at.g)

    @cached_property
    def energies(self) -> dict[str, FloatArray]:
        """zᵀKz for the kernels by name, (B,) each; "by direction": indicators 1{v_k·x_i > 0} for any sign of g_k."""
        z, at = self.batch.arrays["z"], self.at
        turned = replace(at, switch=np.asarray(at.cosine > 0, dtype=np.float64))
        on = (at.alpha * at.g / at.length)[:, None] * at.active
        whole = at.gram * np.einsum("kib,kjb->ijb", on, on) / at.m
        # projected first: ⟨x, x'⟩ − a a' would lose digits for a neuron along its inputs
        across = on[:, :, None] * (at.x[None] - at.cosine[:, :, None] * at.direction[:, None])
        V = np.einsum("kidb,kjdb->ijb", across, across) / at.m
        kernels = {"V": V, "G": at.G, "H": at.H, "V by direction": turned.V, "G by direction": turned.G}
        return {name: energy(K, z) for name, K in {**kernels, "V unprojected": whole}.items()}

    @cached_property
    def tangent(self) -> FloatArray:
        """|Jᵀz|², (B,)."""
        to_v, to_g = back(self.at, self.batch.arrays["z"])
        return np.asarray(np.sum(to_v**2, axis=(0, 1)) + np.sum(to_g**2, axis=0))

    @cached_property
    def gradients(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """∂L/∂w at w_k = g_k v̄_k by its formula; ∂L/∂v and ∂L/∂g by complex steps."""
        return self.at.gradients[0], *back(self.at, self.output - self.at.y)

    @cached_property
    def effective_rate(self) -> FloatArray:
        """w_1′ under the flow v′ = −∂L/∂v, g′ = −∂L/∂g, (d, B), by a complex step along the flow."""
        _, to_v, to_g = self.gradients
        return effective_slope(self.at, -to_v, -to_g)[0]

    @cached_property
    def plain(self) -> tuple[FloatArray, FloatArray]:
        """|Jᵀz|² and |∂L/∂w|², (B,), of m^{-1/2} Σ c_k relu(w_k·x) at w = v/α, linear in w on the active set."""
        w, m = self.at.v / self.at.alpha, self.at.m
        z = np.einsum("kdb,idb->kib", w, self.at.x)
        on = np.asarray(z > 0, dtype=np.float64)
        f = np.sum(self.at.c[:, None] * z * on, axis=0) / np.sqrt(m)
        parts = [np.einsum("kib,idb->kdb", on * u, self.at.x) for u in (self.batch.arrays["z"], f - self.at.y)]
        return np.sum(parts[0] ** 2, axis=(0, 1)) / m, np.sum(parts[1] ** 2, axis=(0, 1)) / m

    @cached_property
    def gain_step(self) -> FloatArray:
        """The residual after a step of the gains alone, (n, B)."""
        return network(self.at, self.at.v, self.at.g - self.batch.arrays["step"] * self.gradients[2]) - self.at.y

    @cached_property
    def radial(self) -> FloatArray:
        """(∂²L/∂v_1∂v_1) v_1, (d, B), by the matrix Σ_i (J_i J_iᵀ + r_i m^{-1/2} c g 1_i K_i) of the first neuron.

        K_i = −(v̄(P x_i)ᵀ + P x_i v̄ᵀ + a_i P)/|v|² is the second derivative of ⟨v/|v|, x_i⟩.
        """
        at = self.at
        unit_v, size, a = at.direction[0], at.length[0], at.cosine[0]
        outer = a[:, None] * unit_v[None]
        across = at.x - outer
        weight = at.c[0] * at.g[0] * at.active[0] / np.sqrt(at.m)
        J = weight[:, None] * across / size
        P = np.eye(unit_v.shape[0])[..., None] - unit_v[:, None] * unit_v[None]
        lean = np.einsum("ib,idb->db", weight * at.residual, across)
        sym = lean[:, None] * unit_v[None] + unit_v[:, None] * lean[None]
        K = -(sym + np.sum(weight * at.residual * a, axis=0) * P) / size**2
        return np.asarray(np.einsum("deb,eb->db", np.einsum("idb,ieb->deb", J, J) + K, at.v[0]))

    @cached_property
    def scaled(self) -> tuple[FloatArray, FloatArray]:
        """f (n, B) and ∂L/∂v_1 (d, B) at the directions s_k v_k."""
        moved = self.at.moved(self.batch.arrays["s"][:, None] * self.at.v, self.at.g)
        return network(moved, moved.v, moved.g), slopes(moved)[0][0]

    def run(self, by_v: float, by_g: float) -> list[State]:
        """Gradient descent from (v/α, g) with steps η α^{-by_v} on the directions and η α^{-by_g} on the gains.

        With by_v = 0 it begins at (v, g) itself.
        """
        return self.batch.memo((Closed.run, by_v, by_g), lambda: self._descend(by_v, by_g))

    def _descend(self, by_v: float, by_g: float) -> list[State]:
        alpha, step = self.at.alpha, self.batch.arrays["step"]
        start = alpha if by_v else np.ones_like(alpha)
        states = [self.at.moved(self.at.v / start, self.at.g)]
        for _ in range(STEPS):
            here = states[-1]
            to_v, to_g = slopes(here)
            states.append(here.moved(here.v - step / alpha**by_v * to_v, here.g - step / alpha**by_g * to_g))
        return states


def normalised(v: Any, g: Any) -> Any:
    """g_k v_k/|v_k| of one instance, v (m, d) and g (m,), differentiable by autograd."""
    return v * (g / anp.sqrt(anp.sum(v**2, axis=1)))[:, None]


@dataclass(frozen=True)
class _One:
    """One network as plain arrays without a batch axis."""

    v: FloatArray
    g: FloatArray
    x: FloatArray
    y: FloatArray
    c: FloatArray
    z: FloatArray
    s: FloatArray
    alpha: float
    step: float

    def output(self, v: Any, g: Any) -> Any:
        """f = m^{-1/2} Σ_k c_k relu(g_k v_k·x/|v_k|), differentiable by autograd."""
        return self.plain(normalised(v, g))

    def plain(self, w: Any) -> Any:
        """m^{-1/2} Σ_k c_k relu(w_k·x)."""
        z = anp.dot(self.x, w.T)
        return anp.dot(anp.where(z > 0, z, 0.0), self.c) / np.sqrt(self.c.size)

    def loss(self, v: Any, g: Any) -> Any:
        """|f − y|²/2."""
        return 0.5 * anp.sum((self.output(v, g) - self.y) ** 2)

    def kernel(self, switch: Callable[[int, int], float], *, V: bool, project: bool = True) -> float:
        """zᵀVz or zᵀGz, summand by summand."""
        total = 0.0
        for k, v in enumerate(self.v):
            axis = v / np.linalg.norm(v)
            flat = np.outer(axis, axis)
            P = np.eye(v.size) - flat if project else np.eye(v.size)
            seen = sum(z * switch(k, i) * x for i, (z, x) in enumerate(zip(self.z, self.x, strict=True)))
            weight = (self.alpha * self.g[k] / np.linalg.norm(v)) ** 2 if V else 1.0
            total += weight * float(seen @ (P if V else flat) @ seen)
        return total / self.g.size


@dataclass(frozen=True, eq=False)
class Oracle:
    """The same, instance by instance: derivatives by autograd, kernels summand by summand."""

    batch: Batch

    @cached_property
    def at(self) -> State:
        """The state, for what is read off."""
        return state(self.batch)

    @cached_property
    def ones(self) -> list[_One]:
        """The instances."""
        at, arrays = self.at, self.batch.arrays

        def one(index: int) -> _One:
            parts = (part[..., index] for part in (at.v, at.g, at.x, at.y, at.c, arrays["z"], arrays["s"]))
            v, g, x, y, c, z, s = parts
            return _One(v, g, x, y, c, z, s, float(at.alpha[index]), float(arrays["step"][index]))

        return [one(index) for index in range(self.batch.size)]

    def each(self, formula: Callable[[_One], Any]) -> FloatArray:
        """Stack a formula over the instances, batch last."""
        return np.stack([np.asarray(formula(one), dtype=np.float64) for one in self.ones], axis=-1)

    @cached_property
    def output(self) -> FloatArray:
        """By the network itself."""
        return self.each(lambda one: one.output(one.v, one.g))

    @cached_property
    def energies(self) -> dict[str, FloatArray]:
        """Summand by summand."""

        def on(one: _One) -> Callable[[int, int], float]:
            return lambda k, i: float(one.g[k] * (one.v[k] @ one.x[i]) > 0)

        def turned(one: _One) -> Callable[[int, int], float]:
            return lambda k, i: float(one.v[k] @ one.x[i] > 0)

        found = {
            "V": lambda one: one.kernel(on(one), V=True),
            "G": lambda one: one.kernel(on(one), V=False),
            "V by direction": lambda one: one.kernel(turned(one), V=True),
            "G by direction": lambda one: one.kernel(turned(one), V=False),
            "V unprojected": lambda one: one.kernel(on(one), V=True, project=False),
            "H": lambda one: replace(one, g=np.linalg.norm(one.v, axis=1) / one.alpha).kernel(
                on(one), V=True, project=False
            ),
        }
        return {name: self.each(formula) for name, formula in found.items()}

    @cached_property
    def tangent(self) -> FloatArray:
        """By autograd of z·f."""

        def formula(one: _One) -> float:
            to_v, to_g = grad(lambda v, g: anp.dot(one.z, one.output(v, g)), (0, 1))(one.v, one.g)
            return float(np.sum(to_v**2) + np.sum(to_g**2))

        return self.each(formula)

    @cached_property
    def gradients(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """By autograd."""

        def plain(one: _One) -> Any:
            w = one.v * (one.g / np.linalg.norm(one.v, axis=1))[:, None]
            return grad(lambda u: 0.5 * anp.sum((one.plain(u) - one.y) ** 2))(w)

        to_v = self.each(lambda one: grad(one.loss, 0)(one.v, one.g))
        return self.each(plain), to_v, self.each(lambda one: grad(one.loss, 1)(one.v, one.g))

    @cached_property
    def effective_rate(self) -> FloatArray:
        """By the product rule, w′ = g′ v̄ + (g/|v|) P v′."""
        _, to_v, to_g = self.gradients
        unit_v, pace = self.at.direction[0], self.at.g[0] / self.at.length[0]
        across = to_v[0] - np.sum(unit_v * to_v[0], axis=0) * unit_v
        return -to_g[0] * unit_v - pace * across

    @cached_property
    def plain(self) -> tuple[FloatArray, FloatArray]:
        """By autograd."""

        def squared(one: _One, value: Callable[[Any], Any]) -> float:
            return float(np.sum(grad(value)(one.v / one.alpha) ** 2))

        tangent = self.each(lambda one: squared(one, lambda w: anp.dot(one.z, one.plain(w))))
        loss = self.each(lambda one: squared(one, lambda w: 0.5 * anp.sum((one.plain(w) - one.y) ** 2)))
        return tangent, loss

    @cached_property
    def gain_step(self) -> FloatArray:
        """By autograd and the network itself."""
        return self.each(lambda one: one.output(one.v, one.g - one.step * grad(one.loss, 1)(one.v, one.g)) - one.y)

    @cached_property
    def radial(self) -> FloatArray:
        """By autograd's Hessian in the first neuron."""

        def formula(one: _One) -> Any:
            rest = one.v[1:]
            value = hessian(lambda u: one.loss(anp.concatenate([u[None], rest]), one.g))
            return value(one.v[0]) @ one.v[0]

        return self.each(formula)

    @cached_property
    def scaled(self) -> tuple[FloatArray, FloatArray]:
        """By autograd."""
        f = self.each(lambda one: one.output(one.s[:, None] * one.v, one.g))
        return f, self.each(lambda one: grad(one.loss, 0)(one.s[:, None] * one.v, one.g)[0])

    def run(self, by_v: float, by_g: float) -> list[State]:
        """By autograd."""
        return self.batch.memo((Oracle.run, by_v, by_g), lambda: self._descend(by_v, by_g))

    def _descend(self, by_v: float, by_g: float) -> list[State]:
        paths = [_path(one, by_v, by_g) for one in self.ones]
        pairs = [[np.stack(part, axis=-1) for part in zip(*point, strict=True)] for point in zip(*paths, strict=True)]
        return [self.at.moved(v, g) for v, g in pairs]


def _path(one: _One, by_v: float, by_g: float) -> list[tuple[FloatArray, FloatArray]]:
    """The points (v, g) of a run."""
    v, g = one.v / (one.alpha if by_v else 1.0), one.g
    points = [(v, g)]
    for _ in range(STEPS):
        to_v, to_g = grad(one.loss, (0, 1))(v, g)
        v, g = v - one.step / one.alpha**by_v * to_v, g - one.step / one.alpha**by_g * to_g
        points.append((v, g))
    return points


View: TypeAlias = Closed | Oracle
VIEWS: Views[View] = Views(Closed, Oracle)
