"""Empirical Rademacher complexity of normalised networks, bounded from below by one network for each sign vector.

    R̂ = E_ε sup_θ (1/n) Σ_i ε_i f(θ; x_i), f = ⟨v, α^L⟩ over ‖v‖ ≤ V and the weights of the class.

The input is the data (n, m), the arrays hold S networks. f is linear in v, so that the best v gives V‖Σ ε_iα_i‖/n,
and −ε has the network of ε with −v: of the 2ⁿ sign vectors the 2^{n−1} with ε₁ = 1 are enough. Sign vectors beyond
the S-th count as 0, which v = 0 reaches, so that the mean lies below R̂ for every S. All layers are of width m = d.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.families.normalizations.gains import STEEP, even
from wnverify.families.normalizations.weight_standardization import EPSILON
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.declare import architecture
from wnverify.families.own.draws import REGIMES
from wnverify.families.own.kinds import ball, box, free, positive, rows
from wnverify.families.own.own_quantity import Own, quantity
from wnverify.family import Shape
from wnverify.quantities import Quantity, Side

Arrays: TypeAlias = Mapping[str, Any]
ODD = ("identity", "tanh")
"""Odd activations with |φ′| ≤ 1."""
DATA = ball("m").several("n")
"""Inputs, each in the unit ball."""


def signs(n: int, S: int) -> FloatArray:
    """The first S sign vectors that begin with 1, or all 2^{n−1} of them, one a row.

    >>> signs(3, 8).tolist()
    [[1.0, 1.0, 1.0], [1.0, -1.0, 1.0], [1.0, 1.0, -1.0], [1.0, -1.0, -1.0]]
    """
    count = min(int(S), 1 << (int(n) - 1))
    return np.array([[1.0 - 2.0 * ((2 * index) >> i & 1) for i in range(int(n))] for index in range(count)])


def shapes(*sizes: tuple[int, int, int]) -> list[Shape]:
    """Sizes L, m, n, with all sign vectors.

    >>> shapes((1, 2, 3))
    [{'L': 1, 'm': 2, 'n': 3, 'S': 4}]
    """
    return [{"L": L, "m": m, "n": n, "S": 1 << (n - 1)} for L, m, n in sizes]


def mean(theta: Any, values: Any) -> Any:
    """The mean over all sign vectors of (1/n) times the values for the first of them, (S,), the others being 0."""
    return sum(values) * 2.0 ** (1 - int(theta.n)) / theta.n


def sums(xp: Any, theta: Any, alpha: Any) -> Any:
    """Σ_i ε_iα_i for each sign vector: (S, n, m) → (S, m)."""
    chosen = signs(theta.n, theta.S)
    return xp.einsum("sn,snm->sm", chosen, alpha[: len(chosen)])


def reached(xp: Any, theta: Any, alpha: Any) -> Any:
    """V‖Σ ε_iα_i‖/n, the mean over all sign vectors."""
    total = sums(xp, theta, alpha)
    return xp.abs(theta.V) * mean(theta, xp.sqrt(xp.sum(total * total, axis=1)))


def applied(xp: Any, W: Any, alpha: Any) -> Any:
    """W^ε α_i for each sign vector: weights (S, m, d) and activations (S, n, d), or data (n, d) → (S, n, m)."""
    return xp.einsum("smd,nd->snm" if alpha.ndim == 2 else "smd,snd->snm", W, alpha)


def root(xp: Any, theta: Any, x: Any) -> Any:
    """√(Σ‖x_i‖²)/n."""
    return xp.sqrt(xp.sum(x * x)) / theta.n


def complexity(of: Architecture) -> Quantity:
    """The function itself, as a lower estimate of R̂."""
    words = "empirical Rademacher complexity, from below: mean over the sign vectors of the best (1/n) Σ ε_i f found"
    route = replace(of.at.value(), side=Side.LOWER)
    return Quantity("rademacher", words, route=route, own=Own(of.value, of), latex=r"\hat{\mathfrak{R}}_n")


def measured(of: Architecture, *others: Quantity) -> Architecture:
    """The family with what its theorems speak of, as a network among those that controls are about.

    Args:
        of: declared, with its starts.
        others: quantities of its own.
    """
    size = quantity("data_norm", "√(Σ‖x_i‖²)/n of the data", root, of=of, low=0, latex=r"\|X\|_F/n")
    return lean(of).extended([complexity(of), size, *others])


DERIVATIVES = ("output", "gradient", "hessian", "alignment")


def lean(net: Architecture) -> Architecture:
    """The same, now without derivatives: the function is a mean over networks, of which they would only cost time."""
    net.quantities = {name: each for name, each in net.quantities.items() if not any(w in name for w in DERIVATIVES)}
    net.control, net.cost = True, 12.0
    return net


# ---- WeightNorm with gains and biases


def with_biases(xp: Any, theta: Any, x: Any) -> Any:
    """Gains γ_l g and biases B_l b with |g|, |b| ≤ 1, γ_l = |Γ_l|."""
    for layer in range(theta.L):
        z = theta.Gamma[layer] * theta.g[layer][:, None] * applied(xp, xp.unit_rows(theta.W[layer]), x)
        x = xp.phi((z + theta.B[layer] * theta.b[layer][:, None]) / xp.sqrt(theta.m))
    return reached(xp, theta, x)


def gain_product(xp: Any, theta: Any, _: Any) -> Any:
    """Π γ_l."""
    return xp.abs(xp.prod(theta.Gamma))


def bias_reach(xp: Any, theta: Any, _: Any) -> Any:
    """Σ_l (Π_{j>l} γ_j) B_l."""
    found: Any = 0.0
    for layer in range(theta.L):
        found = xp.abs(theta.Gamma[layer]) * found + xp.abs(theta.B[layer])
    return found


def data(m: int, n: int) -> FloatArray:
    """n inputs, orthonormal if n ≤ m, (n, m)."""
    return np.eye(m)[np.arange(n) % m]


def along(sizes: Shape) -> FloatArray:
    """Σ ε_i x_i/‖Σ ε_i x_i‖ of these inputs, or e₁ where it vanishes, by sign vector, (S, m)."""
    m, n = sizes["m"], sizes["n"]
    axis = np.zeros((sizes["S"], m))
    chosen = signs(n, sizes["S"])
    axis[: len(chosen)] = chosen @ data(m, n)
    axis[np.linalg.norm(axis, axis=1) == 0.0] = np.eye(m)[0]
    return np.asarray(axis / np.linalg.norm(axis, axis=1, keepdims=True))


def aligned(sizes: Shape, deeper: FloatArray) -> FloatArray:
    """All rows of the first layer along Σ ε_i x_i, those of later ones along a given vector, (L, S, m, m)."""
    L, m, S = sizes["L"], sizes["m"], sizes["S"]
    W = np.tile(deeper, (L, S, m, 1))
    W[0] = np.repeat(along(sizes)[:, None], m, axis=1)
    return W


def pushed(sizes: Shape) -> list[Arrays]:
    """Aligned rows, every gain alike, and every bias of the sign of Σ ε_i."""
    L, m, n, S = (sizes[name] for name in ("L", "m", "n", "S"))
    total = np.ones(S)
    chosen = signs(n, S)
    total[: len(chosen)] = np.where(chosen.sum(axis=1) < 0, -1.0, 1.0)
    b = np.broadcast_to(total[:, None], (L, S, m))
    one = {"W": aligned(sizes, even(m)), "g": np.ones((L, S, m)), "b": b}
    return [
        {**one, "Gamma": np.full(L, gain), "B": np.full(L, bias), "V": 1.0, "x": length * data(m, n)}
        for gain in (1.0, STEEP) for bias in (0.0, 1.0) for length in (1.0, 1e-4)
    ]  # fmt: skip


_BIASES = architecture(
    "signed_biases",
    with_biases,
    theta={
        "W": rows("L", "S", "m", "m"), "g": box(-1, 1, "L", "S", "m"), "b": box(-1, 1, "L", "S", "m"),
        "Gamma": free("L"), "B": free("L"), "V": positive(),
    },
    x=DATA,
    sizes=shapes((1, 2, 1), (1, 2, 3), (2, 2, 2), (3, 2, 2)),
    activation=ODD,
).starting({"rows along Σ ε_i x_i": pushed})  # fmt: skip
SIGNED_BIASES = measured(
    _BIASES,
    quantity("gain_product", "Π γ_l", gain_product, of=_BIASES, low=0, latex=r"\prod_l\gamma_l"),
    quantity("bias_reach", "Σ_l (Π_{j>l} γ_j) B_l", bias_reach, of=_BIASES, low=0, latex=r"B_{\mathrm{reach}}"),
)
"""WeightNorm over gains |g_i^l| ≤ γ_l and biases |b_i^l| ≤ B_l."""


# ---- weight standardization


def standardised(xp: Any, theta: Any, x: Any) -> Any:
    """Rows Cw/√(‖Cw‖² + ε)."""
    for layer in range(theta.L):
        W = theta.W[layer]
        for _ in range(2):  # what rounding leaves of the mean would weigh in a row that is nearly constant
            W = W - xp.mean(W, axis=-1, keepdims=True)
        W = W / xp.sqrt(xp.sum(W * W, axis=-1, keepdims=True) + EPSILON[theta.epsilon])
        x = xp.phi(applied(xp, W, x) / xp.sqrt(theta.m))
    return reached(xp, theta, x)


def centred_root(xp: Any, theta: Any, x: Any) -> Any:
    """√(Σ‖Cx_i‖²)/n."""
    return root(xp, theta, x - xp.mean(x, axis=1, keepdims=True))


def balanced(sizes: Shape) -> Iterable[Arrays]:
    """m even: x_i = (e_{2i−1} − e_{2i})/√2 in turn, rows along Σ ε_i x_i, deeper ones (1, −1, 1, …); L = 1, 2."""
    L, m, n = sizes["L"], sizes["m"], sizes["n"]
    if m % 2 or L > 2:
        return []
    pairs = np.repeat(np.eye(m // 2), 2, axis=1) * np.where(np.arange(m) % 2, -1.0, 1.0) / 2**0.5
    turns = np.where(np.arange(m) % 2, -1.0, 1.0)
    x = pairs[np.arange(n) % len(pairs)]
    W = np.zeros((L, sizes["S"], m, m))
    chosen = signs(n, sizes["S"])
    axis = chosen @ x
    axis[np.linalg.norm(axis, axis=1) == 0.0] = pairs[0]
    W[:] = turns
    W[0, : len(chosen)] = turns[:, None] * axis[:, None]
    return [{"W": size * W, "V": 1.0, "x": length * x} for size in (1.0, 1e3) for length in (1.0, 1e-4)]


_STANDARDISED = architecture(
    "signed_weight_standardization",
    standardised,
    theta={"W": rows("L", "S", "m", "m"), "V": positive()},
    x=DATA,
    sizes=shapes((1, 2, 1), (2, 2, 1), (1, 4, 2), (2, 4, 2), (1, 3, 3), (2, 2, 3)),
    activation=ODD,
    epsilon=tuple(EPSILON),
).starting({"balanced rows": balanced})
SIGNED_STANDARDIZATION = measured(
    _STANDARDISED,
    quantity("centred_norm", "√(Σ‖Cx_i‖²)/n of the data", centred_root, of=_STANDARDISED, low=0, latex=r"\|CX\|_F/n"),
)
"""Weight standardization over all weights."""
for _net in (_STANDARDISED, SIGNED_STANDARDIZATION):
    _net.regimes = tuple(regime for regime in REGIMES if regime != "edge")  # equal entries vanish when centred


# ---- residual layers


def residual(xp: Any, theta: Any, x: Any) -> Any:
    """α^l = α^{l−1} + cφ(W̄^l α^{l−1}/√m)."""
    alpha = x + xp.zeros((theta.S, 1, 1))
    for layer in range(theta.L):
        alpha = alpha + theta.c * xp.phi(applied(xp, xp.unit_rows(theta.W[layer]), alpha) / xp.sqrt(theta.m))
    return reached(xp, theta, alpha)


def doubled(sizes: Shape) -> list[Arrays]:
    """Row i along ±Σ ε_i x_i, with the sign of its i-th entry: where all entries are ±1, layers multiply by 1 + c."""
    L, m, n, S = (sizes[name] for name in ("L", "m", "n", "S"))
    axis = along(sizes)
    W = np.tile(np.where(axis < 0, -1.0, 1.0)[:, :, None] * axis[:, None], (L, 1, 1, 1)).reshape(L, S, m, m)
    if n == 1:
        return [{"W": np.tile(even(m), (L, S, m, 1)), "c": c, "V": 1.0, "x": even(m)} for c in (1.0, 1 / L)]
    return [{"W": W, "c": c, "V": 1.0, "x": length * data(m, n)} for c in (1.0, 1 / L) for length in (1.0, 1e-4)]


_RESIDUAL = architecture(
    "signed_residual",
    residual,
    theta={"W": rows("L", "S", "m", "m"), "c": positive(), "V": positive()},
    x=DATA,
    sizes=shapes((1, 2, 1), (1, 2, 2), (2, 2, 2), (2, 3, 3)),
    activation=ODD,
).starting({"rows along ±Σ ε_i x_i": doubled})
SIGNED_RESIDUAL = measured(_RESIDUAL)
"""Residual WeightNorm over all rows, c fixed."""


# ---- linear networks


def linear(xp: Any, theta: Any, x: Any) -> Any:
    """Matrices of Frobenius or of spectral norm 1, φ the identity."""
    alpha = x + xp.zeros((theta.S, 1, 1))
    for layer in range(theta.L):
        found = []
        for index in range(theta.S):
            W = xp.reshape(theta.W[layer][index], (theta.m, theta.m))
            size = xp.spectral_norm(W) if theta.norm == "spectral" else xp.sqrt(xp.sum(W * W))
            found.append(alpha[index] @ W.T / size)
        alpha = xp.stack(found)
    return reached(xp, theta, alpha)


def rank_one(sizes: Shape) -> list[Arrays]:
    """First layers e₁aᵀ with a along Σ ε_i x_i, later ones e₁e₁ᵀ."""
    L, m, S = sizes["L"], sizes["m"], sizes["S"]
    W = np.zeros((L, S, m, m))
    W[:, :, 0, 0], W[0, :, 0] = 1.0, along(sizes)
    return [{"W": W.reshape(L, S, m * m), "V": 1.0, "x": data(m, sizes["n"])}]


_LINEAR = architecture(
    "signed_linear",
    linear,
    theta={"W": rows("L", "S", "m*m"), "V": positive()},
    x=DATA,
    sizes=shapes((1, 2, 1), (2, 2, 2), (1, 3, 3), (3, 2, 2)),
    activation=("identity",),
    norm=("Frobenius", "spectral"),
).starting({"layers of rank one": rank_one})
SIGNED_LINEAR = measured(_LINEAR)
"""W/‖W‖_F and W/‖W‖₂ with φ the identity, over all weights."""


# ---- W/‖W‖_F


def folded(xp: Any, t: Any, c: Any) -> Any:
    """t up to c, 2c − t from there to 3c, −c beyond, and odd: |φ′| ≤ 1."""
    right = 2 * xp.maximum(t - c, 0.0) - xp.maximum(t - 3 * c, 0.0)
    left = 2 * xp.maximum(-t - c, 0.0) - xp.maximum(-t - 3 * c, 0.0)
    return t - right + left


def frobenius(xp: Any, theta: Any, x: Any) -> Any:
    """One layer of Frobenius norm 1 on numbers, φ folded at c."""
    return reached(xp, theta, folded(xp, applied(xp, xp.unit_rows(theta.W)[..., None], x), theta.c))


def two_scales(sizes: Shape) -> list[Arrays]:
    """x = (1, 1/3, 1/3), c = 1/3: all rows alike, so that φ does nothing, or a single row, which folds x₁ alone."""
    m, n, S = sizes["m"], sizes["n"], sizes["S"]
    x = np.where(np.arange(n) == 0, 1.0, 1 / 3)
    total = signs(n, S)[:, 1:].sum(axis=1)
    W = np.ones((S, m))
    W[: len(total)][total < 0] = np.eye(m)[0]
    return [{"W": W, "c": 1 / 3, "V": 1.0, "x": x}]


SIGNED_FROBENIUS = measured(
    architecture(
        "signed_frobenius",
        frobenius,
        theta={"W": rows("S", "m"), "c": positive(), "V": positive()},
        x=box(-1, 1, "n", 1),
        sizes=[{"m": 9, "n": 3, "S": 4}],
    ).starting({"all rows alike, or one": two_scales})
)
"""W/‖W‖_F over all weights, one layer, inputs of dimension 1, φ odd with a fold."""
