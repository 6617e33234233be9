"""Training runs of a network, step by step in plain loops."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from wnverify.questions.counterexample.script.intervals import Ends, add, exact, over
from wnverify.questions.counterexample.script.networks import (
    Array,
    Instance,
    Networks,
    greatest,
    measured,
    norm_of,
)


class TrainingRun:
    """u ← μu + g, θ ← θ − η(λθ + s), s = u or g + μu (look-ahead), with g = (2/n) Σ w_i e_i ∇f(θ; x_i)."""

    MOVED = ("input_norm", "momentum", "decay")
    TOGETHER = SIGNED = ()

    def __init__(self, instance: Instance) -> None:
        self.shape, self.problem, arrays = instance.shape, Networks(instance), instance.arrays
        self.steps, self.mask = arrays["steps"], arrays["mask"]
        self.settings = {name: float(arrays[name]) for name in ("momentum", "lookahead", "decay")}
        self.theta = [self.problem.net.theta]
        self.own: list[Array] = []
        self._run()

    @staticmethod
    def layout(family: str, shape: Mapping[str, int]) -> dict[str, str]:
        """The axes of every array."""
        run = {"steps": "T", "mask": "T n", "momentum": "", "lookahead": "", "decay": ""}
        return {**Networks.layout(family, shape), **run}

    def read(self, name: str) -> Ends | None:
        """What needs no measuring: sizes, the schedule, constants of the activation, norms of the inputs."""
        if name in self.shape or name in self.settings:
            return exact({**self.shape, **self.settings}[name])
        if name == "step":
            return exact(float(self.steps[-1]))
        if name == "batch_share":
            return exact(float(self.mask.min()))
        if name == "step_spread":
            return greatest([self._spread(float(step)) for step in self.steps])
        return self.problem.read(name) if name in ("slope", "beta", "c0", "input_norm") else None

    def floor(self, name: str) -> float:
        """What rounding may leave of something that is 0 for a reason that floats do not see."""
        return 1e-14 if name in ("growth_defect", "decay_defect") else 0.0

    def measure(self, name: str) -> float:
        """What is measured in floats."""
        return measured(self, name)

    def _spread(self, step: float) -> Ends:
        found = add(over(exact(step), exact(float(self.steps[0]))), exact(-1))
        return (max(found[0], found[1].copy_negate(), Decimal(0)), max(found[1], found[0].copy_negate()))

    def _run(self) -> None:
        speed = np.zeros_like(self.theta[0])
        mu, decay = self.settings["momentum"], self.settings["decay"]
        for step, weights in zip(self.steps, self.mask):
            gradient, _ = self._at(self.theta[-1], weights)
            speed = mu * speed + gradient
            move = gradient + mu * speed if self.settings["lookahead"] else speed
            self.own.append(gradient)
            self.theta.append(self.theta[-1] - step * (decay * self.theta[-1] + move))

    def _at(self, theta: Array, weights: Array) -> tuple[Array, float]:
        """The weighted gradient, and the loss of the full batch."""
        gradients, errors = [], []
        for net, target in zip(self.problem.nets, self.problem.y):
            value, gradient, *_ = net.gradient(theta.astype(complex), net.x.astype(complex))
            gradients.append(gradient.real)
            errors.append(value.real - target)
        e = np.array(errors)
        return 2 * (weights * e) @ np.array(gradients) / len(e), float(np.mean(e * e))

    def _rows(self, vector: Array) -> Array:
        """Squared norm of every row of every layer."""
        W = self.problem.net.W
        ends = np.cumsum([layer.size for layer in W])
        blocks = np.split(vector, ends)[: len(W)]
        return np.concatenate([(b.reshape(layer.shape) ** 2).sum(axis=1) for b, layer in zip(blocks, W)])

    def _full(self, index: int) -> tuple[Array, float]:
        return self._at(self.theta[index], np.ones(len(self.problem.nets)))

    def _rho(self) -> float:
        size = len(self.problem.net.v)
        return max(0.0, *(norm_of(theta[-size:]) - 1 for theta in self.theta))

    def _omega(self) -> float:
        return min(float(np.sqrt(self._rows(theta).min())) for theta in self.theta)

    def _loss_start(self) -> float:
        return self._full(0)[1]

    def _loss(self) -> float:
        return self._full(-2)[1]

    def _loss_next(self) -> float:
        return self._full(-1)[1]

    def _loss_gradient_norm(self) -> float:
        return norm_of(self._full(-2)[0])

    def _pairs(self) -> list[tuple[Array, Array]]:
        rows = [self._rows(theta) for theta in self.theta]
        return list(zip(rows, rows[1:]))

    def _min_norm_growth(self) -> float:
        return min(float(np.sqrt(new.min() / old.min())) for old, new in self._pairs())

    def _row_growth(self) -> float:
        return min(float(np.sqrt((new / old).min())) for old, new in self._pairs())

    def _outward_growth(self) -> float:
        pairs = zip(self.theta, self.theta[1:])
        rows = [(self._rows(old), self._rows(new), self._rows(new - old)) for old, new in pairs]
        return min(float((new / (old + moved)).min()) for old, new, moved in rows)

    def _growth_defect(self) -> float:
        moved = zip(self._pairs(), self.own, self.steps)
        return max(float((np.abs(new - old - s**2 * self._rows(g)) / new).max()) for (old, new), g, s in moved)

    def _decay_defect(self) -> float:
        found, decay = 0.0, self.settings["decay"]
        for (old, new), g, s in zip(self._pairs(), self.own, self.steps):
            wanted = (1 - s * decay) ** 2 * old + s**2 * self._rows(g)
            found = max(found, float((np.abs(new - wanted) / np.maximum(old, new)).max()))
        return found

    def _rows_kept(self) -> float:
        return float(np.sqrt((self._rows(self.theta[-1]) / self._rows(self.theta[0])).min()))

    def _output_drift(self) -> float:
        return norm_of((self.theta[-1] - self.theta[0])[-len(self.problem.net.v) :])

    def _shrinkage(self) -> float:
        return float(np.prod(np.abs(1 - self.steps * self.settings["decay"])))

    def _omega_start(self) -> float:
        return float(np.sqrt(self._rows(self.theta[0]).min()))

    def _rho_start(self) -> float:
        return max(0.0, norm_of(self.theta[0][-len(self.problem.net.v) :]) - 1)

    def _row_start(self) -> float:
        return float(np.sqrt(self._rows(self.theta[0])[0]))

    def _row_after(self) -> float:
        return float(np.sqrt(self._rows(self.theta[1])[0]))

    def _sphere_gradient(self) -> float:
        theta, norms = self.theta[0].copy(), iter(np.sqrt(self._rows(self.theta[0])))
        start = 0
        for layer in self.problem.net.W:
            for row in layer:
                theta[start : start + row.size] /= next(norms)
                start += row.size
        return norm_of(self._at(theta, self.mask[0])[0][: self.problem.net.W[0].shape[1]])
