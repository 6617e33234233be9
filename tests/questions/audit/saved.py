"""One small network in every format, written without the frameworks."""

from __future__ import annotations

import io
import json
import struct

import numpy as np

OUTPUT = ("layered/output",)
X = np.random.default_rng(5).standard_normal((6, 3))
TYPES = {"float64": "F64", "float32": "F32", "float16": "F16", "uint16": "BF16"}


def state(*, new=False, dtype="float64", biases=True, seed=0):
    """Weight normalization by rows, by columns, and a plain output of two numbers: 3 × 4 × 5 × 2."""
    rng = np.random.default_rng(seed)
    names = (
        ("parametrizations.weight.original0", "parametrizations.weight.original1")
        if new
        else ("weight_g", "weight_v")
    )
    found = {}
    for layer, shape, gains in (("0", (4, 3), (4, 1)), ("2", (5, 4), (1, 4))):
        found |= {f"{layer}.bias": rng.standard_normal(shape[0])} if biases else {}
        found |= {
            f"{layer}.{names[0]}": rng.standard_normal(gains),
            f"{layer}.{names[1]}": rng.standard_normal(shape),
        }
    found |= {"4.weight": rng.standard_normal((2, 5))} | ({"4.bias": rng.standard_normal(2)} if biases else {})
    return {name: array.astype(dtype) for name, array in found.items()}


def forward(arrays, X, phi=np.tanh):
    """What PyTorch would say, from the names alone."""
    for layer in ("0", "2", "4"):
        if f"{layer}.weight" in arrays:
            M = arrays[f"{layer}.weight"]
        else:
            g, V = (arrays.get(f"{layer}.weight_{c}") for c in "gv")
            M = g * V / np.linalg.norm(V, axis=1 if g.shape[1] == 1 else 0, keepdims=True)
        X = X @ M.T + arrays.get(f"{layer}.bias", 0.0)
        X = X if layer == "4" else phi(X)
    return X


def safetensors(arrays):
    header, data = {}, b""
    for name in sorted(arrays):
        array = arrays[name]
        begin = len(data)
        data += array.tobytes()
        kind = TYPES[array.dtype.name]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    return struct.pack("<Q", len(text)) + text + data


def npz(arrays, **more):
    out = io.BytesIO()
    np.savez(out, **arrays, **more)
    return out.getvalue()


def as_json(arrays):
    return json.dumps({name: array.tolist() for name, array in arrays.items()}).encode()


FORMATS = {"safetensors": safetensors, "npz": npz, "json": as_json}


def damaged(data, number, rng):
    where, spot = int(rng.integers(min(len(data), 400 if number % 3 else len(data)))), bytearray(data)
    match number % 5:
        case 0:
            spot[where] ^= 1 << int(rng.integers(8))
        case 1:
            return data[:where]
        case 2:
            del spot[where : where + int(rng.integers(1, 40))]
        case 3:
            spot[where:where] = rng.bytes(int(rng.integers(1, 9)))
        case 4:
            spot[where : where + 8] = rng.bytes(8)
    return bytes(spot)
