"""The diagonal model at one point of the flow: its field, invariants and mirror potential, by both routes.

Every derivative with respect to time is taken along the flow. Vector identities are measured in components:
along a unit vector, and the length of what is left over. The first route differentiates by hand, the second
by complex steps through the definitions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.diagonal import model as engine
from wnverify.engine.diagonal import parametrised
from wnverify.engine.diagonal.model import TINY, Model, dot, length
from wnverify.families.diagonal.draws import model_of, start_of
from wnverify.families.kit.parts import Values


def _state(batch: Batch) -> tuple[Model, FloatArray, FloatArray, FloatArray]:
    model, (r, u) = model_of(batch), start_of(batch)
    return model, r, u, (r * u) ** model.L


def _polar(batch: Batch, second: bool) -> tuple[FloatArray, FloatArray]:
    model, r, u, _ = _state(batch)
    field = engine.polar_field_by_complex_step if second else engine.polar_field
    return batch.memo(field, lambda: field(model, r, u))


def _gradient(batch: Batch, second: bool) -> FloatArray:
    """G = ∇_w l; by complex steps in w on the second route."""
    model, r, u, _ = _state(batch)
    if not second:
        return engine.weight_gradient(model, r, u)
    w = r * u
    rows = [engine.loss(model, (w + 1j * engine.STEP * row[:, None]) ** model.L) for row in np.eye(w.shape[0])]
    return np.stack(rows).imag / engine.STEP


def _components(vector: FloatArray, u: FloatArray, G: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Parts of −vector along u, along the tangential part of G, and the length of the rest.

    The tangential part of a radial G is rounding, and need not be orthogonal to u: it then counts as 0.
    """
    across = engine.tangential(u, G)
    across = engine.tangential(u, across / np.maximum(length(across), TINY))
    size = length(across)
    across = np.where(size > 0.5, across / np.maximum(size, TINY), 0.0)
    first, then = -dot(vector, u), -dot(vector, across)
    return first, then, length(vector + first * u + then * across)


def field_parts(batch: Batch, second: bool) -> Values:
    """w' = r'u + ru' in components, and those of the gradient."""
    _, r, u, _ = _state(batch)
    G, (speed, turn) = _gradient(batch, second), _polar(batch, second)
    radial, tangent, stray = _components(speed * u + r * turn, u, G)
    along = dot(u, G)
    return {
        "radial_gradient": along,
        "tangent_gradient": length(engine.tangential(u, G)),
        "radial_speed": radial,
        "tangent_speed": tangent,
        "stray_speed": stray,
    }


def normalised_parts(batch: Batch, second: bool) -> Values:
    """The motion of w = g v/‖v‖ under weight normalization itself, steps 1/η for g and 1 for v, at ‖v‖ = 1."""
    model, r, u, _ = _state(batch)
    gradient = parametrised.gradient_by_autograd if second else parametrised.gradient
    moved = parametrised.motion_by_hand if second else parametrised.motion
    by_g, by_v = gradient(model, r, u)
    radial, tangent, stray = _components(moved(r, u, (-by_g / model.eta, -by_v)), u, _gradient(batch, second))
    return {"wn_radial": radial, "wn_tangent": tangent, "wn_stray": stray}


def drift_parts(batch: Batch, second: bool) -> Values:
    """⟨v, v'⟩/‖v‖ where v follows the gradient of l((g v/‖v‖)^L) from v = w and g = ‖w‖, or of l(v^L) from v = w.

    Relative to the summands of ∇_w l, L w^{L−1} Σ_m |a_m| |e_m|, against which the gradient rounds.
    """
    model, r, u, x = _state(batch)
    gradient = parametrised.gradient_by_autograd if second else parametrised.gradient
    e = engine.apply(model.A, x) - model.y
    size = length(model.L * (r * u) ** (model.L - 1) * engine.apply_transposed(np.abs(model.A), np.abs(e)))
    moved, raw = gradient(model, r, r * u)[1], gradient(model, np.ones_like(r), r * u, _unnormalised)[1]
    return {
        "wn_drift": -dot(u, moved) / (size + TINY),
        "wn_turn": length(moved) / (size + TINY),
        "raw_drift": -dot(u, raw) / (size + TINY),
    }


def _unnormalised(g: Any, v: Any) -> Any:
    return g * v


def loss_decay(batch: Batch) -> FloatArray:
    """−dl/dt along the flow, by the chain rule through x."""
    model, _, _, x = _state(batch)
    return -dot(engine.pull(model, x), _x_rate(batch, False))


def loss_decay_by_step(batch: Batch) -> FloatArray:
    """The same as a complex step of the loss."""
    model, r, u, _ = _state(batch)
    speed, turn = _polar(batch, True)
    moved = ((r + 1j * engine.STEP * speed) * (u + 1j * engine.STEP * turn)) ** model.L
    return np.asarray(-engine.loss(model, moved).imag / engine.STEP)


def loss_now(batch: Batch) -> FloatArray:
    """l(x)."""
    model, _, _, x = _state(batch)
    return np.asarray(engine.loss(model, x))


def pull_norm(batch: Batch) -> FloatArray:
    """‖∇l(x)‖."""
    model, _, _, x = _state(batch)
    return length(engine.pull(model, x))


def _x_rate(batch: Batch, second: bool) -> FloatArray:
    """x' = L w^{L−1} w'."""
    model, r, u, _ = _state(batch)
    speed, turn = _polar(batch, second)
    return model.L * (r * u) ** (model.L - 1) * (speed * u + r * turn)


def _kernel(batch: Batch) -> FloatArray:
    return batch.memo(_kernel, lambda: engine.kernel_projection(model_of(batch).A, batch.arrays["d"]))


def invariant_parts(batch: Batch, second: bool) -> Values:
    """Rates along a vector z of ker A: ⟨z, log u⟩', ⟨z, u^{−k}⟩' for k = L − 2 and L − 1, and r r'⟨z, ·⟩."""
    model, _, u, _ = _state(batch)
    speed, turn = _polar(batch, second)
    z, push = _kernel(batch), batch.arrays["r"][0] * speed
    k = model.L - 2

    def rate(function: Callable[[Any], Any], slope: FloatArray) -> FloatArray:
        return engine.along(function, u, turn) if second else slope * turn

    log_rate = rate(np.log, 1 / u)
    near, far = (
        rate(lambda u: u ** (-float(k)), -k * u ** (-k - 1.0)),
        rate(lambda u: u ** (-1.0 - k), -(k + 1) * u ** (-k - 2.0)),
    )
    size = length(z)
    return {
        "entropy_rate": dot(z, log_rate),
        "mass_rate": push * z.sum(axis=0),
        "entropy_size": size * (length(log_rate) + np.abs(push)) + TINY,
        "power_rate": dot(z, near),
        "power_mass_rate": push * dot(z, u ** (-float(k))),
        "power_size": size * (length(near) + np.abs(push) * length(u ** (-float(k)))) + TINY,
        "next_power_rate": dot(z, far),
        "next_power_mass_rate": push * dot(z, u ** (-1.0 - k)),
        "next_power_size": size * (length(far) + np.abs(push) * length(u ** (-1.0 - k))) + TINY,
    }


def _mirror_motion(batch: Batch, second: bool) -> tuple[FloatArray, FloatArray]:
    """e^{aηr²} d∇Φ(x)/dt, and Σ|summands| of each entry; one complex step on the second route."""
    model, r, u, x = _state(batch)
    speed, turn = _polar(batch, second)
    if second:
        lift = np.exp(model.a * model.eta * r**2)

        def along(rate: FloatArray) -> FloatArray:
            return lift * engine.along(lambda x: engine.mirror_gradient(x, model.eta, model.L), x, rate)

        turned, stretched = along(model.L * x * turn / u), along(model.L * x * speed / r)
        return along(_x_rate(batch, True)), np.abs(turned) + np.abs(stretched)
    push = model.eta * r * speed
    if model.L == 2:
        parts = 2 * turn / u, 2 * push * np.ones_like(u)
    else:
        k = model.L - 2
        parts = k * u ** (-k - 1.0) * turn, k * push * u ** (-float(k))
    return parts[0] + parts[1], np.abs(parts[0]) + np.abs(parts[1])


def mirror_parts(batch: Batch, second: bool) -> Values:
    """d∇Φ(x)/dt in components along q = ∇l(x), times e^{aηr²} for L > 2, which keeps it of moderate size."""
    model, _, _, x = _state(batch)
    q, z = engine.pull(model, x), batch.arrays["z"]
    moved, sizes = _mirror_motion(batch, second)
    rate, stray = _along_pull(moved, q)
    # plain gradient flow: ∇h = log x for L = 2, −x^{−(1−2/L)} for L > 2
    weight = 1.0 if model.L == 2 else 1 - 2 / model.L
    plain_rate, plain_stray = _along_pull(weight * x ** (2 / model.L - 2) * _x_rate(batch, second), q)
    return {
        "mirror_rate": rate,
        "mirror_stray": stray,
        "mirror_size": length(sizes) + TINY,
        "plain_rate": plain_rate,
        "plain_stray": plain_stray,
        "lyapunov_rate": -dot(moved, z - x),
        "lyapunov_size": (sizes * (z + x)).sum(axis=0) + TINY,
    }


def _along_pull(moved: FloatArray, q: FloatArray) -> tuple[FloatArray, FloatArray]:
    unit = q / np.maximum(length(q), TINY)
    rate = -dot(moved, unit)
    return rate, length(moved + rate * unit)


def _relative(batch: Batch) -> FloatArray:
    """The test vector as a share of x; multiplied and divided again, since that is what its users round like."""
    x = _state(batch)[3]
    return batch.arrays["d"] * x / x


def curvature(batch: Batch) -> FloatArray:
    """dᵀΦ''(x)d along the test vector (the array d times x), times e^{aηr²}."""
    model, r, u, x = _state(batch)
    if model.L > 2:
        return _deep_form(model, r, u, _relative(batch))
    d = batch.arrays["d"] * x
    return np.asarray(dot(d / x, d) + (model.eta - 1 / r**2) * d.sum(axis=0) ** 2)


def curvature_by_step(batch: Batch) -> FloatArray:
    """The same by a complex step of the mirror map."""
    model, r, _, x = _state(batch)
    d = batch.arrays["d"] * x
    moved = engine.along(lambda x: engine.mirror_gradient(x, model.eta, model.L), x, d)
    return np.asarray(np.exp(model.a * model.eta * r**2) * dot(moved, d))


def slope_mean(batch: Batch) -> FloatArray:
    """The mean of d/x under p = u²."""
    return np.asarray(dot(start_of(batch)[1] ** 2, _relative(batch)))


def slope_spread(batch: Batch) -> FloatArray:
    """The variance of d/x under p = u²."""
    return np.asarray(dot(start_of(batch)[1] ** 2, (_relative(batch) - slope_mean(batch)) ** 2))


def _deep_form(model: Model, r: FloatArray, u: FloatArray, ratio: FloatArray) -> FloatArray:
    """∇Φ = −(S e^{−ηS})^a x^{−γ} differentiated by the product rule, in u: S = r², x = (ru)^L, γ = 1 − 2/L."""
    mass = 2 / model.L * dot(u**2, ratio)
    slope = u ** (-2 * model.a)
    moved = -model.a * (1 - model.eta * r**2) * mass * slope + (1 - 2 / model.L) * slope * ratio
    return dot(moved, ratio * (r * u) ** model.L)


def _by_definition(batch: Batch) -> tuple[FloatArray, FloatArray]:
    """D_Φ(z, x), and the size of its summands."""
    model, _, _, x = _state(batch)
    z = batch.arrays["z"]
    return batch.memo(_by_definition, lambda: engine.bregman_by_definition(z, x, model.eta, model.L))


def bregman(batch: Batch) -> FloatArray:
    """D_Φ(z, x) by its definition."""
    return _by_definition(batch)[0]


def bregman_by_conjugate(batch: Batch) -> FloatArray:
    """The same by Fenchel's identity Φ(z) + Φ*(θ) − ⟨θ, z⟩ (L = 2 only)."""
    model, _, _, x = _state(batch)
    if model.L != 2:
        return bregman(batch)
    z, theta = batch.arrays["z"], engine.mirror_gradient(x, model.eta, 2)
    return engine.entropy_potential(z, model.eta) + engine.entropy_conjugate(theta, model.eta) - dot(theta, z)


def bregman_size(batch: Batch) -> FloatArray:
    """Σ|summands| of D_Φ(z, x), against which it rounds."""
    return _by_definition(batch)[1]


def mass_z(batch: Batch) -> FloatArray:
    """‖z‖₁."""
    return np.asarray(batch.arrays["z"].sum(axis=0))


def kl_z(batch: Batch) -> FloatArray:
    """KL(z/‖z‖₁ ‖ u²)."""
    return engine.divergence(batch.arrays["z"] / mass_z(batch), start_of(batch)[1] ** 2)


def inverse_parts(batch: Batch, second: bool) -> Values:
    """How well θ = ∇Φ(x) leads back to x; on the second route θ is built from (r, u) and x compared by its norm."""
    model, r, u, x = _state(batch)
    lift = model.a * model.eta * r**2
    if not second:
        theta = engine.mirror_gradient(x, model.eta, model.L)
    elif model.L == 2:
        theta = 2 * np.log(u) + model.eta * r**2
    else:
        theta = -np.exp(-lift) * u ** (-2 * model.a)
    back = engine.mirror_inverse(theta, model.eta, model.L)
    without = engine.mirror_inverse(theta / 2, model.eta, model.L) if model.L > 2 else back / 2
    top = x.max(axis=0)
    return {
        "inverse_defect": np.abs(back - x).max(axis=0) / top,
        "half_inverse_defect": np.abs(without - x).max(axis=0) / top,
    }


def pair_parts(batch: Batch, second: bool) -> Values:
    """Signed model: the rates of log(u₊u₋) (L = 2), of log(u₊^{−(L−2)} + u₋^{−(L−2)}) (L > 2), over the pairs."""
    model, r, u, _ = _state(batch)
    speed, turn = _polar(batch, second)
    push = {"radial_push": r * speed}
    if batch.settings["model"] != "signed":
        return push | dict.fromkeys(("pair_low", "pair_high", "pair_size"), np.zeros(batch.size))
    half, k = u.shape[0] // 2, model.L - 2

    def pairs(u: Any) -> Any:
        if k == 0:
            return np.log(u[:half]) + np.log(u[half:])
        return np.log(u[:half] ** (-k) + u[half:] ** (-k))

    if second:
        rates = engine.along(pairs, u, turn)
    elif k == 0:
        rates = turn[:half] / u[:half] + turn[half:] / u[half:]
    else:
        powers = u ** (-float(k))
        each = -k * powers * turn / u
        rates = (each[:half] + each[half:]) / (powers[:half] + powers[half:])
    return push | {
        "pair_low": rates.min(axis=0),
        "pair_high": rates.max(axis=0),
        "pair_size": np.abs(turn / u).max(axis=0) + np.abs(r * speed) + TINY,
    }
