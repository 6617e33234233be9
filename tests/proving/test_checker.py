"""The checker accepts what is proved, and refuses whatever was damaged, by chance or on purpose."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache

import msgspec
import pytest
import sympy

from wnverify.catalogue import load
from wnverify.claim import Claim
from wnverify.errors import RecordError
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, input_gradient_norm, rho
from wnverify.proving import checker
from wnverify.proving.certificate import Certificate, certificate_from
from wnverify.proving.checker import check
from wnverify.proving.domain import Domain
from wnverify.proving.laws import Demand, Law
from wnverify.proving.prover import Prover

ID = "banerjee2024/predictor_hessian"


@cache
def certificate() -> Certificate:
    found = Prover(ID, load(ID).claim, WEIGHT_NORM, Domain(1, 1, 2, "identity"), Fraction(51, 50)).prove()
    assert found.checked is not None
    return found.checked.certificate


def test_a_certificate_comes_back_from_its_text_and_is_accepted() -> None:
    found = certificate_from(certificate().text())
    assert found == certificate()
    assert check(found, load(ID).claim).boxes >= found.leaves > 2


def damaged(text: bytes, rng: random.Random) -> bytes:
    """A text with a byte altered, removed, doubled, or two exchanged, or cut off."""
    place, other = rng.randrange(len(text)), rng.randrange(len(text))
    kind = rng.randrange(5)
    if kind == 0:
        return text[:place] + bytes([text[place] ^ (1 << rng.randrange(8))]) + text[place + 1 :]
    if kind == 1:
        return text[:place] + text[place + 1 + rng.randrange(4) :]
    if kind == 2:
        return text[:place] + text[place : place + 1] + text[place:]
    if kind == 3:
        return text[:place]
    mixed = bytearray(text)
    mixed[place], mixed[other] = mixed[other], mixed[place]
    return bytes(mixed)


def test_a_thousand_damaged_certificates_are_refused() -> None:
    rng, text, claim = random.Random(0), certificate().text(), load(ID).claim
    refused = 0
    for _ in range(1000):
        wrong = damaged(text, rng)
        try:
            found = certificate_from(wrong)
            check(found, claim)
        except RecordError:
            refused += 1
            continue
        # a blank between the parts of the text, or two equal letters exchanged: the same certificate
        assert found == certificate()
    assert refused > 900


def with_tree(change: Callable[[str], str]) -> Callable[[Certificate], dict[str, object]]:
    return lambda sound: {"trees": {**sound.trees, "curvature": change(sound.trees["curvature"])}}


FORGED: Mapping[str, Callable[[Certificate], dict[str, object]]] = {
    "a piece cut off": with_tree(lambda tree: tree[:-1]),
    "a piece too much": with_tree(lambda tree: tree + "."),
    "an open box": with_tree(lambda tree: tree[:-1] + "?"),
    "a coordinate that is none": with_tree(lambda tree: "7" + tree[1:]),
    "nothing proved at all": with_tree(lambda tree: ""),
    "a goal forgotten": lambda sound: {"trees": {"mixed": sound.trees["mixed"]}},
    "another goal": lambda sound: {"trees": {**sound.trees, "rows": "."}},
    "less slack than is needed": lambda sound: {"slack": "1/1"},
    "slack below one": lambda sound: {"slack": "1/2"},
    "slack that is none": lambda sound: {"slack": "51/0"},
    "a smaller box": lambda sound: {"box": {**sound.box, "r": ("0x0.0p+0", "0x1.0p-1")}},
    "another shape": lambda sound: {"m": 2},
    "a shape that is none": lambda sound: {"m": 7},
    "another activation": lambda sound: {"activation": "relu"},
    "another claim": lambda sound: {"claim": "hessian_norm ≤ 1"},
    "another version": lambda sound: {"form": 1},
    "another kind": lambda sound: {"kind": "picture"},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_certificate_with_a_wrong_part_and_a_fitting_seal_is_refused(name: str) -> None:
    forged = msgspec.structs.replace(certificate(), **FORGED[name](certificate())).sealed()
    with pytest.raises(RecordError):
        check(certificate_from(forged.text()), load(ID).claim)


def test_large_boxes_are_halved_by_the_checker_until_it_gives_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claim, coarse = load(ID).claim, in_one_box(certificate())
    assert check(coarse, claim).boxes > coarse.leaves == 2
    monkeypatch.setattr(checker, "FURTHER", 2)
    with pytest.raises(RecordError, match="every box of 'curvature' to be proved"):
        check(coarse, claim)


def in_one_box(sound: Certificate) -> Certificate:
    """One box for the whole domain, of either goal."""
    return msgspec.structs.replace(sound, trees={"curvature": ".", "mixed": "."}).sealed()


def test_a_certificate_proves_no_other_claim() -> None:
    for claim in load(ID).mutant_claims.values():
        with pytest.raises(RecordError, match="Expected a proof of"):
            check(certificate(), claim)


def test_an_error_of_algebra_is_found_in_balls(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Claim(input_gradient_norm, "<=", 1 + rho, given=LIPSCHITZ)
    wrong = Law({"input": Demand("input", [sympy.Rational(101, 100)])}, Domain(1, 1, 1, "tanh"))
    monkeypatch.setattr(checker, "law", lambda claim, domain: wrong)
    with pytest.raises(RecordError, match="obeys its law"):
        checker.demanded(claim, Domain(1, 1, 1, "tanh"), Fraction(1))
