"""Modules of Equinox and flax.nnx against their own outputs and Hessians; only where they are installed."""

import numpy as np
import pytest

from wnverify.errors import RecordError
from wnverify.questions.audit.ask import audit
from wnverify.questions.audit.containers import from_mapping
from wnverify.questions.audit.state import check_state, layers_of

pytestmark = pytest.mark.filterwarnings("ignore")  # of jax and its own
OUTPUT = ("layered/output",)
X = np.random.default_rng(0).standard_normal((6, 3)).astype("f4")


def gap(found):
    """How far its outputs are from the module's."""
    assert found.compared.startswith("the module's outputs are recomputed")
    return float(found.compared.split("to ")[1].split()[0])


@pytest.fixture
def eqx():
    return pytest.importorskip("equinox")


@pytest.fixture
def jax():
    return pytest.importorskip("jax")


def sequential(eqx, jax, axes=(0, 1, None)):
    keys = jax.random.split(jax.random.key(0), 4)
    parts = []
    for place, (axis, key) in enumerate(zip(axes, keys, strict=False)):
        linear = eqx.nn.Linear(3 + place, 4 + place, key=key)
        norm = eqx.nn.WeightNorm(linear, axis=axis)
        gains = norm.g * np.linspace(0.5, 1.5, norm.g.size).reshape(norm.g.shape)
        parts += [eqx.tree_at(lambda n: n.g, norm, gains), eqx.nn.Lambda(jax.numpy.tanh)]
    return eqx.nn.Sequential([*parts, eqx.nn.Dropout(), eqx.nn.Linear(3 + len(axes), 2, key=keys[-1])])


def test_modules_of_equinox_are_read_with_every_axis(eqx, jax):
    found = audit(sequential(eqx, jax), X, activation="tanh", theorems=OUTPUT)
    assert [layer.rule for layer in found.found.net.layers] == ["rows", "columns", "whole", "plain"]
    assert gap(found) < 1e-6
    mlp = eqx.nn.MLP(3, 2, 8, 3, jax.nn.softplus, use_bias=False, key=jax.random.key(1))
    assert gap(audit(mlp, X, activation="softplus", theorems=OUTPUT)) < 1e-6
    with pytest.raises(RecordError, match="the module's outputs to be those of the layers"):
        audit(mlp, X, activation="tanh")


def test_the_hessian_is_that_of_jax(eqx, jax):
    flatten_util = pytest.importorskip("jax.flatten_util")
    net = sequential(eqx, jax, axes=(0, None))
    with jax.enable_x64():
        arrays, rest = eqx.partition(net, eqx.is_array)
        flat, back = flatten_util.ravel_pytree(jax.tree.map(lambda leaf: np.asarray(leaf, "f8"), arrays))

        def output(theta):
            return eqx.nn.inference_mode(eqx.combine(back(theta), rest))(np.asarray(X[0], "f8"))[1]

        H = jax.hessian(output)(flat)
    found = audit(net, X[:1], activation="tanh", theorems=("layered/hessian",))
    assert found.per_output["hessian_norm"][1] == pytest.approx(np.linalg.norm(H, 2), rel=1e-6)


def test_other_parts_of_equinox_are_refused_by_name(eqx, jax):
    with pytest.raises(RecordError, match="but got LayerNorm"):
        audit(eqx.nn.Sequential([eqx.nn.LayerNorm(3)]), X, activation="tanh")


def test_modules_of_nnx_and_their_states_are_read(jax):
    nnx = pytest.importorskip("flax.nnx")

    class Net(nnx.Module):
        def __init__(self, rngs):
            self.a = nnx.WeightNorm(nnx.Linear(3, 4, rngs=rngs), rngs=rngs)
            self.a.scales[("kernel",)] = jax.numpy.linspace(0.5, 2.0, 4)
            self.drop = nnx.Dropout(0.5, rngs=rngs)
            self.b = nnx.Linear(4, 2, rngs=rngs)

        def __call__(self, x):
            return self.b(self.drop(jax.numpy.tanh(self.a(x))))

    net = Net(nnx.Rngs(0))
    found = audit(net, X, activation="tanh", theorems=OUTPUT)
    assert [layer.rule for layer in found.found.net.layers] == ["rows", "plain"]
    assert gap(found) < 1e-6
    net.eval()
    state = nnx.state(net, nnx.Not(nnx.RngState))
    found = audit(state, X, activation="tanh", outputs=np.asarray(net(X)), theorems=OUTPUT)
    assert [layer.name for layer in found.found.net.layers] == ["a", "b"]


def test_kernels_without_the_gains_of_their_weight_norm_are_no_plain_layers():
    parts = from_mapping({"a/layer_instance/kernel": np.ones((3, 4))}, check_state)
    with pytest.raises(RecordError, match=r"gains of layer a, as WeightNorm\(use_scale=True\)"):
        layers_of(parts)


def test_a_model_of_keras_is_told_how_to_be_saved():
    class Model:
        def save_weights(self): ...

    with pytest.raises(RecordError, match=r"model\.save_weights\('network\.weights\.h5'\)"):
        audit(Model(), X)
