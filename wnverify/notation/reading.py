r"""The LaTeX of a quantity as a tree: letters, scripts, fractions, roots, accents, fences; none of TeX's machinery.

A declaration such as `\|\nabla^2_\theta f\|_2` is read once, and written again as Unicode or MathML, so that one
declaration serves papers, terminals and pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TypeAlias

from wnverify.errors import UsageError, expected

LETTERS: Mapping[str, str] = MappingProxyType({
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "infty": "∞", "top": "ᵀ", "partial": "∂", "nabla": "∇",
})  # fmt: skip
OPERATORS: Mapping[str, str] = MappingProxyType({
    "sum": "∑", "prod": "∏", "int": "∫", "max": "max", "min": "min", "sup": "sup", "inf": "inf", "log": "log",
    "exp": "exp", "cos": "cos", "sin": "sin", "arcsin": "arcsin",
})  # fmt: skip
"""What takes all that stands to the right of it."""
RELATIONS: Mapping[str, str] = MappingProxyType({
    "cdot": "·", "times": "×", "in": "∈", "ne": "≠", "le": "≤", "ge": "≥", "pm": "±", "to": "→", "perp": "⊥",
    "angle": "∠", "Vert": "‖", ",": " ",
})  # fmt: skip
OPENING: Mapping[str, str] = MappingProxyType({"(": ")", "[": "]", "langle": "rangle", "|": "|", "\\|": "\\|"})
FENCES: Mapping[str, str] = MappingProxyType({"langle": "⟨", "rangle": "⟩", "\\|": "‖"})
ALPHABETS = ("mathrm", "mathcal", "mathbb", "mathbf", "mathfrak")
ACCENTS: Mapping[str, str] = MappingProxyType(
    {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "overline": "\u0304", "underline": "\u0332"}
)
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|\d+|.", re.DOTALL)


@dataclass(frozen=True)
class Sign:
    """One letter, number or operator; `kind` is letter, number, word, operator, relation or plus."""

    text: str
    kind: str


@dataclass(frozen=True)
class Row:
    """What stands side by side."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Fence:
    """Something between brackets or bars."""

    left: str
    inside: Row
    right: str


@dataclass(frozen=True)
class Script:
    """A base with what stands below and above its end."""

    base: Node
    below: Row | None
    above: Row | None


@dataclass(frozen=True)
class Fraction:
    """One over another."""

    over: Row
    under: Row


@dataclass(frozen=True)
class Root:
    """The square root."""

    inside: Row


@dataclass(frozen=True)
class Accent:
    """A mark on something."""

    mark: str
    base: Row


@dataclass(frozen=True)
class Lettered:
    """Letters of another alphabet: upright, calligraphic, blackboard, bold, Fraktur."""

    alphabet: str
    text: str


Node: TypeAlias = Sign | Row | Fence | Script | Fraction | Root | Accent | Lettered


@cache
def parsed(latex: str) -> Row:
    r"""The tree of a piece of LaTeX.

    >>> parsed(r"\rho_1").parts[0].base
    Sign(text='ρ', kind='letter')

    Raises:
        UsageError: if it uses more of TeX than quantities need.
    """
    reader = _Reader(latex)
    found = reader.row(until=None)
    if reader.tokens:
        raise reader.refused(reader.tokens[-1])
    return found


class _Reader:
    """Tokens from left to right."""

    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.tokens = [token for token in _TOKEN.findall(latex) if not token.isspace()][::-1]

    def refused(self, token: str) -> UsageError:
        what = "letters, scripts, brackets, \\frac, \\sqrt, accents and alphabets as the LaTeX of a quantity"
        return UsageError(
            expected(what, f"{token} in {self.latex[:60]}", "leave `latex` out, or write it with these")
        )

    def row(self, until: str | None) -> Row:
        """Everything before a closing token, which is left."""
        parts: list[Node] = []
        while self.tokens and _plain(self.tokens[-1]) != until and self.tokens[-1] != "}":
            parts.append(self._scripted(self._atom(self.tokens.pop())))
        return Row(tuple(parts))

    def _scripted(self, base: Node) -> Node:
        below: Row | None = None
        above: list[Node] = []
        while self.tokens and self.tokens[-1] in ("_", "^", "'"):
            match self.tokens.pop():
                case "'":
                    above.append(Sign("′", "letter"))
                case "^":
                    above += self._argument().parts
                case _:
                    below = self._argument()
        return Script(base, below, Row(tuple(above)) if above else None) if below or above else base

    def _argument(self) -> Row:
        """A group in braces, or the next token."""
        if not self.tokens:
            raise self.refused("the end")
        token = self.tokens.pop()
        return self._group() if token == "{" else Row((self._atom(token),))

    def _group(self) -> Row:
        found = self.row(until="}")
        self._closed("}")
        return found

    def _closed(self, by: str) -> None:
        if not self.tokens or _plain(self.tokens.pop()) != by:
            raise self.refused(f"{by} missing")

    def _atom(self, token: str) -> Node:
        name = _plain(token)
        if token == "{":
            return self._group()
        if name in OPENING:
            inside = self.row(until=OPENING[name])
            self._closed(OPENING[name])
            return Fence(FENCES.get(name, name), inside, FENCES.get(OPENING[name], OPENING[name]))
        return self._command(token, name) if token.startswith("\\") else self._sign(token)

    def _sign(self, token: str) -> Sign:
        if token.isdigit():
            return Sign(token, "number")
        if token in "+-":
            return Sign("−" if token == "-" else token, "plus")
        if token in ",;:/=<>":
            return Sign(token, "relation")
        if token == "*" or (token.isalpha() and token.isascii()):
            return Sign("∗" if token == "*" else token, "letter")
        raise self.refused(token)

    def _command(self, token: str, name: str) -> Node:
        for signs, kind in ((LETTERS, "letter"), (OPERATORS, "operator"), (RELATIONS, "relation")):
            if name in signs:
                return Sign(signs[name], kind)
        if name in ALPHABETS:
            return Lettered(name, self._letters())
        if name in ACCENTS:
            return Accent(ACCENTS[name], self._argument())
        if name == "sqrt":
            return Root(self._argument())
        if name == "frac":
            return Fraction(self._argument(), self._argument())
        raise self.refused(token)

    def _letters(self) -> str:
        r"""The text of a group; `\,` is a blank in it, `\_` an underscore."""
        text = ""
        if not self.tokens or self.tokens.pop() != "{":
            raise self.refused("letters without braces")
        while self.tokens and self.tokens[-1] != "}":
            token = self.tokens.pop()
            text += {"\\,": " ", "\\_": "_"}.get(token, token)
        self._closed("}")
        if not re.fullmatch(r"[A-Za-z0-9_ ,]+", text):
            raise self.refused(text)
        return text


def _plain(token: str) -> str:
    r"""The name of a command, or the token itself; `\|` keeps its stroke."""
    return token[1:] if token.startswith("\\") and token != "\\|" else token


def binding(latex: str) -> str:
    r"""How tightly a piece holds together beside other factors: "sum", "product", "power" or "atom".

    >>> binding(r"\|x\|_1-Q"), binding(r"\max_l\|W_l\|"), binding(r"\|x\|_2"), binding("x^2")
    ('sum', 'product', 'atom', 'power')
    """
    parts = parsed(latex).parts
    if any(isinstance(part, Sign) and part.kind == "plus" for part in parts):
        return "sum"
    if len(parts) != 1:
        return "product"
    raised = isinstance(parts[0], Fraction) or (isinstance(parts[0], Script) and parts[0].above is not None)
    return "power" if raised else "atom"


def grasping(latex: str) -> bool:
    """Whether it has an operator that would take the factors to the right of it as well."""
    bases = [part.base if isinstance(part, Script) else part for part in parsed(latex).parts]
    return any(isinstance(base, Sign) and base.kind == "operator" for base in bases)
