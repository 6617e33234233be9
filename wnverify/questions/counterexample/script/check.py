"""The end of the script: the claim is judged, and the answer is printed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from wnverify.questions.counterexample.script.formula import Damaged, Scope
from wnverify.questions.counterexample.script.intervals import CannotMeasure, Ends
from wnverify.questions.counterexample.script.judging import (
    BROKEN,
    MET,
    OPEN,
    WITHIN,
    Measures,
    as_float,
    certainly_broken,
    certainly_holds,
    contradiction,
    instance_of,
    nearly_equal,
    relation_of,
    settle,
    standing,
)
from wnverify.questions.counterexample.script.reading import (
    bundle_of,
    float_of,
    plain_of,
    printable,
    read_bytes,
    shown,
)

HOLDS, REFUTED, MISUSE, UNMEASURED, DAMAGED, INTERRUPTED = 0, 1, 2, 3, 4, 130
CERTAINLY_BROKEN = "certainly broken"
NOTHING_CONFIRMED = "cannot measure this: nothing confirmed"
ELSEWHERE = "`wnverify replay` measures more, and in balls: pip install wnverify"


def check(bundle: Mapping[str, Any]) -> tuple[int, list[str]]:
    """The exit code, and what to print.

    Raises:
        Damaged: if the file contradicts itself.
        CannotMeasure: if the claim is about more than is measured here.
    """
    claim = bundle["claim"]
    main = relation_of(claim, "the claim")
    given = [relation_of(each, f"the hypothesis {shown(each['name'])}") for each in claim["given"]]
    names = set().union(*(side.names() for relation in (main, *given) for side in (relation[0], relation[2])))
    if claim.get("probability") or claim.get("unreadable"):
        raise CannotMeasure("the claim is not one that a single instance can break")
    measures = Measures(instance_of(bundle["instance"]))
    _measure_all(sorted(names), measures)
    first = [standing(relation, measures) for relation in given]
    wrong = contradiction(bundle, [side.value(Scope(measures)) for side in (main[0], main[2])], first, measures.found)
    if wrong:
        raise Damaged(wrong)
    settle(given, measures)
    sides = {name: side.value(Scope(measures)) for name, side in (("lhs", main[0]), ("rhs", main[2]))}
    again = [standing(relation, measures) for relation in given]
    met = [(*one[:2], WITHIN) if one[2] == WITHIN and two[2] == MET else two for one, two in zip(first, again)]
    _check_standings(bundle, met)
    lines = [_field("hypothesis", _hypothesis(text, each)) for text, each in zip(claim["given"], met)]
    lines += [_field(word, _number(sides[name])) for word, name in (("left side", "lhs"), ("right side", "rhs"))]
    lines += _measured(measures)
    code, words = _verdict(claim, sides, [each[2] for each in met])
    return code, [*lines, words]


def _check_standings(bundle: Mapping[str, Any], met: Sequence[tuple[Ends, Ends, str]]) -> None:
    by_name = {each["name"]: found[2] for each, found in zip(bundle["claim"]["given"], met)}
    for each in bundle["hypotheses"]:
        how = by_name[each["name"]]
        if how != OPEN and (each["standing"] == CERTAINLY_BROKEN) != (how == BROKEN):
            raise Damaged(
                f"the hypothesis {shown(each['name'])} is {how}, but the file says {shown(each['standing'])}"
            )


def _measure_all(names: Sequence[str], measures: Measures) -> None:
    """Measure every symbol; those that cannot be are named together."""
    unknown = {}
    for name in names:
        try:
            measures(name)
        except CannotMeasure as error:
            unknown[name] = str(error)
    if unknown:
        raise CannotMeasure("; ".join(dict.fromkeys(unknown.values())))


def _verdict(claim: Mapping[str, Any], sides: Mapping[str, Ends], met: Sequence[str]) -> tuple[int, str]:
    relation, lhs, rhs = claim["relation"], sides["lhs"], sides["rhs"]
    tolerance = Decimal(float_of(claim["tolerance"], "the tolerance"))
    if BROKEN in met:
        return HOLDS, "This instance does NOT break the claim: it does not meet a hypothesis."
    if certainly_holds(relation, lhs, rhs) or (relation == "=" and nearly_equal(lhs, rhs, tolerance)):
        return HOLDS, "This instance does NOT break the claim."
    if not certainly_broken(relation, lhs, rhs):
        return UNMEASURED, _unmeasured("the sides lie closer than the floats of this script can tell")
    if OPEN in met:
        return UNMEASURED, _unmeasured("a hypothesis holds up to rounding only, which proves nothing by itself")
    return REFUTED, "The claim is broken: the counterexample is right."


def _unmeasured(why: str) -> str:
    return f"{NOTHING_CONFIRMED} ({why}).\n{ELSEWHERE}"


# ---- words


def _field(word: str, text: str) -> str:
    return f"{word:<11} {text}"


def _hypothesis(text: Mapping[str, str], found: tuple[Ends, Ends, str]) -> str:
    lhs, rhs, how = found
    return f"{printable(text['name'], 80)}: {_number(lhs)} {text['relation']} {_number(rhs)}  {how}"


def _number(ends: Ends) -> str:
    """A number to the digits of a float; one beyond them as a decimal."""
    for end in ends:
        if end.is_finite() and end and not -300 < end.adjusted() < 300:
            return f"about {end:.6e}"
    return f"{as_float(ends):.17g}"


def _measured(measures: Measures) -> list[str]:
    read = [name for name in measures.found if name not in measures.noisy]
    noisy = [f"{name} to {_error(ends)}" for name, ends in measures.noisy.items()]
    fields = (("measured", noisy), ("read off", read))
    return [_field(word, ", ".join(texts)) for word, texts in fields if texts]


def _error(ends: Ends) -> str:
    return f"{float(ends[1]) - float(ends[0]):.0e}"


def _head(bundle: Mapping[str, Any]) -> list[str]:
    claim = bundle["claim"]
    lines = [_field("claim", printable(f"{claim['lhs']} {claim['relation']} {claim['rhs']}"))]
    if bundle["theorem"]:
        named = printable(bundle["theorem"], 80)
        lines.append(
            _field("provenance", f"the file says, the theorem {named}; this script has nothing to compare it with")
        )
    return lines


# ---- the edge


def main(arguments: Sequence[str]) -> int:
    """Check the file named, or the one beside this script."""
    if arguments and arguments[0] in ("-h", "--help"):
        return _told(HOLDS, [(__doc__ or "").strip()])
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        return _told(MISUSE, ["usage: python check.py [counterexample.json]"], failed=True)
    path = Path(arguments[0] if arguments else Path(__file__).with_name("counterexample.json"))
    try:
        return _told(*_checked(path / "counterexample.json" if path.is_dir() else path))
    except Damaged as error:
        return _told(
            DAMAGED, [f"refused: {printable(str(path))} is damaged or no counterexample: {error}"], failed=True
        )
    except KeyboardInterrupt:
        return _told(INTERRUPTED, ["interrupted"], failed=True)


def _checked(path: Path) -> tuple[int, list[str]]:
    bundle = bundle_of(plain_of(read_bytes(path)))
    lines = _head(bundle)
    try:
        code, more = check(bundle)
    except Damaged:
        raise
    except CannotMeasure as error:
        code, more = UNMEASURED, [_unmeasured(str(error))]
    except Exception as error:  # a traceback would end with the code of "broken"
        code, more = UNMEASURED, [_unmeasured(f"{type(error).__name__}: {printable(str(error))}")]
    return code, [*lines, *more]


def _told(code: int, lines: Sequence[str], *, failed: bool = False) -> int:
    """Print lines; an output that is closed, full or knows no such letters changes no exit code."""
    stream = sys.stderr if failed else sys.stdout
    if stream is None:
        return code
    text = "".join(f"{line}\n" for line in lines)
    encoding = stream.encoding or "ascii"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except (OSError, ValueError):
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
    return code


if __name__ == "__main__":
    sys.setrecursionlimit(5000)  # a formula may be nested deeply; the reader of it stops long before that
    sys.exit(main(sys.argv[1:]))
