"""The quantities and bounds of the theory notes, as the tests of the symbolic pillar need them."""

import sympy
from sympy import Integer, Max, Min, Rational, log, pi, sin, sqrt

from wnverify.quantities import Quantity

m = Quantity("m", "hidden width", low=1, integer=True)
L = Quantity("L", "depth", low=1, integer=True)
n = Quantity("n", "sample size", low=1, integer=True)
rho = Quantity("rho", "output radius", low=0)
omega = Quantity("omega", "minimum weight norm", low=0, strict=True)
beta = Quantity("beta", "smoothness of the activation", low=0)
c0 = Quantity("c0", "activation at 0", low=0)
kappa = Quantity("kappa", "cosine of the step", low=0, high=1)
ratio = Quantity("R", "gradient to loss ratio", low=0)
loss = Quantity("loss", "loss", low=0)
x = Quantity("x", "a positive number", low=0, strict=True)
y = Quantity("y", "a number from 1", low=1)
z = Quantity("z", "a fraction", low=0, high=1)
k = Quantity("k", "a count", low=1, integer=True)
w = Quantity("w", "any number")

lambda_L = 1 / (4 * sin(pi / (4 * L + 2)) ** 2)
rate = (1 + rho) / (sqrt(m) * Min(omega, omega**2))


def larger_root(C: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
    return (C + sqrt(C**2 + 4 * b**2)) / 2


def hessian_parts(at_zero: sympy.Expr = c0) -> tuple[sympy.Expr, sympy.Expr]:
    a = 1 + (L - 1) * sqrt(m) * at_zero
    bracket = (1 - 1 / sqrt(m)) + lambda_L / sqrt(m)
    C = (1 + rho) * (
        beta * a**2 * bracket / (m * omega**2) + 2 / sqrt(3) * a / (sqrt(m) * omega**2) + a * (L - 1) / (m * omega**2)
    )
    return C, a * sqrt(L) / (sqrt(m) * omega)


H = larger_root(*hessian_parts())
H0 = larger_root(*hessian_parts(Integer(0)))
G_squared = 1 + L * (1 + rho) ** 2 / (m * omega**2)
layer = sympy.Symbol("l", integer=True)
G_squared_c0 = (1 + L * sqrt(m) * c0) ** 2 + (1 + rho) ** 2 / (m * omega**2) * sympy.Sum(
    (1 + layer * sqrt(m) * c0) ** 2, (layer, 0, L - 1)
)
rademacher = (1 + rho) * (sqrt(2 * L * log(2)) + 1) / sqrt(n)

depth_free_C = (
    (1 + rho)
    / (m * omega**2)
    * (
        2 / sqrt(3) * sqrt(m)
        + Min(L - 1, 2 * (1 + sqrt(2)))
        + beta * Min(1 + (2 * (L - 1) + sqrt(2 * (L - 1))) / sqrt(m), (1 - 1 / sqrt(m)) + lambda_L / sqrt(m))
    )
)
depth_free = larger_root(depth_free_C, sqrt(2) / (sqrt(m) * omega))
depth_free_at_width = (
    2 / sqrt(3) * (1 + rho) / omega**2 + sqrt(Rational(4, 3) * (1 + rho) ** 2 / omega**4 + 8 / omega**2)
) / 2

alpha = kappa**2 / 2 * ratio - 2 * H0 * sqrt(loss)
smoothness = 2 * G_squared + 2 * H0 * sqrt(loss)
contraction = 1 - Max(alpha, 0) / smoothness
