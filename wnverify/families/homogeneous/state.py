"""Homogeneous networks under standard and exponential weight normalization (SWN, EWN): one state.

A batch holds, layer by layer, log-norms `s1`, … (k, B) with ‖w_u‖ = e^{s_u} and raw directions `v1`, … (k, p, B);
inputs `x` (n, k, d, B), of which all nets but `block_linear` use the first of the k; labels `label` (n, B), of which
the sign counts; a step `eta` (B,) and a test vector `z` (p, B). The setting `node` says at which node the identities
of a single node are looked at. Setting of Morwani & Ramaswamy (arXiv:2010.12909).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.engine.homogeneous.state import NETS
from wnverify.families.homogeneous import state_formulas as formula
from wnverify.families.homogeneous.state_draws import draw_network, structured_networks
from wnverify.families.homogeneous.state_fields import VIEWS
from wnverify.families.homogeneous.state_formulas import TINY, dot, length
from wnverify.families.homogeneous.state_runs import EWN, SWN
from wnverify.families.kit.parts import Views, constant, read, size, two_routes, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Array, Table, Tabled
from wnverify.family import Scaling, Shape, Situation

LAYERED: Mapping[str, Sequence[str]] = {"net": ("relu", "squared_relu", "deep_linear")}
"""The networks of more than one layer."""
REACH = 2.5
"""The largest |log-norm| that a search may use."""


def _of_net(value: Callable[[Sequence[int], Sequence[int]], float]) -> Callable[[Batch], float]:
    """A number of the architecture, from the degrees d_l and the counts K_l."""

    def of(batch: Batch) -> float:
        net = NETS[batch.settings["net"]]
        return value(net.degrees, [nodes for nodes, _ in net.shapes(batch.shape["k"], batch.shape["d"])])

    return of


LOSSES = Views(formula.log_loss, formula.log_loss_by_sum)

w_norm = VIEWS.quantity(
    "w_norm", "‖w_u‖ of one node", lambda s: length(s.at(s.w)), low=0, strict=True, latex=r"\|w_u\|"
)
v_norm = VIEWS.quantity(
    "v_norm", "‖v_u‖ of that node", lambda s: length(s.at(s.v)), low=0, strict=True, latex=r"\|v_u\|"
)
G_norm = VIEWS.quantity(
    "G_norm", "‖∂Loss/∂w_u‖ of that node", lambda s: length(s.at(s.G)) + TINY, low=0, strict=True, latex=r"\|G_u\|"
)
force = VIEWS.quantity("force", "⟨z, G_u⟩ for a unit z", lambda s: dot(s.z, s.at(s.G)), latex=r"\langle z,G_u\rangle")
radial_force = VIEWS.quantity(
    "radial_force",
    "⟨z, b⟩⟨b, G_u⟩, b = w_u/‖w_u‖",
    formula.radial_force,
    latex=r"\langle z,b\rangle\langle b,G_u\rangle",
)
w_pull = VIEWS.quantity("w_pull", "⟨w_u, G_u⟩", lambda s: dot(s.at(s.w), s.at(s.G)), latex=r"\langle w_u,G_u\rangle")
ewn_velocity = VIEWS.quantity(
    "ewn_velocity",
    "⟨z, w_u′⟩ under EWN",
    lambda s: dot(s.z, s.at(s.velocity["ewn"])),
    latex=r"\langle z,w_u'\rangle_{\mathrm{EWN}}",
)
swn_velocity = VIEWS.quantity(
    "swn_velocity",
    "⟨z, w_u′⟩ under SWN",
    lambda s: dot(s.z, s.at(s.velocity["swn"])),
    latex=r"\langle z,w_u'\rangle_{\mathrm{SWN}}",
)
turning_pull = VIEWS.quantity(
    "turning_pull",
    "⟨v, v′⟩ over ‖w‖‖G‖, the largest ‖v‖‖v′‖",
    formula.turning_pull,
    latex=r"\frac{\langle v,v'\rangle}{\|v\|\|v'\|}",
)
radial_share = VIEWS.quantity(
    "radial_share", "⟨w, G⟩/(‖w‖‖G‖)", formula.radial_share, latex=r"\frac{\langle w,G\rangle}{\|w\|\|G\|}"
)
ewn_log_rate = formula.balance("ewn_log_rate", "(Σ log‖w_u‖/d_l)′ under EWN", "ewn", 2, r"\rho_{\log}^{\mathrm{EWN}}")
swn_log_rate = formula.balance("swn_log_rate", "(Σ log‖w_u‖/d_l)′ under SWN", "swn", 2, r"\rho_{\log}^{\mathrm{SWN}}")
ewn_square_rate = formula.balance("ewn_square_rate", "(Σ‖w_u‖²/d_l)′ under EWN", "ewn", 0, r"\rho_{2}^{\mathrm{EWN}}")
swn_square_rate = formula.balance("swn_square_rate", "(Σ‖w_u‖²/d_l)′ under SWN", "swn", 0, r"\rho_{2}^{\mathrm{SWN}}")
plain_square_rate = formula.balance(
    "plain_square_rate", "(Σ‖w_u‖²/d_l)′ unnormalised", "plain", 0, r"\rho_2^{\mathrm{plain}}"
)
ewn_log_drift = EWN.quantity(
    "ewn_log_drift",
    "drift of Σα_u/d_l between layers after gradient descent, EWN",
    formula.log_drift,
    low=0,
    latex=r"\delta_{\log}^{\mathrm{EWN}}",
)
swn_square_drift = SWN.quantity(
    "swn_square_drift",
    "drift of Σγ_u²/d_l between layers after gradient descent, SWN",
    formula.square_drift,
    low=0,
    latex=r"\delta_{2}^{\mathrm{SWN}}",
)
gd_v_square = EWN.quantity(
    "gd_v_square", "‖v_u‖² after gradient descent", lambda run: run.v_square, low=0, latex=r"\|v_u^+\|^2"
)
gd_growth = EWN.quantity(
    "gd_growth", "Σ η_t²‖∇_v‖²", lambda run: run.growth, low=0, latex=r"\sum_t\eta_t^2\|\nabla_v\|^2"
)
gd_linear = EWN.quantity(
    "gd_linear", "Σ η_t‖∇_v‖²", lambda run: run.linear, low=0, latex=r"\sum_t\eta_t\|\nabla_v\|^2"
)
gd_log_norm = EWN.quantity(
    "gd_log_norm", "log‖w_u‖ after one step, EWN", lambda run: run.first, latex=r"\log\|w_u^+\|"
)
step = EWN.quantity("step", "size η of that step", lambda run: run.step, low=0, strict=True, latex=r"\eta")
phi = LOSSES.quantity("phi", "log(1/LL), LL the loss", lambda log: -log, latex=r"\varphi")
loss = LOSSES.quantity(
    "loss", "LL = Σ e^{−f_i}, or Σ log(1 + e^{−f_i})", np.exp, low=0, strict=True, latex=r"\mathcal{L}"
)
logistic_share = LOSSES.quantity(
    "logistic_share", "1 − e^{−LL}", lambda log: -np.expm1(-np.exp(log)), low=0, high=1, latex=r"1-e^{-\mathcal{L}}"
)
logistic_phi = two_routes(
    "logistic_phi",
    "log(1/(e^{LL} − 1))",
    formula.logistic_phi,
    formula.logistic_phi_by_product,
    latex=r"\varphi_{\mathrm{log}}",
)
dissipation = VIEWS.quantity(
    "dissipation", "−LL′ under EWN with ‖v_u‖ = 1", formula.dissipation, low=0, latex=r"-\mathcal{L}\mathcal{L}'"
)
beta = read("beta", "max ‖w_u‖‖∂f_i/∂w_u‖ over min f_j; 0 if the network is dead", formula.beta, latex=r"\beta")
n = size("n", "number of samples")
C = constant(
    "C", "Σ_l d_l²/K_l", _of_net(lambda d, K: sum(a**2 / b for a, b in zip(d, K, strict=True))), low=0, strict=True
)
D = constant("D", "total degree Σ d_l", _of_net(lambda d, _: sum(d)), low=0, strict=True)
K = constant("K", "number of nodes Σ K_l", _of_net(lambda _, K: sum(K)), low=0, strict=True)
UNIT: Mapping[str, Any] = {"unit v": (v_norm, "=", 1)}
BELOW_ONE: Mapping[str, Any] = {
    "loss below 1": (phi, ">", 0),
    "above underflow": (loss, ">", sympy.Rational(1, 10**100)),
}
"""Hypotheses of the pointwise rates under an exponential loss."""


class Homogeneous(Tabled):
    """Small homogeneous networks of four kinds with n samples."""

    name = "homogeneous"
    quantities = vocabulary(globals())
    settings: Mapping[str, tuple[str, ...]] = {
        "net": ("block_linear", "relu", "squared_relu", "deep_linear"),
        "loss": ("exponential", "logistic"),
        "node": ("first", "last"),
    }
    regimes = ("unit", "separable", "aligned", "mixed")
    cost = 5.0
    plentiful = 1

    def shapes(self) -> Sequence[Shape]:
        """From one sample, one node and one input to six samples, three nodes and four inputs."""
        sizes = ((1, 1, 1), (1, 2, 1), (2, 1, 2), (1, 2, 2), (3, 2, 2), (4, 3, 2), (6, 3, 4))
        return [{"n": samples, "k": k, "d": d} for samples, k, d in sizes]

    def table(self, situation: Situation) -> Table:
        """Log-norms and directions layer by layer, the data, a step and a test vector."""
        k, d = situation.shape["k"], situation.shape["d"]
        layers: dict[str, Array] = {}
        for layer, (nodes, width) in enumerate(NETS[situation.settings["net"]].shapes(k, d), start=1):
            layers[f"s{layer}"] = Array(f"{nodes}", -REACH, REACH)
            layers[f"v{layer}"] = Array(f"{nodes} {width}", -3.0, 3.0, vectors=True)
        data = {"x": Array("n k d", -3.0, 3.0), "label": Array("n", -3.0, 3.0), "eta": Array("", 0.01, 0.3)}
        return layers | data | {"z": Array(f"{max(k, d)}", -3.0, 3.0, vectors=True)}

    def scalings(self) -> Mapping[str, Scaling]:
        """By the log-norms of all nodes, or the lengths of their directions, which do not count elsewhere."""
        return {
            "w_norm": Scaling(_all_norms),
            "v_norm": stretching(v_=1.0),
            "phi": Scaling(_all_norms),
            "loss": Scaling(_all_norms, -1.0),
            "step": stretching(eta=1.0),
        }

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Random networks; see `draw_network` for the regimes."""
        return self.batch(situation, draw_network(situation, regime, count, rng))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Aligned networks; see `structured_networks`."""
        for words, arrays in structured_networks(situation):
            yield words, self.batch(situation, arrays)


def _all_norms(batch: Batch, factor: FloatArray) -> Batch:
    """All ‖w_u‖ multiplied by the factor."""
    by = np.log(np.maximum(np.abs(factor), 1e-300))
    logs = {name: array + by for name, array in batch.arrays.items() if name.startswith("s")}
    return batch.with_arrays({**batch.arrays, **logs})


HOMOGENEOUS = Homogeneous()
