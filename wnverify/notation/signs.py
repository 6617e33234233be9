"""The LaTeX of a quantity in Unicode, and the LaTeX of a name that has none of its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from wnverify.notation.reading import (
    LETTERS,
    Accent,
    Fence,
    Fraction,
    Lettered,
    Node,
    Root,
    Row,
    Script,
    Sign,
    parsed,
)

RAISED: Mapping[str, str] = MappingProxyType(
    dict(zip("0123456789+−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", strict=True))
    | dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
    | dict(zip("DELTW′″ᵀ∗", "ᴰᴱᴸᵀᵂ′″ᵀ∗", strict=True))
)
LOWERED: Mapping[str, str] = MappingProxyType(
    dict(zip("0123456789+−=()∗", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎∗", strict=True))
    | dict(zip("aehijklmnoprstuvxβγρφχ", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
)
ALPHABET: Mapping[str, str] = MappingProxyType(
    {"mathcal": "SCRIPT", "mathbb": "DOUBLE-STRUCK", "mathbf": "BOLD", "mathfrak": "BLACK-LETTER"}
)
GREEK = frozenset(LETTERS) - {"infty", "top", "partial", "nabla", "ell"}


@cache
def in_signs(latex: str) -> str:
    r"""A piece of LaTeX on one line of Unicode.

    >>> in_signs(r"\|\nabla^2_\theta f\|_2"), in_signs(r"\max_l\|W^{(l)}\|_F"), in_signs(r"\frac{a+b}{\sqrt{m}}")
    ('‖∇²_θ f‖₂', 'maxₗ ‖W⁽ˡ⁾‖_F', '(a + b)/√m')
    """
    return " ".join(_row(parsed(latex)).split())


def _row(row: Row, *, tight: bool = False) -> str:
    text = ""
    for index, part in enumerate(row.parts):
        before = row.parts[index - 1] if index else None
        piece = _beside(before, part, tight=tight)
        text += (" " if _apart(before, text, piece) else "") + piece
    return text


def _beside(before: Node | None, part: Node, *, tight: bool) -> str:
    """A piece as it stands after another: blanks around plus and minus, brackets around a quotient of an operator."""
    piece = _node(part)
    if isinstance(part, Sign) and part.kind == "plus" and not tight and before and not _is(before, "relation"):
        return f" {piece} "
    return f"({piece})" if isinstance(part, Fraction) and before and _is(before, "operator") else piece


def _is(node: Node, kind: str) -> bool:
    base = node.base if isinstance(node, Script) else node
    return isinstance(base, Sign) and base.kind == kind


def _apart(before: Node | None, text: str, piece: str) -> bool:
    """Whether a blank must stand between two pieces: after an operator, and where a lowered sign would run on."""
    if before is None or not piece or text.endswith(" ") or piece[0] in " ([)]⟩,;=/":
        return False
    flat = isinstance(before, Script) and re.search(r"[_^][\w₀-₉]+$", text) is not None
    return _is(before, "operator") or isinstance(before, Fraction) or flat


def _node(node: Node) -> str:
    match node:
        case Sign(text=text, kind=kind):
            found = f"{text} " if kind == "relation" and text in ",;" else text
        case Row():
            found = _row(node)
        case Fence(left=left, inside=inside, right=right):
            found = f"{left}{_row(inside)}{right}"
        case Script(base=base, below=below, above=above):
            high, low = _script(above, RAISED, "^"), _script(below, LOWERED, "_")
            raised_first = low.startswith("_") and not high.startswith("^")
            found = _node(base) + (high + low if raised_first else low + high)
        case Fraction(over=over, under=under):
            found = f"{_grouped(over)}/{_grouped(under)}"
        case Root(inside=inside):
            found = f"√{_grouped(inside)}"
        case Accent(mark=mark, base=base):
            text = _row(base)
            found = unicodedata.normalize("NFC", text[:1] + mark) + text[1:]
        case Lettered(alphabet=alphabet, text=text):
            found = alphabetical(alphabet, text)
    return found


def _script(row: Row | None, level: Mapping[str, str], mark: str) -> str:
    """Raised or lowered signs where Unicode has all of them; else a mark, and brackets around more than one sign."""
    if row is None:
        return ""
    text = _row(row, tight=True).replace(" ", "").replace("′′", "″")
    if all(char in level for char in text):
        return "".join(level[char] for char in text)
    word = len(row.parts) == 1 and isinstance(row.parts[0], Lettered | Fence)
    return f"{mark}{text}" if word or re.fullmatch(r".[₀-₉]?", text) else f"{mark}({text})"


def _grouped(row: Row) -> str:
    text = _row(row)
    alone = len(row.parts) == 1 and not isinstance(row.parts[0], Fraction)
    return text if alone or text.isdecimal() else f"({text})"


def alphabetical(alphabet: str, text: str) -> str:
    """Letters in another alphabet, as far as Unicode has them.

    >>> alphabetical("mathcal", "L"), alphabetical("mathrm", "tr")
    ('ℒ', 'tr')
    """
    return "".join(_letter(alphabet, char) for char in text)


def _letter(alphabet: str, char: str) -> str:
    """A letter of another alphabet, where Unicode has it under one of two names; bold and upright ones stay plain."""
    if alphabet in ("mathrm", "mathbf"):
        return char
    kind, word = ("DIGIT", unicodedata.name(char)[6:]) if char.isdigit() else ("CAPITAL", char.upper())
    names = (f"{prefix}{ALPHABET[alphabet]} {kind} {word}" for prefix in ("", "MATHEMATICAL "))
    return next((found for name in names if (found := _found(name))), char)


def _found(name: str) -> str:
    """The character of a name, or nothing."""
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return ""


@cache
def spelled(name: str) -> str:
    r"""The LaTeX of a name that was declared without: a letter with its index, or the name upright.

    >>> spelled("omega"), spelled("c0"), spelled("lambda_0"), spelled("r_inf"), spelled("my_norm")
    ('\\omega', 'c_{0}', '\\lambda_{0}', 'r_{\\infty}', '\\mathrm{my\\_norm}')
    """
    found = re.fullmatch(rf"([A-Za-z]|{'|'.join(sorted(GREEK))})(?:_?(\d+)|_([A-Za-z]|inf))?", name)
    if found is None:
        return rf"\mathrm{{{_escaped(name)}}}"
    letter = f"\\{found[1]}" if found[1] in GREEK else found[1]
    index = {"inf": r"\infty"}.get(found[3], found[3]) if found[3] else found[2]
    return f"{letter}_{{{index}}}" if index else letter


def _escaped(name: str) -> str:
    """A name as text of TeX; a name has letters, digits and underscores, whatever else comes is left out."""
    return re.sub(r"\W", "", name, flags=re.ASCII).replace("_", r"\_") or "?"
