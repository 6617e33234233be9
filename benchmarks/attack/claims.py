"""Typed claims about networks, as many as wanted, half of them true; each from its own seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from benchmarks.attack import equations, networks, special, truths
from benchmarks.attack.trial import TypedClaim

Maker = Callable[[np.random.Generator], TypedClaim]

FALSE: Mapping[str, Maker] = {
    **{kind: partial(networks.broken, kind) for kind in networks.kinds()},
    "equation false by little": equations.false_equation,
    "equation with 0": equations.false_zero,
    "lower bound": equations.false_lower,
    "natural constant": special.natural_constant,
    "thin hypothesis": special.thin_hypothesis,
    "training": special.training,
    "without normalisation": special.without_normalisation,
    "other families": special.unmeasured,
}
"""False claims by kind."""
TRUE: Mapping[str, Maker] = {
    **{kind: partial(networks.true, kind) for kind in networks.kinds()},
    "identity": equations.true_identity,
    "exact zero": equations.true_zero,
    "edge": truths.edge,
    "other families": truths.elsewhere,
    "catalogue": truths.catalogue,
}
"""True claims by kind."""


def claim_at(seed: int, index: int, kind: str = "") -> TypedClaim:
    """The claim of that number: false at even numbers, its kind by turns; or of the kind that is asked for."""
    rng = np.random.default_rng([seed, index])
    tables = [table for table in (FALSE, TRUE) if not kind or kind in table]
    table = tables[index % len(tables)]
    names = [kind] if kind else list(table)
    return table[names[index // 2 % len(names)]](rng)
