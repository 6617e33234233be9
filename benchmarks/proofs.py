"""Whether `prove` is right about mutants: each is decided at small shapes by a second route, which must agree.

The second route knows nothing of domains, laws and boxes: a mutant's bound is compared with the theorem's at many
scales, and networks as they are drawn, with rows and inputs of any length, climb towards the largest ratio of both
sides.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
import sympy
from rich.console import Console

from wnverify import catalogue
from wnverify.arrays import FloatArray
from wnverify.claim import Claim
from wnverify.engine.activations import exact_constants
from wnverify.errors import UsageError
from wnverify.families.networks.setting import L, beta, c0, d, m
from wnverify.families.networks.weight_norm import WEIGHT_NORM, omega, rho
from wnverify.judging.judge import Judge
from wnverify.proving.domain import Domain
from wnverify.proving.found import Found
from wnverify.proving.prover import Prover
from wnverify.proving.witness import situation_of

THEOREMS = [
    f"banerjee2024/{name}"
    for name in ("output", "input_lipschitz", "predictor_gradient", "hidden_gradient", "predictor_hessian")
]
SHAPES = ((1, 1, 1), (1, 1, 2), (1, 2, 1))
SLACK, SECONDS = Fraction(51, 50), 60.0
DRAWN, ROUNDS, BEST, STEPS = 4000, 60, 12, 240
"""Networks that are drawn, and rounds in which so many steps are made from the best ones."""
NEAR = 1e-9
Arrays = Mapping[str, FloatArray]


@dataclass(frozen=True)
class Decided:
    """What both routes say.

    Args:
        said: by `prove`.
        factor: of the bound in what it proved; 1 otherwise.
        share: the least of the mutant's bound over the theorem's, at many scales.
        ratio: the largest ratio of both sides that the climb found.
        why: it was left open; empty otherwise.
    """

    said: str
    factor: Fraction
    share: float
    ratio: float
    why: str = ""

    @property
    def words(self) -> str:
        """Whether they agree."""
        false = self.ratio > 1 + NEAR
        if self.said == "PROVED":
            return "WRONG" if self.ratio > float(self.factor) + NEAR or (false and self.factor == 1) else self._true()
        if self.said == "REFUTED":
            return "false" if false else "false, says a network of `prove` alone"
        return f"{'false' if false else 'true, as far as climbed'}, and left open: {self.why}"

    def _true(self) -> str:
        if self.ratio > 1 + NEAR:
            return "false by less than the slack"
        return "true: nowhere below the theorem" if self.share >= 1 - NEAR else "true, as far as climbed"


def main(words: list[str]) -> int:
    """Decide, compare, print; 1 if something is proved that the second route breaks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks proofs", description=__doc__)
    parser.add_argument("theorems", nargs="*", metavar="THEOREM", default=THEOREMS)
    parser.add_argument("--activation", nargs="*", default=["identity", "tanh"])
    options = parser.parse_args(words)
    console, counts = Console(width=150, highlight=False), Counter[str]()
    for name, domain in product(options.theorems, domains(options.activation)):
        for mutant, found in decided(name, domain):
            counts[f"{found.said}: {found.words}"] += 1
            told = f"{found.said:9} {float(found.factor):.3g}  {found.share:8.4f} {found.ratio:10.6f}  {found.words}"
            console.print(f"{name:34} {domain.shape} {domain.activation:9} {mutant:42} {told}")
    for words_, count in sorted(counts.items()):
        console.print(f"{count:5} {words_}")
    return int(any("WRONG" in words_ for words_ in counts))


def domains(activations: list[str]) -> Iterator[Domain]:
    """Where mutants are decided."""
    for shape, activation in product(SHAPES, activations):
        yield Domain(*shape, activation)


def decided(name: str, domain: Domain) -> Iterator[tuple[str, Decided]]:
    """Every mutant of a theorem, by both routes."""
    theorem = catalogue.load(name)
    for mutant, claim in theorem.mutant_claims.items():
        try:
            found = Prover(name, claim, WEIGHT_NORM, domain, SLACK, SECONDS).prove()
        except UsageError:
            continue
        factor = found.checked.certificate.factor if found.checked else Fraction(1)
        numbers = share(claim, theorem.claim, domain), climbed(claim, domain)
        yield mutant, Decided(_said(found), factor, *numbers, _why(found))


def _said(found: Found) -> str:
    if found.witness is not None:
        return "REFUTED"
    return "PROVED" if found.checked is not None else "UNDECIDED"


def _why(found: Found) -> str:
    if found.checked is not None or found.witness is not None:
        return ""
    return "it scales otherwise" if found.why else f"needs a slack of {found.provable:.3g}"


def share(mutant: Claim, claim: Claim, domain: Domain) -> float:
    """The least of one bound over another, over scales far apart."""
    exact = exact_constants(domain.activation)
    fixed = {L: domain.L, m: domain.m, d: domain.d, beta: exact["beta"], c0: exact["c0"]}
    ratio = sympy.lambdify([rho, omega], (mutant.rhs / claim.rhs).subs(fixed), "numpy")
    radius, norm = np.meshgrid([0.0, 0.5, 1.0, 3.0, 15.0, 1e3], 2.0 ** np.arange(-24, 25))
    return float(np.min(ratio(radius, norm)))


def climbed(claim: Claim, domain: Domain) -> float:
    """The largest ratio of both sides at networks that climb."""
    rng, judge = np.random.default_rng(0), Judge(claim, WEIGHT_NORM)
    situation = situation_of(domain)

    def ratios(arrays: Arrays) -> FloatArray:
        return np.asarray(judge(WEIGHT_NORM.batch(situation, dict(arrays))).promise)

    arrays = drawn(domain, rng)
    values, width = ratios(arrays), 0.5
    for _ in range(ROUNDS):
        first = np.argsort(-values)[:BEST]
        best = {name: part[..., first] for name, part in arrays.items()}
        moved = {name: _moved(part, width, rng) for name, part in best.items()}
        if (size := np.linalg.norm(moved["x"], axis=0)).max() > 1:
            moved["x"] = moved["x"] / np.maximum(size, 1.0)
        arrays = {name: np.concatenate([part, moved[name]], axis=-1) for name, part in best.items()}
        values, width = ratios(arrays), width * 0.8
    return float(values.max())


def _moved(part: FloatArray, width: float, rng: np.random.Generator) -> FloatArray:
    """Steps relative to the size of what is moved."""
    many = np.repeat(part, STEPS // BEST, axis=-1)
    size = np.sqrt(np.mean(many**2, axis=tuple(range(many.ndim - 1)), keepdims=True))
    return many + width * size * rng.normal(size=many.shape)


def drawn(domain: Domain, rng: np.random.Generator) -> Arrays:
    """Networks with rows of any length, often all small or all large, and inputs of the ball, often on its rim."""
    norm, radius = 2.0 ** rng.uniform(-22, 22, DRAWN), rng.choice([0.5, 1.0, 2.0, 16.0], DRAWN)
    arrays = {}
    for layer in range(1, domain.L + 1):
        rows = rng.normal(size=(domain.m, domain.size(layer), DRAWN))
        stretch = np.where(rng.random(DRAWN) < 0.8, 1.0, rng.uniform(1.0, 3.0, (domain.m, DRAWN)))
        arrays[f"W{layer}"] = norm * stretch[:, None] * rows / np.linalg.norm(rows, axis=1, keepdims=True)
    v, x = rng.normal(size=(domain.m, DRAWN)), rng.normal(size=(domain.d, DRAWN))
    arrays["v"] = radius * v / np.linalg.norm(v, axis=0)
    inside = np.where(rng.random(DRAWN) < 0.5, 1.0, rng.random(DRAWN))
    arrays["x"] = np.minimum(inside, 1.0) * x / np.linalg.norm(x, axis=0) * (1 - 1e-15)
    return arrays
