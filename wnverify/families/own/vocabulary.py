"""The symbols that every declared architecture has, by its arrays and sizes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from sympy import Rational

from wnverify.arithmetic.activation import OwnActivation, constants_of
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import TheoremFileError, expected
from wnverify.families.kit.parts import constant, size
from wnverify.families.own import norms
from wnverify.families.own.derivatives import Derivatives, Hessian, Names
from wnverify.families.own.kinds import Kind
from wnverify.notation.signs import spelled
from wnverify.quantities import Quantity, Route, Source

Kinds: TypeAlias = Mapping[str, Kind]
FEW = 6
"""Arrays up to which the blocks of the Hessian between any two of them have names."""


def present(*names: str) -> Names:
    """Those of some arrays that there are at the sizes of a batch."""
    return lambda batch: [name for name in names if name in batch.arrays]


def named_apart(quantities: Iterable[Quantity]) -> dict[str, Quantity]:
    """Quantities by name.

    Raises:
        TheoremFileError: if two have one name, as where a size is called p.
    """
    found: dict[str, Quantity] = {}
    for quantity in quantities:
        if quantity.name in found:
            got = f"{quantity.name}, {found[quantity.name].meaning}, and {quantity.name}, {quantity.meaning}"
            raise TheoremFileError(expected("sizes and arrays of which no symbol has the name", got, "rename one"))
        found[quantity.name] = quantity
    return found


def sizes(names: Sequence[str]) -> Iterator[Quantity]:
    """The sizes, each an integer ≥ 1."""
    for name in names:
        yield size(name, f"the size {name}")


def counted(parameters: Sequence[str]) -> Quantity:
    """p, the number of parameters."""

    def count(batch: Batch) -> float:
        return float(sum(batch.arrays[name].size // batch.size for name in parameters if name in batch.arrays))

    return constant("p", "number of parameters", count, low=1, integer=True)


def of_activation(own: Mapping[str, OwnActivation]) -> Iterator[Quantity]:
    """The constants of the activation: of wnverify's, or a user's own, where they are those that were checked."""
    yield _of_activation("slope", "Lipschitz constant of the activation, sup|φ′|", own, r"\sup|\phi'|")
    yield _of_activation("beta", "smoothness of the activation, sup|φ″|", own, r"\beta")
    yield _of_activation("c0", "|φ(0)|", own, "c_0")


def _of_activation(name: str, meaning: str, own: Mapping[str, OwnActivation], latex: str) -> Quantity:
    def exact(batch: Batch) -> Any:
        chosen = batch.settings["activation"]
        return constants_of(own.get(chosen, chosen))[name]

    def ball(batch: Batch) -> Any:
        from wnverify.balls.expression import enclose

        return enclose(exact(batch), {})

    route = Route(lambda batch: np.full(batch.size, float(exact(batch))), ball=norms.sharp(ball))
    return Quantity(name, meaning, low=0, route=route, source=Source.CONSTANT, latex=latex)


def of_arrays(kinds: Kinds, inputs: Sequence[str], always: Collection[str]) -> Iterator[Quantity]:
    """Norms of the input and of each array of parameters; least ones only of those that there `always` are."""
    yield _input_norm(inputs[0], kinds[inputs[0]])
    scaled = [name for name, kind in kinds.items() if kind.name == "rows"]
    if set(scaled) & set(always):
        every = ", ".join(scaled)
        yield norms.extreme_row("omega", f"minimum weight norm: the least row norm of {every}", scaled, least=True)
    for name, kind in kinds.items():
        if name in inputs:
            continue
        if kind.name != "sphere":
            limit = {} if kind.each else _at_most(kind)
            meaning, latex = f"Euclidean (Frobenius) norm of {name}", rf"\|{spelled(name)}\|_F"
            yield norms.norm(f"norm_{name}", meaning, name, latex=latex, **limit)
        yield norms.largest_entry(f"largest_{name}", f"the largest |entry| of {name}", name)
        if len(kind.axes) > 1:
            yield norms.spectral_norm(f"spectral_{name}", f"spectral norm ‖{name}‖₂", name)
            yield norms.extreme_row(f"largest_row_{name}", f"the largest row norm of {name}", [name], least=False)
            if kind.name == "rows" and name in always:
                yield norms.extreme_row(f"least_row_{name}", f"the least row norm of {name}", [name], least=True)


def _input_norm(name: str, kind: Kind) -> Quantity:
    """‖x‖, or the largest of several inputs."""
    if not kind.each:
        return norms.norm("input_norm", f"‖{name}‖₂", name, latex=r"\|x\|_2", **_at_most(kind))
    return norms.largest_part(
        "input_norm", f"the largest ‖x_i‖₂ over the inputs {name}", name, latex=r"\max_i\|x_i\|_2", **_at_most(kind)
    )


def _at_most(kind: Kind) -> dict[str, Any]:
    """The limit of a norm that the kind of an array sets, exact."""
    return {"high": Rational(kind.radius)} if kind.name == "ball" else {}


def of_function(at: Derivatives, kinds: Kinds, inputs: str) -> Iterator[Quantity]:
    """The output, its gradients, and the spectra of its Hessians."""
    parameters = [name for name in kinds if name != inputs]
    yield Quantity("output", "f(θ;x)", route=at.value(), latex=r"f(\theta;x)")
    yield Quantity("output_abs", "|f(θ;x)|", low=0, route=at.absolute(), latex=r"|f(\theta;x)|")
    yield from gradients(at, parameters, "", "f")
    yield Quantity(
        "input_gradient_norm",
        f"‖∂f/∂{inputs}‖₂",
        low=0,
        route=at.gradient_norm(present(inputs)),
        latex=r"\|\nabla_x f\|_2",
    )
    yield Quantity(
        "input_hessian_norm",
        f"‖∂²f/∂{inputs}²‖₂",
        low=0,
        route=at.hessian(present(inputs)).norm(),
        latex=r"\|\nabla^2_x f\|_2",
    )
    yield from spectra(at.hessian(present(*parameters)), "", "f")
    if len(parameters) <= FEW:
        yield from blocks(at, parameters)
    if any(kind.name == "rows" for kind in kinds.values()):
        yield alignment(at, [name for name, kind in kinds.items() if kind.name == "rows"])


FUNCTIONS: Mapping[str, str] = MappingProxyType({"f": "f", "𝓛": r"\mathcal{L}"})
"""What is differentiated, in LaTeX."""


def gradients(at: Derivatives, parameters: Sequence[str], prefix: str, function: str) -> Iterator[Quantity]:
    """Gradient norms in total and by parameter."""
    total, of = at.gradient_norm(present(*parameters)), FUNCTIONS[function]
    latex = rf"\|\nabla_\theta {of}\|_2"
    yield Quantity(f"{prefix}gradient_norm", f"‖∇_θ {function}‖₂, all parameters", low=0, route=total, latex=latex)
    for name in parameters:
        route, latex = at.gradient_norm(present(name)), rf"\|\partial_{{{spelled(name)}}}{of}\|_2"
        yield Quantity(f"{prefix}gradient_norm_{name}", f"‖∂{function}/∂{name}‖₂", low=0, route=route, latex=latex)


def spectra(hessian: Hessian, prefix: str, function: str) -> Iterator[Quantity]:
    """Norms and eigenvalues of a Hessian."""
    text, latex = f"∇²_θ {function}", rf"\nabla^2_\theta {FUNCTIONS[function]}"

    def declared(name: str, meaning: str, route: Route, written: str, **domain: Any) -> Quantity:
        return Quantity(f"{prefix}hessian_{name}", meaning, route=route, latex=written, **domain)

    yield declared("norm", f"spectral norm ‖{text}‖₂", hessian.norm(), rf"\|{latex}\|_2", low=0)
    yield declared("min", f"the least eigenvalue of {text}", hessian.least(), rf"\lambda_{{\min}}({latex})")
    yield declared("max", f"the greatest eigenvalue of {text}", hessian.largest(), rf"\lambda_{{\max}}({latex})")
    yield declared("trace", f"the trace of {text}", hessian.trace(), rf"\mathrm{{tr}}({latex})")
    yield declared("frobenius", f"Frobenius norm of {text}", hessian.frobenius(), rf"\|{latex}\|_F", low=0)


def blocks(at: Derivatives, parameters: Sequence[str]) -> Iterator[Quantity]:
    """The blocks of the Hessian, of one array with itself and of any two."""
    for name in parameters:
        meaning, latex = f"spectral norm of the block ∂²f/∂{name}²", rf"\|\partial^2_{{{spelled(name)}}}f\|_2"
        route = at.hessian(present(name)).norm()
        yield Quantity(f"hessian_norm_{name}", meaning, low=0, route=route, latex=latex)
    for one, other in combinations(parameters, 2):
        meaning = f"spectral norm of the block ∂²f/∂{one}∂{other}"
        latex = rf"\|\partial_{{{spelled(one)}}}\partial_{{{spelled(other)}}}f\|_2"
        yield Quantity(
            f"hessian_norm_{one}_{other}", meaning, low=0, route=at.block(present(one), present(other)), latex=latex
        )


def alignment(at: Derivatives, arrays: Sequence[str], *, whole: bool = False) -> Quantity:
    """How far a gradient is from orthogonal to the rows that only count by their directions.

    Args:
        at: the function.
        arrays: with such rows.
        whole: whether each matrix of these arrays counts by its direction as a whole, not each row by its own.
    """
    axes = 2 if whole else 1

    def of(gradient: Mapping[str, FloatArray], batch: Batch) -> FloatArray:
        inner, terms = [], []
        for name in present(*arrays)(batch):
            parts = batch.arrays[name] * gradient[name]
            parts = parts.reshape(-1, _length(parts, axes), batch.size)
            inner.append(np.abs(parts.sum(axis=1)))
            terms.append(np.abs(parts).sum(axis=1))
        if not inner:
            return np.zeros(batch.size)
        return np.concatenate(inner).max(axis=0) / np.maximum(1.0, np.concatenate(terms).max(axis=0))

    def ball(program: Any, batch: Batch, balls: Any) -> Any:
        from flint import arb

        from wnverify.arithmetic import enclosing

        inner, terms = [arb(0)], [arb(1)]
        for name in present(*arrays)(batch):
            slopes = np.array(enclosing.gradient(program, batch, balls, [name]), dtype=object)
            values = balls[name][..., 0]
            parts = (values * slopes.reshape(values.shape)).reshape(-1, _length(batch.arrays[name], axes)).tolist()
            inner += [abs(sum(row, arb(0))) for row in parts]
            terms += [sum(map(abs, row), arb(0)) for row in parts]
        return norms.extreme(inner, least=False) / norms.extreme(terms, least=False)

    route = Route(
        lambda batch: of(at.gradient(batch), batch),
        None,
        lambda batch: of(at.second_gradient(batch), batch),
        ball=at.ball(ball),
    )
    name, what = ("matrix_alignment", "matrices") if whole else ("row_alignment", "rows")
    meaning = f"largest |⟨w, ∂f/∂w⟩| over the {what} w of {', '.join(arrays)}, over its terms where these exceed 1"
    return Quantity(name, meaning, low=0, route=route, latex=r"\max_w|\langle w,\partial_w f\rangle|")


def _length(array: FloatArray, axes: int) -> int:
    """How many numbers there are along the last axes of an array, the batch aside."""
    return int(np.prod(array.shape[-axes - 1 : -1], dtype=int))
