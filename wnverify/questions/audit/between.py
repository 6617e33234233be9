"""What happened between two checkpoints: how far the parameters moved, and what came of what the gradient promised.

`banerjee2024/gd_convergence` certifies a factor by which the loss falls in one step θ − η∇𝓛, from constants that hold
on a ball around the step. Checkpoints are any number of steps of any method apart, so that nothing is certified here;
whether a pair is one step of descent is seen by the angle to −∇𝓛, and its η and what it brought are told then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np

from wnverify.engine.layered.products import gradient
from wnverify.evidence import number
from wnverify.questions.audit.layered_outcome import LayeredAudit
from wnverify.questions.audit.outcome import Audit

ONE_STEP = 1e-4
"""A pair whose Δθ makes a cosine of at least 1 less this with −∇𝓛 is one step; single precision rounds it."""


@dataclass(frozen=True)
class Between:
    """One pair.

    Args:
        moved: ‖Δθ‖ in all that is stored.
        cosine: of Δθ and −∇𝓛 at the first of them.
        brought: 𝓛 − 𝓛′ over ⟨−∇𝓛, Δθ⟩: 1 of a small step along the gradient; NaN where nothing was promised.
        step: η, where the pair is one step of gradient descent; None otherwise.
    """

    moved: float
    cosine: float
    brought: float
    step: float | None

    def cells(self) -> tuple[str, str, str, str]:
        """What a table shows."""
        step = "–" if self.step is None else f"{self.step:.5g}"
        brought = "–" if isnan(self.brought) else f"{self.brought:.4g}"
        return f"{self.moved:.5g}", f"{self.cosine:.4f}", brought, step

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {name: None if value is None else number(value) for name, value in asdict(self).items()}


def between(audits: Sequence[Audit | LayeredAudit]) -> tuple[Between, ...]:
    """Every pair of neighbours; empty where there are no targets, or networks are audited in the old layout."""
    layered = [each for each in audits if isinstance(each, LayeredAudit)]
    if len(layered) < len(audits) or any(each.found.loss is None for each in layered):
        return ()
    return tuple(_pair(one, two) for one, two in pairwise(layered))


def _pair(one: LayeredAudit, two: LayeredAudit) -> Between:
    found = one.found
    if found.loss is None:
        raise AssertionError("`between` asked for targets")
    slope = gradient(found.net, found.X, found.loss.cotangent)
    step = _flat(two) - _flat(one)
    moved, size = float(np.linalg.norm(step)), float(np.linalg.norm(slope))
    promised = float(-slope @ step)
    cosine = promised / (moved * size) if moved * size > 0 else 0.0
    fell = one.measured["loss"].value - two.measured["loss"].value
    brought = fell / promised if promised else float("nan")
    return Between(moved, cosine, brought, moved / size if cosine >= 1 - ONE_STEP else None)


def _flat(of: LayeredAudit) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.concatenate([array.ravel() for layer in of.found.net.layers for _, array in layer.parameters])
