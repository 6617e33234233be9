"""The engine for weight-normalised networks under one name: data, value, derivatives, Hessian.

The parts live in one file each; import them from here.
"""

from wnverify.engine.networks.derivatives import gradient, hvp
from wnverify.engine.networks.hessian import chunks, hessian, hessian_chunks
from wnverify.engine.networks.jets import jet, jet_gradient
from wnverify.engine.networks.network import (
    Direction,
    Network,
    Tape,
    check_network,
    flatten,
    forward,
    parameters,
    take,
    unflatten,
    value,
)

__all__ = [
    "Direction",
    "Network",
    "Tape",
    "check_network",
    "chunks",
    "flatten",
    "forward",
    "gradient",
    "hessian",
    "hessian_chunks",
    "hvp",
    "jet",
    "jet_gradient",
    "parameters",
    "take",
    "unflatten",
    "value",
]
