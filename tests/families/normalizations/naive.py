"""Instances of a declared network one by one, beside what its quantities measure."""

from __future__ import annotations

import numpy as np

LANES = 4


def drawn(family, **settings):
    narrowed = {name: [value] for name, value in {"activation": "tanh", **settings}.items()}
    situation = next(place for place in family.situations(narrowed) if place.shape["L"] > 1)
    return family.draw(situation, "gaussian", LANES, np.random.default_rng(3))


def lanes(family, batch, *names):
    """Every instance with its output and the named quantities."""
    found = [family.quantities[name].route.measure(batch) for name in ("output", *names)]
    for lane in range(LANES):
        yield {name: array[..., lane] for name, array in batch.arrays.items()}, [each[lane] for each in found]
