"""A counterexample, and how somebody who knows the digest would forge one."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import sympy

from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import STANDARD, WEIGHT_NORM, L, hessian_norm, m, omega, rho
from wnverify.questions.counterexample.bundle import SCRIPT, Bundle, Origin, compose, encode
from wnverify.questions.counterexample.script.reading import content_of, digest_of

FALSE = Claim(hessian_norm, "<=", (1 + rho) * sympy.sqrt(L) / (sympy.sqrt(m) * omega), given=STANDARD)
TANH = {"activation": "tanh", "scaling": "fan_out"}
ONE = Batch(
    "weight_norm",
    {"L": 1, "m": 1, "d": 2},
    TANH,
    {"W1": np.array([[[-0.6], [-0.8]]]), "v": np.ones((1, 1)), "x": np.array([[1.0], [0.0]])},
)


def saved(claim: Claim = FALSE, batch: Batch = ONE) -> Bundle:
    """The bundle of a claim at an instance of a network."""
    return compose(claim, WEIGHT_NORM, batch, Origin(found="by hand", seed=7, budget="quick"))


def resealed(plain: dict[str, Any]) -> bytes:
    """Plain data with the digests of what they say now."""
    plain["claim_digest"] = digest_of(plain.get("claim"))
    plain["digest"] = digest_of(content_of(plain))
    return (json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def changed(bundle: Bundle, *path_and_value: Any) -> bytes:
    """The bundle with one entry replaced and sealed again."""
    *path, value = path_and_value
    plain = json.loads(encode(bundle))
    inner = plain
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return resealed(plain)


HOLDS, BROKEN, UNMEASURED, DAMAGED = 0, 1, 3, 4
SIDE = {name: (2.0).hex() for name in ("value", "lower", "upper")} | {"midpoint": "", "radius": ""}
TWO = [{"name": "one", "lhs": "rho", "relation": ">=", "rhs": "0"}] * 2

FORGED: dict[str, tuple[int, tuple[Any, ...]]] = {
    "another left side": (DAMAGED, ("sides", "lhs", "value", (9.0).hex())),
    "a higher lower end": (DAMAGED, ("sides", "lhs", "lower", (9.0).hex())),
    "no upper end": (DAMAGED, ("sides", "rhs", "upper", "nan")),
    "wider ball": (BROKEN, ("sides", "lhs", "upper", (9.0).hex())),
    "another midpoint": (BROKEN, ("sides", "lhs", "midpoint", "0x3p-2")),
    "a midpoint that is none": (BROKEN, ("sides", "lhs", "midpoint", "__import__('os')")),
    "a left side beyond numbers": (DAMAGED, ("sides", "lhs", "value", "inf")),
    "another side of a hypothesis": (DAMAGED, ("hypotheses", 0, "lhs", SIDE)),
    "a claim about numbers alone": (DAMAGED, ("claim", "lhs", "2")),
    "a side missing": (DAMAGED, ("sides", {})),
    "a side that is a number": (DAMAGED, ("sides", "lhs", 1)),
    "a third side": (DAMAGED, ("sides", {"lhs": SIDE, "rhs": SIDE, "mid": SIDE})),
    "another quantity": (DAMAGED, ("quantities", "omega", "value", (9.0).hex())),
    "another quantity, wholly": (DAMAGED, ("quantities", "omega", SIDE)),
    "a quantity of no number": (DAMAGED, ("quantities", "omega", "lower", "0x1p99999999999999")),
    "quantities missing": (DAMAGED, ("quantities", {})),
    "another ratio": (BROKEN, ("ratio", (9.0).hex())),
    "a ratio that is none": (DAMAGED, ("ratio", "much")),
    "hypothesis missing": (DAMAGED, ("hypotheses", [])),
    "hypothesis broken": (DAMAGED, ("hypotheses", 0, "standing", "certainly broken")),
    "another relation": (DAMAGED, ("claim", "relation", "=>")),
    "the relation turned": (HOLDS, ("claim", "relation", ">=")),
    "a claim that is code": (DAMAGED, ("claim", "rhs", "__import__('os').system('true')")),
    "a claim too large": (DAMAGED, ("claim", "rhs", "9**9**9")),
    "a claim that ends too early": (DAMAGED, ("claim", "rhs", "omega +")),
    "a claim in brackets": (DAMAGED, ("claim", "rhs", "(" * 20_000 + "1" + ")" * 20_000)),
    "a claim of a function of its own": (UNMEASURED, ("claim", "rhs", "proved(omega)")),
    "an unknown symbol": (UNMEASURED, ("claim", "rhs", "omga")),
    "an empty claim": (DAMAGED, ("claim", "rhs", "")),
    "a claim that is a number": (DAMAGED, ("claim", "rhs", 1)),
    "a claim with a remark": (DAMAGED, ("claim", "remark", "trust me")),
    "a claim that is likely": (UNMEASURED, ("claim", "probability", "9/10")),
    "a claim that cannot be read": (UNMEASURED, ("claim", "unreadable", "because")),
    "two hypotheses of one name": (DAMAGED, ("claim", "given", TWO)),
    "a hypothesis of an unknown symbol": (UNMEASURED, ("claim", "given", 0, "lhs", "omga")),
    "a hypothesis that does not hold": (DAMAGED, ("claim", "given", 0, "rhs", "1/2")),
    "a huge tolerance": (DAMAGED, ("claim", "tolerance", (1e9).hex())),
    "a tolerance of nothing": (DAMAGED, ("claim", "tolerance", (1e-300).hex())),
    "a tolerance below rounding": (DAMAGED, ("claim", "tolerance", (1e-16).hex())),
    "a negative tolerance": (DAMAGED, ("claim", "tolerance", (-1e-10).hex())),
    "a tolerance of 0": (DAMAGED, ("claim", "tolerance", "0x0p+0")),
    "a tolerance that is no number": (DAMAGED, ("claim", "tolerance", "nan")),
    "NaN weights": (DAMAGED, ("instance", "arrays", "v", "hex", ["nan"])),
    "infinite weights": (DAMAGED, ("instance", "arrays", "v", "hex", ["inf"])),
    "weights beyond floats": (DAMAGED, ("instance", "arrays", "v", "hex", ["0x1p+99999"])),
    "decimal weights": (DAMAGED, ("instance", "arrays", "v", "hex", [1.0])),
    "another weight": (DAMAGED, ("instance", "arrays", "v", "hex", ["0x1.1p+0"])),
    "too many weights": (DAMAGED, ("instance", "arrays", "v", "hex", ["0x1p+0"] * 3)),
    "zero row": (UNMEASURED, ("instance", "arrays", "W1", "hex", ["0x0p+0", "0x0p+0"])),
    "wrong shape": (DAMAGED, ("instance", "arrays", "W1", "shape", [2, 1])),
    "huge shape": (DAMAGED, ("instance", "arrays", "W1", "shape", [10**9, 10**9])),
    "negative shape": (DAMAGED, ("instance", "arrays", "W1", "shape", [-1, -2])),
    "shape of texts": (DAMAGED, ("instance", "arrays", "W1", "shape", ["1", "2"])),
    "shape of truths": (DAMAGED, ("instance", "arrays", "W1", "shape", [True, 2])),
    "a shape of many axes": (DAMAGED, ("instance", "arrays", "W1", "shape", [1] * 5 + [2])),
    "an array too many": (DAMAGED, ("instance", "arrays", "W2", {"shape": [1], "hex": ["0x1p+0"]})),
    "huge depth": (DAMAGED, ("instance", "shape", "L", 4_000_000)),
    "some depth": (DAMAGED, ("instance", "shape", "L", 2)),
    "huge width": (DAMAGED, ("instance", "shape", "m", 10**30)),
    "depth of zero": (DAMAGED, ("instance", "shape", "L", 0)),
    "no depth": (DAMAGED, ("instance", "shape", {"m": 1, "d": 2})),
    "no arrays": (DAMAGED, ("instance", "arrays", {})),
    "another activation": (DAMAGED, ("instance", "settings", "activation", "sin")),
    "an unknown activation": (UNMEASURED, ("instance", "settings", "activation", "tan")),
    "an unknown family": (UNMEASURED, ("instance", "family", "nets")),
    "another family": (UNMEASURED, ("instance", "family", "normalisation")),
    "an instance that is a list": (DAMAGED, ("instance", [1, 2])),
    "another schema": (DAMAGED, ("schema", 1)),
    "a schema that is true": (DAMAGED, ("schema", True)),
    "another kind": (DAMAGED, ("kind", "audit")),
    "another script": (DAMAGED, (SCRIPT, "print('the counterexample is right')")),
    "a seed that is text": (DAMAGED, ("seed", "7")),
    "an unknown key": (DAMAGED, ("remark", "trust me")),
    "versions that are numbers": (DAMAGED, ("versions", {"numpy": 2})),
    "half a letter": (DAMAGED, ("found", "\ud800")),
}
"""Name -> the code with which check.py must end, and what is changed; `replay` refuses every one of them.

Where the script ends with 1, what was forged is nothing that it asks: it has measured that the claim is broken.
"""
