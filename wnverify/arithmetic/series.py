"""Arrays of truncated power series: what a user's function is handed in place of its arrays.

An entry is a number with its derivatives along a line, (c, c′, c″), for many instances or directions at once: the
lanes, which are the last axis of every coefficient and which the user's function does not see. A coefficient that is
zero everywhere is None. A sum or a reshaping acts on every coefficient alike, a product by Leibniz' rule

    (ab)″ = a″b + 2a′b′ + ab″,

and a function of one number by (f∘a)′ = f′(a)a′ and (f∘a)″ = f′(a)a″ + f″(a)a′².
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from autograd.numpy.numpy_boxes import ArrayBox

from wnverify.arithmetic.faults import FunctionError, UnknownMethod, WrongMethod, told, where
from wnverify.arithmetic.spaces import Balls, Raw, Space
from wnverify.errors import expected

METHODS: dict[str, Callable[..., Any]] = {}
"""What arrays offer after a dot, as (space, array, …) -> array; `operations` fills it when it is loaded."""
REFLECTED = {
    "add": "__radd__", "subtract": "__rsub__", "multiply": "__rmul__", "true_divide": "__rtruediv__",
    "divide": "__rtruediv__", "matmul": "__rmatmul__", "power": "__rpow__", "less": "__gt__", "less_equal": "__ge__",
    "greater": "__lt__", "greater_equal": "__le__", "equal": "__eq__", "not_equal": "__ne__",
    "bitwise_and": "__rand__", "bitwise_or": "__ror__", "bitwise_xor": "__rxor__",
}  # fmt: skip
"""What stands for an operator of NumPy where the array on its left is plain."""
LEIBNIZ = (((0, 0, 1),), ((1, 0, 1), (0, 1, 1)), ((2, 0, 1), (1, 1, 2), (0, 2, 1)))
"""By order, the products of coefficients and how often each is taken."""


class Series:
    """An array of series in one space; it looks like an array of its shape without the lanes.

    Args:
        space: the arithmetic.
        c: the coefficients, (*shape, lanes) each, or None where one is zero.
    """

    __slots__ = ("c", "space")
    __hash__ = None  # type: ignore[assignment]  # == compares entries
    __array_priority__ = 1000.0

    def __init__(self, space: Space, c: Sequence[Raw | None]) -> None:
        self.space, self.c = space, tuple(c) if len(c) > space.order else (*c, *[None] * (space.order + 1 - len(c)))
        if space.watched is not None:
            space.watched(self.c)

    # ---- what it looks like

    @property
    def value(self) -> Raw:
        """The first coefficient, which is always there."""
        return self.c[0]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape without the lanes."""
        found: tuple[int, ...] = self.c[0].shape[:-1]  # type: ignore[union-attr]  # the first one is always there
        return found

    @property
    def dtype(self) -> Any:
        """That of floats, in every arithmetic."""
        return np.dtype(float)

    @property
    def ndim(self) -> int:
        """The number of axes without the lanes."""
        count: int = self.c[0].ndim - 1  # type: ignore[union-attr]  # as above
        return count

    @property
    def size(self) -> int:
        """The number of entries."""
        return math.prod(self.shape)

    @property
    def T(self) -> Series:
        """The axes reversed."""
        return self.linear(lambda a: self.space.lib.transpose(a, (*range(self.ndim)[::-1], self.ndim)))

    def __len__(self) -> int:
        if not self.ndim:
            raise FunctionError(told(expected("an array with a length", "a single number")))
        return self.shape[0]

    def __iter__(self) -> Iterator[Series]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: Any) -> Series:
        parts = index if isinstance(index, tuple) else (index,)
        if any(holds_series(part) for part in parts):
            raise FunctionError(
                told(expected("an index that is constant", "one that is computed", "use xp.where, xp.max"))
            )
        if sum(_axes_taken(part) for part in parts) > self.ndim:
            raise FunctionError(told(expected(f"an index into an array of shape {self.shape}", _short(index))))
        whole = (*parts, slice(None)) if any(part is Ellipsis for part in parts) else parts
        return self.linear(lambda a: a[whole])

    def __setitem__(self, index: Any, value: Any) -> None:
        raise FunctionError(told(expected("a new array", "an assignment to entries", "use xp.stack or xp.where")))

    # ---- arithmetic

    def __add__(self, other: Any) -> Series:
        return _sum(self, lifted(self.space, other), 1)

    def __sub__(self, other: Any) -> Series:
        return _sum(self, lifted(self.space, other), -1)

    def __rsub__(self, other: Any) -> Series:
        return _sum(lifted(self.space, other), self, -1)

    def __mul__(self, other: Any) -> Series:
        other = lifted(self.space, other)
        fitted("*", self.shape, other.shape)
        return product(self, other, lambda a, b: a * b)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Series:
        return self.linear(lambda a: -a)

    def __pos__(self) -> Series:
        return self

    def __abs__(self) -> Series:
        return self.elementwise("abs")

    def __truediv__(self, other: Any) -> Series:
        other = lifted(self.space, other)
        fitted("/", self.shape, other.shape)
        return self * other.elementwise("reciprocal")

    def __rtruediv__(self, other: Any) -> Series:
        return self.elementwise("reciprocal") * other

    def __pow__(self, power: Any) -> Series:
        if isinstance(power, Series):
            return (power * self.elementwise("log")).elementwise("exp")
        if np.ndim(power) or not isinstance(power, (int, float, np.number, np.ndarray)) or np.isnan(power):
            raise FunctionError(told(expected("one real number as an exponent", _short(power))))
        power = float(power)
        small = {0: lambda: self * 0.0 + 1.0, 1: lambda: self, 2: lambda: self * self}
        return small[power]() if power in small else self.elementwise(f"power {power.hex()}")

    def __rpow__(self, base: Any) -> Series:
        return (self * lifted(self.space, base).elementwise("log")).elementwise("exp")

    def __matmul__(self, other: Any) -> Series:
        return matmul(self, lifted(self.space, other))

    def __rmatmul__(self, other: Any) -> Series:
        return matmul(lifted(self.space, other), self)

    # ---- comparisons, which have no derivative

    def __lt__(self, other: Any) -> Series:
        return _compared(self, lifted(self.space, other), strict=True)

    def __le__(self, other: Any) -> Series:
        return _compared(self, lifted(self.space, other), strict=False)

    def __gt__(self, other: Any) -> Series:
        return _compared(lifted(self.space, other), self, strict=True)

    def __ge__(self, other: Any) -> Series:
        return _compared(lifted(self.space, other), self, strict=False)

    def __eq__(self, other: object) -> Any:
        raise FunctionError(told(expected("< or >", "an == of numbers", "rounding would decide it")))

    __ne__ = __eq__

    def __invert__(self) -> Series:
        return Series(self.space, [np.logical_not(self.value)])

    def __and__(self, other: Any) -> Series:
        return self._joined(other, np.logical_and)

    def __or__(self, other: Any) -> Series:
        return self._joined(other, np.logical_or)

    def __xor__(self, other: Any) -> Series:
        return self._joined(other, np.logical_xor)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def _joined(self, other: Any, act: Callable[[Raw, Raw], Raw]) -> Series:
        mask = other.value if isinstance(other, Series) else np.asarray(other)[..., None]
        return Series(self.space, [act(self.value, mask)])

    # ---- what no array of unknowns can do

    def __bool__(self) -> bool:
        remedy = "write xp.where(condition, a, b), or xp.maximum"
        raise FunctionError(told(expected("one formula for all instances", "an `if` on what it computes", remedy)))

    def _as_number(self, *_: Any) -> Any:
        remedy = "write xp.sqrt for math.sqrt, and xp.stack([...]) for an assignment to entries"
        raise FunctionError(told(expected("numbers that stay in arrays", "a conversion to a plain number", remedy)))

    __float__ = __int__ = __index__ = __complex__ = _as_number

    def __array__(self, *_: Any, **__: Any) -> Any:
        remedy = "write xp.array([...]) for np.array([...]), and xp.stack([...]) for an assignment to entries"
        raise FunctionError(told(expected("functions of xp", "one of NumPy's own", remedy)))

    def _without_derivative(self, *_: Any) -> Any:
        raise FunctionError(told(expected("operations with a derivative", "//, % or a rounding to whole numbers")))

    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _without_derivative
    __round__ = __floor__ = __ceil__ = __trunc__ = _without_derivative

    def __repr__(self) -> str:
        return f"an array of shape {self.shape} that is computed"

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **_: Any) -> Any:
        """NumPy's operators with a constant array on the left; its functions are refused."""
        name = REFLECTED.get(ufunc.__name__)
        if method == "__call__" and name and len(inputs) == 2 and inputs[1] is self:
            return getattr(self, name)(inputs[0])
        raise FunctionError(told(expected(f"xp.{ufunc.__name__}", f"NumPy's own {ufunc.__name__}")))

    def __array_function__(self, function: Any, _: Any, args: Any, __: Any) -> Any:
        """NumPy's questions about shapes; its other functions are refused."""
        if function.__name__ in {"shape", "ndim", "size"} and len(args) == 1:
            return getattr(self, function.__name__)
        name = f"{function.__module__}.{function.__name__}".removeprefix("numpy.").removeprefix("_core.")
        raise FunctionError(told(expected(f"xp.{name}", f"NumPy's own {name}")))

    def __getattr__(self, name: str) -> Any:
        """Methods of arrays: sum, mean, reshape, dot, …: the operations of that name."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in METHODS:
            words = told(expected(f"methods of arrays ({', '.join(sorted(METHODS))})", f".{name}"))
            raise UnknownMethod(words, f".{name}", where()) if hasattr(ArrayBox, name) else WrongMethod(words)
        return partial(METHODS[name], self.space, self)

    # ---- how coefficients are treated

    def linear(self, act: Callable[[Raw], Raw]) -> Series:
        """Every coefficient treated alike."""
        return Series(self.space, [None if a is None else act(a) for a in self.c])

    def elementwise(self, name: str) -> Series:
        """A function of one number at every entry."""
        a, first, second = self.c if len(self.c) > 2 else (*self.c, None, None)[:3]
        moving = self.space.order if first is not None or second is not None else 0
        f = self.space.jet(name, a, moving)
        if not moving:
            return Series(self.space, f)
        found = [f[0]]
        if moving >= 1:
            found.append(None if first is None else f[1] * first)
        if moving >= 2:
            bend = None if first is None else f[2] * first * first
            straight = None if second is None else f[1] * second
            found.append(straight if bend is None else bend if straight is None else straight + bend)
        return Series(self.space, found)


def lifted(space: Space, value: Any) -> Series:
    """A series, or a constant as one."""
    if isinstance(value, Series):
        return value
    if type(value) in {int, float}:
        return Series(space, [space.lift(value)])
    if holds_series(value):
        remedy = "use xp.stack([...])"
        raise FunctionError(told(expected("an array", "a list of numbers that are computed", remedy)))
    try:
        if np.iscomplexobj(value):
            raise TypeError("complex")
        return Series(space, [space.lift(value)])
    except (TypeError, ValueError) as error:
        raise FunctionError(told(expected("real numbers or arrays of them", _short(value)))) from error


def fitted(what: str, *shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape to which arrays are spread that meet entry by entry.

    Raises:
        FunctionError: if they do not fit; names the operation.
    """
    first, second = shapes[:2]
    if len(shapes) == 2 and (first == second or not second or not first):
        return first or second
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError as error:
        wanted = f"shapes that fit each other for {what}"
        raise FunctionError(told(expected(wanted, " and ".join(map(str, shapes))))) from error


def holds_series(value: Any) -> bool:
    """Whether it is an array of series, or a list with one in it."""
    if isinstance(value, (list, tuple)):
        return any(holds_series(part) for part in value)
    return isinstance(value, Series)


def _axes_taken(part: Any) -> int:
    """How many axes a part of an index uses up."""
    if part is None or part is Ellipsis:
        return 0
    if isinstance(part, (int, np.integer, slice)):
        return int(not isinstance(part, bool))
    array = np.asarray(part)
    return array.ndim if array.dtype == bool else 1


def _short(value: Any) -> str:
    return repr(value)[:60]


def product(a: Series, b: Series, act: Callable[[Raw, Raw], Raw]) -> Series:
    """Something that is linear in each of two arrays: their product, entry by entry or as matrices."""
    if not a.space.order:
        return Series(a.space, (act(a.c[0], b.c[0]),))
    found = []
    for terms in LEIBNIZ[: a.space.order + 1]:
        total = None
        for i, j, times in terms:
            left, right = a.c[i], b.c[j]
            if left is not None and right is not None:
                part = act(left, right) if times == 1 else times * act(left, right)
                total = part if total is None else total + part
        found.append(total)
    return Series(a.space, found)


def matmul(a: Series, b: Series) -> Series:
    """Matrix products of vectors, matrices and stacks of them, as NumPy takes them."""
    if not a.ndim or not b.ndim:
        raise FunctionError(told(expected("vectors or matrices for @", "a single number", "use *")))
    left = "i" if a.ndim == 1 else f"{'abcdefgh'[: a.ndim - 2]}ji"
    right = "i" if b.ndim == 1 else f"{'abcdefgh'[: b.ndim - 2]}ik"
    if a.shape[-1] != b.shape[0 if b.ndim == 1 else -2]:
        raise FunctionError(told(expected("shapes that fit for @", f"{a.shape} @ {b.shape}")))
    stack = max(left[:-2] if a.ndim > 1 else "", right[:-2] if b.ndim > 1 else "", key=len)
    if left[:-2] and right[:-2] and left[:-2] != right[:-2]:
        raise FunctionError(told(expected("stacks of the same depth for @", f"{a.shape} @ {b.shape}")))
    result = stack + ("j" if a.ndim > 1 else "") + ("k" if b.ndim > 1 else "")
    return contraction(f"{left},{right}->{result}", a, b)


def contraction(subscripts: str, *operands: Series) -> Series:
    """Einstein's sum of one or two arrays; a constant goes without its lane.

    Args:
        subscripts: with an arrow, and without dots.
        operands: one or two.
    """
    space = operands[0].space
    inputs, output = subscripts.replace(" ", "").split("->")
    letters = inputs.split(",")

    def act(*raws: Raw) -> Raw:
        lanes = [raw.shape[-1] > 1 for raw in raws]
        lanes[0] |= not any(lanes)
        parts = [raw if lane else raw[..., 0] for raw, lane in zip(raws, lanes, strict=True)]
        names = [f"{name}{'Z' if lane else ''}" for name, lane in zip(letters, lanes, strict=True)]
        return space.lib.einsum(f"{','.join(names)}->{output}Z", *parts)

    return product(*operands, act) if len(operands) == 2 else operands[0].linear(act)


def _sum(a: Series, b: Series, sign: int) -> Series:
    """a ± b; a coefficient that stands alone is spread to the shape of the sum."""
    shape = fitted("+" if sign > 0 else "-", a.shape, b.shape)
    found = []
    for left, right in zip(a.c, b.c, strict=True):
        if left is None or right is None:
            alone = left if right is None else right if sign > 0 else -right
            found.append(alone if alone is None else spread(alone, shape))
        else:
            found.append(left + right if sign > 0 else left - right)
    return Series(a.space, found)


def spread(raw: Raw, shape: tuple[int, ...]) -> Raw:
    """A coefficient spread over more entries."""
    return raw if tuple(raw.shape[:-1]) == shape else raw * np.ones((*shape, 1))


def _compared(a: Series, b: Series, *, strict: bool) -> Series:
    fitted("a comparison", a.shape, b.shape)
    if isinstance(a.space, Balls) and any(part is not None for part in (*a.c[1:], *b.c[1:])):
        a.space.apart(a.value, b.value)
    return Series(a.space, [a.space.less(a.value, b.value, strict=strict)])
