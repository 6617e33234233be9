"""The depth-free bounds against networks that attain them, and against the proof's own inequalities."""

import re
from dataclasses import replace

import numpy as np
import pytest
import sympy

from wnverify import Verdict, load, render, verify
from wnverify.bounds import banerjee2024, depth_free
from wnverify.errors import TheoremFileError
from wnverify.evidence import RECORD_SCHEMA, Record
from wnverify.families.networks.weight_norm import (
    DEEP_NETWORKS,
    NARROW,
    NARROW_NETWORKS,
    L,
    beta,
    c0,
    hessian_norm,
    hidden_gradient_norm,
    m,
    omega,
    rho,
)
from wnverify.family import Situation


def situation(depth, width, activation="identity"):
    return Situation({"L": depth, "m": width, "d": 2}, {"activation": activation, "scaling": "fan_out"})


def structured(words, depth, width, activation="identity"):
    return dict(DEEP_NETWORKS.structured(situation(depth, width, activation)))[words]


def measured(quantity, batch):
    return quantity.route.measure(batch)


@pytest.mark.parametrize(("depth", "width"), [(2, 2), (2, 12), (3, 6), (5, 3), (8, 6)])
def test_the_gradient_of_the_hidden_layers_attains_its_supremum(depth, width):
    batch = structured("one row across, the others along", depth, width)
    scale = (1 + measured(rho, batch)) ** 2 / (width * measured(omega, batch) ** 2)
    found = np.max(measured(hidden_gradient_norm, batch) ** 2 / scale)
    assert found == pytest.approx(2 - 1 / width, rel=1e-12)
    assert depth_free.SUPREMUM.subs({L: depth, m: width}) == 2 - sympy.Rational(1, width)


@pytest.mark.parametrize(("activation", "phi"), [("tanh", np.tanh), ("sin", np.sin)])
def test_other_activations_come_as_near_as_their_first_layer_allows(activation, phi):
    width = 12
    batch = structured("one row across, the others along", 2, width, activation)
    scale = (1 + measured(rho, batch)) ** 2 / (width * measured(omega, batch) ** 2)
    found = np.max(measured(hidden_gradient_norm, batch) ** 2 / scale)
    assert found == pytest.approx(1 + (width - 1) * phi(1 / np.sqrt(width)) ** 2, rel=1e-9)


def narrow_eigenvalue(width):
    """Of the matrix in the docstring of the conjecture on narrow networks."""
    a, g, u = np.sqrt(1 - 1 / width), np.sqrt(width - 1) / width, width**-0.5
    matrix = [[0, u, g, 0], [u, a, 0, 0], [g, 0, a / width, g], [0, 0, g, 0]]
    return np.linalg.eigvalsh(matrix)[-1]


@pytest.mark.parametrize(("depth", "width"), [(3, 2), (5, 2), (3, 3), (6, 3)])
def test_the_narrow_extremal_network_has_the_eigenvalue_of_its_matrix(depth, width):
    batch = structured("along and across by turns", depth, width)
    small = np.flatnonzero(measured(omega, batch) < 0.01)
    chosen = batch.select(small)
    scale = (1 + measured(rho, chosen)) / (np.sqrt(width) * measured(omega, chosen) ** 2)
    assert np.max(measured(hessian_norm, chosen) / scale) == pytest.approx(narrow_eigenvalue(width), rel=1e-5)


def test_the_constants_of_the_conjecture_are_rounded_up():
    assert 1.2592 - 1e-4 < narrow_eigenvalue(2) < 1.2593
    assert 1.1916 < narrow_eigenvalue(3) < 1.1917
    assert narrow_eigenvalue(4) < 2 / np.sqrt(3)


def layer_states(rng, count):
    """Random (c, rows) of a layer: σ, t and both sides of the proof's first inequality, for B = count."""
    width = int(rng.integers(1, 6))
    rows = rng.standard_normal((count, width, 3)) * rng.choice([0.01, 1.0, 5.0], (count, width, 3))
    rows /= np.linalg.norm(rows, axis=2, keepdims=True)
    c = rng.standard_normal((count, width)) * rng.choice([0.0, 1.0], (count, width), p=[0.3, 0.7])
    c[:, 0] += 1e-3
    sine = 1 - rows[:, :, 0] ** 2
    square = np.sum(c**2, axis=1)
    passed = np.sum(np.einsum("bi,bij->bj", c, rows) ** 2, axis=1) / width
    return width, sine.mean(axis=1), np.sum(c**2 * sine, axis=1) / square, passed / square


def test_the_inequalities_of_the_proof():
    rng = np.random.default_rng(0)
    for _ in range(200):
        width, sigma, t, passed = layer_states(rng, 500)
        assert np.all(passed <= 1 - np.abs(sigma - t) + 1e-12)
        assert np.all(t <= width * sigma + 1e-12)


def test_the_invariant_of_the_proof():
    """Random chains of (σ, t), each extreme half of the time, never leave S ≤ min(m(1−x), 2 − 1/m − x)."""
    rng = np.random.default_rng(1)
    width = rng.integers(1, 9, 20000).astype(float)
    S, x = np.zeros(20000), np.ones(20000)
    for _ in range(8):
        sigma = np.where(rng.random(20000) < 0.3, rng.choice([0.0, 1.0], 20000), rng.random(20000))
        sigma = np.where(rng.random(20000) < 0.3, 1 / width, sigma)
        t = np.minimum(1.0, width * sigma) * np.where(rng.random(20000) < 0.5, 1.0, rng.random(20000))
        t = np.where(rng.random(20000) < 0.3, sigma, t)
        S, x = (1 - np.abs(sigma - t)) * S + x * t, (1 - sigma) * x
        assert np.all(np.minimum(width * (1 - x), 2 - 1 / width - x) + 1e-12 >= S)


def test_the_root_is_the_largest_of_its_cases():
    """`hessian_from` against the maximum over cosines of the 3×3 form that it solves."""
    rng = np.random.default_rng(2)
    cosine = np.linspace(0, 1, 20001)
    symbols = sympy.symbols("h T b", positive=True)
    root = sympy.lambdify(symbols, depth_free.hessian_from(*symbols), "numpy")
    for h, T, b in np.exp(rng.uniform(-3, 3, (20, 3))):
        half = (h * cosine + T) / 2
        largest = np.max(half + np.sqrt(half**2 + b**2 + h**2 * (1 - cosine**2)))
        assert root(h, T, b) == pytest.approx(largest, rel=1e-7)


@pytest.mark.parametrize("depth", range(1, 40))
def test_the_constant_of_the_cross_term(depth):
    """K_L is the least of 2(1 + t/L)^(L/2)/t over t = r²η² > 0, and 0 where there is nothing to cross."""
    found = float(depth_free.K_L.subs(L, depth))
    t = np.exp(np.linspace(-3, 20, 200001))
    least = np.min(2 * np.exp(depth / 2 * np.log1p(t / depth) - np.log(t))) if depth > 1 else 0.0
    assert found == pytest.approx(least, rel=1e-7)
    if depth > 2:
        assert depth_free.K_L.subs(L, depth) == sympy.sqrt(sympy.Rational(depth, depth - 2)) ** (depth - 2)


def test_the_bound_is_never_above_the_explicit_one():
    rng = np.random.default_rng(3)
    arguments = (L, m, rho, omega, beta)
    free = sympy.lambdify(arguments, depth_free.hessian(), "numpy")
    explicit = sympy.lambdify(arguments, banerjee2024.hessian().subs(c0, 0), "numpy")
    depth, width = (np.round(np.exp(rng.uniform(0, 7, 20000))) for _ in range(2))
    r, w, b = (np.exp(rng.uniform(-6, 6, 20000)) for _ in range(3))
    assert np.max(free(depth, width, r, w, b) / explicit(depth, width, r, w, b)) <= 1 + 1e-9


def test_the_shapes_of_the_searched_family_are_its_own():
    assert [tuple(shape.values()) for shape in NARROW_NETWORKS.shapes()] == list(NARROW)


def test_a_conjecture_is_never_reported_as_held():
    evidence = verify(load("depth_free/conjecture_narrow_hessian"), name="depth_free/conjecture_narrow_hessian")
    record = Record(schema=RECORD_SCHEMA, wnverify="", versions={}, seed=0, budget="quick", theorems=[evidence])
    text = render(record, 120)
    assert evidence.conjecture
    assert "◇ conjecture, not refuted" in text
    assert "1 of 1 conjecture not refuted" in text
    assert "✓ held" not in text
    assert "short of it by" in text
    assert re.search(r"rows of W1\s+1 row at 0° and 1 row at 90° from x", text)


def test_a_control_cannot_be_a_conjecture():
    theorem = load("depth_free/conjecture_narrow_hessian")
    with pytest.raises(TheoremFileError, match="a conjecture or a control"):
        replace(theorem, expect=Verdict.REFUTED)
