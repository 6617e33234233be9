"""Files that bring families and quantities along: what they add, and what is refused of them."""

from __future__ import annotations

import pytest

from wnverify.errors import TheoremFileError, UsageError
from wnverify.families.own.own_quantity import quantity
from wnverify.typed.files import vocabulary_with
from wnverify.typed.spelling import NotAClaim
from wnverify.typed.vocabulary import BUILT_IN

NET = """
from wnverify import ball, free, quantity
from wnverify.families.own.declare import architecture

def value(xp, theta, x):
    return xp.sum(theta.w * x)

NET = architecture("line", value, theta={"w": free("d")}, x=ball("d"), sizes={"d": (1, 2)})
"""
LOOSE = 'loose = quantity("loose", "the size of v", lambda xp, t, x: xp.sum(xp.abs(t.v)), low=0)\n'
BOUND = 'bound = quantity("bound", "that of w", lambda xp, t, x: xp.sum(xp.abs(t.w)), low=0, of=NET)\n'
THEOREM = (
    '"""T.\n\nStatement: s\nHypotheses: none\nKind: upper bound\nReferences: me\nTags: a\n"""\n'
    "from wnverify import Claim, Theorem\nfrom nets import NET, bound\n"
    'theorem = Theorem(claim=Claim(NET.symbols("output_abs"), "<=", bound), family=NET)\n'
)


@pytest.fixture
def file(tmp_path):
    def file(text, name="nets.py"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return file


def test_a_module_without_a_theorem_adds_what_it_declares(file):
    known = vocabulary_with(file(NET + LOOSE + BOUND))
    assert list(known.added) == ["line"]
    assert list(known.own) == ["loose"]
    assert next(iter(known.families())) == "line"
    assert set(BUILT_IN.families()) < set(known.families())
    assert "line" not in BUILT_IN.families()
    assert known.family_of(["bound", "output_abs"]).name == "line"
    assert known.family_named("line").quantities["bound"].own.of.name == "line"


def test_without_files_it_is_that_of_wnverify():
    assert vocabulary_with([]) is BUILT_IN


def test_a_quantity_about_no_family_joins_the_first_that_knows_the_other_symbols(file):
    known = vocabulary_with(file(NET + LOOSE))
    assert known.family_of(["loose", "rho"]).name == "weight_norm"
    assert known.family_of(["loose", "loss"]).name == "regression"
    assert known.family_of(["loose", "norm_w"]).name == "line"
    assert known.family_of(["loose"]).name == "line"
    assert "loose" in known.family_named("weight_norm", ["loose"]).quantities
    assert "loose" not in known.family_named("weight_norm").quantities
    assert not known.others(["loose", "omega"], known.family_of(["loose", "omega"]))
    with pytest.raises(NotAClaim, match="did you mean loose"):
        known.family_of(["lose"])


def test_a_theorem_file_brings_its_family_and_what_its_claim_is_about(file):
    file(NET + BOUND)
    known = vocabulary_with(str(file(THEOREM, "thm.py")))
    assert "bound" in known.added["line"].quantities
    built_in = (
        "from wnverify import Claim, Theorem, quantity\n"
        "from wnverify.families.networks.weight_norm import WEIGHT_NORM, output_abs\n"
        f"theorem = Theorem(claim=Claim(output_abs, '<=', {LOOSE.partition('=')[2].strip()}), family=WEIGHT_NORM)\n"
    )
    known = vocabulary_with(file(built_in))
    assert (list(known.added), list(known.own)) == ([], ["loose"])
    known = vocabulary_with(file(built_in.replace(LOOSE.partition("=")[2].strip(), "2"), "mine.py"))
    assert (list(known.added), list(known.own), list(known.theorems)) == ([], [], ["mine"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 3\n", r"nets\.py: Expected families or quantities, but got none: declare one by architecture"),
        ("x = \n", r"nets\.py, line 1: Expected Python"),
        ("x = 1 / 0\n", r"nets\.py, line 1: Expected a file that runs, but got ZeroDivisionError"),
        (NET.replace('"line"', '"regression"'), "a name that no family of wnverify has, but got 'regression'"),
        (NET + LOOSE + LOOSE.replace("loose =", "other ="), "one quantity of a name, but got two of the name loose"),
        (NET + NET.replace("NET", "OTHER"), "one family of a name, but got two of the name line"),
    ],
)
def test_what_is_refused(file, text, message):
    with pytest.raises(TheoremFileError, match=message):
        vocabulary_with(file(text))


def test_a_name_that_the_family_has_is_refused(file):
    with pytest.raises(UsageError, match="that the family line does not have yet, but got norm_w: rename it"):
        vocabulary_with(file(NET + BOUND.replace('"bound"', '"norm_w"')))
    known = vocabulary_with(file(NET + LOOSE.replace('"loose"', '"omega"')))
    with pytest.raises(UsageError, match="that the family weight_norm does not have yet, but got omega"):
        known.family_of(["omega", "output_abs", "rho"])


def test_two_declarations_of_one_name_are_two_symbols():
    one, two = (quantity("own", "its", lambda xp, t, x: xp.sum(t.v), low=0) for _ in range(2))
    assert one != two
    assert (2 * one) != (2 * two)
    assert next(iter((2 * two).free_symbols)).own is two.own
