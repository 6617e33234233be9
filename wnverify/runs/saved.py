"""The worst instances of a run as files for `wnverify replay`, and the numbers that enclose both sides there.

Nothing is searched for anew. The instance is measured once more, in balls where its family has them: a file that
names numbers which its data do not give would be refused.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from wnverify.errors import WnverifyError
from wnverify.evidence import Record
from wnverify.questions.counterexample.bundle import IN_BALLS, Bundle, Enclosed, encode, of_evidence, sealed
from wnverify.report.site.page import Saved, Value
from wnverify.report.told.account import Account

SIDES = {"lhs": "left side", "rhs": "right side"}


def saving(record: Record) -> Callable[[Account], Saved | None]:
    """What makes a file of the instance of a theorem that is shown; of one that cannot travel it makes none."""

    def saved(account: Account) -> Saved | None:
        shown = account.shown
        if shown is None or not shown.instance:
            return None
        try:
            family = account.theorem.family if account.theorem else None
            return _saved(of_evidence(account.evidence, shown, record, family))
        except WnverifyError:  # a claim with a probability, or one that is no text
            return None

    return saved


def _saved(bundle: Bundle) -> Saved:
    """The file without its script, which is the same for nearly all of them."""
    values = [_value(words, bundle.sides[name]) for name, words in SIDES.items()]
    values += [_value(name, enclosed) for name, enclosed in bundle.quantities.items()]
    return Saved(encode(sealed(structs.replace(bundle, check=""))), values, bundle.route == IN_BALLS)


def _value(name: str, enclosed: Enclosed) -> Value:
    ends = (float.fromhex(end) for end in (enclosed.value, enclosed.lower, enclosed.upper))
    return Value(name, *(f"{end!r}".removesuffix(".0") for end in ends))
