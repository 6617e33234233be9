"""Networks in closed form at which bounds are attained, for any sizes, radius, row norm and input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy

from benchmarks.attack.trial import TypedClaim
from wnverify.arrays import FloatArray
from wnverify.balls.expression import enclose
from wnverify.batch import Batch
from wnverify.claim import Relation
from wnverify.errors import UsageError, expected
from wnverify.families.networks.weight_norm_fields import value
from wnverify.typed.parser import read, relation_of
from wnverify.typed.vocabulary import family_named

Rows = Callable[["Plan"], dict[str, FloatArray]]


@dataclass(frozen=True)
class Plan:
    """What may be chosen of an instance; the arrays follow.

    Args:
        L: depth.
        m: width.
        d: input dimension.
        n: samples.
        rho: ‖v‖ − 1.
        omega: norm of every row.
        input_norm: ‖x‖.
        activation: by name.
        error: f − y at every sample.
        step: η, of one step of gradient descent.
        decay: weight decay.
    """

    L: int = 1
    m: int = 2
    d: int = 2
    n: int = 1
    rho: float = 1.0
    omega: float = 1.0
    input_norm: float = 1.0
    activation: str = "identity"
    error: float = 0.5
    step: float = 0.1
    decay: float = 0.0

    @property
    def x(self) -> FloatArray:
        """‖x‖·e_1."""
        return self.input_norm * np.eye(self.d)[0]

    def with_values(self, values: Mapping[str, Any]) -> Plan:
        """The plan with other values."""
        return replace(self, **values)


# ---- rows of unit length, layer by layer


def _uniform(size: int) -> FloatArray:
    return np.ones(size) / np.sqrt(size)


def _deeper(plan: Plan, second: FloatArray | None = None) -> dict[str, FloatArray]:
    """Rows (1, …, 1)/√m from the second layer on, where the first is not another."""
    rows = {f"W{layer}": np.tile(_uniform(plan.m), (plan.m, 1)) for layer in range(2, plan.L + 1)}
    if second is not None and plan.L > 1:
        rows["W2"] = np.tile(second, (plan.m, 1))
    return rows


def along(plan: Plan) -> dict[str, FloatArray]:
    """Every row along what reaches it: nothing is lost on the way."""
    return {"W1": np.tile(np.eye(plan.d)[0], (plan.m, 1)), **_deeper(plan)}


def across(plan: Plan) -> dict[str, FloatArray]:
    """Every first row orthogonal to x, so that z = 0 everywhere; it takes d ≥ 2."""
    return {"W1": np.tile(np.eye(plan.d)[1], (plan.m, 1)), **_deeper(plan)}


def one_across(plan: Plan) -> dict[str, FloatArray]:
    """The first row orthogonal to x, the others along it; then rows e_1, then (1, …, 1)/√m."""
    first = np.tile(np.eye(plan.d)[0], (plan.m, 1))
    first[0] = np.eye(plan.d)[1]
    return {"W1": first, **_deeper(plan, np.eye(plan.m)[0])}


def opposed(plan: Plan) -> dict[str, FloatArray]:
    """Rows along x and against it in turn: with v uniform their outputs cancel, if m is even."""
    signs = np.where(np.arange(plan.m) % 2, -1.0, 1.0)
    return {"W1": signs[:, None] * np.eye(plan.d)[0], **_deeper(plan)}


def frame(plan: Plan) -> dict[str, FloatArray]:
    """m rows in the plane at angles πk/m: ‖W̄‖ = √(m/2) for m ≥ 2, the least there is in two dimensions."""
    angle = np.pi * np.arange(plan.m) / plan.m
    first = np.zeros((plan.m, plan.d))
    first[:, 0], first[:, 1] = np.cos(angle), np.sin(angle)
    return {"W1": first, **_deeper(plan)}


def turned(cosine: float) -> Rows:
    """Every first row at that cosine to x."""

    def rows(plan: Plan) -> dict[str, FloatArray]:
        row = cosine * np.eye(plan.d)[0] + np.sqrt(1 - cosine**2) * np.eye(plan.d)[1]
        return {"W1": np.tile(row, (plan.m, 1)), **_deeper(plan)}

    return rows


# ---- instances


def network(plan: Plan, rows: Rows, v: FloatArray | None = None, family: str = "weight_norm") -> Batch:
    """A network with rows of norm ω, and v uniform of length 1 + ρ unless it is given in that unit."""
    v = _uniform(plan.m) if v is None else v
    arrays = {name: plan.omega * each for name, each in rows(plan).items()}
    arrays |= {"v": (1 + plan.rho) * v, "x": plan.x}
    return _batch(family, plan, ("L", "m", "d"), arrays)


def problem(plan: Plan, rows: Rows, v: FloatArray | None = None) -> Batch:
    """A regression problem whose samples are all equal, and so are the errors."""
    one = network(plan, rows, v)
    arrays = {name: each[..., 0] for name, each in one.arrays.items() if name != "x"}
    arrays |= {"X": np.tile(plan.x[:, None], (1, plan.n)), "y": np.full(plan.n, value(one)[0] - plan.error)}
    return _batch("regression", plan, ("L", "m", "d", "n"), arrays)


def step(plan: Plan, rows: Rows, v: FloatArray | None = None) -> Batch:
    """One step of gradient descent on that problem, with weight decay."""
    one = problem(plan, rows, v)
    arrays = {name: each[..., 0] for name, each in one.arrays.items()}
    arrays |= {"steps": np.array([plan.step]), "mask": np.ones((1, plan.n))}
    arrays |= {"momentum": np.array(0.0), "lookahead": np.array(0.0), "decay": np.array(plan.decay)}
    found = _batch("training_run", plan, ("L", "m", "d", "n"), arrays)
    return Batch(found.family, {**found.shape, "T": 1}, found.settings, found.arrays)


def nesterov(momentum: float, rng: np.random.Generator) -> Batch:
    """A run of Nesterov's method with that momentum in which a row shrinks at the third step.

    With s = (1+μ)g + μ²u the row moves inwards where ⟨w, u⟩ > 0. A gradient g_0 at a tiny step, then g_1 = −a·g_0 at
    a long one, make it so: ⟨w_2, u_2⟩ = −η_1⟨s_1, u_2⟩ + O(η_0), and ⟨s_1, u_2⟩ = ((1+μ)a² − (μ+2μ²)a + μ³)|g_0|² is
    least, −μ²/(4(1+μ))|g_0|², at a = (μ+2μ²)/(2(1+μ)). The third step has no gradient and coasts.
    """
    a = (momentum + 2 * momentum**2) / (2 * (1 + momentum))
    error, turn = float(rng.uniform(0.2, 0.6)), float(rng.uniform(0.5, 0.8))
    plan = Plan(m=1, n=2, rho=0.0, error=error)
    arrays = {name: each[..., 0] for name, each in problem(plan, turned(turn)).arrays.items()}
    arrays["y"] = arrays["y"] + np.array([0.0, 2 * error])  # the second sample pulls the other way
    arrays |= {"steps": np.array([1e-4, 1.0, 1.0]), "mask": np.array([[1.0, 0.0], [0.0, a], [0.0, 0.0]])}
    arrays |= {"momentum": np.array(momentum), "lookahead": np.array(1.0), "decay": np.array(0.0)}
    found = _batch("training_run", plan, ("L", "m", "d", "n"), arrays)
    return Batch(found.family, {**found.shape, "T": 3}, found.settings, found.arrays)


def _batch(family: str, plan: Plan, sizes: tuple[str, ...], arrays: Mapping[str, FloatArray]) -> Batch:
    shape = {name: int(getattr(plan, name)) for name in sizes}
    settings = {"activation": plan.activation, "scaling": "fan_out"}
    return Batch(family, shape, settings, {name: each[..., None] for name, each in arrays.items()})


# ---- whether an instance breaks a claim

CLOSE, APART = 1e-12, 1e-9
"""An equation among the hypotheses is met to the first, relative; a claim is then broken by more than the second."""


def breaks(batch: Batch, claim: str, given: tuple[str, ...], options: Mapping[str, str]) -> bool:
    """Whether balls certify that an instance meets the hypotheses of a claim about its family and breaks it.

    It compares enclosures itself, and asks no judge: the judges are under attack.

    Raises:
        UsageError: if the family has no balls for it.
    """
    family = family_named(batch.family)
    main, *typed = (relation_of(read(text), family.quantities) for text in (claim, *given))
    kept = {name: (value,) for name, value in batch.settings.items()}
    hypotheses = [*typed, *(Relation(*sides) for sides in family.standard(kept).values())]
    symbols = main.free_symbols.union(*(each.free_symbols for each in hypotheses))
    values = family.enclosures(batch, {symbol.name for symbol in symbols})
    if values is None:
        raise UsageError(expected("a claim about quantities with enclosures", claim))
    if any(batch.settings.get(name, value) != value for name, value in options.items() if name != "family"):
        return False
    by_symbol = {symbol: values[symbol.name] for symbol in symbols}
    met = [_sides(each, by_symbol) for each in hypotheses]
    exact = all(relation != "=" or small == large for relation, small, large in met)
    apart = 0.0 if exact else APART
    return _broken(*_sides(main, by_symbol), apart) and all(_met(*each) for each in met)


def planted(kind: str, text: str, given: tuple[str, ...], options: Mapping[str, str], batch: Batch) -> TypedClaim:
    """A false claim with an instance that breaks it.

    Raises:
        RuntimeError: if the instance does not break it, which would be a fault of the attack.
    """
    if not breaks(batch, text, given, options):
        raise RuntimeError(f"the planted instance does not break {text}, given {given}")
    home = batch.settings.get("activation", "")
    sizes = ", ".join(f"{name}={size}" for name, size in batch.shape.items())
    return TypedClaim(text, False, kind, given, options, f"broken at {sizes} {home}", home)


def _sides(relation: Relation, values: Mapping[sympy.Symbol, Any]) -> tuple[str, Any, Any]:
    """The relation, and its sides with the one first that must be the smaller."""
    small, large = relation.oriented(enclose(relation.lhs, values), enclose(relation.rhs, values))
    return relation.relation, small, large


def _broken(relation: str, small: Any, large: Any, apart: float) -> bool:
    scale = apart * abs(small).max(abs(large))
    gap = small - large
    return bool(gap > scale or (relation == "=" and -gap > scale))


def _met(relation: str, small: Any, large: Any) -> bool:
    if relation == "=":
        return bool(small == large or abs(small - large) <= CLOSE * abs(small).max(abs(large)))
    return bool(small < large) if relation in "<>" else bool(small <= large)
