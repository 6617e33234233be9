"""Every claim of the theory notes about a bound is decided as it should be."""

import numpy as np
import pytest
import sympy
from sympy import Max, Min, oo, sqrt

from tests.symbolic import theory_bounds as q
from tests.symbolic.theory_bounds import L, beta, c0, kappa, m, n, omega, rate, ratio, rho
from wnverify.symbolic.claims import (
    below,
    bounded_in,
    decide,
    decreasing,
    free_of,
    increasing,
    limit,
    order,
    real_and_nonnegative,
    sublinear,
)
from wnverify.verdict import Verdict

AT_ZERO = {c0: 0}
FROM_TWO = {L: L + 1}

TRUE = {
    "H-omega": (q.H, decreasing(omega)),
    "H-rho": (q.H, increasing(rho)),
    "H-beta": (q.H, increasing(beta)),
    "H-c0": (q.H, increasing(c0)),
    "H-L": (q.H, increasing(L)),
    "H0-m": (q.H, decreasing(m, given=AT_ZERO)),
    "H-m": (q.H, decreasing(m)),
    "H0-rate": (q.H, order(L**3 * (1 + beta) * rate, given=AT_ZERO)),
    "G-omega": (q.G_squared, decreasing(omega)),
    "G-m": (q.G_squared, decreasing(m)),
    "G-c0-omega": (q.G_squared_c0, decreasing(omega)),
    "G-c0-L": (q.G_squared_c0, increasing(L)),
    "rademacher-m": (q.rademacher, free_of(m)),
    "rademacher-L": (q.rademacher, sublinear(L)),
    "rademacher-n": (q.rademacher, decreasing(n)),
    "rademacher-limit": (q.rademacher, limit(n, oo, 0)),
    "rademacher-rate": (q.rademacher, order(sqrt(L) / sqrt(n) * (1 + rho))),
    "contraction-m": (q.contraction, decreasing(m)),
    "contraction-limit": (q.contraction, limit(m, oo, 1 - kappa**2 * ratio / 4)),
    "contraction-limit-any-sign": (1 - q.alpha / q.smoothness, limit(m, oo, 1 - kappa**2 * ratio / 4)),
    "alpha-m": (q.alpha, increasing(m)),
    "alpha-omega": (q.alpha, increasing(omega)),
    "depth-free-identity": (q.depth_free, bounded_in(L, given={beta: 0})),
    "depth-free-per-layer": (q.depth_free, bounded_in(L, of=q.depth_free / L)),
    "depth-free-rate": (q.depth_free, order(L * (1 + beta) * rate)),
    "depth-free-below": (q.depth_free, below(q.H0, given=FROM_TWO)),
    "depth-free-width": (q.depth_free, limit(m, oo, q.depth_free_at_width, of=sqrt(m) * q.depth_free)),
    "depth-free-m": (q.depth_free, decreasing(m)),
    "depth-free-omega": (q.depth_free, decreasing(omega)),
    "depth-free-L": (q.depth_free, increasing(L)),
    "constant-in-disguise": ((1 + n) ** 2 - n**2 - 2 * n, free_of(n)),
    "no-decrease-under-scaling": (1 / omega, limit(omega, 0, oo)),
}

FALSE = {
    "H-omega": (q.H, increasing(omega)),
    "H-rho": (q.H, decreasing(rho)),
    "H-beta-free": (q.H, order(L**3 * rate, given=AT_ZERO)),
    "H-c0-cubic": (q.H, order(L**3 * (1 + rho) * (1 + beta) * (1 / sqrt(m) + Max(c0, c0**2)) / Min(omega, omega**2))),
    "H-free": (q.H, free_of(L)),
    "H-sublinear": (q.H, sublinear(L, given=AT_ZERO)),
    "H-bounded": (q.H, bounded_in(L)),
    "G-c0-m": (q.G_squared_c0, decreasing(m)),
    "rademacher-limit": (q.rademacher, limit(n, oo, 1)),
    "rademacher-bounded": (q.rademacher, bounded_in(L)),
    "rademacher-rate": (q.rademacher, order(L * (1 + rho) / n)),
    "contraction-any-sign": (1 - q.alpha / q.smoothness, decreasing(m)),
    "depth-free-bounded": (q.depth_free, bounded_in(L)),
    "depth-free-from-one": (q.depth_free, below(q.H0)),
    "depth-free-above": (q.H0, below(q.depth_free, given=FROM_TWO)),
    "bound-below-rate": (q.H0, below(rate)),
    "infinite-limit": (q.rademacher, limit(n, oo, oo)),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_claim_is_proved(name):
    bound, claim = TRUE[name]
    decision = decide(claim, bound, np.random.default_rng(0))
    assert decision.verdict is Verdict.PROVED, decision
    assert decision.argument
    assert decision.sampled > 0


@pytest.mark.parametrize("name", FALSE)
def test_false_claim_is_refuted_with_a_witness(name):
    bound, claim = FALSE[name]
    decision = decide(claim, bound, np.random.default_rng(0))
    assert decision.verdict is Verdict.REFUTED, decision
    assert decision.witness
    symbols = {symbol.name for symbol in claim.bound(bound).free_symbols}
    assert symbols <= set(decision.witness)


@pytest.mark.parametrize("bound", [q.H, q.depth_free, q.G_squared_c0, q.rademacher, rate], ids=str)
def test_bounds_are_nonnegative(bound):
    assert real_and_nonnegative(bound, np.random.default_rng(0)).verdict is Verdict.PROVED


def test_a_rate_comes_with_its_constant():
    bound, claim = TRUE["H0-rate"]
    decision = decide(claim, bound, np.random.default_rng(0))
    assert decision.argument.startswith("K = 2:")
    assert decision.worst == pytest.approx(1.6, abs=0.1)


def test_witnesses_are_small():
    decision = decide(increasing(omega), q.H, np.random.default_rng(0))
    values = {name: sympy.Rational(value) for name, value in decision.witness.items()}
    assert (values["omega"], values["omega′"], values["L"], values["m"]) == (1, 2, 1, 1)


def test_the_same_seed_gives_the_same_decision():
    bound, claim = FALSE["H-omega"]
    first, second = (decide(claim, bound, np.random.default_rng(3)) for _ in range(2))
    assert first == second
