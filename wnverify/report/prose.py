r"""Prose with mathematics in Unicode, as LaTeX: every formula in it becomes one, the rest is escaped.

What is a formula is seen from the signs: Greek letters, letters that stand alone or bear scripts, what stands between
bars, and whatever operators join to these. A long text is cut, so that nothing can blow up a document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from wnverify.notation.reading import LETTERS as GREEK_LETTERS

LONGEST = 10_000
SIGNS: Mapping[str, str] = MappingProxyType({
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "∞": r"\infty", "∇": r"\nabla", "∂": r"\partial",
    "‖": r"\|", "⟨": r"\langle", "⟩": r"\rangle", "·": r"\cdot", "⋅": r"\cdot", "×": r"\times", "−": "-", "∗": "*",
    "→": r"\to", "↦": r"\mapsto", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow", "∈": r"\in", "∉": r"\notin",
    "∀": r"\forall", "∃": r"\exists", "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "½": r"\tfrac12", "¼": r"\tfrac14",
    "¾": r"\tfrac34", "±": r"\pm", "∓": r"\mp", "𝓛": r"\mathcal{L}", "ς": r"\varsigma", "⊥": r"\perp", "⟂": r"\perp",
    "∘": r"\circ", "⊙": r"\odot", "≪": r"\ll", "≫": r"\gg", "≡": r"\equiv", "∝": r"\propto", "⪰": r"\succeq",
    "⪯": r"\preceq",
    "⌈": r"\lceil", "⌉": r"\rceil", "⌊": r"\lfloor", "⌋": r"\rfloor", "∧": r"\wedge", "∨": r"\vee", "†": r"^\dagger",
    "…": r"\dots", "⋯": r"\cdots", "<": "<", ">": ">", "ᵀ": r"^{\top}", "∥": r"\|", "∣": "|", "∠": r"\angle",
    "{": r"\{", "}": r"\}", "′": "'", "″": "''", "‴": "'''", "µ": r"\mu", "φ": r"\phi",
} | {sign: f"\\{name}" for name, sign in GREEK_LETTERS.items() if sign not in "∞ᵀ∂∇φ"})  # fmt: skip
ASCII: Mapping[str, str] = MappingProxyType(
    {char: f"\\{char}" for char in "$#%&_"} | {"*": r"\ast ", "\\": r"\backslash ", "~": r"\sim ", "^": r"\wedge "}
)
"""Signs that mean something to TeX, within a formula."""
ESCAPED: Mapping[str, str] = MappingProxyType(
    {char: f"\\{char}" for char in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": "$<$", ">": "$>$"}
    | {"|": r"$|$", "—": "---", "–": "--", "“": "``", "”": "''", "’": "'", "‘": "`", "…": r"\dots{}", "`": r"\`{}"}
    | {"∎": r"$\blacksquare$", "✓": r"$\checkmark$", "✗": r"$\times$", "◇": r"$\Diamond$"}
)
HATS: Mapping[str, str] = MappingProxyType(
    {"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0307": r"\dot", "\u0308": r"\ddot"}
)
ACCENTS: Mapping[str, str] = MappingProxyType({
    "\u0300": r"\`", "\u0301": r"\'", "\u0302": r"\^", "\u0303": r"\~", "\u0304": r"\=", "\u0306": r"\u",
    "\u0307": r"\.", "\u0308": r"\"", "\u030a": r"\r", "\u030b": r"\H", "\u030c": r"\v", "\u0327": r"\c",
    "\u0328": r"\k",
})  # fmt: skip
WORDS: Mapping[str, str] = MappingProxyType({
    "Ł": r"\L{}", "ł": r"\l{}", "Ø": r"\O{}", "ø": r"\o{}", "ß": r"\ss{}", "Æ": r"\AE{}", "æ": r"\ae{}",
    "Œ": r"\OE{}", "œ": r"\oe{}", "ı": r"\i{}",
})  # fmt: skip
FUNCTIONS = frozenset({
    "sup", "inf", "max", "min", "log", "exp", "sin", "cos", "tan", "arcsin", "arccos", "tanh", "det", "dim", "ker",
    "deg", "arg", "lim", "Pr",
})  # fmt: skip
ARTICLES = frozenset("aAI")
"""Single letters that are words of English, and letters of mathematics only where signs join them."""
_GREEK = "α-ωϑϕϵΓΔΘΛΞΠΣΦΨΩℓ𝓛µ"
_MARKS = "\u0302\u0303\u0304\u0307\u0308\u0332"
_SCRIPT = (
    r"(?:[_^](?:\{[^{}]{1,30}\}|\([^()]{1,20}\)|[A-Za-z0-9α-ω∞*]{1,3}(?![A-Za-z]))"
    r"|[₀-₎ₐ-ₜᵢ-ᵥᵦ-ᵪⱼ⁰-⁾ⁱ²³¹ᵃ-ᵛˡʰʲʳˢʷˣʸ]+|[′″‴ᵀ∞†]|'{1,3}(?![A-Za-z])|\*(?=[\s‖|⟩),.;]|$)|\+(?=[\s,.;:)‖|⟩]|$))"
)
_TOKEN = (
    rf"(?P<fence>‖[^‖\n]{{1,80}}‖{_SCRIPT}*|⟨[^⟩\n]{{1,80}}⟩{_SCRIPT}*|\|(?=\S)[^|\n]{{1,60}}(?<=\S)\|{_SCRIPT}*)"
    rf"|(?P<function>\b(?:{'|'.join(sorted(FUNCTIONS))}){_SCRIPT}*(?![A-Za-z_-]))"
    rf"|(?P<big>[∑∏∫∀∃∞½¼¾]{_SCRIPT}*|[ΣΠ](?=_)(?:{_SCRIPT})*|[ΣΠ](?= ?(?:[A-Za-zα-ω](?![A-Za-z])|[‖|⟨(√])))"
    rf"|(?P<letter>(?:(?<![A-Za-z_'’\\\u0300-\u036f])(?<![A-Za-z]\.)[A-Za-z](?![A-Za-z’-]|'[A-Za-z]|\.[A-Za-z])|[{_GREEK}])[{_MARKS}]?(?:(?<!A)\d\d?(?!\w))?{_SCRIPT}*)"
    rf"|(?P<number>\d+(?:\.\d+)?{_SCRIPT}*)"
    rf"|(?P<root>√)|(?P<nabla>[∇∂]{_SCRIPT}*)"
    rf"|(?P<operator>[+−·⋅×/∈∉≤≥≠≈<>=→↦±∘⊙≪≫≡∝⪰⪯∧∨⇒⇔*]|(?<=\s)-(?=\s))"
    rf"|(?P<bracket>[()\[\]{{}}⌈⌉⌊⌋]{_SCRIPT}*)"
    r"|(?P<space> )|(?P<comma>[,;](?= ?\S)|…)|(?P<word>(?:[^\W\d_][\u0300-\u036f]*)+(?:_\w+)*|.[\u0300-\u036f]*)"
)
"""Compiled where prose is read, for it takes as long as a small library to load."""
STRONG = ("fence", "letter", "root", "nabla", "big", "function")
"""What makes a formula of what it stands in."""
JOINING = ("operator", "root", "nabla", "big", "function")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def prose(text: str) -> str:
    r"""Unicode prose as LaTeX: formulas become mathematics, special characters are escaped, a long text is cut.

    >>> prose("‖x‖₂ ≤ 1 & 5 % of the W_i^l, √m for \\input")
    '$\\|x\\|_{2} \\le 1$ \\& 5 \\% of the $W_{i}^{l}$, $\\sqrt{m}$ for \\textbackslash{}input'

    >>> prose("tanh")
    '$\\tanh$'
    """
    text = " ".join(text[: LONGEST + 1].split())
    text = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    text = "".join(unicodedata.normalize("NFD", char) if char.isalpha() else char for char in text)
    code = re.split(r"`([A-Za-z0-9_./ -]{1,80})`", text)
    return "".join(rf"\texttt{{{_plain(piece)}}}" if index % 2 else _mixed(piece) for index, piece in enumerate(code))


def _mixed(text: str) -> str:
    """Words and formulas."""
    tokens = _tokens(text)
    return "".join(_span(tokens[start:end]) for start, end in _spans(tokens))


def _spans(tokens: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    """The formulas, and each token between them alone."""
    place = 0
    while place < len(tokens):
        end = _formula(tokens, place)
        yield place, max(end, place + 1)
        place = max(end, place + 1)


def _formula(tokens: Sequence[_Token], start: int) -> int:
    """Where a formula that begins here ends; `start` itself where none does."""
    if tokens[start].kind in ("word", "space", "comma", "operator") or tokens[start].text[0] in ")]}":
        return start
    end = start
    while end < len(tokens) and _goes_on(tokens, end, start):
        end += 1
    while end > start and not _complete(tokens[start:end]):
        end -= 1
    part = tokens[start:end]
    articles = [token.text in ARTICLES for token in part if token.kind in STRONG]
    joined = any(token.kind == "operator" for token in part)
    strong = any(token.kind in STRONG for token in part) and (joined or not all(articles))
    return end if strong else start


def _goes_on(tokens: Sequence[_Token], end: int, start: int) -> bool:
    """Whether the token belongs to the formula before it: blanks are crossed next to operators only."""
    kind = tokens[end].kind
    if kind == "word":
        return False
    if kind != "space":
        return True
    before, after = tokens[end - 1] if end > start else None, tokens[end + 1] if end + 1 < len(tokens) else None
    if before is None or after is None or "word" in (before.kind, after.kind):
        return False
    inside = _depth(tokens[start:end]) > 0
    return before.kind in JOINING or after.kind == "operator" or (inside and after.kind != "comma")


def _depth(tokens: Sequence[_Token]) -> int:
    """How many brackets are open."""
    return sum((token.text[0] in "([{⌈⌊") - (token.text[0] in ")]}⌉⌋") for token in tokens if token.kind == "bracket")


def _complete(part: Sequence[_Token]) -> bool:
    """Whether a formula may end here: brackets closed, in order, and something after the last operator."""
    depths = [_depth(part[: index + 1]) for index in range(len(part))]
    open_list = any(t.kind == "comma" and not depth for t, depth in zip(part, depths, strict=True))
    closed = min(depths) >= 0 and depths[-1] == 0 and not open_list
    return closed and part[-1].kind not in ("operator", "root", "nabla", "space", "comma")


def _span(part: Sequence[_Token]) -> str:
    if len(part) == 1 and (part[0].kind not in STRONG or part[0].text in ARTICLES):
        return _plain(part[0].text)
    return f"${formula(part)}$"


def formula(part: Sequence[_Token]) -> str:
    """The tokens of a formula as mathematics."""
    found: list[str] = []
    index = 0
    while index < len(part):
        root = part[index].kind == "root" and index + 1 < len(part)
        piece, index = _under_root(part, index + 1) if root else (_piece(part[index]), index + 1)
        found.append(piece)
    return _joined(found)


def _under_root(part: Sequence[_Token], start: int) -> tuple[str, int]:
    """The root of a group or of the next token, whose raised signs stay outside; and where the rest begins."""
    if part[start].text == "(":
        end = start + 1
        while end < len(part) and _depth(part[start:end]) > 0:
            end += 1
        return rf"\sqrt{{{formula(part[start + 1 : end - 1])}}}" + _scripts(part[end - 1].text[1:]), end
    base = re.match(rf"[^\W\d_][{_MARKS}]?(?:_\w+|[₀-₉ₐ-ₜᵢ-ᵥ])*|\d+", part[start].text)
    if base is None:
        return rf"\sqrt{{{_piece(part[start])}}}", start + 1
    kind = "number" if base[0].isdigit() else "letter"
    return rf"\sqrt{{{_piece(_Token(kind, base[0]))}}}" + _scripts(part[start].text[base.end() :]), start + 1


def _tokens(text: str) -> list[_Token]:
    return [_Token(str(found.lastgroup), found[0]) for found in re.finditer(_TOKEN, text, re.DOTALL)]


def _joined(pieces: Sequence[str]) -> str:
    """Pieces side by side; a blank keeps a command from the letter after it."""
    text = ""
    for piece in pieces:
        command = re.search(r"\\[A-Za-z]+$", text) is not None
        text += (" " if command and piece[:1].isalpha() else "") + piece
    return " ".join(text.split())


def _piece(token: _Token) -> str:
    """One token of a formula."""
    text = token.text
    match token.kind:
        case "space":
            return " "
        case "word":
            return _word(text)
        case "fence":
            closing = max(text.rindex(char) for char in "‖⟩|" if char in text)
            inside = formula(_tokens(text[1:closing]))
            return _joined([_sign(text[0]), inside, _sign(text[closing])]) + _scripts(text[closing + 1 :])
    base = re.match(rf"{'|'.join(sorted(FUNCTIONS, reverse=True))}|\d+(\.\d+)?|.[{_MARKS}]?", text, re.DOTALL)
    name = base[0] if base else text
    if token.kind == "big":
        name = {"Σ": "∑", "Π": "∏"}.get(name, name)
    return _named(name) + _scripts(text[len(name) :])


def _named(name: str) -> str:
    """The base of a token: a function, a number, or one sign."""
    if name in FUNCTIONS:
        return f"\\{name}"
    return name if name[0].isdigit() else _sign(name)


def _word(text: str) -> str:
    """A word within a formula: up to three letters are factors, with their scripts; longer ones are upright."""
    name, _, low = text.partition("_")
    if len(name) > 3 and text.isascii():
        return rf"\mathrm{{{text.replace('_', chr(92) + '_')}}}"
    return _joined([_sign(char) for char in unicodedata.normalize("NFC", name)]) + (f"_{{{low}}}" if low else "")


def _scripts(text: str) -> str:
    """Raised and lowered signs as scripts of TeX; several raised ones in a row become one."""
    high, low = "", ""
    for mark, group, char in re.findall(
        r"([_^])(\{[^{}]*\}|\([^()]*\)|[^_^]+?(?=[_^′″‴ᵀ†'*²³¹⁰-ⁿ]|$))|(.)", text, re.DOTALL
    ):
        inside = formula(_tokens(group[1:-1] if group[:1] in ("{", "(") else group)) if mark else _raised(char)
        lowered = mark == "_" or char.isdecimal() or unicodedata.decomposition(char or "x").startswith("<sub>")
        high, low = (high, low + inside) if lowered else (_joined([high, inside]), low)
    return (f"_{{{low}}}" if low else "") + (f"^{{{high}}}" if high else "")


def _raised(char: str) -> str:
    """What a raised or lowered sign is on the line."""
    signs = {"'": r"\prime", "′": r"\prime", "″": r"\prime\prime", "‴": r"\prime\prime\prime", "ᵀ": r"\top"}
    signs |= {"∞": r"\infty", "†": r"\dagger", "*": r"\ast"}
    plain = unicodedata.normalize("NFKD", char).replace("−", "-")
    return signs.get(char) or _joined([_sign(each) for each in plain if not unicodedata.combining(each)])


def _sign(char: str) -> str:
    """One sign within a formula."""
    if char in SIGNS:
        found = SIGNS[char]
        return f" {found} " if char in "≤≥≠≈∈∉→↦⇒⇔≪≫≡∝⪰⪯·⋅×±∘⊙∧∨" else found
    if char == "=":
        return " = "
    if char.isascii():
        return ASCII.get(char, char)
    letter, *marks = list(unicodedata.normalize("NFD", char))
    if len(marks) == 1 and marks[0] in HATS:
        return f"{HATS[marks[0]]}{{{SIGNS.get(letter, letter)}}}"
    plain = unicodedata.normalize("NFKD", char)
    level = unicodedata.decomposition(char)
    if level.startswith(("<su",)) and plain.isascii():
        return f"{'^' if 'super' in level else '_'}{{{plain}}}"
    return rf"\mathrm{{{_plain(char)}}}"


def _plain(text: str) -> str:
    """Text outside of formulas, in ASCII."""
    return "".join(_letter(char) for char in unicodedata.normalize("NFC", text))


def _letter(char: str) -> str:
    if char in ESCAPED or char in WORDS:
        return ESCAPED.get(char) or WORDS[char]
    if char.isascii():
        return char if char.isprintable() else " "
    if char in SIGNS:
        return f"${SIGNS[char]}$"
    letter, *marks = list(unicodedata.normalize("NFD", char))
    if len(marks) == 1 and marks[0] in ACCENTS and letter.isascii():
        return f"{ACCENTS[marks[0]]}{{{letter}}}"
    plain = unicodedata.normalize("NFKD", char)
    level = unicodedata.decomposition(char)
    if level.startswith("<su") and plain.isascii():
        return f"${'^' if 'super' in level else '_'}{{{plain}}}$"
    kept = plain.encode("ascii", "ignore").decode()
    return "".join(ESCAPED.get(each, each) for each in kept) or f"[U+{ord(char):04X}]"
