"""The script measures an author's own functions as the program does, by arithmetic of its own."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from wnverify.families.own.architecture import Architecture
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, box, free, positive, rows, sphere
from wnverify.families.own.own_quantity import quantity
from wnverify.questions.counterexample.script import own
from wnverify.questions.counterexample.script.intervals import CannotMeasure
from wnverify.questions.counterexample.script.networks import Instance

SIZES = {"m": (1, 3), "d": (1, 2)}


def gains(xp, theta, x):
    a = xp.phi(theta.g * (xp.unit_rows(theta.W1) @ x) + theta.b)
    return theta.v @ a / xp.sqrt(theta.m)


def residual(xp, theta, x):
    a = x
    for layer in range(theta.L):
        a = a + xp.phi(xp.unit_rows(theta.W[layer]) @ a / xp.sqrt(theta.m))
    return theta.v @ a


def layer_norm(xp, theta, x):
    z = theta.W1 @ x
    return theta.v @ xp.tanh((z - xp.mean(z)) / xp.sqrt(xp.var(z) + 0.1)) / xp.spectral_norm(theta.W1)


def mixed(xp, t, x):
    z = xp.concatenate([t.b, xp.reshape(t.p * x, (-1,)), xp.array([t.c, 2.0])])
    e = xp.sum(xp.softmax(z) * xp.exp(-z * z / 9)) + xp.logsumexp(z) + xp.linalg.norm(z) + xp.log1p(t.p) / (1 + t.p)
    e = e + xp.erf(t.c) + xp.sigmoid(t.c) + xp.softplus(t.c) + xp.sin(t.c) * xp.cos(z[0]) + xp.arctan(z[0]) ** 3
    where = xp.where(z > 0.3, z, -2.0 * z)
    return (
        e + xp.sum(xp.maximum(where, 0.1)) + abs(t.c) * 2.0**t.c + xp.abs(z[0]) + xp.expm1(t.c) + t.p**1.5 + t.p**t.c
    )


NETS = [
    architecture("gains", gains, theta={"W1": rows("m", "d"), "g": free("m"), "b": free("m"), "v": free("m")},
                 x=ball("d"), sizes=SIZES, activation=("tanh", "sin", "gelu", "softplus0", "sigmoid4", "identity")),
    architecture("residual", residual, theta={"W": rows("L", "m", "m"), "v": sphere("m")}, x=ball("m"),
                 sizes={"m": (1, 2), "L": (1, 3)}, activation=("tanh",)),
    architecture("layer_norm", layer_norm, theta={"W1": free("m", "d"), "v": free("m")}, x=ball("d"), sizes=SIZES),
    architecture("mixed", mixed, theta={"b": box(-1, 2, "m"), "p": positive(), "c": free()}, x=free("d"),
                 sizes=SIZES),
]  # fmt: skip


def shaped(kind, sizes):
    """Its shape from the sizes by name, as the script has it."""
    return eval(
        f"lambda {', '.join(sizes)}: kind.shape({{{', '.join(f'{s!r}: {s}' for s in sizes)}}})", {"kind": kind}
    )


def place(family, batch) -> own.Place:
    kinds = {name: (kind.name, shaped(kind, list(batch.shape))) for name, kind in family.kinds.items()}
    arrays = {name: array[..., 0] for name, array in batch.arrays.items()}
    one = Instance(family.name, batch.shape, batch.settings, arrays)
    return own.Architecture(kinds, lambda: family.value)(one)


def bare(function, size=2, entry=0.5) -> own.Place:
    """A place of an architecture that could not be declared: wnverify looks at its function first."""
    kinds = {"w": ("free", lambda d: (d,)), "x": ("free", lambda d: ())}
    arrays = {"w": np.full(size, entry), "x": np.array(0.5)}
    return own.Architecture(kinds, lambda: function)(Instance("bare", {"d": size}, {}, arrays))


@pytest.mark.parametrize("family", NETS, ids=lambda family: family.name)
def test_every_symbol_is_measured_as_the_program_does(family: Architecture) -> None:
    rng = np.random.default_rng(0)
    for situation in family.situations():
        batch = family.draw(situation, "gaussian", 1, rng)
        here = place(family, batch)
        for name, symbol in family.quantities.items():
            wanted, ends = float(symbol.route.measure(batch)[0]), here.read(name)
            found = here.measure(name) if ends is None else float(ends[0])
            scale = max(1.0, abs(wanted))
            assert abs(found - wanted) <= 1e-9 * scale, (situation, name)
            assert ends is not None or 0 <= here.floor(name) < 1e-9 * scale


def test_a_kink_confirms_nothing() -> None:
    for function in (
        lambda xp, t, x: xp.abs(t.w[0]),
        lambda xp, t, x: xp.relu(t.w[0]),
        lambda xp, t, x: xp.maximum(t.w[0], t.w[1]),
        lambda xp, t, x: xp.where(t.w[0] > 0, t.w[0], 2 * t.w[0]),
    ):
        at = bare(function, entry=0.0)
        assert at.measure("output_abs") == 0
        with pytest.raises(CannotMeasure, match="no derivative"):
            at.measure("gradient_norm")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda xp, t, x: exec("import sys; sys.exit(1)"), "ended with SystemExit: 1"),
        (lambda xp, t, x: 1 / 0, "ended with ZeroDivisionError"),
        (lambda xp, t, x: xp.phi(t.w[0]), "does not know the activation"),
        (lambda xp, t, x: float(xp.sum(t.w)), "into a plain one"),
        (lambda xp, t, x: t.w[0] if t.w[0] else 0.0, "whether a number that varies is 0"),
        (lambda xp, t, x: t.w[0] if t.w[0] == t.w[0] else 0.0, "no derivative"),
        (lambda xp, t, x: xp.linalg.norm(t.w, ord=1), "a norm of another kind"),
    ],
)
def test_what_goes_wrong_in_a_function_confirms_nothing(function, message, capsys) -> None:
    at = bare(function)
    with pytest.raises(CannotMeasure, match=message):
        at.measure("gradient_norm")
    with pytest.raises(CannotMeasure, match="because"):
        own.made("because")


def test_what_a_function_prints_is_no_answer(capsys) -> None:
    declared = quantity("loud", "it prints", lambda xp, t, x: sys.stdout.write("The claim is broken") * 0 + 1.0)
    run = own.Run(lambda: declared.own.value, Instance("any", {}, {}, {"x": np.zeros(1)}), {})
    assert run.value() == 1.0
    assert capsys.readouterr().out == ""


def test_too_many_parameters_for_a_hessian() -> None:
    at = bare(lambda xp, t, x: xp.sum(t.w), size=201)
    assert at.measure("gradient_norm") == pytest.approx(201**0.5)
    with pytest.raises(CannotMeasure, match="more than 200 parameters"):
        at.measure("hessian_norm")
