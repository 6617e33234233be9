"""One state of a linear model, or of a sum of P linear patches, with batch normalization, and one step from it.

A batch holds `s` (B,) and `zeta` (n, P, d − 1, B), the inputs z = s(1, ζ), of which w* = e_1/s has all margins 1;
`w` (d, B), `gamma` and the size `step` of the step, (B,). P = 1 is the linear model of arXiv:2306.11680, any P its
two-layer linear network with one filter. All P are tried unless a claim says `P = 1`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sympy import Rational

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import RecordError, expected
from wnverify.families.batch_norm.state_fields import VIEWS
from wnverify.families.kit.parts import read, size, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Array, Table, TableCoordinates, Tabled
from wnverify.family import Arrays, Coordinates, Scaling, Shape, Situation
from wnverify.quantities import Quantity

SEEN = 1e-3
"""The least share max|⟨w, z⟩|/(s‖w‖) that an instance has: ‖w‖_Σ > 0, and margins keep their digits."""


def _number(name: str, meaning: str, **domain: Any) -> Quantity:
    """A number that both views bear under one name."""
    return VIEWS.quantity(name, meaning, lambda at: getattr(at, name), lambda at: at.number(name), **domain)


def _of_state(name: str, meaning: str, field: str, **domain: Any) -> Quantity:
    """A number of the state that the engine has under another name."""
    return VIEWS.quantity(name, meaning, lambda at: getattr(at.state, field), lambda at: at.number(name), **domain)


def _over_samples(name: str, meaning: str, closed: Callable[[Any], FloatArray], **domain: Any) -> Quantity:
    """A number that the first view takes over all samples."""
    return VIEWS.quantity(name, meaning, closed, lambda at: at.number(name), **domain)


n = size("n", "number of samples")
P = size("P", "number of patches of a sample")
d = size("d", "dimension of a patch", low=2)
gamma = read("gamma", "the scale γ of batch normalization", low=0, strict=True)
step = read("step", "size η of a step of gradient descent", low=0, strict=True, latex=r"\eta")
sigma_norm = _of_state("sigma_norm", "‖w‖_Σ", "sigma", low=0, strict=True, latex=r"\|w\|_\Sigma")
weight_norm = _number("weight_norm", "‖w‖", low=0, strict=True, latex=r"\|w\|")
target_norm = _number("target_norm", "‖w*‖, where ⟨w*, z⟩ = 1 for all inputs", low=0, strict=True, latex=r"\|w^*\|")
largest_input = _number(
    "largest_input", "the largest norm of a patch", low=0, strict=True, latex=r"\max_{ip}\|z_{ip}\|"
)
lambda_min = VIEWS.quantity(
    "lambda_min",
    "least eigenvalue of Σ",
    lambda at: np.maximum(at.eigenvalues[0], 0),
    low=0,
    latex=r"\lambda_{\min}(\Sigma)",
)
lambda_max = VIEWS.quantity(
    "lambda_max",
    "largest eigenvalue of Σ",
    lambda at: at.eigenvalues[-1],
    low=0,
    strict=True,
    latex=r"\lambda_{\max}(\Sigma)",
)
discrepancy = _of_state(
    "discrepancy", "D(w), the mean square of the difference of two margins", "discrepancy", low=0, latex="D(w)"
)
progress = _number("progress", "⟨−∂L/∂w, w*⟩", latex=r"\langle-\partial_w\mathcal{L},w^*\rangle")
pair_progress = _of_state(
    "pair_progress",
    "the sum over pairs of margins that Lemmas 4.1 and D.1 print",
    "pairs",
    latex=r"\Pi_{\mathrm{pair}}",
)
gradient_norm = _number("gradient_norm", "‖∂L/∂w‖", low=0, latex=r"\|\partial_w\mathcal{L}\|")
next_norm = _number("next_norm", "‖w⁺‖ after a step", low=0, strict=True, latex=r"\|w^+\|")
slope_min = _over_samples(
    "slope_min", "min |ℓ′_i|", lambda at: at.state.slopes.min(axis=0), low=0, high=1, latex=r"\min_i|\ell_i'|"
)
slope_max = _over_samples(
    "slope_max", "max |ℓ′_i|", lambda at: at.state.slopes.max(axis=0), low=0, high=1, latex=r"\max_i|\ell_i'|"
)
slope_mean = _over_samples(
    "slope_mean",
    "mean |ℓ′_i|",
    lambda at: at.state.slopes.mean(axis=0),
    low=0,
    high=1,
    latex=r"\frac{1}{n}\sum_i|\ell_i'|",
)
mean_margin = _over_samples(
    "mean_margin",
    "mean of the margins ⟨w, z⟩/‖w‖_Σ",
    lambda at: at.state.margins.mean(axis=(0, 1)),
    low=-1,
    high=1,
    latex=r"\bar{M}",
)
least_margin = _number(
    "least_margin", "min_i of the margins of sample i, summed over its patches", latex=r"\min_i M_i"
)
pair_spread = _number(
    "pair_spread", "mean of (M_i − M_j)² over pairs of samples, M_i = F_i/γ", low=0, latex=r"\bar{\Delta}^2_M"
)
pair_weighted = _number(
    "pair_weighted", "the same with the weights max(|ℓ′_i|, |ℓ′_j|)", low=0, latex=r"\bar{\Delta}^2_{M,w}"
)
loss = _of_state("loss", "the logistic loss L", "loss", low=0, latex=r"\mathcal{L}")
distance = _number(
    "distance", "‖w − ⟨w, w*⟩w*/‖w*‖²‖, the distance to span(w*)", low=0, latex=r"\mathrm{dist}(w,\mathbb{R}w^*)"
)
sigma_distance = _number(
    "sigma_distance", "‖w − ⟨w, w*⟩_Σ w*‖_Σ, the same under Σ", low=0, latex=r"\mathrm{dist}_\Sigma(w,\mathbb{R}w^*)"
)

RESOLVED: Mapping[str, Any] = {"not lost in rounding": (slope_min * discrepancy, ">", Rational(1, 10**6))}
"""Where ⟨−∂L/∂w, w*⟩ keeps its digits: it is of the order of min|ℓ′| D, and its terms cancel."""
APART: Mapping[str, Any] = {"not lost in rounding": (discrepancy, ">", Rational(1, 10**5))}
"""Where the distances to the uniform margin classifiers keep their digits."""
SPANNING: Mapping[str, Any] = {"inputs that span the space": (lambda_min, ">", lambda_max / 10**6)}


def draw_inputs(situation: Situation, count: int, rng: np.random.Generator) -> FloatArray:
    """ζ (n, P, d − 1, B): normal, of one size in half of the draws, else with lengths far apart."""
    n, P, d = (situation.shape[name] for name in ("n", "P", "d"))
    zeta = rng.standard_normal((n, P, d - 1, count)) * np.exp(rng.normal(0.0, 1.0, count))
    lengths = np.exp(rng.standard_normal((n, P, 1, count)))
    return np.where(rng.random(count) < 0.5, zeta, zeta * lengths)


def alternating(situation: Situation, *, patches: bool) -> FloatArray:
    """ζ (n, P, d − 1) with entries ±1, of which the first alternates between samples, or between all patches.

    With one sample alone, patches must alternate, or else all inputs are equal.
    """
    n, P, d = (situation.shape[name] for name in ("n", "P", "d"))
    index = np.arange(n * P).reshape(n, P) if patches else np.repeat(np.arange(n)[:, None], P, axis=1)
    rest = [np.arange(n * P).reshape(n, P) % (k + 2) for k in range(1, d - 1)]
    return np.stack([np.where(part == 0, 1.0, -1.0) for part in (index % 2, *rest)], axis=-1)


class Normalized(Tabled):
    """Families of linear models with batch normalization."""

    arrays: Mapping[str, Array]

    def table(self, situation: Situation) -> Table:
        """The inputs, which need n P ≥ d to span the space, and the parameters."""
        return {"zeta": Array(f"n P {situation.shape['d'] - 1}", -50.0, 50.0), **self.arrays}

    def coordinates(self, situation: Situation) -> Coordinates:
        """The arrays within their intervals; a w without margins gets some along w*."""
        return TableCoordinates(self.name, situation, self.table(situation), _seen)

    def check(self, batch: Batch) -> None:
        """Refuse what is not an instance.

        Raises:
            RecordError: says what was expected, and what was found.
        """
        Tabled.check(self, batch)
        if batch.shape["d"] < 2:
            raise RecordError(expected("patches of dimension 2 or more", str(batch.shape["d"])))
        share = _share(batch.arrays)
        if not (share >= SEEN * (1 - 1e-9)).all():
            raise RecordError(
                expected(f"an input with |<w, z>| of {SEEN:g} times s |w| or more", f"{float(share.min()):.3g}")
            )


def _share(arrays: Arrays) -> FloatArray:
    """max |⟨w, z⟩|/(s‖w‖), (B,)."""
    w = arrays["w"]
    images = w[0] + np.einsum("npkb,kb->npb", arrays["zeta"], w[1:])
    return np.asarray(np.abs(images).max(axis=(0, 1)) / np.linalg.norm(w, axis=0))


def _seen(arrays: Arrays) -> Arrays:
    hidden = _share(arrays) < SEEN
    w = arrays["w"].copy()
    w[0] = np.where(hidden, np.linalg.norm(w, axis=0), w[0])
    return {**arrays, "w": w}


class BatchNorm(Normalized):
    """States with batch normalization."""

    name = "batch_norm"
    plentiful = 1
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {}
    regimes = ("any", "uniform", "negative", "saturated")
    agreement = 1e-8
    arrays: Mapping[str, Array] = {
        "s": Array("", 1e-2, 1e3, log=True),
        "w": Array("d", -50.0, 50.0, vectors=True),
        "gamma": Array("", 1e-3, 30.0, log=True),
        "step": Array("", 1e-3, 10.0, log=True),
    }

    def shapes(self) -> Sequence[Shape]:
        """From two samples in the plane to six in four dimensions, and up to three patches."""
        sizes = ((2, 1, 2), (1, 2, 2), (3, 1, 2), (2, 2, 2), (4, 1, 3), (3, 2, 3), (2, 3, 2), (6, 1, 4))
        return [{"n": samples, "P": patches, "d": size} for samples, patches, size in sizes]

    def scalings(self) -> Mapping[str, Scaling]:
        """By the length of w, or that of all inputs."""
        return {
            "weight_norm": stretching(w=1.0),
            "sigma_norm": stretching(w=1.0),
            "target_norm": stretching(-1.0, s=1.0),
            "largest_input": stretching(s=1.0),
            "lambda_max": stretching(2.0, s=1.0),
            "lambda_min": stretching(2.0, s=1.0),
        }

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random states.

        Regimes: `any` generic; `uniform` w near span(w*), on either side; `negative` most margins negative;
        `saturated` a large γ.
        """
        d = situation.shape["d"]
        w = rng.standard_normal((d, count)) * np.exp(rng.uniform(-2, 1, count))
        if regime in ("uniform", "negative"):
            near = np.exp(rng.uniform(-6, 0, count))
            sign = np.where(rng.random(count) < 0.5, -1.0, 1.0) if regime == "uniform" else -1.0
            w[0] = sign * np.linalg.norm(w, axis=0)
            w[1:] *= near if regime == "uniform" else 1.0
        gamma = np.exp(rng.uniform(1, 3, count) if regime == "saturated" else rng.uniform(-2, 1.5, count))
        zeta, s = draw_inputs(situation, count, rng), np.exp(rng.uniform(-3, 5, count))
        step = np.exp(rng.uniform(-4, 2, count))
        arrays = {"zeta": zeta, "s": s, "w": w, "gamma": gamma, "step": step}
        clipped = self.within(situation, arrays)
        return clipped.with_arrays(_seen(clipped.arrays))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Inputs ±1: margins nearly uniform, of either sign, at the worst outputs −1.2785 and −2, and saturated."""
        rows = [
            (w0, tilt, gamma, s, step)
            for w0, tilt, gamma in (
                (0.1, 0.1, 1.0), (-1.0, 0.1, 1.0), (-1.0, 0.02, 1.2785), (-1.0, 0.02, 2.0), (1.0, 0.1, 10.0),
                (1.0, 0.0, 1.0), (1.0, 1.0, 1.0), (1.0, 0.9, 0.01),
            )
            for s, step in ((1.0, 0.5), (1e3, 5.0))
        ]  # fmt: skip
        w0, tilt, gamma, s, step = (np.array(column) for column in zip(*rows, strict=True))
        w = np.zeros((situation.shape["d"], len(rows)))
        w[0], w[1] = w0, w0 * tilt
        ways = {"samples that alternate": False, "patches that alternate": True}
        for words, patches in ways.items():
            if not patches and situation.shape["n"] == 1:
                continue
            zeta = alternating(situation, patches=patches)[..., None] * np.ones(len(rows))
            arrays = {"zeta": zeta, "s": s, "w": w, "gamma": gamma, "step": step}
            yield words, self.batch(situation, arrays)

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls; see `state_balls`, which loads python-flint only when asked."""
        from wnverify.families.batch_norm.state_balls import enclosures

        return enclosures(batch, names)

    def scalable(self, batch: Batch) -> Sequence[Sequence[str]]:
        """None: the balls are taken of the numbers as they stand."""
        return ()


BATCH_NORM = BatchNorm()
