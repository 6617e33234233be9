"""Networks with all that is read off their second derivatives: eigenvalues, trace, Frobenius norm, blocks."""

from __future__ import annotations

import numpy as np

from wnverify.questions.counterexample.script.networks import STEP, Array, Instance, Networks, norm_of

UNSIGNED = ("hessian_frobenius", "hidden_hessian_norm", "cross_hessian_norm", "loss_hessian_frobenius")


class Curvature(Networks):
    """The symbols of `Networks`, and those of the Hessian, which is taken once."""

    SIGNED = (
        "hessian_min", "hessian_max", "hessian_trace", "loss_hessian_min", "loss_hessian_max", "loss_hessian_trace",
    )  # fmt: skip

    def __init__(self, instance: Instance) -> None:
        super().__init__(instance)
        self.kept: dict[str, Array] = {}

    def floor(self, name: str) -> float:
        """As for all networks; and of a number of a Hessian what rounding of its entries may leave."""
        if name == "ntk_min":
            J = self._gradients()
            return 1e-14 * (norm_of(J) + max(net.cancelling() for net in self.nets)) * norm_of(J)
        if name not in (*self.SIGNED, *UNSIGNED):
            return super().floor(name)
        H = self._loss_matrix() if name.startswith("loss") else self._whole()
        return super().floor("hessian_norm") + 1e-14 * len(H) ** 0.5 * norm_of(H)

    def _gradients(self) -> Array:
        """∇_θ f at every sample, n × p."""
        return np.array([net.at()[1] for net in self.nets])

    def _loss_matrix(self) -> Array:
        if "loss" not in self.kept:
            self.kept["loss"] = self._loss_hessian()
        return self.kept["loss"]

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

    def _loss_hessian_min(self) -> float:
        return float(np.linalg.eigvalsh(self._loss_matrix())[0])

    def _loss_hessian_max(self) -> float:
        return float(np.linalg.eigvalsh(self._loss_matrix())[-1])

    def _loss_hessian_trace(self) -> float:
        return float(np.trace(self._loss_matrix()))

    def _loss_hessian_frobenius(self) -> float:
        return norm_of(self._loss_matrix())

    def _ntk_min(self) -> float:
        J = self._gradients()
        return float(np.linalg.svd(J, compute_uv=False)[-1]) ** 2 if len(J) <= J.shape[1] else 0.0
