"""Signs: what an output cannot carry is written in ASCII forms that keep its meaning, never as a question mark.

`≤` becomes `<=`, `√m` becomes `sqrt(m)`, `ω²` becomes `omega^2`, `✗` becomes `X`. An encoding that carries a sign
keeps it. Layout asks `written`, so that tables and formulas keep their shape; the output streams ask `legible` about
everything else. Nothing here imports more than the standard library.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType({
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "ϑ": "theta", "ϵ": "epsilon", "ϱ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega", "Α": "Alpha", "Β": "Beta", "Γ": "Gamma", "Δ": "Delta", "Ε": "Epsilon", "Ζ": "Zeta", "Η": "Eta",
    "Ι": "Iota", "Κ": "Kappa", "Μ": "Mu", "Ν": "Nu", "Ο": "Omicron", "Ρ": "Rho", "Τ": "Tau", "Υ": "Upsilon",
    "Χ": "Chi", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi",
    "Ψ": "Psi", "Ω": "Omega", "µ": "mu", "∇": "grad", "√": "sqrt", "∞": "inf", "∈": "in", "∉": "not in",
    "∀": "for all", "∃": "there is", "∑": "sum", "∏": "prod", "∫": "integral", "×": "x", "∘": "o", "∝": "~",
    "∠": "angle",
    "ℓ": "l", "𝓛": "Loss", "°": "deg", "½": "(1/2)", "¼": "(1/4)", "¾": "(3/4)",
})  # fmt: skip
"""Signs that are read as words, and stand apart from the letters and digits beside them."""
GREEK = frozenset(sign for sign in WORDS if unicodedata.name(sign).startswith("GREEK"))
"""Those that a digit may follow at once, as in `rho1`."""
MARKS: Mapping[str, str] = MappingProxyType({
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~=", "⪰": "(>=)", "⪯": "(<=)", "≪": "<<", "≫": ">>", "≡": "==",
    "→": "->", "←": "<-", "↦": "|->", "⇒": "=>", "⇔": "<=>", "±": "+-", "−": "-", "·": "*", "⋅": "*", "÷": "/",
    "‖": "||", "⟨": "<", "⟩": ">", "⊥": "_|_", "⟂": "_|_", "∂": "d", "†": "^dag", "′": "'", "″": "''", "‴": "'''",
    "⁗": "''''", "⊙": "o", "∓": "-+",
    "⌈": "ceil(", "⌉": ")", "⌊": "floor(", "⌋": ")", "¬": "not ", "∧": " and ", "∨": " or ",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "--", "‑": "-", "‐": "-",
    "⁄": "/", "∕": "/",
    "∗": "*", "∙": "*", "∣": "|", "∥": "||", "≦": "<=", "≧": ">=", "⩽": "<=", "⩾": ">=", "…": "...",
    "⋯": "...", "•": "*", "●": "*", "○": "o", "◇": "<>", "✓": "+", "∎": "#", "✗": "X", "━": "=", "╸": "=", "╺": " ",
    "▁": "_", "▂": ".", "▃": ":", "▄": "-", "▅": "=", "▆": "+", "▇": "*", "█": "#",
    "╌": ".", "─": "-", "│": "|", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\ufeff": "", "\u200b": "",
    "˙": "'", "¨": "''", "Ł": "L", "ł": "l", "Ø": "O", "ø": "o", "ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE",
    "œ": "oe", "Đ": "D", "đ": "d", "ı": "i", "Þ": "Th", "þ": "th", "Ð": "D", "ð": "d",
})  # fmt: skip
"""Signs that are replaced where they stand."""
HATS: Mapping[str, str] = MappingProxyType(
    {"\u0302": "_hat", "\u0303": "_tilde", "\u0304": "_bar", "\u0307": "_dot", "\u0308": "_ddot"}
)
"""Combining marks of a letter that stands alone, which is a symbol; within a word they are accents."""
NOT = "\u0338"
"""The stroke through a sign, which turns its meaning round."""
LEVELS: Mapping[str, str] = MappingProxyType({"<super>": "^", "<sub>": "_"})
_ROOT = re.compile(r"√([A-Za-z0-9_α-ωΑ-Ω]+[₀-₉]*)")
_encoding: ContextVar[str] = ContextVar("wnverify_encoding", default="utf-8")


@contextmanager
def written_in(encoding: str) -> Iterator[None]:
    """Lay everything out for an output of this encoding."""
    token = _encoding.set(encoding)
    try:
        yield
    finally:
        _encoding.reset(token)


def written(text: str) -> str:
    """The text in the signs of the output at hand; as it is where there is none, as in a notebook."""
    return legible(text, _encoding.get())


def two_dimensional() -> bool:
    """Whether the output at hand carries the signs of which formulas of several lines are built."""
    return _carries("⎛⎝─│√╲╱ρ²₁⋅", _encoding.get())


def legible(text: str, encoding: str) -> str:
    """The text in signs that the encoding carries, every other sign in its ASCII form.

    >>> legible("‖∇²f‖₂ ≤ 2ρ·√m/ω² ✗", "ascii")
    '||grad^2 f||_2 <= 2 rho*sqrt(m)/omega^2 X'
    >>> legible("ω ≥ ½ – L²⁰ of Łojasiewicz", "cp1252")
    'omega >= ½ – L^20 of Lojasiewicz'
    """
    if text.isascii() or _carries(text, encoding):
        return text
    if not _carries("√", encoding):
        text = _ROOT.sub(r"√(\1)", text)
    text, done, open_word = unicodedata.normalize("NFC", text), "", ""
    for start, end in runs(text):
        run = text[start:end]
        kept = _carries(run, encoding)
        form = run if kept else _form(run, encoding, within=within_word(text, start, end))
        is_word = not kept and run in WORDS
        before = is_word and (open_word or done[-1:].isalnum())
        after = open_word and (form[:1].isalpha() or (form[:1].isdecimal() and open_word not in GREEK))
        done += f" {form}" if before or after else form
        open_word = run if is_word or (not kept and _level(run[0])) else ""
    return done


def within_word(text: str, start: int, end: int) -> bool:
    """Whether a part of a text has a letter beside it, so that a mark on it is an accent and no part of a symbol."""
    return any(char.isascii() and char.isalpha() for char in text[max(start - 1, 0) : start] + text[end : end + 1])


def _carries(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _level(char: str) -> str:
    """`^` for a raised character, `_` for a lowered one, else nothing."""
    return LEVELS.get(unicodedata.decomposition(char).partition(" ")[0], "")


def runs(text: str) -> Iterator[tuple[int, int]]:
    """The text in characters; raised ones that stand together stay together, and so does a letter with its hat."""
    start = 0
    for place in range(1, len(text) + 1):
        joined = place < len(text) and (
            (_level(text[place]) and _level(text[place]) == _level(text[place - 1]))
            or (unicodedata.combining(text[place]) and not text[place - 1].isspace())
        )
        if not joined:
            yield start, place
            start = place


def _form(run: str, encoding: str, *, within: bool = False) -> str:
    """The ASCII form of one run of `runs`; `within` a word a mark on a letter is an accent."""
    if level := _level(run[0]):
        inside = "".join(legible(unicodedata.normalize("NFKD", char), "ascii") for char in run)
        simple = len(inside) == 1 or re.fullmatch(r"-?\w+", inside)
        return f"{level}{inside}" if simple else f"{level}({inside})"
    if run in WORDS or run in MARKS or run in HATS:
        return {**WORDS, **MARKS, **HATS}[run]
    letter, *marks = list(unicodedata.normalize("NFD", run))
    if not marks or not all(unicodedata.combining(mark) for mark in marks):
        return _last_resort(run)
    base = letter if _carries(letter, encoding) else _form(letter, encoding)
    if NOT in marks:
        return f"!{base}"
    return base + ("" if within else "".join(HATS.get(mark, "") for mark in marks))


def _last_resort(char: str) -> str:
    """A letter without its accent, the shape of a line, or the number of the character: something to read."""
    name, number = unicodedata.name(char, ""), ord(char)
    if name.startswith("BOX DRAWINGS"):
        return "-" if "HORIZONTAL" in name and "VERTICAL" not in name else "|" if "VERTICAL" in name else "+"
    if 0x239B <= number <= 0x23AE:  # a piece of a tall bracket
        return "|"
    if 0xDC80 <= number <= 0xDCFF:  # a byte of a file name that is no UTF-8
        return f"\\x{number - 0xDC00:02x}"
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return plain or char.encode("ascii", "backslashreplace").decode()
