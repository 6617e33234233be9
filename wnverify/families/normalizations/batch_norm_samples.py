"""BatchNorm on two or three samples, and the prediction for one sample of a batch alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wnverify.arithmetic.theta import Theta
from wnverify.families.normalizations.batch_norm_layers import Arrays, layers, least_sigma, reach, spread
from wnverify.families.normalizations.batch_norm_layers import value as output
from wnverify.families.normalizations.descent import along_descent
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

# ---- few samples


def learned(xp: Any, path: Sequence[Theta], slopes: Sequence[Theta]) -> Any:
    """‖∂⟨y, F⟩/∂W‖ over 1 + Vb, b of the chain, which bounds it."""
    theta, slope = path[0], slopes[0].W
    bound = xp.sqrt(xp.sum(theta.v**2)) * reach(xp, theta, theta.x)
    return xp.sqrt(xp.sum(slope * slope)) / (1 + bound)


BATCH_NORM_FEW = architecture(
    "batch_norm_few",
    output,
    theta={"W": rows("L", "m", "m"), "v": free("m"), "y": free("n")},
    x=free("n", "m"),
    sizes=[{"L": L, "m": m, "n": n} for L, m, n in ((1, 2, 3), (1, 3, 2), (2, 3, 2), (3, 2, 2))],
    activation=("identity", "tanh"),
    epsilon=("none",),
)
BATCH_NORM_FEW.control, BATCH_NORM_FEW.cost, BATCH_NORM_FEW.plentiful = True, 10.0, 1
BATCH_NORM_FEW = BATCH_NORM_FEW.extended([
    divisor("sigma", "the least σ_k that a layer divides by", least_sigma, BATCH_NORM_FEW, latex=r"\sigma_{\min}"),
    along_descent("learned", "‖∂⟨y, F⟩/∂W‖_F over 1 + Vb, b of `chain`", learned, of=BATCH_NORM_FEW, moved=["W"],
                  latex=r"\|\partial_W\langle y,F\rangle\|_F/(1+Vb)"),
])  # fmt: skip


# ---- one sample alone


def first(xp: Any, theta: Any, x: Any) -> Any:
    """f_1."""
    return list(layers(xp, theta, x))[-1].after[0] @ theta.v


def outlier(sizes: Shape) -> list[Arrays]:
    """x_1 = e_1, the others 0 but for x_2 = te_2 and x_3 = −te_2, all rows e_2: x_1 has all of the gradient."""
    if sizes["m"] < 2 or sizes["n"] < 3 or sizes["L"] > 1:
        return []
    x = np.zeros((sizes["n"], sizes["m"]))
    x[:3, :2] = ((1, 0), (0, 0.1), (0, -0.1))
    row = np.eye(sizes["m"])[1]
    return [{"W": [[row] * sizes["m"]], "v": np.ones(sizes["m"]), "x": x}]


BATCH_NORM_SAMPLE = architecture(
    "batch_norm_sample",
    first,
    theta={"W": rows("L", "m", "m"), "v": free("m")},
    x=free("n", "m"),
    sizes=[{"L": 1, "m": m, "n": n} for m, n in ((2, 3), (2, 5), (3, 4), (2, 9))],
    activation=("identity", "tanh"),
    epsilon=("none", "1"),
)
BATCH_NORM_SAMPLE.control, BATCH_NORM_SAMPLE.cost, BATCH_NORM_SAMPLE.plentiful = True, 10.0, 1
BATCH_NORM_SAMPLE = BATCH_NORM_SAMPLE.starting({"one outlier": outlier}).extended([
    divisor("sigma", "the least σ_k that the layer divides by", least_sigma, BATCH_NORM_SAMPLE,
            latex=r"\sigma_{\min}"),
    quantity("spread", "s, the root of the largest eigenvalue of the inputs' covariance", spread,
             of=BATCH_NORM_SAMPLE, low=0, latex="s"),
])  # fmt: skip
