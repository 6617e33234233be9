"""The checks of every family can fail: each finds what was done to a small family on purpose, and nothing before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import flint
import numpy as np
import pytest
import sympy

from tests.families import domains
from wnverify.batch import Batch
from wnverify.errors import RecordError
from wnverify.families.kit.parts import constant, read, size, two_routes, vocabulary
from wnverify.families.kit.table import Array, TableCoordinates, Tabled
from wnverify.family import Family
from wnverify.quantities import Quantity, Route, Source


def spread(batch):
    return batch.arrays["scale"] * (batch.arrays["x"] ** 2).sum(axis=(0, 1))


def spread_again(batch):
    return sum(batch.arrays["scale"] * entry**2 for row in batch.arrays["x"] for entry in row)


def slope(batch):
    x = batch.arrays["x"]
    return {"scale": (x**2).sum(axis=(0, 1)), "x": 2 * batch.arrays["scale"] * x}


n = size("n", "number of points")
power = constant("power", "what the setting says", lambda batch: float(batch.settings["power"]))
scale = read("scale", "scale", low=0, strict=True)
turns = read("turns", "number of turns", low=1, high=9, integer=True)
size_of = two_routes("spread", "s Σ|x|²", spread, spread_again, gradient=slope, low=0)


class Toy(Tabled):
    """Points in the plane with a scale."""

    name, regimes = "toy", ("any",)
    quantities: Mapping[str, Quantity] = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {"power": ("1", "2")}

    def shapes(self):
        return [{"n": 1}, {"n": 2}, {"n": 3}]

    def table(self, situation):
        scales = {"scale": Array("", 0.1, 9.0, log=True), "turns": Array("", 1.0, 9.0)}
        return {"x": Array("n 2", -9.0, 9.0, vectors=True), **scales}

    def draw(self, situation, regime, count, rng):
        arrays = {"x": rng.standard_normal((situation.shape["n"], 2, count)), "scale": rng.uniform(0.2, 2.0, count)}
        return self.batch(situation, arrays | {"turns": rng.integers(1, 10, count).astype(float)})

    def structured(self, situation):
        ones = {"x": np.ones((situation.shape["n"], 2, 1)), "scale": np.ones(1), "turns": np.ones(1)}
        yield "ones", self.batch(situation, ones)

    def enclosures(self, batch, names):
        return {name: flint.arb(batch.settings["power"]) for name in names} if set(names) <= {"power"} else None

    def rescaling(self, settings):
        return {scale: scale * power}


TOWARDS = partial(domains.wrong_moves, towards=("scale",))


def complaints(check: Callable[..., object], family: Family) -> list[str]:
    if check in (domains.wrong_constants, domains.strangers, domains.restless):
        return [complaint for place in domains.places(family) for complaint in check(family, place)]
    many = check in (domains.outside, domains.lost_on_the_way, domains.wrong_moves, TOWARDS)
    instances = domains.drawn(family, domains.places(family), 5)
    extreme = domains.structured(family, domains.ends(family)) if check is domains.outside else ()
    return domains.wrong(family, check, instances if many else domains.single(instances), extreme)


def changed(name: str, **route: object) -> Callable[[Toy], None]:
    """Replaces a quantity by one with another route, source or domain."""

    def change(toy: Toy) -> None:
        old = toy.quantities[name]
        domain = {"low": old.low, "high": old.high, "strict": old.strict, "integer": bool(old.is_integer)}
        whole = {"route": old.route, "source": old.source, **domain, **route}
        toy.quantities = {**toy.quantities, name: Quantity(name, old.meaning, **whole)}

    return change


def replaced(name: str, function: Callable[..., object]) -> Callable[[Toy], None]:
    """Replaces a method by a function of the old one and its arguments."""

    def change(toy: Toy) -> None:
        old = getattr(toy, name)
        setattr(toy, name, lambda *args: function(old, *args))

    return change


def other(**arrays: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Batch]:
    """What was drawn, with other arrays."""

    def draw(old: Callable[..., Batch], *args: object) -> Batch:
        batch = old(*args)
        return batch.with_arrays(
            {**batch.arrays, **{name: made(batch.arrays[name]) for name, made in arrays.items()}}
        )

    return draw


def yielding(old, situation):
    for words, batch in old(situation):
        yield words, batch.with_arrays({**batch.arrays, "scale": -np.ones(1)})


def growing(old, situation):
    for words, batch in old(situation):
        yield words, batch
        batch.arrays["x"][:] += 1.0


class Drifting(TableCoordinates):
    """Coordinates that are wrong in one place each."""

    def __init__(self, inner, wrong):
        TableCoordinates.__init__(self, inner.family, inner.situation, inner.table)
        self.wrong = wrong

    def decode(self, theta):
        return TableCoordinates.decode(self, theta + 1e-9 if self.wrong == "decode" else theta)

    def canonical(self, theta):
        if self.wrong == "canonical":
            return theta * np.nan
        return TableCoordinates.canonical(self, theta * 0.9 if self.wrong == "again" else theta)

    def pullback(self, theta, batch, cotangent):
        found = TableCoordinates.pullback(self, theta, batch, cotangent)
        return (
            found * np.where(np.arange(found.shape[0]) == 2, 1.01, 1.0)[:, None] if self.wrong == "slope" else found
        )


def coordinates(wrong: str) -> Callable[[Toy], None]:
    return replaced("coordinates", lambda old, situation: Drifting(old(situation), wrong))


def lenient(error: type[Exception] | None) -> Callable[[Toy], None]:
    """A check that looks at nothing, or stumbles."""

    def check(old, batch):
        if error is not None:
            raise error("stumbled")

    return replaced("check", check)


def seeing(**arrays: Callable[[np.ndarray], np.ndarray]) -> Callable[[Toy], None]:
    """A check that sees other arrays than there are."""
    return replaced("check", lambda old, batch: old(other(**arrays)(lambda: batch)))


def away(arrays, interval):
    return {**arrays, "scale": 100.0 + arrays["scale"]}


def nowhere(arrays, interval):
    return {**arrays, "x": 0.0 * arrays["x"]}


def route(first=spread, gradient=slope, second=spread_again):
    return Route(first, gradient, second)


SABOTAGE = [
    (domains.outside, replaced("draw", lambda old, *args: replace(old(*args), family="stranger"))),
    (domains.outside, replaced("draw", other(x=lambda x: x.astype(np.float32)))),
    (domains.outside, replaced("draw", other(x=lambda x: x * np.nan))),
    (domains.outside, replaced("draw", other(turns=lambda turns: turns + 0.5))),
    (domains.outside, replaced("draw", other(turns=lambda turns: turns + 9.0))),
    (domains.outside, replaced("draw", other(scale=lambda scale: scale * 0.0))),
    (domains.outside, replaced("draw", other(scale=lambda scale: scale[None]))),
    (domains.outside, replaced("structured", yielding)),
    (domains.outside, changed("scale", route=Route(lambda batch: batch.arrays["scale"][:1, None]))),
    (domains.disagreements, changed("spread", route=route(second=lambda batch: spread(batch) * (1 + 1e-7)))),
    (domains.disagreements, changed("spread", route=route(second=lambda batch: spread(batch) * np.nan))),
    (domains.disagreements, changed("spread", route=route(second=lambda batch: batch.arrays["absent"]))),
    (domains.restless, replaced("structured", growing)),
    (domains.disagreements, changed("spread", low=1000)),
    (domains.not_refused, lenient(None)),
    (domains.not_refused, lenient(KeyError)),
    (domains.not_refused, seeing(scale=np.abs)),
    (domains.not_refused, seeing(x=np.nan_to_num)),
    (domains.not_refused, seeing(x=lambda x: np.where(x == 0.0, 1.0, x))),
    (domains.not_refused, seeing(turns=lambda turns: np.ones(1))),
    (domains.lost_on_the_way, coordinates("decode")),
    (domains.lost_on_the_way, coordinates("canonical")),
    (domains.lost_on_the_way, coordinates("again")),
    (domains.wrong_pullback, coordinates("slope")),
    (domains.wrong_moves, replaced("moves", lambda old: {"scale": lambda arrays, interval: arrays})),
    (TOWARDS, replaced("moves", lambda old: {"scale": away})),
    (TOWARDS, replaced("moves", lambda old: {"n": nowhere})),
    (domains.wrong_moves, replaced("moves", lambda old: {"n": nowhere})),
    (domains.not_enclosed, replaced("enclosures", lambda old, batch, names: {name: flint.arb(7) for name in names})),
    (domains.wrong_sources, changed("n", source=Source.CONSTANT)),
    (domains.wrong_sources, changed("scale", source=Source.SIZE)),
    (domains.wrong_sources, changed("scale", source=Source.MEASURED)),
    (domains.wrong_sources, changed("spread", source=Source.ARRAY)),
    (domains.wrong_sources, changed("spread", route=route(second=spread))),
    (domains.wrong_sources, changed("n", route=Route(lambda batch: np.full(batch.size, 7.0)))),
    (domains.wrong_constants, changed("scale", source=Source.CONSTANT)),
    (domains.wrong_slopes, changed("spread", route=route(gradient=lambda batch: {}))),
    (
        domains.wrong_slopes,
        changed("spread", route=route(gradient=lambda batch: {**slope(batch), "scale": np.ones(1)})),
    ),
    (domains.wrong_slopes, changed("spread", route=route(gradient=lambda batch: {"x": slope(batch)["x"][0]}))),
    (domains.strangers, replaced("rescaling", lambda old, settings: {scale: scale * sympy.Symbol("foreign")})),
    (domains.not_saved, lenient(RecordError)),
    (domains.not_saved, replaced("draw", other(x=lambda x: x.astype(np.longdouble) / 3))),
    (domains.not_saved, replaced("draw", lambda old, *args: replace(old(*args), settings={"power": 1}))),
]


@pytest.mark.parametrize("check", dict.fromkeys(check for check, _ in SABOTAGE))
def test_a_sound_family_gives_no_cause_for_complaint(check) -> None:
    assert not complaints(check, Toy())


@pytest.mark.parametrize(("check", "sabotage"), SABOTAGE)
def test_sabotage_is_found(check, sabotage) -> None:
    toy = Toy()
    sabotage(toy)
    assert complaints(check, toy)
