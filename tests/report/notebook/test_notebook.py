"""What a notebook shows: formulas and tables, everything escaped, and reprs that never flood it."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from xml.etree import ElementTree

import pytest
import sympy
from msgspec import structs

import wnverify as wn
from tests.report.made_up_runs import ALL, CONTROL, GOOD, check
from wnverify.display import LONGEST
from wnverify.families.least_squares.normalisation import NORMALISATION, first_derivative, w_norm
from wnverify.quantities import Quantity
from wnverify.report.notebook.bar import bar

EVIL = '<script>alert(1)</script> & "x"'


def theorem() -> wn.Theorem:
    claim = wn.Claim(
        first_derivative, "<=", 1 / w_norm, given={EVIL: (w_norm, ">", 1)}, probability=sympy.Rational(9, 10)
    )
    return wn.Theorem(
        claim, NORMALISATION, about_bound=[wn.decreasing(w_norm)], mutants={EVIL: 1 / w_norm**2}, name=EVIL
    )


def well_formed(html: str) -> str:
    """The HTML, which is XML too: nothing in it stands open."""
    assert "<script>" not in html
    ElementTree.fromstring(html.replace("&quot;", '"').replace("&#34;", '"').replace("&#39;", "'"))
    return html


def test_a_theorem_and_its_claim_are_formulas_and_tables() -> None:
    html = well_formed(theorem()._repr_html_())
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in html
    assert "with probability at least" in html
    assert html.count("<math") > 5
    assert "must be refuted" in html
    latex = theorem()._repr_latex_()
    assert latex.startswith(r"$\Pr\left(")
    assert latex.endswith(r"\ge \frac{9}{10}$")
    assert "<math" in well_formed(theorem().claim._repr_html_())


def test_a_long_bound_is_shown_with_named_parts() -> None:
    html = well_formed(wn.load("banerjee2024/predictor_hessian").claim._repr_html_())
    assert "<p>where</p>" in html


def test_evidence_shows_its_claim_and_every_check() -> None:
    html = well_formed(GOOD._repr_html_())
    assert "✓ held" in html
    assert html.count("<tr>") == 1 + len(GOOD.checks) + 2
    assert GOOD._repr_latex_().startswith("$")
    assert r"\sqrt{L}" in GOOD._repr_latex_()
    strange = structs.replace(CONTROL, claim=structs.replace(CONTROL.claim, lhs=EVIL))
    assert strange._repr_latex_() is None
    well_formed(strange._repr_html_())
    html = well_formed(ALL._repr_html_())
    assert "x.py, line 3" in html
    assert "refuted as planned" in html


def test_trials_and_evaluations_are_drawn() -> None:
    trial = wn.try_claim("hessian_norm <= L/sqrt(m)", budget="1r")
    assert "REFUTED" in (html := well_formed(trial._repr_html_()))
    assert "<math" in html
    found = wn.evaluate("depth_free/gradient", L="2,4", m=64, omega=1, rho=0.5)
    assert "<math" in (html := well_formed(found._repr_html_()))
    assert html.count("<tr>") == 3
    assert max(len(repr(value)) for value in (trial, found)) <= LONGEST


@pytest.mark.parametrize("value", [GOOD, ALL, check("sampled"), theorem(), theorem().claim])
def test_reprs_are_short(value) -> None:
    assert type(value).__name__ in repr(value)
    assert len(repr(value)) <= LONGEST


def test_a_quantity_is_written_as_it_was_declared() -> None:
    gap = Quantity("gap", "a gap", latex=r"\Delta_{2}")
    assert wn.Claim(gap, "<=", 1)._repr_latex_() == r"$\Delta_{2} \le 1$"


def test_a_bar_stands_in_a_notebook_and_nowhere_else(monkeypatch) -> None:
    shown: list[str] = []
    with bar("at first") as tell:
        tell(0.5, "half")
    handle = SimpleNamespace(update=shown.append)
    display = ModuleType("IPython.display")
    display.HTML = str
    display.display = lambda html, display_id: (shown.append(html), handle)[1]
    core = ModuleType("IPython")
    core.get_ipython = lambda: SimpleNamespace(kernel=1)
    monkeypatch.setitem(sys.modules, "IPython", core)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    with bar("at first <") as tell:
        tell(0.5, "half")
    assert shown == [
        '<div><progress max="1" value="0"></progress> at first &lt;</div>',
        '<div><progress max="1" value="0.5"></progress> half</div>',
        "",
    ]
