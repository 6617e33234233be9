"""Trace: the steps that the checker takes, written down as it takes them.

A printed certificate is thereby what the checker found, not what a prover says. Steps that turn out not to show what
they should are struck again. Nothing is written, and no text is formed, unless somebody listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

import sympy

Found = TypeVar("Found")
INDENT = "  "
LONG, SHORT, WIDTH, MOST_NAMES = 64, 14, 2, 12


@dataclass
class Trace:
    """Lines so far, how deep the next one stands, and the names that stand for symbols and long parts.

    A formula that would be too long to read is written with names for its parts, each told once: `with A1 = …`.
    """

    lines: list[str] = field(default_factory=list)
    depth: int = 0
    symbols: dict[sympy.Symbol, sympy.Symbol] = field(default_factory=dict)
    parts: dict[sympy.Expr, sympy.Symbol] = field(default_factory=dict)
    told: list[tuple[int, sympy.Expr]] = field(default_factory=list)
    renamed: dict[sympy.Expr, sympy.Expr] = field(default_factory=dict)
    sizes: dict[sympy.Expr, int] = field(default_factory=dict)
    texts: dict[sympy.Expr, str] = field(default_factory=dict)

    def write(self, text: str) -> None:
        """Add a line, unless it repeats the one before."""
        line = INDENT * self.depth + text
        if not self.lines or self.lines[-1] != line:
            self.lines.append(line)

    def strike(self, mark: int) -> None:
        """Take back all lines from one on, and the names that they told."""
        del self.lines[mark:]
        struck = [part for place, part in self.told if place >= mark]
        if struck:
            self.told = [(place, part) for place, part in self.told if place < mark]
            self._named({part: name for part, name in self.parts.items() if part not in struck})

    def shown(self, expr: sympy.Expr) -> str:
        """An expression as text; names for its longest parts are told first where it is long."""
        for _ in range(MOST_NAMES):
            part = None if self._size(expr) <= LONG else self._next_part(expr)
            if part is None:
                break
            definition = self._text(part)
            name = sympy.Symbol(f"A{len(self.parts) + 1}")
            self.told.append((len(self.lines), part))
            self._named({**self.parts, part: name})
            self.lines.append(INDENT * self.depth + f"with {name} = {definition}")
        return self._text(expr)

    def _named(self, parts: dict[sympy.Expr, sympy.Symbol]) -> None:
        """Give names to these parts: what was known of expressions with other names in them is void."""
        self.parts = parts
        for known in (self.renamed, self.sizes, self.texts):
            known.clear()

    def _text(self, expr: sympy.Expr) -> str:
        if expr not in self.texts:
            self.texts[expr] = str(self._renamed(expr))
        return self.texts[expr]

    def _renamed(self, expr: sympy.Expr) -> sympy.Expr:
        if expr not in self.renamed:
            self.renamed[expr] = self._new(expr)
        return self.renamed[expr]

    def _new(self, expr: sympy.Expr) -> sympy.Expr:
        if expr in self.parts:
            return self.parts[expr]
        if isinstance(expr, sympy.Dummy):
            return self._symbol(expr)
        if not expr.args:
            return expr
        parts = [self._renamed(part) for part in expr.args]
        if parts == list(expr.args):
            return expr
        # sympy factors all arguments of an extreme whenever it rebuilds one
        extreme = isinstance(expr, sympy.Min | sympy.Max)
        return expr.func(*parts, evaluate=False) if extreme else expr.func(*parts)

    def _symbol(self, symbol: sympy.Symbol) -> sympy.Symbol:
        """A plain name for a symbol that a proof introduced: its own, with a number if that is taken."""
        if symbol not in self.symbols:
            count = sum(known.name == symbol.name for known in self.symbols)
            self.symbols[symbol] = sympy.Symbol(f"{symbol.name}{count + 1 if count else ''}", real=True)
        return self.symbols[symbol]

    def _size(self, part: sympy.Expr) -> int:
        """About how many characters a part takes in print, one with a name as few as that."""
        if part not in self.sizes:
            named, inner = part in self.parts, part.args
            leaf = WIDTH if named else _width(part) if not inner else 0
            self.sizes[part] = leaf or sum(map(self._size, inner)) + WIDTH * len(inner)
        return self.sizes[part]

    def _next_part(self, expr: sympy.Expr) -> sympy.Expr | None:
        """The longest part that is not too long itself, sums before products; None if all are short."""
        inner = [part for part in self._without_names(expr) if isinstance(part, sympy.Expr)]
        fit = [part for part in inner if part != expr and SHORT <= self._size(part) <= LONG]
        return max(fit, key=lambda part: (part.is_Add, self._size(part), sympy.default_sort_key(part)), default=None)

    def _without_names(self, expr: sympy.Basic) -> set[sympy.Basic]:
        """The compound parts that are not told by a name, nor inside of one that is."""
        found: set[sympy.Basic] = set()
        open_ends = [expr]
        while open_ends:
            part = open_ends.pop()
            if part.args and part not in self.parts and part not in found:
                found.add(part)
                open_ends += part.args
        return found


@lru_cache(maxsize=4096)
def _width(leaf: sympy.Basic) -> int:
    return len(str(leaf))


_LISTENING: ContextVar[Trace | None] = ContextVar("listening", default=None)
Words = Callable[[Trace], "str | list[str]"]
"""A line to be written, or several; formed only if somebody listens."""


@contextmanager
def listening() -> Iterator[Trace]:
    """Write down what the checker does meanwhile."""
    trace = Trace()
    token = _LISTENING.set(trace)
    try:
        yield trace
    finally:
        _LISTENING.reset(token)


@contextmanager
def silence() -> Iterator[None]:
    """Write nothing meanwhile: what is looked at need not hold."""
    token = _LISTENING.set(None)
    try:
        yield
    finally:
        _LISTENING.reset(token)


def note(words: Words) -> None:
    """Write a line, or several."""
    trace = _LISTENING.get()
    if trace is None:
        return
    found = words(trace)
    for text in [found] if isinstance(found, str) else found:
        trace.write(text)


def step(
    words: Callable[[Trace], str], take: Callable[[], Found], fails: Callable[[Found], bool] = lambda found: not found
) -> Found:
    """Take a step: its line, and below it what is found on the way; struck if it fails.

    >>> with listening() as trace:
    ...     for shown in (True, False):
    ...         _ = step(lambda _: "a step", lambda: note(lambda _: "a part") or shown)
    >>> trace.lines
    ['a step', '  a part']
    """
    trace = _LISTENING.get()
    if trace is None:
        return take()
    mark, depth = len(trace.lines), trace.depth
    trace.write(words(trace))
    trace.depth += 1
    try:
        found = take()
    except BaseException:
        trace.strike(mark)
        raise
    finally:
        trace.depth = depth
    if fails(found):
        trace.strike(mark)
    return found
