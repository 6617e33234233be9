"""Words and numbers of the reports: how a verdict, a ratio, a count, a time and a formula are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from wnverify.evidence import Number, TheoremEvidence
from wnverify.report.signs import two_dimensional
from wnverify.verdict import Verdict

SYMBOL: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.HELD: "✓",
        Verdict.PROVED: "∎",
        Verdict.REFUTED: "✗",
        Verdict.FLAWED: "≠",
        Verdict.VACUOUS: "○",
        Verdict.UNDECIDED: "?",
        Verdict.ERROR: "!",
    }
)
COLOUR: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.HELD: "green",
        Verdict.PROVED: "bold green",
        Verdict.REFUTED: "bold red",
        Verdict.FLAWED: "bold red",
        Verdict.VACUOUS: "yellow",
        Verdict.UNDECIDED: "yellow",
        Verdict.ERROR: "bold red",
    }
)
GREEK: Mapping[str, str] = MappingProxyType({
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "psi": "ψ", "omega": "ω",
})  # fmt: skip
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
BAR = 10
CONJECTURE = "◇"


def verdict_words(evidence: TheoremEvidence) -> tuple[str, str]:
    """The verdict as the reader gets it, and its colour; a control also says whether it failed as planned.

    A conjecture is never held, let alone proved: at best it is not refuted.
    """
    verdict = evidence.verdict
    if evidence.conjecture:
        return _conjecture_words(verdict)
    word = f"{SYMBOL[verdict]} {verdict.name.lower()}"
    if not evidence.is_control:
        return word, COLOUR[verdict]
    if evidence.as_expected:
        return f"{word} as planned", "green"
    return f"! {verdict.name.lower()}, not as planned", "bold red"


def _conjecture_words(verdict: Verdict) -> tuple[str, str]:
    if verdict.passes:
        return f"{CONJECTURE} conjecture, not refuted", "cyan"
    return f"{SYMBOL[verdict]} conjecture, {verdict.name.lower()}", COLOUR[verdict]


def ratio_words(ratio: Number | None) -> str:
    """A ratio to four digits, not rounded onto 1 from either side unless only rounding errors lie between.

    >>> ratio_words(0.73456), ratio_words(0.99999), ratio_words(1 + 1e-15), ratio_words("nan"), ratio_words(None)
    ('0.7346', '1-1e-05', '1', 'nan', '–')
    """
    if ratio is None:
        return "–"
    value = float(ratio)
    text = f"{value:.4g}"
    return f"1{value - 1:+.0e}" if text == "1" and abs(value - 1) > 1e-10 else text


def bar(ratio: Number | None) -> str:
    """How much of the bound is used, in ten strokes.

    >>> bar(0.7)
    '━━━━━━━╌╌╌'
    """
    value = 0.0 if ratio is None or float(ratio) != float(ratio) else min(max(float(ratio), 0.0), 1.0)
    full = int(value * BAR + 0.5)
    return "━" * full + "╌" * (BAR - full)


def seconds_words(seconds: float) -> str:
    """A time, short.

    >>> seconds_words(0.04), seconds_words(3.14), seconds_words(74.2), seconds_words(3725)
    ('0.0 s', '3.1 s', '74 s', '62 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "theorem"), counted(0, "theorem"), counted(1200, "try", "tries")
    ('1 theorem', '0 theorems', '1,200 tries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def labelled(number: int, label: str) -> str:
    """A number of statements of one label; without a label they are theorems.

    >>> labelled(3, "lemma"), labelled(2, "corollary"), labelled(1, "")
    ('3 lemmas', '2 corollaries', '1 theorem')
    """
    return counted(number, label or "theorem", "corollaries" if label == "corollary" else "")


def listed(words: Iterable[str]) -> str:
    """Words with commas, "none" if there are none."""
    return ", ".join(words) or "none"


def formula(text: str) -> str:
    """An expression as sympy prints it on one line, in the signs of mathematics if the output carries them.

    >>> formula("hessian_norm ≤ 2*sqrt(3)*(rho + 1)*L**2/(sqrt(m)*omega**2) + c0")
    'hessian_norm ≤ 2·√3·(ρ + 1)·L²/(√m·ω²) + c₀'
    """
    if not two_dimensional():
        return re.sub(r"\boo\b", "inf", text)  # as it is typed
    text = re.sub(r"\bsqrt\((\w+)\)", r"√\1", text).replace("sqrt(", "√(")
    text = re.sub(r"(?<![^\W√])([A-Za-z]+)(\d?)(?![\w(])", _sign, text)
    text = re.sub(r"\*\*(-?\d+)(?![\d.])", lambda found: found[1].translate(_SUPERSCRIPT), text)
    return text.replace("**", "^").replace("*", "·")


def _sign(found: re.Match[str]) -> str:
    """A name as a mathematician writes it: Greek, with a lowered digit; longer names stay as typed."""
    name = "∞" if found[1] == "oo" else GREEK.get(found[1], found[1])
    return name + (found[2].translate(_SUBSCRIPT) if len(name) == 1 else found[2])
