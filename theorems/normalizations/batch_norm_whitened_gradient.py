"""BatchNorm after one layer is weight normalization of whitened inputs: gradients.

Statement:   ∇_{w_k}g = Σ^{1/2}∇_{y_k}g for every unit and every combination g of the predictions; on the right is
             the gradient of the network of `batch_norm_whitened_output` by its rows y_k = Σ^{1/2}w_k.
Hypotheses:  L = 1, ε = 0, full batch, σ_k ≥ 1e-3, and no direction in which a batch hardly spreads (beyond, floats do
             not tell).
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement: the depth-free bound of one layer is that of weight normalization, in y. ∇_w by autodiff
             of BatchNorm, ∇_y by the chain rule written out.
Tags:        gradient, depth-free, BatchNorm, one layer

Proof. The chain rule, as y_k is linear in w_k and Σ does not depend on it. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_whitened import BATCH_NORM_WHITENED

defect, change, sigma = BATCH_NORM_WHITENED.symbols("gradient_defect gradient_change sigma")
given = {"resolved": (sigma, ">=", 1e-3)}

theorem = Theorem(
    claim=Claim(defect, "=", Integer(0), given=given, tolerance=1e-9),
    family=BATCH_NORM_WHITENED,
    mutants={"larger by a millionth": Claim(change, "=", Integer(0), given=given, tolerance=1e-9)},
)
