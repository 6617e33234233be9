"""A family confined to typed hypotheses: what they say of sizes, constants and numbers is met by every instance."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import sympy

from wnverify.claim import Relation
from wnverify.errors import UsageError
from wnverify.families.networks.regression import REGRESSION, n
from wnverify.families.networks.weight_norm import WEIGHT_NORM, L, gradient_norm, m, omega, rho
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Family
from wnverify.quantities import Interval, Source
from wnverify.questions.trial.ask import posed
from wnverify.typed.confined import Confined
from wnverify.typed.shapes import interval_for, shapes_for
from wnverify.typed.vocabulary import families, family_named


@pytest.mark.parametrize(
    ("given", "holds"),
    [
        ("rho == 0", lambda at: at["rho"] == 0),
        ("rho == 1/2", lambda at: abs(at["rho"] - 0.5) < 1e-12),
        ("rho <= 2", lambda at: at["rho"] <= 2),
        ("2*rho >= 3", lambda at: at["rho"] >= 1.5),
        ("omega == 1", lambda at: abs(at["omega"] - 1) < 1e-12),
        ("omega >= sqrt(m)", lambda at: at["omega"] ** 2 >= at["m"] * (1 - 1e-12)),
        ("input_norm == 1/3", lambda at: abs(at["input_norm"] - 1 / 3) < 1e-12),
        ("L == 2", lambda at: at["L"] == 2),
        ("m >= 16", lambda at: at["m"] >= 16),
        ("m == d", lambda at: at["m"] == at["d"]),
        ("c0 == 0", lambda at: at["c0"] == 0),
        ("beta <= 1/2", lambda at: at["beta"] <= 0.5),
    ],
)
def test_hypotheses_steer_every_draw(given, holds):
    theorem = posed("gradient_norm <= 100", given=[given])
    rng = np.random.default_rng(0)
    situations = theorem.situations()
    for situation in situations[:: max(1, len(situations) // 6)]:
        coordinates = theorem.family.coordinates(situation)
        draws = [theorem.family.draw(situation, regime, 3, rng) for regime in theorem.family.regimes]
        draws += [coordinates.decode(coordinates.canonical(coordinates.encode(draws[0])))]
        draws += [batch for _, batch in theorem.family.structured(situation)][:1]
        for batch in draws:
            for index in range(batch.size):
                assert holds(measured(batch.one(index))), situation


def measured(one):
    names = ("rho", "omega", "input_norm", "L", "m", "d", "c0", "beta")
    return {name: float(WEIGHT_NORM.quantities[name].route.measure(one)[0]) for name in names}


def test_an_interval_is_read_off_a_linear_relation():
    assert interval_for(Relation(2 * rho, "<=", sympy.Integer(3)), "rho", {}) == Interval(high=1.5)
    assert interval_for(Relation(sympy.Integer(3), "<=", 2 * rho), "rho", {}) == Interval(low=1.5)
    assert interval_for(Relation(1 - rho, ">=", sympy.Integer(0)), "rho", {}) == Interval(high=1.0)
    assert interval_for(Relation(omega, "=", L), "omega", {"L": 3}) == Interval(3.0, 3.0)
    assert interval_for(Relation(rho**2, "<=", sympy.Integer(3)), "rho", {}) is None
    assert interval_for(Relation(rho, "<=", gradient_norm), "rho", {}) is None


def test_steering_leaves_the_family_alone():
    steered = Confined(WEIGHT_NORM, {})
    assert steered.situations() == WEIGHT_NORM.situations()
    assert steered.shapes() == WEIGHT_NORM.shapes()


OWN = ("rescaling", "movable", "moved", "symbols", "comes_from")
"""What a confined family does not hand on: its symbols are taken as they are in every scaling; and what follows.

Where a quantity comes from follows from the quantities, which it takes from the family and has extended with it.
"""


def test_whatever_a_family_offers_is_handed_on():
    hooks = [name for name, _ in inspect.getmembers(Family, inspect.isfunction) if not name.startswith("_")]
    assert len(hooks) > 10
    assert not [name for name in hooks if name not in vars(Confined) and name not in OWN]


def test_a_quantity_of_a_users_own_reaches_the_family_within():
    own = quantity("own", "size of v", lambda xp, theta, x: xp.sum(xp.abs(theta.v)), low=0)
    confined = Confined(WEIGHT_NORM, {"r": Relation(rho, "=", sympy.Integer(0))})
    extended = confined.extended([own])
    assert "own" in extended.quantities
    assert "own" in extended.base.quantities
    assert "own" not in {*confined.quantities, *confined.base.quantities, *WEIGHT_NORM.quantities}
    assert (extended.comes_from("own", Source.MEASURED), confined.comes_from("own", Source.MEASURED)) == (True, False)
    assert extended.extended([own]) is extended
    batch = extended.draw(extended.situations()[0], "gaussian", 1, np.random.default_rng(0))
    balls = extended.enclose(batch, ["own", "omega"])
    assert float(balls["own"].mid()) == pytest.approx(np.abs(batch.arrays["v"]).sum())


@pytest.mark.parametrize(
    ("claim", "given", "family", "name", "holds"),
    [
        ("loss_next <= loss", "decay >= 1/10", "training_run", "decay", lambda decay: decay >= 0.1),
        ("bregman >= 0", "eta >= 3", "diagonal", "eta", lambda eta: eta >= 3),
        ("bregman >= 0", "eta == 3", "diagonal limits", "eta", lambda eta: eta == 3),
        ("generalization_gap >= -span", "rho == 1", None, "rho", lambda rho: rho == 1),
        ("generalization_gap >= -span", "delta <= 1/100", None, "delta", lambda delta: delta <= 0.01),
        ("loss_next <= loss", "momentum == 0", "training_run", "momentum", lambda momentum: momentum == 0),
        ("step_error <= 1", "step <= 1/100", "least_squares", "step", lambda step: step <= 0.01),
    ],
)
def test_a_stored_number_is_no_constant_of_the_situation(claim, given, family, name, holds):
    if family == "diagonal limits":
        claim = "excess >= 0"
    theorem = posed(claim, given=[given], family=family)
    rng, quantity = np.random.default_rng(0), theorem.family.quantities[name]
    assert quantity.source is Source.ARRAY
    for situation in theorem.situations()[:2]:
        for regime in theorem.family.regimes:
            values = quantity.route.measure(theorem.family.draw(situation, regime, 3, rng))
            assert holds(values).all(), (regime, values)


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)
def test_every_size_can_be_confined(family):
    sizes = [q for q in family.quantities.values() if q.name in family.shapes()[0]]
    for size in sizes:
        assert size.source is Source.SIZE
        most = max(shape.get(size.name, 1) for shape in family.shapes())
        at_most = {"wanted": Relation(size, ">=", sympy.Integer(most))}
        assert {shape[size.name] for shape in Confined(family, at_most).shapes()} == {most}


def test_sizes_of_which_a_family_has_no_instance_are_left_out():
    family = family_named("least_squares")
    rows = {"five rows": Relation(family.quantities["m"], "=", sympy.Integer(5))}
    assert all(shape["m"] == 5 < shape["d"] for shape in Confined(family, rows).shapes())
    too_many = {"rows": Relation(family.quantities["m"], "=", sympy.Integer(200))}
    with pytest.raises(UsageError, match="allow an instance of the family least_squares"):
        Confined(family, too_many)


def test_a_hypothesis_about_several_sizes_grows_them() -> None:
    found = shapes_for(REGRESSION, [Relation(L * n, ">=", sympy.Integer(24)), Relation(m, "=", sympy.Integer(1))])
    assert all(shape["m"] == 1 for shape in found)
    assert sum(shape["L"] * shape["n"] >= 24 for shape in found) >= 3
    assert len(shapes_for(WEIGHT_NORM, [Relation(L, "<=", m)])) == len(WEIGHT_NORM.shapes()), "enough meet it already"
