"""Proof: what became of a theorem at a shape, with what is left of it, told in lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from rich.text import Text

from wnverify.claim import Claim
from wnverify.errors import UsageError, expected
from wnverify.families.networks.weight_norm import WeightNorm
from wnverify.proving.domain import Domain
from wnverify.proving.found import Found, Goal
from wnverify.questions.counterexample.bundle import Bundle, Origin, compose
from wnverify.report.latex import inline
from wnverify.report.layout import Column, field, paragraph, table
from wnverify.report.notebook.draw import known_in
from wnverify.report.proved import shape_words, slack_words
from wnverify.report.shown import Shown
from wnverify.report.words import COLOUR, SYMBOL, formula
from wnverify.verdict import Verdict

QUANTITIES: Mapping[str, str] = {
    "output": "|f|",
    "input": "‖∇_x f‖",
    "values": "‖∂f/∂v‖",
    "rows": "‖∂f/∂W‖",
    "curvature": "‖∂²f/∂W²‖",
    "mixed": "‖∂²f/∂W∂v‖",
    "corner": "‖∂f/∂v‖ and ‖∂f/∂W‖",
    "hessian": "‖∇²f‖",
}
"""What the goals are about, by the first word of their names."""
FEW = 0.01
"""A smaller share that is left open is told itself, not what is proved."""
REACHED = 0.999
"""From this ratio on a bound may well be reached, so that no halving proves it without slack."""


@dataclass(frozen=True, repr=False)
class Proof(Shown):
    """What became of a theorem at a shape.

    Args:
        id: the theorem.
        claim: what it claims.
        domain: the shape and the activation.
        allowed: the slack that was allowed.
        found: what became of it.
        family: measures the networks.
        on: the command that goes on where this ended.
        kept: the file where that is kept; empty if it is not.
    """

    id: str
    claim: Claim
    domain: Domain
    allowed: Fraction
    found: Found
    family: WeightNorm
    on: str = ""
    kept: str = ""

    @property
    def verdict(self) -> Verdict:
        """PROVED with an accepted certificate only, REFUTED with a certified network only; otherwise UNDECIDED."""
        if self.found.witness is not None:
            return Verdict.REFUTED
        return Verdict.PROVED if self.found.checked is not None else Verdict.UNDECIDED

    @property
    def slack(self) -> Fraction:
        """The factor of the bound in what is proved."""
        checked = self.found.checked
        return checked.certificate.factor if checked else self.allowed

    @property
    def words(self) -> str:
        """The verdict as tables tell it."""
        slack = self.slack if self.verdict is Verdict.PROVED else Fraction(1)
        return f"{self.verdict.name} for {shape_words(self.domain, slack)}"

    @property
    def file(self) -> str:
        """A name for a file of it that no other has: `output-L1-m2-d2-tanh.json`."""
        domain, name = self.domain, self.id.replace("/", "-")
        return f"{name}-L{domain.L}-m{domain.m}-d{domain.d}-{domain.activation}.json"

    def to_bytes(self) -> bytes:
        """The certificate; empty where there is none."""
        return self.found.checked.certificate.text() if self.found.checked else b""

    def to_bundle(self) -> Bundle:
        """The counterexample as data that travels, to be saved by `wnverify.runs.files.save_bundle`.

        Raises:
            UsageError: if there is none.
        """
        if self.found.witness is None:
            raise UsageError(expected("a refuted claim", f"one that is {self.verdict.name}"))
        return compose(self.claim, self.family, self.found.witness.batch, Origin(self.id, found="branch and bound"))

    def lines(self, width: int) -> list[Text]:
        """The verdict, what it is about, and how it was found."""
        head = Text(f"{SYMBOL[self.verdict]} {self.words}", style=COLOUR[self.verdict])
        found = [Text.assemble((self.id, "bold")), head]
        found += field("claim", formula(self.claim.sentence), width)
        told = {Verdict.PROVED: self._proved, Verdict.REFUTED: self._refuted}.get(self.verdict, self._left)
        return found + told(width)

    def _proved(self, width: int) -> list[Text]:
        """What is proved, and what the certificate is."""
        checked = self.found.checked
        boxes = checked.boxes if checked else 0
        leaves = checked.certificate.leaves if checked else 0
        slack = "" if self.slack == 1 else f"{slack_words(self.slack)} times "
        every = f"For every network of this shape (fan_out), whatever its weights: left side ≤ {slack}right side."
        found = paragraph(every, width, indent=2)
        found += field("certificate", f"{leaves:,} boxes, judged again in balls as {boxes:,}: all accepted", width)
        return found + self._time(width) + (self._table(width) if self.found.goals else [])

    def _refuted(self, width: int) -> list[Text]:
        """The network that breaks it."""
        witness = self.found.witness
        ratio = witness.ratio if witness else 0.0
        told = field("counterexample", f"left side / right side = {ratio:.9g}, certified by balls", width)
        return told + self._time(width)

    def _left(self, width: int) -> list[Text]:
        """What is left, what is known of it, and what may help."""
        found = field("why", self.found.ended or self.found.why, width) if self.found.ended or self.found.why else []
        found += self._table(width) if self.found.goals else []
        found += self._shown(width)
        return found + paragraph(self._advice(), width, indent=2) + self._time(width)

    def _shown(self, width: int) -> list[Text]:
        """What the search shows all the same, and where the claim is nearest to failing."""
        found = []
        if self.found.provable < float("inf"):
            said = f"left side ≤ {self.found.provable:.4g} times right side everywhere, says the search alone"
            found += field("so far", said, width)
        if (met := self.found.met) is not None:
            where = ", ".join(f"{name} = {value:.4g}" for name, value in met.where.items())
            found += field("nearest", f"left side / right side = {met.ratio:.6f} at {where}", width)
        if self.found.ended:
            found += field("kept", f"in {self.kept}" if self.kept else "no: --no-store", width)
            found += field("go on", self.on, width)
        return found

    def _advice(self) -> str:
        """What may help."""
        if self.found.why:
            return "Nothing is proved. `wnverify check` searches for counterexamples."
        if all(goal.whole for goal in self.found.goals.values()):
            return "Nothing is proved before the checker has judged every box: a larger --budget lets it."
        worst = max(goal.ratio for goal in self.found.goals.values())
        if worst > REACHED and self.allowed == 1:
            return "The bound seems to be reached, or nearly: --slack 1.02 proves it up to that factor."
        return "Nothing is proved: a larger --budget goes on from what is kept; a larger --slack needs fewer boxes."

    def _table(self, width: int) -> list[Text]:
        """The goals."""
        goals = list(self.found.goals.values())
        return table(
            [
                Column("quantity", [Text(QUANTITIES[goal.name.split()[0]]) for goal in goals]),
                Column("boxes", [Text(f"{goal.boxes:,}") for goal in goals], right=True),
                Column("proved", [Text(f"{goal.leaves[0]:,}") for goal in goals], right=True, drop=1),
                Column("open", [Text(f"{goal.leaves[1]:,}") for goal in goals], right=True),
                Column("of the domain", [Text(_proved(goal)) for goal in goals]),
                Column(
                    "worst open", [Text(f"{goal.ratio:.6f}" if not goal.whole else "–") for goal in goals], right=True
                ),
            ],
            width,
        )

    def _time(self, width: int) -> list[Text]:
        search, checker = self.found.seconds
        told = f"{search:.1f} s" + (f", and {checker:.1f} s for the checker" if checker else "")
        return field("processor time", told, width)

    def data(self) -> dict[str, object]:
        """All of it for programs, as JSON has it."""
        met, found = self.found.met, self.found
        return {
            "theorem": self.id,
            "claim": str(self.claim),
            "shape": {"L": self.domain.L, "m": self.domain.m, "d": self.domain.d},
            "activation": self.domain.activation,
            "verdict": self.verdict.name,
            "slack": str(self.slack),
            "why": found.ended or found.why,
            "interrupted": found.interrupted,
            "goals": [_goal_data(goal) for goal in found.goals.values()],
            "shown": found.provable if found.provable < float("inf") else None,
            "nearest": None if met is None else {"ratio": met.ratio, "where": dict(met.where)},
            "counterexample": None if found.witness is None else found.witness.ratio,
            "boxes": None if found.checked is None else found.checked.boxes,
            "seconds": {"search": round(found.seconds[0], 3), "checker": round(found.seconds[1], 3)},
            "kept": self.kept or None,
            "go_on": self.on or None,
        }

    def latex(self) -> str:
        """The claim."""
        return inline(self.claim.main, known_in(self.claim))


def _proved(goal: Goal) -> str:
    if goal.whole:
        return "whole" if goal.slack == 1 else f"whole, slack {slack_words(goal.slack)}"
    return f"all but {100 * goal.open:.2g} % proved" if goal.open < FEW else f"{100 * (1 - goal.open):.1f} % proved"


def _goal_data(goal: Goal) -> dict[str, object]:
    proved, left = goal.leaves
    return {
        "quantity": QUANTITIES[goal.name.split()[0]],
        "boxes": goal.boxes,
        "proved": proved,
        "open": left,
        "share_proved": 1.0 - goal.open,
        "slack": str(goal.slack),
        "worst_open": goal.ratio,
    }
