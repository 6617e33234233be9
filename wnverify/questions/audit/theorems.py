"""Audit: every theorem that speaks of one network, or of its square loss, evaluated on a user's own network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import sympy
from numpy.typing import NDArray

from wnverify import catalogue
from wnverify.beside import modules
from wnverify.claim import Claim, Relation
from wnverify.errors import WnverifyError
from wnverify.family import Family
from wnverify.judging.comparison import fulfilled
from wnverify.judging.formula import function
from wnverify.judging.joined import joined as _joined
from wnverify.judging.judge import Judge, Judgement
from wnverify.questions.audit.confirm import MOST, Confirmed, Place, confirm, suspects
from wnverify.questions.audit.network import SavedNetwork
from wnverify.questions.audit.outcome import Audit, Hypothesis, Row
from wnverify.questions.audit.rate import rate
from wnverify.questions.audit.subject import LOSSES, NETWORKS, OF_NETWORK, Audited
from wnverify.source import read_bytes
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

OF_NETWORKS = re.compile(r"\bwnverify\.families\.networks\.(?:weight_norm|regression)\b")
"""What a file imports that is about the networks of an audit, or their square loss."""
FAMILY = re.compile(r"\bwnverify\.families\.([\w.]+)")


def by_theorems(net: SavedNetwork, theorems: Sequence[str] = (), notes: tuple[str, ...] = ()) -> Audit:
    """Evaluate every theorem that applies.

    Args:
        net: the network.
        theorems: ids, folders, globs or files; the whole catalogue by default.
        notes: what was done to the data, to be told.

    Raises:
        UsageError: if a theorem is unknown.
    """
    subject = Audited(net)
    rows: list[Row] = []
    skipped: dict[str, int] = {}
    unread: dict[str, str] = {}
    needed: set[str] = set()
    ours = tuple(folder.resolve() for folder in catalogue.folders())
    for entry in catalogue.select(theorems):
        try:
            if about := _something_else(entry, ours):
                skipped |= {about: skipped.get(about, 0) + 1} if entry.header().label != "control" else {}
                continue
            theorem = catalogue.load(entry)
        except WnverifyError as error:
            unread[entry.id] = str(error)
            continue
        if theorem.expect is not Verdict.HELD:
            continue
        if theorem.family.name not in (NETWORKS, LOSSES):
            skipped[theorem.family.name] = skipped.get(theorem.family.name, 0) + 1
            continue
        with np.errstate(all="ignore"):  # what overflows is told where it stands
            rows.append(_row(entry.id, theorem, subject))
        needed |= {symbol.name for symbol in theorem.claim.free_symbols}
    measured = subject.measured(needed if theorems else None)
    return Audit(net, tuple(rows), measured, skipped, unread, notes, "" if theorems else rate(subject))


def _something_else(entry: catalogue.Entry, ours: Sequence[Path]) -> str:
    """What a theorem of the catalogue is about by its imports, if that is not a network; empty if it may be one.

    To run a file takes as long as to measure a network, and nearly all files are about something else.
    """
    if not any(entry.path.resolve().is_relative_to(folder) for folder in ours):
        return ""
    source = read_bytes(entry.path)
    told = source.decode(errors="replace")
    if OF_NETWORKS.search(told) or modules(entry.path, source):
        return ""
    found = FAMILY.search(told)
    return found[1] if found else "a network of its own"


# ---- one theorem


def _row(identifier: str, theorem: Theorem, subject: Audited) -> Row:
    statement = str(theorem.claim.main)
    reason = _inapplicable(theorem, subject)
    if reason:
        return Row(identifier, statement, "does not apply", remark=reason)
    claim, remark = _at_network(theorem, subject)
    remark = "; ".join(filter(None, (remark, "only conjectured" if theorem.conjecture else "")))
    if "m" in {s.name for s in claim.free_symbols} and not subject.equal_widths:
        widths = ", ".join(map(str, subject.net.widths))
        return Row(identifier, statement, "does not apply", remark=f"stated for one width m; yours are {widths}")
    try:
        return _evaluated(Row(identifier, statement, "holds", remark=remark), claim, theorem.family, subject)
    except WnverifyError as error:
        return Row(identifier, statement, "does not apply", remark=f"could not be evaluated: {error}")


def _inapplicable(theorem: Theorem, subject: Audited) -> str:
    """Why a theorem says nothing of this network; empty if it does."""
    if theorem.is_probabilistic:
        return "speaks of a probability, not of one network"
    if theorem.family.name == LOSSES and subject.net.y is None:
        return "speaks of the square loss: the file has no targets y"
    for name, values in theorem.settings.items():
        if subject.settings[name] not in values:
            return f"stated for {name} {', '.join(values)}"
    large = [s.name for s in theorem.claim.free_symbols if s.name != "m" and not subject.measures(s.name)]
    return f"{large[0]} is not measured beyond {subject.limit(large[0]):,.0f} parameters" if large else ""


def _at_network(theorem: Theorem, subject: Audited) -> tuple[Claim, str]:
    """The claim in the scaling of the network; where widths differ, with zero constants put in, so that m may go."""
    claim = theorem.claim.substitute(theorem.family.rescaling(subject.settings))
    if subject.equal_widths:
        return claim, ""
    zero = {}
    for name in ("c0", "beta"):
        if name in theorem.family.quantities and float(subject.value(theorem.family, name)[0]) == 0:
            zero[theorem.family.quantities[name]] = sympy.Integer(0)
    return claim.substitute(zero), "stated for one width m, which does not occur here"


def _evaluated(row: Row, claim: Claim, family: Family, subject: Audited) -> Row:
    """The row filled in with both sides at the input that decides: one that breaks the claim, or comes closest."""
    judge = Judge(claim, family, literal=True)
    for name in sorted(symbol.name for symbol in claim.free_symbols):
        subject.value(family, name)  # kept with the batch: measured once for all theorems
    joined = _joined([judge(batch) for batch in subject.of(family.name)])
    hypotheses = tuple(_hypotheses(claim, joined, family, subject))
    met = np.flatnonzero(
        np.logical_and.reduce(list(joined.met.values()) or [np.ones(joined.ratio.shape, dtype=bool)])
    )
    if not met.size:
        return replace(row, status="hypotheses not met", hypotheses=hypotheses)
    index, found = _decided(judge, joined, met, subject)
    numbers = (found.measured, found.bound, found.ratio)
    told = numbers if found.status == "BROKEN" or np.isfinite(numbers).all() else (None, None, None)
    row = replace(row, status=found.status, measured=told[0], bound=told[1], ratio=told[2], hypotheses=hypotheses)
    remark = "; ".join(filter(None, (row.remark, found.remark)))
    return replace(row, input=index if family.name == NETWORKS else None, remark=remark)


def _decided(judge: Judge, joined: Judgement, met: NDArray[np.intp], subject: Audited) -> tuple[int, Confirmed]:
    """The input that decides, of those that meet the hypotheses, and what is said of the claim there."""
    lhs, rhs, ratio = (values[met] for values in (joined.lhs, joined.rhs, joined.ratio))
    doubtful = met[suspects(judge.claim.relation, lhs, rhs, ratio)].tolist()
    if {symbol.name for symbol in judge.claim.free_symbols} <= set(OF_NETWORK):
        doubtful = doubtful[:1]
    found: dict[int, Confirmed] = {}
    for index in doubtful[:MOST]:
        found[index] = confirm(judge, _place(judge, joined, index, subject))
        if found[index].status == "BROKEN":
            return index, found[index]
    found |= {index: _unconfirmed(*_floats(joined, index)) for index in doubtful[MOST:]}
    worst = int(met[np.argmax(np.where(np.isnan(ratio), -np.inf, ratio))])
    index = next((index for index, each in found.items() if each.status == "undecided"), worst)
    return index, found.get(index) or Confirmed("holds", *_floats(joined, index))


def _place(judge: Judge, joined: Judgement, index: int, subject: Audited) -> Place:
    names = sorted(symbol.name for symbol in judge.claim.free_symbols)
    values = {name: float(subject.value(judge.family, name)[index]) for name in names}
    return Place(subject.one(judge.family.name, index), values, *_floats(joined, index))


def _floats(joined: Judgement, index: int) -> tuple[float, float, float]:
    """Left side, right side and ratio at one input."""
    return float(joined.lhs[index]), float(joined.rhs[index]), float(joined.ratio[index])


def _unconfirmed(lhs: float, rhs: float, ratio: float) -> Confirmed:
    """An input beyond the number that is confirmed: floats may say that it holds, and no more."""
    if ratio <= 1:
        return Confirmed("holds", lhs, rhs, ratio)
    return Confirmed("undecided", lhs, rhs, ratio, f"only the worst {MOST} inputs are confirmed, and they hold")


def _hypotheses(claim: Claim, joined: Judgement, family: Family, subject: Audited) -> Iterator[Hypothesis]:
    for name, flags in joined.met.items():
        missed = np.flatnonzero(~flags)
        why = "" if not missed.size else _why(claim.given[name], family, subject, int(missed[0]))
        yield Hypothesis(name, int(flags.sum()), flags.size, why)


def _why(relation: Relation, family: Family, subject: Audited, index: int) -> str:
    names = sorted(symbol.name for symbol in relation.free_symbols)
    known = [name for name in names if subject.measures(name)]
    values = ", ".join(f"{name} = {text}" for name, text in _told(relation, family, subject, index, known).items())
    where = f" at input {index}" if family.name == NETWORKS and not set(names) <= set(OF_NETWORK) else ""
    return f"{relation} fails: {values}{where}"


def _told(relation: Relation, family: Family, subject: Audited, index: int, known: list[str]) -> dict[str, str]:
    """Values with as many digits as show that the hypothesis fails: 1.00000002 where 1 would meet it."""
    values = {name: float(subject.value(family, name)[index]) for name in known}
    by_name = {symbol.name: symbol for symbol in relation.free_symbols}
    texts: dict[str, str] = {}
    for digits in (*range(6, 17), 17):
        texts = {name: f"{value:.{digits}g}" for name, value in values.items()}
        rounded = {name: np.array([float(text)]) for name, text in texts.items()}
        if set(rounded) != set(by_name) or not fulfilled(
            relation, *(function(side)(rounded) for side in _of(relation))
        ):
            break
    return texts


def _of(relation: Relation) -> tuple[sympy.Expr, sympy.Expr]:
    return relation.lhs, relation.rhs
