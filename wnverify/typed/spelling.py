"""Spelling: a claim in the signs of mathematics, or of a keyboard, as the plain text that Python's parser reads.

    |ρ| ≤ 2·√m/ω² + c₀        Abs(rho)<=2*sqrt(m)/omega**(2)+c0

Everything that the reports print is read back. Size comes first: length, signs, digits and depth are checked here,
before Python's own parser or sympy sees the text. No two operands may stand side by side, so that a bar opens an
absolute value where an operand is due and closes one elsewhere, and a product must be written with `*`.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import NamedTuple

from wnverify.errors import UsageError, expected

SHOWN = 60
ADVICE = "use letters, digits, _ . + - * / ( ) | , < > ="
GREEK: Mapping[str, str] = MappingProxyType({
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ϑ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "\N{MICRO SIGN}": "mu", "ν": "nu", "π": "pi",
    "ρ": "rho", "ϱ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "ψ": "psi", "ω": "omega",
})  # fmt: skip
"""Letters that stand for the names that users type."""
_SIGNS: Mapping[str, str] = MappingProxyType({
    "≤": "<=", "⩽": "<=", "≦": "<=", "≥": ">=", "⩾": ">=", "≧": ">=", "≠": "!=", "·": "*", "⋅": "*", "×": "*",
    "∗": "*", "∙": "*", "÷": "/", "∕": "/", "⁄": "/", "−": "-", "‐": "-", "‑": "-", "–": "-", "—": "-", "∣": "|",
    "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{THIN SPACE}": " ", "\t": " ",
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
})  # fmt: skip
_RAISED: Mapping[str, str] = MappingProxyType(dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True)))
_NORM = "norms have names, such as gradient_norm: `wnverify symbols` lists them"
_HINTS: Mapping[str, str] = MappingProxyType({
    "^": "write ** for a power", "[": "use round brackets", "{": "use round brackets", "]": "use round brackets",
    "}": "use round brackets", "!": "use <=, >= or ==", "∞": "a bound must be finite", "‖": _NORM, "∥": _NORM,
    "∇": _NORM, "∑": "write Sum(term, (l, 1, L))", "Σ": "write Sum(term, (l, 1, L))",
    "∏": "write Product(factor, (l, 1, L))", "%": "write a share as a number, such as 0.05",
    "≈": "use <=, >= or ==", "≪": "use <=, >= or ==", "≫": "use <=, >= or ==", "′": "no name ends in a prime",
    "'": "no name ends in a prime", '"': "leave out the quotation marks", "\\": "write sqrt(m), not \\sqrt{m}",
    "\n": "write it on one line",
})  # fmt: skip
_TOKEN = re.compile(
    r"(?P<space> +)|(?P<number>[0-9.](?:[A-Za-z0-9_.]|(?<=[eE])[+-](?=[0-9]))*)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<relation><=|>=|==|!=|<>|=>|=<|[<>=])|(?P<operator>\*\*|//|[+\-*/])"
    r"|(?P<infinity>∞)|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)|(?P<root>√)|(?P<bar>\|)|(?P<open>\()|(?P<close>\))|(?P<comma>,)"
)
_NUMBER = re.compile(r"(?P<digits>[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]+))?")
MOST_CLAIMS = 12
"""Relations of one text."""
_JOINING = "∧&;"
"""Signs that mean `and`."""
RELATIONS = ("<=", ">=", "==", "<", ">")
SIGNS = " ".join(RELATIONS)
_BETTER: Mapping[str, str] = MappingProxyType({
    "!=": "write > or < apart", "=>": "write >=", "=<": "write <=",
})  # fmt: skip


class NotAClaim(UsageError):
    """The text is no claim that wnverify reads; the message says why."""


@dataclass(frozen=True)
class Limits:
    """How large a text may be, and the numbers in it; a written claim has more room than a typed one.

    Args:
        longest: characters.
        digits: digits of a number.
        exponent: size of the exponent of a decimal number, and of the power of a number.
        brackets: brackets within one another.
        operations: nodes of the syntax tree.
        deepest: its levels.
    """

    longest: int = 8000
    digits: int = 1000
    exponent: int = 1000
    brackets: int = 60
    operations: int = 1500
    deepest: int = 120


TYPED = Limits()
WRITTEN = Limits(longest=100_000, digits=4000, exponent=4000, brackets=150, operations=10_000, deepest=200)
"""For a text that the program wrote itself, which spells out what was typed in short."""


def short(text: str) -> str:
    """The beginning of a text in quotation marks, fit to be shown."""
    clean = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:SHOWN])
    return repr(clean if len(text) <= SHOWN else f"{clean}…")


def spelled(text: str, *, relations: int, limits: Limits = TYPED) -> str:
    """The text in plain characters.

    Args:
        text: what was typed.
        relations: how many relations it must hold, 0 or 1.
        limits: how large it may be.

    Raises:
        NotAClaim: for a sign that is not understood, or anything too large, with the remedy.

    >>> spelled("|ρ| ≤ 2·√m/ω² + c₀", relations=1)
    'Abs(rho)<=2*sqrt(m)/omega**(2)+c0'
    """
    _check_length(text, limits)
    tokens = _tokens("".join(map(_plain, text)))
    _check_relations([word.text for word in tokens if word.kind == "relation"], relations, text)
    writer = _Writer(text, limits)
    for word, after in zip(tokens, [*tokens[1:], _END], strict=True):
        writer.take(word, after)
    return writer.finish()


def clauses(text: str, limits: Limits = TYPED) -> list[str]:
    """The single relations of a text in which several are joined by `and`, or follow one another in a chain.

    Args:
        text: what was typed.
        limits: how large it may be.

    Raises:
        NotAClaim: for a sign that is not understood, or too many relations.

    >>> clauses("0 ≤ ρ <= 2·ω and (L == 1)")
    ['0 ≤ ρ', 'ρ <= 2·ω', 'L == 1']
    """
    _check_length(text, limits)
    plain = [_joining(text, place) if char in _JOINING else _plain(char) for place, char in enumerate(text)]
    places = [place for place, part in enumerate(plain) for _ in part]
    words = _tokens("".join(plain))
    other = next((word.text for word in words if word.text in ("or", "not")), "")
    parts = [_bare(part) for part in _parted(_bare(words))]
    if other or (len(parts) > 1 and not all(parts)):
        got = repr(other) if other else short(text)
        raise NotAClaim(expected("relations joined by and, one on either side of it", got, "try others one by one"))
    found = [chain for part in parts for chain in _chained(part)]
    if len(found) > MOST_CLAIMS:
        remedy = "try them one after the other"
        raise NotAClaim(expected(f"at most {MOST_CLAIMS} relations at once", f"{len(found)}", remedy))
    return [text[places[one[0].start] : places[one[-1].end - 1] + 1] if one else "" for one in found]


def _joining(text: str, place: int) -> str:
    """What a sign that means `and` is read as; two in a row are one."""
    return "" if text[place - 1 : place] == text[place] else " and "


def _parted(words: list[_Word]) -> list[list[_Word]]:
    """The words between those that join claims."""
    cuts = [-1, *(place for place, word in enumerate(words) if word.text == "and"), len(words)]
    return [words[low + 1 : high] for low, high in pairwise(cuts)]


def _bare(words: list[_Word]) -> list[_Word]:
    """A relation without the brackets around all of it."""
    while len(words) > 1 and (words[0].kind, words[-1].kind) == ("open", "close") and _is_whole(words[1:-1]):
        words = words[1:-1]
    return words


def _is_whole(words: list[_Word]) -> bool:
    """Whether there is a relation, and all brackets are in pairs."""
    depths = list(accumulate({"open": 1, "close": -1}.get(word.kind, 0) for word in words))
    return any(word.kind == "relation" for word in words) and min(depths) >= 0 and depths[-1] == 0


def _chained(words: list[_Word]) -> list[list[_Word]]:
    """`a <= b <= c` as `a <= b` and `b <= c`; anything else as it is."""
    signs = [place for place, word in enumerate(words) if word.kind == "relation"]
    if len(signs) < 2:
        return [words]
    ends = [-1, *signs, len(words)]
    return [words[ends[turn] + 1 : ends[turn + 2]] for turn in range(len(signs))]


class _Word(NamedTuple):
    kind: str
    text: str
    start: int = 0
    end: int = 0


_END = _Word("end", "")


def _plain(char: str) -> str:
    """What one sign stands for, wherever it is."""
    return _SIGNS.get(char, GREEK.get(char, char))


def _check_length(text: str, limits: Limits) -> None:
    if len(text) > limits.longest:
        raise NotAClaim(expected(f"a claim of at most {limits.longest} characters", f"{len(text)} characters"))
    if not text.strip():
        raise NotAClaim(expected("a claim such as gradient_norm <= 2*sqrt(L)", "an empty text"))


def _tokens(text: str) -> list[_Word]:
    words, place = [], 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            bad = text[place]
            got = f"{short(bad)} (U+{ord(bad):04X})"
            raise NotAClaim(expected("a claim in plain characters", got, _HINTS.get(bad, ADVICE)))
        if found.lastgroup != "space":
            sign = "==" if found[0] == "=" else found[0]  # as it is printed
            words.append(_Word(str(found.lastgroup), sign, *found.span()))
        place = found.end()
    return words


def _check_relations(found: list[str], wanted: int, text: str) -> None:
    if len(found) != wanted:
        got = f"{', '.join(found) or 'none'} in {short(text)}"
        if not wanted:
            raise NotAClaim(expected("an expression without a relation", got))
        remedy = "state each relation apart, hypotheses with --given" if found else "compare two sides"
        raise NotAClaim(expected(f"exactly one of {SIGNS}", got, remedy))
    for sign in found:
        if sign not in RELATIONS:
            remedy = _BETTER.get(sign, "only these can be broken by an instance")
            raise NotAClaim(expected(f"one of {SIGNS}", repr(sign), remedy))


@dataclass
class _Open:
    """A bracket, or a bar, that is to be closed, and how many square roots end with it."""

    kind: str
    roots: int = 0


@dataclass
class _Writer:
    """Takes word by word; knows whether an operand is due, and what is open."""

    text: str
    limits: Limits
    out: list[str] = field(default_factory=list)
    due: bool = True
    open: list[_Open] = field(default_factory=list)
    roots: int = 0
    signs: int = 0

    def take(self, word: _Word, after: _Word) -> None:
        """Write one word."""
        if word.kind in ("number", "name", "open", "root") or (word.kind == "bar" and self.due):
            self._operand(word, after)
        elif word.kind == "operator":
            self._operator(word.text)
        elif word.kind in ("close", "bar"):
            self._close(word.kind)
        elif word.kind == "raised":
            self._raised(word.text)
        elif word.kind == "infinity":
            raise NotAClaim(expected("finite numbers and symbols", repr(word.text), _HINTS[word.text]))
        else:
            self._separator(word)

    def finish(self) -> str:
        """The whole text."""
        if self.open:
            missing = "|" if self.open[-1].kind == "bar" else ")"
            raise NotAClaim(expected(f"a {missing} for every opening one", f"none at the end of {short(self.text)}"))
        self._check_due("the end")
        return "".join(self.out)

    def _operand(self, word: _Word, after: _Word) -> None:
        called = word.kind == "open" and bool(self.out) and self.out[-1].isidentifier()
        if not self.due and not called:
            before = "".join(self.out)[-SHOWN:]
            raise NotAClaim(expected("* between two factors", f"{short(word.text)} straight after {short(before)}"))
        if keyword.iskeyword(word.text):
            raise NotAClaim(expected("names of symbols", short(word.text), "`wnverify symbols` lists the names"))
        self.signs = 0
        if word.kind == "root":
            self.out.append("sqrt(")
            self.roots += 1
            self._check_depth()
        elif word.kind in ("open", "bar"):
            self._enter(word.kind)
        else:
            self.out.append(self._number(word.text) if word.kind == "number" else word.text)
            self.due = False
            if not (word.kind == "name" and after.kind == "open"):
                self._end_roots(0)

    def _enter(self, kind: str) -> None:
        self.out.append("(" if kind == "open" else "Abs(")
        self.open.append(_Open(kind, self.roots))
        self.roots, self.due = 0, True
        self._check_depth()

    def _end_roots(self, kept: int) -> None:
        """An operand is complete, and with it the square roots that begin just before it."""
        self.out.append(")" * self.roots)
        self.roots = kept

    def _close(self, kind: str) -> None:
        wanted = "open" if kind == "close" else "bar"
        if not self.open or self.open[-1].kind != wanted:
            sign = ")" if kind == "close" else "|"
            raise NotAClaim(expected("brackets and bars in pairs", f"a {sign} too many in {short(self.text)}"))
        if self.due and self.out[-1] not in ("(", ","):
            self._check_due(")" if kind == "close" else "|")
        ended = self.open.pop()
        self.out.append(")")
        self.roots, self.due = ended.roots, False
        self._end_roots(0)

    def _operator(self, sign: str) -> None:
        if sign == "//":
            raise NotAClaim(expected("one of + - * / **", repr(sign)))
        self.signs = self.signs + 1 if self.due else 0
        if self.due and (sign not in "+-" or self.signs > 3):
            self._check_due(sign)
        self.out.append(sign)
        self.due = True

    def _raised(self, text: str) -> None:
        self._check_due(text)
        number = "".join(_RAISED[char] for char in text)
        if not re.fullmatch(r"-?[0-9]{1,4}", number):
            raise NotAClaim(expected("a raised number", short(text)))
        self.out.append(f"**({number})")

    def _separator(self, word: _Word) -> None:
        self._check_due(word.text)
        if word.kind == "relation" and self.open:
            raise NotAClaim(expected("one relation between two sides, not inside brackets", short(self.text)))
        self.out.append(word.text)
        self.due, self.signs = True, 0

    def _check_due(self, before: str) -> None:
        if self.due:
            raise NotAClaim(expected(f"a number, a symbol or a bracket before {before}", short(self.text)))

    def _check_depth(self) -> None:
        if len(self.open) + self.roots > self.limits.brackets:
            got = f"more in {short(self.text)}"
            raise NotAClaim(expected(f"at most {self.limits.brackets} nested brackets", got))

    def _number(self, word: str) -> str:
        found = _NUMBER.fullmatch(word)
        if found is None:
            remedy = "write decimal numbers, such as 0.5 or 1e-3, and * between a number and a name"
            raise NotAClaim(expected("a number", short(word), remedy))
        if len(found["digits"]) > self.limits.digits:
            raise NotAClaim(expected(f"numbers of at most {self.limits.digits} digits", short(word)))
        exponent = (found["exponent"] or "0").lstrip("+-").lstrip("0") or "0"
        if len(exponent) > 6 or int(exponent) > self.limits.exponent:
            size = f"numbers from 1e-{self.limits.exponent} to 1e{self.limits.exponent}"
            raise NotAClaim(expected(size, short(word)))
        return word.lstrip("0") if word.isdigit() and word.strip("0") else "0" if word.isdigit() else word
