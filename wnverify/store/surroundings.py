"""Surroundings: what decides the outcome of a check besides the theorem: this package and the libraries below it.

The kind of processor is no part of it, so that several machines can share a store; it says where each check was done.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from wnverify.store.outside import Signature, signature, state_of, tree_digest

LIBRARIES = ("numpy", "scipy", "sympy", "autograd", "hypothesis", "python-flint")
"""The libraries whose versions a record tells."""
BELOW = ("mpmath", "jax", "jaxlib")
"""Others that decide an outcome, where they are installed."""
PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE = "theorems"
"""In an installed package the theorems stand in this folder; each is a part of its own key alone."""
SWITCH = "WNVERIFY_JAX"
"""The environment variable that chooses between routes, see `wnverify.arithmetic.accelerated`."""


@dataclass(frozen=True)
class Surroundings:
    """What decides outcomes besides the theorem.

    Args:
        digest: of all of it.
        wnverify: version of the package.
        versions: of Python, to its minor version, and of the libraries.
        files: name, time and size of the package's sources, when the digest was taken.
    """

    digest: str
    wnverify: str
    versions: Mapping[str, str]
    files: Signature = field(default=(), repr=False, compare=False)

    @property
    def changed(self) -> bool:
        """Whether a source of the package was edited since; processes may then run either text."""
        try:
            return any(state_of(name) != (time, size) for name, time, size in self.files)
        except OSError:
            return True


def surroundings() -> Surroundings:
    """What there is now."""
    files, sources = _signature(), tree_digest(PACKAGE, CATALOGUE)
    versions = {"python": ".".join(platform.python_version_tuple()[:2])}
    versions |= {name: found for name in (*LIBRARIES, *BELOW) if (found := _version(name))}
    switch = {SWITCH: os.environ.get(SWITCH, "auto") or "auto"} if "jax" in versions else {}
    whole = sha256(json.dumps([sources, versions, switch], sort_keys=True).encode()).hexdigest()
    return Surroundings(whole, _version("wnverify"), versions | switch, files)


def _signature() -> Signature:
    try:
        return signature(PACKAGE, CATALOGUE)
    except OSError:  # a file that was removed while it was looked for
        return ()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
