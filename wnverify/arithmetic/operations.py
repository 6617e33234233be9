"""The functions of arrays that a user's function may use, on power series."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from wnverify.arithmetic import choices, products, reductions, shaping
from wnverify.arithmetic.series import METHODS, lifted
from wnverify.arithmetic.spectral import spectral_norm

Operation: TypeAlias = Callable[..., Any]


def _elementwise(name: str) -> Operation:
    return lambda space, a: lifted(space, a).elementwise(name)


def _binary(act: Callable[[Any, Any], Any]) -> Operation:
    return lambda space, a, b: act(lifted(space, a), lifted(space, b))


COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "less": operator.lt, "less_equal": operator.le, "greater": operator.gt, "greater_equal": operator.ge,
    "logical_and": operator.and_, "logical_or": operator.or_, "logical_xor": operator.xor,
}  # fmt: skip
SHAPING = (
    "reshape", "ravel", "transpose", "swapaxes", "moveaxis", "expand_dims", "squeeze", "broadcast_to", "flip", "roll",
    "repeat", "tile", "pad", "diagonal", "diag", "concatenate", "stack", "vstack", "hstack", "column_stack",
)  # fmt: skip
ONE_NUMBER = (
    "exp", "expm1", "log", "log1p", "sqrt", "tanh", "sin", "cos", "sinh", "cosh", "arctan", "abs", "sign",
    "reciprocal", "erf", "sigmoid", "softplus",
)  # fmt: skip
OPERATIONS: Mapping[str, Operation] = {
    "spectral_norm": spectral_norm,
    **{name: _elementwise(name) for name in ONE_NUMBER},
    "absolute": _elementwise("abs"),
    "fabs": _elementwise("abs"),
    "negative": lambda space, a: -lifted(space, a),
    "square": lambda space, a: lifted(space, a) * a,
    "relu": lambda space, a: lifted(space, a).elementwise("phi relu"),
    "tan": lambda space, a: lifted(space, a).elementwise("sin") / lifted(space, a).elementwise("cos"),
    "log2": lambda space, a: lifted(space, a).elementwise("log") / math.log(2.0),
    "log10": lambda space, a: lifted(space, a).elementwise("log") / math.log(10.0),
    "exp2": lambda space, a: 2.0 ** lifted(space, a),
    "hypot": lambda space, a, b: (lifted(space, a) ** 2 + lifted(space, b) ** 2).elementwise("sqrt"),
    "add": _binary(operator.add),
    "subtract": _binary(operator.sub),
    "multiply": _binary(operator.mul),
    "divide": _binary(operator.truediv),
    "true_divide": _binary(operator.truediv),
    "power": lambda space, a, b: lifted(space, a) ** b,
    "logaddexp": _binary(lambda a, b: a + (b - a).elementwise("softplus")),
    **{name: _binary(act) for name, act in COMPARISONS.items()},
    "logical_not": lambda space, a: ~lifted(space, a),
    **{name: getattr(choices, name) for name in ("maximum", "minimum", "clip", "where")},
    **{name: getattr(reductions, name) for name in ("mean", "var", "std", "average", "cumsum", "prod")},
    "sum": reductions.total, "max": reductions.most, "amax": reductions.most,
    "min": reductions.least, "amin": reductions.least,
    **{name: getattr(products, name) for name in ("dot", "vdot", "inner", "outer", "trace", "convolve", "einsum")},
    "matmul": products.matrix_product,
    **{name: getattr(shaping, name) for name in SHAPING},
    "tril": lambda space, a, k=0: shaping.triangle(space, a, k, lower=True),
    "triu": lambda space, a, k=0: shaping.triangle(space, a, k, lower=False),
    "zeros_like": lambda space, a: lifted(space, np.zeros(lifted(space, a).shape)),
    "ones_like": lambda space, a: lifted(space, np.ones(lifted(space, a).shape)),
}  # fmt: skip
METHODS.update({
    name: OPERATIONS[{"flatten": "ravel"}.get(name, name)]
    for name in (
        "sum", "mean", "var", "std", "cumsum", "prod", "max", "min", "reshape", "ravel", "flatten", "transpose",
        "dot", "trace", "diagonal", "swapaxes", "squeeze", "repeat", "clip",
    )
})  # fmt: skip
METHODS.update(copy=lambda space, a: a, astype=lambda space, a, _: a)
