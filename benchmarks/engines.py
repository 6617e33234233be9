"""The competitors: every engine turns one batch of networks into their Hessians, and says if it is missing.

An engine is a function (Problem) -> Callable[[], object]: it prepares and compiles, and returns what is timed.
The network is weight-normalised tanh, `fan_in` scaling, θ = (W^1, …, W^L, v); see `wnverify.engine.networks.network`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from wnverify.engine.activations import activation
from wnverify.engine.networks.hessian import hessian_chunks
from wnverify.engine.networks.loss import Regression, loss_hessian
from wnverify.engine.networks.network import Direction, Network, flatten, parameters

Timed = Callable[[], object]


@dataclass(frozen=True)
class Problem:
    """B networks of shape (L, m, d); n samples for the loss, or None for the Hessian of f."""

    L: int
    m: int
    d: int
    B: int
    n: int | None = None

    @property
    def net(self) -> Network:
        """The networks, from a fixed seed."""
        rng = np.random.default_rng(20240908)
        widths = [self.d, *[self.m] * self.L]
        W = tuple(rng.normal(size=(b, a, self.B)) for a, b in itertools.pairwise(widths))
        v, x = rng.normal(size=(self.m, self.B)), rng.normal(size=(self.d, self.B))
        return Network(W, v, x, activation("tanh"), "fan_in")

    @property
    def regression(self) -> Regression:
        """The same networks with n samples each."""
        rng = np.random.default_rng(7)
        n, net = self.n or 1, self.net
        X, y = rng.normal(size=(self.d, n, self.B)), rng.normal(size=(n, self.B))
        W = tuple(rows[:, :, None] for rows in net.W)
        return Regression(Network(W, net.v[:, None], X, net.activation, net.scaling), y)

    @property
    def theta(self) -> np.ndarray:
        """θ, batch first, (B, p)."""
        net = self.net
        return np.ascontiguousarray(flatten(Direction(net.W, net.v, net.x)).T)

    @property
    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Inputs (B, d) or (B, n, d), targets (B,) or (B, n)."""
        if self.n is None:
            return np.ascontiguousarray(self.net.x.T), np.zeros(self.B)
        reg = self.regression
        return np.ascontiguousarray(reg.net.x.transpose(2, 1, 0)), np.ascontiguousarray(reg.y.T)

    @property
    def p(self) -> int:
        """The number of parameters."""
        return parameters(self.net)


def scalar(problem: Problem, np_: Any) -> Callable[..., Any]:
    """Return f(θ, x, y) or the loss, written once for every array library `np_`; `@` and reshape are all it needs."""
    shapes = [(problem.m, problem.d), *[(problem.m, problem.m)] * (problem.L - 1)]

    def network(theta: Any, x: Any) -> Any:
        start, alpha = 0, x
        for m, k in shapes:
            w = theta[start : start + m * k].reshape(m, k)
            start += m * k
            w = w / np_.sqrt((w * w).sum(1))[:, None]
            alpha = np_.tanh(alpha @ w.T / math.sqrt(k))
        return alpha @ theta[start:] / math.sqrt(problem.m)

    if problem.n is None:
        return lambda theta, x, y: network(theta, x)
    return lambda theta, x, y: ((network(theta, x) - y) ** 2).sum() / problem.n


def closed_form(problem: Problem) -> Timed:
    """This engine, through one reused buffer."""
    if problem.n is not None:
        reg = problem.regression
        out = np.empty((problem.p, problem.p, problem.B))
        return lambda: loss_hessian(reg, out=out)
    net = problem.net
    return lambda: [part.stop for part, _ in hessian_chunks(net)]


def jax_vmap(problem: Problem) -> Timed:
    """jax.jit(jax.vmap(jax.hessian(f))), float64, compiled before timing."""
    import jax

    jax.config.update("jax_enable_x64", True)
    run = jax.jit(jax.vmap(jax.hessian(scalar(problem, jax.numpy))))
    arrays = [jax.numpy.asarray(a) for a in (problem.theta, *problem.data)]
    return lambda: run(*arrays).block_until_ready()


def torch_vmap(problem: Problem) -> Timed:
    """torch.func.vmap(torch.func.hessian(f)), float64, one thread."""
    import torch

    torch.set_num_threads(1)
    run = torch.func.vmap(torch.func.hessian(scalar(problem, torch)))
    arrays = [torch.as_tensor(a) for a in (problem.theta, *problem.data)]
    return lambda: run(*arrays)


def autograd_vectorised(problem: Problem) -> Timed:
    """autograd over the whole batch: one reverse pass, differentiated by p further reverse passes."""
    import autograd
    import autograd.numpy as anp

    shapes = [(problem.m, problem.d), *[(problem.m, problem.m)] * (problem.L - 1)]
    x = problem.data[0]

    def total(theta: Any) -> Any:
        start, alpha = 0, x[:, None, :]
        for m, k in shapes:
            w = anp.reshape(theta[:, start : start + m * k], (-1, m, k))
            start += m * k
            w = w / anp.sqrt(anp.sum(w * w, axis=2, keepdims=True))
            alpha = anp.tanh(anp.matmul(alpha, anp.swapaxes(w, 1, 2)) / math.sqrt(k))
        return anp.sum(alpha[:, 0] * theta[:, start:]) / math.sqrt(problem.m)

    theta, slopes = problem.theta, autograd.grad(total)

    def run() -> list[Any]:
        back, _ = autograd.make_vjp(slopes)(theta)
        basis = np.eye(problem.p)
        return [back(np.broadcast_to(row, theta.shape)) for row in basis]

    return run


def autograd_loop(problem: Problem) -> Timed:
    """autograd.hessian of one network after another."""
    import autograd
    import autograd.numpy as anp

    f = scalar(problem, anp)
    theta, (x, y) = problem.theta, problem.data

    def run() -> list[Any]:
        return [autograd.hessian(lambda t, b=b: f(t, x[b], y[b]))(theta[b]) for b in range(problem.B)]

    return run


def curvlinops(problem: Problem) -> Timed:
    """curvlinops.HessianLinearOperator applied to the identity, one network after another."""
    import torch
    from curvlinops import HessianLinearOperator

    torch.set_num_threads(1)
    f, eye = scalar(problem, torch), torch.eye(problem.p, dtype=torch.float64)
    theta, (x, y) = torch.as_tensor(problem.theta), (torch.as_tensor(a) for a in problem.data)

    class Model(torch.nn.Module):
        def __init__(self, start: Any) -> None:
            super().__init__()
            self.theta = torch.nn.Parameter(start.clone())

        def forward(self, point: Any) -> Any:
            return f(self.theta, point[0], 0.0).reshape(1, 1)

    class Total(torch.nn.Module):
        reduction = "sum"

        def forward(self, out: Any, target: Any) -> Any:
            return out.sum()

    def one(b: int) -> Any:
        model = Model(theta[b])
        data = [(x[b][None], y[b].reshape(1, 1))]
        operator = HessianLinearOperator(model, Total(), list(model.parameters()), data, check_deterministic=False)
        return operator @ eye

    return lambda: [one(b) for b in range(problem.B)]


@dataclass(frozen=True)
class Engine:
    """How an engine is called in the tables, and how many networks it is given at most."""

    name: str
    build: Callable[[Problem], Timed]
    most: int | None = None
    losses: bool = False


ENGINES = (
    Engine("closed form", closed_form, losses=True),
    Engine("jax jit(vmap(hessian))", jax_vmap, losses=True),
    Engine("torch.func vmap(hessian)", torch_vmap, losses=True),
    Engine("autograd vectorised", autograd_vectorised),
    Engine("autograd.hessian loop", autograd_loop, most=2),
    Engine("curvlinops", curvlinops, most=2),
)
