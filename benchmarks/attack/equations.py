"""Typed equations and lower bounds: exact identities, identities that are false by little, and what can vanish."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.attack.factors import decimal, one_of, spread
from benchmarks.attack.planted import Plan, across, along, network, opposed, planted, turned
from benchmarks.attack.trial import TypedClaim
from wnverify.batch import Batch

Options = dict[str, str]


@dataclass(frozen=True)
class Identity:
    """left = right on every network that meets the hypotheses.

    Args:
        left: as typed.
        right: as typed.
        proof: why they agree.
        given: the hypotheses.
        options: the settings.
        plan: a network that meets them, where neither side vanishes.
    """

    left: str
    right: str
    proof: str
    given: tuple[str, ...] = ()
    options: Options = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)

    @property
    def batch(self) -> Batch:
        """A network at which both sides are positive."""
        return network(
            self.plan, turned(0.6) if self.plan.d > 1 else along, family=self.options.get("family", "weight_norm")
        )


LINEAR = {"activation": "identity"}
IDENTITIES = (
    Identity(
        "gradient_norm**2",
        "hidden_gradient_norm**2 + output_abs**2/(1+rho)**2",
        "f = vα for one neuron",
        ("m == 1", "rho >= 0.5"),
        plan=Plan(m=1),
    ),
    Identity(
        "(1+rho)**2*gradient_norm**2",
        "(1+rho)**2*hidden_gradient_norm**2 + output_abs**2",
        "f = vα for one neuron",
        ("m == 1", "rho >= 0.001"),
        plan=Plan(m=1, L=3),
    ),
    Identity(
        "output_abs", "input_gradient_norm*input_norm", "f is linear in x, d = 1", ("d == 1",), LINEAR, Plan(d=1)
    ),
    Identity(
        "direction_norm", "sqrt(m)", "rows of length 1 in one dimension", ("L == 1", "d == 1"), {}, Plan(d=1, m=3)
    ),
    Identity("direction_norm", "1", "one row", ("m == 1",), {}, Plan(m=1, L=2)),
    Identity(
        "row_alignment*(1+rho)",
        "output_abs",
        "Euler: f is homogeneous of degree 1 in the one row",
        ("m == 1",),
        {"family": "plain_network", "activation": "identity"},
        Plan(m=1),
    ),
    Identity(
        "omega**2*hidden_gradient_norm**2 + output_abs**2",
        "(1+rho)**2*input_norm**2",
        "cos² + sin² = 1 for one linear neuron",
        ("L == 1", "m == 1", "rho >= 0.1"),
        LINEAR,
        Plan(m=1),
    ),
)
VANISHING = (
    ("hessian_norm", ("m == 1", "d == 1"), "the row is a sign, so f does not depend on its length"),
    ("hidden_gradient_norm", ("m == 1", "d == 1"), "the rows are signs"),
    ("hidden_gradient_norm*input_norm", ("L == 1", "d == 1"), "the rows are signs"),
)
TOLERATED = 1e-10
"""Relative defect that an equation of this program tolerates; what is planted exceeds it."""


def true_identity(rng: np.random.Generator) -> TypedClaim:
    """An identity rearranged, multiplied, or under a function."""
    identity = IDENTITIES[int(rng.integers(len(IDENTITIES)))]
    left, right = identity.left, identity.right
    K = decimal(spread(rng, 1e-9, 1e9))
    text = one_of(
        rng,
        (
            f"{left} == {right}",
            f"{right} == {left}",
            f"{K}*({left}) == {K}*({right})",
            f"({left})**2 == ({right})**2",
            f"sqrt({left}) == sqrt({right})",
            f"({left})*(1+rho) == ({right})*(1+rho)",
            f"1 + {left} == 1 + {right}",
            f"{left} <= {right}",
            f"{left} >= {right}",
            f"{left} - ({right}) <= 0",
        ),
    )
    extra = one_of(
        rng, ((), (), ("omega == 0.00000001",), ("omega >= 10000000",), ("input_norm == 1",), ("rho == 2",))
    )
    if identity.options.get("family") == "plain_network":
        extra = ()
    return TypedClaim(
        str(text), True, "identity", identity.given + tuple(extra), identity.options, identity.proof, "tanh"
    )


def true_zero(rng: np.random.Generator) -> TypedClaim:
    """What is exactly 0, times anything."""
    name, given, proof = VANISHING[int(rng.integers(len(VANISHING)))]
    K = one_of(rng, ("1", "1000000", "1e-12", "(1+rho)", "omega"))
    return TypedClaim(f"{name}*{K} == 0", True, "exact zero", given, {}, proof, "tanh")


def false_equation(rng: np.random.Generator) -> TypedClaim:
    """An identity false by less than six digits show, or a function of a quantity taken for the quantity."""
    identity = IDENTITIES[int(rng.integers(len(IDENTITIES)))]
    left, right = identity.left, identity.right
    eps = f"{int(rng.integers(1, 9))}e-{int(rng.integers(6, 9))}"
    small = one_of(rng, ("1/100", "1/1000", "1/300"))
    q = one_of(rng, ("output_abs", "gradient_norm", "input_norm"))
    of_identity = (
        f"{left} == ({right})*(1 + {eps})",
        f"{left} == {right} + {eps}*{q}",
        f"({left})*(1 - {eps}*{q}) == {right}",
    )
    of_function = (
        f"sin({q}*{small}) == {q}*{small}",
        f"log(1 + {q}*{small}) == {q}*{small}",
        f"cos({q}*{small}) == 1",
        f"exp({q}*{small}) == 1 + {q}*{small}",
        f"sqrt(1 + {q}**2*{small}) == 1",
    )
    if rng.random() < 0.5:
        return planted(
            "equation false by little",
            str(one_of(rng, of_identity)),
            identity.given,
            identity.options,
            identity.batch,
        )
    return planted("equation false by little", str(one_of(rng, of_function)), (), {}, network(Plan(), turned(0.6)))


def false_zero(rng: np.random.Generator) -> TypedClaim:
    """A quantity that is not 0, times a small constant."""
    name = one_of(rng, ("output_abs", "gradient_norm", "hidden_gradient_norm", "input_gradient_norm"))
    K = f"{int(rng.integers(1, 9))}e-{int(rng.integers(9, 25))}"
    text = one_of(rng, (f"{name}*{K} == 0", f"{K}*{name} == 0", f"{name}**2*{K} == 0"))
    return planted("equation with 0", str(text), (), {}, network(Plan(), turned(0.6)))


def false_lower(rng: np.random.Generator) -> TypedClaim:
    """A positive lower bound for what can vanish by cancellation, at v = 0, or with rows across."""
    eps = decimal(spread(rng, 1e-8, 0.05))
    plan = Plan(
        m=int(2 * rng.integers(1, 4)),
        d=int(rng.integers(2, 5)),
        rho=0.0,
        activation=str(one_of(rng, ("tanh", "identity", "sin"))),
    )
    silent = np.zeros(plan.m)
    cases = (
        (f"output_abs >= {eps}*input_norm", ("L == 1",), network(plan, across)),
        (f"hidden_gradient_norm >= {eps}*output_abs", ("L == 1", "c0 == 0"), network(plan, along)),
        (
            f"gradient_norm >= {eps}*input_norm",
            ("L == 1", f"m == {plan.m}", f"d == {plan.d}"),
            network(plan, across, silent),
        ),
        (f"input_gradient_norm >= {eps}*gradient_norm", ("c0 == 0",), network(plan, along, silent)),
        (f"input_gradient_norm >= {eps}*gradient_norm", (f"m == {plan.m}", "c0 == 0"), network(plan, opposed)),
        (
            f"input_gradient_norm + hidden_gradient_norm >= {eps}*direction_norm",
            ("L == 1",),
            network(plan, along, silent),
        ),
        (
            f"output_abs + input_gradient_norm >= {eps}*gradient_norm*omega",
            ("L == 1", "c0 == 0"),
            network(plan, opposed),
        ),
        (
            f"output_abs**2 + hidden_gradient_norm**2 >= {eps}*input_norm**2",
            ("rho == 0",),
            network(plan, across, silent),
        ),
        (f"hidden_gradient_norm*omega >= {eps}*(1+rho)*input_norm", ("L == 1",), network(plan, along)),
    )
    text, given, batch = cases[int(rng.integers(len(cases)))]
    return planted("lower bound", text, given, {"activation": plan.activation}, batch)
