"""Recheck: whether a box is proved, judged in balls with derivatives taken anew; the checker's view of a network.

The activations of the last layer are expanded in the angles of all rows, or in the entries of x, up to the order that
a goal needs: with f = Σ v_k α_k the derivatives of f are sums of those coefficients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from flint import arb

from wnverify.proving.bounded import Number
from wnverify.proving.domain import PLANE, Domain
from wnverify.proving.series import Box, Series, Slope, cosine, sine
from wnverify.proving.slopes import SLOPES

Entry = Slope | None
"""A function; None for 0."""
Numbers = Sequence[Slope]
"""What a goal needs; its quantity must not exceed the last."""


@dataclass(frozen=True)
class Expanded:
    """The networks of a box, expanded.

    Args:
        domain: the shape.
        box: in its coordinates.
        inputs: whether in the entries of x; otherwise in the angles of the rows.
        degree: to which order.
    """

    domain: Domain
    box: Box
    inputs: bool = False
    degree: int = 0

    def _angle(self, name: str, moved: int | None = None) -> tuple[Series, Series]:
        """(cos, sin) of a coordinate, which is moved by the change of that number."""
        x = self.box.coordinate(self.domain.names.index(name))
        cos, sin = cosine(x), sine(x)
        if moved is None:
            return Series(self.degree, {(): cos}), Series(self.degree, {(): sin})
        back, half = self.box.number(-1), self.box.number(arb(-1) / 2)
        once, twice = (moved,), (moved, moved)
        cosines, sines = {(): cos, once: back * sin, twice: half * cos}, {(): sin, once: cos, twice: half * sin}
        return self._cut(cosines), self._cut(sines)

    def _cut(self, terms: dict[tuple[int, ...], Slope]) -> Series:
        return Series(self.degree, {power: term for power, term in terms.items() if len(power) <= self.degree})

    def v(self) -> list[Slope]:
        """The output weights."""
        if "v[0]" in self.domain.names:
            (first, rest), along = ([part.terms[()] for part in self._angle(name)] for name in ("v[0]", "v[1]"))
            return [first, *(rest * each for each in along)]
        if "v" not in self.domain.names:
            return [self.box.number(1)]
        return [part.terms[()] for part in self._angle("v")]

    def x(self) -> list[Series]:
        """The input (r, 0), with its entries moved if they are."""
        values = [self.box.coordinate(0), self.box.number(0)][: self.domain.d]
        one = self.box.number(1)
        return [self._cut({(): value, (k,): one} if self.inputs else {(): value}) for k, value in enumerate(values)]

    def row(self, layer: int, row: int) -> Sequence[Series]:
        """A row as a direction, or a sign; across its plane and x it only becomes shorter in that plane."""
        name = f"W{layer}[{row}]"
        if name not in self.domain.names:
            return [Series(self.degree, {(): self.box.number(1)})]
        if name in self.domain.signs:
            return [Series(self.degree, {(): self.box.sign(self.domain.names.index(name))})]
        found = self._angle(name, None if self.inputs else self.domain.angles.index(name))
        if layer > 1 or self.domain.d == PLANE or self.degree < 2:
            return found
        twice, half = (len(self.domain.angles) + row,) * 2, self.box.number(arb(-1) / 2)
        return [Series(self.degree, {**part.terms, twice: half * part.terms[()]}) for part in found]

    def alpha(self) -> list[Series]:
        """The activations of the last layer."""
        scale = self.box.number(1 / arb(self.domain.m).sqrt())
        alpha = self.x()
        for layer in range(1, self.domain.L + 1):
            rows = [self.row(layer, k) for k in range(self.domain.m)]
            sums = [reduce(Series.__add__, [u * a for u, a in zip(row, alpha, strict=True)]) for row in rows]
            alpha = [z.scaled(scale).composed(SLOPES[self.domain.activation]) for z in sums]
        return alpha


# ---- the goals


def _weighted(v: Sequence[Slope], parts: Sequence[Entry]) -> Entry:
    """Σ v_k g_k."""
    terms = [factor * part for factor, part in zip(v, parts, strict=True) if part is not None]
    return reduce(Slope.__add__, terms) if terms else None


def _below(threshold: Slope, parts: Sequence[Entry]) -> list[Slope]:
    """Threshold − Σ g_k²."""
    return [reduce(Slope.__sub__, [part.squared() for part in parts if part is not None], threshold)]


def _output(domain: Domain, box: Box, numbers: Numbers) -> list[Slope]:
    net = Expanded(domain, box)
    return _below(numbers[-1], [_weighted(net.v(), [each.derivative() for each in net.alpha()])])


def _values(domain: Domain, box: Box, numbers: Numbers) -> list[Slope]:
    return _below(numbers[-1], [each.derivative() for each in Expanded(domain, box).alpha()])


def _first(net: Expanded, number: int) -> list[Entry]:
    """∂f by each change."""
    alpha, v = net.alpha(), net.v()
    return [_weighted(v, [each.derivative(k) for each in alpha]) for k in range(number)]


def _input(domain: Domain, box: Box, numbers: Numbers) -> list[Slope]:
    return _below(numbers[-1], _first(Expanded(domain, box, inputs=True, degree=1), min(domain.d, PLANE)))


def _rows(domain: Domain, box: Box, numbers: Numbers) -> list[Slope]:
    return _below(numbers[-1], _first(Expanded(domain, box, degree=1), len(domain.angles)))


def _corner(domain: Domain, box: Box, numbers: Numbers) -> list[Slope]:
    """The threshold less ‖α‖² + t‖p‖²."""
    place, most = numbers
    net = Expanded(domain, box, degree=1)
    left = _below(most, [each.derivative() for each in net.alpha()])[0]
    squares = [part.squared() for part in _first(net, len(domain.angles)) if part is not None]
    return [reduce(Slope.__sub__, [place * square for square in squares], left)]


def _curvature(domain: Domain, box: Box, numbers: Numbers) -> list[Slope]:
    net, most = Expanded(domain, box, degree=2), numbers[-1]
    first, second, _ = _derivatives(net)
    beyond = _beyond(net, net.box.number(1))
    own = [most if p is None else most - p.squared().divided(most) for p in first]
    plus, minus = net.box.number(1), net.box.number(-1)
    return [most, *_definite(own, second, plus), *_definite(own, second, minus), *_around(most, beyond)]


def _hessian(domain: Domain, box: Box, numbers: Numbers) -> list[Slope]:
    """The pivots of C ∓ aK − (a²D² + b²BBᵀ)/C, with a = 1 − u and b = u."""
    net, most = Expanded(domain, box, degree=2), numbers[-1]
    first, second, mixed = _derivatives(net)
    b = box.coordinate(len(box.centre) - 1)
    a = box.number(1) - b
    less, more = a.squared().divided(most), b.squared().divided(most)
    gram = [[_product(left, right) for right in mixed] for left in mixed]  # less ⟨left, right⟩
    own = [_taken(most, [less * p.squared()] if p is not None else []) for p in first]
    rows = [[more * part.squared() for part in row if part is not None] for row in mixed]
    own = [_taken(each, row) for each, row in zip(own, rows, strict=True)]
    found = [most]
    for sign in (a, box.number(-1) * a):
        signed = [[None if entry is None else sign * entry for entry in row] for row in second]
        diagonal = [_sum(own[k], signed[k][k]) for k in range(len(own))]
        beside = [[_added(signed[k][j], more, gram[k][j]) for j in range(len(own))] for k in range(len(own))]
        found += _pivots(diagonal, beside)
    return found + _around(most, _beyond(net, a))


def _beyond(net: Expanded, factor: Slope) -> list[Slope]:
    """The second derivatives of f in rows of layer 1 across their plane and x, times a factor."""
    first, number = len(net.domain.angles), net.domain.m if net.domain.d > PLANE else 0
    alpha, v = net.alpha(), net.v()
    found = [_weighted(v, [each.derivative(k, k) for each in alpha]) for k in range(first, first + number)]
    return [factor * each for each in found if each is not None]


def _around(most: Slope, entries: Sequence[Slope]) -> list[Slope]:
    """What is positive if no entry is larger than a number in absolute value."""
    return [most - entry for entry in entries] + [most + entry for entry in entries]


def _added(entry: Entry, factor: Slope, other: Entry) -> Entry:
    """Entry + factor·other."""
    if other is None:
        return entry
    return factor * other if entry is None else entry + factor * other


def _derivatives(net: Expanded) -> tuple[list[Entry], list[list[Entry]], list[list[Entry]]]:
    """p, K and B."""
    number, alpha, v = range(len(net.domain.angles)), net.alpha(), net.v()
    first = [_weighted(v, [each.derivative(k) for each in alpha]) for k in number]
    second = [[_weighted(v, [each.derivative(j, k) for each in alpha]) for j in number] for k in number]
    return first, second, [[each.derivative(k) for each in alpha] for k in number]


def _definite(own: Sequence[Slope], second: Sequence[Sequence[Entry]], sign: Slope) -> list[Slope]:
    """The pivots of C ± K − D²/C."""
    signed = [[None if entry is None else sign * entry for entry in row] for row in second]
    diagonal = [_sum(own[k], signed[k][k]) for k in range(len(own))]
    return _pivots(diagonal, signed)


def _sum(left: Slope, right: Entry) -> Slope:
    return left if right is None else left + right


def _mixed(domain: Domain, box: Box, numbers: Numbers) -> list[Slope]:
    number = len(domain.angles)
    alpha = Expanded(domain, box, degree=1).alpha()
    mixed = [[each.derivative(k) for each in alpha] for k in range(number)]
    if domain.m < number:
        mixed = [list(column) for column in zip(*mixed, strict=True)]
    diagonal = [_below(numbers[-1], row)[0] for row in mixed]
    return _pivots(diagonal, [[_product(left, right) for right in mixed] for left in mixed])


def _product(left: Sequence[Entry], right: Sequence[Entry]) -> Entry:
    """−⟨left, right⟩, an entry of b² − BBᵀ beside its diagonal."""
    products = [a * b for a, b in zip(left, right, strict=True) if a is not None and b is not None]
    return reduce(Slope.__sub__, products, products[0].box.number(0)) if products else None


def _pivots(diagonal: Sequence[Slope], beside: Sequence[Sequence[Entry]]) -> list[Slope]:
    """What must be positive for a symmetric matrix to be definite: d_k = a_kk − Σ_j c_kj²/d_j, row by row.

    Here c_kj = a_kj − Σ_i c_ki c_ji/d_i, so that no pivot enters a product twice.

    Args:
        diagonal: its diagonal.
        beside: the matrix, of which only what is left of the diagonal is read.
    """
    pivots: list[Slope] = []
    lower: list[dict[int, Slope]] = []
    for k, own in enumerate(diagonal):
        row: dict[int, Slope] = {}
        for j in range(k):
            taken = [(row[i] * lower[j][i]).divided(pivots[i]) for i in row if i in lower[j]]
            if (rest := _less(beside[k][j], taken)) is not None:
                row[j] = rest
        pivots.append(_taken(own, [entry.squared().divided(pivots[j]) for j, entry in row.items()]))
        lower.append(row)
    return pivots


def _less(entry: Entry, parts: Sequence[Slope]) -> Entry:
    """The entry less the sum of the parts."""
    if not parts:
        return entry
    return reduce(Slope.__sub__, parts, entry or parts[0].box.number(0))


def _taken(whole: Slope, parts: Sequence[Slope]) -> Slope:
    """The whole less the sum of the parts."""
    return reduce(Slope.__sub__, parts, whole)


GOALS: Mapping[str, Callable[[Domain, Box, Numbers], list[Slope]]] = {
    "output": _output,
    "input": _input,
    "values": _values,
    "rows": _rows,
    "corner": _corner,
    "curvature": _curvature,
    "mixed": _mixed,
    "hessian": _hessian,
}


def proved(
    domain: Domain, goal: str, numbers: Sequence[Number], lows: Sequence[float], highs: Sequence[float]
) -> bool:
    """Whether the quantity of a goal certainly does not exceed its threshold on a box.

    Args:
        domain: the networks.
        goal: its name.
        numbers: that it needs.
        lows: the least values of the coordinates.
        highs: the greatest.
    """
    box = Box.between(lows, highs)
    values = [each(box) for each in numbers]
    if goal in WITHOUT_ANGLES or domain.angles:
        return all(margin.over > 0 for margin in GOALS[goal](domain, box, values))
    return bool(values[-1].over >= 0)


WITHOUT_ANGLES = ("output", "values", "input", "corner")
"""Goals that are about something even where no row has an angle; the others are then about 0."""
