"""Ask for a proof, or have a certificate checked."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from wnverify import catalogue
from wnverify.budget import parse_time
from wnverify.errors import RecordError, UsageError, WnverifyError, expected
from wnverify.families.networks.weight_norm import WeightNorm
from wnverify.proving.certificate import certificate_from
from wnverify.proving.checker import check
from wnverify.proving.domain import Domain
from wnverify.proving.found import Found
from wnverify.proving.kept import Kept
from wnverify.proving.pieces import parse_share
from wnverify.proving.prover import Prover
from wnverify.proving.whole import DEFAULT
from wnverify.proving.work import Each
from wnverify.questions.proof.defined import check_defined
from wnverify.questions.proof.outcome import Proof
from wnverify.theorem import Theorem
from wnverify.typed.files import Files, vocabulary_with

USUAL: Mapping[str, Sequence[str]] = {
    "activation": ("tanh",),
    "slack": ("1",),
    "shard": ("1/1",),
    "store": ("", str(DEFAULT)),
}
"""Values of options that need not be said."""
SHAPE = re.compile(r"\s*([Lmd])\s*=\s*(\d{1,4})\s*", re.ASCII)
MOST_SLACK = 2
LARGEST = 64 * 2**20
"""Bytes of a certificate that is read."""


@dataclass(frozen=True)
class Effort:
    """How a proof is searched for.

    Args:
        kept: where pieces are kept.
        shard: a share of them such as `1/4`.
        each: does pieces, here or on a cluster; by default here.
        stopped: whether the user wants an end.
    """

    kept: Kept = field(default_factory=Kept)
    shard: str = "1/1"
    each: Each | None = None
    stopped: Callable[[], bool] = lambda: False

    @property
    def path(self) -> str:
        """Where pieces are kept; empty if nowhere."""
        return str(self.kept.database.path) if self.kept.database else ""


def prove(
    what: str | Path,
    shape: str,
    *,
    activation: str = "tanh",
    slack: str = "1",
    budget: str = "10m",
    effort: Effort | None = None,
) -> Proof:
    """Prove a theorem for every network of a shape, or refute it there.

    Args:
        what: the id or the file of a theorem.
        shape: such as `L=1,m=2,d=2`.
        activation: one of `wnverify.proving.domain.ACTIVATIONS`.
        slack: by which the bound may be multiplied, such as `1.02`, where it is not proved as it stands.
        budget: processor time for the search and the checker together, such as `10m`.
        effort: where pieces are kept, which of them are done, and where; by default nothing is kept, and all is done
            in this process.

    Raises:
        UsageError: if one of these is none, or the theorem is of no kind that can be proved.

    >>> proof = prove("banerjee2024/output", "L=1,m=1,d=1")
    >>> proof.verdict.name, proof.words
    ('PROVED', 'PROVED for L=1, m=1, d=1 tanh')
    """
    entry = catalogue.one(str(what))
    theorem = catalogue.load(entry)
    domain, most = Domain(*parse_shape(shape), activation), parse_slack(slack)
    family = family_of(theorem, domain)
    check_defined(theorem.claim, domain)
    effort = effort or Effort()
    prover = Prover(entry.id, theorem.claim, family, domain, most, parse_time(budget))
    prover.kept, prover.only, prover.each = effort.kept, parse_share(effort.shard), effort.each
    prover.stopped = effort.stopped
    found = prover.prove()
    asked = {"shape": shape, "activation": activation, "slack": slack, "budget": budget, "shard": effort.shard}
    return Proof(entry.id, theorem.claim, domain, most, found, family, _again(what, asked, effort), effort.path)


def _again(what: str | Path, asked: Mapping[str, str], effort: Effort) -> str:
    """The command that goes on."""
    words = ["wnverify", "prove", str(what)]
    for name, value in {**asked, "store": effort.path}.items():
        words += [f"--{name}", value] if value not in USUAL.get(name, ()) else []
    return shlex.join(words)


def checked(path: Path, *, with_: Files = ()) -> Proof:
    """Have a certificate checked against the theorem that it names.

    Args:
        path: the certificate.
        with_: theorem files that it may be about, beside the catalogue.

    Raises:
        RecordError: if it is damaged, does not prove it, or names a theorem that is neither here nor there.
        TheoremFileError: if such a file cannot be run.
    """
    brought = vocabulary_with(with_).theorems
    try:
        if path.stat().st_size > LARGEST:
            raise RecordError(expected(f"a certificate of at most {LARGEST} bytes", f"{path.stat().st_size}"))
        certificate = certificate_from(path.read_bytes())
        theorem = _of_name(certificate.theorem, brought)
        family = family_of(theorem, certificate.domain)
        begin = time.process_time()
        found = check(certificate, theorem.claim)
    except OSError as error:
        raise RecordError(expected("a certificate that can be read", f"{path} ({error.strerror})")) from error
    except WnverifyError as error:
        raise RecordError(f"{path}: {error}") from error
    outcome = Found(checked=found, seconds=(0.0, time.process_time() - begin))
    return Proof(certificate.theorem, theorem.claim, certificate.domain, certificate.factor, outcome, family)


def _of_name(identifier: str, brought: Mapping[str, Theorem]) -> Theorem:
    """The theorem of that id. It is never taken for a path: it comes from somebody else, and to load is to run.

    Raises:
        RecordError: if there is none.
    """
    if (mine := brought.get(identifier.rpartition("/")[2])) is not None:
        return mine
    entries = [entry for entry in catalogue.catalogue() if entry.id == identifier]
    if not entries:
        remedy = "name its file, `wnverify prove CERTIFICATE.json --with FILE`"
        raise RecordError(expected("a theorem of the catalogue", repr(identifier)[:80], remedy))
    return catalogue.load(entries[0])


def family_of(theorem: Theorem, domain: Domain) -> WeightNorm:
    """The family of a theorem that is about the networks of a domain.

    Raises:
        UsageError: if it is about others.
    """
    family = theorem.family
    plain = type(family) is WeightNorm  # a class that inherits from it may mean other networks by the same names
    if not isinstance(family, WeightNorm) or not (plain and family.normalised) or theorem.is_probabilistic:
        remedy = "`check` attacks what is said of other families"
        raise UsageError(expected("a theorem about single WeightNorm networks", family.name, remedy))
    for name, value in (("activation", domain.activation), ("scaling", "fan_out")):
        allowed = theorem.settings.get(name, (value,))
        if value not in allowed:
            raise UsageError(expected(f"{name} among {', '.join(allowed)}, as the theorem says", repr(value)))
    return family


def parse_shape(text: str) -> tuple[int, int, int]:
    """Read `L=1,m=2,d=2`.

    Raises:
        UsageError: for anything else.

    >>> parse_shape("m=2, L=1, d=3")
    (1, 2, 3)
    """
    found = [SHAPE.fullmatch(part) for part in text.split(",")]
    sizes = {each[1]: int(each[2]) for each in found if each}
    if len(found) != 3 or set(sizes) != {"L", "m", "d"}:
        raise UsageError(expected("a shape such as L=1,m=2,d=2", repr(text[:60])))
    return sizes["L"], sizes["m"], sizes["d"]


def parse_slack(text: str) -> Fraction:
    """Read a factor from 1 to 2, exactly.

    Raises:
        UsageError: for anything else.

    >>> parse_slack("1.02")
    Fraction(51, 50)
    """
    try:
        number = Decimal(text) if len(text) <= 20 and text.isascii() else Decimal("nan")
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or not 1 <= number <= MOST_SLACK:
        raise UsageError(expected(f"a slack from 1 to {MOST_SLACK}, such as 1.02", repr(text[:60])))
    return Fraction(number)
