"""What jax.numpy lacks, or differentiates with a loss of digits: written anew, sharing nothing with the other rules.

jax takes tanh′ = 1 − tanh², of which nothing is left where tanh is near 1. Here derivatives close among themselves,

    tanh′ = s,    s′ = −2 tanh · s,    σ′ = b,    b′ = −tanh(z/2) · b,    softplus′ = σ,

with s = 1/cosh² and b = σ(1 − σ) written by exp(−|z|), so that every order keeps its digits far out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

Function: TypeAlias = Callable[[Any], Any]
GELU_SLOPE = 0.5 * math.erfc(-1.0) + 1.0 / (math.e * math.sqrt(math.pi))
"""The largest slope of z Φ(z), at √2."""
NEAR = 0.01
"""Up to here log((1 + eᶻ)/2) is taken from eᶻ − 1."""


@dataclass(frozen=True)
class Rules:
    """Functions of one number in jax.

    Args:
        special: what `xp` has beside jax.numpy, or in place of it.
        activations: those of wnverify, by name.
    """

    special: Mapping[str, Function]
    activations: Mapping[str, Function]


@cache
def rules() -> Rules:
    """The functions; jax is loaded."""
    import jax.numpy as jnp
    from jax.lax import stop_gradient
    from jax.scipy.special import erf, erfc

    tanh, sigmoid, softplus = _closed()

    def softplus0(z: Any) -> Any:
        near = jnp.log1p(0.5 * jnp.expm1(jnp.clip(z, -NEAR, NEAR)))
        return jnp.where(jnp.abs(z) < NEAR, near, softplus(z) - math.log(2.0))

    special = {
        "erf": erf,
        "held": stop_gradient,
        "spectral_norm": _spectral_norm,
        "sigmoid": sigmoid,
        "softplus": softplus,
        "tanh": tanh,
        "relu": lambda z: jnp.where(z > 0, z, 0.0),
    }
    return Rules(
        special,
        {
            "tanh": tanh,
            "sin": jnp.sin,
            "identity": lambda z: z,
            "softplus": softplus,
            "softplus0": _with_slope(softplus0, sigmoid),
            "sigmoid4": lambda z: 2.0 * tanh(0.5 * z),
            "gelu": lambda z: 0.5 * z * erfc(-z / math.sqrt(2.0)) / GELU_SLOPE,
            "relu": special["relu"],
        },
    )


def _spectral_norm(a: Any) -> Any:
    """The largest singular value, for three derivatives; see `spectral`."""
    import jax.numpy as jnp
    from jax.lax import stop_gradient

    a = a if a.shape[0] >= a.shape[1] else a.T
    M = a.T @ a
    values, vectors = jnp.linalg.eigh(stop_gradient(M))
    others, v = vectors[:, :-1], vectors[:, -1]
    w = v + others @ ((others.T @ (M @ v)) / (values[-1] - values[:-1]))
    return jnp.sqrt((w @ (M @ w)) / (w @ w))


def _closed() -> tuple[Function, Function, Function]:
    """tanh, σ and softplus."""
    import jax.numpy as jnp
    from jax.nn import sigmoid as logistic

    def sech2(z: Any) -> Any:
        e = jnp.exp(-2.0 * jnp.abs(z))
        return 4.0 * e / (1.0 + e) ** 2

    def bell(z: Any) -> Any:
        e = jnp.exp(-jnp.abs(z))
        return e / (1.0 + e) ** 2

    tanh = _with_slope(jnp.tanh, lambda z: slope(z))
    slope = _with_slope(sech2, lambda z: -2.0 * tanh(z) * slope(z))
    density = _with_slope(bell, lambda z: -tanh(0.5 * z) * density(z))
    sigmoid = _with_slope(logistic, density)
    return tanh, sigmoid, _with_slope(lambda z: jnp.logaddexp(0.0, z), sigmoid)


def _with_slope(value: Function, slope: Function) -> Function:
    """A function with its derivative given."""
    import jax

    found = jax.custom_jvp(value)
    found.defjvps(lambda tangent, _, z: tangent * slope(z))
    return found
