"""The independent oracle: one network at a time, written from the definition, differentiated by autograd.

It shares no formula with the closed forms: its activations, normalisation and parameter order are its own.
It is slow, and only as accurate as reverse-over-reverse differentiation is: near |θ| ~ 1e-3 with L = d = 1 its
own error was seen to be 6e-9. A Hessian is differentiated once, of p copies of the network, each along its own
coordinate; a row at a time, as `autograd.hessian` has it, takes p passes through the same few numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import autograd
import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive

from wnverify.arrays import FloatArray
from wnverify.engine.networks.loss import Regression
from wnverify.engine.networks.network import Network

Vector: TypeAlias = Any  # an array, or autograd's box of one
Function: TypeAlias = Callable[[Vector], Vector]

# autograd.scipy has these two, and imports all of scipy.stats with them, a third of a start of the program; an oracle
# asks for few numbers at a time
erf = primitive(np.vectorize(math.erf, otypes=[float]))
expit = primitive(lambda z: np.exp(-np.logaddexp(0.0, -z)))
defvjp(erf, lambda _, z: lambda g: g * 2.0 / math.sqrt(math.pi) * anp.exp(-(z**2)))
defvjp(expit, lambda s, _: lambda g: g * s * (1.0 - s))

_GELU_SLOPE = (1 + math.erf(1)) / 2 + math.exp(-1) / math.sqrt(math.pi)

SATURATED = 150.0
"""Beyond this tanh is constant up to 1e-130; autograd's derivatives of it divide overflows not far from there."""

COPIED = 250_000
"""Numbers of the copies that are differentiated at once: those of a Hessian of 500 parameters."""

NEAR = 1e-3
"""Up to here a difference from the value at 0 is written so that neither it nor its second derivative cancels."""


def _near(z: Vector) -> Vector:
    return anp.clip(z, -NEAR, NEAR)


ACTIVATIONS: Mapping[str, Function] = {
    "tanh": lambda z: anp.tanh(anp.clip(z, -SATURATED, SATURATED)),
    "sin": anp.sin,
    "identity": lambda z: z,
    "softplus": lambda z: anp.logaddexp(0.0, z),
    "softplus0": lambda z: anp.where(
        anp.abs(z) < NEAR, anp.log1p(0.5 * anp.expm1(_near(z))), anp.logaddexp(0.0, z) - math.log(2.0)
    ),
    "sigmoid4": lambda z: anp.where(anp.abs(z) < NEAR, 2.0 * anp.tanh(0.5 * _near(z)), 4.0 * expit(z) - 2.0),
    "gelu": lambda z: z * 0.5 * (1.0 + erf(z / math.sqrt(2.0))) / _GELU_SLOPE,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
}


def _log_cosh(e: Vector) -> Vector:
    size = anp.abs(e)
    near = 0.5 * anp.log1p(anp.sinh(anp.clip(e, -2.0, 2.0)) ** 2)
    return anp.where(size < 2.0, near, size + anp.log1p(anp.exp(-2.0 * size)) - math.log(2.0))


LOSSES: Mapping[str, Callable[[Vector, FloatArray], Vector]] = {
    "square": lambda f, y: (f - y) ** 2,
    "logistic": lambda f, y: anp.logaddexp(0.0, anp.where(y < 0, f, -f)),
    "pseudo_huber": lambda f, y: 2.0 * anp.sinh(anp.arcsinh(f - y) / 2.0) ** 2,
    "log_cosh": lambda f, y: _log_cosh(f - y),
}


def _predict(net: Network, theta: Vector, x: Vector) -> Vector:
    """f of θ (p,) at x (d,) or at samples (d, n); of many θ (k, p), each at all samples, (k, n)."""
    phi, copies = ACTIVATIONS[net.activation.name], anp.shape(theta)[:-1]
    alpha, start = x, 0
    for rows in net.W:
        m, k = rows.shape[:2]
        w = anp.reshape(theta[..., start : start + m * k], (*copies, m, k))
        start += m * k
        if net.normalised:
            w = w / anp.sqrt(anp.sum(w * w, axis=-1, keepdims=True))
        fan = m if net.scaling == "fan_out" else k
        alpha = phi(anp.matmul(w, alpha) / math.sqrt(fan))
    v = theta[..., start:]
    f = anp.sum(anp.reshape(v, (*copies, -1, 1)) * alpha, axis=-2) if copies else anp.dot(v, alpha)
    return f if net.scaling == "fan_out" else f / math.sqrt(len(net.v))


def _hessian(total: Function, theta: FloatArray) -> FloatArray:
    """∇² at θ (p,) of a function of which `total` is the sum over the rows of (k, p): of each row, its own ∂_k."""

    def along(copies: Vector, own: FloatArray) -> Vector:
        return anp.sum(own * autograd.grad(total)(copies))

    parts = np.array_split(np.eye(theta.size), -(-(theta.size**2) // COPIED))
    return np.concatenate([autograd.grad(along)(np.tile(theta, (len(own), 1)), own) for own in parts])


def _theta(net: Network, index: int) -> FloatArray:
    parts = [np.ravel(array[..., index]) for array in (*net.W, net.v)]
    return np.concatenate(parts)


def joint(net: Network) -> Function:
    """Return f as a function of the one vector (θ, x)."""
    d = net.x.shape[0]
    return lambda point: _predict(net, point[:-d], point[-d:])


def point(net: Network, index: int) -> FloatArray:
    """Return (θ, x) of one instance, (p + d,)."""
    return np.concatenate([_theta(net, index), net.x[:, index]])


def oracle_value(net: Network, index: int = 0) -> float:
    """Return f of one instance."""
    return float(_predict(net, _theta(net, index), net.x[:, index]))


def oracle_gradient(net: Network, index: int = 0) -> FloatArray:
    """Return ∂f/∂(θ, x) of one instance, (p + d,)."""
    return np.asarray(autograd.grad(joint(net))(point(net, index)))


def oracle_hessian(net: Network, index: int = 0) -> FloatArray:
    """Return ∇²_θ f of one instance, (p, p)."""
    x = net.x[:, index, None]
    return _hessian(lambda copies: anp.sum(_predict(net, copies, x)), _theta(net, index))


def oracle_input_hessian(net: Network, index: int = 0) -> FloatArray:
    """Return ∇²_x f of one instance, (d, d)."""
    theta = _theta(net, index)
    # autograd warns of a gradient that does not depend on x, as that of a linear network
    bent: Function = lambda x: _predict(net, theta, x) + 0.0 * anp.dot(x, x)  # noqa: E731
    return np.asarray(autograd.hessian(bent)(net.x[:, index]))


def oracle_cross(net: Network, index: int = 0) -> FloatArray:
    """Return ∂²f/∂v∂W of one instance, (m, p − m)."""
    last = len(net.v)
    return oracle_hessian(net, index)[-last:, :-last]


def spectral_norm(H: FloatArray) -> float:
    """Return ‖H‖₂ of one Hessian (p, p); NaN where differentiation overflowed."""
    return float(np.abs(np.linalg.eigvalsh(H)).max()) if np.isfinite(H).all() else math.nan


def _mean_loss(reg: Regression, index: int) -> Function:
    X, y, loss = reg.net.x[:, :, index], reg.y[:, index], LOSSES[reg.loss.name]
    return lambda theta: anp.mean(loss(_predict(reg.net, theta, X), y))


def oracle_sample_slopes(reg: Regression, index: int = 0) -> tuple[FloatArray, FloatArray]:
    """Return ℓ′ and ℓ″ in the output of every sample of one problem, (n,) each."""
    y, loss = reg.y[:, index], LOSSES[reg.loss.name]
    f = np.asarray(_predict(reg.net, _theta(reg.net, index), reg.net.x[:, :, index]))
    first = autograd.elementwise_grad(lambda output: loss(output, y))
    return np.asarray(first(f)), np.asarray(autograd.elementwise_grad(first)(f))


def oracle_loss(reg: Regression, index: int = 0) -> float:
    """Return 𝓛 of one problem."""
    return float(_mean_loss(reg, index)(_theta(reg.net, index)))


def oracle_loss_gradient(reg: Regression, index: int = 0) -> FloatArray:
    """Return ∇_θ 𝓛 of one problem, (p,)."""
    return np.asarray(autograd.grad(_mean_loss(reg, index))(_theta(reg.net, index)))


def oracle_weighted_gradient(reg: Regression, weight: FloatArray, index: int = 0) -> FloatArray:
    """Return ∇_θ (1/n) Σ w_i (f(θ; x_i) − y_i)² of one problem, w (n,), (p,)."""
    X, y = reg.net.x[:, :, index], reg.y[:, index]
    weighted: Function = lambda theta: anp.mean(weight * (_predict(reg.net, theta, X) - y) ** 2)  # noqa: E731
    return np.asarray(autograd.grad(weighted)(_theta(reg.net, index)))


def oracle_mean_gradient(net: Network, loss: Function, index: int = 0) -> FloatArray:
    """Return ∇_θ (1/n) Σ_i ℓ_i(f(θ; x_i)) of one network with a sample axis, (p,); `loss` takes the n outputs."""
    X = net.x[:, :, index]
    return np.asarray(autograd.grad(lambda theta: anp.mean(loss(_predict(net, theta, X))))(_theta(net, index)))


def oracle_loss_hessian(reg: Regression, index: int = 0) -> FloatArray:
    """Return ∇²_θ 𝓛 of one problem, (p, p)."""
    X, y, loss = reg.net.x[:, :, index], reg.y[:, index], LOSSES[reg.loss.name]
    total: Function = lambda copies: anp.sum(loss(_predict(reg.net, copies, X), y)) / y.size  # noqa: E731
    return _hessian(total, _theta(reg.net, index))
