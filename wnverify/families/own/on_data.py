"""An architecture on data: the mean loss of n samples, its derivatives, and the tangent kernel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wnverify.arithmetic.program import Program
from wnverify.arithmetic.written import Written
from wnverify.batch import Batch
from wnverify.families.own import vocabulary
from wnverify.families.own.architecture import Architecture
from wnverify.families.own.declared import Declared
from wnverify.families.own.derivatives import Derivatives
from wnverify.families.own.kernel import Kernel
from wnverify.families.own.kinds import Kind
from wnverify.families.own.losses import OF_NUMBER, OF_SCORES, Loss
from wnverify.family import Shape
from wnverify.quantities import Quantity


class OnData(Declared):
    """Networks of an architecture with n inputs `X` and targets `y`; made by `declare.on_data`.

    The loss is 𝓛 = (1/n) Σ_i ℓ(f(θ; x_i), y_i) with ℓ as the setting `loss` says.

    Args:
        net: the architecture.
        scores: how many outputs it has; None for a single number.
        sizes: the shapes to try, with n.
        losses: names among those for its outputs.
    """

    inputs = ("X", "y")

    def __init__(
        self, net: Architecture, scores: str | int | None, *, sizes: Sequence[Shape], losses: Sequence[str]
    ) -> None:
        self.net, self.name, self.activations = net, f"{net.name} on data", net.activations
        target = Kind("free", ("n",) if scores is None else ("n", scores))
        self.kinds = {**{n: kind for n, kind in net.kinds.items() if n != "x"}, "X": net.kinds["x"].several("n")}
        self.kinds["y"] = target
        self.settings = {**net.settings, "loss": tuple(losses)}
        self.sizes, self.tried = sorted(sizes, key=self.entries), set()
        self.program = Program(Written(f"the loss of {net.name}", self._loss, net.phi))
        self.at = Derivatives(self.program, vocabulary.present(*self.kinds))
        self.quantities = vocabulary.named_apart(self._vocabulary(scores))

    def _loss(self, xp: Any, arrays: Mapping[str, Any], batch: Batch) -> Any:
        """The mean loss, sample by sample."""
        whole = self.whole(arrays, batch.shape)
        X, y = whole.pop("X"), whole.pop("y")
        loss = _loss(batch.settings["loss"])
        total = 0.0
        for index in range(batch.shape["n"]):
            theta, x = self.net.arguments({**whole, "x": X[index]}, batch)
            total = total + loss(xp, self.net.value(xp, theta, x), y[index])
        return total / batch.shape["n"]

    def _vocabulary(self, scores: str | int | None) -> Iterator[Quantity]:
        yield from vocabulary.sizes(list(self.sizes[0]))
        yield vocabulary.counted(self.parameters)
        if "activation" in self.settings:
            yield from vocabulary.of_activation(self.net.activations)
        yield from vocabulary.of_arrays(self.kinds, self.inputs, self.always())
        yield Quantity("loss", "the mean loss 𝓛", low=0, route=self.at.value(), latex=r"\mathcal{L}(\theta)")
        yield from vocabulary.gradients(self.at, self.parameters, "loss_", "𝓛")
        yield from vocabulary.spectra(self.at.hessian(vocabulary.present(*self.parameters)), "loss_", "𝓛")
        if scores is None:
            meaning = "the least eigenvalue of the tangent kernel ⟨∇_θ f(x_i), ∇_θ f(x_j)⟩"
            yield Quantity(
                "ntk_min",
                meaning,
                low=0,
                route=Kernel(self.net.program, self.parameters).least(),
                latex=r"\lambda_{\min}(K_\theta)",
            )


def _loss(name: str) -> Loss:
    return {**OF_NUMBER, **OF_SCORES}[name]
