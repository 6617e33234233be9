"""RMSNorm and LayerNorm on orthogonal inputs, made so by Gram and Schmidt: R of layer 1 after a step of descent.

The function is the mean square loss 𝓛 = (1/n) Σ_j (f(q_j) − y_j)² for the q_j made of the rows of x.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from wnverify.arithmetic.theta import Theta
from wnverify.families.normalizations.descent import Value, along_descent
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.normalizations.orthogonal import orthogonalised
from wnverify.families.normalizations.rms_norm import backward, centred, layers
from wnverify.families.normalizations.rms_norm import value as output
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free


def loss(xp: Any, theta: Any, x: Any) -> Any:
    """𝓛."""
    inputs = orthogonalised(xp, x, theta.n)
    return sum((output(xp, theta, q) - theta.y[j]) ** 2 for j, q in enumerate(inputs)) / theta.n


def least_radius(xp: Any, theta: Any, x: Any) -> Any:
    """R, the least over layers and inputs."""
    inputs = orthogonalised(xp, x, theta.n)
    return xp.min(xp.stack([layer.radius for q in inputs for layer in layers(xp, theta, q)]))


def _first(xp: Any, theta: Any, q: Any, y: Any) -> tuple[Any, Any]:
    """R² of the first layer at an input, and ‖n∂𝓛/∂z‖² there, by the chain rule written out."""
    every = list(backward(xp, theta, q))
    last, first, across = every[0][0], every[-1][0], every[-1][2]
    error = 2 * (xp.sum(theta.v * last.after) - y)
    return first.radius**2, xp.sum(across**2) * error**2 / first.radius**2


def _changes(xp: Any, path: Sequence[Theta]) -> Iterator[tuple[Any, Any, Any]]:
    """R_j², R_j⁺² and ‖∂𝓛/∂z_j‖²‖q_j‖⁴ of the inputs."""
    theta, after = path
    for j, q in enumerate(orthogonalised(xp, theta.x, theta.n)):
        before, slope = _first(xp, theta, q, theta.y[j])
        z = centred(xp, after, after.W[0]) @ q
        yield before, xp.sum(z * z), slope * xp.sum(q * q) ** 2 / theta.n**2


def growth(*, added: bool) -> Value:
    """The largest |R_j⁺² − R_j² − ‖∂𝓛/∂z_j‖²‖q_j‖⁴|, or this without the last term, over 1 + ‖v‖² + ‖y‖² + its terms.

    Args:
        added: whether the last term is taken off.
    """

    def value(xp: Any, path: Sequence[Theta], _: Sequence[Theta]) -> Any:
        size, found = 1 + xp.sum(path[0].v ** 2) + xp.sum(path[0].y ** 2), []
        for before, after, slope in _changes(xp, path):
            change = after - before - (slope if added else 0.0)
            found.append(xp.abs(change) / (size + before + after + slope))
        return xp.max(xp.stack(found))

    return value


def shrinkage(xp: Any, path: Sequence[Theta], _: Sequence[Theta]) -> Any:
    """The least R_j⁺²/R_j²."""
    return xp.min(xp.stack([after / before for before, after, _ in _changes(xp, path)]))


RMS_NORM_ORTHOGONAL = architecture(
    "rms_norm_orthogonal",
    loss,
    theta={"W": free("L", "m", "m"), "v": free("m"), "y": free("n")},
    x=ball("m").several("n"),
    sizes=[{"L": L, "m": m, "n": n} for L, m, n in ((1, 3, 2), (2, 3, 2), (3, 3, 2), (2, 3, 3))],
    activation=("identity", "tanh"),
    norm=("RMSNorm", "LayerNorm"),
    epsilon=("none",),
)
RMS_NORM_ORTHOGONAL.control, RMS_NORM_ORTHOGONAL.cost = True, 10.0
RMS_NORM_ORTHOGONAL = RMS_NORM_ORTHOGONAL.extended([
    divisor("R", "the least R_l, what the layers divide by", least_radius, RMS_NORM_ORTHOGONAL),
    along_descent("radius_defect", "largest |R_j⁺² − R_j² − ‖∂𝓛/∂z_j‖²‖x_j‖⁴| over 1 + ‖v‖² + ‖y‖² + its terms",
                  growth(added=True), of=RMS_NORM_ORTHOGONAL, moved=["W"], latex=r"\delta_{R^2}"),
    along_descent("radius_growth", "largest |R_j⁺² − R_j²| over the same", growth(added=False),
                  of=RMS_NORM_ORTHOGONAL, moved=["W"], latex=r"\max_j|\Delta R_j^2|"),
    along_descent("shrinkage", "the least R_j⁺²/R_j² of the first layer after a step of descent", shrinkage,
                  of=RMS_NORM_ORTHOGONAL, moved=["W"], latex=r"\min_j\frac{R_j^{+2}}{R_j^2}"),
])  # fmt: skip
