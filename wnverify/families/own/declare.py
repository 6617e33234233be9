"""What a user writes to declare an architecture, and what is refused there."""

from __future__ import annotations

import keyword
import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from wnverify.arithmetic.activation import OwnActivation
from wnverify.engine.activations import ACTIVATIONS
from wnverify.errors import TheoremFileError, expected
from wnverify.families.own.architecture import Architecture, Function
from wnverify.families.own.kinds import Kind, plainly_named
from wnverify.families.own.losses import OF_NUMBER, OF_SCORES
from wnverify.families.own.on_data import OnData
from wnverify.family import Family, Shape

LARGEST = 100_000
"""Numbers of an instance, at most."""
MOST_SHAPES = 16
"""Shapes that are tried, of all combinations of sizes."""


def architecture(
    name: str,
    value: Function,
    *,
    theta: Mapping[str, Kind],
    x: Kind,
    sizes: Mapping[str, Sequence[int]] | Sequence[Shape],
    **settings: Sequence[str | OwnActivation],
) -> Architecture:
    """A family of networks from one function, with everything that a built-in family has.

    Args:
        name: what reports call it.
        value: `value(xp, theta, x)`, the network for one input; `theta.W1` are its arrays, `theta.m` its sizes, and
            `xp` has the functions of arrays, with the activation as `xp.phi`.
        theta: the parameters by name, each of a kind: `rows("m", "d")`, `free("m")`, `ball`, `sphere`, `positive`,
            `box`.
        x: the kind of the input, such as `ball("d")`.
        sizes: by name, the values to try, of which all combinations are formed; or a list of whole shapes.
        settings: choices that are not numbers, by name, each with its values: `activation=("tanh", SQUASH)` is what
            xp.phi is, an `activation(...)` of the user's own among them; of any other the function finds the value
            chosen as `theta.NAME`.

    Raises:
        TheoremFileError: if a part is not what it should be.

    >>> from wnverify.families.own.kinds import ball, free
    >>> net = architecture("line", lambda xp, t, x: xp.sum(t.w * x), theta={"w": free("d")}, x=ball("d"),
    ...                    sizes={"d": (1, 2)})
    >>> sorted(net.quantities)[:3]
    ['d', 'gradient_norm', 'gradient_norm_w']
    """
    _check_name(name, value)
    shapes = _shapes(sizes)
    kinds = {**_kinds(theta, shapes[0]), "x": _kind("x", x)}
    chosen = {key: _values(key, values) for key, values in settings.items()}
    taken = sorted(({*kinds} & {*shapes[0]}) | ({*kinds, *shapes[0]} & {*chosen}))
    if taken:
        raise TheoremFileError(expected("one meaning for each name", f"{', '.join(taken)} twice", "rename one"))
    unknown = sorted(set().union(*(kind.names() for kind in kinds.values())) - set(shapes[0]))
    if unknown:
        raise TheoremFileError(expected(f"axes among the sizes {', '.join(shapes[0])}", ", ".join(unknown)))
    _check_size(kinds, shapes)
    return Architecture(name, value, kinds=kinds, sizes=shapes, settings=chosen)


def on_data(
    net: Family, n: Sequence[int] | int, *, scores: str | int | None = None, loss: Sequence[str] = ()
) -> OnData:
    """An architecture with n inputs and targets: the mean loss with its derivatives, and the tangent kernel.

    Args:
        net: what `architecture` returned.
        n: numbers of samples to try.
        scores: how many outputs a vector has, a size such as "k"; None for a single number.
        loss: square or logistic for one number, square or cross_entropy for scores; all that fit by default.

    Raises:
        TheoremFileError: if a part is not what it should be.

    >>> from wnverify.families.own.kinds import ball, free
    >>> net = architecture("line", lambda xp, t, x: xp.sum(t.w * x), theta={"w": free("d")}, x=ball("d"),
    ...                    sizes={"d": (1, 2)})
    >>> on_data(net, (1, 3), loss=["square"]).symbols("loss ntk_min")
    (loss, ntk_min)
    """
    if not isinstance(net, Architecture):
        raise TheoremFileError(expected("an architecture, made by architecture(...)", repr(net)[:60]))
    if taken := sorted({"n", "X", "y", "loss"} & {*net.kinds, *net.sizes[0], *net.settings}):
        raise TheoremFileError(expected("an architecture without n, X, y and loss", ", ".join(taken), "rename it"))
    if net.scores != (scores is not None):
        got = "one that returns a vector" if net.scores else f"scores={scores!r} for one that returns a number"
        raise TheoremFileError(expected("scores, the length of the vector, exactly where there is one", got))
    fitting = OF_NUMBER if scores is None else OF_SCORES
    losses = [str(name) for name in _values("loss", loss or tuple(fitting))]
    if unknown := [name for name in losses if name not in fitting]:
        raise TheoremFileError(expected(f"losses among {', '.join(fitting)}", ", ".join(unknown)))
    counts = _whole("n", n if isinstance(n, Sequence) else [n])
    sizes = [{**shape, "n": count} for shape in net.sizes for count in counts]
    return OnData(net, scores, sizes=_spread(sizes), losses=losses)


def _check_size(kinds: Mapping[str, Kind], shapes: Sequence[Shape]) -> None:
    """Refuse shapes of which a search could not hold many instances."""
    for shape in shapes:
        count = sum(math.prod(kind.shape(shape)) for kind in kinds.values())
        if count > LARGEST:
            wanted = f"sizes with at most {LARGEST:,} numbers in an instance"
            raise TheoremFileError(expected(wanted, f"{count:,} at {shape}", "extremes are found at small sizes"))


def _check_name(name: str, value: Function) -> None:
    if not isinstance(name, str) or not name.strip():
        raise TheoremFileError(expected("a name for the architecture", repr(name)[:60]))
    if not callable(value):
        raise TheoremFileError(expected("a function value(xp, theta, x)", repr(value)[:60]))


def _kinds(theta: Mapping[str, Kind], shape: Shape) -> dict[str, Kind]:
    if not isinstance(theta, Mapping) or not theta:
        raise TheoremFileError(expected('parameters by name, such as {"W1": rows("m", "d")}', repr(theta)[:60]))
    if "x" in theta:
        raise TheoremFileError(expected("parameters with other names than the input", "'x' among them"))
    return {name: _kind(name, kind) for name, kind in theta.items()}


def _kind(name: str, kind: Kind) -> Kind:
    if not isinstance(kind, Kind):
        raise TheoremFileError(expected(f'a kind for {name}, such as free("m")', repr(kind)[:60]))
    if not plainly_named(name) or keyword.iskeyword(name) or name.startswith("_"):
        raise TheoremFileError(expected("names of arrays such as W1", repr(name)[:60]))
    return kind


def _shapes(sizes: Any) -> list[Shape]:
    """The shapes to try."""
    if isinstance(sizes, Mapping) and sizes:
        values = {name: _whole(name, each if isinstance(each, Sequence) else [each]) for name, each in sizes.items()}
        shapes = [dict(zip(values, each, strict=True)) for each in product(*values.values())]
        return _spread(shapes)
    if isinstance(sizes, Sequence) and sizes and all(isinstance(each, Mapping) for each in sizes):
        first = set(sizes[0])
        for each in sizes:
            if set(each) != first or not first:
                raise TheoremFileError(expected("the same sizes in every shape", f"{sizes[0]} and {each}"))
        return [{name: _whole(name, [size])[0] for name, size in each.items()} for each in sizes]
    raise TheoremFileError(expected('sizes to try, such as {"m": (1, 2, 4), "d": (1, 3)}', repr(sizes)[:60]))


def _spread(shapes: Sequence[Shape]) -> list[Shape]:
    """As many as are tried, from all over a list."""
    kept = np.unique(np.linspace(0, len(shapes) - 1, min(len(shapes), MOST_SHAPES)).round().astype(int))
    return [shapes[index] for index in kept]


def _whole(name: str, values: Sequence[int]) -> list[int]:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise TheoremFileError(expected(f"whole numbers of 1 or more as the size {name}", repr(value)[:60]))
    if not values or not plainly_named(name):
        raise TheoremFileError(expected("names of sizes with their values", f"{name!r}: {values!r}"[:60]))
    return list(values)


def _values(name: str, values: Sequence[str | OwnActivation]) -> tuple[str | OwnActivation, ...]:
    """The values of a setting; an activation may be a user's own."""
    if isinstance(values, str | OwnActivation) or not values:
        raise TheoremFileError(expected(f"a list of values of the setting {name}", repr(values)[:60], "write (…,)"))
    for value in values:
        own = name == "activation" and isinstance(value, OwnActivation)
        if not own and not (isinstance(value, str) and value):
            raise TheoremFileError(expected(f"texts as values of the setting {name}", repr(value)[:60]))
        if name == "activation" and not own and value not in ACTIVATIONS:
            wanted = f"activations among {', '.join(ACTIVATIONS)}, or activation(...) of your own"
            raise TheoremFileError(expected(wanted, repr(value)))
    return tuple(values)
