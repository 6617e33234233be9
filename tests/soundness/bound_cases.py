"""Claims about bounds whose truth is known, each with the reason; numbered as where they were collected."""

from sympy import (
    E,
    Integer,
    Max,
    Rational,
    Symbol,
    asin,
    exp,
    floor,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
)

from wnverify.families.diagonal import point as diagonal
from wnverify.families.networks.weight_norm import L, m, omega, rho
from wnverify.symbolic.claims import below, bounded_in, decreasing, free_of, increasing, limit, order, sublinear

x, y, z = (Symbol(name, positive=True) for name in "xyz")
k = Symbol("k", integer=True, positive=True)
other_omega, other_m = Symbol("omega", positive=True), Symbol("m", integer=True, positive=True)
a = Rational(12345, 10000)
TINY = Rational(1, 10**30)

FALSE = {
    "F01 the root exceeds 1, so it is false for x > 13500": below(x + 2000, of=sqrt(1 + 1 / pi) * x),
    "F56 2.459 x against 3 x": below(10**6 + sqrt(1 + 1 / (4 * sin(pi / 14) ** 2)) * x, of=3 * x),
    "F58 the other side is not real near 1/3": below(x + sqrt((x - Rational(1, 3)) ** 2 - Rational(1, 10**12)), of=x),
    "F05 another symbol named omega": free_of(other_omega, of=1 / omega + rho),
    "F07 the depth of another family": decreasing(diagonal.L, of=L * rho),
    "F08 another symbol named m": sublinear(other_m, of=m**2),
    "F10 not real within 1e-6 of 1/3": below(x + 1, of=sqrt((x - Rational(1, 3)) ** 2 - Rational(1, 10**12))),
    "F13 undefined at pi": free_of(x, of=(x**2 - pi**2) / (x - pi) - x),
    "F14 jumps up at its pole": decreasing(x, of=1 / (x - Rational(1, 10**5))),
    "F15 not real for x > 1e5": increasing(x, of=asin(x / 10**5)),
    "F16 falls within 1e-4 of 1.2345": increasing(x, of=x**3 / 3 - a * x**2 + (a**2 - Rational(1, 10**8)) * x),
    "F17 falls for x > 5e6": increasing(x, of=x - x**2 / 10**7),
    "F19 falls at 1e9": increasing(x, of=sign(10**9 - x)),
    "F21 falls from 10^7 to 10^7 + 1": increasing(k, of=(k - 10**7) ** 2 * (k - 10**7 - 3)),
    "F23 false for x > 1e12": below(10**12 * x, of=x**2),
    "F26 false everywhere, by 1e-30": below(Integer(1), of=1 + exp(-(x**2)) * TINY),
    "F28 false for x > 35": below(1 - TINY, of=tanh(x)),
    "F29 false at 1234567 only": below((k - 1234567) ** 2, of=Rational(1, 2)),
    "F32 the rate vanishes at L = 1": order(L - 1, of=L),
    "F34 grows like log log x": order(Integer(1), of=log(1 + log(1 + x))),
    "F37 unbounded on x = 2 y": order(Integer(1), of=x / (1 + (x - 2 * y) ** 2)),
    "F41 grows for y > 1e5 only": order(Integer(1), of=x * Max(0, y - 10**5)),
    "F43 vanishes at integers only": sublinear(x, of=x * sin(pi * x) ** 2),
    "F45 f/x tends to 1/20": sublinear(x, of=floor(x) * (Rational(1, 20) + 1 / x ** Rational(1, 4))),
    "F47 the limit is E": limit(x, oo, E + Rational(1, 10**20), of=(1 + 1 / x) ** x),
    "F49 no limit": limit(x, oo, 0, of=sin(pi * x)),
}

TRUE = {
    "T01": decreasing(omega, of=(1 + rho) * sqrt(L) / (sqrt(m) * omega)),
    "T03": increasing(x, of=x - log(1 + x)),
    "T05": increasing(x, of=x / (1 + exp(-x))),
    "T07": below(1 - exp(-x), of=x / (1 + x)),
    "T09": below((x + y + z) / 3, of=(x * y * z) ** Rational(1, 3)),
    "T11": order(sqrt(m), of=m ** Rational(1, 3) + log(m)),
    "T13": bounded_in(L, of=L**2 * exp(-L)),
    "T15": increasing(k, of=(k - Rational(3, 2)) ** 2),
    "T17": increasing(k, of=(1 + 1 / k) ** k),
    "T19": below(2 + x, of=2 * sqrt(1 + x)),
    "T21": below(x + y, of=Max(x, y)),
    "T23": limit(x, oo, E, of=(1 + 1 / x) ** x),
    "T25": below(x, of=sin(x)),
    "T27": decreasing(m, of=sqrt(2 - 1 / m) / sqrt(m)),
    "T29": below(2 * x + 1, of=sqrt(1 + 1 / pi) * x),
}
