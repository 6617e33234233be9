"""The networks of `docs/examples`: their theorems hold with their mutants dead, and false bounds are certified."""

from __future__ import annotations

from pathlib import Path

import pytest
from sympy import sqrt

from wnverify import Claim, Theorem, load, verify
from wnverify.evidence import Kind
from wnverify.verdict import Verdict

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "examples"
FALSE = {
    "batch_norm": ("output_abs norm_v m", lambda V, m: V / sqrt(m)),
    "gains_and_biases": ("hessian_norm norm_v omega", lambda V, omega: 2 * V / omega**2),
    "layer_norm": ("input_gradient_norm norm_v spectral_W", lambda V, spectral: V * spectral),
    "residual_weight_norm": ("input_gradient_norm norm_v", lambda V: 2 * V),
    "rms_norm": ("gradient_norm_W norm_v input_norm", lambda V, r: V * r),
    "weight_norm_convolution": ("gradient_norm_W norm_v omega T", lambda V, omega, T: V / (omega * sqrt(T))),
}
"""By example, the symbols of a false bound, the measured one first, and the bound."""
GAUGED = ("gains_and_biases", "residual_weight_norm", "weight_norm_convolution")
"""Those with rows of which only the direction counts."""
each = pytest.mark.parametrize("name", FALSE)


def test_every_example_is_tried_here() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == set(FALSE)


@each
def test_an_example_is_one_short_file(name: str) -> None:
    assert len((FOLDER / f"{name}.py").read_text("utf-8").splitlines()) <= 60


@each
def test_a_theorem_holds_and_its_mutants_die(name: str) -> None:
    evidence = verify(load(FOLDER / f"{name}.py"), budget="quick")
    assert evidence.verdict is Verdict.HELD, evidence.reason
    mutants = [item for check in evidence.checks for item in check.items if item.kind is Kind.MUTANT]
    assert len(mutants) >= 2
    assert all(item.outcome is Verdict.REFUTED for item in mutants)
    assert float(evidence.worst.ratio) > 0.99


@each
def test_a_false_bound_is_refuted_with_a_certificate(name: str) -> None:
    family = load(FOLDER / f"{name}.py").family
    words, bound = FALSE[name]
    measured, *others = family.symbols(words)
    evidence = verify(Theorem(claim=Claim(measured, "<=", bound(*others)), family=family), budget="quick")
    assert evidence.verdict is Verdict.REFUTED, evidence.reason
    assert evidence.reason.endswith("certified")


@pytest.mark.parametrize("name", GAUGED)
def test_rows_are_a_gauge(name: str) -> None:
    family = load(FOLDER / f"{name}.py").family
    alignment = family.symbols("row_alignment")
    evidence = verify(Theorem(claim=Claim(alignment, "=", 0), family=family), budget="quick")
    assert evidence.verdict is Verdict.HELD, evidence.reason
