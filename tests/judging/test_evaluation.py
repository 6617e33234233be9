"""Evaluation: many formulas at the same instances, and slopes for all symbols at once, as one after the other."""

import numpy as np
import pytest
import sympy

from wnverify import catalogue
from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import WEIGHT_NORM, L, c0, hessian_norm, input_norm, m, omega, rho
from wnverify.family import Situation
from wnverify.judging.compiled import compiled
from wnverify.judging.evaluation import Evaluation
from wnverify.judging.formula import function
from wnverify.judging.judge import Judge

x, y, z = sympy.symbols("x y z", real=True)
RNG = np.random.default_rng(1)
VALUES = {name: RNG.normal(size=30) for name in ("x", "y", "z")}
CLAIMS = [
    Claim(x**2, "<=", sympy.exp(y) + sympy.Abs(z)),
    Claim(x * y, ">=", z - y**2),
    Claim(sympy.Max(x, y), "<=", z),
    Claim(x, "<=", sympy.Integer(2)),
    Claim(sympy.sqrt(x), "<", y),
]
FAN_IN = Situation({"L": 2, "m": 3, "d": 2}, {"activation": "sin", "scaling": "fan_in"})


def one_by_one(claim: Claim, name: str) -> np.ndarray:
    """∂ log(small/large)/∂(one value), by its definition; of the ratio itself where a side is not positive."""
    main = compiled(claim, frozenset()).compared
    sides = main.oriented(function(main.lhs), function(main.rhs))
    at = VALUES[name]
    step = 1e-6 * np.abs(at)
    (small, large), (up_small, up_large), (down_small, down_large) = (
        [side({**VALUES, name: at + sign * step}) for side in sides] for sign in (0, 1, -1)
    )
    d_small, d_large = (up_small - down_small) / (2 * step), (up_large - down_large) / (2 * step)
    odd = (small <= 0) | (large <= 0)
    quotient = np.where(large == 0, 1, small / large)
    below = (d_small - quotient * d_large) / np.maximum(np.abs(small), np.abs(large))
    return np.nan_to_num(np.where(odd, below, d_small / small - d_large / large))


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_slopes_of_all_symbols_are_those_of_one_after_the_other(claim: Claim) -> None:
    formulas, names = Evaluation(30), sorted(symbol.name for symbol in claim.free_symbols)
    formulas.values(names, VALUES.__getitem__)
    with np.errstate(all="ignore"):
        found = formulas.slopes(compiled(claim, frozenset()), names)
        for row, name in zip(found, names, strict=True):
            np.testing.assert_allclose(row, one_by_one(claim, name), rtol=1e-7, atol=1e-9)


def draw(count: int) -> Batch:
    return WEIGHT_NORM.draw(FAN_IN, "gaussian", count, np.random.default_rng(0))


def test_claims_of_one_batch_are_what_each_is_alone() -> None:
    """Another claim, other hypotheses and another route before it change nothing."""
    given = {"small": (input_norm, "<=", c0 + 1), "wide": (m, ">=", L)}
    bound = (1 + rho) * sympy.sqrt(L) / (sympy.sqrt(m) * omega) + c0
    claims = [Claim(hessian_norm, "<=", bound * factor, given=given) for factor in (1, 2, rho)]
    claims += [Claim(hessian_norm, ">=", bound - rho), Claim(m, "<", L + 3, given={"wide": (m, ">=", L)})]
    together = draw(25)
    for claim in claims:
        for route in ("measure", "lower", "second"):
            one, other = (Judge(claim, WEIGHT_NORM)(batch, route) for batch in (together, draw(25)))
            for name in ("lhs", "rhs", "ratio", "small", "large"):
                np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
                assert getattr(one, name).shape == (25,)
            assert {name: flags.tolist() for name, flags in one.met.items()} == {
                name: flags.tolist() for name, flags in other.met.items()
            }


def test_judges_of_the_same_claim_share_what_was_compiled() -> None:
    claim = Claim(hessian_norm, "<=", rho + c0)
    one, other = (Judge(each, WEIGHT_NORM) for each in (claim, Claim(hessian_norm, "<=", c0 + rho)))
    assert one._for(FAN_IN.settings) is other._for({**FAN_IN.settings, "activation": "tanh"})
    assert one.stated(FAN_IN.settings) is other.stated(FAN_IN.settings)
    assert one._for(FAN_IN.settings) is not one._for({**FAN_IN.settings, "scaling": "fan_out"})


def test_a_minimum_is_rescaled_like_anything_else() -> None:
    bound = sympy.Min(rho + c0 * input_norm, omega, c0**2 / m)
    claim = Claim(hessian_norm, "<=", bound, given={"small": (sympy.Max(c0, input_norm), "<=", rho)})
    batch = draw(20)
    judge = Judge(claim, WEIGHT_NORM)
    replaced = claim.substitute(WEIGHT_NORM.rescaling(FAN_IN.settings))
    values = judge.measured({symbol.name for symbol in replaced.free_symbols}, batch)
    found = judge(batch)
    assert found.rhs == pytest.approx(function(replaced.rhs)(values), rel=1e-14)
    assert (found.met["small"] == (function(replaced.given["small"].lhs)(values) <= values["rho"])).all()


def test_claims_judged_on_one_batch_come_out_as_alone_and_are_measured_once() -> None:
    theorem = catalogue.load("depth_free/hessian")
    situation, regime = theorem.situations()[2], theorem.family.regimes[0]
    claims = [theorem.claim, *theorem.mutant_claims.values()]
    judges = [Judge(claim, theorem.family) for claim in claims]
    together = theorem.family.draw(situation, regime, 20, np.random.default_rng(0))
    for route in ("measure", "second"):
        found = [judge(together, route) for judge in judges]
        for claim, judgement in zip(claims, found, strict=True):
            alone = theorem.family.draw(situation, regime, 20, np.random.default_rng(0))
            wanted = Judge(claim, theorem.family)(alone, route)
            np.testing.assert_array_equal(judgement.ratio, wanted.ratio)
            np.testing.assert_array_equal(judgement.accepted, wanted.accepted)
        assert all(
            judgement.values[name] is found[0].values[name]
            for judgement in found
            for name in {*judgement.values} & {*found[0].values}
        )
