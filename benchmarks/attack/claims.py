"""Typed claims about networks, as many as wanted, half of them true; each from its own seed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from benchmarks.attack import catalogued, equations, networks, special, truths
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
    "mutant of the catalogue": catalogued.mutant,
}
"""False claims by kind."""
TRUE: Mapping[str, Maker] = {
    **{kind: partial(networks.true, kind) for kind in networks.kinds()},
    "identity": equations.true_identity,
    "exact zero": equations.true_zero,
    "edge": truths.edge,
    "other families": truths.elsewhere,
    "catalogue": truths.catalogue,
    "theorem of the catalogue": catalogued.theorem,
}
"""True claims by kind."""


def kind_at(number: int) -> tuple[bool, str]:
    """Truth and kind of the claim of that number: false at even numbers, the kinds by turns."""
    truth = bool(number % 2)
    names = list(TRUE if truth else FALSE)
    return truth, names[number // 2 % len(names)]


def claim_at(seed: int, number: int) -> TypedClaim:
    """The claim of that number; the same for ever."""
    truth, kind = kind_at(number)
    return (TRUE if truth else FALSE)[kind](np.random.default_rng([seed, number]))


def numbers(count: int, start: int = 0, *, kind: str = "", truth: bool | None = None) -> Iterator[int]:
    """The first so many numbers from a start, of one kind or all, of one truth or both."""
    cycle = range(2 * len(FALSE) * len(TRUE))
    if not any(kind in ("", kind_at(n)[1]) and truth in (None, kind_at(n)[0]) for n in cycle):
        return
    wanted = (n for n in itertools.count(start) if kind in ("", kind_at(n)[1]) and truth in (None, kind_at(n)[0]))
    yield from itertools.islice(wanted, count)
