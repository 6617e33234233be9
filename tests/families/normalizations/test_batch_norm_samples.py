from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.normalizations.batch_norm_samples import BATCH_NORM_FEW, BATCH_NORM_SAMPLE
from wnverify.family import Family, Situation


def measured(family: Family, batch: Batch, name: str) -> float:
    return float(family.quantities[name].route.measure(batch)[0])


def test_one_outlier_has_the_whole_gradient() -> None:
    situation = Situation({"L": 1, "m": 2, "n": 5}, {"activation": "identity", "epsilon": "none"})
    batch = dict(BATCH_NORM_SAMPLE.structured(situation))["one outlier"]
    x = batch.arrays["x"][..., 0]
    s = np.sqrt(np.linalg.eigvalsh(np.cov(x.T, bias=True))[-1])
    sigma = x[:, 1].std()
    wanted = np.sqrt(5 - 1) * np.sqrt(2) * s / (np.sqrt(2) * sigma)
    assert measured(BATCH_NORM_SAMPLE, batch, "gradient_norm_W") == pytest.approx(wanted)


@pytest.mark.parametrize(("n", "learns"), [(2, False), (3, True)])
def test_two_samples_teach_nothing(n: int, learns: bool) -> None:
    situation = Situation({"L": 1, "m": 2, "n": n}, {"activation": "tanh", "epsilon": "none"})
    batch = BATCH_NORM_FEW.draw(situation, "gaussian", 1, np.random.default_rng(1))
    assert (measured(BATCH_NORM_FEW, batch, "learned") > 1e-3) is learns
