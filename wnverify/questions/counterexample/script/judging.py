"""The judgement: what stands in the claim is measured here, or the claim is not judged.

A number read off the arrays is exact to a hundred digits. One that is measured in floats is measured again at arrays
moved by some units of their last digits: thirty times the spread is what it may be wrong by. A comparison that this
leaves open is left open.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np

from wnverify.questions.counterexample.script.curvature import Curvature
from wnverify.questions.counterexample.script.formula import Damaged, Formula, Scope
from wnverify.questions.counterexample.script.intervals import (
    DOWN,
    EVERYTHING,
    UP,
    ZERO,
    CannotMeasure,
    Ends,
    absolute,
    add,
    around,
    exact,
    is_point,
    negative,
)
from wnverify.questions.counterexample.script.least_squares import LinearModel
from wnverify.questions.counterexample.script.networks import Array, Instance
from wnverify.questions.counterexample.script.own import OWN_QUANTITIES, Run
from wnverify.questions.counterexample.script.reading import float_of, shown
from wnverify.questions.counterexample.script.steps import AtSamples, Steps
from wnverify.questions.counterexample.script.training import TrainingRun

Relation: TypeAlias = tuple[Formula, str, Formula]

FAMILIES: dict[str, Any] = {
    "weight_norm": Steps, "plain_network": Curvature, "regression": Steps, "training_run": TrainingRun,
    "least_squares": LinearModel, "predictor_and_loss": AtSamples,
}  # fmt: skip
"""By family, what makes of an instance what is measured at it; an author's own joins them at the end."""
MOVED_BY, REPEATS, TIMES, LEAST_ERROR = 2e-14, 4, 30, 1e-290
CLOSE, NEAR, EQUAL = Decimal("1e-12"), Decimal("1e-13"), Decimal("1e-90")
AGREEMENT, LEAST_AGREEMENT = 1e-8, 1e-13
MET, WITHIN, OPEN, BROKEN = "met", "met within rounding", "met up to rounding at most", "NOT MET"
"""How a hypothesis stands; WITHIN means that a multiple of one array meets it, a hair's breadth away."""


# ---- measuring


def instance_of(data: Mapping[str, Any]) -> Instance:
    """The instance in numbers, once the shapes of its arrays are those of its family.

    Raises:
        CannotMeasure: if this script does not know the family.
        Damaged: if an array is missing, or misshapen.
    """
    family, shape = data["family"], data["shape"]
    if family not in FAMILIES:
        raise CannotMeasure(f"this script has no measure of the family {shown(family)}")
    try:
        wanted = FAMILIES[family].layout(family, shape)
        sizes = {name: [_length(axis, shape) for axis in axes.split()] for name, axes in wanted.items()}
    except KeyError as error:
        raise Damaged(f"the instance has no size {shown(error.args[0])}") from None
    if {name: array["shape"] for name, array in data["arrays"].items()} != sizes:
        raise Damaged(f"the arrays are not those of an instance of {shown(family)} of its sizes")
    arrays = {
        name: np.array([float.fromhex(text) for text in array["hex"]]).reshape(array["shape"])
        for name, array in data["arrays"].items()
    }
    return Instance(family, shape, data["settings"], arrays)


def _length(axis: str, shape: Mapping[str, int]) -> int:
    return int(axis) if axis.isdigit() else int(shape[axis])


class Measures:
    """Every symbol of a claim, measured at one instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.found: dict[str, Ends] = {}
        self.noisy: dict[str, Ends] = {}
        rng = np.random.RandomState(0)
        self.places = [instance, *(self._moved(rng) for _ in range(REPEATS))]
        with np.errstate(all="ignore"):
            self.owners = [FAMILIES[instance.family](place) for place in self.places]

    def __call__(self, name: str) -> Ends:
        """The number of a symbol."""
        if name not in self.found:
            self.found[name] = self._measured(name)
        found: Ends = self.found[name]
        return found

    def _moved(self, rng: Any) -> Instance:
        one = self.instance
        arrays = {name: self._shaken(array, rng) for name, array in one.arrays.items()}
        return Instance(one.family, one.shape, one.settings, arrays)

    @staticmethod
    def _shaken(array: Array, rng: Any) -> Array:
        return array * (1 + MOVED_BY * rng.uniform(-1, 1, array.shape))

    def _measured(self, name: str) -> Ends:
        owner, mine = self.owners[0], OWN_QUANTITIES.get(name)
        ends = owner.read(name) if mine is None else None
        if ends is not None:
            found: Ends = ends
            return found
        with np.errstate(all="ignore"):
            if mine is None:
                values = [float(each.measure(name)) for each in self.owners]
            else:
                values = [Run(mine, place, getattr(owner, "absent", {})).value() for place in self.places]
            floor = float(owner.floor(name)) if mine is None else 0.0
        if not np.all(np.isfinite([*values, floor])):
            raise CannotMeasure(f"{name} overflows, or is no number, in the floats of this script")
        spread = max(abs(value - values[0]) for value in values)
        low, high = around(values[0], TIMES * spread + 1e-14 * abs(values[0]) + floor + LEAST_ERROR)
        signed = mine is not None or name in getattr(owner, "SIGNED", ())
        self.noisy[name] = (low if signed else max(low, ZERO), high)
        return self.noisy[name]


# ---- relations


def relation_of(text: Mapping[str, str], what: str) -> Relation:
    """A relation, with both sides read."""
    lhs, rhs = (
        Formula(text[name], f"the {word} side of {what}") for name, word in (("lhs", "left"), ("rhs", "right"))
    )
    return (lhs, text["relation"], rhs)


def oriented(relation: str, lhs: Ends, rhs: Ends) -> tuple[Ends, Ends]:
    """The side that must be the smaller first."""
    return (rhs, lhs) if relation in (">=", ">") else (lhs, rhs)


def gap_and_scale(lhs: Ends, rhs: Ends) -> tuple[Ends, Decimal]:
    """How far the sides lie apart, and the size of the larger."""
    if lhs == rhs and lhs[0].is_infinite():
        return (exact(0), Decimal(1))
    return absolute(add(lhs, negative(rhs))), max(absolute(lhs)[1], absolute(rhs)[1])


def certainly_holds(relation: str, lhs: Ends, rhs: Ends) -> bool:
    """Whether a relation holds, whatever the numbers in the intervals are."""
    if relation == "=":
        return lhs == rhs and lhs[0] == lhs[1]
    small, large = oriented(relation, lhs, rhs)
    return small[1] < large[0] or (small[1] == large[0] and relation in ("<=", ">="))


def certainly_broken(relation: str, lhs: Ends, rhs: Ends) -> bool:
    """Whether it fails, whatever they are."""
    if relation == "=":
        return lhs[1] < rhs[0] or rhs[1] < lhs[0]
    small, large = oriented(relation, lhs, rhs)
    return small[0] > large[1] or (small[0] == large[1] and relation in ("<", ">") and is_point(small))


def nearly_equal(lhs: Ends, rhs: Ends, tolerance: Decimal) -> bool:
    """Whether the sides are certainly this close, relative to the larger."""
    gap, scale = gap_and_scale(lhs, rhs)
    return gap[1] <= UP.multiply(tolerance, scale)


def standing(relation: Relation, measures: Measures) -> tuple[Ends, Ends, str]:
    """Both sides of a hypothesis, and how it stands."""
    lhs, rhs = (side.value(Scope(measures)) for side in (relation[0], relation[2]))
    if certainly_holds(relation[1], lhs, rhs):
        return lhs, rhs, MET
    if relation[1] in ("<=", ">=") and nearly_equal(lhs, rhs, EQUAL):
        return lhs, rhs, MET
    if relation[1] not in ("<", ">") and nearly_equal(lhs, rhs, CLOSE):
        near = movable(relation, measures) and nearly_equal(lhs, rhs, NEAR)
        return lhs, rhs, WITHIN if near else OPEN
    return lhs, rhs, BROKEN if certainly_broken(relation[1], lhs, rhs) else OPEN


def movable(relation: Relation, measures: Measures) -> str:
    """The one symbol, read off an array of its own, that a relation compares with a number; empty if it is none."""
    sides = [side.names() for side in (relation[0], relation[2])]
    both = sides[0] | sides[1]
    plain = any(side.tree == ("name", name) for side in (relation[0], relation[2]) for name in both)
    owner = FAMILIES[measures.instance.family]
    shared = [set(row) for row in owner.TOGETHER if len(set(row) & set(measures.found)) > 1]
    known = set(owner.MOVED).difference(*shared)
    return "".join(both) if len(both) == 1 and plain and set() in sides and both <= known else ""


def settle(relations: Sequence[Relation], measures: Measures) -> None:
    """Give the symbols of hypotheses that are met within rounding the numbers that meet them exactly.

    A multiple of the array behind such a symbol is an instance of real numbers at which it has that number; what is
    measured changes by less than it is taken to be wrong by.
    """
    wanted: dict[str, Ends] = {}
    for relation in relations:
        name = movable(relation, measures)
        if name and standing(relation, measures)[2] == WITHIN:
            number = (relation[0] if not relation[0].names() else relation[2]).value(Scope(measures))
            wanted[name] = number if wanted.get(name, number) == number else EVERYTHING
    measures.found.update(wanted)


# ---- what the file says


def contradiction(
    bundle: Mapping[str, Any], sides: Sequence[Ends], met: Sequence[tuple[Ends, Ends, str]], found: Mapping[str, Ends]
) -> str:
    """The first number of the file that is not what its arrays give; empty if there is none.

    Args:
        bundle: the file.
        sides: both sides of the claim.
        met: both sides of every hypothesis, in the order of the claim, and how it stands.
        found: every symbol.
    """
    missing = [name for name in found if name not in bundle["quantities"]]
    if missing:
        return f"the file says nothing of {missing[0]}"
    pairs = [(f"the {name}", bundle["sides"][name], ends) for name, ends in zip(("lhs", "rhs"), sides)]
    pairs += [(name, bundle["quantities"][name], ends) for name, ends in found.items()]
    evaluated = {each["name"]: each for each in bundle["hypotheses"]}
    for each, both in zip(bundle["claim"]["given"], met):
        what = f"the hypothesis {shown(each['name'])}"
        pairs += [(what, evaluated[each["name"]][side], ends) for side, ends in zip(("lhs", "rhs"), both[:2])]
    for what, saved, ends in pairs:
        value, low, high = (float_of(saved[key], what) for key in ("value", "lower", "upper"))
        if not (_meet(low, high, ends) and _meet(value, value, ends)):
            return (
                f"{what} is about {as_float(ends):.9g}, but the file says {value:.9g}, from {low:.9g} to {high:.9g}"
            )
    return ""


def _meet(low: float, high: float, ends: Ends) -> bool:
    """Whether two intervals meet, as far as another machine's floats agree."""
    low, high = min(low, sys.float_info.max), max(high, -sys.float_info.max)  # floats overflow, decimals do not
    scale = max([abs(end) for end in (low, high) if abs(end) != math.inf] or [0.0])
    slack = Decimal(AGREEMENT * scale + LEAST_AGREEMENT)
    return DOWN.subtract(Decimal(low), slack) <= ends[1] and UP.add(Decimal(high), slack) >= ends[0]


def as_float(ends: Ends) -> float:
    """A number in the interval, to be shown."""
    low, high = (float(end) for end in ends)
    return 0.5 * low + 0.5 * high if math.isfinite(low) and math.isfinite(high) else max(low, high)
