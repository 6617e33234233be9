"""Found: what became of a claim, goal by goal; where it is not proved, how far it is from that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from wnverify.proving.checker import Checked
from wnverify.proving.trees import OPEN, PROVED, open_share
from wnverify.proving.witness import Met, Witness

NONE = Fraction(1)


@dataclass(frozen=True)
class Goal:
    """One of the inequalities that make a claim, as far as it got.

    Args:
        name: its name.
        trees: of its pieces.
        boxes: looked at.
        slack: with which all its pieces are proved, or were tried last.
        ratio: the largest ratio of the claim at the middles of boxes that are not proved; 0 if there are none.
        provable: a factor of the bound with which the search would prove every box as it stands; infinite where none
            was found, and the slack if all are proved.
    """

    name: str
    trees: Sequence[str]
    boxes: int
    slack: Fraction
    ratio: float = 0.0
    provable: float = float("inf")

    @property
    def whole(self) -> bool:
        """Whether all pieces are proved."""
        return not any(OPEN in tree for tree in self.trees)

    @property
    def open(self) -> float:
        """The share of the domain, by measure, that is not proved; the pieces are alike."""
        return sum(map(open_share, self.trees)) / len(self.trees)

    @property
    def leaves(self) -> tuple[int, int]:
        """Boxes that are proved, and boxes that are not."""
        proved, left = (sum(tree.count(sign) for tree in self.trees) for sign in (PROVED, OPEN))
        return proved, left


@dataclass(frozen=True)
class Found:
    """What became of a claim.

    Args:
        goals: by name, as far as they got.
        checked: the certificate, accepted; None if there is none.
        witness: a network that breaks the claim; None if none was found.
        why: what keeps the claim open, in words; empty otherwise.
        ended: what ended it before its time, in words; empty otherwise.
        interrupted: whether the user did.
        met: where the claim is nearest to failing, of the networks that were measured; None if none was.
        seconds: processor time for the proof, and for the checker.
    """

    goals: Mapping[str, Goal] = field(default_factory=dict)
    checked: Checked | None = None
    witness: Witness | None = None
    why: str = ""
    ended: str = ""
    interrupted: bool = False
    met: Met | None = None
    seconds: tuple[float, float] = (0.0, 0.0)

    @property
    def slack(self) -> Fraction:
        """The largest slack of the goals."""
        return max((goal.slack for goal in self.goals.values()), default=NONE)

    @property
    def provable(self) -> float:
        """A factor of the bound with which the search would prove the claim with the boxes that it has."""
        return max((goal.provable for goal in self.goals.values()), default=float("inf"))
