"""What the measured quantities of an audit are, in a few words each, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MEANINGS: Mapping[str, str] = MappingProxyType({
    "output_abs": "‖F(x)‖",
    "input_gradient_norm": "‖∂F/∂x‖₂: how far an input moves the outputs",
    "gradient_norm": "‖∂F/∂θ‖₂ in all that is stored: how far a step moves the outputs",
    "gradient_norm_V": "the same in the hidden weights V",
    "gradient_norm_g": "the same in the hidden gains g",
    "gradient_norm_b": "the same in the hidden biases b",
    "gradient_norm_out": "the same in the output layer",
    "hessian_norm": "‖∇²F_k‖₂, the largest over outputs k, from below: how fast gradients change",
    "hessian_upper": "the same from above, by norms of layers",
    "input_norm": "‖x‖",
    "output_weight_norm": "‖·‖₂ of the output layer",
    "omega": "the least norm that a hidden layer divides by: the smaller, the faster directions turn",
    "largest_gain": "the largest |g| of the hidden layers",
    "loss": "𝓛, the mean over inputs",
    "loss_gradient_norm": "‖∇𝓛‖",
    "loss_hessian_norm": "‖∇²𝓛‖₂, from below: how fast ∇𝓛 changes",
})  # fmt: skip
"""By name; of what an input has, the largest over inputs."""
OF: Mapping[str, str] = MappingProxyType({
    "output": "‖F‖", "input": "‖∂F/∂x‖₂", "gradient": "‖∂F/∂θ‖₂", "gradient_in_gains": "‖∂F/∂g‖₂",
    "gradient_in_biases": "‖∂F/∂b‖₂", "gradient_in_directions": "∂F_k/∂V, weighted", "hessian": "‖∇²F_k‖₂",
    "hessian_of_piece": "‖∇²F_k‖₂", "loss_gradient": "‖∇𝓛‖", "loss_hessian": "‖∇²𝓛‖₂",
    "loss_hessian_of_piece": "‖∇²𝓛‖₂",
})  # fmt: skip
"""What a bound of layered networks is of, by its name without `layered/` and `_measured`."""


def of(bound: str) -> str:
    """What a bound is of.

    >>> of("layered/hessian_measured")
    '‖∇²F_k‖₂'
    """
    return OF.get(bound.removeprefix("layered/").removesuffix("_measured"), "")
