"""Search coordinates for families whose arrays are free numbers, each within an interval of its own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.base import PlainCoordinates

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
