"""Signs of quantities: what is printed is read, in every family, and so are the short forms that people write."""

from collections import Counter

import pytest

from wnverify.families.networks.weight_norm import QUANTITIES
from wnverify.questions.trial.ask import try_claim
from wnverify.typed.signs import in_names
from wnverify.typed.vocabulary import BUILT_IN, families


def test_every_sign_is_read_as_the_name_of_its_quantity():
    wrong, signs = [], 0
    for family in families().values():
        told = Counter(quantity.sign for quantity in family.quantities.values())
        for quantity in family.quantities.values():
            signs += 1
            read = in_names(quantity.sign, family.quantities)
            if told[quantity.sign] == 1 and read.strip() != quantity.name:
                wrong.append((family.name, quantity.name, quantity.sign, read))
    assert not wrong
    assert signs > 2000


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("‖∇²f‖ ≤ 2·(1+ρ)", "hessian_norm ≤ 2·( 1+ rho )"),
        ("||∇_θ f||_2 + ‖∇²f‖_F", "gradient_norm + hessian_frobenius"),
        ("|f| ≤ 2*|f(θ, x)|²", "output_abs ≤ 2* output_abs ²"),
        ("|f1| + ‖∇²_Wf‖", "|f1| + hidden_hessian_norm"),
        ("||rho - 1| - 2|", "||rho - 1| - 2|"),
    ],
)
def test_short_forms_are_read_and_other_bars_are_left_alone(text, read):
    assert in_names(text, QUANTITIES).replace(" ", "") == read.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("‖∇²𝓛‖ ≤ 2‖∇f‖²", "loss_hessian_norm ≤ 2 gradient_norm ²"),
        ("𝓛(θ⁺) ≤ ℒ", "loss_next ≤ loss"),
        ("gradient_norm <= ‖∇²g‖", "gradient_norm <= ‖∇²g‖"),
        ("gradient_norm <= C", "gradient_norm <= C"),
    ],
)
def test_the_family_that_knows_the_signs_is_found(text, read):
    assert BUILT_IN.in_names([text]) == [read]


def test_a_claim_in_signs_is_tried():
    trial = try_claim(
        "|f| ≤ 10⁻³·(1+ρ)", given="slope ≤ 1; input_norm ≤ 1; ω > 0; β < ∞; c₀ = 0; L = 1", budget="quick"
    )
    assert trial.certified
    assert str(trial.claim.main) == "output_abs ≤ rho/1000 + 1/1000"
