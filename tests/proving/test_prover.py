"""What is true at a shape is proved, what is false is refuted, and nothing false is ever proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from sympy import Expr, Max, Min, Rational, sqrt

from wnverify.catalogue import load
from wnverify.claim import Claim
from wnverify.errors import UsageError
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    STANDARD,
    WEIGHT_NORM,
    hessian_norm,
    hidden_gradient_norm,
    omega,
    output_abs,
    rho,
)
from wnverify.proving import branch, prover
from wnverify.proving.branch import Grown
from wnverify.proving.domain import Domain
from wnverify.proving.found import Found
from wnverify.proving.kept import Kept, kept_in
from wnverify.proving.prover import Prover
from wnverify.proving.work import Done

SLACK = Fraction(51, 50)
PROVED = [
    ("output", (1, 1, 1), "tanh", 1),
    ("output", (1, 2, 2), "tanh", 1),
    ("output", (1, 2, 1), "identity", SLACK),
    ("input_lipschitz", (1, 1, 1), "tanh", SLACK),
    ("predictor_gradient", (1, 2, 1), "tanh", 1),
    ("predictor_gradient", (1, 1, 2), "identity", SLACK),
    ("hidden_gradient", (1, 1, 2), "tanh", SLACK),
    ("predictor_hessian", (1, 2, 1), "identity", 1),
    ("predictor_hessian", (1, 1, 5), "gelu", 1),
    ("output", (2, 1, 1), "softplus", 1),
    ("input_lipschitz", (1, 3, 1), "tanh", SLACK),
    ("predictor_hessian", (1, 1, 2), "tanh", SLACK),
    ("predictor_hessian", (1, 1, 2), "identity", SLACK),
    ("depth_free/gradient", (1, 2, 1), "tanh", 1),
]
"""With slack only where networks reach the bound, or come as near to it as one likes."""


def proved(claim: Claim, domain: Domain, slack: Fraction = SLACK) -> Found:
    return Prover("some theorem", claim, WEIGHT_NORM, domain, slack).prove()


@pytest.mark.parametrize(("name", "shape", "activation", "slack"), PROVED)
def test_theorems_are_proved_at_small_shapes_and_without_slack_where_nothing_reaches_them(
    name: str, shape: tuple[int, int, int], activation: str, slack: Fraction
) -> None:
    found = proved(load(name if "/" in name else f"banerjee2024/{name}").claim, Domain(*shape, activation))
    assert found.checked is not None, found.why
    assert found.checked.certificate.factor == slack


FALSE: Mapping[str, list[str]] = {
    "banerjee2024/output": ["without the factor (1+rho)", "1/sqrt(m) of the bound"],
    "banerjee2024/input_lipschitz": ["1 for 1+rho", "falling with width"],
    "banerjee2024/predictor_gradient": [
        "without a_L^2", "without the hidden layers", "without (1+rho)^2", "1/m^2 for 1/m", "omega for omega^2"
    ],
    "banerjee2024/hidden_gradient": [
        "without the factor (1+rho)", "1/m for 1/sqrt(m)", "omega^2 for omega", "0.9 of the bound"
    ],
    "banerjee2024/predictor_hessian": [
        "without the factor (1+rho)", "1/m for 1/sqrt(m)", "omega for omega^2", "1 for 2/sqrt(3)", "without b"
    ],
    "depth_free/hidden_gradient": [
        "2 - 2/m for 2 - 1/m", "0.999 of the bound", "1/m for 1/sqrt(m)", "without the factor (1+rho)"
    ],
    "depth_free/gradient": [
        "the hidden layers alone", "the output layer alone", "0.999 of the bound", "1/m for 1/sqrt(m)",
        "without the factor (1+rho)"
    ],
}  # fmt: skip
"""The mutants that are false for the identity at (L, m, d) = (1, 2, 2); the others differ from their theorem only
where φ(0) ≠ 0 or L > 1."""


SAME = ("falling with depth", "1 for 2 - 1/m")
"""Mutants that are their theorem at L = 1."""


@pytest.mark.parametrize("id", FALSE)
def test_every_mutant_that_is_false_at_a_shape_is_refuted_and_no_slack_hides_it(id: str) -> None:
    claims, domain = load(id).mutant_claims, Domain(1, 2, 2, "identity")
    for name in FALSE[id]:
        found = proved(claims[name], domain)
        assert found.checked is None, name
        assert found.witness is not None, name
        assert found.witness.ratio > 1, name


def test_a_mutant_that_says_the_same_at_a_shape_is_proved_there() -> None:
    for id, false in FALSE.items():
        same = set(load(id).mutant_claims) - set(false)
        assert all("c0" in name or "phi(0)" in name or name in SAME for name in same), same
    claim = load("banerjee2024/input_lipschitz").mutant_claims["falling with depth"]
    assert proved(claim, Domain(1, 1, 1, "identity")).checked is not None


def test_what_holds_for_odd_activations_alone_is_refuted_for_others() -> None:
    claim = load("banerjee2024/output").mutant_claims["without the term of c0"]
    assert proved(claim, Domain(1, 1, 1, "tanh")).checked is not None
    assert proved(claim, Domain(1, 1, 1, "softplus")).witness is not None
    narrow = Claim(output_abs, "<=", Rational(7, 10) * (1 + rho), given=LIPSCHITZ)
    assert proved(narrow, Domain(2, 1, 1, "gelu")).checked is not None
    assert proved(narrow, Domain(1, 1, 1, "gelu")).witness is not None
    with pytest.raises(UsageError, match=r"phi\(0\) = 0, which the theorem supposes"):
        proved(load("depth_free/gradient").claim, Domain(1, 1, 1, "softplus"))


OWN, BILINEAR = (1 + rho) / omega**2, 1 / omega
LINEAR = 2 * (OWN**2 + BILINEAR**2) / sqrt(4 * BILINEAR**2 + 3 * OWN**2)
"""The largest ‖∇²f‖ of all linear networks with L = 1, m = 1."""


@pytest.mark.parametrize(
    "bound",
    [
        (-OWN + sqrt(OWN**2 + 4 * BILINEAR**2)) / 2,
        Max(2 / sqrt(3) * OWN, BILINEAR),
        Max(2 / sqrt(3) * OWN, BILINEAR, Rational(99, 100) * LINEAR),
        Min(LINEAR, 10 * OWN),
        LINEAR - OWN * BILINEAR / (OWN + BILINEAR) / 100,
    ],
    ids=["below 0", "between its limits", "by a hundredth there", "at large omega", "in the middle alone"],
)
def test_a_bound_of_several_parts_that_is_false_somewhere_is_refuted(bound: Expr) -> None:
    claim = Claim(hessian_norm, "<=", bound, given=STANDARD)
    found = proved(claim, Domain(1, 1, 2, "identity"), Fraction(1001, 1000))
    assert found.checked is None
    assert found.witness is not None
    assert found.witness.ratio > 1.002


def test_a_bound_of_several_parts_is_proved_where_nothing_reaches_it() -> None:
    bound = Max(Rational(6, 5) * LINEAR, Min(2 * BILINEAR, 2 * OWN))
    found = proved(Claim(hessian_norm, "<=", bound, given=STANDARD), Domain(1, 1, 2, "identity"))
    assert found.checked is not None
    assert found.checked.certificate.factor == 1
    assert "u" in found.checked.certificate.box


def test_what_is_false_by_a_millionth_is_refuted_at_the_point_that_halving_finds() -> None:
    bound = (1 - Rational(1, 10**6)) * (1 + rho) / omega
    claim = Claim(hidden_gradient_norm, "<=", bound, given=LIPSCHITZ)
    found = proved(claim, Domain(1, 1, 2, "tanh"))
    assert found.checked is None
    assert found.witness is not None
    assert 1 < found.witness.ratio < 1.000002


def test_a_bound_that_is_reached_is_undecided_without_slack() -> None:
    theorem = load("banerjee2024/hidden_gradient")
    found = proved(theorem.claim, Domain(1, 1, 2, "identity"), Fraction(1))
    assert found.checked is None
    assert found.witness is None
    goal = found.goals["rows"]
    assert 0 < goal.open < 1
    assert 0.999 < goal.ratio <= 1 + 1e-9


def asked_after(count: int) -> Callable[[], bool]:
    """What wants an end from the so-manieth question on."""
    left = iter(range(count))
    return lambda: next(left, None) is None


def test_what_ends_early_tells_how_far_it_got_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prover, "FIRST", 32)
    monkeypatch.setattr(prover, "EAGER", 33)
    claim, domain, file = load("banerjee2024/input_lipschitz").claim, Domain(1, 1, 2, "tanh"), tmp_path / "proofs.db"

    def run(seconds: float = 1e3, only: tuple[int, int] = (1, 1), stop: int = 10**9) -> tuple[Found, Kept]:
        kept = kept_in(file, print)
        stopped = asked_after(stop)
        one = Prover("x", claim, WEIGHT_NORM, domain, SLACK, seconds, kept, only, stopped=stopped)
        try:
            return one.prove(), kept
        finally:
            kept.close()

    first, _ = run(seconds=0.0)
    assert first.goals["input"].open == 1
    assert first.ended == "the budget is spent"
    assert not first.interrupted
    with monkeypatch.context() as slowly:
        slowly.setattr(branch, "BATCH", 2)
        second, _ = run(stop=120)
    goal = second.goals["input"]
    assert second.interrupted
    assert second.checked is None
    assert 0 < goal.open < 1
    assert goal.leaves[0] > 0 < goal.leaves[1]
    assert second.met is not None
    assert 0.9 < goal.ratio <= second.met.ratio <= 1
    assert set(second.met.where) == {"r", "W1[0]", "rho", "omega"}
    assert 1 < second.provable < 1.5
    assert run(only=(1, 2))[0].checked is None
    checking, kept = run(only=(2, 2))
    assert checking.checked is not None
    assert kept.done > 0
    last, kept = run()
    assert last.checked is not None
    assert kept.done == 0
    assert kept.found > 4


def test_the_checker_counts_towards_the_budget_and_can_be_stopped() -> None:
    claim = load("banerjee2024/output").claim
    one = Prover("x", claim, WEIGHT_NORM, Domain(1, 1, 1, "tanh"))
    one.stopped = lambda: not one._courses or all(each.whole for each in one._courses["output"].grown.values())
    found = one.prove()
    assert found.checked is None
    assert found.goals["output"].whole
    assert found.provable == 1
    assert found.ended == "interrupted: the search is done, and the checker had accepted 0 of 2 boxes"


@pytest.mark.parametrize(
    "grown",
    [
        Grown("7..", 1),
        Grown("²?", 1),
        Grown("0.", 1),
        Grown("..", 1),
        Grown("", 1),
        Grown("?", 1, failing=[0.5]),
        Grown("?", 1, failing=[1e308, 0.0]),
    ],
)
def test_what_a_worker_of_another_version_tells_is_refused(grown: Grown) -> None:
    def each(jobs: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
        yield from ((number, msgspec.json.encode(Done(grown, 0.0))) for number, _ in enumerate(jobs))

    prover = Prover("banerjee2024/output", load("banerjee2024/output").claim, WEIGHT_NORM, Domain(1, 1, 2, "tanh"))
    prover.each = each
    found = prover.prove()
    assert found.checked is None
    assert "the worker is of another version" in found.why
