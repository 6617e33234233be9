"""Whether restricted strong convexity, and so a rate of descent, is certified at a network; else what would do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import sympy

from wnverify.bounds.banerjee2024 import predictor
from wnverify.families.networks.setting import L, beta, c0, m
from wnverify.families.networks.weight_norm import omega, rho
from wnverify.questions.audit.subject import LOSSES, Audited
from wnverify.typed.vocabulary import family_named

MOST = 1e12
"""How many times larger ω or m is tried."""
Alpha = Callable[[Mapping[str, float]], float]


def rate(subject: Audited) -> str:
    """Words for α = R/2 − 2H√𝓛 of `banerjee2024/rsc` along the gradient, near θ: κ = 1 and ‖δ‖ → 0, R = ‖∇𝓛‖²/𝓛.

    Where it is not positive they say which ω, m, ρ₁ or L would make it so, at the same R and 𝓛. Empty where the
    theorem does not speak of the network: without targets, one width, a slope of at most 1, or inputs in the ball.
    """
    family = family_named(LOSSES)
    if subject.net.y is None or not subject.equal_widths:
        return ""
    names = ("beta", "c0", "omega", "rho", "loss", "loss_gradient_norm", "slope")
    at = {name: float(subject.value(family, name)[0]) for name in names}
    at |= {"m": float(subject.net.widths[0]), "L": float(len(subject.net.W))}
    radius = 1.0 if subject.net.scaling == "fan_out" else math.sqrt(subject.net.X.shape[1])
    inside = bool(np.linalg.norm(subject.net.X, axis=1).max() <= radius * (1 + 1e-12))
    if at["slope"] > 1 or not inside or not at["loss"] or not all(map(math.isfinite, at.values())):
        return ""
    at["R"] = at["loss_gradient_norm"] ** 2 / at["loss"]
    alpha = _alpha(family.rescaling(subject.settings))
    found = alpha(at)
    said = f"restricted strong convexity along the gradient, near θ: α = R/2 − 2H√𝓛 = {found:.4g}, R = {at['R']:.4g}"
    if found > 0:
        return f"{said}: certified, by `banerjee2024/rsc` with κ = 1"
    return f"{said}: not certified; at this R and 𝓛 {_remedies(alpha, at)}"


def _alpha(rescaling: Mapping[sympy.Symbol, object]) -> Alpha:
    R, loss = sympy.symbols("R loss", positive=True)
    expression = predictor().restricted_convexity(sympy.Integer(1), R, loss, sympy.Integer(0))
    symbols = {"R": R, "loss": loss, "beta": beta, "c0": c0, "omega": omega, "rho": rho, "m": m, "L": L}
    at = sympy.lambdify(list(symbols.values()), expression.subs(rescaling, simultaneous=True), "math")
    return lambda values: float(at(*(values[name] for name in symbols)))


def _remedies(alpha: Alpha, at: Mapping[str, float]) -> str:
    """What would do, each alone, and what would not."""
    found, short = [], []
    for name, word in (("omega", "ω"), ("m", "m")):
        factor = _least_factor(partial(_larger, alpha, at, name))
        if factor is None:
            short.append(word)
        else:
            found.append(f"{word} ≥ {at[name] * factor:.3g} for {at[name]:.4g}")
    for name, word, value in (("rho", "ρ₁", 0.0), ("L", "L", 1.0)):
        enough = alpha({**at, name: value}) > 0
        (found if enough else short).append(f"{word} = {value:g} for {at[name]:.4g}" if enough else word)
    told = [f"it would be with {', or '.join(found)}"] if found else []
    return "; ".join([*told, *([f"{', '.join(short)} alone would not do"] if short else [])])


def _larger(alpha: Alpha, at: Mapping[str, float], name: str, factor: float) -> float:
    return alpha({**at, name: at[name] * factor})


def _least_factor(alpha: Callable[[float], float]) -> float | None:
    """The least factor at which α is positive, to four digits; None if there is none up to `MOST`."""
    if not alpha(MOST) > 0:
        return None
    low, high = 0.0, math.log(MOST)
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (low, middle) if alpha(math.exp(middle)) > 0 else (middle, high)
    return math.exp(high)
