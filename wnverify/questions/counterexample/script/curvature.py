"""Networks with all that is read off their second derivatives: eigenvalues, trace, Frobenius norm, blocks."""

from __future__ import annotations

import numpy as np

from wnverify.questions.counterexample.script.networks import STEP, Array, Instance, Networks, norm_of


class Curvature(Networks):
    """The symbols of `Networks`, and those of the Hessian, which is taken once."""

    SIGNED = ("hessian_min", "hessian_max", "hessian_trace")

    def __init__(self, instance: Instance) -> None:
        super().__init__(instance)
        self.kept: dict[str, Array] = {}

    def floor(self, name: str) -> float:
        """As for all networks; and of a number of the Hessian what rounding of its entries may leave."""
        if name not in (*self.SIGNED, "hessian_frobenius", "hidden_hessian_norm", "cross_hessian_norm"):
            return super().floor(name)
        H = self._whole()
        return super().floor("hessian_norm") + 1e-14 * len(H) ** 0.5 * norm_of(H)

    def _whole(self) -> Array:
        if "H" not in self.kept:
            self.kept["H"] = self.net.hessian()
        return self.kept["H"]

    def _hessian_min(self) -> float:
        return float(np.linalg.eigvalsh(self._whole())[0])

    def _hessian_max(self) -> float:
        return float(np.linalg.eigvalsh(self._whole())[-1])

    def _hessian_trace(self) -> float:
        return float(np.trace(self._whole()))

    def _hessian_frobenius(self) -> float:
        return norm_of(self._whole())

    def _hidden_hessian_norm(self) -> float:
        split = -len(self.net.v)
        return float(np.abs(np.linalg.eigvalsh(self._whole()[:split, :split])).max())

    def _cross_hessian_norm(self) -> float:
        split = -len(self.net.v)
        return float(np.linalg.norm(self._whole()[:split, split:], ord=2))

    def _input_hessian_norm(self) -> float:
        """‖∇²_x f‖, one complex step a column."""
        net, columns = self.net, []
        step = STEP * (float(np.abs(net.x).max()) or 1.0)
        for index in range(len(net.x)):
            moved = net.x.astype(complex)
            moved[index] += 1j * step
            columns.append(net.gradient(net.theta.astype(complex), moved)[2].imag / step)
        return float(np.linalg.norm(np.array(columns), ord=2))
