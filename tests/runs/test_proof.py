"""A proof whose pieces are done on a cluster is the one that a single process finds."""

from __future__ import annotations

from fractions import Fraction

import pytest

from wnverify.catalogue import load
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.proving.domain import Domain
from wnverify.proving.prover import Prover
from wnverify.runs.cluster import LOCAL, Cluster

pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore")  # of Dask's own threads and sockets


def test_workers_find_the_same_certificate() -> None:
    from wnverify.runs.proof import abroad

    claim = load("banerjee2024/hidden_gradient").claim
    here = Prover("x", claim, WEIGHT_NORM, Domain(1, 1, 2, "tanh"), Fraction(51, 50))
    found = here.prove()
    with abroad(Cluster(LOCAL, 1)) as each:
        here.each = each
        there = here.prove()
    assert found.checked is not None
    assert there.checked is not None
    assert there.checked.certificate == found.checked.certificate
