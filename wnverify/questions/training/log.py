"""Log: what the theory says of a training loop of one's own, call by call.

(The module is not called `monitor` because `wnverify.monitor` is the function.)
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.layered.network import Layer
from wnverify.errors import UsageError, expected
from wnverify.questions.audit.understood import LOSSES, Understood, activation_of, scaled
from wnverify.questions.training.curves import drawn
from wnverify.questions.training.files import Files
from wnverify.questions.training.given import Said, of_arrays, of_source
from wnverify.questions.training.row import Frame, Row, row_of
from wnverify.questions.training.step import Moment, moment, step_between
from wnverify.report.plots.style import standalone

OUTSIDE = 1 + 1e-9
"""Rounding of ‖v − v₀‖ against ρ₁."""


class Options(TypedDict, total=False):
    """What may be said of a loop.

    Args:
        activation: its name; a module of PyTorch has its own.
        scaling: `fan_out` (of W and v, unless another is said), `fan_in` or `none` (of anything else).
        loss: `square` or `cross_entropy`; labels of several outputs have the latter, anything else the former.
        every: only every so many calls are recorded.
        rho: ρ₁, the radius in which ‖v − v₀‖ is meant to stay; leaving it is told.
        hessian: whether ‖∇²𝓛‖₂ is measured; where nothing is said, of small networks and data.
        strict: whether what cannot be measured ends the loop; otherwise it is told once, and noted.
    """

    activation: str
    scaling: str
    loss: str
    every: int
    rho: float
    hessian: bool
    strict: bool


def monitor(path: str | PathLike[str] | None = None, **options: Unpack[Options]) -> Monitor:
    """Record loss, ω, ‖v − v₀‖, R = ‖∇𝓛‖²/𝓛, α, β_𝓛 and rates along a training loop, with their certified bounds.

    Args:
        path: a folder for `monitor.csv`, `monitor.jsonl` and plots; nothing is written without one.
        **options: see `Options`.

    Raises:
        UsageError: if an option is none.
        RecordError: if an activation, a scaling or a loss is unknown.

    >>> rng = np.random.default_rng(0)
    >>> W, v = [rng.standard_normal((3, 2))], rng.standard_normal(3)
    >>> with monitor(activation="tanh") as log:
    ...     _ = log(W, v, np.eye(2), np.ones(2))
    >>> round(log.rows[0].omega, 3), log.rows[0].distance
    (0.182, 0.0)
    """
    every, rho = options.get("every", 1), options.get("rho")
    if not isinstance(every, (int, np.integer)) or every < 1:
        raise UsageError(expected("every of at least 1", f"{every!r}"))
    if rho is not None and not (isinstance(rho, (int, float, np.number)) and rho >= 0):
        raise UsageError(expected("rho of at least 0", f"{rho!r}"))
    if path is not None and not isinstance(path, (str, PathLike)):
        raise UsageError(expected("a folder for the log, or none", f"{path!r}"[:60]))
    said = Said(options.get("activation", ""), options.get("scaling", ""), options.get("loss", ""))
    _check(said)
    return Monitor(None if path is None else Path(path), said, options)


def _check(said: Said) -> None:
    """Refuse a misspelt name before the loop begins, which would otherwise run in vain."""
    if said.activation:
        activation_of(said.activation)
    if said.scaling:
        list(scaled([Layer("v", "plain", np.ones((1, 1)))], said.scaling))
    if said.loss and said.loss not in LOSSES:
        raise UsageError(expected(f"a loss among {', '.join(LOSSES)}", repr(said.loss[:40])))


def _opened(folder: Path, said: dict[str, Any]) -> Files:
    try:
        return Files(folder, said)
    except OSError as error:
        raise UsageError(expected("a folder that can be written", f"{folder} ({error.strerror or error})")) from error


class Monitor:
    """The log of one loop, as `wnverify.monitor` makes it.

    Args:
        folder: for its files, or None.
        said: what the network is said to be.
        options: the rest.

    Attributes:
        rows: what was recorded, in order.
    """

    def __init__(self, folder: Path | None, said: Said, options: Options) -> None:
        self.rows: list[Row] = []
        self._said, self._every, self._strict = said, options.get("every", 1), options.get("strict", False)
        self._rho, self._hessian = options.get("rho"), options.get("hessian")
        self._calls, self._told = 0, set[str]()
        self._start: FloatArray | None = None
        self._last: Moment | None = None
        self._files = _opened(folder, dict(options)) if folder else None

    def __repr__(self) -> str:
        last = f", the last at loss {self.rows[-1].loss:.6g}" if self.rows else ""
        return f"<monitor: {len(self.rows)} of {self._calls} calls recorded{last}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Draw the plots, whatever ended the loop."""
        if self._files:
            try:
                self.plot()
            except Exception as failed:
                self._warn(f"no plots: {failed}", 3)

    def __call__(self, W: Any, v: Any, X: Any, y: Any) -> Row | None:
        """Record the network of hidden layers W, divided by the norms of their rows, and output weights v.

        Args:
            W: matrices (m_l, m_{l−1}), of NumPy or anything that becomes an array.
            v: (m_L,), or (K, m_L) for K outputs.
            X: inputs (n, d).
            y: targets (n,) or (n, K), or labels (n,).

        Returns:
            What was recorded; None if this call is not.
        """
        return self._take(lambda: of_arrays(W, v, X, y, self._said))

    def network(self, source: Any, X: Any, y: Any) -> Row | None:
        """Record what `wnverify.audit` takes: a state dict, a module, a tree of arrays; gains and biases too.

        Args:
            source: one of these.
            X: inputs (n, d).
            y: targets (n,) or (n, K), or labels (n,).

        Returns:
            What was recorded; None if this call is not.
        """
        return self._take(lambda: of_source(source, X, y, self._said))

    def callback(self, read: Callable[..., tuple[Any, Any, Any, Any]]) -> Callable[..., None]:
        """A function for loops that call one: it hands its arguments to `read`, and records the (W, v, X, y) it gets.

        Args:
            read: is called only at calls that are recorded, and at those before.
        """

        def each(*arguments: Any, **named: Any) -> None:
            self._take(lambda: of_arrays(*read(*arguments, **named), self._said))

        return each

    def plot(self) -> dict[str, str]:
        """The plots so far as SVG, by name; they are written to the folder too, if there is one."""
        found = drawn(self.rows)
        for name, svg in found.items():
            if self._files:
                (self._files.folder / f"{name}.svg").write_text(standalone(svg), "utf-8", newline="\n")
        return found

    # ---- one call

    def _take(self, read: Callable[[], Understood]) -> Row | None:
        call, self._calls = self._calls, self._calls + 1
        is_due = call % self._every == 0
        if not is_due and (call + 1) % self._every:
            return None
        try:
            with np.errstate(all="ignore"):  # what overflows is told where it stands
                row = self._row(moment(call, read()), is_due)
        except Exception as error:
            if self._strict:
                raise
            self._last = None
            row = self._failed(call, error)
        return self._kept(row) if is_due else None

    def _row(self, now: Moment, is_due: bool) -> Row:
        """The row of a call; of one that is not due only what the next needs is kept."""
        before, self._last = self._last, now
        if self._start is not None and self._start.shape != now.output.shape:
            raise UsageError(expected(f"output weights of shape {self._start.shape}", f"{now.output.shape}"))
        if not is_due:
            return Row(now.call)
        step = None if before is None else step_between(before, now)
        row = row_of(now, step, Frame(self._start, self._rho, self._hessian))
        self._start = now.output if self._start is None else self._start
        if self._rho is not None and row.distance is not None and row.distance > self._rho * OUTSIDE:
            self._warn(f"‖v − v₀‖ has left the radius ρ₁ = {self._rho:g}, at call {row.call}", 5)
        return row

    def _failed(self, call: int, error: Exception) -> Row:
        reason = str(error) or type(error).__name__
        self._warn(f"call {call} could not be recorded: {reason}", 5)
        return Row(call, note=" ".join(reason.split()))

    def _kept(self, row: Row) -> Row:
        self.rows.append(row)
        try:
            if self._files:
                self._files.row(row)
        except OSError as error:
            if self._strict:
                raise
            self._files = None
            self._warn(f"nothing more is written: {error}", 5)
        return row

    def _warn(self, words: str, above: int) -> None:
        """Tell each reason once, whatever its numbers."""
        reason = re.sub(r"[\d.]+", "", words)
        if reason not in self._told:
            self._told.add(reason)
            warnings.warn(f"wnverify.monitor: {words}", stacklevel=above)
