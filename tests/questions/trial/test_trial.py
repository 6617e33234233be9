"""Trials of typed claims: certified refutations, no false ones, hypotheses that steer, and hairline cases."""

import math
import time
from dataclasses import replace
from itertools import count

import mpmath
import numpy as np
import pytest
import sympy
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from wnverify.batch import Batch
from wnverify.bounds.banerjee2024 import hessian
from wnverify.claim import Claim
from wnverify.cli import cli
from wnverify.errors import TheoremFileError, UsageError
from wnverify.families.networks.weight_norm import WEIGHT_NORM, gradient_norm
from wnverify.judging.certificate import Standing, certify
from wnverify.judging.judge import Judge
from wnverify.questions.trial import ask, attack
from wnverify.questions.trial.ask import Terms, posed, tried, try_claim
from wnverify.questions.trial.exponents import exponents
from wnverify.questions.trial.growth import growths
from wnverify.questions.trial.plain import plain
from wnverify.typed.parser import written
from wnverify.typed.spelling import NotAClaim
from wnverify.verdict import Verdict

SMALL = ["L <= 2", "m <= 2", "d <= 2"]
"""Where the sizes do not matter: the catalogue searches whole ranges of them."""


def test_a_false_hessian_bound_is_refuted_and_certified_by_one_layer():
    trial = try_claim("hessian_norm <= (1+rho)*sqrt(L)/(sqrt(m)*omega)", budget="quick")
    assert trial.verdict is Verdict.REFUTED
    assert trial.certified
    assert trial.shape["L"] == 1
    assert trial.worst is not None
    assert sum(array.size for array in trial.worst.batch.arrays.values()) <= 5
    sides = trial.opinion.sides
    assert sides.lhs.lower > sides.rhs.upper
    norms = np.linalg.norm(trial.worst.batch.arrays["W1"], axis=1)
    assert norms == pytest.approx(1.0, abs=0.1), "rows of about unit length, although small rows break it more"


@pytest.mark.parametrize(
    "claim", ["gradient_norm <= 1", "gradient_norm == hidden_gradient_norm", "1 >= gradient_norm"]
)
def test_plainly_false_claims_are_refuted(claim):
    trial = try_claim(claim, budget="quick")
    assert trial.certified, trial.reason


def test_a_true_bound_is_not_refuted_and_its_slack_is_told():
    text = "hessian_norm <= 5*(1+rho)*(1+beta)*L**2/(sqrt(m)*Min(omega, omega**2))"
    trial = try_claim(text, given=["c0 == 0", "L == 1"], budget="quick")
    assert trial.verdict is Verdict.HELD
    assert {situation.split()[1] for situation in trial.by_situation}.isdisjoint({"softplus", "relu"})
    assert 0.2 < trial.best_constant < 0.5
    assert "NOT REFUTED" in str(trial)
    assert "0.3" in str(trial)


def test_exponents_are_those_of_the_worst_instances():
    theorem = posed("hidden_gradient_norm <= 9*(1+rho)*sqrt(L)/omega", activation="identity")
    situation = theorem.situations()[0]
    found = exponents(theorem.claim, theorem.family, situation, math.inf, np.random.default_rng(0))
    sides = {each.variable: (each.left, each.right) for each in found}
    assert sides["omega"] == (pytest.approx(-1, abs=0.02), pytest.approx(-1))
    assert sides["1 + rho"] == (pytest.approx(1, abs=0.02), pytest.approx(1))
    assert sides["m"] == (pytest.approx(-0.5, abs=0.15), pytest.approx(0))
    assert sides["L"][1] == pytest.approx(0.5)


def test_the_true_hessian_bound_typed_by_hand_is_not_refuted():
    trial = try_claim(f"hessian_norm <= {written(hessian())}", given=["L == 1"], budget="quick")
    assert trial.verdict in (Verdict.HELD, Verdict.UNDECIDED)
    assert trial.ratio > 0.98, "identity at L = 1 comes close"


def test_a_claim_that_is_no_text_is_told():
    with pytest.raises(UsageError, match=r"a claim as text, such as .*, but got 3"):
        try_claim("gradient_norm <= 1", given=[3])


def test_a_lower_bound_is_tried_the_other_way_round():
    trial = try_claim("gradient_norm >= hidden_gradient_norm", given=SMALL, budget="quick")
    assert trial.verdict is not Verdict.REFUTED
    assert trial.best_constant >= 1 - 1e-9
    assert try_claim("hidden_gradient_norm >= output_abs", budget="quick").refuted


def test_claims_about_the_loss_are_tried_on_regression_problems():
    trial = try_claim("loss_gradient_norm <= 1", budget="quick")
    assert trial.refuted
    assert trial.certified
    assert trial.family.name == "regression"


def test_nothing_admissible_is_no_pass():
    trial = try_claim("output_abs <= 2", given=["gradient_norm <= 0", "output_abs >= 1", *SMALL], budget="quick")
    assert trial.verdict is Verdict.VACUOUS
    assert "hypotheses" in trial.reason


def test_a_claim_about_nothing_is_no_claim():
    with pytest.raises(NotAClaim, match="at least one symbol"):
        posed("1 <= 2")


def test_hypotheses_are_named_as_they_were_typed():
    given = posed("gradient_norm == pi", given=["rho  == 0", "omega >= 1/2"]).claim.given
    assert list(given)[-2:] == ["rho == 0", "omega >= 1/2"]
    assert given["omega >= 1/2"].rhs == sympy.Rational(1, 2)


def test_a_claim_that_is_not_defined_is_no_claim():
    with pytest.raises(NotAClaim, match="not defined"):
        try_claim("gradient_norm <= sqrt(rho - 100)", budget="quick")


@pytest.mark.parametrize(
    "options",
    [
        {"activation": "tan"},
        {"scaling": "fan"},
        {"family": "nets"},
        {"budget": "soon"},
        {"given": ["L == 1000"]},
        {"normalization": "ewn"},
    ],
)
def test_unknown_choices_are_refused(options):
    with pytest.raises(UsageError):
        try_claim("gradient_norm <= 1", **options)


def test_a_claim_is_confined_to_any_setting_of_its_family():
    theorem = posed("settled <= 1", normalization="ewn")
    assert {situation.settings["normalization"] for situation in theorem.situations()} == {"ewn"}


def test_a_steered_refutation_meets_its_hypotheses():
    trial = try_claim("gradient_norm <= 1.05", given=["rho == 0", "omega == 2", "L == 2", "m >= 2"], budget="quick")
    assert trial.refuted
    at = {name: float(WEIGHT_NORM.quantities[name].route.measure(trial.worst.batch)[0]) for name in ("rho", "omega")}
    assert at == {"rho": 0, "omega": pytest.approx(2, rel=1e-12)}
    assert trial.shape["L"] == 2
    assert trial.shape["m"] >= 2


# ---- hairline claims: decided by balls or not at all, never wrong


def exact_gradient_norm(W, v, x):
    """‖∇_θ f‖ of a one-layer tanh network under fan_out, to 60 digits."""
    with mpmath.workdps(60):
        total, scale = mpmath.mpf(0), 1 / mpmath.sqrt(len(v))
        for row, weight in zip(W, v, strict=True):
            r = mpmath.sqrt(sum(mpmath.mpf(w) ** 2 for w in row))
            inner = sum(mpmath.mpf(w) * mpmath.mpf(a) for w, a in zip(row, x, strict=True)) / r
            value = mpmath.tanh(scale * inner)
            slope = 1 - value**2
            own = [
                mpmath.mpf(weight) * slope * scale * (mpmath.mpf(a) - inner * mpmath.mpf(w) / r) / r
                for w, a in zip(row, x, strict=True)
            ]
            total += value**2 + sum(part**2 for part in own)
        return mpmath.sqrt(total)


@settings(max_examples=60)
@given(
    st.integers(1, 3), st.integers(1, 3), st.integers(0, 10**6), st.sampled_from([8, 11, 12, 13, 15, 16, 20, 30, 50]),
    st.sampled_from([-1, 0, 1]), st.sampled_from(["<=", ">="]),
)  # fmt: skip
def test_claims_within_a_hair_of_the_truth_are_never_judged_wrongly(width, inputs, seed, digits, side, relation):
    rng = np.random.default_rng(seed)
    W, v, x = rng.standard_normal((width, inputs)), rng.standard_normal(width), rng.standard_normal(inputs)
    x /= 2 * np.linalg.norm(x)
    exact = exact_gradient_norm(W.tolist(), v.tolist(), x.tolist())
    with mpmath.workdps(60):
        bound = exact * (1 + side * mpmath.mpf(10) ** -digits)
        truth = exact <= bound if relation == "<=" else exact >= bound
        right = sympy.Rational(mpmath.nstr(bound, 58))
    batch = Batch(
        "weight_norm", {"L": 1, "m": width, "d": inputs}, {"activation": "tanh", "scaling": "fan_out"},
        {"W1": W[..., None], "v": v[:, None], "x": x[:, None]},
    )  # fmt: skip
    found = certify(Judge(Claim(gradient_norm, relation, right), WEIGHT_NORM), batch)
    if side == 0 or digits > 40:
        assert found.main.standing is Standing.ATTAINED
    elif digits <= 30:
        assert found.main.standing is (Standing.CERTAIN if truth else Standing.BROKEN)
        assert found.refutes is not truth


@pytest.mark.parametrize("digits", [9, 12, 14])
def test_a_bound_just_below_an_attained_supremum_is_refuted_by_balls_or_left_open(digits):
    # output_abs <= 1 + rho is attained by the identity, up to the last digit of the input's norm
    claim = f"output_abs <= (1+rho)*(1 - 1/10**{digits})"
    trial = try_claim(claim, activation="identity", given=["L == 1", "m == 1", "d == 1"], budget="quick")
    assert trial.verdict in (Verdict.REFUTED, Verdict.UNDECIDED)
    assert trial.certified or trial.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("digits", [12, 14])
def test_a_bound_just_above_an_attained_supremum_is_not_refuted(digits):
    claim = f"output_abs <= (1+rho)*(1 + 1/10**{digits})"
    trial = try_claim(claim, activation="identity", given=["L == 1", "m == 1", "d == 1"], budget="quick")
    assert trial.verdict in (Verdict.HELD, Verdict.UNDECIDED)


def test_an_equality_that_is_true_is_not_refuted():
    trial = try_claim(
        "gradient_norm**2 == hidden_gradient_norm**2 + gradient_norm**2 - hidden_gradient_norm**2", budget="quick"
    )
    assert not trial.refuted


def test_a_trial_shows_itself_in_a_notebook():
    trial = try_claim("gradient_norm <= 1", budget="quick")
    assert "<math" in trial._repr_html_()
    assert r"\nabla" in trial._repr_latex_()
    assert "REFUTED (certified)" in str(trial)
    assert math.isfinite(trial.ratio)


# ---- what is told


@pytest.mark.parametrize("claim", ["direction_norm <= sqrt(m)", "input_gradient_norm <= 1 + rho", "kappa <= 1"])
def test_an_attained_equality_is_one_answer(claim):
    family = "regression_pairs" if "kappa" in claim else None
    trial = try_claim(claim, given=SMALL if family else [*SMALL, "c0 == 0"], budget="quick", family=family)
    assert not trial.refuted
    if trial.opinion.certified:
        assert trial.verdict is Verdict.HELD
        assert "attained" in trial.reason


CURVATURE = "loss_hessian_min >= -{}*sqrt(loss)*hessian_norm"
ONE_SHAPE = ["n == 1", "L == 1", "m == 2", "d == 2"]


@pytest.mark.parametrize("activation", ["identity", "tanh"])
def test_violations_that_are_rounding_are_set_aside_and_told(activation):
    trial = try_claim(CURVATURE.format(2), given=ONE_SHAPE, budget="1r", activation=activation)
    assert trial.verdict is Verdict.HELD
    assert "break it in floats by rounding; balls find it so" in trial.reason


@pytest.mark.parametrize("short", ["1e-6", "1e-9"])
def test_a_violation_among_those_that_are_rounding_is_found(short):
    trial = try_claim(CURVATURE.format(f"(2-{short})"), given=ONE_SHAPE, budget="1r", activation="tanh")
    assert trial.certified
    assert trial.worst is not None
    assert trial.worst.ratio == pytest.approx(1 + float(short) / 2, abs=float(short) / 10)


def test_where_rounding_makes_most_of_what_is_seen_nothing_is_held(monkeypatch):
    monkeypatch.setattr(attack, "FEWEST_SOLID", 2.0)
    trial = try_claim(CURVATURE.format(2), given=ONE_SHAPE, budget="1r", activation="tanh")
    assert trial.verdict is Verdict.UNDECIDED
    assert trial.reason == attack.ROUNDING


def test_an_equality_that_floats_take_for_a_violation_is_attained():
    """Without a gradient ‖W⁺‖ = |1 − ηλ|‖W‖; floats lose it where the loss is but rounding, or η·λ is near 1."""
    given = ["momentum == 0", "T == 1", "L == 1", "m <= 2", "d <= 2"]
    options = {"family": "training_run", "activation": "tanh"}
    trial = try_claim("row_growth >= 1 - step*decay", given=given, budget="quick", **options)
    assert trial.verdict is Verdict.HELD
    assert "attained" in trial.reason


def test_powers_are_told_of_formulas_only_and_of_symbols_that_matter():
    trial = try_claim("hidden_gradient_norm <= 100*gradient_norm", given=SMALL, budget="quick")
    assert trial.exponents == []
    trial = try_claim("direction_norm <= 2*sqrt(m)", budget="quick")
    assert [each.name for each in trial.exponents] == ["m"]


def test_a_probability_of_failure_is_told_to_be_a_sure_statement():
    trial = try_claim("V_error <= 1e9 + delta", given=["n <= 2", "d <= 2"], budget="quick")
    assert "tested as a sure statement" in " ".join(str(trial).split())


def test_a_symbol_of_several_meanings_is_named_with_the_meaning_that_was_taken():
    trial = try_claim("kappa <= 1", budget="quick")
    assert trial.meanings["kappa"] == trial.family.quantities["kappa"].meaning
    assert ["other_losses", "regression_pairs"] in list(trial.other_meanings("kappa").values())
    assert f"family {trial.family.name}" in " ".join(str(trial).split())
    assert try_claim("hidden_gradient_norm <= 1", budget="quick").meanings == {}


def test_a_side_that_is_never_real_is_refused_with_a_point():
    with pytest.raises(NotAClaim, match="not real at m = 1"):
        try_claim("hessian_norm <= log(1 - m)", budget="quick")
    with pytest.raises(NotAClaim, match=r"undefined at omega=[0-9.]+\.$"):
        try_claim("hessian_norm <= sqrt(1 - omega)", budget="quick")


@pytest.mark.parametrize(
    "claim",
    ["gradient_norm <= 1e-30", "gradient_norm <= 1e-400", "output_abs <= exp(1)/10", "-gradient_norm >= -1e-3",
     "gradient_norm ≤ Sum(ρ**l, (l, 0, L - 1))/1000", "1e300*gradient_norm <= 1"],
)  # fmt: skip
def test_a_refutation_is_saved_whatever_the_constants_are(claim):
    trial = try_claim(claim, budget="quick")
    assert trial.certified, trial.reason
    assert trial.to_bundle().claim.relation in ("<=", ">=")


@pytest.mark.parametrize("impossible", ["omega == 0", "-omega >= 0", "rho <= -1", "2*L + 1 <= 2", "omega <= -1e-9"])
def test_a_hypothesis_outside_the_domain_of_its_symbol_is_refused_with_the_domain(impossible):
    with pytest.raises(UsageError, match="it is always"):
        try_claim("output_abs <= 1", given=[impossible], budget="quick")


def test_predictor_and_loss_stand_in_one_claim():
    given = ["L == 1 and m <= 2 and d <= 2 and n <= 2"]
    wrong = try_claim(
        "loss_hessian_norm <= 2*gradient_norm**2 + sqrt(loss)*hessian_norm", given=given, budget="quick"
    )
    assert (wrong.certified, wrong.family.name) == (True, "predictor_and_loss")
    assert try_claim("loss_gradient_norm <= 1", budget="quick").others == ()


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [("generalization_gap <= span", Verdict.HELD), ("generalization_gap <= span/n", Verdict.REFUTED)],
)
def test_a_claim_with_a_probability_is_tried_by_its_rate(claim, verdict):
    trial = tried(claim, Terms(given="n >= 8", budget="quick", probability="1-delta"))
    assert (trial.verdict, trial.family.name) == (verdict, "generalization")
    assert "with probability at least 1 - δ: " in " ".join(str(trial).split())
    assert "on fresh randomness" in trial.reason or verdict is Verdict.HELD


def test_a_probability_is_refused_where_nothing_is_repeated():
    with pytest.raises(UsageError, match="over one of concentration, generalization"):
        tried("gradient_norm <= rho", Terms(probability="9/10"))


# ---- a free constant


def test_the_least_constant_is_found_and_certified_from_below():
    trial = try_claim(
        "gradient_norm**2 <= C*m",
        given=["c0 == 0 and rho == 0", *SMALL],
        budget="quick",
        activation="identity",
        family="weight_norm",
    )
    found = trial.least
    assert (trial.verdict, found.stands) == (Verdict.UNDECIDED, False), "small rows"
    assert [each.name for each in found.drivers] == ["omega"]
    assert found.drivers[0].outwards == pytest.approx(-2)
    assert f"driven by   ω = {found.drivers[0].at:.4g} there" in str(trial)
    assert plain(trial)["least"]["driven_by"][0]["symbol"] == "omega"
    trial = try_claim(
        "output_abs**2 <= C*m", given=["c0 == 0 and rho == 0", *SMALL], budget="quick", activation="identity"
    )
    found = trial.least
    assert (trial.verdict, found.stands) == (Verdict.HELD, True)
    assert found.value == pytest.approx(1, rel=1e-3)
    assert found.below.opinion.certified
    assert float(found.below.value) == pytest.approx(found.value, rel=1e-5)
    assert "is the least C that the search did not refute" in " ".join(str(trial).split())


def test_no_constant_helps_where_its_side_vanishes():
    trial = try_claim("output_abs <= C*rho", given=["L == 1", "m == 1", "d == 1"], budget="quick", activation="tanh")
    assert math.isinf(trial.least.value)
    assert "no C helps" in str(trial)


def test_growth_is_the_power_of_what_the_worst_instances_need():
    theorem = posed(
        "output_abs <= 9*sqrt(m)", given=["c0 == 0", "rho == 0", "L == 1", "d <= 2"], activation="identity"
    )
    (found,) = growths(
        theorem, lambda worst: worst.ratio, theorem.situations()[0], math.inf, np.random.default_rng(0)
    )
    assert (found.name, [size for size, _ in found.points]) == ("m", [1, 2, 4, 8])
    assert found.power == pytest.approx(-0.5, abs=0.05)
    assert found.low <= -0.5 + 1e-3
    assert "no growth with m up to m = 8" in found.sentence("C")


def test_the_greatest_constant_of_a_lower_bound():
    trial = try_claim(
        "C*hidden_gradient_norm <= 4*gradient_norm", given=["L == 1 and m == 1 and d <= 2"], budget="quick"
    )
    assert not trial.least.upwards
    assert trial.least.value == pytest.approx(4, rel=1e-6)
    assert float(trial.least.below.value) > 4
    assert trial.least.growth == []


# ---- several claims, and an end before the budget is spent


def test_a_chain_is_broken_where_one_of_its_links_is():
    trial = try_claim(
        "0 <= output_abs <= 1 + rho <= 1e-9 + rho",
        given=["c0 == 0 and 1 <= m <= 2 and L == 1 and d <= 2"],
        activation="tanh",
        budget="2r",
    )
    assert trial.refuted
    assert str(trial.claim.main) == "rho + 1 ≤ rho + 1/1000000000"
    assert [str(each.claim.main) for each in trial.beside] == ["0 ≤ output_abs", "output_abs ≤ rho + 1"]
    assert not any(each.refuted for each in trial.beside)
    assert "and output_abs ≤ ρ + 1: " in " ".join(str(trial).split())


def test_claims_after_the_one_that_breaks_are_not_tried_any_more():
    trial = try_claim("gradient_norm <= 1e-3 and loss <= 1", budget="quick")
    assert (trial.refuted, trial.untried) == (True, ("loss <= 1",))
    assert "loss <= 1: not tried any more" in str(trial)


def stopping(after):
    seen = []

    def watch(glimpse):
        seen.append(glimpse)
        if len(seen) > after:
            raise KeyboardInterrupt

    return watch, seen


def test_an_interruption_ends_with_the_best_so_far():
    watch, seen = stopping(6)
    trial = tried("output_abs <= 2*(1 + rho)", Terms(["c0 == 0"], budget="standard"), watch)
    assert trial.interrupted
    assert trial.verdict is Verdict.UNDECIDED
    assert trial.reason.startswith("interrupted: budget not spent; 7 of ")
    assert trial.ratio >= seen[-1].ratio > 0
    assert trial.tried >= seen[-1].tried > 0
    assert "interrupted" in str(trial).rsplit("effort", 1)[-1]
    assert "worst ratio" in seen[-1].line(80)


def test_what_was_broken_before_an_interruption_is_refuted():
    watch, _ = stopping(0)
    assert tried("output_abs <= rho/100", Terms(budget="standard"), watch).certified


def test_what_the_domains_of_its_symbols_make_true_is_not_undecided_for_want_of_time(monkeypatch):
    monkeypatch.setattr(time, "monotonic", map(float, count()).__next__)  # a second goes by whenever somebody looks
    trial = try_claim("rho >= 0", budget="4s")
    assert trial.verdict is Verdict.HELD
    told = " ".join(str(trial).split())
    assert "the domains of its symbols alone make it true" in told
    assert told.count("the budget was spent") <= 1, "families that time did not suffice for are told of together"


def test_the_domains_of_symbols_hold_nothing_where_no_instance_met_the_hypotheses():
    trial = try_claim("rho >= 0", given="rho < 0", family="weight_norm", budget="quick")
    cut_short = replace(trial, verdict=Verdict.UNDECIDED)
    assert (trial.verdict, cut_short.accepted) == (Verdict.VACUOUS, 0)
    assert ask._seen_through(cut_short).verdict is Verdict.UNDECIDED
    assert ask._seen_through(replace(cut_short, accepted=1)).verdict is Verdict.HELD


def test_a_violation_that_nobody_confirmed_is_told_as_such_and_gives_no_constant(monkeypatch):
    def again(*_):  # a second interruption, while what was found is judged again
        raise KeyboardInterrupt

    monkeypatch.setattr("wnverify.questions.trial.attack._settled", again)
    trial = tried("output_abs <= rho/100", Terms(budget="standard"), stopping(0)[0])
    assert trial.verdict is Verdict.UNDECIDED
    assert trial.unconfirmed
    assert "a violation of ratio" in trial.reason
    assert trial.best_constant is None
    assert "not confirmed" in str(trial)
    assert "would not have been refuted" not in str(trial)


def test_a_violation_in_hand_is_confirmed_where_the_way_to_a_smaller_one_is_interrupted(monkeypatch):
    def interrupted(*_):
        monkeypatch.undo()
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(attack, "_smaller", interrupted)
    trial = try_claim("output_abs <= rho/100", budget="quick", family="weight_norm")
    assert trial.certified
    assert trial.interrupted
    doubtful = replace(trial, verdict=Verdict.UNDECIDED)
    assert doubtful.ratio > 1
    assert "constant" not in str(doubtful)


# ---- files that bring families and quantities along

FILE = r"""
from wnverify import ball, free, quantity
from wnverify.families.own.declare import architecture
NET = architecture("line", lambda xp, t, x: xp.tanh(xp.sum(t.w * x)), theta={"w": free("d")}, x=ball("d"),
                   sizes={"d": (1, 2)})
loose = quantity("path_norm", "sum over paths", lambda xp, t, x: xp.sum(xp.abs(t.v)), low=0,
                 latex=r"\|v\|_1")
"""


def test_a_file_brings_its_family_and_quantities_along(tmp_path):
    path = tmp_path / "nets.py"
    path.write_text(FILE)
    mine = try_claim("output_abs <= norm_w/2", budget="quick", with_=path, family="line")
    assert mine.certified
    assert mine.family.name == "line"
    assert f"--with{path}" in "".join(str(replace(mine, path=tmp_path / "saved")).split())
    true = try_claim("output_abs <= norm_w", budget="quick", with_=[str(path)], given=["d == 1"])
    assert (true.verdict, true.family.name) == (Verdict.HELD, "line")
    assert "weight_norm" not in true.unasked
    builtin = try_claim("‖v‖₁ ≤ ρ", budget="quick", with_=path, activation="tanh")
    assert builtin.certified
    assert builtin.family.name == "weight_norm"
    with pytest.raises(NotAClaim, match="path_norm"):
        try_claim("path_norm <= rho", budget="quick")


def test_try_and_symbols_of_a_file_from_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets.py").write_text(FILE)
    found = CliRunner().invoke(cli, ["try", "output_abs<=norm_w/2", "--with", "nets.py", "--budget", "quick"])
    assert found.exit_code == 1, found.output
    assert "--with nets.py" in " ".join(found.output.split())


def test_what_holds_says_in_one_sentence_why_balls_certify_nothing(tmp_path):
    net = tmp_path / "net.py"
    net.write_text(
        "from wnverify import architecture, ball, free\n"
        "def value(xp, theta, x):\n    return theta.v @ xp.sort(x)\n"
        "NET = architecture('sorted', value, theta={'v': free('m')}, x=ball('m'), sizes={'m': (1, 2)})\n"
    )
    trial = try_claim("output_abs <= 2*norm_v", family="sorted", budget="quick", with_=net)
    assert trial.verdict is Verdict.HELD
    assert trial.reason.endswith("; no certificates: balls do not know xp.sort (net.py, line 3)")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from wnverify import architecture, ball, free\n"
         "def value(xp, theta, x):\n    while True:\n        x = x + 1\n"
         "NET = architecture('n', value, theta={'v': free('d')}, x=ball('d'), sizes={'d': (1, 2)})\n",
         "line [34]: Expected a function n that ends within 1 s, but got one that runs on"),
        ("from wnverify import quantity\n"
         "def value(xp, theta, x):\n    while True:\n        try:\n            x = 1\n        except Exception:\n"
         "            pass\nq = quantity('never', 'ends', value, low=0)\n",
         "Expected a function never that ends within 1 s, but got one that runs on"),
        ("while True:\n    pass\n", "Expected a file that runs within 1 s, but got one that runs on"),
    ],
)  # fmt: skip
def test_what_never_ends_is_ended_and_named(tmp_path, monkeypatch, text, said):
    monkeypatch.setattr("wnverify.arithmetic.written.LONGEST", 1.0)
    monkeypatch.setattr("wnverify.execution.LONGEST_RUN", 1.0 if "import" not in text else 60)
    path = tmp_path / "endless.py"
    path.write_text(text)
    with pytest.raises(TheoremFileError, match=said) as caught:
        try_claim("never <= rho" if "never" in text else "output_abs <= 1", with_=path, budget="quick")
    assert "endless.py, line" in str(caught.value)
    assert str(caught.value).count("endless.py") == 1


def test_a_free_constant_of_which_no_instance_says_anything_has_no_value():
    trial = try_claim("gradient_norm <= C*sqrt(L)", given="rho < 0", family="weight_norm", budget="quick")
    assert trial.verdict is not Verdict.HELD
    assert "no instance says anything of C" in str(trial)
    assert "nan" not in str(trial)
