"""Quantities of the diagonal model at one point of the flow: its field, invariants and mirror potential.

Every derivative with respect to time is taken along the flow. Vector identities are measured in components:
along a unit vector, and the length of what is left over. The first route differentiates by hand, the second
by complex steps through the definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.diagonal import model as engine
from wnverify.engine.diagonal.model import Model, dot, length
from wnverify.families.diagonal.draws import model_of, start_of
from wnverify.quantity import Measure, Quantity, Route

TINY = 1e-300
Values: TypeAlias = Mapping[str, FloatArray]


def _fixed(_: Batch) -> Mapping[str, FloatArray]:
    return {}


def shared(name: str, meaning: str, measure: Measure, **domain: Any) -> Quantity:
    """A quantity that is read off the instance, or whose only route is its definition."""
    return Quantity(name, meaning, route=Route(measure, _fixed), **domain)


def by_parts(name: str, meaning: str, compute: Callable[[Batch, bool], Values], **domain: Any) -> Quantity:
    """A quantity that several others are computed with; `compute(batch, second)` returns all of them by name."""

    def measure(batch: Batch) -> FloatArray:
        return batch.memo(f"{compute.__name__} 1", lambda: compute(batch, False))[name]

    def second(batch: Batch) -> FloatArray:
        return batch.memo(f"{compute.__name__} 2", lambda: compute(batch, True))[name]

    return Quantity(name, meaning, route=Route(measure, None, second), **domain)


def _state(batch: Batch) -> tuple[Model, FloatArray, FloatArray, FloatArray]:
    model, (r, u) = model_of(batch), start_of(batch)
    return model, r, u, (r * u) ** model.L


def _polar(batch: Batch, second: bool) -> tuple[FloatArray, FloatArray]:
    model, r, u, _ = _state(batch)
    field = engine.polar_field_by_complex_step if second else engine.polar_field
    return batch.memo(f"polar {second}", lambda: field(model, r, u))


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
        "sphere_drift": dot(u, turn) / np.maximum(batch.arrays["eta"][0] * r * length(G), TINY),
        "radial_share": along / np.maximum(length(G), TINY),
    }


def normalised_parts(batch: Batch, second: bool) -> Values:
    """The motion of w = g v/‖v‖ under weight normalization itself, steps 1/η for g and 1 for v, at ‖v‖ = 1."""
    model, r, u, _ = _state(batch)
    field = engine.normalised_field_by_complex_step if second else engine.normalised_field
    by_g, by_v = field(model, r, u)
    motion = by_g * u + r * engine.tangential(u, by_v)
    radial, tangent, stray = _components(motion, u, _gradient(batch, second))
    drift = dot(u, by_v) / np.maximum(length(by_v), TINY)
    return {"wn_radial": radial, "wn_tangent": tangent, "wn_stray": stray, "wn_drift": drift}


def loss_parts(batch: Batch, second: bool) -> Values:
    """−dl/dt along the flow: by the chain rule through x, or as a complex step of the loss."""
    model, r, u, x = _state(batch)
    speed, turn = _polar(batch, second)
    if second:
        moved = ((r + 1j * engine.STEP * speed) * (u + 1j * engine.STEP * turn)) ** model.L
        fall = -engine.loss(model, moved).imag / engine.STEP
    else:
        fall = -dot(engine.pull(model, x), _x_rate(batch, second))
    return {"loss_decay": fall, "loss": engine.loss(model, x)}


def _x_rate(batch: Batch, second: bool) -> FloatArray:
    """x' = L w^{L−1} w'."""
    model, r, u, _ = _state(batch)
    speed, turn = _polar(batch, second)
    return model.L * (r * u) ** (model.L - 1) * (speed * u + r * turn)


def _kernel(batch: Batch) -> FloatArray:
    return batch.memo("kernel", lambda: engine.kernel_projection(model_of(batch).A, batch.arrays["d"]))


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
        "pull_norm": length(q),
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


def curvature_parts(batch: Batch, second: bool) -> Values:
    """dᵀΦ''(x)d along the test vector d times e^{aηr²}, and the moments of d/x under p = u²."""
    model, r, u, x = _state(batch)
    d = batch.arrays["d"] * x
    lift = np.exp(model.a * model.eta * r**2)
    if second:
        form = lift * dot(engine.along(lambda x: engine.mirror_gradient(x, model.eta, model.L), x, d), d)
    elif model.L == 2:
        form = dot(d / x, d) + (model.eta - 1 / r**2) * d.sum(axis=0) ** 2
    else:
        form = _deep_form(model, r, u, d / x)
    p, ratio = u**2, d / x
    mean = dot(p, ratio)
    return {"curvature": form, "slope_mean": mean, "slope_spread": dot(p, (ratio - mean) ** 2)}


def _deep_form(model: Model, r: FloatArray, u: FloatArray, ratio: FloatArray) -> FloatArray:
    """∇Φ = −(S e^{−ηS})^a x^{−γ} differentiated by the product rule, in u: S = r², x = (ru)^L, γ = 1 − 2/L."""
    mass = 2 / model.L * dot(u**2, ratio)
    slope = u ** (-2 * model.a)
    moved = -model.a * (1 - model.eta * r**2) * mass * slope + (1 - 2 / model.L) * slope * ratio
    return dot(moved, ratio * (r * u) ** model.L)


def bregman_parts(batch: Batch, second: bool) -> Values:
    """D_Φ(z, x) by its definition, or by Fenchel's identity Φ(z) + Φ*(θ) − ⟨θ, z⟩ (L = 2 only)."""
    model, _, u, x = _state(batch)
    z = batch.arrays["z"]
    value, size = engine.bregman_by_definition(z, x, model.eta, model.L)
    if second and model.L == 2:
        theta = engine.mirror_gradient(x, model.eta, 2)
        value = engine.entropy_potential(z, model.eta) + engine.entropy_conjugate(theta, model.eta) - dot(theta, z)
    mass = z.sum(axis=0)
    return {
        "bregman": value,
        "bregman_size": size,
        "mass_z": mass,
        "kl_z": engine.divergence(z / mass, u**2),
    }


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
    return {
        "pair_low": rates.min(axis=0),
        "pair_high": rates.max(axis=0),
        "pair_size": np.abs(turn / u).max(axis=0) + np.abs(r * speed) + TINY,
        "radial_push": r * speed,
    }


L = shared(
    "L",
    "depth of the parametrisation x = w^L",
    lambda b: np.full(b.size, float(b.settings["L"])),
    low=2,
    integer=True,
)
N = shared("N", "number of columns", lambda b: np.full(b.size, float(b.arrays["z"].shape[0])), low=2, integer=True)
eta = shared(
    "eta", "learning rate of the direction over that of the radius", lambda b: b.arrays["eta"][0], low=0, strict=True
)
r = shared("r", "radius ‖w‖₂", lambda b: b.arrays["r"][0], low=0, strict=True)

radial_gradient = by_parts("radial_gradient", "⟨u, G⟩, G = ∇_w l", field_parts)
tangent_gradient = by_parts("tangent_gradient", "‖(I − uuᵀ)G‖₂", field_parts, low=0)
radial_speed = by_parts("radial_speed", "−⟨u, w'⟩", field_parts)
tangent_speed = by_parts("tangent_speed", "−w' along (I − uuᵀ)G", field_parts)
stray_speed = by_parts("stray_speed", "length of w' outside of u and G", field_parts, low=0)
sphere_drift = by_parts("sphere_drift", "⟨u, u'⟩/(ηr‖G‖)", field_parts)
radial_share = by_parts("radial_share", "⟨u, G⟩/‖G‖", field_parts)
wn_radial = by_parts("wn_radial", "−⟨u, w'⟩ under weight normalization with steps 1/η and 1", normalised_parts)
wn_tangent = by_parts("wn_tangent", "−w' along (I − uuᵀ)G under weight normalization", normalised_parts)
wn_stray = by_parts("wn_stray", "length of w' outside of u and G under weight normalization", normalised_parts, low=0)
wn_drift = by_parts("wn_drift", "⟨v, v'⟩/‖v'‖ at ‖v‖ = 1", normalised_parts)
loss_decay = by_parts("loss_decay", "−dl/dt", loss_parts)
entropy_rate = by_parts("entropy_rate", "⟨z, log u⟩' for a z in ker A", invariant_parts)
mass_rate = by_parts("mass_rate", "r r'⟨z, 1⟩", invariant_parts)
entropy_size = by_parts("entropy_size", "size of the summands of the invariant's derivative", invariant_parts, low=0)
power_rate = by_parts("power_rate", "⟨z, u^{−(L−2)}⟩' for a z in ker A", invariant_parts)
power_mass_rate = by_parts("power_mass_rate", "r r'⟨z, u^{−(L−2)}⟩", invariant_parts)
power_size = by_parts("power_size", "size of the summands of the invariant's derivative", invariant_parts, low=0)
next_power_rate = by_parts("next_power_rate", "⟨z, u^{−(L−1)}⟩'", invariant_parts)
next_power_mass_rate = by_parts("next_power_mass_rate", "r r'⟨z, u^{−(L−1)}⟩", invariant_parts)
next_power_size = by_parts("next_power_size", "size of the summands", invariant_parts, low=0)
pull_norm = by_parts("pull_norm", "‖∇l(x)‖₂", mirror_parts, low=0)
mirror_rate = by_parts("mirror_rate", "−e^{aηr²} d∇Φ(x)/dt along ∇l(x)", mirror_parts)
mirror_stray = by_parts("mirror_stray", "its length outside of ∇l(x)", mirror_parts, low=0)
mirror_size = by_parts("mirror_size", "size of the summands of d∇Φ(x)/dt", mirror_parts, low=0)
plain_rate = by_parts("plain_rate", "the same for the potential of plain gradient flow", mirror_parts)
plain_stray = by_parts("plain_stray", "its length outside of ∇l(x)", mirror_parts, low=0)
lyapunov_rate = by_parts("lyapunov_rate", "e^{aηr²} dD_Φ(z, x)/dt for the feasible z", mirror_parts)
lyapunov_size = by_parts("lyapunov_size", "size of its summands", mirror_parts, low=0)
loss_now = by_parts("loss", "l = ½‖Ax − y‖²", loss_parts, low=0)
curvature = by_parts("curvature", "e^{aηr²} dᵀΦ''(x)d", curvature_parts)
slope_mean = by_parts("slope_mean", "mean of d/x under p = u²", curvature_parts)
slope_spread = by_parts("slope_spread", "variance of d/x under p = u²", curvature_parts, low=0)
bregman = by_parts("bregman", "D_Φ(z, x) by its definition", bregman_parts)
bregman_size = by_parts("bregman_size", "size of its summands", bregman_parts, low=0)
mass_z = by_parts("mass_z", "‖z‖₁", bregman_parts, low=0, strict=True)
kl_z = by_parts("kl_z", "KL(z/‖z‖₁ ‖ u²)", bregman_parts, low=0)
inverse_defect = by_parts("inverse_defect", "max|(∇Φ)⁻¹(∇Φ(x)) − x|/max x", inverse_parts, low=0)
half_inverse_defect = by_parts("half_inverse_defect", "the same from ∇Φ(x)/2", inverse_parts, low=0)
pair_low = by_parts("pair_low", "least rate of the pairs' invariant without its radial part", pair_parts)
pair_high = by_parts("pair_high", "greatest rate of the pairs' invariant without its radial part", pair_parts)
pair_size = by_parts("pair_size", "size of the rates", pair_parts, low=0)
radial_push = by_parts("radial_push", "r r'", pair_parts)

QUANTITIES: Mapping[str, Quantity] = {
    found.name: found for found in list(globals().values()) if isinstance(found, Quantity)
}
