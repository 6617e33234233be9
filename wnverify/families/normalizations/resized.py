"""A declared network at other sizes, for statements of which only large ones can tell."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TypeVar

from wnverify.families.own.declared import Declared
from wnverify.family import Shape

Net = TypeVar("Net", bound=Declared)


def resized(net: Net, sizes: Sequence[Shape]) -> Net:
    """The same network, with its quantities and starts, tried at other sizes.

    Args:
        net: as it was declared.
        sizes: whole shapes, with the names of its own.

    >>> from wnverify.families.normalizations.frobenius import FROBENIUS
    >>> [dict(shape) for shape in resized(FROBENIUS, [{"L": 9, "m": 2}]).shapes()]
    [{'L': 9, 'm': 2}]
    """
    other = copy(net)
    other.sizes = sorted(sizes, key=net.entries)
    return other
