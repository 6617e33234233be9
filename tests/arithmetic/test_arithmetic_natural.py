"""What users will naturally write, on every arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from tests.arithmetic.routes import check, instances

D3 = {"x": (3,)}
NET = {"W1": (4, 3), "W2": (4, 4), "v": (4,), **D3}


def gains_and_biases(xp, theta, x):
    a = x
    for layer in range(1, theta.L + 1):
        W, g, b = theta[f"W{layer}"], theta[f"g{layer}"], theta[f"b{layer}"]
        a = xp.phi(g * (W @ a) / xp.linalg.norm(W, axis=1) + b)
    return theta.v @ a


def normalized_by_division(xp, theta, x):
    W = theta.W1 / xp.linalg.norm(theta.W1, axis=1)[:, None]
    return theta.v @ xp.tanh(W @ x) * theta.m**-0.5


def residual(xp, theta, x):
    a = xp.unit_rows(theta.W1) @ x
    for _ in range(theta.L):
        a = a + xp.phi(xp.unit_rows(theta.W2) @ a) / theta.L
    return xp.dot(theta.v, a) / xp.sqrt(theta.m)


def rms_norm(xp, theta, x):
    a = theta.W1 @ x
    a = theta.v * a / xp.sqrt(xp.mean(a**2) + 1e-3)
    return (theta.W2 @ xp.tanh(a)).sum() / len(a)


def layer_norm(xp, theta, x):
    a = theta.W1 @ x
    a = (a - a.mean()) / xp.sqrt(xp.var(a) + 0.125)
    return theta.v @ xp.tanh(theta.W2 @ a)


def layer_norm_by_axis(xp, theta, x):
    a = theta.W1 @ x
    a = (a - xp.mean(a, axis=-1, keepdims=True)) / xp.std(a, axis=-1, keepdims=True)
    return theta.v @ xp.tanh(a)


def batch_norm(xp, theta, x):
    z = x @ theta.W1.T
    z = (z - xp.mean(z, axis=0)) / xp.sqrt(xp.var(z, axis=0) + 0.01)
    return xp.mean(xp.tanh(z) @ theta.v)


def convolution_by_index(xp, theta, x):
    k = theta.w / xp.linalg.norm(theta.w)
    windows = x[np.arange(5)[:, None] + np.arange(3)]
    return xp.sum(xp.tanh(windows @ k)) / 5


def convolution(xp, theta, x):
    k = theta.w / xp.sqrt(xp.sum(theta.w**2))
    return xp.mean(xp.tanh(xp.convolve(x, k[::-1], mode="valid")))


def convolution_of_slices(xp, theta, x):
    n, k = len(x), len(theta.w)
    shifted = xp.stack([x[i : n - k + 1 + i] for i in range(k)], axis=1)
    return xp.tanh(shifted @ theta.w).mean()


def convolution_by_a_loop(xp, theta, x):
    parts = [xp.sum(theta.w * x[i : i + 3]) for i in range(5)]
    return xp.tanh(xp.array(parts)).sum() + xp.tanh(xp.stack(parts)) @ np.ones(5)


def two_channels(xp, theta, x):
    out = [xp.convolve(x, theta.K[c], "valid") for c in range(2)]
    return xp.sum(xp.tanh(xp.stack(out)), axis=(0, 1)) / xp.sqrt(2.0)


def attention(xp, theta, x):
    q, k, v = x @ theta.Q, x @ theta.K, x @ theta.V
    scores = xp.softmax(q @ k.T / xp.sqrt(3), axis=-1)
    return xp.mean(scores @ v)


def attention_by_hand(xp, theta, x):
    q, k, v = x @ theta.Q, x @ theta.K, x @ theta.V
    e = xp.exp(q @ xp.transpose(k) / 3**0.5)
    return xp.sum((e / xp.sum(e, axis=1, keepdims=True)) @ v)


def path_norm(xp, theta, x):
    return xp.sum(xp.abs(theta.v) @ xp.abs(theta.W2) @ xp.abs(theta.W1))


def path_norm_of_squares(xp, theta, x):
    return xp.sqrt(xp.sum(theta.v**2 @ theta.W2**2 @ theta.W1**2))


def max_pooling(xp, theta, x):
    a = xp.relu(theta.W1 @ x)
    return xp.max(a + theta.v) + xp.max(xp.reshape(theta.W2 @ (a + 1.0), (2, 2)), axis=1).sum()


def norms(xp, theta, x):
    W = theta.W1
    rows = xp.linalg.norm(W, axis=1)
    return xp.linalg.norm(W) + xp.sum(W**2) + xp.linalg.norm(x) * xp.min(rows) + xp.sum(rows, keepdims=False)


def gram(xp, theta, x):
    G = theta.W1 @ theta.W1.T
    return xp.trace(G @ G) - xp.sum(xp.diag(G)) + xp.sum(xp.outer(theta.v, theta.v) * G)


def lists(xp, theta, x):
    layers = [theta.W1 @ x, theta.v]
    whole = sum(xp.sum(xp.tanh(layer)) for layer in layers)
    return (
        whole + sum([layers[0][0], layers[1][0]]) + (-theta.W1)[0, 0] + xp.concatenate(layers)[::2] @ np.arange(4.0)
    )


def numpy_on_the_left(xp, theta, x):
    a = np.ones(4) * theta.v + (np.eye(4) @ theta.W1) @ x - np.arange(4.0) / (2.0 + theta.v**2)
    a = np.arange(4.0) - a + xp.zeros(4) + np.float64(0.5) * a - np.float64(1.0) * x[0]
    a = np.array([0.5, 0.25, 2.0, 1.0]) ** xp.tanh(a) + 2 ** xp.sin(a)
    return np.ones(4) @ a / np.sqrt(theta.m)


def masks(xp, theta, x):
    a = theta.W1 @ x
    even = np.arange(4) % 2 == 0
    low = xp.where(a > 0, a, 0.1 * a)
    return xp.sum(low[even]) + xp.sum(xp.where(even, a, a**2)) + xp.sum((a > theta.v) * a) + low[~even] @ low[[0, 1]]


def sizes(xp, theta, x):
    scale = theta.m**-0.5 + 1 / theta.m + 1 / len(x) + 1 / x.shape[0] + x.size / theta.d + theta.m**0.5
    zeros = xp.zeros(theta.m) + xp.ones((4,)) + xp.full(4, 0.5) + xp.eye(4)[0]
    return scale * xp.sum(theta.W1 @ x + zeros) + float(theta.m) + xp.log(theta.m) * theta.v[0] + np.sqrt(theta.m)


def shapes(xp, theta, x):
    W = theta.W1
    flat = W.reshape(-1) @ xp.ravel(W) + W.flatten()[::-1] @ W.ravel() + xp.reshape(W, (3, 4))[0, 1]
    cube = xp.expand_dims(W, 0) * x[None, None, :] + W[None] + xp.broadcast_to(x, (1, 4, 3))
    flat = flat + xp.vstack([W, W])[5, 0] + W.T[0] @ theta.v
    moved = xp.moveaxis(cube, 0, -1)[..., 0]
    return (
        flat
        + xp.sum(xp.squeeze(cube) * moved)
        + xp.swapaxes(W, 0, 1)[0, 3]
        + xp.vstack([W, W])[5, 0]
        + W.T[0] @ theta.v
    )


def einsums(xp, theta, x):
    return xp.einsum("i,ij,jk,k->", theta.v, theta.W2, theta.W1, x) + xp.einsum("ij,ij", theta.W1, theta.W1)


def log_sum_exp(xp, theta, x):
    z = theta.W1 @ x
    return xp.logsumexp(z) - z[0] + xp.logaddexp(z[1], z[2]) + xp.log(xp.sum(xp.exp(z)))


def rank_one(xp, theta, x):
    W = theta.W1 / xp.linalg.norm(theta.W1, axis=-1, keepdims=True)
    a = xp.maximum(W @ x, 0)
    a = xp.minimum(a, 0.9) + xp.clip(theta.v, -0.5, 0.5) + xp.abs(theta.v) ** 1.5 + xp.sign(theta.v)
    return theta.v.dot(a) + xp.prod(1.0 + 0.1 * a) + xp.cumsum(a)[-1] + (a @ a) ** 0.5


def activations(xp, theta, x):
    z = theta.W1 @ x
    for f in (
        xp.tanh,
        xp.sin,
        xp.cos,
        xp.arctan,
        xp.erf,
        xp.sigmoid,
        xp.softplus,
        xp.sinh,
        xp.cosh,
        xp.exp,
        xp.square,
    ):
        z = 0.5 * f(z)
    return theta.v @ z + xp.sum(1 / (1 + xp.exp(-theta.v))) + xp.sum(xp.log1p(xp.exp(x))) + xp.sum(xp.expm1(x))


def stacked_weights(xp, theta, x):
    a = x
    for W in theta.Ws:
        a = xp.tanh(W @ a)
    return xp.sum(a) + xp.sum(theta.Ws[-1]) + xp.sum(theta.Ws @ x) + xp.sum(theta.Ws @ theta.Ws)


def plain_loops(xp, theta, x):
    total = 0.0
    for i in range(theta.m):
        for j in range(theta.d):
            total = total + theta.v[i] * xp.tanh(theta.W1[i, j] * x[j])
        total += theta.v[i] ** 2 / 2
    return total


def constants_only(xp, theta, x):
    return 2.0 + 0.0 * theta.m


def square_root_of_a_size(xp, theta, x):
    return xp.sum(theta.W1 @ x) / theta.m**0.5 + xp.sum(theta.v) / xp.sqrt(theta.m * theta.d)


def unpacked(xp, theta, x):
    a, b, c = x
    rows = [xp.sum(row * x) for row in theta.W1]
    return a * b + c + xp.stack(rows) @ theta.v + sum(w @ x for w in theta.W1)


def weight_decay(xp, theta, x):
    return 0.5 * sum(xp.sum(theta[name] ** 2) for name in theta)


def gelu(xp, theta, x):
    z = theta.W1 @ x
    near = 0.5 * z * (1 + xp.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))
    return theta.v @ (near + 0.5 * z * (1 + xp.erf(z / np.sqrt(2)))) + theta.v @ (z * xp.sigmoid(z))


def masked_attention(xp, theta, x):
    scores, mask = theta.W2 @ theta.W2.T / 2.0, np.tril(np.ones((4, 4))) > 0
    return sum(xp.sum(xp.softmax(xp.where(mask, scores, low)) @ theta.v) for low in (-1e9, -xp.inf))


def power_iteration(xp, theta, x):
    u = np.ones(3) / np.sqrt(3)
    for _ in range(3):
        u = theta.W1.T @ (theta.W1 @ u)
        u = u / xp.linalg.norm(u)
    return xp.linalg.norm(theta.W1 @ u)


def losses(xp, theta, x):
    z = theta.W1 @ x
    huber = xp.sum(xp.where(xp.abs(z) < 1, 0.5 * z**2, xp.abs(z) - 0.5))
    return huber + xp.maximum(0, 1 - theta.v @ z) - xp.log(xp.softmax(z)[0]) + z[0] - xp.max(z[1:])


def changed_in_place(xp, theta, x):
    s = 0
    for W in (theta.W1, theta.W2[:, :3]):
        s += xp.sum(W @ x)
    s *= 2
    s -= x[0]
    s /= 3
    s **= 2
    return s


def group_norm(xp, theta, x):
    g = theta.W2.reshape(2, 2, 4)
    m, v = (part(g, axis=(1, 2), keepdims=True) for part in (xp.mean, xp.var))
    return xp.sum(xp.tanh((g - m) / xp.sqrt(v + 1e-5)) * np.arange(16.0).reshape(2, 2, 4))


def matrix_series(xp, theta, x):
    M, total, term = theta.W2 / 4, xp.eye(4), xp.eye(4)
    for k in range(1, 6):
        term = term @ M / k
        total = total + term
    return xp.sum(total) + xp.sum(theta.W2.reshape(2, 2, 2, 2).mean(axis=(1, 3)) ** 3)


SHAPES = {
    **dict.fromkeys((unpacked, weight_decay, gelu, masked_attention, power_iteration, losses), NET),
    **dict.fromkeys((changed_in_place, group_norm, matrix_series), NET),
    gains_and_biases: {"W1": (4, 3), "W2": (4, 4), "g1": (4,), "g2": (4,), "b1": (4,), "b2": (4,), "v": (4,), **D3},
    normalized_by_division: NET, residual: NET, rms_norm: NET, layer_norm: NET, layer_norm_by_axis: NET,
    batch_norm: {"W1": (2, 3), "v": (2,), "x": (5, 3)},
    convolution_by_index: {"w": (3,), "x": (7,)}, convolution: {"w": (3,), "x": (7,)},
    convolution_of_slices: {"w": (3,), "x": (7,)}, convolution_by_a_loop: {"w": (3,), "x": (7,)},
    two_channels: {"K": (2, 3), "x": (5,)},
    attention: {"Q": (2, 3), "K": (2, 3), "V": (2, 2), "x": (3, 2)},
    attention_by_hand: {"Q": (2, 3), "K": (2, 3), "V": (2, 2), "x": (3, 2)},
    path_norm: NET, path_norm_of_squares: NET, max_pooling: NET, norms: NET, gram: NET, lists: NET,
    numpy_on_the_left: NET, masks: NET, sizes: NET, shapes: NET, einsums: NET, log_sum_exp: NET, rank_one: NET,
    activations: NET, stacked_weights: {"Ws": (2, 3, 3), **D3}, plain_loops: {"W1": (4, 3), "v": (4,), **D3},
    constants_only: D3, square_root_of_a_size: NET,
}  # fmt: skip


@pytest.mark.parametrize("value", SHAPES, ids=lambda value: value.__name__)
def test_every_route_agrees(value) -> None:
    check(value, instances(SHAPES[value]))
