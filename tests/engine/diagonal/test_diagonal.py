"""The diagonal model's numerics against naive references: other formulas, other solvers, plain time."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import minimize

from wnverify.engine.diagonal import flow, limits, programs, timed
from wnverify.engine.diagonal import model as engine
from wnverify.engine.diagonal.model import Model
from wnverify.errors import DomainError

DEPTHS = (2, 3, 4)
SIZES = ((1, 2), (2, 4), (3, 7))


def problem(L, rows, columns, count=20, seed=0, radius=0.7):
    rng = np.random.default_rng([seed, L, rows, columns])
    A = rng.standard_normal((rows, columns, count)) / np.sqrt(rows)
    z = np.exp(rng.standard_normal((columns, count)))
    z /= z.sum(axis=0)
    u = np.abs(rng.standard_normal((columns, count))) + 0.1
    model = Model(A, engine.apply(A, z), np.exp(rng.uniform(-1, 1.5, count)), L)
    return model, np.full(count, radius), u / engine.length(u), z


@pytest.mark.parametrize("L", DEPTHS)
@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_field_is_minus_the_gradient_on_the_sphere(L, rows, columns):
    model, r, u, _ = problem(L, rows, columns)
    for closed, stepped in zip(
        engine.polar_field(model, r, u), engine.polar_field_by_complex_step(model, r, u), strict=True
    ):
        np.testing.assert_allclose(closed, stepped, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(engine.dot(u, engine.polar_field(model, r, u)[1]), 0.0, atol=1e-12)


@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_kernel(rows, columns):
    model, _, _, _ = problem(2, rows, columns)
    basis = engine.kernel_basis(model.A)
    assert basis.shape[1] == columns - rows
    np.testing.assert_allclose(np.einsum("mnb,nkb->mkb", model.A, basis), 0.0, atol=1e-13)
    d = np.random.default_rng(1).standard_normal((columns, 20))
    inside = np.einsum("nkb,kb->nb", basis, np.einsum("nkb,nb->kb", basis, d))
    np.testing.assert_allclose(engine.kernel_projection(model.A, d), inside, atol=1e-11)


@pytest.mark.parametrize("L", DEPTHS)
def test_mirror_map_and_its_inverse(L):
    model, r, u, _ = problem(L, 1, 5)
    x = (r * u) ** L
    theta = engine.mirror_gradient(x, model.eta, L)
    np.testing.assert_allclose(engine.mirror_inverse(theta, model.eta, L), x, rtol=1e-10)


@pytest.mark.parametrize("L", DEPTHS)
def test_divergence_is_the_integral_of_the_curvature(L):
    model, r, u, z = problem(L, 1, 3, count=1)
    x = (r * u) ** L
    value, _ = engine.bregman_by_definition(z, x, model.eta, L)
    nodes, weights = np.polynomial.legendre.leggauss(200)
    total = 0.0
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        curved = engine.along(lambda p: engine.mirror_gradient(p, model.eta, L), x + node * (z - x), z - x)
        total += weight * (1 - node) * engine.dot(curved, z - x)[0]
    assert value[0] == pytest.approx(total, rel=1e-7)


def test_divergence_for_two_layers_has_its_closed_form():
    model, r, u, z = problem(2, 1, 5)
    value, _ = engine.bregman_by_definition(z, (r * u) ** 2, model.eta, 2)
    np.testing.assert_allclose(engine.bregman(z, r, u, model.eta), value, rtol=1e-9)
    assert engine.divergence(np.array([[0.0], [1.0]]), np.array([[0.5], [0.5]])) == pytest.approx(np.log(2))


@pytest.mark.parametrize("L", DEPTHS)
@pytest.mark.parametrize(("rows", "columns"), SIZES)
@pytest.mark.parametrize("radius", [0.05, 0.7, 1.5])
def test_limit_solves_its_conditions_and_the_second_route_agrees(L, rows, columns, radius):
    model, r, u, _ = problem(L, rows, columns, count=3, radius=radius)
    found = limits.wn_limit(model, r, u)
    assert found.solved.all()
    np.testing.assert_allclose(engine.apply(model.A, found.x), model.y, atol=1e-11)
    shift = engine.mirror_gradient(found.x, model.eta, L) - engine.mirror_gradient((r * u) ** L, model.eta, L)
    outside = np.einsum("nkb,nb->kb", engine.kernel_basis(model.A), shift)
    assert (np.abs(outside).max(axis=0) <= 1e-8 * np.abs(shift).max(axis=0) + 1e-12).all()
    np.testing.assert_allclose(limits.wn_limit_by_scale(model, r, u), found.x, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("eta", [20.0, 120.0, 128.7, 133.0, 2000.0])
def test_the_second_route_reaches_limits_of_starts_beyond_floats(eta):
    """Their effective start is e^{−Lη(Q^{2/L} − r²)/2} of the true one: down to e^{−1400} floats hold its costs."""
    A = np.array([[2.0, 1.16, 0.54, -0.7], [-1.8, 0.53, -1.43, -0.68]])[..., None]
    z = np.array([0.023, 0.0093, 27.1, 0.085])[:, None]
    model, u = Model(A, engine.apply(A, z), np.array([eta]), 4), np.full((4, 1), 0.5)
    second, found = limits.wn_limit_by_scale(model, np.array([0.12]), u), limits.wn_limit(model, np.array([0.12]), u)
    np.testing.assert_allclose(engine.apply(A, second), model.y, rtol=1e-9)
    assert found.solved.all() == (eta < 130)
    if eta < 130:
        np.testing.assert_allclose(second, found.x, rtol=1e-9, atol=1e-9)
    else:
        np.testing.assert_allclose(second, programs.least_cost(model, np.ones((4, 1))).z, rtol=1e-9)


def test_a_start_beyond_floats_has_a_limit_by_the_second_route_only_where_one_vertex_is_least():
    A = np.array([[1.0, 1.0, 0.5]])[..., None]
    model = Model(A, np.array([[5.0]]), np.array([2000.0]), 4)
    with pytest.raises(DomainError, match="one minimiser of the linear program, but got several"):
        limits.wn_limit_by_scale(model, np.array([0.12]), np.full((3, 1), 3**-0.5))


def test_a_projection_that_was_not_found_shows_no_vertex(monkeypatch):
    found = limits.entropy_limit
    monkeypatch.setattr(limits, "entropy_limit", lambda *asked: replace(found(*asked), solved=np.array([False])))
    model = Model(np.array([[1.0, 0.5]])[..., None], np.array([[5.0]]), np.array([2000.0]), 4)
    with pytest.raises(DomainError, match="a limit between the ends of its search"):
        limits.wn_limit_by_scale(model, np.array([0.12]), np.full((2, 1), 2**-0.5))


def test_limit_minimises_the_divergence():
    model, r, u, z = problem(2, 1, 3, count=1)
    found = limits.wn_limit(model, r, u).x
    basis = engine.kernel_basis(model.A)[..., 0]

    def objective(c):
        point = z[:, 0] + basis @ c
        return engine.bregman(np.maximum(point, 1e-12)[:, None], r, u, model.eta)[0] + 1e3 * (point < 0).sum()

    best = minimize(objective, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-14})
    np.testing.assert_allclose(z[:, 0] + basis @ best.x, found[:, 0], atol=1e-5)


@pytest.mark.parametrize("L", DEPTHS)
@pytest.mark.parametrize("scale", [-5.0, 0.0, 3.0])
def test_plain_limit_from_dual_and_primal_side(L, scale):
    model, r, u, z = problem(L, 2, 5)
    log_x = L * np.log(r * u) + scale
    found = limits.entropy_limit(model, log_x)
    assert found.solved.all()
    primal = limits.kernel_newton(model, log_x, z)
    np.testing.assert_allclose(found.x, primal, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_linear_program_by_vertices_and_by_highs(rows, columns):
    model, _, u, z = problem(3, rows, columns)
    found = programs.least_cost(model, 1 / u)
    other, reduced = programs.least_cost_by_linprog(model, 1 / u)
    np.testing.assert_allclose(found.z, other, atol=1e-8)
    np.testing.assert_allclose(found.reduced, reduced, atol=1e-12)
    assert (found.reduced >= 0).all()
    np.testing.assert_allclose(found.value + engine.dot(found.reduced, z), engine.dot(1 / u, z), rtol=1e-9)


def plain_time(model, r, u, end):
    """DOP853 in Cartesian (r, u) and the flow's own time."""

    def field(_, state):
        speed, turn = engine.polar_field(model, state[:1], state[1:, None])
        return np.concatenate([speed, turn[:, 0]])

    start = np.concatenate([r, u[:, 0]])
    return solve_ivp(field, (0.0, end), start, method="DOP853", rtol=1e-11, atol=1e-13).y[:, -1]


@pytest.mark.parametrize("L", DEPTHS)
def test_run_ends_where_a_plain_integration_ends(L):
    model, r, u, _ = problem(L, 1, 3, count=1)
    for integrator in (flow.integrate, flow.integrate_weights):
        path = integrator(model, r, u)
        assert path.converged.all()
        state = plain_time(model, r, u, 400.0)
        np.testing.assert_allclose(path.x(L)[-1, :, 0], (state[0] * state[1:]) ** L, rtol=1e-6)


@pytest.mark.parametrize("L", DEPTHS)
def test_the_plain_flow_ends_at_the_projection_of_its_start(L):
    model, r, u, _ = problem(L, 1, 3, count=1)
    path = flow.integrate(model, r, u, plain=True, evaluations=10000)
    assert path.converged.all()
    np.testing.assert_allclose(path.x(L)[-1], limits.entropy_limit(model, L * np.log(r * u)).x, rtol=1e-6)


def test_integrals_follow_the_own_time_of_the_flow():
    model, r, u, _ = problem(2, 1, 3, count=1)
    path = flow.integrate(model, r, u, integrals=True)
    second = flow.integrate_weights(model, r, u, integrals=True)
    np.testing.assert_allclose(path.integrals[-1], second.integrals[-1], rtol=1e-4)
    # dD_Φ(x_∞, x)/dτ = −2l: the integral of κ weights the loss so that 2∫l dτ is the divergence of the start
    x = path.x(2)
    loss = np.array([engine.loss(model, point)[0] for point in x])
    tau = path.integrals[:, 0, 0]
    total = 2 * np.sum((loss[1:] + loss[:-1]) / 2 * np.diff(tau))
    assert total == pytest.approx(engine.bregman(x[-1], r, u, model.eta)[0], rel=0.05)


@pytest.mark.parametrize(
    ("eta", "ends_at_zero"), [(0.01, True), (0.1, True), (1.0, True), (30.0, False), (100.0, False)]
)
def test_collapse_to_zero(eta, ends_at_zero):
    """A = (1, −1, −1), y = 1, u_0 ~ (0.2, 0.7, 0.7), r_0 = 0.3: at small η the flow converges to x = 0."""
    u = np.array([[0.2], [0.7], [0.7]])
    model = Model(np.array([[[1.0], [-1.0], [-1.0]]]), np.ones((1, 1)), np.array([eta]), 2)
    path = flow.integrate(model, np.array([0.3]), u / engine.length(u))
    assert path.collapsed[0] == ends_at_zero
    assert path.converged[0] != ends_at_zero


@pytest.mark.parametrize(("L", "rows", "columns"), [(2, 1, 3), (3, 2, 3), (2, 2, 4)])
def test_quadratures_along_the_curve_are_the_run_and_its_times(monkeypatch, L, rows, columns):
    left = []
    monkeypatch.setattr(
        timed, "integrate", lambda model, *run, **how: left.append(model) or flow.integrate(model, *run, **how)
    )
    model, r, u, _ = problem(L, rows, columns, count=8)
    path = timed.timed_run(model, r, u, limits.wn_limit(model, r, u).x)
    assert sum(part.eta.size for part in left) <= 2
    ended = path.converged
    assert ended.sum() >= 6
    other = flow.integrate_weights(model, r, u, integrals=True, clock=path.clock)
    np.testing.assert_allclose(path.x(L)[..., ended], other.x(L)[..., ended], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(path.integrals[..., ended], other.integrals[..., ended], rtol=1e-4, atol=1e-9)


def test_runs_that_collapse_and_wrong_limits_are_left_to_the_integrator():
    A, u = np.ones((1, 3, 2)), np.array([[0.2], [0.7], [0.7]]) * np.ones(2)
    A[:, 1:] = -1.0
    model, r, u = Model(A, np.ones((1, 2)), np.array([0.1, 30.0]), 2), np.full(2, 0.3), u / engine.length(u)
    limit = limits.wn_limit(model, r, u).x
    path, integrated = timed.timed_run(model, r, u, limit), flow.integrate(model, r, u, integrals=True)
    assert path.collapsed.tolist() == [True, False]
    assert path.converged.tolist() == [False, True]
    assert path.integrals[..., 0].tolist() == integrated.integrals[..., 0].tolist()
    np.testing.assert_allclose(path.x(2)[-1, :, 1], limit[:, 1], rtol=1e-6)
    astray = timed.timed_run(model, r, u, 2 * limit)
    assert astray.integrals.tolist() == integrated.integrals.tolist()


def test_the_time_of_a_run_is_that_of_the_logistic_equation():
    """A = (1, 1), u even, L = 2: S = r² obeys S' = −4S(S − y), so S = y/(1 + (y/S_0 − 1)e^{−4yt})."""
    model = Model(np.ones((1, 2, 1)), np.full((1, 1), 0.8), np.array([3.0]), 2)
    path = flow.integrate(model, np.array([0.5]), np.full((2, 1), 0.5**0.5), integrals=True)
    time = path.integrals[:, flow.INTEGRALS.index("time"), 0]
    S = 0.8 / (1 + (0.8 / 0.25 - 1) * np.exp(-4 * 0.8 * time))
    assert time[-1] > 5
    np.testing.assert_allclose(np.exp(2 * path.log_r[:, 0]), S, rtol=1e-5)


@pytest.mark.parametrize("integrals", [False, True])
def test_a_run_that_hits_its_cap_is_followed_as_far_as_it_came_for_its_integrals(monkeypatch, integrals):
    model, r, u, _ = problem(2, 1, 3, count=2)
    whole = flow.integrate(model, r, u, integrals=integrals)
    assert whole.converged.all()
    monkeypatch.setattr(flow, "EVALUATIONS", 100)
    path = flow.integrate(model, r, u, integrals=integrals)
    assert not path.converged.any()
    assert not path.collapsed.any()
    assert (path.ends < 0.9 * whole.ends).all()
    assert (path.ends > 0.5).all()
    assert np.isnan(path.log_r).all() != integrals
    second = flow.integrate_weights(model, r, u, integrals=integrals, clock=path.clock)
    assert not second.converged.any()
    if not integrals:
        return
    assert second.ends.tolist() == path.ends.tolist()
    np.testing.assert_allclose(second.x(2), path.x(2), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(second.integrals, path.integrals, rtol=1e-4, atol=1e-9)


def test_a_run_that_cannot_begin_is_not_a_result(monkeypatch):
    monkeypatch.setattr(flow, "EVALUATIONS", 2)
    model, r, u, _ = problem(2, 1, 3, count=2)
    path = flow.integrate(model, r, u)
    assert np.isnan(path.log_r).all()
    assert not path.converged.any()
    assert not path.collapsed.any()
