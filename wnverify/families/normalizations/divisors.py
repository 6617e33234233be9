"""What a network divides by: a quantity that is above 0 wherever the network has a value."""

from __future__ import annotations

from typing import Any

from wnverify.families.own.own_quantity import quantity
from wnverify.family import Family
from wnverify.quantities import Quantity


def divisor(name: str, meaning: str, value: Any, of: Family, latex: str | None = None) -> Quantity:
    """A quantity measured by a function, as `quantity` makes it, with 0 excluded.

    Args:
        name: as it is printed and typed.
        meaning: one phrase for the reader.
        value: `value(xp, theta, x)`.
        of: the architecture that it is about.
        latex: how the field writes it.

    >>> from wnverify.families.own.declare import architecture
    >>> from wnverify.families.own.kinds import free
    >>> net = architecture("over w", lambda xp, t, x: x / t.w, theta={"w": free()}, x=free(), sizes={"m": (1,)})
    >>> divisor("size", "|w|", lambda xp, t, x: xp.abs(t.w), net).is_positive
    True
    """
    route = quantity(name, meaning, value, of=of).route
    return Quantity(name, meaning, low=0, strict=True, route=route, latex=latex)
