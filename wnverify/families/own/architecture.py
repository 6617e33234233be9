"""An architecture: a family made of one function, which is the network for one input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from wnverify.arithmetic import oracle
from wnverify.arithmetic.activation import OwnActivation, activation_of
from wnverify.arithmetic.faults import FunctionError, UnknownOperation
from wnverify.arithmetic.namespace import Functions, Phi
from wnverify.arithmetic.program import Program, single
from wnverify.arithmetic.series import Series
from wnverify.arithmetic.spaces import Floats
from wnverify.arithmetic.theta import Theta
from wnverify.arithmetic.written import Written
from wnverify.batch import Batch
from wnverify.errors import expected
from wnverify.families.own import vocabulary
from wnverify.families.own.declared import Declared
from wnverify.families.own.derivatives import Derivatives
from wnverify.families.own.kinds import Kind
from wnverify.family import Settings, Shape, Situation
from wnverify.quantities import Quantity

Function: TypeAlias = Callable[[Any, Theta, Any], Any]
"""(xp, theta, x) -> one number, or a vector of scores."""
OF_DIFFERENCES = 1e-5
"""How closely differences agree with derivatives, relative."""


def _named(value: str | OwnActivation) -> str:
    return value if isinstance(value, str) else value.name


class Architecture(Declared):
    """Networks that a user wrote as one function; made by `declare.architecture`.

    Args:
        name: the family's name.
        value: (xp, theta, x) -> f(θ; x).
        kinds: the arrays by name, the input `x` among them.
        sizes: the shapes to try.
        settings: choices that are not numbers; `activation` names what xp.phi is, or holds a user's own.
    """

    inputs = ("x",)

    def __init__(
        self,
        name: str,
        value: Function,
        *,
        kinds: Mapping[str, Kind],
        sizes: Sequence[Shape],
        settings: Mapping[str, Sequence[str | OwnActivation]],
    ) -> None:
        self.name, self.value, self.kinds = name, value, dict(kinds)
        self.activations = {each.name: each for each in settings.get("activation", ()) if not isinstance(each, str)}
        self.settings = {key: tuple(map(_named, values)) for key, values in settings.items()}
        self.sizes, self.tried = sorted(sizes, key=self.entries), set()
        self.scores = self._scores(Written(name, self._call, self.phi))
        self.program = Program(Written(name, self._squares if self.scores else self._call, self.phi))
        self.at = Derivatives(self.program, vocabulary.present(*self.kinds))
        self.quantities = vocabulary.named_apart(self._vocabulary())

    def _scores(self, written: Written) -> bool:
        """Whether the function returns a vector, as one run at each of the sizes tells.

        Raises:
            FunctionError: if it fails there, or returns neither a number nor a vector.
        """
        places = {str(place.shape): place for place in self.situations()}
        axes = {shape: self._axes(written, place) for shape, place in places.items()}
        if len(set(axes.values())) > 1:
            one, other = (next(shape for shape, count in axes.items() if count == wanted) for wanted in (0, 1))
            wanted = f"a number from {self.name} at all sizes, or a vector at all"
            raise FunctionError(expected(wanted, f"a number at {one} and a vector at {other}"))
        return set(axes.values()) == {1}

    def _axes(self, written: Written, situation: Situation) -> int:
        """How many axes the result has in one situation: none, or one."""
        batch = self._drawn(situation, self.regimes[0], 1, np.random.default_rng(0))
        space = Floats(0, 1)
        xp = Functions(space, self.phi(batch.settings))
        arrays = {name: Series(space, [array]) for name, array in batch.arrays.items()}
        try:
            found = written.called(xp, arrays, batch)
        except UnknownOperation:  # then autograd is the first route, and differences are the second
            self.agreement = OF_DIFFERENCES
            found = oracle.returned(written, batch)
        if isinstance(found, Series | np.ndarray) and found.ndim == 1 and len(found):
            return 1
        single(found, space, self.name)
        return 0

    def _call(self, xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
        """The user's function."""
        return self.value(xp, *self.arguments(arrays, batch))

    def phi(self, settings: Settings) -> Phi | None:
        """The activation of a situation; None if the architecture has none."""
        return self.activations.get(settings.get("activation", "")) or activation_of(settings)

    def arguments(self, arrays: Mapping[str, Any], batch: Batch) -> tuple[Theta, Any]:
        """(theta, x) for a user's function."""
        whole = self.whole(arrays, batch.shape)
        x = whole.pop("x")
        return Theta(whole, dict(batch.shape) | dict(batch.settings)), x

    def _vocabulary(self) -> Iterator[Quantity]:
        yield from vocabulary.sizes(list(self.sizes[0]))
        yield vocabulary.counted(self.parameters)
        if "activation" in self.settings:
            yield from vocabulary.of_activation(self.activations)
        yield from vocabulary.of_arrays(self.kinds, self.inputs, self.always())
        if self.scores:
            yield Quantity(
                "output_norm",
                "‖f(θ;x)‖₂ of the vector of outputs",
                low=0,
                route=self.at.root(),
                latex=r"\|f(\theta;x)\|_2",
            )
        else:
            yield from vocabulary.of_function(self.at, self.kinds, "x")

    def _squares(self, xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
        """‖f‖² of a vector of outputs."""
        return xp.sum(self._call(xp, arrays, batch) ** 2)
