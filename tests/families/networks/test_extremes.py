"""Each kind of false claim about a network is broken by some extreme instance of a small shape."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.families.networks.extremes import ROWS, extreme_networks, tight_frame
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.judging.judge import Judge
from wnverify.questions.trial.ask import posed


def broken(claim, given=(), family=None, **settings) -> bool:
    """Whether an extreme instance of one of the first shapes breaks a claim."""
    theorem = posed(claim, given=given, family=family, **settings)
    judge = Judge(theorem.claim, theorem.family)
    for situation in theorem.family.situations()[:12]:
        for _, batch in theorem.family.extremes(situation):
            found = judge(batch)
            if (found.ratio[found.accepted] > 1 + 1e-9).any():
                return True
    return False


@pytest.mark.parametrize(
    ("claim", "given", "settings"),
    [
        ("output_abs <= 10.5", ["c0 == 0"], {}),
        ("gradient_norm <= 100000", ["c0 == 0", "L == 1", "d >= 2"], {}),
        ("gradient_norm >= 0.000001*input_norm", ["L == 1", "m == 2", "d == 2"], {"activation": "tanh"}),
        ("direction_norm >= 1.2248", ["L == 1", "m == 3", "d == 2"], {"activation": "tanh"}),
        ("direction_norm >= 1.29100", ["L == 1", "m == 5", "d == 3"], {"activation": "tanh"}),
        ("input_gradient_norm >= 0.001*output_abs", ["L == 2", "m == 2", "d == 1"], {"activation": "tanh"}),
        ("output_abs >= 0.000001*input_gradient_norm*input_norm", ["L == 1", "m == 3"], {"activation": "tanh"}),
        ("input_gradient_norm <= 0.9999*(1+rho)", ["L == 4", "m == 3", "d == 3"], {"activation": "tanh"}),
        ("row_alignment <= 0.447", ["L == 1"], {"activation": "tanh", "family": "plain_network"}),
    ],
)
def test_every_kind_is_reached(claim, given, settings):
    assert broken(claim, given, **settings)


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (3, 2), (4, 3), (7, 4), (64, 33), (2, 5)])
def test_tight_frames_are_tight(rows, columns):
    frame = tight_frame(rows, columns)
    np.testing.assert_allclose(np.linalg.norm(frame, axis=1), 1.0, rtol=1e-13)
    np.testing.assert_allclose(np.linalg.norm(frame, 2), max(1.0, rows / columns) ** 0.5, rtol=1e-13)


def test_kinds_are_what_they_are_called():
    situation = WEIGHT_NORM.situations({"activation": ["tanh"], "scaling": ["fan_out"]})[8]
    kinds = dict(extreme_networks(situation))
    assert set(ROWS) <= set(kinds)
    alike = kinds["all rows alike"]
    for name in ("W1", "W2", "W3"):
        np.testing.assert_array_equal(alike[name], np.repeat(alike[name][:1], alike[name].shape[0], axis=0))
    x = kinds["rows 1e-06 from the activations"]["x"]
    rows = kinds["rows 1e-06 from the activations"]["W1"][0]
    sine = np.linalg.norm(rows / np.linalg.norm(rows, axis=0) - x / np.linalg.norm(x, axis=0), axis=0)
    np.testing.assert_allclose(sine, 1e-6, rtol=1e-6)
    assert (np.linalg.norm(alike["v"], axis=0) == 0).any()
