"""Several claims judged on one batch: each as it would be alone, and measured once."""

import numpy as np

from wnverify import catalogue
from wnverify.judging.judge import Judge


def test_claims_judged_on_one_batch_come_out_as_alone_and_are_measured_once() -> None:
    theorem = catalogue.load("depth_free/hessian")
    situation, regime = theorem.situations()[2], theorem.family.regimes[0]
    claims = [theorem.claim, *theorem.mutant_claims.values()]
    judges = [Judge(claim, theorem.family) for claim in claims]
    together = theorem.family.draw(situation, regime, 20, np.random.default_rng(0))
    for route in ("measure", "second"):
        found = [judge(together, route) for judge in judges]
        for claim, judgement in zip(claims, found, strict=True):
            alone = theorem.family.draw(situation, regime, 20, np.random.default_rng(0))
            wanted = Judge(claim, theorem.family)(alone, route)
            np.testing.assert_array_equal(judgement.ratio, wanted.ratio)
            np.testing.assert_array_equal(judgement.accepted, wanted.accepted)
        assert all(
            judgement.values[name] is found[0].values[name]
            for judgement in found
            for name in {*judgement.values} & {*found[0].values}
        )
