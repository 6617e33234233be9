"""Balls around what is measured of one node under the cross-entropy; Ei is python-flint's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from flint import arb

from wnverify.balls.ball import at_least
from wnverify.batch import Batch

PRECISION = 128


def _ball_time(first: Any, last: Any) -> Any:
    ends = [f.ei() - f.exp() / f - 1 / f for f in (first, last)]
    return ends[1] - ends[0]


BALLS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType({
    "start": lambda first, last: first,
    "start_loss": lambda first, last: ((-first).exp() + 1).log(),
    "end_loss": lambda first, last: ((-last).exp() + 1).log(),
    "time": _ball_time,
})  # fmt: skip


def enclosures(batch: Batch, names: Collection[str]) -> Mapping[str, Any]:
    """Balls around the named quantities of one instance."""
    with at_least(PRECISION):
        first = arb(float(batch.arrays["start"][0]))
        ends = first, first + arb(float(batch.arrays["rise"][0]))
        return {name: arb(batch.shape[name]) if name == "L" else BALLS[name](*ends) for name in names}
