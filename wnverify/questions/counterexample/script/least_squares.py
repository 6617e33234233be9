"""Weight-normalised linear models p = gAw with y = At."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wnverify.questions.counterexample.script.intervals import CannotMeasure, Ends, exact
from wnverify.questions.counterexample.script.networks import Instance, measured, norm_of


class LinearModel:
    """One state: A, w = v/‖v‖, y = At, the gain g and the learning rates."""

    MOVED = ("g", "rate_g", "rate_w", "step")
    TOGETHER = SIGNED = ()

    def __init__(self, instance: Instance) -> None:
        if instance.settings.get("rows", "any") != "any":
            raise CannotMeasure("this script measures matrices A as they are only")
        arrays, self.shape = instance.arrays, instance.shape
        self.A, self.w = arrays["A"], arrays["v"] / norm_of(arrays["v"])
        self.y = self.A @ arrays["t"]
        self.numbers = {name: float(arrays[name]) for name in self.MOVED}
        self.x_star, *_ = np.linalg.lstsq(self.A, self.y, rcond=None)

    @staticmethod
    def layout(family: str, shape: Mapping[str, int]) -> dict[str, str]:
        """The axes of every array."""
        vectors = dict.fromkeys(("v", "t", "z"), "d")
        return {"A": "m d", **vectors, "zeta": "m", "g": "", "rate_g": "", "rate_w": "", "step": ""}

    def read(self, name: str) -> Ends | None:
        """What needs no measuring: sizes, and numbers that are arrays of their own."""
        known = {**self.shape, **self.numbers}
        return exact(known[name]) if name in known else None

    def floor(self, name: str) -> float:
        """What rounding may leave of something that is 0 for a reason that floats do not see."""
        scales = {"om": 1.0, "error_norm": norm_of(self.y) + abs(self.numbers["g"]) * self._A_norm()}
        return 1e-14 * scales.get(name, 0.0)

    def measure(self, name: str) -> float:
        """What is measured in floats."""
        return measured(self, name)

    def _sigma(self) -> float:
        return float(np.linalg.svd(self.A, compute_uv=False)[-1])

    def _A_norm(self) -> float:
        return float(np.linalg.norm(self.A, ord=2))

    def _X(self) -> float:
        return norm_of(self.x_star)

    def _om(self) -> float:
        along, *_ = np.linalg.lstsq(self.A, self.A @ self.w, rcond=None)
        return norm_of(self.w - along)

    def _target_norm(self) -> float:
        return norm_of(self.y)

    def _error_norm(self) -> float:
        return norm_of(self.numbers["g"] * (self.A @ self.w) - self.y)
