"""Attained maxima, from random starts alone, to many digits, and what they suggest without being told."""

from pathlib import Path

import pytest
import sympy
from flint import arb, ctx

from tests.typed.test_files import LOOSE, NET, THEOREM
from wnverify import load
from wnverify.errors import UsageError
from wnverify.suggesting import conjecture
from wnverify.suggesting.candidates import Candidate, Range, candidates
from wnverify.suggesting.known import Fit, Known
from wnverify.suggesting.maxima import Effort
from wnverify.suggesting.refine import PRECISION
from wnverify.suggesting.scale import scale
from wnverify.suggesting.work import Subject, Task, Value, at_shape, shapes_of

IDENTITY = {"activation": "identity"}
FORM = Candidate(Fit(sympy.Integer(2), 30, 1), Range({}), [Known({"d": 1}, arb(2), 30)])
EFFORT = Effort(rounds=1, steps=150)


def attained(subject: Subject, **shape: int) -> Value:
    found = at_shape(Task(subject, shape, EFFORT, 0))
    assert isinstance(found, Value)
    assert found.again == found.rounds == 1, "random starts lead there too"
    return found


def test_two_minus_one_over_m_is_read_off_the_attained_gradients() -> None:
    subject = Subject("depth_free/hidden_gradient", settings=IDENTITY)
    values = [attained(subject, L=2, m=m, d=2) for m in (2, 3, 4)]
    assert min(value.digits for value in values) >= 30
    assert all(value.proved for value in values)
    m = sympy.Symbol("m")
    (best, *_) = candidates([value.known for value in values])
    assert sympy.simplify(best.formula**2 - (2 - 1 / m)) == 0


def test_two_over_the_root_of_three_is_read_off_an_attained_hessian() -> None:
    subject = Subject("hidden_hessian_norm <= (1+rho)/(sqrt(m)*omega**2)", settings=IDENTITY)
    value = attained(subject, L=1, m=2, d=2)
    assert value.certified
    assert value.proved
    assert [each.formula for each in candidates([value.known])] == [2 / sympy.sqrt(3)]


def test_the_value_is_certainly_attained_and_never_above_the_supremum() -> None:
    value = attained(Subject("depth_free/cross_term", settings={"normalization": "frobenius"}), L=3, m=2)
    with ctx.workprec(PRECISION):
        golden = (1 + sympy.sqrt(5)) / 2
        assert value.certified
        assert value.proved, "Krawczyk's test finds a strict local maximum"
        assert value.known.met_by(golden)
        assert value.value.lower <= float(golden.evalf(30))


@pytest.mark.parametrize(
    ("theorem", "unit"),
    [
        ("depth_free/hidden_gradient", "(rho + 1)/(sqrt(m)*omega)"),
        ("depth_free/cross_term", "input_norm*norm_U**2*norm_v"),
        ("banerjee2024/lemma_normalisation_curvature", "w_norm**(-2)"),
        ("normalizations/frobenius_hidden_hessian", "norm_v/omega**2"),
    ],
)
def test_the_unit_is_what_is_known_to_scale(theorem: str, unit: str) -> None:
    found = load(theorem)
    assert str(scale(found.claim, found.family)) == unit


def test_the_shapes_vary_in_every_size() -> None:
    shapes = shapes_of(load("depth_free/hidden_gradient"), 8, 60)
    assert all(len({shape[name] for shape in shapes}) >= 3 for name in ("L", "m"))


@pytest.mark.parametrize(
    ("theorem", "said"),
    [("banerjee2024/lemma_scale_invariance", "identity"), ("banerjee2024/generalization", "probability")],
)
def test_what_has_no_attained_maximum_is_refused(theorem: str, said: str) -> None:
    found = load(theorem)
    with pytest.raises(UsageError, match=said):
        scale(found.claim, found.family)


def test_a_value_that_is_a_limit_is_said_to_be_one() -> None:
    value = attained(Subject("banerjee2024/predictor_gradient", settings=IDENTITY), L=1, m=1, d=1)
    assert value.kind == "a limit as W1 grows"
    assert value.known.met_by(sympy.Integer(1))


def test_without_balls_floats_tell_twelve_digits_at_most() -> None:
    value = attained(Subject("banerjee2024/lemma_normalisation_curvature"), k=2)
    assert not value.certified
    assert 10 <= value.digits <= 12
    assert value.known.met_by(2 / sympy.sqrt(3))


def test_a_maximum_at_an_input_that_vanishes_is_reached() -> None:
    value = attained(Subject("banerjee2024/input_lipschitz", settings={"activation": "tanh"}), L=1, m=1, d=1)
    assert value.digits == 40
    assert value.known.met_by(sympy.Integer(1))


def test_of_a_lower_bound_the_least_value_is_attained() -> None:
    value = attained(Subject("weight_frobenius >= omega", settings={"activation": "tanh"}), L=1, m=3, d=2)
    assert value.known.met_by(sympy.sqrt(3))


def test_what_is_ones_own_is_named_by_its_files(tmp_path: Path) -> None:
    loose = LOOSE.replace("t.v", "t.w").replace("low=0", "low=0, of=NET")
    (tmp_path / "nets.py").write_text(NET + loose, "utf-8")
    (tmp_path / "mine.py").write_text(THEOREM.replace("bound", "loose"), "utf-8")
    assert str(Subject("mine", with_=[str(tmp_path / "mine.py")]).theorem().claim.rhs) == "loose"
    claim = Subject("output_abs <= loose", with_=[str(tmp_path / "nets.py")])
    text = conjecture.text(
        conjecture.About(claim.place, claim.theorem(), sympy.Integer(1), "", typed=True, with_=claim.with_), FORM
    )
    (tmp_path / "form.py").write_text(text, "utf-8")
    assert str(load(str(tmp_path / "form.py")).claim.rhs) == "2"
