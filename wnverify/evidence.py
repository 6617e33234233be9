"""Evidence: what a check found, as plain data that survives JSON."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from wnverify.display import Displayed, short
from wnverify.verdict import Verdict, overall

Number: TypeAlias = float | Annotated[str, msgspec.Meta(pattern="^(-?inf|nan)$")]
"""A float, or the text "inf", "-inf" or "nan" where JSON has no number."""
RECORD_SCHEMA = 6
"""Version of the format of a record."""
STEP = "#"
"""Between the id of a theorem and the name of a step of its proof."""
LEAST = 25
"""The fewest instances of all searches together on which a theorem must be put to the test; else it is VACUOUS."""
EDGES = (
    *(10.0 ** (quarter / 4) for quarter in range(-24, 0)),
    *(0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0 + 1e-6, 1.01, 1.1, 10.0**0.25, 10.0, 100.0),
)
"""Ratios between which instances are counted together: quarters of a decade, finer near 1; rounding belongs to 1."""


def number(value: float) -> Number:
    """A float in a form that JSON keeps.

    >>> number(0.5), number(math.inf)
    (0.5, 'inf')
    """
    return float(value) if math.isfinite(value) else str(float(value))


class Subject(Enum):
    """What a check puts to the test."""

    BOUND = "the bound, as a formula"
    CLAIM = "the claim, on instances"
    MUTANTS = "wrong versions of the claim"
    PLACES = "constants, exponents and terms of the claim"
    ROUTES = "the measurements, by two routes"
    PROOF = "the steps of the proof"


class Kind(Enum):
    """What was decided one by one: of the bound, of a mutant, or of a place of the claim that was edited."""

    SIGN = "sign of the bound"
    BOUND = "claim about the bound"
    MUTANT = "mutant"
    BEYOND = "mutant beyond the reach of a search"
    NEEDED = "needed"
    SLACK = "slack"
    UNTESTED = "untested"


class RelationText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A relation as text; a hypothesis has a name."""

    lhs: str
    relation: str
    rhs: str
    name: str = ""


class ClaimText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A claim as text; `wnverify.typed.claim_text` writes it and reads it back.

    Args:
        lhs: the measured side.
        relation: one of `<=`, `>=`, `=`, `<`, `>`.
        rhs: the bound.
        given: the hypotheses.
        tolerance: relative size under which the two sides count as equal, as a hexadecimal float.
        probability: 1 − δ; empty for a sure statement.
        unreadable: why it cannot be read back, if it cannot; its parts are then as sympy prints them.
    """

    lhs: str
    relation: str
    rhs: str
    given: list[RelationText]
    tolerance: str
    probability: str = ""
    unreadable: str = ""


class Acceptance(msgspec.Struct, frozen=True):
    """How often one hypothesis was met among the instances tried."""

    met: int
    tried: int


class Worst(msgspec.Struct, frozen=True):
    """The instance that came closest to breaking a claim, or that broke it.

    Args:
        ratio: left side over right side, oriented so that more than 1 is a violation.
        lhs: the left side as measured.
        rhs: the right side as evaluated.
        second: the ratio by the independent route; None where none was taken.
        route: what the independent route was, in words; see `wnverify.judging.opinion`.
        found: where it came from, in words.
        situation: shape and settings in words.
        instance: the instance as data (`wnverify.batch.to_data`).
    """

    ratio: Number
    lhs: Number
    rhs: Number
    second: Number | None
    route: str
    found: str
    situation: str
    instance: dict[str, Any]


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place of a claim that is edited, and how far until the claim is refuted.

    Args:
        side: where it stands: right side, left side, failure probability, or the name of a hypothesis.
        sort: what is changed; of an exponent it is shifted, everything else is scaled.
        value: the constant or the exponent, as a formula; empty for a term, a whole side or a formula as exponent.
        symbol: what is raised to the exponent, where that is one symbol.
        below: the nearest refuted factor below 1, or shift below 0; None if none was refuted.
        above: the nearest refuted factor above 1, or shift above 0.
    """

    side: str
    sort: Literal["constant", "exponent", "term", "side"]
    value: str = ""
    symbol: str = ""
    below: float | None = None
    above: float | None = None


class Item(msgspec.Struct, frozen=True):
    """One of several things that a check decided.

    Args:
        name: what was decided, in words.
        kind: what sort of thing it is; of an edited place it says what became of the edits.
        verdict: the name of the verdict.
        reason: one sentence for the reader.
        worst: the instance that refutes it, or came closest.
        witness: the point that refutes a claim about the bound.
        certificate: the proof that the independent checker accepted, in short words; empty if there is none.
        place: what was edited, and how far until the claim is refuted.
    """

    name: str
    kind: Kind
    verdict: str
    reason: str
    worst: Worst | None = None
    witness: dict[str, str] = {}
    certificate: str = ""
    place: Place | None = None

    @property
    def outcome(self) -> Verdict:
        """The verdict as a value."""
        return Verdict[self.verdict]


class StepFound(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was found of one step of a proof, and what the bound loses by it.

    A loss is the logarithm of what the step makes of all that the proof has come to; the losses of all steps add up
    to log(rhs/lhs) of the theorem.

    Args:
        name: "step 3", or "gap 3", with its tag.
        statement: what it states.
        why: its reason, as the theorem file gives it.
        verdict: the name of the verdict.
        reason: one sentence for the reader.
        ratio: the largest ratio of its sides that was seen, oriented so that more than 1 is a violation.
        worst: the smallest instance that breaks it; None where none does.
        claim: what that instance breaks, part by part.
        loss: its loss at the instance at which the theorem's own bound is nearest.
        typical: the median, over all instances, of its share in the loss of all steps.
        by_size: each size of the shapes -> its values, rising, with the loss at the nearest instance of each.
    """

    name: str
    statement: str
    why: str
    verdict: str
    reason: str
    ratio: Number = "nan"
    worst: Worst | None = None
    claim: ClaimText | None = None
    loss: Number = "nan"
    typical: Number = "nan"
    by_size: dict[str, list[tuple[int, Number]]] = {}

    @property
    def outcome(self) -> Verdict:
        """The verdict as a value."""
        return Verdict[self.verdict]


class CheckEvidence(msgspec.Struct, frozen=True):
    """What one check found about one theorem.

    Args:
        check: the check's name.
        verdict: the name of the verdict.
        reason: one sentence for the reader.
        tried: instances evaluated.
        accepted: those that met every hypothesis.
        trivial: those of the accepted ones on which the claim says nothing (a left side of 0, an infinite bound).
        acceptance: the same per hypothesis.
        worst: the worst admissible instance.
        effort: (instances evaluated so far, best ratio so far), the search-effort curve.
        by_situation: the best ratio in each shape with its settings.
        ranges: between which values each measured symbol lay on the accepted instances.
        items: the parts that were decided one by one.
        subject: what the check puts to the test; the run fills it in from the check's declaration, as the next.
        independent: whether the instances were drawn independently of one another and of what was found.
        shared: which instances other checks, or other theorems of the family, look at too; empty where none.
        unevaluated: instances that met every hypothesis and have no value, beyond the domain of a function perhaps.
        uncertified: why no ball could certify a refutation, where a quantity of a user's own is the reason.
        random: how many random instances on which the claim says something have a ratio below the first of `EDGES`,
            between it and the second, …, at least the last; empty where nothing was counted.
        searched: the same of instances that a search went to, or that are extreme.
        by_size: each size of the shapes -> its values, rising, with the best ratio at each.
        powers: each size that the claim names -> the power with which the bound, over the left side, grows with it at
            the worst instance, where everything measured stays as it is.
        steps: what was found of each step of the proof.
    """

    check: str
    verdict: str
    reason: str
    tried: int = 0
    accepted: int = 0
    trivial: int = 0
    acceptance: dict[str, Acceptance] = {}
    worst: Worst | None = None
    effort: list[tuple[int, Number]] = []
    by_situation: dict[str, Number] = {}
    ranges: dict[str, tuple[Number, Number]] = {}
    items: list[Item] = []
    subject: Subject = Subject.CLAIM
    independent: bool = False
    shared: str = ""
    unevaluated: int = 0
    uncertified: str = ""
    random: list[int] = []
    searched: list[int] = []
    by_size: dict[str, list[tuple[int, Number]]] = {}
    powers: dict[str, Number] = {}
    steps: list[StepFound] = []

    @property
    def outcome(self) -> Verdict:
        """The verdict as a value."""
        return Verdict[self.verdict]

    def __repr__(self) -> str:
        return short("CheckEvidence", self.check, self.verdict, self.reason)

    @property
    def substance(self) -> int:
        """Instances on which the claim was put to the test: accepted and not trivial."""
        return self.accepted - self.trivial


def substance(checks: Iterable[CheckEvidence]) -> int:
    """Instances of all searches on which the claim was put to the test."""
    return sum(check.substance for check in checks if check.subject is Subject.CLAIM)


def too_few(counted: str, least: int) -> str:
    """Why a claim is VACUOUS that was put to the test on fewer than the least number of instances."""
    remedy = "aim a regime of the family at the hypotheses, lower its cost or raise the budget"
    return f"only {counted} met the hypotheses and are not trivial, of {least} that are the least: {remedy}"


SELDOM = 0.01
"""Share of admissible random instances below which a theorem counts as hardly tested."""
FEWEST = 10
"""Random instances that say something, below which a theorem counts as hardly tested."""


def hardly_tested(tried: int, accepted: int, substance: int) -> str:
    """Why random instances say too little of a claim; empty if they are enough.

    >>> hardly_tested(1000, 5, 5), hardly_tested(1000, 500, 400)
    ('only 5 of 1000 random instances met the hypotheses', '')
    """
    if accepted < SELDOM * tried:
        return f"only {accepted} of {tried} random instances met the hypotheses"
    return too_few(f"{substance} of {tried} random instances", FEWEST) if substance < FEWEST else ""


def limit(accepted: int) -> str:
    """What n random instances without a violation say, by the rule of three."""
    return f"a random instance of this sampler breaks it with probability ≤ {3 / accepted:.1e} (95 %)"


def held(accepted: int, ratio: Number, situation: str, *, exact: bool) -> str:
    """What a search found that broke nothing; of an identity the ratio is a share of the tolerance.

    >>> held(90, 0.5, "m=1", exact=False)
    'no violation among 90 admissible instances; worst ratio 0.5000 at m=1'
    """
    count = f"{accepted} admissible instances"
    if exact:
        return f"both sides agree on {count}; the largest defect is {float(ratio):.3g} of the tolerance"
    return f"no violation among {count}; worst ratio {float(ratio):.4f} at {situation}"


def broken(ratio: Number, situation: str, route: str) -> str:
    """What a search found that broke the claim, and the second route too."""
    return f"ratio {float(ratio):.6g} at {situation}, confirmed by {route}"


def of_mutants(items: Sequence[Item]) -> tuple[Verdict, str]:
    """The outcome of planted mutants: each must be refuted."""
    items = [item for item in items if item.kind is Kind.MUTANT]
    survivors = [item for item in items if item.outcome is not Verdict.REFUTED]
    if not items:
        return Verdict.HELD, "no mutants are planted"
    if not survivors:
        return Verdict.HELD, f"{len(items)} of {len(items)} mutants refuted"
    listing = "; ".join(f"{item.name!r}: {item.reason}" for item in survivors)
    reason = f"{len(survivors)} of {len(items)} mutants survived, so the search is too weak to rely on: {listing}"
    return Verdict.UNDECIDED, reason


def deciding(checks: Sequence[CheckEvidence]) -> list[CheckEvidence]:
    """The checks that have a say.

    A search that met no hypothesis, or only trivially, says nothing where all searches together met them often
    enough; but the share of random instances that do is itself a finding.

    >>> rich, poor = CheckEvidence("adversarial", "HELD", "", accepted=90), CheckEvidence("hypothesis", "VACUOUS", "")
    >>> [check.check for check in deciding([rich, poor])], [check.check for check in deciding([poor])]
    (['adversarial'], ['hypothesis'])
    """
    if substance(checks) < LEAST:
        return list(checks)
    silent = (Subject.CLAIM, Subject.PLACES, Subject.ROUTES, Subject.PROOF)
    return [
        check
        for check in checks
        if check.outcome is not Verdict.VACUOUS or check.independent or check.subject not in silent
    ]


def verdict_of(checks: Sequence[CheckEvidence], *, finished: bool) -> Verdict:
    """The verdict of a theorem from its checks; what would be HELD on fewer than `LEAST` instances is VACUOUS.

    Args:
        checks: those that count.
        finished: whether these are all the planned ones; before, no one knows how many instances there will be.

    >>> verdict_of([CheckEvidence("sampled", "HELD", "", tried=90, accepted=20)], finished=True).name
    'VACUOUS'
    """
    verdict = overall(check.outcome for check in deciding(checks))
    return Verdict.VACUOUS if verdict is Verdict.HELD and finished and substance(checks) < LEAST else verdict


class TheoremEvidence(Displayed, msgspec.Struct, frozen=True):
    """Everything that was found about one theorem.

    Args:
        id: e.g. `banerjee2024/predictor_hessian`.
        title: the first line of its header.
        statement: the claim as a reader gets it, without its hypotheses.
        claim: the claim part by part, hypotheses included.
        digest: SHA-256 of the text of the theorem file.
        expected: HELD, or what a control expects of itself.
        planned: the checks that apply to it; an interrupted run has done only some.
        checks: the evidence, check by check.
        conjecture: whether the statement is only conjectured.
        label: what it counts as, as its header says: theorem, lemma, corollary, experiment, conjecture or control.
        corollary_of: ids of the theorems from which it follows by algebra alone.
        printed: what the paper prints, with its place and whether the text was read; empty where no paper does.
        relation: how the claim differs from what is printed.
        rounds: how many numbered rounds of a sweep are added up in it; 0 where the budget was no such.
    """

    id: str
    title: str
    statement: str
    claim: ClaimText
    digest: str
    expected: str
    planned: list[str]
    checks: list[CheckEvidence]
    conjecture: bool = False
    label: str = ""
    corollary_of: list[str] = []
    printed: str = ""
    relation: str = ""
    rounds: int = 0

    def __repr__(self) -> str:
        ratio = f"worst ratio {float(self.worst.ratio):.4g}" if self.worst else ""
        done = f"{len(self.checks)} of {len(self.planned)} checks"
        return short("TheoremEvidence", self.id, self.verdict.name, ratio, done)

    @property
    def verdict(self) -> Verdict:
        """The verdict of the whole; PROVED only by a proof of the claim, which no search can give.

        A theorem that was put to the test on fewer than `LEAST` instances is VACUOUS, not HELD.
        """
        finished = bool(self.planned) and {check.check for check in self.checks} >= set(self.planned)
        return verdict_of(self._counting, finished=finished)

    @property
    def _counting(self) -> list[CheckEvidence]:
        """The checks that count; a control answers for no mutants."""
        return [check for check in self.checks if check.subject is not Subject.MUTANTS or not self.is_control]

    @property
    def deciding(self) -> list[CheckEvidence]:
        """The checks whose outcome is the verdict of the whole; none where no check decided it alone."""
        return [check for check in deciding(self._counting) if check.outcome is self.verdict]

    @property
    def is_control(self) -> bool:
        """Whether the theorem is false, or empty, on purpose."""
        return self.expected != Verdict.HELD.name

    @property
    def as_expected(self) -> bool:
        """Whether a reader has nothing to look into: a theorem passes, a control fails as planned."""
        if self.is_control:
            return self.verdict.name == self.expected
        return self.verdict.passes

    @property
    def tested(self) -> bool:
        """Whether any instance at all met the hypotheses; an untested theorem is never a pass."""
        return any(check.accepted for check in self.checks)

    @property
    def worst(self) -> Worst | None:
        """The worst instance over all checks of the claim itself."""
        found = [check.worst for check in self.checks if check.worst is not None]
        return max(found, key=lambda worst: float(worst.ratio), default=None)

    @property
    def reason(self) -> str:
        """The sentence of the check that decided the verdict, or that there were too few instances."""
        if not self.checks:
            return "no check was run"
        if not self.deciding:
            return too_few(f"{substance(self.checks)} instances of all searches", LEAST)
        first = self.deciding[0]
        others = substance(self.checks) - first.substance
        if first.outcome is not Verdict.VACUOUS or first.subject is not Subject.CLAIM or not others:
            return first.reason
        return f"{first.reason}; the other searches, which aim at them, had {others}"


Checked: TypeAlias = Literal["checked again now", "checked when found", "checked by another wnverify"]
"""When the checker of certificates accepted one: the last is of other sources, or of other libraries."""


class ShapeProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A certificate of `wnverify prove`: what a theorem claims holds of every network of a shape.

    Args:
        L: depth.
        m: width.
        d: input dimension.
        activation: its name.
        slack: by which the bound is multiplied, a fraction such as `51/50`.
        boxes: how many were proved, one by one.
        checked: when its checker accepted it.
    """

    L: int
    m: int
    d: int
    activation: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]{1,40}$")]
    slack: Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,29}/[1-9][0-9]{0,29}$")]
    boxes: int
    checked: Checked


class Record(Displayed, msgspec.Struct, frozen=True):
    """A run: everything needed to read it, and to repeat it.

    Args:
        schema: version of this format.
        wnverify: version of the program.
        versions: versions of Python and of the libraries that compute.
        seed: the seed from which every other is spawned.
        budget: name of the budget.
        theorems: the evidence.
        unread: files that could not be loaded, with the reason.
        interrupted: whether the run was stopped before its end.
        times: CPU seconds of the process by theorem, then by check; these and the next differ between equal runs.
        cut: theorems that a time limit cut short, with how many of their checks were finished before; one that nobody
            had read then has no evidence.
        proved: of theorems, as this run read them, the certificates that were kept in the folder where it ran.
    """

    schema: int
    wnverify: str
    versions: dict[str, str]
    seed: int
    budget: str
    theorems: list[TheoremEvidence]
    unread: dict[str, str] = {}
    interrupted: bool = False
    times: dict[str, dict[str, float]] = {}
    cut: dict[str, int] = {}
    proved: dict[str, list[ShapeProof]] = {}

    def __repr__(self) -> str:
        counts = Counter(theorem.verdict.name for theorem in self.theorems)
        found = ", ".join(f"{count} {name}" for name, count in counts.items())
        return short("Record", f"{len(self.theorems)} theorems", found, f"budget {self.budget}", f"seed {self.seed}")


@dataclass(frozen=True)
class Event:
    """What a run tells as it goes.

    First every theorem that it is going to read, with its label; of each, when it was read, how many checks are
    planned, or that it is unread; then each check twice, and when none is left, as `done`, the theorem with all of
    them. Of a sweep only the checks of the first round are told of, and then, as `rounds`, how many rounds every
    theorem has behind it. A cluster tells now and then as `workers` how many it has as `checks`, and as `units` how
    much they did. What each check is expected to cost, in CPU seconds, comes as `costs` with the plan; if it is known
    from before, also with the theorem.
    """

    kind: Literal["queued", "planned", "unread", "started", "finished", "done", "rounds", "workers"]
    id: str
    check: str = ""
    evidence: CheckEvidence | None = None
    seconds: float = 0.0
    checks: int = 0
    units: int = 0
    label: str = ""
    costs: Mapping[str, float] = field(default_factory=dict)
    theorem: TheoremEvidence | None = None


Notify: TypeAlias = Callable[[Event], None]
"""Who wants to be told of the events of a run."""
