"""Factors g for a claim X ≤ g·B: with c = 1 it is true, with c < 1 false, but only where the kind says.

Every kind chooses the place from a fact's free symbols, and names it: the typed hypotheses that lead there, and the
values that an instance has there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from benchmarks.attack.facts import NUMBERS, SIZES, Fact

T = TypeVar("T")
LARGEST: Mapping[str, int] = {"L": 18, "m": 28, "d": 60, "n": 24}
"""Sizes to which claims lead."""
BASE: Mapping[str, str] = {"rho": "(1+rho)"}
"""What a power is taken of; the symbol itself otherwise."""


@dataclass(frozen=True)
class Factor:
    """A factor as text, and where it is small.

    Args:
        text: g, which is below 1 only there.
        twin: the same with 1 in the place of c: never below 1.
        place: the values of an instance there.
        told: hypotheses that lead there.
        times: what the other side is multiplied by as well.
        left: the left side, made of X, where it is another.
        right: the right side, made of g and B, where it is another.
    """

    text: str
    twin: str
    place: Mapping[str, float] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    times: str = "1"
    left: str = "{X}"
    right: str = "({g})*({B})"


Kind = Callable[[np.random.Generator, Fact], Factor | None]


def one_of(rng: np.random.Generator, items: Iterable[T]) -> T:
    """One of the items."""
    listed = list(items)
    return listed[int(rng.integers(len(listed)))]


def decimal(number: float, digits: int = 3) -> str:
    """A number as somebody would type it."""
    text = f"{number:.{digits}g}"
    return np.format_float_positional(float(text), trim="-") if "e" in text else text


def spread(rng: np.random.Generator, low: float, high: float) -> float:
    """A number between two, on a logarithmic scale, in three digits."""
    return float(decimal(float(np.exp(rng.uniform(np.log(low), np.log(high))))))


def short(rng: np.random.Generator) -> float:
    """A constant a few per cent below 1."""
    return float(decimal(1 - spread(rng, 0.01, 0.12)))


def _numbers(fact: Fact) -> list[str]:
    return [name for name in NUMBERS if name in fact.free]


def _sizes(fact: Fact) -> list[str]:
    return [name for name in SIZES if name in fact.free]


# ---- far out


def _far(rng: np.random.Generator, name: str, upwards: bool) -> Factor:
    """K/s^p, or K·s^p: below 1 beyond K^(1/p)."""
    p = str(one_of(rng, ("0.5", "1", "1", "2")))
    threshold = spread(rng, 12, 3e4) if upwards else spread(rng, 1e-6, 2e-2)
    K = float(decimal(threshold ** float(p) if upwards else threshold ** -float(p)))
    edge = K ** (1 / float(p)) if upwards else K ** (-1 / float(p))
    value = float(decimal(2 * edge if upwards else edge / 2))
    base = BASE.get(name, name)
    power = base if p == "1" else f"{base}**{p}"
    text = f"{decimal(K)}/{power}" if upwards else f"{decimal(K)}*{power}"
    sign = ">=" if upwards else "<="
    told = f"{name} {sign} {decimal(0.9 * value if upwards else 1.1 * value, 2)}"
    return Factor(text, f"Max(1, {text})", {name: value}, (told,))


def far_out(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """One symbol far out: ρ or ω large."""
    names = [name for name in _numbers(fact) if name != "input_norm"]
    return _far(rng, str(one_of(rng, names)), True) if names else None


def tiny(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """One symbol near 0: ω or the input small."""
    names = [name for name in _numbers(fact) if name != "rho"]
    return _far(rng, str(one_of(rng, names)), False) if names else None


def both_far(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """Two symbols far out at once."""
    names = _numbers(fact)
    if len(names) < 2:
        return None
    first, second = (str(name) for name in rng.permutation(names)[:2])
    parts = [_far(rng, name, name == "rho" or (name == "omega" and rng.random() < 0.5)) for name in (first, second)]
    text = f"Max({parts[0].text}, {parts[1].text})"
    return Factor(text, f"Max(1, {text})", {**parts[0].place, **parts[1].place}, parts[0].told + parts[1].told)


def ratio_of_extremes(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """A quotient of two symbols far out."""
    if not {"rho", "omega"} <= set(fact.free):
        return None
    K, p = spread(rng, 30, 1e6), str(one_of(rng, ("1", "2")))
    upwards = rng.random() < 0.5
    edge = K ** (1 / float(p))
    value = float(decimal(1.5 * edge**0.5))
    text = f"{decimal(K)}*omega**{p}/(1+rho)**{p}" if upwards else f"{decimal(K)}/((1+rho)*omega)**{p}"
    place = {"rho": value, "omega": float(decimal(1 / value)) if upwards else value}
    return Factor(text, f"Max(1, {text})", place, (f"rho >= {decimal(0.9 * value, 2)}",))


# ---- sizes


def large_size(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """One size large: K/s^p."""
    if not _sizes(fact):
        return None
    name, p = str(one_of(rng, _sizes(fact))), str(one_of(rng, ("0.5", "1", "2")))
    at = int(rng.integers(max(5, fact.free[name] + 2), LARGEST[name]))
    K = decimal(short(rng) * at ** float(p))
    text = f"{K}/{name}**{p}"
    return Factor(text, f"Max(1, {text})", {name: at}, (f"{name} >= {at}",))


def one_integer(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """One size, and it alone: c + K(s − N)², or its multiples."""
    if not _sizes(fact):
        return None
    name, K = str(one_of(rng, _sizes(fact))), decimal(spread(rng, 0.2, 1e3))
    at = int(rng.integers(max(2, fact.free[name]), LARGEST[name]))
    bump = one_of(rng, (f"{K}*({name}-{at})**2", f"{K}*Abs({name}-{at})", f"{K}*sin(pi*{name}/{at})**2"))
    return Factor(f"({short(rng)} + {bump})", f"(1 + {bump})", {name: at}, (f"{name} == {at}",))


def odd_size(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """Odd sizes beyond some."""
    names = _sizes(fact)
    if not names:
        return None
    name = str(one_of(rng, names))
    at = 2 * int(rng.integers(max(2, fact.free[name] // 2 + 1), LARGEST[name] // 2)) + 1
    c = short(rng)
    late, even = f"{decimal(0.999 * c * at)}/{name}", f"{decimal(spread(rng, 0.2, 50))}*cos(pi*{name}/2)**2"
    return Factor(f"Max({c}, {late}) + {even}", f"Max(1, {late}) + {even}", {name: at}, (f"{name} >= {at}",))


# ---- windows


def window(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """One symbol within a narrow window: c + K(s/a − 1)²."""
    if not _numbers(fact):
        return None
    name, K = str(one_of(rng, _numbers(fact))), decimal(spread(rng, 1e2, 1e6))
    low, high = {"rho": (0.2, 60.0), "omega": (1e-3, 1e3), "input_norm": (0.02, 0.98)}[name]
    a = spread(rng, low, high)
    typed = decimal(a)
    bumps = [f"{K}*({name}/{typed}-1)**2", f"{K}*Abs({name}/{typed}-1)"]
    bump = one_of(rng, [*bumps, f"{K}*log(omega/{typed})**2"] if name == "omega" else bumps)
    told = (f"{name} >= {decimal(a * 0.97, 3)}", f"{name} <= {decimal(a * 1.03, 3)}")
    return Factor(f"({short(rng)} + {bump})", f"(1 + {bump})", {name: a}, told)


# ---- everywhere, by little


def margin(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """A constant a little beneath the one that is attained."""
    c = decimal(1 - spread(rng, 1e-4, 0.08), 6)
    return Factor(c, "1")


def below_rounding(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """A constant beneath it by what printed digits do not show."""
    c = f"(1 - {int(rng.integers(1, 9))}e-{int(rng.integers(8, 10))})"
    return Factor(c, "1")


def overflow(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """Below 1 only where exp of it has overflowed."""
    names = [name for name in _numbers(fact) if name != "input_norm"]
    if not names:
        return None
    name, K = str(one_of(rng, names)), decimal(spread(rng, 3, 300))
    value = spread(rng, 800, 8000) / float(K)
    c, base, times = short(rng), BASE.get(name, name), f"exp({K}*{name})"
    late = f"{decimal(0.98 * c * value)}/{base}"
    told = (f"{name} >= {decimal(0.9 * value, 2)}",)
    return Factor(f"Max({c}, {late})*{times}", f"Max(1, {late})*{times}", {name: float(decimal(value))}, told, times)


# ---- several symbols, measured quantities, other shapes of the right side


def two_sizes(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """Two sizes together: their product large, or both of one value."""
    if len(_sizes(fact)) < 2:
        return None
    first, second = (str(name) for name in rng.permutation(_sizes(fact))[:2])
    at = {name: int(rng.integers(max(3, fact.free[name]), 9)) for name in (first, second)}
    c, K = short(rng), decimal(spread(rng, 0.2, 50))
    if rng.random() < 0.5:
        text = f"{decimal(0.999 * c * at[first] * at[second])}/({first}*{second})"
        return Factor(text, f"Max(1, {text})", at, (f"{first}*{second} >= {at[first] * at[second]}",))
    bump = f"{K}*Abs({first}-{at[first]}) + {K}*Abs({second}-{at[second]})"
    return Factor(f"({c} + {bump})", f"(1 + {bump})", at, tuple(f"{name} == {size}" for name, size in at.items()))


def joint_window(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """A window of a product, of a quotient, or of two symbols at once."""
    if not {"rho", "omega"} <= set(fact.free):
        return None
    rho, omega = spread(rng, 0.3, 30), spread(rng, 0.01, 50)
    c, K = short(rng), decimal(spread(rng, 1e2, 1e5))
    forms = (
        (f"rho*omega/{decimal(rho * omega, 6)}",), (f"rho/omega/{decimal(rho / omega, 6)}",),
        (f"rho/{decimal(rho)}", f"omega/{decimal(omega)}"),
    )  # fmt: skip
    bump = " + ".join(f"{K}*({part}-1)**2" for part in forms[int(rng.integers(3))])
    told = (f"rho >= {decimal(0.98 * rho, 3)}", f"rho <= {decimal(1.02 * rho, 3)}")
    return Factor(f"({c} + {bump})", f"(1 + {bump})", {"rho": rho, "omega": omega}, told)


def powers(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """Xᵖ ≤ K·B^q with p > q, broken where B is large; or p < q, broken where B is small."""
    if "rho" not in fact.free and "input_norm" not in fact.free:
        return None
    p, q = ((2, 1), (3, 2), (1, 2), (2, 3))[int(rng.integers(4))]
    K, base = decimal(spread(rng, 10, 1e5)), "({B})"
    right = f"{K}*{base}**{q}"
    twin = f"Max({right}, {base}**{p})"
    size = 3 * float(K) if p > q else 0.3 / float(K)
    place = {"rho": size} if p > q else {"input_norm": size} if "input_norm" in fact.free else None
    if place is None or (p > q and "rho" not in fact.free):
        return None
    return Factor(right, twin, place, (), left=f"({{X}})**{p}", right="{g}")


def additive(rng: np.random.Generator, fact: Fact) -> Factor | None:
    """X ≤ B + K − s: broken where s exceeds K."""
    names = [*_numbers(fact), *_sizes(fact)]
    if not names:
        return None
    name = str(one_of(rng, names))
    if name in SIZES:
        K = float(rng.integers(max(3, fact.free[name] + 1), LARGEST[name]))
        value = K + 1
    elif name == "input_norm":
        K = float(decimal(float(rng.uniform(0.3, 0.9))))
        value = 0.5 + 0.5 * K
    else:
        K = spread(rng, 12, 3e3)
        value = 1.5 * K
    text, told = f"{decimal(K)} - {name}", f"{name} >= {decimal(0.95 * value, 3)}"
    place = {name: int(value) if name in SIZES else value}
    return Factor(text, f"Max(0, {text})", place, (told,), right="{B} + {g}")
