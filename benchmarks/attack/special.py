"""False typed claims that no factor makes: natural constants, thin hypotheses, training, other families."""

from __future__ import annotations

import math

import numpy as np

from benchmarks.attack.factors import SIZES, decimal, one_of, spread
from benchmarks.attack.facts import FACTS
from benchmarks.attack.planted import Plan, along, nesterov, network, one_across, planted, step
from benchmarks.attack.trial import TypedClaim

Options = dict[str, str]


def natural_constant(rng: np.random.Generator) -> TypedClaim:
    """A constant that is exceeded from some width or depth on, where it is not in sight."""
    k = int(rng.integers(2, 9))
    radius = float(decimal(float(rng.uniform(0, 3))))
    which = int(rng.integers(3))
    if which == 0:
        low, high = math.sqrt(2 - 1 / k), math.sqrt(2 - 1 / (k + 1))
        c = decimal(float(rng.uniform(low + 0.1 * (high - low), low + 0.9 * (high - low))), 5)
        batch = network(Plan(L=2, m=k + 1, rho=radius), one_across)
        text = f"hidden_gradient_norm*sqrt(m)*omega <= {c}*(1+rho)"
        return planted("natural constant", text, ("c0 == 0",), {}, batch)
    if which == 1:
        sizes = [1.0]
        while len(sizes) <= k + 3:
            sizes.append(math.log1p(math.exp(sizes[-1])))
        c = decimal(float(rng.uniform(0.9 * sizes[-2] + 0.1 * sizes[-1], 0.1 * sizes[-2] + 0.9 * sizes[-1])), 5)
        batch = network(Plan(L=k + 3, m=1, rho=radius, activation="softplus"), along)
        return planted("natural constant", f"output_abs <= {c}*(1+rho)", ("m == 1",), {}, batch)
    K = decimal(spread(rng, 4, 60))
    batch = network(Plan(m=int(float(K) / 3) + 2, rho=radius, activation="tanh"), along)
    text = f"output_abs <= (1+rho)*input_norm*(1 - input_norm**2/{K})"
    return planted("natural constant", text, ("L == 1",), {"activation": "tanh"}, batch)


def thin_hypothesis(rng: np.random.Generator) -> TypedClaim:
    """Where a bound is nearly attained, another quantity need not be small."""
    while True:
        fact = FACTS[int(rng.integers(len(FACTS)))]
        names = [name for name in fact.free if name != "n" or "family" not in fact.options]
        if "rho" in names and "Hessian" not in fact.name:
            break
    name = str(one_of(rng, names))
    c = decimal(1 - spread(rng, 1e-3, 0.1), 3)
    values: dict[str, float] = {key: max(least, 2) for key, least in fact.free.items() if key in SIZES}
    if name in SIZES:
        k = int(rng.integers(max(2, fact.free[name]), 7))
        text, values[name] = f"{name} <= {k}", k + 1
    elif name == "input_norm":
        text, values[name] = f"input_norm >= {decimal(spread(rng, 1e-4, 0.5))}", 5e-5
    else:
        K = spread(rng, 3, 3e3)
        text, values[name] = f"{name} <= {decimal(K)}", 1.5 * K
    given = (*fact.given, f"{fact.small} >= {c}*({fact.large})")
    plan = fact.plan.with_values({**values, "activation": fact.activations[0]})
    return planted("thin hypothesis", text, given, dict(fact.options), fact.build(plan))


def training(rng: np.random.Generator) -> TypedClaim:
    """Steps too long, weight decay, look-ahead."""
    which = int(rng.integers(4))
    options = {"family": "training_run"}
    if which == 0:
        K = one_of(rng, ("1", "1", decimal(spread(rng, 1, 1e3))))
        at = float(decimal(math.sqrt(float(K)) + 1.5))
        extra = one_of(rng, ((), (f"step >= {decimal(0.9 * at, 2)}",), ("momentum == 0", "decay == 0")))
        text = str(
            one_of(
                rng, (f"loss_next <= {K}*loss", f"loss_next - {K}*loss <= 0", f"sqrt(loss_next) <= sqrt({K}*loss)")
            )
        )
        batch = step(Plan(m=1, step=at, rho=0.5), along)
        return planted(
            "training", text, tuple(extra), {} if rng.random() < 0.3 and K == "1" and not extra else options, batch
        )
    if which == 1:
        c = decimal(float(rng.uniform(0.2, 0.999)))
        batch = step(Plan(step=2.0, decay=0.5125 * (1 - float(c))), along)
        name = one_of(rng, ("row_growth", "min_norm_growth"))
        return planted("training", f"{name} >= {c}", ("momentum == 0",), options, batch)
    if which == 2:
        K = decimal(spread(rng, 3, 300))
        batch = step(Plan(m=1, step=0.6 * float(K), rho=0.5), along)
        return planted("training", f"step*loss_next <= {K}*loss", ("decay == 0",), options, batch)
    momentum = float(one_of(rng, (0.05, 0.1, 0.2, 0.4)))
    batch = nesterov(0.999 * momentum, rng)
    given = ("decay == 0", f"momentum <= {momentum}")
    return planted("training", "row_growth >= 1", given, options, batch)


def without_normalisation(rng: np.random.Generator) -> TypedClaim:
    """Bounds of normalised networks, claimed of plain ones."""
    options = {"family": "plain_network"}
    K = spread(rng, 2, 1e5)
    if rng.random() < 0.25:
        c = decimal(float(rng.uniform(0.3, 0.4476)), 4)
        batch = network(Plan(m=1, omega=0.7717, activation="tanh"), along, family="plain_network")
        return planted(
            "without normalisation", f"row_alignment <= {c}", ("L == 1",), options | {"activation": "tanh"}, batch
        )
    batch = network(Plan(L=int(rng.integers(1, 4)), omega=4 * K), along, family="plain_network")
    text = one_of(
        rng,
        (
            f"output_abs <= {decimal(K)}*(1+rho)",
            f"input_gradient_norm <= {decimal(K)}*(1+rho)",
            f"output_abs <= {decimal(K)}*(1+rho)*sqrt(L)",
            f"gradient_norm <= {decimal(K)}*(1 + rho)*(1 + 1/omega)",
        ),
    )
    return planted("without normalisation", str(text), (), options, batch)


def unmeasured(rng: np.random.Generator) -> TypedClaim:
    """Families without balls; a proof says that the claim is false."""
    c = decimal(1 - spread(rng, 0.01, 0.15))
    n = int(rng.integers(2, 7))
    cases = (
        (f"rademacher <= {c}*(1+rho)*input_norm/sqrt(n)", (), {"activation": "identity"}, "attained at n = 1"),
        (
            f"rademacher <= {c}*(1+rho)*input_norm/sqrt(n)",
            (f"n >= {n}", "L == 1"),
            {"activation": "identity"},
            "attained at orthogonal inputs",
        ),
        (
            f"rademacher <= {c}*(1+rho)*input_norm/sqrt(n)",
            ("n >= 2", "m == 1"),
            {"activation": "tanh"},
            "approached by small orthogonal inputs",
        ),
        (f"rademacher <= {decimal(spread(rng, 10, 1e3))}", (), {"activation": "identity"}, "ρ is unbounded"),
        (f"kappa <= {decimal(1.01 + 0.3 * rng.random())}", (), {"family": "concentration"}, "√n at equal inputs"),
        (f"kappa <= {c}*sqrt(n)", (), {"family": "concentration"}, "√n at n = 1"),
        (f"gram_norm <= {c}*n", (), {"family": "concentration"}, "1 at n = 1"),
        (f"V_error <= {c}*V_distance", (), {"family": "concentration"}, "equal at n = 1"),
        (f"G_error <= {c}*G_distance", (), {"family": "concentration"}, "equal at n = 1"),
    )
    text, given, options, why = cases[int(rng.integers(len(cases)))]
    return TypedClaim(text, False, "other families", given, options, why)
