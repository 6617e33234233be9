"""Naive second routes: slow, short, and written from the definitions only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import mpmath as mp
import numpy as np

DIGITS = 50


def _gelu(z: mp.mpf) -> mp.mpf:
    return z * mp.ncdf(z) / ((1 + mp.erf(1)) / 2 + mp.exp(-1) / mp.sqrt(mp.pi))


PHI: Mapping[str, Callable[[mp.mpf], mp.mpf]] = {
    "tanh": mp.tanh,
    "sin": mp.sin,
    "identity": lambda z: z,
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "softplus0": lambda z: mp.log(1 + mp.exp(z)) - mp.log(2),
    "sigmoid4": lambda z: 4 / (1 + mp.exp(-z)) - 2,
    "gelu": _gelu,
    "relu": lambda z: max(z, mp.mpf(0)),
}


def mp_activation(name: str, z: float, order: int) -> mp.mpf:
    """φ^(order)(z) to about 50 digits, by numerical differentiation at 200 digits."""
    with mp.workdps(200):
        return +mp.diff(PHI[name], mp.mpf(z), order, h=mp.mpf(10) ** -50)


def mp_value(net, theta: list[mp.mpf], index: int) -> mp.mpf:
    """f(θ; x) of one instance in the current precision."""
    phi, start = PHI[net.activation.name], 0
    alpha = [mp.mpf(float(entry)) for entry in net.x[:, index]]
    for rows in net.W:
        m, k = rows.shape[:2]
        scale = mp.sqrt(m if net.scaling == "fan_out" else k)
        after = []
        for i in range(m):
            w = theta[start + i * k : start + (i + 1) * k]
            norm = mp.sqrt(mp.fdot(w, w)) if net.normalised else mp.mpf(1)
            after.append(phi(mp.fdot(w, alpha) / norm / scale))
        start += m * k
        alpha = after
    f = mp.fdot(theta[start:], alpha)
    return f if net.scaling == "fan_out" else f / mp.sqrt(len(alpha))


def mp_theta(net, index: int) -> list[mp.mpf]:
    """θ of one instance as exact numbers."""
    flat = np.concatenate([np.ravel(array[..., index]) for array in (*net.W, net.v)])
    return [mp.mpf(float(entry)) for entry in flat]


def mp_hessian(net, index: int = 0) -> np.ndarray:
    """∇²_θ f by central second differences, error far below 50 digits (step 10⁻³⁰ relative, 160 digits)."""
    with mp.workdps(160):
        theta = mp_theta(net, index)
        p = len(theta)
        steps = [mp.mpf(10) ** -30 * max(abs(t), mp.mpf(10) ** -9) for t in theta]
        rows = _row_of(net)
        H = np.zeros((p, p))

        def f(moves: dict[int, int]) -> mp.mpf:
            return mp_value(
                net, [t + moves.get(i, 0) * h for i, (t, h) in enumerate(zip(theta, steps, strict=True))], index
            )

        centre = f({})
        for i in range(p):
            H[i, i] = float((f({i: 1}) - 2 * centre + f({i: -1})) / steps[i] ** 2)
            for j in range(min(i, rows)):  # f is linear in v
                mixed = f({i: 1, j: 1}) - f({i: 1, j: -1}) - f({i: -1, j: 1}) + f({i: -1, j: -1})
                H[i, j] = H[j, i] = float(mixed / (4 * steps[i] * steps[j]))
        return H


def mp_gradient(net, index: int = 0) -> list[np.ndarray]:
    """∂f/∂W^1, …, ∂f/∂W^L and ∂f/∂v by central differences, error far below 50 digits."""
    with mp.workdps(160):
        theta, found = mp_theta(net, index), []
        for i, entry in enumerate(theta):
            h = mp.mpf(10) ** -40 * max(abs(entry), mp.mpf(10) ** -9)
            ends = [mp_value(net, [*theta[:i], entry + sign * h, *theta[i + 1 :]], index) for sign in (1, -1)]
            found.append(float((ends[0] - ends[1]) / (2 * h)))
    sizes = [rows.shape[0] * rows.shape[1] for rows in net.W]
    return np.split(np.array(found), np.cumsum(sizes))


def _row_of(net) -> int:
    return sum(rows.shape[0] * rows.shape[1] for rows in net.W)


def gauge(net, index: int = 0) -> np.ndarray:
    """The row norm of every parameter (1 for v, and everywhere for a plain network), (p,).

    f depends on directions only, so ∂²f/∂θ_i∂θ_j scales as 1/(r_i r_j): H_ij r_i r_j is the same for every ω, and
    errors are compared in it, relative to the largest entry of the instance.
    """
    parts = []
    for rows in net.W:
        w = rows[..., index]
        norms = np.linalg.norm(w, axis=1) if net.normalised else np.ones(w.shape[0])
        parts.append(np.repeat(norms, w.shape[1]))
    return np.concatenate([*parts, np.ones(net.v.shape[0])])


def relative_error(net, H: np.ndarray, exact: np.ndarray, index: int = 0) -> float:
    """max|H − exact| over max|exact|, both in the gauge of unit rows; the error itself where the Hessian is zero."""
    r = gauge(net, index)
    weight = np.outer(r, r)
    scale = float(np.max(np.abs(exact * weight)))
    error = float(np.max(np.abs((H - exact) * weight)))
    return error / scale if scale > 1e-13 else error


def contractions_by_loop(H: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """H·vector of every instance, (p, p, B), (p, B) → (p, B)."""
    return np.stack([H[..., b] @ vector[:, b] for b in range(H.shape[-1])], axis=-1)


def spectra_by_loop(H: np.ndarray) -> list[np.ndarray]:
    """All eigenvalues of every instance in ascending order, by the general solver, (p, p, B) → B times (p,)."""
    return [np.sort(np.linalg.eigvals(H[..., b]).real) for b in range(H.shape[-1])]


def spectral_norm_by_loop(H: np.ndarray) -> np.ndarray:
    """‖H‖₂ of every instance by the singular value decomposition, (p, p, B) → (B,)."""
    return np.array([np.linalg.norm(H[..., b], 2) for b in range(H.shape[-1])])
