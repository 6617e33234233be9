"""What the author of a claim wrote as functions: networks for one input, quantities, activations.

The functions themselves stand at the end of the script. They are run on floats, and on numbers that carry their
derivatives; whatever goes wrong in them confirms nothing.
"""

from __future__ import annotations

import io
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from functools import partial
from itertools import combinations
from types import SimpleNamespace
from typing import Any, TypeAlias

import numpy as np

from wnverify.questions.counterexample.script.formula import Formula
from wnverify.questions.counterexample.script.intervals import CannotMeasure, Ends, exact
from wnverify.questions.counterexample.script.jets import Gauge, Jet, each, varies
from wnverify.questions.counterexample.script.networks import (
    ACTIVATIONS,
    NOTHING,
    Array,
    Instance,
    constants_of,
    greatest,
    least,
    length_of,
    norm_of,
)

Made: TypeAlias = Any
"""What makes a function when it is called; or the reason why this script has none, as text."""
OWN_QUANTITIES: dict[str, Made] = {}
OWN_ACTIVATIONS: dict[str, Made] = {}
OWN_CONSTANTS: dict[str, Sequence[str]] = {}
"""Of an activation of the author's, what its slope, beta and c0 are declared to be, as formulas."""
MOST_VARYING, CONSTANT_NAMES = 200, ("slope", "beta", "c0")
ONE_NUMBER = ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "arctan")
TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)


# ---- xp: NumPy, and what it has not


def _one(name: str, z: Any) -> Any:
    """A function of one number that NumPy knows by this name, and a jet too."""
    plain = getattr(np, name)
    if not varies(z):
        return plain(z)
    return each(lambda jet: getattr(jet, name)() if isinstance(jet, Jet) else float(plain(jet)), z)


def _phi(name: str, z: Any) -> Any:
    """An activation of wnverify."""
    if not varies(z):
        return ACTIVATIONS[name](np.asarray(z, dtype=float))[0]

    def act(jet: Any) -> Any:
        if not isinstance(jet, Jet):
            return float(ACTIVATIONS[name](np.float64(jet))[0])
        if name == "relu" and jet.value == 0:
            raise CannotMeasure("relu has no derivative at 0")
        return jet.by(ACTIVATIONS[name](np.float64(jet.value)))

    return each(act, z)


def _erf_of(a: float) -> tuple[float, float, float]:
    bell = TWO_OVER_ROOT_PI * math.exp(-a * a)
    return math.erf(a), bell, -2 * a * bell


def _erf(z: Any) -> Any:
    if not varies(z):
        return np.vectorize(math.erf, otypes=[float])(z)
    return each(lambda jet: jet.by(_erf_of(jet.value)) if isinstance(jet, Jet) else math.erf(jet), z)


def _norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord not in (None, 2, "fro") or (ord == 2 and np.ndim(a) > 1 and not isinstance(axis, int)):
        raise CannotMeasure("a norm of another kind in the function")
    return _one("sqrt", np.sum(a * a, axis=axis, keepdims=keepdims))


def _var(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    off = a - np.mean(a, axis=axis, keepdims=True)
    return np.mean(off * off, axis=axis, keepdims=keepdims)


def _std(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _one("sqrt", _var(a, axis, keepdims))


def _unit_rows(a: Any) -> Any:
    return a / _one("sqrt", np.sum(a * a, axis=-1, keepdims=True))


def _logsumexp(a: Any) -> Any:
    top = max(jet.value if isinstance(jet, Jet) else float(jet) for jet in np.ravel(a))
    return top + _one("log", np.sum(_one("exp", a - top)))


def _clip(a: Any, low: Any = None, high: Any = None) -> Any:
    found = a if low is None else np.maximum(a, low)
    return found if high is None else np.minimum(found, high)


def _spectral_norm(a: Any) -> Any:
    """The largest singular value; of jets by the Rayleigh quotient at v + (λ − M)⁺Mv, M = aᵀa, v and λ as numbers."""
    if not varies(a):
        return float(np.linalg.norm(np.asarray(a, dtype=float), 2))
    a = a if a.shape[0] >= a.shape[1] else a.T
    at = np.reshape([entry.value if isinstance(entry, Jet) else float(entry) for entry in np.ravel(a)], a.shape)
    values, vectors = np.linalg.eigh(at.T @ at)
    gaps, others, v, M = values[-1] - values[:-1], vectors[:, :-1], vectors[:, -1], a.T @ a
    if not (values[-1] > 0 and (gaps > 1e-9 * values[-1]).all()):
        raise CannotMeasure("a spectral norm has no derivative where two singular values are the largest")
    w = v + (others / gaps) @ (others.T @ (M @ v))
    return _one("sqrt", (w @ (M @ w)) / (w @ w))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{name: partial(_phi, name) for name in ("tanh", "softplus", "relu")},
    "sigmoid": lambda z: 0.5 + 0.25 * _phi("sigmoid4", z), "erf": _erf,
    "var": _var, "std": _std, "clip": _clip, "unit_rows": _unit_rows, "logsumexp": _logsumexp,
    "softmax": lambda a: _one("exp", a - _logsumexp(a)), "logaddexp": lambda a, b: a + _phi("softplus", b - a),
    "spectral_norm": _spectral_norm, "reciprocal": lambda a: 1 / a,
    **{name: partial(_one, name) for name in ONE_NUMBER},
}  # fmt: skip


class Functions:
    """xp, as a function of the author's finds it.

    Args:
        activation: the setting that says what xp.phi is; empty if there is none.
    """

    linalg = SimpleNamespace(norm=_norm)

    def __init__(self, activation: str) -> None:
        self.activation = activation

    def phi(self, z: Any) -> Any:
        """The activation."""
        if self.activation in OWN_ACTIVATIONS:
            return made(OWN_ACTIVATIONS[self.activation])(self, z)
        if self.activation not in ACTIVATIONS:
            raise CannotMeasure(f"this script does not know the activation {self.activation[:40]!r}")
        return _phi(self.activation, z)

    def __getattr__(self, name: str) -> Any:
        return FUNCTIONS[name] if name in FUNCTIONS else getattr(np, name)


class Theta:
    """Parameters and sizes by name."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.__dict__.update(known)

    def __getitem__(self, name: str) -> Any:
        return self.__dict__[name]

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__


# ---- running a function


def made(make: Made) -> Callable[..., Any]:
    """The function of the author's.

    Raises:
        CannotMeasure: if this script has none.
    """
    if isinstance(make, str):
        raise CannotMeasure(make)
    function: Callable[..., Any] = make()
    return function


class Run:
    """A function of the author's at one instance, run as often as its derivatives are asked for.

    Args:
        make: makes the function.
        instance: the instance.
        absent: arrays without an entry.
    """

    def __init__(self, make: Made, instance: Instance, absent: Mapping[str, Array]) -> None:
        self.make, self.instance = make, instance
        self.arrays = {**absent, **instance.arrays}
        self.found: dict[tuple[Any, ...], tuple[float, Array, Array, float]] = {}

    def value(self) -> float:
        """f."""
        return self.derived((), 0)[0]

    def derived(self, names: Sequence[str], order: int) -> tuple[float, Array, Array, float]:
        """f, ∇f and ∇²f over the entries of some arrays, and what rounding may leave of the highest of them."""
        key = (*names, order)
        if key not in self.found:
            self.found[key] = self._derived([name for name in names if self.arrays[name].size], order)
        return self.found[key]

    def _derived(self, names: Sequence[str], order: int) -> tuple[float, Array, Array, float]:
        p, gauge, known = sum(self.arrays[name].size for name in names), Gauge(order), dict(self.arrays)
        if order == 2 and p > MOST_VARYING:
            raise CannotMeasure(f"a Hessian of more than {MOST_VARYING} parameters is too large for this script")
        begin = 0
        for name in names if order else ():
            known[name] = _varying(gauge, self.arrays[name], begin, p)
            begin += self.arrays[name].size
        found = self._called(known)
        if not isinstance(found, Jet):
            return float(found), np.zeros(p), np.zeros((p, p)), 0.0
        bend = np.zeros((p, p)) if found.bend is None else found.bend
        return found.value, found.slope, 0.5 * (bend + bend.T), 1e-15 * (10 + p) * gauge.largest[order]

    def _called(self, known: Mapping[str, Any]) -> Any:
        """What the function returns; what it prints, or raises, is no answer."""
        one = self.instance
        theta = Theta({**one.shape, **one.settings, **{n: a for n, a in known.items() if n != "x"}})
        xp, leave = Functions(one.settings.get("activation", "")), os._exit
        os._exit = sys.exit  # type: ignore[assignment]  # so that it raises
        try:
            with redirect_stdout(io.StringIO()):
                found = made(self.make)(xp, theta, known.get("x"))
        except (CannotMeasure, KeyboardInterrupt):
            raise
        except BaseException as error:  # SystemExit too: it would end with a code of its own
            raise CannotMeasure(f"its function ended with {type(error).__name__}: {str(error)[:80]}") from None
        finally:
            os._exit = leave
        if isinstance(found, np.ndarray) and found.shape == ():
            return found[()]
        return found


def _varying(gauge: Gauge, array: Array, begin: int, p: int) -> Any:
    """An array of jets, each of which varies by itself."""
    found = np.empty(array.size, dtype=object)
    for index, entry in enumerate(array.ravel().tolist()):
        slope = np.zeros(p)
        slope[begin + index] = 1.0
        found[index] = gauge.jet(entry, slope, None)
    return found.reshape(array.shape) if array.shape else found[0]


# ---- an architecture


class Architecture:
    """A family of the author's own.

    Args:
        kinds: by array, what it is and its shape from the sizes; the input is "x".
        value: makes the network for one input.
    """

    MOVED = ("input_norm",)

    def __init__(self, kinds: Mapping[str, tuple[str, Callable[..., Sequence[int]]]], value: Made) -> None:
        self.kinds, self.value = kinds, value

    def layout(self, _: str, shape: Mapping[str, int]) -> dict[str, str]:
        """The axes of every array that has an entry, in numbers."""
        if any(set(of.__code__.co_varnames) != set(shape) for _, of in self.kinds.values()):
            return {}  # sizes of something else
        shapes = {name: of(**shape) for name, (_, of) in self.kinds.items()}
        return {name: " ".join(map(str, axes)) for name, axes in shapes.items() if 0 not in axes}

    def __call__(self, instance: Instance) -> Place:
        """What is measured at an instance."""
        return Place(self, instance)


class Place:
    """Every symbol of one instance of an architecture, by name."""

    SIGNED = ("output", "hessian_min", "hessian_max", "hessian_trace")

    def __init__(self, family: Architecture, instance: Instance) -> None:
        self.instance, self.arrays = instance, instance.arrays
        self.names = [name for name in family.kinds if name != "x"]
        self.rows = [name for name, (kind, _) in family.kinds.items() if kind == "rows" and name in self.arrays]
        shapes = {name: of(**instance.shape) for name, (_, of) in family.kinds.items()}
        self.absent = {name: np.zeros(shapes[name]) for name in shapes if name not in self.arrays}
        self.run = Run(family.value, instance, self.absent)
        self.routes = self._routes()

    def read(self, name: str) -> Ends | None:
        """What needs no measuring: sizes, norms of the arrays themselves, constants of the activation."""
        arrays = self.arrays
        if name in self.instance.shape:
            return exact(self.instance.shape[name])
        if name == "p":
            return exact(sum(arrays[each_].size for each_ in self.names if each_ in arrays))
        if name == "omega" and self.rows:
            return least([length_of(row) for each_ in self.rows for row in _vectors(arrays[each_])])
        if name in CONSTANT_NAMES:
            return self._constant(name)
        if name == "input_norm":
            return length_of(arrays["x"])
        return self._norms(name)

    def _constant(self, name: str) -> Ends | None:
        """Of an activation of the author's the constant that it is declared with."""
        activation, index = self.instance.settings.get("activation", ""), CONSTANT_NAMES.index(name)
        if activation in OWN_CONSTANTS:
            return Formula(OWN_CONSTANTS[activation][index], f"the constant {name}").value(NOTHING)
        return constants_of(activation)[index] if activation in ACTIVATIONS else None

    def _norms(self, name: str) -> Ends | None:
        for array in self.names:
            value = self.arrays.get(array, np.zeros((0, 1)))
            if name == f"norm_{array}":
                return length_of(value)
            if name == f"largest_{array}":
                return exact(float(np.max(np.abs(value), initial=0.0)))
            if name == f"largest_row_{array}":
                return greatest([exact(0), *map(length_of, _vectors(value))])
            if name == f"least_row_{array}" and value.size:
                return least([length_of(row) for row in _vectors(value)])
        return None

    def floor(self, name: str) -> float:
        """What rounding may leave of something that is 0 for a reason that floats do not see."""
        return self.routes[name]()[1]

    def measure(self, name: str) -> float:
        """What is measured in floats."""
        if name not in self.routes:
            raise CannotMeasure(f"this script has no measure of {name[:40]}")
        return self.routes[name]()[0]

    def _routes(self) -> dict[str, Callable[[], tuple[float, float]]]:
        """By symbol, what measures it: the number, and what rounding may leave of it."""
        found: dict[str, Callable[[], tuple[float, float]]] = {
            "output": lambda: (self.run.value(), 0.0),
            "output_abs": lambda: (abs(self.run.value()), 0.0),
            "gradient_norm": partial(self._gradient, self.names),
            "input_gradient_norm": partial(self._gradient, ["x"]),
            "input_hessian_norm": partial(self._spectrum, ["x"], _largest_size),
            "row_alignment": self._alignment,
        }
        for kind, number in SPECTRA.items():
            found[f"hessian_{kind}"] = partial(self._spectrum, self.names, number)
        for name in self.names:
            found[f"gradient_norm_{name}"] = partial(self._gradient, [name])
            found[f"hessian_norm_{name}"] = partial(self._spectrum, [name], _largest_size)
            found[f"spectral_{name}"] = partial(self._matrices, name)
        for one, other in combinations(self.names, 2):
            found[f"hessian_norm_{one}_{other}"] = partial(self._block, one, other)
        return found

    def _gradient(self, names: Sequence[str]) -> tuple[float, float]:
        _, slope, _, error = self.run.derived(names, 1)
        return norm_of(slope), error

    def _spectrum(self, names: Sequence[str], number: Callable[[Array], float]) -> tuple[float, float]:
        _, _, bend, error = self.run.derived(names, 2)
        return number(bend) if bend.size else 0.0, error * math.sqrt(len(bend))

    def _block(self, one: str, other: str) -> tuple[float, float]:
        _, _, bend, error = self.run.derived([one, other], 2)
        cut = self.run.arrays[one].size
        block = bend[:cut, cut:]
        return float(np.linalg.norm(block, ord=2)) if block.size else 0.0, error * math.sqrt(len(bend))

    def _matrices(self, name: str) -> tuple[float, float]:
        value = self.arrays.get(name)
        if value is None:
            return 0.0, 0.0
        return max(float(np.linalg.norm(a, ord=2)) for a in value.reshape(-1, *value.shape[-2:])), 0.0

    def _alignment(self) -> tuple[float, float]:
        _, slope, _, error = self.run.derived(self.rows, 1)
        inner, terms, begin = 0.0, 1.0, 0
        for name in self.rows:
            rows = _vectors(self.arrays[name])
            parts = rows * slope[begin : begin + rows.size].reshape(rows.shape)
            begin += rows.size
            inner = max(inner, float(np.abs(parts.sum(axis=1)).max()))
            terms = max(terms, float(np.abs(parts).sum(axis=1).max()))
            error = max(error, error * norm_of(rows))
        return inner / terms, error


def _vectors(array: Array) -> Array:
    return array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)


def _largest_size(H: Array) -> float:
    return float(np.abs(np.linalg.eigvalsh(H)).max())


SPECTRA: Mapping[str, Callable[[Array], float]] = {
    "norm": _largest_size,
    "min": lambda H: float(np.linalg.eigvalsh(H)[0]),
    "max": lambda H: float(np.linalg.eigvalsh(H)[-1]),
    "trace": lambda H: float(np.trace(H)),
    "frobenius": lambda H: norm_of(H.ravel()),
}
