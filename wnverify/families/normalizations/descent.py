"""Quantities of a whole descent: what steps θ(t+1) = θ(t) − ∇𝓛(θ(t)) do to norms, with gradients by two routes.

The learning rate is 1: any other is a factor of the loss, that is of targets and output weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from wnverify.arithmetic import oracle
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.theta import Theta
from wnverify.arithmetic.written import Written
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.families.kit.parts import once
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.on_data import OnData
from wnverify.quantities import Quantity, Route

Value: TypeAlias = Callable[[Any, Sequence[Theta], Sequence[Theta]], Any]
"""(xp, θ(0), …, θ(T), and ∇𝓛(θ(0)), …, ∇𝓛(θ(T−1))) -> one number."""
Blocks: TypeAlias = Callable[[Any, Theta], Any]
"""(xp, θ) -> a matrix of which each row is a block of parameters, or what is left of it."""
Slopes: TypeAlias = Mapping[str, Any]


LARGER = 1.0 + 1e-6
"""A factor that an identity cannot have: mutants that are near."""


def along_descent(
    name: str,
    meaning: str,
    value: Value,
    *,
    of: Architecture | OnData,
    moved: Sequence[str],
    steps: int = 1,
    **written: Any,
) -> Quantity:
    """A number, not negative, that some steps of gradient descent determine.

    Args:
        name: as it is printed and typed.
        meaning: one phrase for the reader.
        value: of the points that are passed, each with all arrays, and of the gradients by the arrays that move.
        of: its function is descended on.
        moved: names of the arrays that move.
        steps: T, 0 for what is measured where the instance stands.
        written: its `latex`, as for every quantity.

    >>> from wnverify.families.own.declare import architecture
    >>> from wnverify.families.own.kinds import free
    >>> net = architecture("w²/2", lambda xp, t, x: t.w**2 / 2, theta={"w": free()}, x=free(), sizes={"m": (1,)})
    >>> end = along_descent("end", "|w| after", lambda xp, path, _: xp.abs(path[-1].w), of=net, moved=["w"])
    >>> end.route.measure(net.draw(net.situations()[0], "gaussian", 1, np.random.default_rng(0))).tolist()
    [0.0]
    """
    descent = _Descent(name, value, of, tuple(moved), steps)
    route = Route(descent.measure, None, descent.second, ball=of.at.ball(descent.ball))
    return Quantity(name, meaning, low=0, route=route, **written)


@dataclass(frozen=True, eq=False)
class _Descent:
    """The steps in floats, by plain autograd and in balls, and the function of them."""

    name: str
    value: Value
    of: Architecture | OnData
    moved: tuple[str, ...]
    steps: int

    @cached_property
    def program(self) -> Program:
        """The function of all arrays and gradients."""
        phi = self.of.net.phi if isinstance(self.of, OnData) else self.of.phi
        return Program(Written(self.name, self._call, phi))

    def _call(self, xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
        sizes = dict(batch.shape) | dict(batch.settings)
        point = {name: arrays[name] for name in self.of.kinds}
        path, slopes = [Theta(point, sizes)], []
        for step in range(self.steps):
            slope = {name: arrays[_slope(name, step)] for name in self.moved}
            point = {**point, **{name: point[name] - slope[name] for name in self.moved}}
            path.append(Theta(point, sizes))
            slopes.append(Theta(slope, sizes))
        return self.value(xp, path, slopes)

    @cached_property
    def measure(self) -> Callable[[Batch], FloatArray]:
        """By power series."""
        return once(lambda batch: self.program.values(self._whole(batch, self._gradient)))

    def _gradient(self, batch: Batch) -> Slopes:
        return self.of.program.gradient(batch, self.moved)

    def second(self, batch: Batch) -> FloatArray:
        """By plain autograd, one instance at a time."""
        whole = self._whole(batch, self._second_gradient)
        return np.array([oracle.value(self.program.written, whole, index) for index in range(batch.size)])

    def _second_gradient(self, batch: Batch) -> Slopes:
        every = [oracle.gradient(self.of.program.written, batch, index, self.moved) for index in range(batch.size)]
        return {name: np.stack([one[name] for one in every], axis=-1) for name in self.moved}

    def _whole(self, batch: Batch, gradient: Callable[[Batch], Slopes]) -> Batch:
        """The instances with the gradients at every step as arrays of their own."""

        def at(arrays: Mapping[str, Any]) -> Slopes:
            if arrays is batch.arrays:  # where they begin, whatever is measured of the descent
                return batch.memo((_Descent, gradient.__name__, self.of, self.moved), lambda: gradient(batch))
            return gradient(batch.with_arrays(dict(arrays)))

        return batch.with_arrays({**batch.arrays, **dict(self._passed(batch.arrays, at))})

    def _passed(self, arrays: Mapping[str, Any], gradient: Callable[[Mapping[str, Any]], Slopes]) -> Iterator[Any]:
        """The gradients by the names that they have beside the arrays."""
        for step in range(self.steps):
            slope = gradient(arrays)
            yield from ((_slope(name, step), slope[name]) for name in self.moved)
            arrays = {**arrays, **{name: arrays[name] - slope[name] for name in self.moved}}

    def ball(self, program: Program, batch: Batch, balls: Mapping[str, Any]) -> Any:
        """At one instance; `program` is the function that is descended on."""
        from wnverify.arithmetic import enclosing

        def gradient(arrays: Mapping[str, Any]) -> Slopes:
            flat = np.array(enclosing.gradient(program, batch, arrays, self.moved), dtype=object)
            ends = np.cumsum([arrays[name].size for name in self.moved])
            parts = np.split(flat, ends[:-1])
            return {name: part.reshape(arrays[name].shape) for name, part in zip(self.moved, parts, strict=True)}

        return enclosing.value(self.program, batch, {**balls, **dict(self._passed(balls, gradient))})


def _slope(name: str, step: int) -> str:
    return f"slope of {name} {step}"


# ---- what is measured of blocks


def of_rows(_: Any, array: Any) -> Any:
    """Rows, layer by layer.

    >>> of_rows(np, np.zeros((2, 3, 4))).shape
    (6, 4)
    """
    return array.reshape((-1, array.shape[-1]))


def squares(xp: Any, blocks: Any) -> Any:
    """‖B‖² of every row."""
    return xp.sum(blocks * blocks, axis=-1)


def rounding(xp: Any, theta: Theta) -> Any:
    """‖v‖² + ‖y‖²: rounding of ⟨B, ∂𝓛/∂B⟩ is a share of it where a network enlarges nothing."""
    return xp.sum(theta.v**2) + xp.sum(theta.y**2)


def growth(blocks: Blocks, steps: Blocks, size: Blocks, *, added: bool) -> Value:
    """The largest |‖B(θ⁺)‖² − ‖B(θ)‖² − ‖∂𝓛/∂B‖²|, or this without the gradient, over what rounding is a share of.

    Args:
        blocks: B(θ).
        steps: ∂𝓛/∂B of gradients.
        size: what rounding is a share of, beside 1 and the terms themselves.
        added: whether the gradient is taken off.
    """

    def value(xp: Any, path: Sequence[Theta], slopes: Sequence[Theta]) -> Any:
        before, after, step = blocks(xp, path[0]), blocks(xp, path[1]), steps(xp, slopes[0])
        found = squares(xp, after) - squares(xp, before) - (squares(xp, step) if added else 0.0)
        terms = 1 + size(xp, path[0]) + squares(xp, before) + squares(xp, after) + squares(xp, step)
        return xp.max(xp.abs(found) / terms)

    return value


def kept(
    blocks: Blocks, steps: Blocks, what: str, of: Architecture | OnData, size: Blocks = rounding
) -> list[Quantity]:
    """`growth_defect`, 0 where blocks grow by their squared gradients, and `growth`, 0 where they do not grow.

    Args:
        blocks: B(θ).
        steps: ∂𝓛/∂B of gradients.
        what: the norms in words.
        of: its loss is descended on, by W.
        size: what rounding is a share of.
    """
    scale = "over 1 and the size of its terms, after a step of descent"
    exact, moved = (growth(blocks, steps, size, added=added) for added in (True, False))
    defect = f"largest |‖B⁺‖² − ‖B‖² − ‖∂𝓛/∂B‖²| of {what}, {scale}"
    change = f"largest |‖B⁺‖² − ‖B‖²| of {what}, {scale}"
    return [
        along_descent("growth_defect", defect, exact, of=of, moved=["W"], latex=r"\delta_{\mathrm{growth}}"),
        along_descent("growth", change, moved, of=of, moved=["W"], latex=r"\Delta\|B\|^2"),
    ]


def least_ratio(lengths: Blocks) -> Value:
    """The least ratio of a positive number to what it was one step before."""

    def value(xp: Any, path: Sequence[Theta], _: Sequence[Theta]) -> Any:
        every = [lengths(xp, theta) for theta in path]
        ratios = [after / before for before, after in pairwise(every)]
        return xp.min(xp.stack([xp.min(ratio) for ratio in ratios]))

    return value
