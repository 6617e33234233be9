"""Activations as `xp.phi`: those of wnverify by name, and a user's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from wnverify.architecture.namespace import Functions, Phi
from wnverify.engine.networks import autodiff

Builtin: TypeAlias = Callable[[str, Any], Any]


def builtin(name: str) -> Phi:
    """An activation of wnverify: by its rule on power series, else by the formula that autograd differentiates."""

    def phi(xp: Any, z: Any) -> Any:
        if isinstance(xp, Functions):
            return z.elementwise(f"phi {name}")
        own = getattr(xp, "builtin", None)
        return autodiff.ACTIVATIONS[name](z) if own is None else own(name, z)

    return phi


def activation_of(settings: Mapping[str, str]) -> Phi | None:
    """The activation that the settings of a situation name; None if they name none."""
    return builtin(settings["activation"]) if "activation" in settings else None
