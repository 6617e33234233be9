"""Search coordinates for families whose arrays are free numbers, each within an interval of its own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import RecordError, expected
from wnverify.family import Family, PlainCoordinates, Situation

Box = tuple[float, float]


class BoxCoordinates(PlainCoordinates):
    """All arrays of a batch, flattened; each array is kept in its own interval.

    Args:
        like: a batch with the arrays and their order.
        boxes: array name -> (least, greatest) value of its entries.
    """

    def __init__(self, like: Batch, boxes: Mapping[str, Box]) -> None:
        super().__init__(like)
        rows = [(boxes[name], int(np.prod(array.shape[:-1]))) for name, array in like.arrays.items()]
        self.low = np.concatenate([np.full(size, box[0]) for box, size in rows])[:, None]
        self.high = np.concatenate([np.full(size, box[1]) for box, size in rows])[:, None]

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Clip every coordinate to its interval."""
        return np.clip(theta, self.low, self.high)


def check_like(family: Family, batch: Batch, boxes: Mapping[str, Box]) -> None:
    """Refuse a saved instance whose arrays are not those that the family draws in the same situation.

    Args:
        family: the family.
        batch: the saved instance.
        boxes: array name -> interval; where an interval is positive, so must be the numbers.

    Raises:
        RecordError: if an array is missing, misshapen or has a number of the wrong sign.
    """
    situations = {str(Situation(found.shape, found.settings)): found for found in family.situations()}
    situation = Situation(batch.shape, batch.settings)
    if str(situation) not in situations:
        raise RecordError(expected(f"a shape and settings of the family {family.name}", str(situation)[:120]))
    like = family.draw(situations[str(situation)], family.regimes[0], 1, np.random.default_rng(0))
    wanted = {name: array.shape[:-1] for name, array in like.arrays.items()}
    found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
    if found != wanted:
        raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))
    for name, array in batch.arrays.items():
        if boxes.get(name, (-1.0, 1.0))[0] > 0 and not (array > 0).all():
            raise RecordError(expected(f"positive numbers in the array {name}", f"{float(array.min())!r}"))
