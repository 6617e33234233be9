"""Ways to write X ≤ g·B that keep its truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.attack.factors import decimal, one_of, spread

Form = Callable[[np.random.Generator, str, str, str], str]


def plain(rng: np.random.Generator, small: str, g: str, large: str) -> str:
    """As it is, or turned around."""
    return str(one_of(rng, (f"{small} <= ({g})*({large})", f"({g})*({large}) >= {small}")))


def difference(rng: np.random.Generator, small: str, g: str, large: str) -> str:
    """X − gB ≤ 0, or turned around."""
    return str(one_of(rng, (f"{small} - ({g})*({large}) <= 0", f"0 <= ({g})*({large}) - ({small})")))


def offset(rng: np.random.Generator, small: str, g: str, large: str) -> str:
    """A constant on both sides."""
    C = decimal(spread(rng, 1, 1e4))
    return f"{small} + {C} <= {C} + ({g})*({large})"


def times(rng: np.random.Generator, small: str, g: str, large: str) -> str:
    """Both sides times something positive."""
    factor = one_of(rng, ("(1 + input_norm)", "(1 + rho)**2", "exp(-omega)", "sqrt(1 + omega)", "7/1000000"))
    return f"({small})*{factor} <= ({g})*({large})*{factor}"


def power(rng: np.random.Generator, small: str, g: str, large: str) -> str:
    """A power of both sides; none is negative."""
    p = one_of(rng, ("2", "3", "(1/2)", "(1/3)"))
    return f"({small})**{p} <= (({g})*({large}))**{p}"


def quotient_offset(rng: np.random.Generator, small: str, g: str, large: str) -> str:
    """A constant beside the quotient."""
    C = decimal(spread(rng, 1, 1e5))
    return f"({small})/({large}) + {C} <= {C} + {g}"


def quotient_difference(rng: np.random.Generator, small: str, g: str, large: str) -> str:
    """The quotient less what bounds it."""
    return f"({small})/({large}) - ({g}) <= 0"


def logarithm(rng: np.random.Generator, small: str, g: str, large: str) -> str:
    """Logarithms of the quotient and of what bounds it; that of 0 is kept away."""
    tiny = one_of(rng, ("1e-9", "1e-6", "0.001"))
    return f"log(({small})/({large}) + {tiny}) <= log({g} + {tiny})"


def exponential(rng: np.random.Generator, small: str, g: str, large: str) -> str:
    """Exponentials of both, or of their negatives the other way around."""
    return str(one_of(rng, (f"exp(({small})/({large})) <= exp({g})", f"exp(-({small})/({large})) >= exp(-({g}))")))


ALWAYS: Mapping[str, Form] = {
    "plain": plain,
    "difference": difference,
    "offset": offset,
    "times": times,
    "power": power,
}
"""Forms of every claim whose sides are not negative."""
OF_QUOTIENTS: Mapping[str, Form] = {
    "offset": quotient_offset,
    "difference": quotient_difference,
    "logarithm": logarithm,
    "exponential": exponential,
}
"""Forms of claims whose right side is positive."""
