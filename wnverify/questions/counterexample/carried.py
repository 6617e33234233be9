"""Carried: the functions that a claim is about, as text for the stand-alone script.

A function travels with what it uses: plain numbers and arrays as they are, other functions of its author's in turn,
NumPy and the standard library by import. Its text is that of the file which was run, found by its code; what cannot
travel becomes a reason, and the script then confirms nothing.
"""

from __future__ import annotations

import ast
import dis
import linecache
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from wnverify.arithmetic.activation import OwnActivation
from wnverify.beside import SOURCE
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.own_quantity import Own
from wnverify.family import Family
from wnverify.quantities import Quantity
from wnverify.questions.counterexample.script.reading import printable
from wnverify.typed.confined import Confined
from wnverify.typed.parser import written

HEAD = "# ---- written by the author of the claim; taken from the file that declares it, with what it uses there"
OLDEST = (3, 8)
"""The Python that the script runs on."""
LARGEST = 10_000
"""Numbers of an array that travels with a function."""
REMEMBERING = "_lru_cache_wrapper"
"""The type of what `functools.cache` makes of a function."""
_PLACE = re.compile(r"(?<=^def own_)[0-9]+\(\):  #.*$", re.MULTILINE)
Nodes = ast.FunctionDef | ast.Lambda


class _Stays(Exception):
    """Something cannot travel; the message says what."""


def carried(family: Family, symbols: Iterable[Any], settings: Mapping[str, str]) -> str:
    """What a script needs of an author's own; empty if the claim is about nothing of that kind.

    Args:
        family: the family of the instance.
        symbols: those of the claim.
        settings: those of the instance.
    """
    base = family.base if isinstance(family, Confined) else family
    luggage = _Luggage()
    lines = [*_architecture(base, settings, luggage), *_quantities(symbols, luggage)]
    text = "\n\n".join([HEAD + "\n", *luggage.texts, "\n".join(lines)]) + "\n"
    return text if lines and _readable(text) else ""


def edited(script: str, fresh: str) -> bool:
    """Whether two scripts hold an author's functions that read otherwise; their places in the file do not count.

    Args:
        script: one that was saved; nothing is said of one without such functions.
        fresh: one that was written now.
    """
    saved, now = (_PLACE.sub("", text.partition(HEAD)[2]) for text in (script, fresh))
    return bool(saved) and saved != now


def _architecture(family: Family, settings: Mapping[str, str], luggage: _Luggage) -> Iterator[str]:
    if not isinstance(family, Architecture):
        return
    sizes = ", ".join(family.shapes()[0])
    kinds = [
        f"    {name!r}: ({kind.name!r}, lambda {sizes}: {_axes(kind.axes)})," for name, kind in family.kinds.items()
    ]
    value = luggage.packed(family.value, f"the function of the family {family.name}")
    yield "\n".join([f"FAMILIES[{family.name!r}] = Architecture({{", *kinds, f"}}, {value})"])
    phi = family.program.written.phi(settings)
    if isinstance(phi, OwnActivation):
        constants = tuple(written(phi.constants[name]) for name in ("slope", "beta", "c0"))
        yield f"OWN_ACTIVATIONS[{phi.name!r}] = {luggage.packed(phi.function, f'the activation {phi.name}')}"
        yield f"OWN_CONSTANTS[{phi.name!r}] = {constants!r}"


def _axes(axes: Iterable[str | int]) -> str:
    return "(" + "".join(f"{axis}, " for axis in axes) + ")"


def _quantities(symbols: Iterable[Any], luggage: _Luggage) -> Iterator[str]:
    own = {s.name: s.own for s in symbols if isinstance(s, Quantity) and isinstance(s.own, Own)}
    for name, declared in sorted(own.items()):
        yield f"OWN_QUANTITIES[{name!r}] = {luggage.packed(declared.value, f'the function of {name}')}"


class _Luggage:
    """Functions as text, each with what it uses: one that makes it, so that no name meets another."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.kept: list[Any] = []
        self.texts: list[str] = []

    def packed(self, function: Any, what: str) -> str:
        """The name of what makes a function; a text in quotes that says why there is none."""
        try:
            return self._made(function)
        except _Stays as why:
            return repr(f"{what} is not in this script: {why}")

    def _made(self, function: Any) -> str:
        """The name of what makes a function.

        Raises:
            _Stays: if it cannot travel.
        """
        if id(function) not in self.names:
            self.names[id(function)] = ""
            self.kept.append(function)
            try:
                text = self._text(function) if isinstance(function, FunctionType) else self._other(function)
            except _Stays:
                del self.names[id(function)]
                raise
            self.names[id(function)] = f"own_{len(self.texts) + 1}"
            self.texts.append(text.replace("own_0", self.names[id(function)], 1))
        if not self.names[id(function)]:
            raise _Stays("functions call one another in a circle")
        return self.names[id(function)]

    def _other(self, function: Any) -> str:
        """A function with some of its arguments given, or with a memory, inside of one that makes it."""
        if isinstance(function, partial) or type(function).__name__ == REMEMBERING:
            return f"def own_0():\n    return {self._expression(function, 'an argument')}\n"
        raise _Stays(f"it is {type(function).__name__}, not a plain function")

    def _text(self, function: FunctionType) -> str:
        """The function inside of one that makes it, as text."""
        node, uses = _node_of(function), _uses(function)
        own = [name for name, value in uses.items() if _unwrapped(value) is function]
        rest = sorted(set(uses) - set(own))
        lines = [line for name in rest for line in self._line(name, uses[name], node)]
        lines += self._defaults(function, node)
        if isinstance(node, ast.FunctionDef):
            name, text = node.name, ast.unparse(ast.fix_missing_locations(_bare(node)))
        else:
            name, text = "function", f"function = {ast.unparse(ast.fix_missing_locations(node))}"
        lines += [text, *(f"{other} = {name}" for other in own if other != name), f"return {name}"]
        body = "\n".join(f"    {line}" for part in lines for line in part.splitlines())
        found = f"def own_0():\n{body}\n"
        if not _readable(found):
            raise _Stays(f"it is written in newer Python than {'.'.join(map(str, OLDEST))}")
        place = f"{Path(function.__code__.co_filename).name}, line {function.__code__.co_firstlineno}"
        head, _, inside = found.partition("\n")
        return f"{head}  # {printable(place)}\n{inside}"

    def _defaults(self, function: FunctionType, node: Nodes) -> list[str]:
        """Lines that hold the defaults of arguments, which the node then names."""
        lines, values = [], list(function.__defaults__ or ())
        keywords = [(function.__kwdefaults__ or {}).get(each.arg) for each in node.args.kwonlyargs]
        node.args.defaults = [ast.Name(f"default_{index}") for index in range(len(values))]
        for index, value in enumerate([*values, *keywords]):
            lines.append(f"default_{index} = {self._expression(value, 'a default')}")
        node.args.kw_defaults = [ast.Name(f"default_{len(values) + index}") for index in range(len(keywords))]
        return lines

    def _line(self, name: str, value: Any, node: Nodes) -> list[str]:
        """What gives a name its value inside of the function that makes another."""
        if isinstance(value, ModuleType) and SOURCE in vars(value):
            parts = sorted(
                {
                    each.attr
                    for each in ast.walk(node)
                    if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == name
                }
            )
            pairs = [f"{part}={self._expression(getattr(value, part), f'{name}.{part}')}" for part in parts]
            return ["from types import SimpleNamespace", f"{name} = SimpleNamespace({', '.join(pairs)})"]
        if isinstance(value, ModuleType):
            return [f"import {_imported(value.__name__)} as {name}"]
        home = _home(value)
        if home:
            return [f"from {_imported(home[0])} import {home[1]} as {name}"]
        return [f"{name} = {self._expression(value, name)}"]

    def _expression(self, value: Any, what: str) -> str:
        """A value as text."""
        value = _unwrapped(value)
        if isinstance(value, FunctionType):
            return f"{self._made(value)}()"
        if isinstance(value, partial):
            parts = [self._expression(value.func, what), *(self._expression(each, what) for each in value.args)]
            parts += [f"{name}={self._expression(each, what)}" for name, each in value.keywords.items()]
            return f"__import__('functools').partial({', '.join(parts)})"
        return _literal(value, what)


def _readable(text: str) -> bool:
    """Whether the oldest Python reads a text; a script that it could not read would end with the code of "broken"."""
    try:
        tree = ast.parse(text, feature_version=OLDEST)
    except SyntaxError:
        return False
    # since 3.12 a quote may stand in an f-string of the same quotes, which no `feature_version` tells
    return sys.version_info < (3, 12) or not any(isinstance(node, ast.JoinedStr) for node in ast.walk(tree))


def _unwrapped(value: Any) -> Any:
    """A function without its memory."""
    return value.__wrapped__ if type(value).__name__ == REMEMBERING else value


def _bare(node: ast.FunctionDef) -> ast.FunctionDef:
    """A function without its decorators; without annotations, which would be evaluated, and docstrings."""
    node.decorator_list = []
    for each in ast.walk(node):
        if isinstance(each, ast.arg):
            each.annotation = None
        elif isinstance(each, ast.FunctionDef):
            each.returns = None
            if ast.get_docstring(each) is not None:
                each.body = each.body[1:] or [ast.Pass()]
    return node


# ---- what a function is made of


def _node_of(function: FunctionType) -> Nodes:
    """The function in the text that was run.

    Raises:
        _Stays: if the text is not to be had.
    """
    code = function.__code__
    text = function.__globals__.get(SOURCE) or "".join(linecache.getlines(code.co_filename))
    try:
        whole = ast.parse(text)
        compiled = compile(text, code.co_filename, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise _Stays("its text is not to be had") from error
    if code not in _codes(compiled):
        raise _Stays("its text is not to be had" if not text else "its file has changed since it was loaded")
    places = set(code.co_positions())
    for node in ast.walk(whole):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
        if isinstance(node, ast.Lambda) and code.co_name == "<lambda>" and node.lineno == code.co_firstlineno:
            body = node.body
            if (body.lineno, body.end_lineno, body.col_offset, body.end_col_offset) in places:
                return node
    raise _Stays("its text is not to be had")


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A code with all that are nested in it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _uses(function: FunctionType) -> dict[str, Any]:
    """What a function uses from outside, by name; builtins apart."""
    found: dict[str, Any] = {}
    for code in _codes(function.__code__):
        for step in dis.get_instructions(code):
            if step.opname in ("STORE_GLOBAL", "DELETE_GLOBAL"):
                raise _Stays(f"it assigns the global name {step.argval}")
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval in function.__globals__:
                found[step.argval] = function.__globals__[step.argval]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError as error:
            raise _Stays(f"{name} has no value") from error
    return found


def _imported(name: str) -> str:
    """The name of a module that the script may import.

    Raises:
        _Stays: if it may not.
    """
    top = name.partition(".")[0]
    if top != "numpy" and top not in sys.stdlib_module_names:
        raise _Stays(f"it uses {top}, and the script has NumPy and the standard library alone")
    return name


def _home(value: Any) -> tuple[str, str] | None:
    """The module and the name under which a function of NumPy's or of the standard library's is found."""
    if not callable(value):
        return None
    name = str(getattr(value, "__name__", ""))
    for module in (str(getattr(value, "__module__", "") or ""), "numpy"):
        top = module.partition(".")[0]
        if top == "numpy" or top in sys.stdlib_module_names:
            found: Callable[..., Any] | None = getattr(sys.modules.get(module), name, None)
            if found is value:
                return module, name
    return None


def _literal(value: Any, what: str) -> str:
    """A plain value as Python writes it.

    Raises:
        _Stays: if it is none.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str | bytes):
        return repr(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"float('{value}')"
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf" and value.size <= LARGEST:
        return f"__import__('numpy').array({_literal(value.tolist(), what)}, dtype={value.dtype.str!r})"
    if isinstance(value, tuple | list):
        inner = "".join(f"{_literal(each, what)}, " for each in value)
        return f"({inner})" if isinstance(value, tuple) else f"[{inner}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(k, what)}: {_literal(v, what)}" for k, v in value.items()) + "}"
    raise _Stays(f"it uses {what}, which is {type(value).__name__}, not a plain value")
