"""What is recorded of one call."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.evidence import Number, number
from wnverify.questions.audit.convexity import Convexity, convexity
from wnverify.questions.training.explicit import explicit, speaks_of
from wnverify.questions.training.step import Moment, Step

CHEAP = 2_000_000
"""Parameters times inputs up to which ‖∇²𝓛‖₂ is measured where nothing is said: half a second or so."""


@dataclass(frozen=True)
class Row:
    """One call; what could not be measured, or does not apply, is None.

    Args:
        call: its number, from 0.
        loss: 𝓛.
        omega: ω, the least norm that a hidden layer divides by.
        width: the least of the hidden layers.
        output_norm: ‖v‖.
        distance: ‖v − v₀‖, from the first call.
        rho: ρ₁, as it was said; or the least one with ‖v‖ ≤ 1 + ρ₁.
        gradient_norm: ‖∇𝓛‖.
        ratio: R = ‖∇𝓛‖²/𝓛.
        gained: what the loss's own curvature along its gradient g = ∇𝓛/‖∇𝓛‖ is at least; R/2 of the square loss.
        alpha_explicit: α = R/2 − 2H√𝓛 of `banerjee2024/rsc`, along the gradient and near θ.
        alpha_layers: the same from norms of layers and activations, for any network.
        curvature: ⟨g, ∇²𝓛 g⟩, which is at least either α.
        smoothness_explicit: β_𝓛 of `banerjee2024/loss_hessian`.
        smoothness_layers: the same from norms of layers and activations.
        smoothness: ‖∇²𝓛‖₂ as measured, from below.
        step: η, if the last step was −η∇𝓛.
        rate_certified: by how much log 𝓛 fell at least in the last step.
        rate: by how much it fell.
        note: what went wrong.
    """

    call: int
    loss: float | None = None
    omega: float | None = None
    width: int | None = None
    output_norm: float | None = None
    distance: float | None = None
    rho: float | None = None
    gradient_norm: float | None = None
    ratio: float | None = None
    gained: float | None = None
    alpha_explicit: float | None = None
    alpha_layers: float | None = None
    curvature: float | None = None
    smoothness_explicit: float | None = None
    smoothness_layers: float | None = None
    smoothness: float | None = None
    step: float | None = None
    rate_certified: float | None = None
    rate: float | None = None
    note: str = ""

    def cells(self) -> list[str]:
        """A line of a table: numbers in full, nothing for None.

        >>> Row(3, loss=0.1).cells()[:3]
        ['3', '0.1', '']
        """
        return ["" if value is None else str(value) for value in asdict(self).values()]

    def to_json(self) -> dict[str, Number | str | None]:
        """Plain data."""
        return {name: number(v) if isinstance(v, float) else v for name, v in asdict(self).items()}


COLUMNS = tuple(field.name for field in fields(Row))
MEANINGS = MappingProxyType({
    "omega": "ω, the least norm that a hidden layer divides by",
    "distance": "‖v − v₀‖ from the first call",
    "ratio": "R = ‖∇𝓛‖²/𝓛",
    "gained": "what the loss's own curvature along its gradient is at least, R/2 of the square loss",
    "alpha_explicit": "α = R/2 − 2H√𝓛, banerjee2024/rsc along the gradient",
    "alpha_layers": "α from norms of layers and activations",
    "curvature": "⟨g, ∇²𝓛 g⟩, g = ∇𝓛/‖∇𝓛‖, as measured",
    "smoothness_explicit": "β_𝓛, banerjee2024/loss_hessian",
    "smoothness_layers": "β_𝓛 from norms of layers and activations",
    "smoothness": "‖∇²𝓛‖₂ as measured, from below",
    "rate_certified": "−log 𝓛(θ′)/𝓛(θ) of the last step, at least",
    "rate": "−log 𝓛(θ′)/𝓛(θ) of the last step, as measured",
})  # fmt: skip
"""What the columns are that their names do not tell."""


@dataclass(frozen=True)
class Frame:
    """What a row is set beside.

    Args:
        start: the output weights of the first call; None at that.
        rho: ρ₁ as it was said; None for the least.
        hessian: whether ‖∇²𝓛‖₂ is measured; None where that is cheap.
    """

    start: FloatArray | None
    rho: float | None
    hessian: bool | None


def row_of(now: Moment, step: Step | None, frame: Frame) -> Row:
    """Everything of one call.

    Args:
        now: the network.
        step: that led to it, if it is known.
        frame: what it is set beside.
    """
    curved = convexity(now.measuring) if now.loss > 0 else None
    found = dict(_sizes(now, frame)) | dict(_certified(now)) | dict(_curved(curved))
    if _is_measured(now, frame):
        found["smoothness"] = now.measuring.loss_hessian
    if step is not None:
        found |= {"step": step.size, "rate_certified": step.certified, "rate": step.measured}
    width = min(now.net.sizes[1:-1], default=None)
    values: dict[str, Any] = {name: _told(value) for name, value in found.items()}  # of which none is the note
    return Row(now.call, now.loss, width=width, **values)


def _told(value: float | None) -> float | None:
    """A number; what is not finite bounds nothing."""
    return value if value is not None and math.isfinite(value) else None


def _sizes(now: Moment, frame: Frame) -> Iterator[tuple[str, float | None]]:
    yield "omega", now.omega
    size = float(np.linalg.norm(now.output))
    yield "output_norm", size
    yield "distance", 0.0 if frame.start is None else float(np.linalg.norm(now.output - frame.start))
    yield "rho", max(0.0, size - 1.0) if frame.rho is None else frame.rho
    steep = float(np.linalg.norm(now.slope))
    yield "gradient_norm", steep
    yield "ratio", steep**2 / now.loss if now.loss > 0 else None


def _certified(now: Moment) -> Iterator[tuple[str, float | None]]:
    """β_𝓛 twice, and α of the paper, at θ itself."""
    yield "smoothness_layers", now.measuring.loss_bounds(now.measuring.by_layers)[1]
    if now.omega is not None and speaks_of(now.found):
        holds = explicit(now.found, now.omega, float(np.linalg.norm(now.output)))
        yield "smoothness_explicit", holds.smoothness(now.loss)
        R = float(now.slope @ now.slope) / now.loss if now.loss > 0 else math.nan
        yield "alpha_explicit", R / 2 - holds.cost(now.loss)


def _curved(found: Convexity | None) -> Iterator[tuple[str, float | None]]:
    if found is not None:
        yield "gained", found.R
        yield "alpha_layers", found.alpha
        yield "curvature", found.measured


def _is_measured(now: Moment, frame: Frame) -> bool:
    if frame.hessian is None:
        return now.net.parameters * now.found.X.shape[0] <= CHEAP
    return frame.hessian
