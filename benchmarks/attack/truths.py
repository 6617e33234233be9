"""True typed claims that no factor makes: edges where both sides are 0, other families, bounds of the catalogue."""

from __future__ import annotations

import numpy as np

from benchmarks.attack.factors import decimal, one_of, spread
from benchmarks.attack.trial import TypedClaim
from wnverify.bounds import banerjee2024, depth_free
from wnverify.families.networks.regression import loss
from wnverify.families.networks.setting import L
from wnverify.families.networks.weight_norm import rho
from wnverify.typed.parser import written

Options = dict[str, str]

EDGES: tuple[tuple[str, tuple[str, ...], Options, str], ...] = (
    ("1 - input_norm <= 0", ("input_norm == 1",), {}, "both sides 0"),
    ("{K}*(1 - input_norm) <= 0", ("input_norm >= 1",), {}, "both sides 0"),
    ("output_abs*{K}*(omega - 1) <= 0", ("omega == 1",), {}, "both sides 0"),
    ("gradient_norm*{K}*(rho - {r}) <= 0", ("rho == {r}",), {}, "both sides 0"),
    ("rho <= {r}", ("rho == {r}",), {}, "the hypothesis"),
    ("omega >= {r}", ("omega == {r}",), {}, "the hypothesis"),
    ("3*omega == 1", ("omega == 1/3",), {}, "the hypothesis"),
    ("input_norm**2 <= {r}", ("input_norm**2 == {r}",), {}, "the hypothesis"),
    ("input_norm <= sqrt({r})", ("input_norm == sqrt({r})",), {}, "the hypothesis"),
    ("sin(pi*m) <= 0", (), {}, "both sides 0"),
    ("cos(pi*m)**2 == 1", (), {}, "m is an integer"),
    ("output_abs <= (1+rho)*(1+sqrt(1-input_norm**2))", ("c0 == 0",), {}, "a root that is 0 at the edge"),
    ("output_abs*sqrt(1-input_norm**2) <= (1+rho)*input_norm", ("c0 == 0",), {}, "a root that is 0 at the edge"),
    ("sqrt(1 - input_norm) >= 0", ("input_norm == 1",), {}, "a root of 0"),
    (
        "hidden_gradient_norm <= {e}*gradient_norm",
        ("gradient_norm == output_abs/(1+rho)",),
        {},
        "it forces hidden = 0",
    ),
    (
        "hidden_gradient_norm*omega <= {e}*(1+rho)",
        ("output_abs == (1+rho)*input_norm", "L == 1", "m == 1"),
        {"activation": "identity"},
        "cos = 1 forces sin = 0",
    ),
    (
        "output_abs <= {e}*(1+rho)",
        ("hidden_gradient_norm*omega == (1+rho)*input_norm", "L == 1", "m == 1"),
        {"activation": "identity"},
        "sin = 1 forces cos = 0",
    ),
    ("gradient_norm - hidden_gradient_norm >= 0", (), {}, "a part of the gradient"),
    ("gradient_norm >= hidden_gradient_norm", ("omega <= {w}",), {}, "a part of the gradient"),
    ("row_alignment*{K} <= 0", (), {}, "exactly 0"),
    ("c0 <= log(2)", (), {}, "log 2 for softplus, else 0"),
    ("beta <= 1", (), {"activation": "sin"}, "sup|sin| = 1"),
    ("beta <= 4/(3*sqrt(3))", (), {"activation": "tanh"}, "sup|tanh''|"),
    ("exp({K}*omega)*output_abs <= exp({K}*omega)*(1+rho)*input_norm", ("c0 == 0",), {}, "overflow of both sides"),
    ("exp({K}/omega)*output_abs <= exp({K}/omega)*(1+rho)*input_norm", ("c0 == 0",), {}, "overflow of both sides"),
    ("log(output_abs + 1e-9) <= log((1+rho) + 1e-9)", ("c0 == 0",), {}, "monotone"),
    ("hessian_norm*(1+rho) >= hidden_gradient_norm", (), {}, "the mixed block of the Hessian"),
    ("hessian_norm >= hidden_gradient_norm/(1+rho)", ("omega >= 10000",), {}, "the mixed block of the Hessian"),
)
TRAINING: tuple[tuple[str, tuple[str, ...], Options, str], ...] = (
    ("row_growth >= 1", ("decay == 0", "momentum == 0"), {"family": "training_run"}, "norms grow"),
    ("min_norm_growth >= 1", ("decay == 0", "momentum == 0"), {"family": "training_run"}, "norms grow"),
    ("growth_defect <= {e}", ("decay == 0", "momentum == 0"), {"family": "training_run"}, "the norm identity"),
    ("row_growth >= 1 - step*decay", ("momentum == 0", "T == 1"), {"family": "training_run"}, "the norm identity"),
    (
        "loss_next <= loss",
        (
            "momentum == 0",
            "decay == 0",
            "step <= 0.001",
            "batch_share == 1",
            "omega >= 1",
            "rho <= 1",
            "loss_start <= 1",
            "L == 1",
            "T == 1",
            "beta <= 1",
            "c0 == 0",
        ),
        {"family": "training_run"},
        "step below 2/β",
    ),
    ("kappa <= sqrt(n)", (), {"family": "concentration"}, "unit inputs"),
    ("gram_norm <= n", (), {"family": "concentration"}, "unit inputs"),
    ("V_error <= V_distance", (), {"family": "concentration"}, "spectral and Frobenius norm"),
    ("kappa**2 <= gram_norm", (), {"family": "concentration"}, "spectral and Frobenius norm"),
    ("rademacher <= (1+rho)*input_norm/sqrt(n)", (), {"activation": "tanh"}, "depth_free/rademacher_odd"),
    (
        "output_abs <= (1+rho)*omega*input_norm",
        ("L == 1", "m == 1", "d == 1", "c0 == 0"),
        {"family": "plain_network"},
        "one weight, 1-Lipschitz",
    ),
)


def _told(
    rng: np.random.Generator, table: tuple[tuple[str, tuple[str, ...], Options, str], ...], kind: str
) -> TypedClaim:
    text, given, options, why = table[int(rng.integers(len(table)))]
    values = {
        "K": decimal(spread(rng, 1e-3, 1e12)),
        "r": decimal(float(rng.uniform(0.05, 0.99))),
        "e": decimal(spread(rng, 1e-5, 1e-2)),
        "w": decimal(spread(rng, 1e-9, 1e-3)),
    }
    if "exp(" in text:
        values["K"] = decimal(spread(rng, 1, 500))
    found = tuple(each.format(**values) for each in given)
    return TypedClaim(text.format(**values), True, kind, found, options, why, _home(options))


def _home(options: Options) -> str:
    """Where activations matter and none is given: tanh."""
    return "tanh" if options.get("family") != "concentration" else ""


def edge(rng: np.random.Generator) -> TypedClaim:
    """Both sides 0, roots of 0, hypotheses met up to rounding only, overflow of both sides."""
    return _told(rng, EDGES, "edge")


def elsewhere(rng: np.random.Generator) -> TypedClaim:
    """True claims about other families."""
    return _told(rng, TRAINING, "other families")


def catalogue(rng: np.random.Generator) -> TypedClaim:
    """A proved bound of the catalogue, written out, perhaps with slack."""
    centred = ("c0 == 0",)
    bounds = (
        ("output_abs", (1 + rho) * banerjee2024.activation_norm(L), ()),
        ("gradient_norm**2", banerjee2024.gradient_squared(), ()),
        ("hessian_norm", banerjee2024.hessian(), ()),
        ("hidden_gradient_norm**2", banerjee2024.hidden_gradient_squared(), ()),
        ("hidden_gradient_norm**2", depth_free.hidden_gradient_squared(), centred),
        ("gradient_norm**2", depth_free.gradient_squared(), centred),
        ("hessian_norm", depth_free.hessian(), centred),
        ("loss_gradient_norm**2", 4 * loss * banerjee2024.gradient_squared(), ()),
        ("loss_hessian_norm", banerjee2024.predictor().smoothness(loss), ()),
        ("loss_hessian_norm", depth_free.predictor().smoothness(loss), centred),
    )
    name, bound, given = bounds[int(rng.integers(len(bounds)))]
    slack = one_of(rng, ("1", "1", "1.001", "(1 + omega/1000)", "Max(1, 100/(1+rho))"))
    extra = one_of(
        rng, ((), (), ("omega <= 0.0001",), ("omega >= 100000",), ("rho >= 1000",), ("m >= 9",), ("L >= 7",))
    )
    text = f"{name} <= {slack}*({written(bound)})"
    return TypedClaim(text, True, "catalogue", (*given, *extra), {}, "the catalogue", "tanh")
