"""The LaTeX of a quantity in presentation MathML."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from types import MappingProxyType

from wnverify.notation.reading import Accent, Fence, Fraction, Lettered, Node, Root, Row, Script, Sign, parsed
from wnverify.notation.signs import alphabetical

MARKS: Mapping[str, str] = MappingProxyType({"\u0302": "^", "\u0303": "~", "\u0304": "¯", "\u0332": "_"})


@cache
def mathml(latex: str) -> str:
    r"""One element of MathML, without the `math` around it.

    >>> mathml(r"\|x\|_2")
    '<msub><mrow><mo>‖</mo><mi>x</mi><mo>‖</mo></mrow><mn>2</mn></msub>'

    Raises:
        UsageError: if it is no formula in itself.
    """
    return _row(parsed(latex))


def _row(row: Row) -> str:
    inside = "".join(map(_node, row.parts))
    return inside if len(row.parts) == 1 else f"<mrow>{inside}</mrow>"


def _node(node: Node) -> str:
    match node:
        case Sign(text=text, kind=kind):
            found = _sign(text, kind)
        case Row():
            found = _row(node)
        case Fence(left=left, inside=inside, right=right):
            found = f"<mrow><mo>{escape(left)}</mo>{_inner(inside)}<mo>{escape(right)}</mo></mrow>"
        case Script(base=base, below=below, above=above):
            parts = [_node(base), *(_row(part) for part in (below, above) if part is not None)]
            tag = "msubsup" if below and above else "msub" if below else "msup"
            found = f"<{tag}>{''.join(parts)}</{tag}>"
        case Fraction(over=over, under=under):
            found = f"<mfrac>{_row(over)}{_row(under)}</mfrac>"
        case Root(inside=inside):
            found = f"<msqrt>{_row(inside)}</msqrt>"
        case Accent(mark=mark, base=base):
            tag = "munder" if mark == "\u0332" else "mover"
            found = f'<{tag} accent="true">{_row(base)}<mo>{escape(MARKS[mark])}</mo></{tag}>'
        case Lettered(alphabet=alphabet, text=text):
            found = f'<mi mathvariant="normal">{escape(alphabetical(alphabet, text))}</mi>'
    return found


def _inner(row: Row) -> str:
    return "".join(map(_node, row.parts))


def _sign(text: str, kind: str) -> str:
    tag = {"number": "mn", "letter": "mi"}.get(kind, "mo")
    if kind == "operator" and text.isalpha():
        return f"<mi>{escape(text)}</mi><mo>&#x2061;</mo>"
    return f"<{tag}>{escape(text)}</{tag}>"
