"""The kernel of the directions is minus the Laplacian of the kernel of the gains, on the sphere.

Statement:   V∞(t) = −(1 − t²) G∞″(t) + (d − 1) t G∞′(t), t = cos θ: for ψ(v) = relu(v·x) one has G∞ = ⟨ψ, ψ′⟩ and
             V∞ = ⟨∇ψ, ∇ψ′⟩ with tangential gradients. V∞ is measured by quadrature, G∞ differentiated in closed form.
Hypotheses:  d ≥ 2, 1/100 ≤ θ ≤ π − 1/100, where the derivatives in t exist.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement, by Green's formula.
Tags:        kernel, infinite width, laplacian
"""

from sympy import Expr, Integer, Rational, cos, pi, sin

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import kernel_G
from wnverify.families.relu.kernels import KERNELS, PLANAR, V_pair, d, theta

first = kernel_G().diff(theta) / -sin(theta)
second = first.diff(theta) / -sin(theta)
apart = {"away from the poles": (sin(theta), ">=", Rational(1, 100))}


def version(weight: Expr, sphere: int = 1) -> Claim:
    """The claim with other weights of the first and of the second derivative."""
    value = -sphere * sin(theta) ** 2 * second + weight * cos(theta) * first
    return Claim(V_pair - value, "=", Integer(0), given={**PLANAR, **apart}, tolerance=1e-12)


theorem = Theorem(
    claim=version(d - 1),
    family=KERNELS,
    mutants={
        "the Laplacian of R^d": version(d),
        "the sphere of R^(d-1)": version(d - 2),
        "the other sign": version(d - 1, sphere=-1),
        "without the angle": Claim(V_pair - kernel_G() / pi, "=", Integer(0), given=PLANAR, tolerance=1e-12),
    },
)
