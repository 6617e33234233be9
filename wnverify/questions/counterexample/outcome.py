"""Replay: what a saved counterexample says when it is judged again, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.judging.opinion import Opinion
from wnverify.questions.counterexample.provenance import Match, Provenance
from wnverify.questions.counterexample.script.reading import printable
from wnverify.report.instance import instance_lines, sides_words
from wnverify.report.latex import inline
from wnverify.report.layout import field
from wnverify.report.shown import Shown
from wnverify.report.words import COLOUR, SYMBOL, counted, formula, ratio_words
from wnverify.verdict import Verdict

EDITED = "the file's is another text than the one that was saved in check.py; at this instance their numbers agree"


@dataclass(frozen=True, repr=False)
class Replay(Shown):
    """A bundle re-checked from its data.

    Args:
        path: the file or folder.
        claim: the claim.
        batch: the instance.
        lhs: left side as measured now.
        rhs: right side as measured now.
        ratio: more than 1 is a violation.
        opinion: what balls, or the second route, say now.
        met: every hypothesis and how it stands, in words.
        measured: the symbols of the claim by the route, in words, by which each was measured again.
        theorem: the id that the bundle names.
        provenance: whether the claim is that theorem's.
        versions: the versions under which it was written.
        edited: whether a function that it is about reads otherwise than when it was saved.
    """

    path: Path
    claim: Claim
    batch: Batch
    lhs: float
    rhs: float
    ratio: float
    opinion: Opinion
    met: Mapping[str, str]
    measured: Mapping[str, Sequence[str]]
    theorem: str
    provenance: Provenance
    versions: Mapping[str, str]
    edited: bool = False

    @property
    def verdict(self) -> Verdict:
        """REFUTED if the instance breaks the claim now as well."""
        if self.opinion.refutes:
            return Verdict.REFUTED
        return Verdict.HELD if self.opinion.holds else Verdict.UNDECIDED

    @property
    def certified(self) -> bool:
        """Whether the refutation is certified by balls."""
        return self.opinion.refutes and self.opinion.certified

    def lines(self, width: int) -> list[Text]:
        """Whether it still breaks its claim, with both sides and every hypothesis."""
        how = "certified" if self.certified else "in floats, by two routes"
        headline = {
            Verdict.REFUTED: f"CONFIRMED: it breaks the claim ({how})",
            Verdict.HELD: "NOT A COUNTEREXAMPLE: the claim holds at this instance",
            Verdict.UNDECIDED: f"UNDECIDED: {self.opinion.obstacle or 'closer than rounding'}",
        }
        found = [Text(f"{SYMBOL[self.verdict]} {headline[self.verdict]}", f"bold {COLOUR[self.verdict]}")]
        if self.theorem:
            style = "bold red" if self.provenance.match is Match.OTHER else ""
            found += field(
                "theorem", f"the file names {printable(self.theorem)}: {self.provenance}", width, style=style
            )
        if self.edited:
            found += field("function", EDITED, width, style="yellow")
        found += field("claim", formula(str(self.claim.main)), width)
        shape = ", ".join(f"{name}={size}" for name, size in self.batch.shape.items())
        found += field("instance", " ".join([shape, *self.batch.settings.values()]), width)
        found += field("sides", sides_words(self.opinion.sides, self.lhs, self.rhs), width)
        found += field("ratio", ratio_words(self.ratio), width, style="bold")
        for name, standing in self.met.items():
            found += field("hypothesis", f"{printable(name)}: {standing}", width)
        for words, names in self.measured.items():
            found += field("again", f"{counted(len(names), 'symbol')} {words}: {', '.join(names)}", width)
        return found + instance_lines(self.batch, width)

    def latex(self) -> str:
        """The claim."""
        return inline(self.claim.main)
