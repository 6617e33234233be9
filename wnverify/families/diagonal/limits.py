"""Where the diagonal model ends: the limits of weight normalization and of plain gradient flow, without a flow.

The limits are the Bregman projections of `wnverify.engine.diagonal.limits`; that the flows end there is the
statement of other theorems. Arrays as in `wnverify.families.diagonal.draws`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.diagonal import limits_fields as fields
from wnverify.families.diagonal.draws import (
    SETTINGS,
    PolarCoordinates,
    columns,
    draw_problem,
    draw_start,
    nearly_tied,
    polar_table,
    scaled,
    start_of,
    underdetermined,
)
from wnverify.families.diagonal.point import L, N, eta
from wnverify.families.kit.parts import Stored, parts, read, vocabulary
from wnverify.families.kit.steering import stretching
from wnverify.families.kit.table import Table, Tabled
from wnverify.family import Coordinates, Scaling, Shape, Situation

TIES = ((0.03, 18.0, 0.3, 0.84), (0.03, 18.0, 0.83, 0.76), (0.1, 14.0, 0.6, 0.7), (2.0, 13.0, 0.45, 0.18))
"""Where the bounds on the excess are nearly attained: d, log(1/start), r_0² in units, η in units of the tie."""
TIES_DRAWN = ((0.02, 5.0, 0.02, 0.4), (0.2, 20.0, 0.8, 0.95))
"""Least and greatest values of the same for the random regime."""
_limit = parts(fields.limit_parts)
_plain = parts(fields.plain_parts)
_projection = parts(fields.projection_parts)
_deep = parts(fields.deep_parts)
_signed = parts(fields.signed_parts)
r0 = read("r0", "radius r_0 of the start", Stored("r"), low=0, strict=True)
u_min = read(
    "u_min",
    "min of u_0²",
    lambda b: (start_of(b)[1] ** 2).min(axis=0),
    low=0,
    high=1,
    strict=True,
    latex=r"\min_i u_{0,i}^2",
)
unevenness = read(
    "unevenness", "max|N u_0² − 1|: 0 for a uniform start", fields.unevenness, low=0, latex=r"\max_i|Nu_{0,i}^2-1|"
)
solved = read(
    "solved",
    "1 where the limit was found to 1e-9, else 0",
    fields.solved,
    low=0,
    high=1,
    latex=r"\mathbb{1}_{\mathrm{solved}}",
)
plain_solved = read(
    "plain_solved",
    "1 where the limit of plain gradient flow was found",
    fields.plain_solved,
    low=0,
    high=1,
    latex=r"\mathbb{1}_{\mathrm{solved,plain}}",
)
mass = _limit("mass", "‖x_∞‖₁", low=0, strict=True, latex=r"\|x_\infty\|_1")
r_inf = _limit("r_inf", "radius of the limit, r_∞² = Σ x_∞^{2/L}", low=0, strict=True, latex=r"r_\infty")
Q = _limit("Q", "least ‖z‖₁ over S₊", low=0, strict=True)
excess = _limit("excess", "‖x_∞‖₁ − Q", low=0, latex=r"\|x_\infty\|_1-Q")
K = _limit("K", "KL(z*/Q ‖ u_0²), z* an ℓ₁ minimiser", low=0)
room = _limit("room", "Q − r_0² where positive", low=0, strict=True, latex="Q-r_0^2")
log_room = _limit(
    "log_room", "log(Q/β₁) where positive, β₁ = ρ r_0²", low=0, strict=True, latex=r"\log\frac{Q}{\beta_1}"
)
log_plain_room = _limit(
    "log_plain_room", "log(Q/r_0²) where positive", low=0, strict=True, latex=r"\log\frac{Q}{r_0^2}"
)
reach = _limit("reach", "Q^{2/L} − r_0²", latex="Q^{2/L}-r_0^2")
plain_mass = _plain(
    "plain_mass", "‖x_∞‖₁ of plain gradient flow", low=0, strict=True, latex=r"\|\tilde{x}_\infty\|_1"
)
plain_excess = _plain("plain_excess", "‖x_∞‖₁ − Q of plain gradient flow", low=0, latex=r"\|\tilde{x}_\infty\|_1-Q")
projected = _projection(
    "projected",
    "1 where all projections were found, to nine digits at least; else 0",
    low=0,
    high=1,
    latex=r"\mathbb{1}_{\mathrm{projected}}",
)
projection_defect = _projection(
    "projection_defect", "distance of the projection of ρ x_0 from x_∞", low=0, latex=r"\delta_{\mathrm{proj}}"
)
defect_without_exponential = _projection(
    "defect_without_exponential", "the same, ρ = (r_∞/r_0)^L", low=0, latex=r"\delta_{\mathrm{pow}}"
)
defect_half_exponent = _projection("defect_half_exponent", "the same, Lη/4 in ρ", low=0, latex=r"\delta_{\eta/4}")
defect_without_power = _projection(
    "defect_without_power", "the same, ρ without (r_∞/r_0)^L", low=0, latex=r"\delta_{\mathrm{exp}}"
)
defect_plain = _projection("defect_plain", "the same, ρ = 1", low=0, latex=r"\delta_{\rho=1}")
weighted_excess = _deep(
    "weighted_excess", "⟨c_0, x_∞⟩ − Q_c, c_0 = u_0^{−(L−2)}", low=0, latex=r"\langle c_0,x_\infty\rangle-Q_c"
)
Q_c = _deep("Q_c", "least ⟨c_0, z⟩ over S₊", low=0, strict=True, latex="Q_c")
S_star = _deep("S_star", "Σ z*^{2/L} of the weighted minimiser", low=0, strict=True, latex="S_*")
S_inf = _deep("S_inf", "Σ x_∞^{2/L}", low=0, strict=True, latex=r"S_\infty")
potential_gap = _deep(
    "potential_gap",
    "e^{aηr_0²} ∫ s^a e^{−aηs} from S* to S_∞",
    low=0,
    latex=r"e^{a\eta r_0^2}\int_{S_*}^{S_\infty}s^a e^{-a\eta s}\,ds",
)
tail = _deep(
    "tail",
    "e^{aηr_0²} ∫ s^a e^{−aηs} from S* to ∞",
    low=0,
    latex=r"e^{a\eta r_0^2}\int_{S_*}^{\infty}s^a e^{-a\eta s}\,ds",
)
tail_of_Q = _deep(
    "tail_of_Q",
    "e^{aηr_0²} ∫ s^a e^{−aηs} from Q^{2/L} to ∞",
    low=0,
    latex=r"e^{a\eta r_0^2}\int_{Q^{2/L}}^{\infty}s^a e^{-a\eta s}\,ds",
)
log_fill = _deep(
    "log_fill",
    "log(Q/(Nρα)) where positive, uniform start x_0 = α",
    low=0,
    strict=True,
    latex=r"\log\frac{Q}{N\rho\alpha}",
)
log_plain_fill = _deep(
    "log_plain_fill", "log(Q/(Nα)) where positive", low=0, strict=True, latex=r"\log\frac{Q}{N\alpha}"
)
arcsinh_defect = _signed(
    "arcsinh_defect", "arcsinh(x_∞/(2αρ)) outside of range(Aᵀ)", low=0, latex=r"\delta_{\mathrm{arcsinh}}"
)
arcsinh_defect_plain = _signed("arcsinh_defect_plain", "the same, ρ = 1", low=0, latex=r"\delta_{\mathrm{arcsinh},1}")
arcsinh_defect_double = _signed(
    "arcsinh_defect_double", "the same, αρ for 2αρ", low=0, latex=r"\delta_{\mathrm{arcsinh},2}"
)


class DiagonalLimits(Tabled):
    """Problems (A, y, η) with a start (r_0, u_0): S₊ = {z ≥ 0: Az = y} has a positive point."""

    name = "diagonal limits"
    quantities = vocabulary(globals(), L, N, eta)
    settings = SETTINGS
    regimes = ("uniform", "generic", "large start", "nearly tied")
    cost = 4.0
    agreement = 1e-8

    def shapes(self) -> Sequence[Shape]:
        """One to three rows, two to eight columns."""
        return [{"M": M, "n": n} for M, n in ((1, 2), (1, 3), (2, 4), (2, 5), (3, 5), (3, 8))]

    def table(self, situation: Situation) -> Table:
        """The problem, then the start.

        Raises:
            RecordError: if there are not more columns than rows.
        """
        underdetermined(situation)
        return polar_table(situation, ("A", "z", "u", "r", "eta"))

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """`uniform`: all of u_0 equal; `generic`: any u_0; both with r_0² up to 0.98 Q^{2/L} and η to 30 units.

        `large start`: r_0² up to 4.5 units, half of them uniform; `nearly tied`: see `nearly_tied`, for L = 2,
        where it makes the bounds tight (ties cost digits for L > 2: there it is `uniform` again).
        """
        underdetermined(situation)
        if regime == "nearly tied":
            if situation.settings["L"] != "2":
                return self.draw(situation, "uniform", count, rng)
            lows, highs = np.array(TIES_DRAWN)[:, :, None]
            return self._tied(situation, rng.uniform(lows, highs, (4, count)))
        arrays = draw_problem(situation, count, rng, 1.5)
        arrays["u"] = draw_start(arrays, regime, rng)
        if regime == "large start":
            half = rng.random(count) < 0.5
            arrays["u"] = np.where(half, draw_start(arrays, "uniform", rng), arrays["u"])
        top = 4.5 if regime == "large start" else 0.98
        share, rate = rng.uniform(0.01, top, count), np.exp(rng.uniform(-1.0, 3.5, count))
        if regime == "large start":
            rate = np.minimum(rate, 12.0 / share)  # ρ may reach e^{Lη r_0²/2}: beyond e^{24} digits are lost
        return self.batch(situation, scaled(situation, arrays, share, rate))

    def _tied(self, situation: Situation, table: FloatArray) -> Batch:
        """Rows of the table: d, log(1/start), r_0² in units, and η over what would just hold the mass at the ties."""
        d, spread, share, factor = table
        arrays = nearly_tied(situation, d, np.exp(-spread))
        return self.batch(situation, scaled(situation, arrays, share, factor * spread / (d * (1 - share))))

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Equal and uneven starts, small and large, at small and large η; and weights that oppose the masses."""
        underdetermined(situation)
        grid = np.array([[s, rate] for s in (0.01, 0.5, 0.95, 2.0) for rate in (0.1, 1.0, 2.5, 5.0)]).T
        arrays = draw_problem(situation, grid.shape[1], np.random.default_rng(1), 1.0)
        for words, first in {"uniform start": 1.0, "start away from one coordinate": 0.05}.items():
            u = np.ones((columns(situation), grid.shape[1]))
            u[0] = first
            arrays["u"] = u / np.sqrt((u**2).sum(axis=0))
            yield words, self.batch(situation, scaled(situation, arrays, grid[0], grid[1]))
        # ⟨u^{−(L−2)}, ·⟩ falls on the feasible segment while the mass rises
        u = np.linspace(1.0, 0.5, columns(situation))[:, None] * np.ones_like(grid[0])
        arrays["A"] = arrays["A"].copy()
        arrays["A"][0] = np.linspace(1.0, 1.2, situation.shape["n"])[:, None]
        arrays["u"] = u / np.sqrt((u**2).sum(axis=0))
        yield "weights against masses", self.batch(situation, scaled(situation, arrays, grid[0], grid[1]))
        if situation.settings["L"] == "2":
            yield "nearly tied", self._tied(situation, np.array(TIES).T)

    def scalings(self) -> Mapping[str, Scaling]:
        """Shares of the start, and the least mass of a solution."""
        return {"u_min": Scaling(_least_share), "unevenness": Scaling(_uneven), "Q": stretching(z=1.0)}

    def coordinates(self, situation: Situation) -> Coordinates:
        """Logarithms of everything positive."""
        return PolarCoordinates(self.name, situation, self.table(situation))


def _least_share(batch: Batch, factor: FloatArray) -> Batch:
    """The least share of u² multiplied by the factor, the others kept in proportion; at most all are equal."""
    share = start_of(batch)[1] ** 2
    least = np.arange(share.shape[0])[:, None] == np.argmin(share, axis=0)
    before = share.min(axis=0)
    wanted = np.clip(before * factor, 1e-300, 1.0 / share.shape[0])
    others = np.maximum(share * (1.0 - wanted) / (1.0 - before), wanted)
    return batch.with_arrays({**batch.arrays, "u": np.sqrt(np.where(least, wanted, others))})


def _uneven(batch: Batch, factor: FloatArray) -> Batch:
    """The shares of u² brought nearer to 1/N each, or farther from it, as far as all stay positive."""
    share = start_of(batch)[1] ** 2
    off = share * share.shape[0] - 1.0
    most = np.min(np.where(off < 0, -1.0 / np.where(off < 0, off, 1.0), np.inf), axis=0)
    return batch.with_arrays({**batch.arrays, "u": np.sqrt(1.0 + off * np.minimum(factor, (1 - 1e-9) * most))})


DIAGONAL_LIMITS = DiagonalLimits()
