"""Conjecture: a closed form that was suggested as a theorem file, which the ordinary checks attack at once."""

from __future__ import annotations

import re
import tempfile
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sympy

from wnverify.claim import RELATIONS
from wnverify.errors import UsageError, expected
from wnverify.evidence import TheoremEvidence
from wnverify.report.words import formula
from wnverify.runs.files import write
from wnverify.suggesting.candidates import Candidate
from wnverify.theorem import Theorem

WIDTH = 118
TEXT = '''"""Conjecture: {title}.

{header}
"""

from sympy import {functions}

from wnverify import Claim, Theorem{load}
{more}
base = {base}
claim, family = base.claim, base.family
del base  # one theorem a file
{symbols}
bound = ({form}) * ({unit})
given = {{**claim.given{given}}}

theorem = Theorem(
    claim=Claim(claim.lhs, "{relation}", bound, given=given),
    family=family,
    settings={settings},
    conjecture=True,
    mutants={{"{factor} of it": Rational({numerator}, 100) * bound}},
)
'''
QUOTIENT = re.compile(r"(?<![\w)])\d+/\d|^-?\d+$")
"""A quotient of whole numbers, or one by itself, as sympy prints it."""
DIGITS = 20
"""Digits of the attained values in a header, at most."""


@dataclass(frozen=True)
class About:
    """What the suggestions are about.

    Args:
        name: the id of a theorem, or the claim as it was typed.
        base: the theorem.
        unit: the known scalings of its bound.
        command: how it was asked for.
        typed: whether it is a typed claim.
        given: hypotheses that were typed with it.
        kept: the settings that were asked for.
        with_: files of one's own of which the claim speaks.
    """

    name: str
    base: Theorem
    unit: sympy.Expr
    command: str
    typed: bool = False
    given: Sequence[str] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    with_: Sequence[str] = ()


def sentence(about: About, candidate: Candidate) -> str:
    """What is conjectured, in one line.

    Args:
        about: the theorem.
        candidate: the closed form.
    """
    claim = about.base.claim
    where = f" for {candidate.range.words}" if candidate.range.words else ""
    bound = formula(str(candidate.formula * about.unit))
    return f"{formula(str(claim.lhs))} {RELATIONS[_relation(about)]} {bound}{where}"


def text(about: About, candidate: Candidate) -> str:
    """The theorem file.

    Args:
        about: the theorem.
        candidate: the closed form.
    """
    form, unit = (_python(each) for each in (candidate.formula, about.unit))
    limits = candidate.range.limits
    symbols = sorted({s.name for e in (candidate.formula, about.unit) for s in e.free_symbols} | set(limits))
    upper = _relation(about) == "<="
    title = textwrap.shorten(_quoted(sentence(about, candidate)), 100, placeholder=" …")
    return TEXT.format(
        title=title,
        header=_quoted(_header(about, candidate)),
        functions=", ".join(sorted({"Rational", *_functions(form), *_functions(unit)})),
        load="" if about.typed else ", load",
        more="from wnverify.questions.trial.ask import posed\n" if about.typed else "",
        base=_again(about, limits),
        symbols=f'{", ".join(symbols)} = family.symbols("{" ".join(symbols)}")\n' if symbols else "",
        form=form,
        unit=unit,
        given="".join(f', "{name}": ({size}, "{sign}", {end})' for name, size, sign, end in _given(limits)),
        relation=_relation(about),
        settings={name: tuple(values) for name, values in about.base.settings.items()},
        factor="0.99" if upper else "1.01",
        numerator=99 if upper else 101,
    )


def _relation(about: About) -> str:
    return "<=" if about.base.claim.relation in ("<=", "<") else ">="


def _header(about: About, candidate: Candidate) -> str:
    fit = candidate.fit
    numbers = "; ".join(
        f"{number.value.mid().str(min(number.digits, DIGITS), radius=False)} at {_shape(number.sizes)}"
        for number in candidate.numbers
    )
    parts = {
        "Statement": f"{sentence(about, candidate)}.",
        "Hypotheses": f"those of {about.name}" + (f"; {candidate.range.words}." if candidate.range.words else "."),
        "Kind": "conjecture: " + ("upper" if _relation(about) == "<=" else "lower") + " bound",
        "Label": "conjecture",
        "Paper": "not in it.",
        "Ours": f"suggested, and not proved, by `{about.command}`: the form explains {fit.digits} digits by "
        f"{fit.symbols} symbols. It was read from the attained values {numbers}, in units of "
        f"{formula(str(about.unit))}.",
        "Tags": "conjecture, suggested",
    }
    return "\n".join(
        line
        for name, words in parts.items()
        for line in textwrap.wrap(
            words, WIDTH - 13, initial_indent=f"{name + ':':<13}", subsequent_indent=" " * 13, break_long_words=False
        )
    )


def _quoted(words: str) -> str:
    """Words that may stand in a docstring, whatever was typed."""
    return words.replace("\\", "/").replace('"""', "'''")


def _shape(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name}={size}" for name, size in sizes.items())


def _given(limits: Mapping[str, tuple[int | None, int | None]]) -> list[tuple[str, str, str, int]]:
    """The hypotheses that say for which sizes the form is meant: name, size, relation and end."""
    found = []
    for name, (low, high) in limits.items():
        found += [(f"suggested from {name} = {low} on", name, ">=", low)] if low is not None else []
        found += [(f"suggested up to {name} = {high}", name, "<=", high)] if high is not None else []
    return found


def _again(about: About, limits: Mapping[str, tuple[int | None, int | None]]) -> str:
    """Python that makes the theorem again; shapes of a typed claim are moved to where the form is meant."""
    if not about.typed:
        return f"load({str(Path(about.name).resolve() if about.name.endswith('.py') else about.name)!r})"
    given = [*about.given, *(f"{size} {sign} {end}" for _, size, sign, end in _given(limits))]
    parts = [repr(about.name), *([f"given={given!r}"] if given else [])]
    parts += [f"with_={[str(Path(each).resolve()) for each in about.with_]!r}"] if about.with_ else []
    return f"posed({', '.join([*parts, *(f'{name}={value!r}' for name, value in about.kept.items())])})"


def _python(expression: sympy.Expr) -> str:
    """A formula as Python writes it, its whole numbers those of sympy where a quotient would become a float."""
    plain = str(expression)
    return str(sympy.sstr(expression, sympy_integers=True)) if QUOTIENT.search(plain) else plain


def _functions(python: str) -> set[str]:
    """The names of sympy that a formula uses."""
    known = ("S", "Max", "Min", "Abs", "Piecewise", "cos", "exp", "log", "pi", "sin", "sqrt", "tanh", "E")
    return {word for word in _words(python) if word in known}


def _words(python: str) -> Sequence[str]:
    return "".join(letter if letter.isalnum() or letter == "_" else " " for letter in python).split()


def save(folder: Path, about: About, candidates: Sequence[Candidate], first: int = 1) -> list[Path]:
    """Write the files of some candidates; those of the same names are replaced.

    Args:
        folder: where; it is made if it is not there.
        about: the theorem.
        candidates: the closed forms.
        first: the number in the name of the first file.

    Raises:
        UsageError: if the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        paths = [folder / f"{_stem(about)}_{number}.py" for number, _ in enumerate(candidates, first)]
        for path, candidate in zip(paths, candidates, strict=True):
            write(path, text(about, candidate).encode())
    except OSError as error:
        raise UsageError(expected("a folder to write conjectures to", f"{folder} ({error.strerror})")) from error
    return paths


def _stem(about: About) -> str:
    words = _words(str(about.base.claim.lhs) if about.typed else about.name.rpartition("/")[2].removesuffix(".py"))
    return f"suggested_{'_'.join(words)[:40].strip('_')}"


def fate(evidence: TheoremEvidence) -> str:
    """What became of a conjecture in one word: never more than that it was not refuted."""
    return "not refuted" if evidence.verdict.passes else evidence.verdict.name.lower()
