"""Proofs: what was found of the steps of a proof as a record writes it: numbers short, instances packed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import structs

from wnverify.evidence import StepFound
from wnverify.runs.packed import packed, short, shortened, unpacked_whole


def brief(step: StepFound) -> StepFound:
    """A step as it is written."""
    found = structs.replace(
        step,
        ratio=step.ratio if step.worst else short(float(step.ratio)),
        loss=short(float(step.loss)),
        typical=short(float(step.typical)),
        by_size={name: shortened(points) for name, points in step.by_size.items()},
    )
    return _with_instance(found, packed)


def whole(step: StepFound) -> StepFound:
    """A step as it is read.

    Raises:
        RecordError: if its instance is damaged.
    """
    return _with_instance(step, unpacked_whole)


def _with_instance(step: StepFound, change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> StepFound:
    if step.worst is None:
        return step
    return structs.replace(step, worst=structs.replace(step.worst, instance=change(step.worst.instance)))
