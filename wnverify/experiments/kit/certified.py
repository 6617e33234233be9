"""What theorems say of a network of the engine, as floats; see `bounds.compiled`, which has the formulas."""

from __future__ import annotations

import numpy as np

from wnverify.bounds.compiled import Certified, Scales, certified_at
from wnverify.engine.networks.network import Network


def certified(net: Network, source: str) -> Certified:
    """What holds at a network, the first of its batch.

    Args:
        net: with normalised rows, ‖x‖ ≤ 1 and |φ′| ≤ 1; with φ(0) = 0 for the depth-free bounds.
        source: a name in `bounds.compiled.SOURCES`.
    """
    norms = [float(np.linalg.norm(rows[..., 0], axis=1).min()) for rows in net.W]
    return at_scales(net, source, min(norms), max(0.0, float(np.linalg.norm(net.v[..., 0])) - 1.0))


def at_scales(net: Network, source: str, shortest: float, radius: float) -> Certified:
    """What holds at all networks of a shape with these scales.

    Args:
        net: one of them.
        source: a name in `bounds.compiled.SOURCES`.
        shortest: ω.
        radius: ρ₁.
    """
    act = net.activation
    return certified_at(Scales(net.depth, max(net.widths[1:]), shortest, radius, act.beta, act.c0), source)


def rate(step: float, smoothness: float, ratio: float) -> float | None:
    """−log of the factor 1 − η(1 − ηβ/2)R by which a step lowers 𝓛 at least; None where ηβ ≥ 2.

    Args:
        step: η.
        smoothness: β.
        ratio: R.

    >>> rate(3.0, 1.0, 0.5) is None
    True
    """
    if step * smoothness >= 2:
        return None
    return -float(np.log1p(-min(step * (1 - step * smoothness / 2) * ratio, 1.0 - 1e-15)))
