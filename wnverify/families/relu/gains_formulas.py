"""Formulas of the first neuron, of a step, and of short runs, in either view of a state; see `gains`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.relu.gains import eigenvalues, energy, length
from wnverify.families.kit.parts import two_routes
from wnverify.families.relu.gains_views import VIEWS, View, state
from wnverify.quantities import Quantity

Formula: TypeAlias = Callable[[View], FloatArray]


def dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """⟨a, b⟩ along the first axis."""
    return np.asarray(np.sum(a * b, axis=0))


def residual(view: View) -> FloatArray:
    """r = f − y, (n, B)."""
    return view.output - view.at.y


def along_z(part: Formula) -> Formula:
    """The inner product of a part with z."""
    return lambda view: dot(view.batch.arrays["z"], part(view))


def along_p(part: Formula) -> Formula:
    """The inner product of a part with p."""
    return lambda view: dot(view.batch.arrays["p"], part(view))


def across(view: View, q: FloatArray) -> FloatArray:
    """The part of q across v_1."""
    unit = view.at.direction[0]
    return np.asarray(q - dot(q, unit) * unit)


def step_taken(view: View) -> FloatArray:
    """The step that v_1 takes, −η ∂L/∂v_1."""
    return np.asarray(-view.batch.arrays["step"] * view.gradients[1][0])


def after_step(view: View) -> FloatArray:
    """v_1 after a step."""
    return np.asarray(view.at.v[0] + step_taken(view))


def step_angle(view: View) -> FloatArray:
    """Angle between v_1 before and after a step, by atan2 of the parts of the new one across and along the old.

    The part across is that of the step itself: in v_1 after a short step it is lost in rounding.
    """
    taken = step_taken(view)
    return np.arctan2(length(across(view, taken)), view.at.length[0] + dot(taken, view.at.direction[0]))


def alignment(view: View) -> FloatArray:
    """⟨v_1, ∂L/∂v_1⟩/|v_1|, relative to κ|r||g_1|/(√m|v_1|), the largest that |∂L/∂v_1| can be."""
    return relative(view, dot(view.at.direction[0], view.gradients[1][0]))


def relative(view: View, value: FloatArray) -> FloatArray:
    """A value over the largest that |∂L/∂v_1| can be."""
    at = view.at
    largest = at.kappa * length(residual(view)) * np.abs(at.g[0]) / (np.sqrt(at.m) * at.length[0])
    return np.abs(value) / np.maximum(largest, 1e-300)


def plain_alignment(view: View) -> FloatArray:
    """⟨v_1, ∂L/∂w_1⟩ in the same units: the gradient before it is projected."""
    at = view.at
    return relative(view, at.g[0] / at.length[0] * dot(at.direction[0], view.gradients[0][0]))


def seen(view: View) -> FloatArray:
    """|Xᵀ D_1 r|, by plain sums over the inputs."""
    at = view.at
    on = at.g[0] * at.cosine[0] > 0
    return length(np.sum((on * (residual(view)))[:, None] * at.x, axis=0))


def twin_defect(by_v: float, by_g: float) -> Formula:
    """Largest difference of (v, g) along the run and (α u, g) along its twin, relative to the sizes reached."""

    def formula(view: View) -> FloatArray:
        worst = np.zeros(view.batch.size)
        for one, other in zip(view.run(0.0, 0.0), view.run(by_v, by_g), strict=True):
            off_v = length(one.v - view.at.alpha * other.v, 1) / length(one.v, 1)
            off_g = np.abs(one.g - other.g) / np.abs(one.g).max(axis=0)
            worst = np.maximum(worst, np.maximum(off_v.max(axis=0), off_g.max(axis=0)))
        return worst

    return formula


def run_kink(view: View) -> FloatArray:
    """Least |g_k a_ik|/|g_k| along the run and its twin."""
    states = [*view.run(0.0, 0.0), *view.run(2.0, 0.0)]
    return np.min([np.minimum(np.abs(s.cosine).min(axis=(0, 1)), np.abs(s.g).min(axis=0)) for s in states], axis=0)


def run_growth(view: View) -> FloatArray:
    """Σ_s |v_1(s+1) − v_1(s)|², which is η² Σ_s |∂L/∂v_1|², over the run."""
    states = view.run(0.0, 0.0)
    return np.sum([np.sum((b.v[0] - a.v[0]) ** 2, axis=0) for a, b in pairwise(states)], axis=0)


def both(batch: Batch) -> FloatArray:
    """1 where the first neuron is active on the first and on the last input."""
    at = state(batch)
    return at.active[0, 0] * at.active[0, -1]


def summand_G(batch: Batch) -> FloatArray:
    """a_1 a_n 1 1."""
    cosine = state(batch).cosine[0]
    return np.asarray(cosine[0] * cosine[-1] * both(batch))


def summand_V(batch: Batch) -> FloatArray:
    """⟨P x_1, P x_n⟩ 1 1."""
    return np.asarray(state(batch).gram[0, -1] * both(batch) - summand_G(batch))


def summand_V_plainly(batch: Batch) -> FloatArray:
    """From the projected vectors, with indicators from the unscaled products."""
    at = state(batch)
    v, first, last = np.sign(at.g[0]) * at.v[0], at.x[0], at.x[-1]
    across = [x - dot(v, x) / dot(v, v) * v for x in (first, last)]
    return dot(*across) * (dot(v, first) > 0) * (dot(v, last) > 0)


def summand_G_plainly(batch: Batch) -> FloatArray:
    """From the unscaled products."""
    at = state(batch)
    v, first, last = np.sign(at.g[0]) * at.v[0], at.x[0], at.x[-1]
    return np.maximum(dot(v, first), 0.0) * np.maximum(dot(v, last), 0.0) / dot(v, v)


def least_eigenvalue(name: str, kernel: str, meaning: str, *, latex: str) -> Quantity:
    """Least eigenvalue of a kernel of the state; again as the least Rayleigh quotient of an eigenvector."""

    def first(batch: Batch) -> FloatArray:
        return eigenvalues(getattr(state(batch), kernel))[0]

    def second(batch: Batch) -> FloatArray:
        K = getattr(state(batch), kernel)
        vectors = np.linalg.svd(np.moveaxis(K, -1, 0))[2]
        return np.min([energy(K, vectors[:, index].T) for index in range(K.shape[0])], axis=0)

    return two_routes(name, meaning, first, second, latex=latex)


def kernel_energy(name: str, kernel: str, meaning: str, latex: str) -> Quantity:
    """zᵀKz of a kernel K of the state."""
    return VIEWS.quantity(name, meaning, lambda view: np.maximum(view.energies[kernel], 0.0), low=0, latex=latex)


def least_gain_stretched(batch: Batch, factor: FloatArray) -> Batch:
    """The least gain multiplied by the factor, and smaller ones raised to it; at the initialisation all lengths."""
    if batch.settings["start"] == "initial":
        return batch.with_arrays({**batch.arrays, "v": batch.arrays["v"] * np.abs(factor)})
    g = batch.arrays["g"]
    least = np.arange(g.shape[0])[:, None] == np.argmin(g, axis=0)
    wanted = factor * g.min(axis=0)
    return batch.with_arrays({**batch.arrays, "g": np.where(least, wanted, np.maximum(g, wanted))})
