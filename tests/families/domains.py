"""What every draw of every family must satisfy."""

from __future__ import annotations

import numpy as np


def check_domain(family, batch) -> None:
    """All numbers finite; every read-off quantity inside its declared domain."""
    for name, array in batch.arrays.items():
        assert np.isfinite(array).all(), name
    family.check(batch)
    for quantity in family.quantities.values():
        if quantity.route is None or quantity.route.second is not None:
            continue
        values = quantity.route.measure(batch)
        assert values.shape == (batch.size,), quantity.name
        assert (values >= float(quantity.low) - 1e-12).all(), quantity.name
        assert (values <= float(quantity.high) + 1e-12).all() or quantity.high.is_infinite, quantity.name
