"""Pages of theorems: they fit the width, say everything, and the LaTeX is plain ASCII with balanced groups."""

import re

import pytest
import sympy
from rich.cells import cell_len

from wnverify.catalogue import one, read
from wnverify.claim import Relation
from wnverify.report.latex import fragment, prose
from wnverify.report.mathematics import abbreviate, block, split, statement, wide, written_out
from wnverify.report.show import page

HESSIAN = one("banerjee2024/predictor_hessian")


@pytest.fixture(scope="module")
def hessian():
    return read(HESSIAN)


@pytest.fixture(scope="module")
def theorem(hessian):
    return hessian.theorem


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_page_fits_and_is_complete(hessian, theorem, width):
    lines = [line.plain for line in page(hessian, width, whole=True)]
    assert max(len(line) for line in lines if str(HESSIAN.path) not in line) <= width
    text = "\n".join(lines)
    wanted = [
        *theorem.claim.given,
        *theorem.mutants,
        "‖∇²_θ f‖₂ ≤",
        "hessian_norm",
        "decreasing in ω",
        "integer ≥ 1",
        "2409.08935",
    ]
    assert [word for word in wanted if word not in text] == []


def test_the_short_page_fits_a_screen_and_tells_mutants_by_what_they_change(hessian, theorem):
    lines = [line.plain for line in page(hessian, 80)]
    assert len(lines) <= 52 + len(theorem.proof) + 2  # a line a step, and their head
    assert max(map(cell_len, lines)) <= 80
    text = "\n".join(lines)
    assert [name for name in theorem.mutants if name not in text] == []
    assert "without the factor (1+rho)  without (ρ + 1)²; A₁·(ρ + 1)/2 → A₁/2" in text
    assert "omega for omega^2           1/ω² → 1/ω" in text
    assert "In words" not in text
    assert "show banerjee2024/predictor_hessian --all" in text


def test_a_statement_that_may_fail_says_so():
    likely = read(one("banerjee2024/generalization"))
    assert "  with probability at least 1 - δ:" in [line.plain for line in page(likely, 80)]
    assert "With probability at least $1 - \\delta$:\n\\begin{align*}" in fragment(likely)


def test_a_sum_is_named_within_a_longer_one_and_times_a_number():
    x, y, z, A1 = sympy.symbols("x y z A1")
    assert abbreviate(z - x / 3 - y / 3, [(A1, x + y)]) == z - A1 / 3
    assert abbreviate(x / 3 - y / 3, [(A1, x + y)]) == x / 3 - y / 3


def test_named_parts_put_back_give_the_bound_again(theorem):
    rest, parts = split(theorem.claim.rhs, 50)
    assert wide(rest) <= 50
    assert len(parts) >= 2
    assert written_out(rest, parts) == theorem.claim.rhs


def test_abbreviations_mean_the_same(theorem):
    _, parts = split(theorem.claim.rhs, 60)
    short = abbreviate(theorem.claim.rhs, parts)
    assert short != theorem.claim.rhs
    assert written_out(short, parts) == theorem.claim.rhs


def test_a_fraction_on_the_left_side_stands_over_its_bar():
    x, y, z = sympy.symbols("x y z", positive=True)
    lines, _ = statement(Relation(x**2 * y**2 / z + sympy.exp(-x + y), "<=", sympy.Integer(1)), 80)
    (bar,) = [index for index, line in enumerate(lines) if "─" in line]
    assert lines[bar].strip().endswith("≤ 1")
    columns = [column for column, sign in enumerate(lines[bar]) if sign == "─"]
    over, under = (lines[row][columns[0] : columns[-1] + 1].split() for row in (bar - 1, bar + 1))
    assert (over, under) == (["x", "⋅y"], ["z"])


def test_names_of_several_words_stay_as_typed():
    assert block(sympy.Symbol("hessian_norm") / 2) == ["hessian_norm", "────────────", "     2"]


def test_the_latex_fragment_is_ascii_and_balanced(hessian):
    text = fragment(hessian)
    assert text.isascii()
    begun, ended = (sorted(re.findall(rf"\\{word}\{{(\w+\*?)\}}", text)) for word in ("begin", "end"))
    assert begun == ended
    assert "theorem" in begun
    bare = re.sub(r"\\[\\{}$%&#_]", "", text)
    assert bare.count("{") == bare.count("}")
    assert all(line.count("$") % 2 == 0 for line in bare.splitlines())
    for word in (
        r"\|\nabla^2_\theta f\|_2 &\le",
        r"\item free of $d$",
        r"\begin{theorem}",
        r"\label{thm:banerjee2024",
        "\\end{theorem}\n\\begin{proof}\n\\noindent With:",
        r"\item $\sup\|D^{2}N(w)[u, u]\| = 2/(\sqrt{3}\|w\|^{2})$",
        "replaces, in what the proof has come to, what stands on its left by what stands on its right.\n\\end{proof}",
    ):
        assert word in text
    gap = fragment(read(one("controls/steps_gap")))
    assert r"\|_{2} \le 1$ \textup{(1-Lipschitz activation)}:" in gap
    assert r"; here an output layer of norm 1: $\|v\|_2 \le 1$:" in gap
    assert "Together:\n\\begin{align*}\n" in gap
    assert r"&\le \rho + 1 && \text{by 3}." in gap


def test_prose_keeps_every_sign_it_knows_and_names_the_others():
    assert prose("ω² ≥ ½") == r"$\omega^{2} \ge \tfrac12$"
    assert prose("50 % of a_norm, `a_b` & a factor") == r"50 \% of a\_norm, \texttt{a\_b} \& a factor"
    assert prose("♞") == "[U+265E]"
    assert prose("Łojasiewicz, Müller, Poincaré") == r"\L{}ojasiewicz, M\"{u}ller, Poincar\'{e}"
    assert prose("x̄ᵀẇ, θ̇ and L²⁰") == r"$\bar{x}^{\top}\dot{w}$, $\dot{\theta}$ and $L^{20}$"
    assert prose("the least ‖W_i^l‖₂, √m·(L − 1)") == r"the least $\|W_{i}^{l}\|_{2}$, $\sqrt{m} \cdot (L - 1)$"
    assert prose("x ≠ 0: sup|φ″|, Σ_i a_i") == r"$x \ne 0$: $\sup|\phi^{\prime\prime}|$, $\sum_{i} a_{i}$"


@pytest.mark.parametrize(
    "text", [r"\input{/etc/passwd}", "<script>x</script>", "$x$ ^^41 %", "\u202eevil", "x" * 10_001]
)
def test_hostile_prose_is_text(text):
    told = prose(text)
    assert told.isascii()
    assert len(told) < 11_000
    assert not re.search(r"\\(input|write|def)\b", told.replace(r"\textbackslash{}", ""))
    assert len(re.findall(r"(?<!\\)\$", told)) % 2 == 0
