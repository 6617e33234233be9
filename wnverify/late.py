"""Late: functions of libraries that take long to load, which are loaded when one is first called.

A function of ours that needs such a library imports it in its own body; here is what tables and decorators need.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


def late(home: str, name: str) -> Callable[..., Any]:
    """The function of that name in a module, which is loaded at the first call.

    >>> late("math", "hypot")(3, 4)
    5.0
    """

    @cache
    def found() -> Callable[..., Any]:
        given: Callable[..., Any] = getattr(import_module(home), name)
        return given

    return lambda *args: found()(*args)
