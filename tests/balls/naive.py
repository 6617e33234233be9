"""A naive network in mpmath, from the definitions, differentiated numerically; and how near a ball must come."""

from __future__ import annotations

import mpmath
import numpy as np
from flint import arb, ctx

from tests.reference import PHI

DIGITS = 80


def naive_output(net, theta, x):
    """f for θ and x as lists of mpf."""
    theta, alpha = list(theta), list(x)
    for matrix in net.W:
        m, k = matrix.shape
        rows, theta = [theta[i * k : (i + 1) * k] for i in range(m)], theta[m * k :]
        scale = mpmath.sqrt(m if net.scaling == "fan_out" else k)
        norms = [mpmath.sqrt(sum(w**2 for w in row)) if net.normalised else mpmath.mpf(1) for row in rows]
        z = [mpmath.fdot(row, alpha) / norm / scale for row, norm in zip(rows, norms, strict=True)]
        alpha = [PHI[net.activation](entry) for entry in z]
    f = mpmath.fdot(theta, alpha)
    return f if net.scaling == "fan_out" else f / mpmath.sqrt(len(alpha))


def flat(net):
    return np.concatenate([*(matrix.ravel() for matrix in net.W), net.v])


def as_mpf(array):
    return [mpmath.mpf(float(entry)) for entry in array]


def shifted(base, step, t):
    return [b + t * s for b, s in zip(base, step, strict=True)]


def along(net, u, dx=None):
    theta, x, u = as_mpf(flat(net)), as_mpf(net.x), as_mpf(u)
    dx = [mpmath.mpf(0)] * len(x) if dx is None else as_mpf(dx)
    return lambda t: naive_output(net, shifted(theta, u, t), shifted(x, dx, t))


def naive_derivatives(g):
    """g(0), g′(0), g″(0) by the finite differences of mpmath, which raise the working precision."""
    return g(mpmath.mpf(0)), mpmath.diff(g, 0), mpmath.diff(g, 0, 2)


def naive_hessian(net):
    p = net.p
    H = mpmath.matrix(p, p)

    def second(u):
        return mpmath.diff(along(net, u), 0, 2)

    unit = np.eye(p)
    for i in range(p):
        H[i, i] = second(unit[i])
    for i in range(p):
        for j in range(i):
            H[i, j] = H[j, i] = (second(unit[i] + unit[j]) - H[i, i] - H[j, j]) / 2
    return H


def assert_close(ball, value, digits=30):
    """The ball is tight and contains the reference, up to 10^−digits of max(1, |reference|)."""
    text = mpmath.nstr(value, DIGITS)
    with ctx.workprec(400):
        slack = arb(10) ** -digits * max(1.0, abs(float(value)))
        assert abs(ball - arb(text)) <= slack, (ball, text)
        assert ball.rad() <= slack
