"""The functions of one number at sixty digits, with three derivatives, by mpmath."""

from __future__ import annotations

from functools import cache

import mpmath as mp

DIGITS = 60
EVERYWHERE = (0.0, 1e-300, -1e-300, 1e-9, -1e-9, 0.25, -0.75, 1.0, -1.0, 3.5, -4.0, 19.0, -23.0)
FAR = (60.0, -60.0, 300.0, -300.0)
POSITIVE = (1e-200, 1e-9, 0.3, 1.0, 1.5, 7.0, 1e5, 1e30)
AWAY = (1e-9, -1e-9, 0.3, -0.7, 1.0, -1.0, 40.0, -1e6)
FORMULAS = {
    "exp": (mp.exp, EVERYWHERE + FAR),
    "expm1": (mp.expm1, EVERYWHERE + FAR),
    "log": (mp.log, POSITIVE[1:-1]),
    "log1p": (mp.log1p, (*EVERYWHERE[:6], -0.75, 1.0, 100.0)),
    "sqrt": (mp.sqrt, POSITIVE[1:]),
    "reciprocal": (lambda z: 1 / z, AWAY),
    "tanh": (mp.tanh, EVERYWHERE + FAR),
    "sin": (mp.sin, EVERYWHERE + FAR),
    "cos": (mp.cos, EVERYWHERE + FAR),
    "sinh": (mp.sinh, EVERYWHERE + FAR),
    "cosh": (mp.cosh, EVERYWHERE + FAR),
    "arctan": (mp.atan, (*EVERYWHERE, *FAR, 1e6)),
    "erf": (mp.erf, EVERYWHERE),
    "sigmoid": (lambda z: 1 / (1 + mp.exp(-z)), EVERYWHERE + FAR),
    "softplus": (lambda z: mp.log1p(mp.exp(z)), EVERYWHERE + FAR),
    "abs": (abs, AWAY),
    "sign": (mp.sign, AWAY),
    "phi relu": (lambda z: z if z > 0 else mp.mpf(0), AWAY),
    "phi tanh": (mp.tanh, EVERYWHERE),
    "phi sin": (mp.sin, EVERYWHERE),
    "power 0x1.8p+1": (lambda z: z**3, EVERYWHERE),
    "power 0x1.4p+2": (lambda z: z**5, EVERYWHERE),
    "power 0x1p-1": (lambda z: z ** mp.mpf("0.5"), POSITIVE[1:]),
    "power 0x1.8p+0": (lambda z: z ** mp.mpf("1.5"), POSITIVE[1:]),
    "power -0x1p-1": (lambda z: z ** mp.mpf("-0.5"), POSITIVE[1:]),
    "power -0x1p+0": (lambda z: 1 / z, AWAY),
    "power -0x1.8p+1": (lambda z: z**-3, AWAY),
    "power 0x1.199999999999ap+0": (lambda z: z ** mp.mpf(1.1), POSITIVE[1:]),
}
"""By rule, the function and the floats to try it at."""


@cache
def derivatives(name: str, point: float) -> tuple[mp.mpf, ...]:
    """(f, f′, f″, f‴) at a float."""
    formula = FORMULAS[name][0]
    with mp.workdps(DIGITS):
        z = mp.mpf(point)
        size = abs(z) if name in {"log", "sqrt", "reciprocal"} or name.startswith("power") else mp.mpf(1)
        with mp.workdps(4 * DIGITS + 400 * (abs(point) < 1e-100)):
            step = (size if size else mp.mpf(1)) * mp.mpf(10) ** -DIGITS / 4
            found = [formula(z), *(mp.diff(formula, z, order, h=step) for order in (1, 2, 3))]
        return tuple(+part for part in found)
