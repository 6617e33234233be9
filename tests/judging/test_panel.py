"""A panel judges every claim as its judge alone would, and measures once."""

import numpy as np

from wnverify import catalogue
from wnverify.judging.judge import Judge
from wnverify.judging.panel import Panel


def test_a_panel_judges_as_each_judge_alone_and_measures_once() -> None:
    theorem = catalogue.load("depth_free/hessian")
    situation, regime = theorem.situations()[2], theorem.family.regimes[0]
    claims = [theorem.claim, *theorem.mutant_claims.values()]
    panel = Panel([Judge(claim, theorem.family) for claim in claims])
    together = theorem.family.draw(situation, regime, 20, np.random.default_rng(0))
    for route in ("measure", "second"):
        found = panel(together, route)
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


def test_a_selection_keeps_the_order() -> None:
    theorem = catalogue.load("depth_free/hessian")
    judges = [Judge(claim, theorem.family) for claim in theorem.mutant_claims.values()]
    assert Panel(judges).select([2, 0]).judges == [judges[2], judges[0]]
