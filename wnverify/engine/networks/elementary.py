"""The reverse sweep in elementary steps: the norm of a row, then its quotient, each with its own derivative.

`derivatives.pullback` projects: there ⟨W_i, ∂f/∂W_i⟩ = 0 whatever the rest of the sweep computes. Here a row w is
used as u = w/r with r = ‖w‖, and the sweep goes through the quotient and through the norm. That a gradient is
orthogonal to its row is then a result, and what rests on it can be measured.
"""

from __future__ import annotations

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import outer, row_dots, sum_samples, vecmat
from wnverify.engine.networks.network import Direction, Network, Tape


def pullback(net: Network, tape: Tape, weight: FloatArray) -> Direction:
    """Return the gradient of Σ weight·f in (W, v, x); weight has the shape of the value, (B,) or (n, B).

    b^L = κv, ∂f/∂u_i^l = s δ_i α, δ^l = b^l φ′(z^l), b^{l-1} = s U^{lT} δ^l, then `through_norm` for every row.
    """
    weight = tape.kappa * weight
    b, dv, W = weight * net.v, sum_samples(weight * tape.alpha[-1]), []
    for layer in reversed(range(net.depth)):
        delta = tape.s[layer] * (b * tape.phi[layer][0])
        rows = outer(delta, tape.alpha[layer])
        W.append(through_norm(rows, net.W[layer], tape.r[layer]) if net.normalised else rows)
        b = vecmat(delta, tape.u[layer])
    return Direction(tuple(reversed(W)), dv, b)


def through_norm(rows: FloatArray, w: FloatArray, r: FloatArray) -> FloatArray:
    """Return the derivative by w of what has the derivative `rows` by u = w/r, r = ‖w‖: (m, k, …) each, r (m, …).

    By the quotient ∂w = ∂u/r and ∂r = −⟨∂u, w⟩/r²; by the norm ∂w gains ∂r·w/r.

    >>> import numpy as np
    >>> u, w = np.array([[[1.0], [1.0]]]), np.array([[[0.0], [2.0]]])
    >>> through_norm(u, w, np.array([[2.0]]))[0, :, 0]
    array([0.5, 0. ])
    """
    by_norm = -row_dots(rows, w) / (r * r)
    found: FloatArray = rows / r[:, None] + (by_norm / r)[:, None] * w
    return found
