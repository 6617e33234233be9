"""Monitor: what the theorems speak of, recorded in anybody's training loop, with its bounds; NumPy arrays go in.

with wnverify.monitor("run") as log:
for _ in range(steps):
log(W, v, X, y, step=eta)
...                        # one step of gradient descent
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from wnverify.engine.activations import SMOOTH, Activation
from wnverify.engine.activations import activation as named
from wnverify.engine.networks.lanczos import anywhere, krylov
from wnverify.engine.networks.loss import Regression, loss, loss_gradient, loss_hvp
from wnverify.engine.networks.network import Network, check_network, flatten, parameters, unflatten
from wnverify.errors import UsageError, expected
from wnverify.experiments.kit.certified import Certified, at_scales, certified, rate
from wnverify.experiments.kit.experiment import Picture
from wnverify.experiments.kit.lines import Frame, Line, plotted
from wnverify.experiments.kit.run import as_csv
from wnverify.runs.files import check_writable, write

PRODUCTS, INSIDE = 24, 1 + 1e-9
"""Products with the Hessian of the loss; how long an input may be, which rounding may have left above 1."""
LOOKS = ("random", "-"), ("searched", "--"), ("structured", ":")


@dataclass(frozen=True)
class Logged:
    """One moment of a training.

    Args:
        time: how many moments were logged before.
        loss: 𝓛 = (1/n) Σ (f(x_i) − y_i)².
        omega: the least norm of a row.
        rho: ρ₁, the least value with ‖v‖ ≤ 1 + ρ₁.
        drift: ‖v − v₀‖, v₀ that of the first moment.
        ratio: R = ‖∇𝓛‖²/𝓛; None where 𝓛 = 0.
        alpha: R/2 − 2H√𝓛, the parameter of restricted strong convexity at κ = 1 and ‖δ‖ → 0.
        smoothness: β_𝓛 = 2G² + 2H√𝓛, which bounds ‖∇²𝓛‖.
        curvature: a lower estimate of ‖∇²𝓛‖, by Lanczos.
        certified: −log of the factor by which 𝓛 falls at least in the step to the next moment; None where nothing is
            known, as where ηβ_𝓛 ≥ 2 or no step was told.
        measured: −log of the factor by which it fell; None at the last moment.
    """

    time: int
    loss: float
    omega: float
    rho: float
    drift: float
    ratio: float | None
    alpha: float | None
    smoothness: float
    curvature: float
    certified: float | None = None
    measured: float | None = None


class Monitor:
    """A logger of trainings of WeightNorm networks, f = ⟨v, α^L⟩ with α^l = φ(W̄^l α^{l−1}/√m), on the square loss.

    Args:
        folder: where data and plots go when the block ends; None to keep them in `rows`.
        activation: φ.
    """

    def __init__(self, folder: Path | None, activation: Activation) -> None:
        self.folder, self.activation = folder, activation
        self.source = "explicit" if activation.c0 else "depth-free"
        self.rows: list[Logged] = []
        self._start = np.zeros(0)
        self._last: tuple[Network, Certified, float | None] | None = None

    def __enter__(self) -> Monitor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self.folder and self.rows:
            self.write(self.folder)

    def __call__(
        self, W: Sequence[ArrayLike], v: ArrayLike, X: ArrayLike, y: ArrayLike, *, step: float | None = None
    ) -> Logged:
        """Log a moment.

        Args:
            W: the layers, (m, d), (m, m), …; as they are trained, not normalised.
            v: the output layer, (m,).
            X: the inputs, (n, d), each of norm 1 at most.
            y: the targets, (n,).
            step: η, if until the next moment there is one step of gradient descent on these samples.

        Raises:
            UsageError: if the arrays do not fit, or an input is longer than 1.
        """
        reg = self._problem(W, v, X, y)
        holds = certified(reg.net, self.source)
        row = self._row(reg, holds)
        if self.rows:
            self.rows[-1] = self._followed(self.rows[-1], row, holds)
        self.rows.append(row)
        self._last = reg.net, holds, step
        return row

    def _problem(self, W: Sequence[ArrayLike], v: ArrayLike, X: ArrayLike, y: ArrayLike) -> Regression:
        layers = tuple(np.asarray(rows, dtype=np.float64)[:, :, None, None] for rows in W)
        out, x = np.asarray(v, dtype=np.float64), np.asarray(X, dtype=np.float64)
        longest = float(np.linalg.norm(x, axis=-1).max(initial=0.0))
        if longest > INSIDE:
            remedy = "divide X by it, for the bounds suppose this"
            raise UsageError(expected("inputs of norm 1 at most", f"one of norm {longest:.4g}", remedy))
        if len({rows.shape[0] for rows in layers}) > 1:
            got = f"widths {', '.join(str(rows.shape[0]) for rows in layers)}"
            raise UsageError(expected("hidden layers of one width", got))
        net = Network(layers, out[:, None, None], x.T[:, :, None], self.activation)
        check_network(net)
        return Regression(net, np.asarray(y, dtype=np.float64)[:, None])

    def _row(self, reg: Regression, holds: Certified) -> Logged:
        now, v = float(loss(reg)[0]), reg.net.v[:, 0, 0]
        if not self.rows:
            self._start = v.copy()
        steep = float(np.square(flatten(loss_gradient(reg))).sum())
        ratio = steep / now if now > 0 else None
        alpha = None if ratio is None else holds.convexity(ratio, now)
        drift = float(np.linalg.norm(v - self._start))
        return Logged(
            len(self.rows), now, holds.omega, holds.rho, drift, ratio, alpha, holds.smoothness(now), _curvature(reg)
        )

    def _followed(self, before: Logged, row: Logged, holds: Certified) -> Logged:
        """A moment with what is known of the step after it."""
        measured = float(np.log(before.loss / row.loss)) if before.loss > 0 and row.loss > 0 else None
        net, held, step = self._last or (None, holds, None)
        if net is None or step is None or before.ratio is None:
            return replace(before, measured=measured)
        along = at_scales(net, self.source, held.omega, max(held.rho, holds.rho))  # no row gets shorter on the way
        return replace(before, measured=measured, certified=rate(step, along.smoothness(before.loss), before.ratio))

    def write(self, folder: Path) -> list[Path]:
        """Write `monitor.csv`, `monitor.json` and the plots.

        Args:
            folder: where to; it is made if it is not there.

        Raises:
            UsageError: if it cannot be written to.
        """
        folder.mkdir(parents=True, exist_ok=True)
        check_writable(folder / "monitor.csv")
        files = {"monitor.csv": as_csv(self.rows, Logged).encode()}
        files["monitor.json"] = msgspec.json.format(msgspec.json.encode(self.rows), indent=1) + b"\n"
        files |= {f"{each.name}.svg": each.svg.encode() for each in pictures(self.rows)}
        for name, content in files.items():
            write(folder / name, content)
        return [folder / name for name in files]


def monitor(folder: str | Path | None = None, *, activation: str = "tanh") -> Monitor:
    """A logger for a training loop: loss, norms, ratio, curvature and rates, with the bounds that theorems give.

    Args:
        folder: where data and plots go when the block ends; None to keep them in `rows`.
        activation: φ, a smooth one.

    Raises:
        UsageError: if the activation is unknown, or has no second derivative.

    >>> with monitor() as log:
    ...     row = log([[[1.0, 0.0]]], [1.0], [[1.0, 0.0]], [0.0])
    >>> round(row.loss, 6), row.omega, row.curvature <= row.smoothness
    (0.580026, 1.0, True)
    """
    phi = named(activation)
    if activation not in SMOOTH:
        raise UsageError(expected(f"a smooth activation among {', '.join(SMOOTH)}", repr(activation)))
    return Monitor(None if folder is None else Path(folder), phi)


def _curvature(reg: Regression) -> float:
    """‖∇²𝓛‖ from below."""
    p = parameters(reg.net)

    def product(vector: np.ndarray) -> np.ndarray:
        return flatten(loss_hvp(reg, unflatten(reg.net, vector)))

    return abs(float(krylov(product, anywhere(p)[:, None], min(PRODUCTS, p)).signed[0]))


# ---- plots


def pictures(rows: Sequence[Logged]) -> list[Picture]:
    """What was logged, with its bounds.

    Args:
        rows: one moment or more.
    """
    curved = {"curvature": "Lanczos, from below", "smoothness": "β_𝓛, bound"}
    rates = {"measured": "measured", "certified": "certified"}
    return [
        _plot(rows, "loss", "Loss", "𝓛", {"loss": "𝓛"}),
        _plot(rows, "norms", "Norms", "norm", {"omega": "ω, shortest row", "drift": "‖v − v₀‖", "rho": "ρ₁"}),
        _plot(rows, "ratio", "R = ‖∇𝓛‖²/𝓛", "R", {"ratio": "R", "alpha": "α, where above 0"}),
        _plot(rows, "smoothness", "Curvature of the loss", "‖∇²𝓛‖", curved),
        _plot(rows, "rate", "Rate of a step", "−log of the factor of 𝓛", rates),
    ]


def _plot(rows: Sequence[Logged], name: str, title: str, upwards: str, shown: dict[str, str]) -> Picture:
    lines = list(_lines(rows, shown))
    caption = f"{title} over the moments that were logged: {', '.join(shown.values())}"
    return plotted(f"monitor-{name}", Frame(title, "moment", upwards, "y", whole=True), lines, caption)


def _lines(rows: Sequence[Logged], shown: dict[str, str]) -> Iterator[Line]:
    for (value, label), (colour, look) in zip(shown.items(), LOOKS, strict=False):
        yield Line(label, [(row.time, getattr(row, value)) for row in rows], colour, look)
