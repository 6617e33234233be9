"""Typed claims about networks from proved facts: true ones, and false ones with a planted violation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.attack import factors, forms
from benchmarks.attack.factors import Factor, Kind, decimal, one_of
from benchmarks.attack.facts import FACTS, Fact
from benchmarks.attack.planted import Plan, breaks
from benchmarks.attack.trial import TypedClaim

PLACES: Mapping[str, Kind] = {
    "far out": factors.far_out,
    "near 0": factors.tiny,
    "far out, two at once": factors.both_far,
    "ratio of extremes": factors.ratio_of_extremes,
    "large size": factors.large_size,
    "one integer": factors.one_integer,
    "odd sizes": factors.odd_size,
    "window": factors.window,
    "two sizes": factors.two_sizes,
    "joint window": factors.joint_window,
    "powers": factors.powers,
    "additive": factors.additive,
    "margin": factors.margin,
    "below rounding": factors.below_rounding,
    "overflow": factors.overflow,
}
"""Where a claim X ≤ g·B is broken."""
FORMS = ("difference", "offset", "times", "power", "logarithm", "exponential")
ATTEMPTS = 200


def kinds() -> list[str]:
    """Every kind of false claim that is made from facts."""
    return [*PLACES, *(f"{form} form" for form in FORMS), "told where"]


def broken(kind: str, rng: np.random.Generator) -> TypedClaim:
    """A false claim of a kind; a planted instance certainly breaks it.

    Raises:
        RuntimeError: if no planted violation could be certified, which would be a fault of this file.
    """
    for _ in range(ATTEMPTS):
        found = _broken(kind, rng)
        if found is not None:
            return found
    raise RuntimeError(f"no claim of the kind {kind!r} could be planted")


def _broken(kind: str, rng: np.random.Generator) -> TypedClaim | None:
    fact, factor, form = _chosen(kind, rng)
    text = None if factor is None else written(rng, form, fact, factor, factor.text)
    if factor is None or text is None:
        return None
    plan = plan_of(rng, fact, factor)
    given = _narrowed(rng, fact.given + (factor.told if kind == "told where" else ()))
    batch = fact.build(plan)
    if not breaks(batch, text, given, fact.options):
        return None
    return TypedClaim(text, False, kind, given, fact.options, f"{fact.name}: broken at {plan}", plan.activation)


def true(kind: str, rng: np.random.Generator) -> TypedClaim:
    """A claim of the same shape that is true: its factor is never below 1.

    Raises:
        RuntimeError: if none could be made, which would be a fault of this file.
    """
    for _ in range(ATTEMPTS):
        fact, factor, form = _chosen(kind, rng)
        text = None if factor is None else written(rng, form, fact, factor, factor.twin)
        if factor is None or text is None:
            continue
        home = str(one_of(rng, fact.activations))
        given = _narrowed(rng, fact.given + (factor.told if rng.random() < 0.5 else ()))
        return TypedClaim(text, True, kind, given, fact.options, f"{fact.name}: {fact.proof}", home)
    raise RuntimeError(f"no claim of the kind {kind!r} could be made")


def _chosen(kind: str, rng: np.random.Generator) -> tuple[Fact, Factor | None, str]:
    """A fact, a factor for it and a form."""
    fact = FACTS[int(rng.integers(len(FACTS)))]
    if kind in PLACES:
        return fact, PLACES[kind](rng, fact), "plain"
    if kind == "told where":
        names = [name for name in PLACES if name not in ("margin", "below rounding")]
        return fact, PLACES[str(one_of(rng, names))](rng, fact), str(one_of(rng, ("plain", "plain", "difference")))
    easy = (factors.margin, factors.margin, factors.far_out, factors.tiny, factors.large_size, factors.window)
    make = easy[int(rng.integers(len(easy)))]
    return fact, make(rng, fact), kind.removesuffix(" form")


def written(rng: np.random.Generator, form: str, fact: Fact, factor: Factor, g: str) -> str | None:
    """The claim as text; None where the fact has no such form."""
    small = fact.small if factor.times == "1" else f"({fact.small})*{factor.times}"
    found: list[forms.Form] = []
    if form in forms.ALWAYS:
        found.append(forms.ALWAYS[form])
    if form in forms.OF_QUOTIENTS and fact.positive:
        found.append(forms.OF_QUOTIENTS[form])
    if factor.left != "{X}" or factor.right != "({g})*({B})":
        small, large = factor.left.format(X=small), factor.right.replace("{g}", g).format(B=fact.large)
        return forms.plain(rng, small, "1", large)
    if not found or (form in ("power", "logarithm") and fact.name == "weight decay"):  # 1 − ηλ may be negative
        return None
    make: Callable[..., str] = found[int(rng.integers(len(found)))]
    return make(rng, small, g, fact.large)


def plan_of(rng: np.random.Generator, fact: Fact, factor: Factor) -> Plan:
    """Moderate values, then those of the place."""
    values: dict[str, float] = {}
    for name, (low, high) in {"rho": (0.2, 4.0), "omega": (0.3, 3.0), "input_norm": (0.3, 1.0)}.items():
        if name in fact.free:
            values[name] = float(decimal(float(rng.uniform(low, high))))
    values |= {
        name: int(rng.integers(least, least + 3)) for name, least in fact.free.items() if name in factors.SIZES
    }
    plan = fact.plan.with_values({**values, **factor.place})
    return plan.with_values({"activation": one_of(rng, fact.activations)})


def _narrowed(rng: np.random.Generator, given: tuple[str, ...]) -> tuple[str, ...]:
    """The hypotheses in any order."""
    return tuple(given[index] for index in rng.permutation(len(given)))
