"""Signs: quantities written as their field writes them, `‖∇²f‖ ≤ 2·‖∇f‖`, read as the names that users type.

Each quantity brings its own sign (`Quantity.sign`). What tells nothing apart may be left out: the parameters θ, the
arguments of f and of the loss, the 2 of a Euclidean norm, and blanks. `||` may stand for `‖`, and 𝓛 for ℒ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from wnverify.quantities import Quantity
from wnverify.typed.spelling import GREEK
from wnverify.typed.syntax import CONSTANTS, FUNCTIONS, OTHER_NAMES

_ACCENTS = "\N{COMBINING GRAVE ACCENT}-\N{COMBINING LATIN SMALL LETTER X}"
_WORD = rf"\w{_ACCENTS}′⁺"
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_ALIKE: Mapping[str, str] = {
    "‖": r"(?:‖|∥|\|\|)", "ℒ": "[ℒ𝓛]", "²": r"(?:²|\^2|\*\*2)", "·": "[·*]", "−": "[−-]", "ₓ": "(?:ₓ|_x)",
    "ᵥ": "(?:ᵥ|_v)", "₂": r"(?:₂|_2)", "|": "[|∣]",
}  # fmt: skip
_LEFT_OUT = (
    ("_θ", r"(?:_θ|_\{θ\})?"),
    ("(θ; x)", r"(?:\(θ *[;,] *x\)|\(x\)|\(θ\))?"),
    ("‖₂", r"‖(?:₂|_2)?"),
    ("(θ)", r"(?:\(θ\))?"),
)
_OFFSET = re.compile(r"\|[φϕ]\(0\)\||[φϕ]\(0\)(?=\s*==?\s*0(?![\w.]))")
"""What hypotheses print for c0; without bars only where it is 0."""
_PIECE = re.compile("|".join(re.escape(piece) for piece, _ in _LEFT_OUT) + r"|\s+|.")


def is_signed(text: str) -> bool:
    """Whether a text may hold signs of quantities: any that no keyboard has, or a bar.

    >>> is_signed("gradient_norm <= 2*rho"), is_signed("|f| <= 2")
    (False, True)
    """
    return not text.isascii() or "|" in text


def in_names(text: str, quantities: Mapping[str, Quantity]) -> str:
    """The text with every sign of one of these quantities replaced by its name, the longest signs first.

    >>> from wnverify.families.networks.weight_norm import QUANTITIES
    >>> in_names("‖∇²f‖ + ||∇_θ f||² ≤ 2|f|·‖x‖₂", QUANTITIES)
    'hessian_norm + gradient_norm ² ≤ 2 output_abs · input_norm'
    >>> in_names("φ(0) = 0", QUANTITIES), in_names("|φ(0)| ≤ 1", QUANTITIES)
    (' c0  = 0', ' c0  ≤ 1')
    """
    found, names = _pattern(tuple((name, quantity.sign) for name, quantity in quantities.items()))
    text = _OFFSET.sub(" c0 ", text) if "c0" in quantities else text
    if found is None:
        return text
    told = found.sub(lambda match: f" {names[int(str(match.lastgroup)[1:])]} ", text)
    return text if told == text else " ".join(told.split())


def strange(text: str, quantities: Mapping[str, Quantity]) -> int:
    """How many signs and names of a text are none of these quantities, nor anything else that is known.

    >>> strange("‖∇²f‖ <= 2*sqrt(L)", {})
    4
    """
    plain = "".join(GREEK.get(char, char) for char in text)
    names = re.findall(r"(?<![\w.])[A-Za-z_]\w*", plain.translate(_LOWERED))
    known = {*quantities, *FUNCTIONS, *OTHER_NAMES, *CONSTANTS, "and"}
    return sum(name not in known for name in names) + sum(char in "‖∥∇ℒ𝓛⟨⟩∂" for char in text)


@lru_cache(maxsize=256)
def _pattern(quantities: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str] | None, list[str]]:
    """What finds the signs, each in a group of its own, and their names in the order of the groups."""
    known = {name for name, _ in quantities}
    signs = {sign: name for name, sign in sorted(quantities, key=lambda pair: -len(pair[1]))}
    told = {sign: name for sign, name in signs.items() if sign not in known and _kept(sign)}
    parts = [f"(?P<q{place}>{_expression(sign)})" for place, sign in enumerate(told)]
    return (re.compile("|".join(parts)) if parts else None), list(told.values())


def _kept(sign: str) -> bool:
    """Whether there is a sign at all that is no number or operator."""
    return any(char.isalpha() for char in sign)


def _expression(sign: str) -> str:
    """What matches a sign, however it is spaced; it neither begins nor ends inside a longer name."""
    pieces = [piece[0] for piece in _PIECE.finditer(sign) if not piece[0].isspace()]
    told = dict(_LEFT_OUT)
    inner = r"\s*".join(told[piece].replace("‖", _ALIKE["‖"]) if piece in told else _of(piece) for piece in pieces)
    before = rf"(?<![{_WORD}])" if sign[0].isalnum() else ""
    after = rf"(?!(?![⁰¹²³⁴-⁹⁻])[{_WORD}])" if sign[-1].isalnum() else "(?!_)"  # a power may follow
    return f"{before}{inner}{after}"


def _of(char: str) -> str:
    return _ALIKE.get(char, re.escape(char))
