"""Activations as `xp.phi`: those of wnverify by name, and a user's own with constants that are checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypeAlias, TypedDict, Unpack

from wnverify.arithmetic.faults import FunctionError
from wnverify.arithmetic.namespace import Functions, Phi
from wnverify.engine.activations import ACTIVATIONS, exact_constants
from wnverify.engine.networks import autodiff
from wnverify.errors import UsageError, expected

if TYPE_CHECKING:
    import sympy

    from wnverify.arithmetic.constants import Standing

Builtin: TypeAlias = Callable[[str, Any], Any]
Number: TypeAlias = "int | float | Fraction | sympy.Expr"


class Claims(TypedDict):
    """What is claimed of an activation: sup|φ′|, sup|φ″| and |φ(0)|, or what bounds them."""

    slope: Number
    beta: Number
    c0: NotRequired[Number]


@dataclass(frozen=True, eq=False)
class OwnActivation:
    """A user's activation; called as (xp, array), it is one like those of `builtin`.

    Args:
        name: how situations name it.
        function: (xp, array) -> array, taken entry by entry.
        constants: slope = sup|φ′|, beta = sup|φ″| and c0 = |φ(0)|, or what bounds them; exact.
        standings: how each of them stands.
    """

    name: str
    function: Phi
    constants: Mapping[str, sympy.Expr]
    standings: tuple[Standing, ...]

    def __call__(self, xp: Any, z: Any) -> Any:
        """φ at every entry of an array."""
        return self.function(xp, z)

    @property
    def smooth(self) -> bool:
        """Whether its second derivative is bounded."""
        import sympy

        return self.constants["beta"] is not sympy.oo

    def lines(self) -> list[str]:
        """How its constants stand, a line each."""
        return [f"{self.name}: {standing}" for standing in self.standings]


def activation(
    name: str,
    function: Phi,
    *,
    within: tuple[float, float] = (-20.0, 20.0),
    tails: Literal["monotone"] | None = None,
    **claims: Unpack[Claims],
) -> OwnActivation:
    """Your own activation, with constants that are checked here and now.

    The constants are proved to one part in 10⁸, on the range and, where ball arithmetic can, up to |z| = 1e18; a
    point that exceeds one, by however little, refuses it. What balls cannot settle beyond the range follows from
    `tails="monotone"`, if you state it, and is sampled otherwise: `standings` says so.

    Args:
        name: not that of an activation of wnverify.
        function: (xp, z) -> array of the same shape, such as `lambda xp, z: z / xp.sqrt(1 + z * z)`.
        within: the range around 0 on which the constants are proved.
        tails: "monotone" states that φ′ and φ″ are so on either side of the range.
        claims: slope, sup|φ′| or more; beta, sup|φ″| or more; c0, |φ(0)| or more, 0 if it is not given. `sympy.oo`
            claims nothing, as it must be for beta where φ′ jumps; a float is the decimal that it prints.

    Raises:
        UsageError: an argument is not as described.
        FunctionError: the function is no activation, or a constant is too small; the message says what it is.

    >>> import sympy
    >>> squash = activation(
    ...     "squash", lambda xp, z: z / xp.sqrt(1 + z * z), slope=1, beta=48 * sympy.sqrt(5) / 125
    ... )
    >>> print(squash.lines()[1])
    squash: sup|φ″| ≤ 48*sqrt(5)/125: proved to 8 digits on [-1e+18, 1e+18]; attains 0.8587 at z = -0.5
    """
    from wnverify.arithmetic.constants import check

    _named(name, function)
    constants = _claims(name, claims)
    if tails not in (None, "monotone"):
        raise UsageError(expected('tails="monotone" or none', repr(tails)))
    standings = check(name, function, constants, _range(within), monotone=tails == "monotone")
    return OwnActivation(name, function, constants, standings)


def builtin(name: str) -> Phi:
    """An activation of wnverify: by its rule on power series, else by the formula that autograd differentiates."""

    def phi(xp: Any, z: Any) -> Any:
        if isinstance(xp, Functions):
            return z if name == "identity" else z.elementwise(f"phi {name}")
        own = getattr(xp, "builtin", None)
        return autodiff.ACTIVATIONS[name](z) if own is None else own(name, z)

    return phi


def activation_of(settings: Mapping[str, str]) -> Phi | None:
    """The activation that the settings of a situation name; None if they name none.

    Raises:
        FunctionError: if it is a user's own, which only its architecture knows.
    """
    name = settings.get("activation")
    if name is not None and name not in ACTIVATIONS:
        raise FunctionError(expected("an activation of wnverify", repr(name), "for one of your own, say of=NET"))
    return None if name is None else builtin(name)


def constants_of(phi: str | OwnActivation) -> Mapping[str, sympy.Expr]:
    """slope, beta and c0 of an activation of wnverify, by name, or of a user's.

    >>> constants_of("tanh")["slope"]
    1

    Raises:
        UsageError: there is no activation of that name.
    """
    return exact_constants(phi) if isinstance(phi, str) else phi.constants


# ---- arguments


def _named(name: object, function: object) -> None:
    if not isinstance(name, str) or not name.isidentifier():
        raise UsageError(expected("a name of letters, digits and _ for an activation", repr(name)))
    if name in ACTIVATIONS:
        raise UsageError(expected("a name that no activation of wnverify has", repr(name), "choose another"))
    if not callable(function):
        remedy = "write lambda xp, z: ..."
        raise FunctionError(expected(f"a function (xp, z) for the activation {name!r}", repr(function)[:60], remedy))


def _claims(name: str, given: Mapping[str, object]) -> dict[str, sympy.Expr]:
    import sympy

    if {"c0", *given} != {"slope", "beta", "c0"} or len(given) < 2:
        got = ", ".join(sorted(given)) or "none of them"
        raise UsageError(expected(f"slope=..., beta=... and perhaps c0=... for the activation {name!r}", got))
    claims = {constant: _claim(name, constant, given.get(constant, 0)) for constant in ("slope", "beta", "c0")}
    if claims["c0"] is sympy.oo:
        raise UsageError(expected(f"a finite c0 for the activation {name!r}", "∞"))
    return claims


def _claim(name: str, constant: str, number: object) -> sympy.Expr:
    """A claimed constant as an exact number; a float stands for the decimal that it prints.

    Raises:
        UsageError: if it is no number ≥ 0.
    """
    import sympy

    if isinstance(number, sympy.Float):
        number = float(number)
    if isinstance(number, float):
        exact = sympy.oo if number == math.inf else sympy.Rational(repr(number)) if math.isfinite(number) else None
    elif isinstance(number, (int, Fraction, sympy.Expr)) and not isinstance(number, bool):
        exact = sympy.sympify(number)
    else:
        exact = None
    if exact is None or exact.free_symbols or not (exact == sympy.oo or exact.is_nonnegative):
        remedy = "give an int, a float, a Fraction or a number of sympy's"
        raise UsageError(expected(f"a number {constant} ≥ 0 for the activation {name!r}", repr(number)[:60], remedy))
    return exact


def _range(within: object) -> tuple[float, float]:
    if isinstance(within, tuple) and len(within) == 2 and all(isinstance(end, (int, float)) for end in within):
        low, high = float(within[0]), float(within[1])
        if -1e6 <= low <= 0.0 <= high <= 1e6 and low < high:
            return low, high
    raise UsageError(expected("within=(a, b) around 0, both of size up to 1e6", repr(within)[:60]))
