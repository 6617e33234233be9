from __future__ import annotations

import math
import random
from fractions import Fraction

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import sympy
from flint import arb

from wnverify.arithmetic import enclosing, oracle
from wnverify.arithmetic.activation import activation, constants_of
from wnverify.arithmetic.constants import How
from wnverify.arithmetic.faults import FunctionError
from wnverify.arithmetic.namespace import Functions, Module
from wnverify.arithmetic.oracle import SPECIAL
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.series import Series
from wnverify.arithmetic.spaces import Balls, Floats, in_balls
from wnverify.arithmetic.written import Written
from wnverify.batch import Batch
from wnverify.errors import UsageError

SELU = 1.0507009873554805, 1.6732632423543772


def squash(xp, z):
    return z / xp.sqrt(1 + z * z)


def selu(xp, z):
    return SELU[0] * xp.where(z > 0, z, SELU[1] * xp.expm1(z))


# ---- constants that are right, with the sup attained

RIGHT = {
    "squash": (squash, 1, 48 * sympy.sqrt(5) / 125, 0),
    "softsign": (lambda xp, z: z / (1 + xp.abs(z)), 1, 2, 0),
    "swish": (lambda xp, z: z * xp.sigmoid(z), 1.09983933, Fraction(1, 2), 0),
    "mish": (lambda xp, z: z * xp.tanh(xp.softplus(z)), 1.0884982, 0.6442047, 0),
    "arc": (lambda xp, z: xp.arctan(z), 1, 3 * sympy.sqrt(3) / 8, 0),
    "error": (lambda xp, z: xp.erf(z), 2 / sympy.sqrt(sympy.pi), 2 * sympy.sqrt(2 / sympy.pi) * sympy.exp(-0.5), 0),
    "bell": (lambda xp, z: xp.exp(-z * z), sympy.sqrt(2 / sympy.E), 2, 1),
    "elu": (lambda xp, z: xp.where(z > 0, z, xp.expm1(z)), 1, 1, 0),
    "selu": (selu, 1.7580993408473766, sympy.oo, 0),
    "squared_relu": (lambda xp, z: xp.relu(z) ** 2, sympy.oo, 2, 0),
    "hard": (lambda xp, z: xp.clip(z, -1, 1), 1, sympy.oo, 0),
    "wave": (lambda xp, z: xp.sin(z), 1, 1, 0),
    "log2": (lambda xp, z: xp.softplus(z), 1, Fraction(1, 4), sympy.log(2)),
}


@pytest.mark.parametrize("name", RIGHT)
def test_exact_constants_are_proved(name):
    function, slope, beta, c0 = RIGHT[name]
    own = activation(name, function, slope=slope, beta=beta, c0=c0)
    assert [standing.constant for standing in own.standings] == ["slope", "beta", "c0"]
    for standing in own.standings:
        infinite = standing.claimed == sympy.oo
        assert standing.how is (How.INFINITE if infinite else How.PROVED), str(standing)
        if not infinite:
            assert standing.attained == pytest.approx(float(standing.claimed), rel=1e-6)


@pytest.mark.parametrize("name", [name for name in RIGHT if name != "hard"])
@pytest.mark.parametrize("constant", ["slope", "beta", "c0"])
def test_a_constant_that_is_a_little_too_small_is_refused(name, constant):
    function, *numbers = RIGHT[name]
    given = dict(zip(("slope", "beta", "c0"), map(sympy.sympify, numbers), strict=True))
    if given[constant] in (0, sympy.oo):
        given[constant] = sympy.oo
        assert activation(name, function, **{**given, "c0": 1}).constants[constant]
        return
    given[constant] = given[constant] * (1 - sympy.Rational(1, 10**6))
    with pytest.raises(FunctionError, match=rf"certified by balls\): claim {constant} ≥"):
        activation(name, function, **given)


def test_the_message_names_the_point_and_what_would_do():
    with pytest.raises(FunctionError) as error:
        activation("squash", squash, slope=1, beta=0.5)
    assert str(error.value) == (
        "Expected sup|φ″| ≤ 0.5 for the activation 'squash', but got |φ″(-0.5)| = 0.8587 (certified by balls): "
        "claim beta ≥ 0.8587."
    )
    assert activation("squash", squash, slope=1, beta=0.8587).smooth


def test_a_constant_that_is_far_too_large_is_said():
    own = activation("loose", lambda xp, z: xp.tanh(z), slope=1, beta=3)
    assert own.lines()[1].endswith("attains 0.7698 of the claimed 3 at z = -0.6585")


# ---- kinks


@pytest.mark.parametrize(
    ("function", "size", "place"),
    [
        (lambda xp, z: xp.abs(z), "2", "0"),
        (lambda xp, z: xp.sqrt(z * z), "2", "0"),
        (lambda xp, z: xp.where(z > 0.3, z, 0.999 * z + 0.0003), "0.001", "0.3"),
        (lambda xp, z: xp.maximum(z, 0.999 * z), "0.001", "0"),
        (lambda xp, z: xp.abs(z + 7.123), "2", "-7.12"),
    ],
)
def test_a_finite_beta_for_a_kink_is_refused(function, size, place):
    with pytest.raises(FunctionError, match=rf"a jump of φ′ by {size} at z = {place} \(certified by balls\): claim"):
        activation("kink", function, slope=1, beta=1, c0=8)


def test_a_kink_is_found_where_balls_know_nothing():
    with pytest.raises(FunctionError, match=r"a jump of φ′ by 2 at z = 0 \(in floats\)"):
        activation("kink", lambda xp, z: xp.arcsinh(xp.abs(z)), slope=1, beta=1)


def test_a_place_where_balls_know_nothing_is_said():
    own = activation("root", lambda xp, z: xp.tanh(xp.sqrt(z * z)) * 0.9, slope=1, beta=sympy.oo)
    assert own.standings[0].how is How.SAMPLED
    assert "but not at" in own.lines()[0]


def test_a_function_that_jumps_has_no_slope():
    with pytest.raises(FunctionError, match=r"a jump of φ by 2 at z = 0 .*: make it continuous"):
        activation("step", lambda xp, z: xp.sign(z), slope=1, beta=sympy.oo)


def test_a_small_jump_between_the_points_is_found_by_subdivision():
    with pytest.raises(FunctionError, match=r"a jump of φ by 1e-05 at z = 0\.123"):
        activation("crack", lambda xp, z: xp.tanh(z) + xp.where(z > 0.1234567, 1e-5, 0.0), slope=2, beta=1)


def test_a_spike_between_the_points_is_found_by_subdivision():
    with pytest.raises(FunctionError, match=r"\|φ′\(3\.001\)\| = .* \(certified by balls\)"):
        activation("spike", lambda xp, z: xp.tanh(z) + 1e-3 * xp.exp(-(((z - 3.00123) * 1e5) ** 2)), slope=2, beta=1)


# ---- tails


def swish_by_hand(xp, z):
    return z / (1 + xp.exp(-z))


def test_what_balls_cannot_settle_is_sampled_and_said():
    own = activation("swish", swish_by_hand, slope=1.1, beta=0.5)
    assert [standing.how for standing in own.standings] == [How.SAMPLED, How.SAMPLED, How.PROVED]
    assert "sampled beyond at 300 points" in own.lines()[0]


def test_branches_that_exclude_each_other_do_not_count_at_a_kink():
    own = activation("elu", lambda xp, z: xp.maximum(z, 0) + xp.minimum(0, xp.expm1(z)), slope=1, beta=1)
    for standing in own.standings[:2]:
        assert standing.words.startswith("proved to 8 digits on [-1e+18, ")
        assert "but not" not in standing.words


def test_a_stated_monotonicity_is_used_and_said():
    own = activation("swish", swish_by_hand, slope=1.1, beta=0.5, tails="monotone")
    assert own.standings[0].how is How.STATED
    assert "beyond by the monotonicity that is stated, looked at to |z| =" in own.lines()[0]


def test_a_stated_monotonicity_that_points_contradict_is_refused():
    with pytest.raises(FunctionError, match=r"monotone beyond .* as stated, but got one that rises and falls near"):
        activation("both", lambda xp, z: z / (1 + xp.exp(-z)) + xp.sin(z) / 2, slope=2, beta=1, tails="monotone")


def test_a_derivative_without_bound_is_said():
    with pytest.raises(FunctionError, match=r"claim slope=sympy\.oo"):
        activation("cube", lambda xp, z: z**3, slope=1200, beta=sympy.oo)


def test_operations_that_balls_do_not_know_leave_points():
    own = activation("asinh", lambda xp, z: xp.arcsinh(z), slope=1, beta=0.5)
    assert own.standings[1].how is How.SAMPLED
    assert "sampled at 4301 points, for balls do not know xp.arcsinh" in own.lines()[1]
    with pytest.raises(FunctionError, match=r"\|φ″\(.*\)\| = 0.3849 \(in floats\): claim beta ≥ 0.385"):
        activation("asinh", lambda xp, z: xp.arcsinh(z), slope=1, beta=0.3)


# ---- what is no activation


def without_return(xp, z):
    xp.tanh(z)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda xp, z: xp.log(z), "real numbers from the activation 'bad', but got nan at z = -20"),
        (lambda xp, z: xp.sum(z), "taken entry by entry, but got values that depend on the other entries"),
        (lambda xp, z: z / (1 + xp.sum(z * z)), "taken entry by entry, but got values that depend"),
        (lambda xp, z: xp.sqrt(-xp.exp(-xp.abs(z))), "real numbers from the activation 'bad', but got nan"),
        (lambda xp, z: xp.sqrt(0 * z), "two derivatives of the activation 'bad', but got none at z = -20"),
        (lambda xp, z: xp.stack([z, z]), "taken entry by entry, but got shape"),
        (lambda xp, z: z * random.random(), "the same value whenever 'bad' is called, but got another one"),
        (lambda xp, z: z * 1j, "Expected real numbers or arrays of them, but got 1j"),
        (without_return, "an array from the activation 'bad', but got nothing: is the `return` missing"),
        (lambda xp, z: np.tanh(z), r"test_activation.py, line \d+: Expected xp.tanh, but got NumPy's own tanh"),
        (lambda xp, z: z if z > 0 else 0 * z, r"test_activation.py, line \d+: .* write xp.where"),
        (lambda xp, z: xp.tahn(z), "did you mean xp.tan"),
        (lambda xp, z: z + 1 / 0, "an activation 'bad' that runs, but got ZeroDivisionError"),
        (7, "a function .xp, z. for the activation 'bad', but got 7"),
    ],
)
def test_what_is_no_activation_is_refused(function, message):
    with pytest.raises(FunctionError, match=message):
        activation("bad", function, slope=1, beta=1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": "tanh"}, "a name that no activation of wnverify has, but got 'tanh'"),
        ({"name": "my phi"}, "a name of letters, digits and _"),
        ({"slope": -1}, "a number slope ≥ 0 for the activation 'fine', but got -1"),
        ({"slope": math.nan}, "a number slope ≥ 0"),
        ({"slope": "1"}, "a number slope ≥ 0 for the activation 'fine', but got '1'"),
        ({"beta": True}, "a number beta ≥ 0"),
        ({"beta": sympy.Symbol("b", positive=True)}, "a number beta ≥ 0"),
        ({"beta": sympy.I}, "a number beta ≥ 0"),
        ({"c0": sympy.oo}, "a finite c0"),
        (
            {"betta": 1},
            "slope=..., beta=... and perhaps c0=... for the activation 'fine', but got beta, betta, slope",
        ),
        ({"within": (1, 3)}, r"within=\(a, b\) around 0"),
        ({"within": (-math.inf, math.inf)}, r"within=\(a, b\) around 0"),
        ({"tails": "falling"}, 'tails="monotone" or none'),
    ],
)
def test_arguments_are_checked(changed, message):
    given = {"name": "fine", "function": lambda xp, z: xp.tanh(z), "slope": 1, "beta": 1, **changed}
    with pytest.raises(UsageError, match=message):
        activation(given.pop("name"), given.pop("function"), **given)


# ---- in every arithmetic


def test_it_is_xp_phi_everywhere():
    own = activation("squash", squash, slope=1, beta=0.8587)
    z = np.array([-2.0, 0.0, 0.5])
    floats = Functions(Floats(2, 3), own).phi(Series(Floats(2, 3), [z, np.ones(3)]))
    plain = Module(anp, SPECIAL, own)
    slope = autograd.elementwise_grad(plain.phi)
    np.testing.assert_allclose(floats.c[0], plain.phi(z), rtol=1e-14)
    np.testing.assert_allclose(floats.c[1], slope(z), rtol=1e-13)
    np.testing.assert_allclose(floats.c[2], autograd.elementwise_grad(slope)(z), rtol=1e-12, atol=1e-15)
    balls = Functions(Balls(2, 3), own).phi(Series(Balls(2, 3), [in_balls(z), in_balls(np.ones(3))]))
    for part, exact in zip(floats.c, balls.c, strict=True):
        for number, ball in zip(part, exact, strict=True):
            assert ball.overlaps(arb(float(number), 1e-12))


def network(xp, arrays, batch):
    return xp.sum(arrays["v"] * xp.phi(arrays["W"] @ arrays["x"]))


@pytest.mark.parametrize("name", ["squash", "mish", "elu"])
def test_a_network_with_it_has_one_hessian_in_every_arithmetic(name):
    function, slope, beta, c0 = RIGHT[name]
    own = activation(name, function, slope=slope, beta=beta, c0=c0)
    written = Written("f", network, lambda settings: {name: own}[settings["activation"]])
    rng = np.random.default_rng(0)
    arrays = {"v": rng.normal(size=(3, 1)), "W": rng.normal(size=(3, 2, 1)), "x": rng.normal(size=(2, 1))}
    batch = Batch("own", {"m": 3, "d": 2}, {"activation": name}, arrays)
    names = ("v", "W")
    found = Program(written).hessian(batch, names)[..., 0]
    np.testing.assert_allclose(found, oracle.hessian(written, batch, 0, names, names), rtol=1e-11, atol=1e-13)
    balls = enclosing.hessian(Program(written), batch, enclosing.arrays_of(batch), names)
    for i, j in np.ndindex(found.shape):
        assert balls[i, j].overlaps(arb(float(found[i, j]), 1e-12))


def test_slope_and_beta_must_be_claimed():
    with pytest.raises(UsageError, match=r"slope=..., beta=... and perhaps c0=... .*, but got none of them"):
        activation("fine", squash)


def test_constants_are_exact():
    own = activation("squash", squash, slope=1.5, beta=Fraction(7, 8), c0=0)
    assert own.constants == {"slope": sympy.Rational(3, 2), "beta": sympy.Rational(7, 8), "c0": 0}
    assert constants_of(own) is own.constants
    assert constants_of("tanh")["beta"] == 4 * sympy.sqrt(3) / 9
