"""Modules of PyTorch as Python hands them over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.errors import RecordError, expected
from wnverify.questions.audit.containers import Parts, from_mapping
from wnverify.questions.audit.data import plain
from wnverify.questions.audit.state import check_state
from wnverify.questions.audit.understood import Understood, compare

ACTIVATIONS = {
    "Tanh": "tanh", "ReLU": "relu", "Sigmoid": "sigmoid", "GELU": "gelu", "SiLU": "silu", "Softplus": "softplus",
    "LeakyReLU": "leaky_relu", "Identity": "",
}  # fmt: skip
"""By the class of the module; the identity is what a module does without being an activation."""
STANDARD = {"approximate": "none", "negative_slope": 0.01, "beta": 1.0, "threshold": 20.0}
"""What the audited formulas suppose of their options."""
PASSED = ("Flatten", "Dropout", "WeightNorm")
LINEAR = ("Linear", "ParametrizedLinear", "NonDynamicallyQuantizableLinear")


def is_module(source: Any) -> bool:
    """Whether it is a module of PyTorch, by what it can do."""
    return all(hasattr(source, name) for name in ("state_dict", "named_modules", "eval"))


@dataclass(frozen=True, eq=False)
class Module:
    """A module of PyTorch as it is used here.

    Args:
        module: itself.
        linear: its linear layers by name, in the order in which they are registered.
        activation: the one activation among its parts; empty if they have none.
    """

    module: Any
    linear: Mapping[str, Any]
    activation: str

    def parts(self) -> Parts:
        """The arrays of its state dict."""
        state = {name: plain(tensor) for name, tensor in self.module.state_dict().items()}
        found = from_mapping(state, check_state)
        stored = {name: str(tensor.dtype).removeprefix("torch.") for name, tensor in self.module.state_dict().items()}
        return Parts(found.arrays, found.words, stored)

    def compared(self, found: Understood, X: FloatArray) -> str:
        """Words for how close its own outputs are.

        Raises:
            RecordError: if they differ; the message names the first layer where they do.
        """
        seen, theirs = self._run(X)
        try:
            return compare(found.net.values(X), theirs, "the module's outputs")
        except RecordError as error:
            where = self._first(found, X, seen)
            raise RecordError(f"{error} {where}".strip()) from error

    def _run(self, X: FloatArray) -> tuple[dict[str, FloatArray], FloatArray]:
        import torch

        seen: dict[str, FloatArray] = {}

        def keep(name: str) -> Any:
            def hook(_module: Any, _inputs: Any, output: Any) -> None:
                seen[name] = np.asarray(plain(output))

            return hook

        hooks = [layer.register_forward_hook(keep(name)) for name, layer in self.linear.items()]
        training, like = self.module.training, next(iter(self.module.parameters()))
        try:
            self.module.eval()
            with torch.no_grad():
                theirs = self.module(torch.as_tensor(X).to(dtype=like.dtype, device=like.device))
        except Exception as error:  # the user's own code: whatever it raises, it gave no outputs
            raise RecordError(expected("a module that takes X", " ".join(str(error).split())[:120])) from error
        finally:
            self.module.train(training)
            for hook in hooks:
                hook.remove()
        return seen, np.asarray(plain(theirs))

    @staticmethod
    def _first(found: Understood, X: FloatArray, seen: Mapping[str, FloatArray]) -> str:
        zs = found.net.forward(X).zs
        for layer, z in zip(found.net.layers, zs, strict=True):
            if layer.name in seen:
                try:
                    compare(z, seen[layer.name], layer.name)
                except RecordError:
                    return f"It arises in layer {layer.name}."
        return "All linear layers agree."


def module_of(source: Any) -> Module:
    """A module whose parts are linear layers and activations of one kind.

    Raises:
        RecordError: if it has other parts; the message names the first.
    """
    linear, words = {}, {}
    for name, part in source.named_modules():
        kind = type(part).__name__
        if kind in LINEAR:
            linear[name] = part
        elif kind in ACTIVATIONS:
            words[name] = _word(name, part)
        elif kind not in PASSED and not _inner(name, part):
            near = "fully connected layers and activations are audited"
            raise RecordError(
                expected(f"modules among {', '.join((*LINEAR[:1], *ACTIVATIONS))}", f"{name}: {kind}", near)
            )
    kinds = sorted({word for word in words.values() if word})
    if len(kinds) > 1:
        raise RecordError(expected("one activation", " and ".join(kinds)))
    return Module(source, linear, kinds[0] if kinds else "")


def _inner(name: str, part: Any) -> bool:
    """Whether it only holds others, or is the parametrisation of a weight."""
    return "parametrizations" in name.split(".") or next(iter(part.children()), None) is not None


def _word(name: str, part: Any) -> str:
    for option, value in STANDARD.items():
        if getattr(part, option, value) != value:
            got = f"{option}={getattr(part, option)!r} in {name}"
            raise RecordError(expected(f"{type(part).__name__} with {option}={value!r}", got))
    return ACTIVATIONS[type(part).__name__]
