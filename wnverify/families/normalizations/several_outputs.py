"""Weight normalization by rows with gains and biases in both layers, any widths, and several outputs.

F = ĝ²⊙(W̄²α) + b², α = φ(g¹⊙(W̄¹x) + b¹). One family has ⟨w, F⟩, x and w one below the other as its input, so that
gradients and Hessians are those of F along w; another has the mean of the square loss or the cross-entropy of F.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from wnverify.families.normalizations.chain import BETA, Step, coupling, ends, parted, reaches
from wnverify.families.own.declare import architecture, on_data
from wnverify.families.own.kinds import ball, free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

WIDTHS = ((1, 2, 2), (2, 3, 2), (2, 2, 3))
"""d, m, k."""
THETA = {
    "W1": rows("m", "d"), "g1": free("m"), "b1": free("m"),
    "W2": rows("k", "m"), "g2": free("k"), "b2": free("k"),
}  # fmt: skip
SIZES = [dict(zip(("d", "m", "k"), each, strict=True)) for each in WIDTHS]
ACTIVATIONS = ("identity", "tanh")


def states(xp: Any, theta: Any, x: Any) -> Iterator[Any]:
    """x, α and F."""
    yield x
    alpha = xp.phi(theta.g1 * (xp.unit_rows(theta.W1) @ x) + theta.b1)
    yield alpha
    yield theta.g2 * (xp.unit_rows(theta.W2) @ alpha) + theta.b2


def outputs(xp: Any, theta: Any, x: Any) -> Any:
    """F(x), (k,)."""
    return list(states(xp, theta, x))[-1]


def along(xp: Any, theta: Any, x: Any) -> Any:
    """⟨w, F⟩, where x has the input before w."""
    return xp.sum(x[theta.d :] * outputs(xp, theta, x[: theta.d]))


def steps(xp: Any, theta: Any, x: Any) -> list[Step]:
    """Both layers: χ = ‖g‖, p = √(a²r² + 1), c = r, o = a·max 2(B² + J²)/√(4B² + 3J²); k = 0 at the output."""
    found = []
    for W, g, k, state in (
        (theta.W1, theta.g1, BETA[theta.activation], x),
        (theta.W2, theta.g2, 0.0, list(states(xp, theta, x))[1]),
    ):
        norms = xp.sqrt(xp.sum(W * W, axis=-1))
        a = xp.sqrt(xp.sum(state * state))
        turn = xp.maximum(1.0, xp.max(xp.abs(g) / norms))
        own, bent = 1 / norms, xp.abs(g) / norms**2
        curved = xp.max(2 * (own**2 + bent**2) / xp.sqrt(4 * own**2 + 3 * bent**2))
        chi = xp.sqrt(xp.sum(g * g))
        found.append(Step(chi, xp.sqrt((a * turn) ** 2 + 1), k, turn, a * curved))
    return found


def probed(xp: Any, theta: Any, x: Any) -> list[Step]:
    """Both layers, where x has the input before w."""
    return steps(xp, theta, x[: theta.d])


def probe(xp: Any, theta: Any, x: Any) -> Any:
    """‖w‖."""
    return xp.sqrt(xp.sum(x[theta.d :] ** 2))


# ---- losses


def slope(xp: Any, theta: Any, index: int) -> Any:
    """‖∂ℓ/∂F‖ at one sample: 2‖F − y‖, or the distance of two distributions."""
    F, y = outputs(xp, theta, theta.X[index]), theta.y[index]
    gap = 2 * (F - y) if theta.loss == "square" else xp.softmax(F) - xp.softmax(y)
    return xp.sqrt(xp.sum(gap * gap))


@dataclass(frozen=True)
class Sample:
    """Of one sample: ‖∂ℓ/∂F‖, G and H, and sup‖∂²ℓ/∂F²‖ of the loss, 2 or 1/2."""

    slope: Any
    G: Any
    H: Any
    curved: float


def samples(xp: Any, theta: Any, _: Any) -> list[Sample]:
    """All of them."""
    found, curved = [], 2.0 if theta.loss == "square" else 0.5
    for index in range(theta.n):
        chain = steps(xp, theta, theta.X[index])
        found.append(Sample(slope(xp, theta, index), reaches(xp, chain), coupling(xp, chain), curved))
    return found


def mean(of: Callable[[Sample], Any], _: Any, every: Sequence[Sample]) -> Any:
    """The mean over the samples."""
    found = [of(sample) for sample in every]
    return sum(found[1:], found[0]) / len(found)


_MEANS = (
    lambda sample: sample.slope * sample.G,
    lambda sample: sample.curved * sample.G**2 + sample.slope * sample.H,
    lambda sample: sample.slope * sample.H,
)
_FIRST, _SECOND, _BENT = parted(samples, [partial(mean, of) for of in _MEANS])


# ---- instances at which bounds are attained


def aligned(sizes: Shape) -> list[Mapping[str, Any]]:
    """All rows along (1, …, 1) or across it in the second layer, x and w along what they see; of several lengths."""
    d, m, k = (sizes[name] for name in ("d", "m", "k"))
    if m < 2:  # there is nothing across
        return []
    even = {size: np.full(size, size**-0.5) for size in (d, m, k)}
    across = np.array([1.0, -1.0, *[0.0] * (m - 2)]) / 2**0.5
    found: list[Mapping[str, Any]] = []
    for omega, gain, row in product((0.1, 0.5, 1.0), (1.0, 1.5), (even[m], across)):
        W1, W2 = np.tile(even[d], (m, 1)), np.tile(row, (k, 1))
        parts = {"W1": omega * W1, "W2": omega * W2, "g1": gain * np.ones(m), "g2": gain * np.ones(k)}
        found.append({**parts, "b1": np.zeros(m), "b2": np.zeros(k), "x": np.append(even[d], even[k]) / 2**0.5})
    return found


_PROBED = architecture(
    "several_outputs", along, theta=THETA, x=ball("d+k"), sizes=SIZES, activation=ACTIVATIONS
).starting({"all aligned": aligned})
_REACH, _BEND = ends(probed)
_PROBED.control, _PROBED.cost, _PROBED.plentiful = True, 10.0, 1
SEVERAL_OUTPUTS = _PROBED.extended(
    [
        quantity("probe_norm", "‖w‖", probe, of=_PROBED, low=0, latex=r"\|w\|"),
        quantity("chain_reach", "b of `chain`, with the output as its last layer", _REACH,
                 of=_PROBED, low=0, latex="b"),
        quantity("bend", "λ_max(Q) of `chain`, with the output as its last layer", _BEND,
                 of=_PROBED, low=0, latex=r"\lambda_{\max}(Q)"),
    ]
)  # fmt: skip
"""⟨w, F⟩ with what the bounds are made of."""

_LOSS = on_data(
    architecture("several_outputs_net", outputs, theta=THETA, x=ball("d"), sizes=SIZES, activation=ACTIVATIONS),
    (1, 2),
    scores="k",
)
_LOSS.control, _LOSS.cost, _LOSS.plentiful = True, 12.0, 1
SEVERAL_OUTPUTS_LOSS = _LOSS.extended(
    [
        quantity("first", "the mean of ‖∂ℓ/∂F‖G", _FIRST, of=_LOSS, low=0, latex=r"\mathbb{E}[\|\partial_F\ell\|G]"),
        quantity("bent", "the mean of ‖∂ℓ/∂F‖H", _BENT, of=_LOSS, low=0, latex=r"\mathbb{E}[\|\partial_F\ell\|H]"),
        quantity(
            "second",
            "the mean of sup‖∂²ℓ/∂F²‖G² + ‖∂ℓ/∂F‖H",
            _SECOND,
            of=_LOSS,
            low=0,
            latex=r"\mathbb{E}[\|\partial^2_F\ell\|G^2+\|\partial_F\ell\|H]",
        ),
    ]
)
"""The mean loss with what its bounds are made of."""
