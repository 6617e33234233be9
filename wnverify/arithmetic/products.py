"""Products of arrays of power series: of matrices, of all pairs, Einstein's sums, convolutions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from wnverify.arithmetic.faults import FunctionError, told
from wnverify.arithmetic.reductions import total
from wnverify.arithmetic.series import Series, contraction, lifted, matmul
from wnverify.arithmetic.shaping import diagonal, moveaxis, ravel, reshape
from wnverify.arithmetic.spaces import Space
from wnverify.errors import expected


def matrix_product(space: Space, a: Any, b: Any) -> Series:
    """a @ b."""
    return matmul(lifted(space, a), lifted(space, b))


def dot(space: Space, a: Any, b: Any) -> Series:
    """a @ b, or a product with a single number."""
    a, b = lifted(space, a), lifted(space, b)
    return matmul(a, b) if a.ndim and b.ndim else a * b


def vdot(space: Space, a: Any, b: Any) -> Series:
    """The sum of the products of entries."""
    return matmul(ravel(space, a), ravel(space, b))


def inner(space: Space, a: Any, b: Any) -> Series:
    """The products along the last axes."""
    a, b = lifted(space, a), lifted(space, b)
    return dot(space, a, moveaxis(space, b, -1, 0)) if b.ndim > 1 else dot(space, a, b)


def outer(space: Space, a: Any, b: Any) -> Series:
    """The products of all pairs of entries."""
    a, b = ravel(space, a), ravel(space, b)
    return a[:, None] * b[None]


def trace(space: Space, a: Any, offset: int = 0) -> Series:
    """The sum of the diagonal of a matrix."""
    return total(space, diagonal(space, a, offset))


def convolve(space: Space, a: Any, b: Any, mode: str = "full") -> Series:
    """The convolution of two vectors."""
    a, b = lifted(space, a), lifted(space, b)
    if a.ndim != 1 or b.ndim != 1:
        raise FunctionError(told(expected("two vectors to convolve", f"shapes {a.shape} and {b.shape}")))
    return einsum(space, "ijl,j,l->i", shifts(len(a), len(b), mode), b, a)


def shifts(n: int, k: int, mode: str) -> Any:
    """The tensor S of the convolution (a ∗ b)_i = Σ b_j S_jil a_l of vectors of n and of k entries.

    Returns:
        Ones and zeros, (entries of the result, k, n).
    """
    starts = {"full": (0, n + k - 1), "valid": (min(n, k) - 1, max(n, k)), "same": ((min(n, k) - 1) // 2, None)}
    if mode not in starts:
        raise FunctionError(told(expected("mode full, same or valid", repr(mode))))
    start, end = starts[mode]
    full = np.stack([np.eye(n + k - 1, n, -shift) for shift in range(k)], axis=1)
    return full[start : start + max(n, k) if end is None else end]


# ---- Einstein's sums


def einsum(space: Space, subscripts: str, *operands: Any) -> Series:
    """Einstein's sum, of any number of arrays, one after the other."""
    parts = [lifted(space, operand) for operand in operands]
    letters, output = _letters(subscripts, parts)
    taken = [_once(space, names, part) for names, part in zip(letters, parts, strict=True)]
    letters, parts = [names for names, _ in taken], [part for _, part in taken]
    while len(parts) > 2:
        rest = "".join(letters[2:]) + output
        kept = "".join(dict.fromkeys(c for c in letters[0] + letters[1] if c in rest))
        parts[:2] = [contraction(f"{letters[0]},{letters[1]}->{kept}", *parts[:2])]
        letters[:2] = [kept]
    return contraction(f"{','.join(letters)}->{output}", *parts)


def _letters(subscripts: Any, parts: list[Series]) -> tuple[list[str], str]:
    """A letter for every axis of every array, and those of the result; the dots become letters, too."""
    if not isinstance(subscripts, str):
        raise FunctionError(told(expected("subscripts as text, such as 'ij,j->i'", repr(subscripts)[:60])))
    names, arrow, output = subscripts.replace(" ", "").partition("->")
    letters = names.split(",")
    if len(letters) != len(parts):
        raise FunctionError(told(expected("subscripts for every array", f"{subscripts!r} for {len(parts)}")))
    free = [c for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXY" if c not in subscripts][-8:]
    dots = ["".join(free[len(free) - part.ndim + len(name) - 3 :]) for name, part in zip(letters, parts, strict=True)]
    longest = max((text for name, text in zip(letters, dots, strict=True) if "..." in name), key=len, default="")
    letters = [name.replace("...", text) for name, text in zip(letters, dots, strict=True)]
    if not arrow:
        count = Counter("".join(letters))
        output = longest + "".join(sorted(c for c in count if count[c] == 1 and c not in longest))
    _must_fit(subscripts, letters, parts)
    return letters, output.replace("...", longest)


def _must_fit(subscripts: str, letters: list[str], parts: list[Series]) -> None:
    sizes: dict[str, int] = {}
    for names, part in zip(letters, parts, strict=True):
        fits = len(names) == part.ndim
        fits = fits and all(sizes.setdefault(c, n) == n for c, n in zip(names, part.shape, strict=True))
        if not fits:
            shapes = " and ".join(str(one.shape) for one in parts)
            raise FunctionError(told(expected(f"shapes that fit the subscripts {subscripts!r}", shapes)))


def _once(space: Space, names: str, a: Series) -> tuple[str, Series]:
    """A letter that stands twice at one array taken along the diagonal."""
    for letter in [c for c, count in Counter(names).items() if count > 1]:
        while names.count(letter) > 1:
            first, second = names.index(letter), names.rindex(letter)
            a = moveaxis(space, moveaxis(space, a, second, 0), first + 1, 0)
            rest, n = a.shape[2:], a.shape[0]
            a = reshape(space, reshape(space, a, (n * n, *rest))[:: n + 1], (n, *rest))
            names = letter + names[:first] + names[first + 1 : second] + names[second + 1 :]
    return names, a
