"""What a family is, in one line: the first sentence of where it is defined."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from wnverify.families.own.architecture import Architecture
from wnverify.families.own.declared import Declared
from wnverify.families.own.on_data import OnData
from wnverify.family import Family


def description(family: Family) -> str:
    """The family in one line; empty where its author says nothing.

    >>> from wnverify.families.networks.weight_norm import WEIGHT_NORM
    >>> description(WEIGHT_NORM)
    'WeightNorm networks: the family of Cisneros-Velarde et al. (arXiv:2409.08935), and its plain control'
    """
    if isinstance(family, OnData):
        return f"The mean loss of n samples: {description(family.net)}"
    if isinstance(family, Architecture):
        return _first_line(family.value)
    return _of_module(type(family).__module__) or ("" if isinstance(family, Declared) else _line(type(family)))


def _first_line(value: Callable[..., Any]) -> str:
    """What the function of an architecture is said to be, or the module around it."""
    while isinstance(value, partial):
        value = value.func
    return _of_module(value.__module__) or _line(value)


def _of_module(name: str) -> str:
    return _line(sys.modules[name]) if name in sys.modules else ""


def _line(thing: object) -> str:
    text = (getattr(thing, "__doc__", None) or "").strip().split("\n\n")[0]
    return " ".join(text.split()).rstrip(".")
