"""Accelerated: a user's function compiled by jax, where jax is installed and the work repays the compilation.

The function of one instance is mapped over instances, differentiated and compiled, `jit(vmap(hessian(f)))`, in
float64 on the CPU, whatever the user's own jax is set to. The environment variable `WNVERIFY_JAX` says when:

    auto    (or unset) a single call whose work repays a compilation, `REPAID`; what jax cannot compile is done by
            power series or autograd, as without jax;
    always  every call, and what jax cannot compile is an error: for long runs on few situations;
    never   no call.

Which route is taken depends on the sizes of the call alone: never on what was compiled before, on the clock or on the
number of processes, for the routes differ in their last digits and a run is to repeat itself. Where jax is the first
route, the second is autograd instance by instance (`oracle`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.util import find_spec
from typing import Any, TypeAlias

import numpy as np

from wnverify.arithmetic.faults import FunctionError, line_of, misbehaved
from wnverify.arithmetic.jax_rules import rules
from wnverify.arithmetic.namespace import Module
from wnverify.arithmetic.written import Written
from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import UsageError, expected

Arrays: TypeAlias = Mapping[str, Any]
Function: TypeAlias = Callable[[Any], Any]
Compiled: TypeAlias = Callable[[Arrays, Arrays], Any]
"""Arrays of a chunk of instances and their directions, batch last -> what was asked by name, batch first."""
SWITCH, MODES = "WNVERIFY_JAX", ("auto", "always", "never")
REPAID = {True: 40_000_000, False: 200_000}
"""Numbers swept in one call (instances x their numbers x reverse sweeps of each) that repay a compilation, by whether
power series know the function; if not, autograd goes instance by instance.

A compilation takes 1 to 2 seconds. Of the Hessian of a WeightNorm network, jax saves half the time of power series at
p = 36 to 264, 0.03 to 0.05 µs for each number swept; beside autograd it saves all, 6 to 25 µs.
"""
CHUNK_NUMBERS, LEAST_CHUNK, MOST_CHUNK = 200_000, 16, 1024
"""How many numbers are computed at once, and for how many instances, at least and at most; powers of two."""
KEPT = 64
"""Compilations of one function that are kept."""
OPTIONS: dict[str, str | bool] = {"xla_cpu_multi_thread_eigen": False}
"""One thread a process, as for BLAS: then sums do not depend on the number of cores."""
REMEDIES = {
    "TracerBoolConversionError": ("an `if` on what it computes", "write xp.where(condition, a, b)"),
    "TracerArrayConversionError": ("one of NumPy's own functions", "write xp.tanh for np.tanh"),
    "TracerIntegerConversionError": ("an index that is computed from the parameters", "use xp.where"),
    "ConcretizationTypeError": ("a conversion to a plain number", "use xp.sqrt and so on"),
}
"""What jax's errors mean to the author of the function, and what to do."""


def mode() -> str:
    """When jax is used.

    Raises:
        UsageError: if the environment variable has no such value, or asks for a jax that is not there.
    """
    found = os.environ.get(SWITCH) or "auto"
    if found not in MODES:
        raise UsageError(expected(f"{', '.join(MODES)} as {SWITCH}", repr(found)))
    if found == "always" and not installed():
        raise UsageError(expected(f"jax, as {SWITCH}=always", "none", "pip install 'wnverify[jax]'"))
    return found if installed() else "never"


@cache
def installed() -> bool:
    """Whether there is a jax."""
    return find_spec("jax") is not None


@dataclass(frozen=True)
class Question:
    """What is asked of a function, whatever the numbers.

    Args:
        kind: `values`, `swept` or `hessian`.
        names: the arrays by which it is differentiated.
        others: for a Hessian, those of its second axis.
        order: for a sweep, of which derivative along the direction.
    """

    kind: str
    names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    order: int = 0


@dataclass(frozen=True, eq=False)
class Accelerated:
    """The routes of one function by jax; each returns None where it is not to be taken.

    Args:
        written: the function.
    """

    written: Written
    _kept: dict[Hashable, Compiled | str] = field(default_factory=dict, repr=False)

    def values(self, batch: Batch, *, known: bool) -> FloatArray | None:
        """f, (B,)."""
        found = self._found(Question("values"), batch, {}, known)
        return None if found is None else found["f"]

    def swept(
        self, batch: Batch, direction: Arrays, order: int, names: Sequence[str], *, known: bool
    ) -> dict[str, FloatArray] | None:
        """The derivative by array of the `order`-th derivative of f along a direction, (*shape, K) each."""
        return self._found(Question("swept", tuple(names), order=order), batch, direction, known)

    def hessian(self, batch: Batch, names: Sequence[str], others: Sequence[str], *, known: bool) -> FloatArray | None:
        """∂²f over the entries of some arrays and of others, flattened in order, (p, q, B)."""
        found = self._found(Question("hessian", tuple(names), tuple(others)), batch, {}, known)
        return None if found is None else found["f"]

    def _found(
        self, question: Question, batch: Batch, direction: Arrays, known: bool
    ) -> dict[str, FloatArray] | None:
        """The answer, or None where another route is to be taken."""
        when = mode()
        if when == "never" or (when == "auto" and swept_numbers(question, batch) < REPAID[known]):
            return None
        try:
            return self._computed(question, batch, direction)
        except FunctionError:
            if when == "always":
                raise
            return None

    def _computed(self, question: Question, batch: Batch, direction: Arrays) -> dict[str, FloatArray]:
        lanes, found = chunk_of(question, batch), dict[str, FloatArray]()
        compiled = self._compiled(question, batch, direction, lanes)
        for start in range(0, batch.size, lanes):
            few = slice(start, min(start + lanes, batch.size))
            with _float64():
                answer = compiled(_lanes(batch.arrays, few, lanes), _lanes(direction, few, lanes))
            for name, part in answer.items():
                whole = found.setdefault(name, np.empty((batch.size, *part.shape[1:])))
                whole[few] = np.asarray(part)[: few.stop - few.start]
        return {name: np.moveaxis(whole, 0, -1) for name, whole in found.items()}

    def _compiled(self, question: Question, batch: Batch, direction: Arrays, lanes: int) -> Compiled:
        """The program for these sizes and settings, compiled once.

        Raises:
            FunctionError: if jax cannot compile it.
        """
        shapes = tuple((name, array.shape[:-1]) for name, array in batch.arrays.items())
        key = (question, lanes, tuple(direction), shapes, *batch.shape.items(), *batch.settings.items())
        if key not in self._kept:
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = self._compile(question, batch, direction, lanes)
        found = self._kept[key]
        if isinstance(found, str):
            raise FunctionError(found)
        return found

    def _compile(self, question: Question, batch: Batch, direction: Arrays, lanes: int) -> Compiled | str:
        """The program, or what jax has against it."""
        import jax

        found = rules()
        phi = self.written.phi(batch.settings)
        xp = Module(jax.numpy, found.special, phi, lambda name, z: found.activations[name](z))
        sizes = batch.with_arrays({})

        def f(arrays: Arrays) -> Any:
            return jax.numpy.asarray(self.written.of_one(xp, arrays, sizes), float)

        def shapes(arrays: Arrays) -> Arrays:
            return {n: jax.ShapeDtypeStruct((*array.shape[:-1], lanes), float) for n, array in arrays.items()}

        try:
            with _float64():
                mapped = jax.vmap(_asked(question, f), in_axes=-1)
                lowered = jax.jit(mapped).lower(shapes(batch.arrays), shapes(direction))
                compiled: Compiled = lowered.compile(compiler_options=OPTIONS)
                return compiled
        except MemoryError:
            raise
        except Exception as error:
            return told_of(error, self.written.name)


# ---- what is compiled, for one instance


def _asked(question: Question, f: Function) -> Compiled:
    if question.kind == "values":
        return lambda arrays, _: {"f": f(arrays)}
    if question.kind == "swept":
        return partial(_swept, question, f)
    return lambda arrays, _: {"f": _hessian(question, f, arrays)}


def _swept(question: Question, f: Function, arrays: Arrays, direction: Arrays) -> Any:
    """∂/∂t of that order of ∇f(θ + tu) at t = 0."""
    import jax

    def slopes(t: Any) -> Any:
        moved = {**arrays, **{name: arrays[name] + t * u for name, u in direction.items()}}
        return jax.grad(lambda some: f({**moved, **some}))({name: moved[name] for name in question.names})

    found: Function = slopes
    for _ in range(question.order):
        found = _slope(found)
    return found(0.0)


def _slope(g: Function) -> Function:
    import jax

    return lambda t: jax.jvp(g, (t,), (1.0,))[1]


def _hessian(question: Question, f: Function, arrays: Arrays) -> Any:
    """∂/∂θ_i of ∇f for the entries i of the names, at the entries of the others: forward over reverse."""
    import jax
    import jax.numpy as jnp

    every = {n: arrays[n] for n in dict.fromkeys((*question.names, *question.others))}
    places, total = {}, 0
    for name, array in every.items():
        places[name] = np.arange(total, total + array.size)
        total += array.size
    rows, columns = (np.concatenate([places[n] for n in some]) for some in (question.names, question.others))

    def slopes(flat: Any) -> Any:
        def at(flat: Any) -> Any:
            return f({**arrays, **{n: flat[places[n]].reshape(array.shape) for n, array in every.items()}})

        return jax.grad(at)(flat)[columns]

    _, push = jax.linearize(slopes, jnp.concatenate([array.ravel() for array in every.values()]))
    return jax.vmap(push)(np.eye(total)[rows])


# ---- sizes, settings, errors


def swept_numbers(question: Question, batch: Batch) -> int:
    """The work of a call: all numbers of all instances, times the reverse sweeps that power series would take."""
    numbers = sum(array.size for array in batch.arrays.values())
    sweeps = _entries(question.names, batch) if question.kind == "hessian" else 1
    return numbers * sweeps


def chunk_of(question: Question, batch: Batch) -> int:
    """How many instances are computed at once: what they lead to should stay in the cache.

    Lanes that are left over are filled up, for that is cheaper than another compilation: there are two sizes.
    """
    if batch.size <= LEAST_CHUNK:
        return LEAST_CHUNK
    numbers = sum(array.size // batch.size for array in batch.arrays.values())
    if question.kind == "hessian":
        numbers = max(numbers, _entries(question.names, batch) * _entries(question.others, batch))
    most = min(MOST_CHUNK, max(LEAST_CHUNK, CHUNK_NUMBERS // max(1, numbers)))
    return int(1 << (most.bit_length() - 1))


def _entries(names: Sequence[str], batch: Batch) -> int:
    return sum(batch.arrays[name].size // batch.size for name in names)


def _lanes(arrays: Arrays, few: slice, lanes: int) -> Arrays:
    """Some instances in so many lanes: the last of them again and again in those that are left."""
    places = np.minimum(np.arange(few.start, few.start + lanes), few.stop - 1)
    return {name: array[..., places] for name, array in arrays.items()}


@contextmanager
def _float64() -> Iterator[None]:
    """Float64 on the CPU, for what is done inside alone."""
    import jax

    if hasattr(jax, "enable_x64"):
        wide = jax.enable_x64(True)
    else:
        from jax.experimental import enable_x64

        wide = enable_x64()
    with wide, jax.debug_nans(False), jax.default_device(jax.local_devices(backend="cpu")[0]):
        yield


def told_of(error: Exception, name: str) -> str:
    """What jax holds against a function, in one sentence."""
    cause = error.__cause__ if isinstance(error, FunctionError) else error
    if not isinstance(cause, Exception):
        return str(error)
    for kind in type(cause).__mro__:
        if kind.__name__ in REMEDIES:
            place = line_of(cause)
            message = expected(f"a function {name} that jax compiles", *REMEDIES[kind.__name__])
            return f"{place}: {message}" if place else message
    return str(misbehaved(cause, f"a function {name}, compiled by jax,"))
