"""Account: everything a reader is told of one theorem, as values; nothing in it is drawn or escaped yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from wnverify.claim import Claim, Relation
from wnverify.evidence import Acceptance, ClaimText, Item, Kind, Number, ShapeProof, Subject, TheoremEvidence, Worst
from wnverify.papers import Paper
from wnverify.pictures import Picture
from wnverify.quantities import Quantity
from wnverify.report.findings import counterexample
from wnverify.source import Header
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict


@dataclass(frozen=True)
class Source:
    """Where a statement comes from, as the theorem file and its folder say.

    Args:
        header: of the theorem file; None where there is no file with the text that was checked.
        origin: by label, where it comes from: the paper, which text of it was read, other works.
        file: the path of the file as text; empty where there is none.
        absent: why there is no header, as a sentence; empty where there is one.
    """

    header: Header | None = None
    origin: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    file: str = ""
    absent: str = ""


@dataclass(frozen=True)
class Symbol:
    """A quantity of a statement: its name, its domain in words, its meaning."""

    name: str
    domain: str
    meaning: str


@dataclass(frozen=True)
class Hypothesis:
    """One hypothesis, how often it was met, and what happens where it is weakened.

    Args:
        name: as the theorem names it.
        text: the relation on one line, as the record has it.
        relation: the same as a formula; None where it cannot be read back.
        sampled: how often it was met by instances drawn independently; None where none were.
        searched: the same over all searches of the claim.
        without: what became of the edits that weaken it.
    """

    name: str
    text: str
    relation: Relation | None
    sampled: Acceptance | None
    searched: Acceptance | None
    without: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Place:
    """A constant, an exponent or a term that was edited; or a hypothesis.

    Args:
        name: the place in words.
        kind: NEEDED, SLACK or UNTESTED.
        reason: what became of the edits.
        sort: what is edited: a constant, an exponent, a term or a whole side; empty where the record does not say.
        value: the constant or the exponent as it stands; empty for anything else.
        below: the nearest factor below 1, or shift below 0, at which the claim is refuted; empty where none is.
        above: the same above.
    """

    name: str
    kind: Kind
    reason: str
    sort: str = ""
    value: str = ""
    below: str = ""
    above: str = ""


@dataclass(frozen=True)
class Mutant:
    """A wrong version of the claim.

    Args:
        name: in words.
        claim: what it states; None where the file that was checked is not here.
        killed: whether it was refuted, as it should.
        beyond: whether its author says that no search can be expected to refute it.
        reason: one sentence.
        worst: the instance that killed it, or came closest; None where the record does not keep it.
    """

    name: str
    claim: Claim | None
    killed: bool
    beyond: bool
    reason: str
    worst: Worst | None = None

    @property
    def text(self) -> str:
        """What it states, on one line; empty where that is not known."""
        return str(self.claim.main) if self.claim else ""


@dataclass(frozen=True)
class Effort:
    """What one check did.

    Args:
        check: its name.
        subject: what it puts to the test.
        verdict: what it found.
        reason: its sentence.
        tried: instances evaluated.
        accepted: those that met every hypothesis.
        trivial: those of them on which the claim says nothing.
        best: the worst ratio that it found; None where the record does not keep it.
        seconds: CPU time; None where the record has no times.
        shared: which instances other checks look at too.
    """

    check: str
    subject: Subject
    verdict: Verdict
    reason: str
    tried: int
    accepted: int
    trivial: int
    best: Number | None
    seconds: float | None
    shared: str


@dataclass(frozen=True)
class Account:
    """One theorem and what was found.

    Args:
        evidence: the evidence itself, for plots and for whatever is not told below.
        theorem: what the theorem file defines; None where the text that was checked is not here.
        claim: the statement; None where its text cannot be read back.
        source: where it comes from.
        symbols: the quantities of the statement.
        hypotheses: in the order of the claim.
        word: the verdict as a reader gets it, with its sign.
        sentence: the verdict in one sentence.
        limits: what it does not show, a sentence each.
        mutants: those that must die first, then those beyond the reach of a search.
        about: what was decided about the bound as a formula.
        places: what became of the edits of constants, exponents and terms, hypotheses left out.
        efforts: check by check.
        portrait: the instance that is shown in words, part by part.
        pictures: what of it can be drawn.
        covered: what the searches covered, in words; empty where the record does not keep it.
        proved: the certificates for all networks of a shape that are at hand, or that the record tells of.
    """

    evidence: TheoremEvidence
    theorem: Theorem | None
    claim: Claim | None
    source: Source
    symbols: tuple[Symbol, ...]
    hypotheses: tuple[Hypothesis, ...]
    word: str
    sentence: str
    limits: tuple[str, ...]
    mutants: tuple[Mutant, ...]
    about: tuple[Item, ...]
    places: tuple[Place, ...]
    efforts: tuple[Effort, ...]
    portrait: tuple[tuple[str, str], ...]
    pictures: tuple[Picture, ...]
    covered: str
    proved: tuple[ShapeProof, ...] = ()

    @property
    def id(self) -> str:
        """Its identifier."""
        return self.evidence.id

    @property
    def paper(self) -> str:
        """The folder that groups it with others; empty for a lone file."""
        return self.id.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Its identifier within the folder."""
        return self.id.rpartition("/")[2]

    @property
    def title(self) -> str:
        """The first line of its header."""
        return self.evidence.title

    @property
    def text(self) -> ClaimText:
        """The claim as the record has it."""
        return self.evidence.claim

    @property
    def verdict(self) -> Verdict:
        """The verdict of the whole."""
        return self.evidence.verdict

    @property
    def worst(self) -> Worst | None:
        """The instance that came closest, or broke it."""
        return self.evidence.worst

    @property
    def known(self) -> Mapping[str, Quantity]:
        """The quantities of its family by name; none where its file is not here."""
        return self.theorem.family.quantities if self.theorem else {}

    @property
    def shown(self) -> Worst | None:
        """The instance that a reader is shown: the smallest that breaks the claim, or else the worst."""
        broken = counterexample(self.evidence)
        return broken[1] if broken else self.worst

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by; none where its file is not here."""
        return self.source.header.tags if self.source.header else ()

    @property
    def tried(self) -> int:
        """Instances on which the claim itself was evaluated."""
        return sum(effort.tried for effort in self.efforts if effort.subject is not Subject.MUTANTS)

    @property
    def seconds(self) -> float | None:
        """CPU time of all checks; None where the record has no times."""
        known = [effort.seconds for effort in self.efforts if effort.seconds is not None]
        return sum(known) if known else None


@dataclass(frozen=True)
class Told:
    """A run.

    Args:
        accounts: its theorems, in the order of the record.
        papers: by folder, the paper that its `_paper.toml` describes, where there is one.
        wnverify: version of the program.
        versions: of Python and of the libraries that compute.
        seed: of the run.
        budget: its name.
        interrupted: whether it was stopped before its end.
        unread: files that could not be loaded, with the reason.
    """

    accounts: tuple[Account, ...]
    papers: Mapping[str, Paper]
    wnverify: str
    versions: Mapping[str, str]
    seed: int
    budget: str
    interrupted: bool
    unread: Mapping[str, str]
