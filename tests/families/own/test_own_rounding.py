"""Rows of one entry have no derivative: what rounding leaves of it must neither break a claim nor hide a break."""

from __future__ import annotations

import sympy

import wnverify
from wnverify import Claim, Theorem, Verdict, architecture, ball, free, rows

NET = architecture(
    "short rows",
    lambda xp, theta, x: theta.v @ xp.phi(xp.unit_rows(theta.W) @ x),
    theta={"W": rows("m", "d"), "v": free("m")},
    x=ball("d"),
    sizes={"m": (1, 2, 3), "d": (1, 2)},
    activation=("tanh",),
)


def test_a_norm_of_nothing_decides_nothing():
    frobenius, spectral, p = NET.symbols("hessian_frobenius hessian_norm p")
    theorem = Theorem(
        Claim(frobenius, "<=", sympy.sqrt(p) * spectral), family=NET, mutants={"without the root": spectral}
    )
    evidence = wnverify.verify(theorem, budget="quick")
    assert evidence.verdict is Verdict.HELD, evidence.reason
    mutants = next(check for check in evidence.checks if check.check == "mutants")
    assert [item.verdict for item in mutants.items] == ["REFUTED"]
