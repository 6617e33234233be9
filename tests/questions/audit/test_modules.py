"""Modules of PyTorch against PyTorch itself: outputs, gradients and Hessians; only where it is installed."""

import numpy as np
import pytest

from wnverify.errors import RecordError
from wnverify.questions.audit.ask import audit
from wnverify.questions.audit.frameworks import _check_sizes, _state_dict
from wnverify.questions.audit.trees import flat

pytestmark = pytest.mark.filterwarnings("ignore")  # PyTorch's own, of names that it would have otherwise


@pytest.fixture
def torch():
    found = pytest.importorskip("torch")
    found.manual_seed(0)
    return found


def module(torch, *, phi="Tanh"):
    nn = torch.nn
    new, old = nn.utils.parametrizations.weight_norm, nn.utils.weight_norm
    phi = getattr(nn, phi)
    layers = [new(nn.Linear(3, 5)), phi(), old(nn.Linear(5, 4), dim=1), phi(), old(nn.Linear(4, 4), dim=None), phi()]
    return nn.Sequential(*layers, nn.Linear(4, 2))


def written_out(torch, p, x):
    """The same network in plain operations.

    PyTorch 2.13's second derivative of its own weight normalization with dim=1 is not symmetric (off by 0.6 here);
    its first derivative, and finite differences of that, agree with this.
    """
    names = (
        ("0.parametrizations.weight.original0", "0.parametrizations.weight.original1", 1),
        ("2.weight_g", "2.weight_v", 0),
        ("4.weight_g", "4.weight_v", (0, 1)),
    )
    for g, V, axis in names:
        z = p[g] * p[V] / torch.linalg.vector_norm(p[V], dim=axis, keepdim=True) @ x
        x = torch.tanh(z + p[f"{g[0]}.bias"])
    return p["6.weight"] @ x + p["6.bias"]


def test_a_module_is_understood_and_its_derivatives_are_those_of_torch(torch):
    from torch.func import functional_call, hessian, jacrev

    net = module(torch).double()
    X = torch.randn(4, 3, dtype=torch.float64)
    found = audit(net, X, torch.tensor([0, 1, 1, 0]))
    assert "module's outputs are recomputed" in found.compared
    short = audit(module(torch).state_dict(), X.float(), activation="tanh", theorems=("layered/output",))
    assert "float32 converted" in str(short)
    assert [layer.rule for layer in found.found.net.layers] == ["rows", "columns", "whole", "plain"]
    names = {name: p.detach() for name, p in net.named_parameters()}
    theta = torch.cat([p.reshape(-1) for p in names.values()])

    def parameters(theta):
        parts = torch.split(theta, [p.numel() for p in names.values()])
        return {name: part.reshape(p.shape) for (name, p), part in zip(names.items(), parts, strict=True)}

    def by_module(theta, x):
        return functional_call(net, parameters(theta), (x[None],))[0]

    J = jacrev(by_module)(theta, X[0]).numpy()
    assert found.measured["gradient_norm"].per_input[0] == pytest.approx(np.linalg.norm(J, 2), rel=1e-9)
    H = hessian(lambda t: written_out(torch, parameters(t), X[0])[1])(theta).numpy()
    alone = audit(net, X[:1], theorems=("layered/hessian",))
    assert alone.per_output["hessian_norm"][1] == pytest.approx(np.abs(np.linalg.eigvalsh(H)).max(), rel=1e-9)


@pytest.mark.parametrize("dim", [0, 1, None])
@pytest.mark.parametrize("api", ["parametrizations", "weight_g"])
def test_both_weight_norms_of_torch_in_every_dim(torch, api, dim):
    nn = torch.nn
    norm = nn.utils.parametrizations.weight_norm if api == "parametrizations" else nn.utils.weight_norm
    net = nn.Sequential(norm(nn.Linear(3, 4), dim=dim), nn.Tanh(), norm(nn.Linear(4, 2), dim=dim))
    X, y = torch.randn(5, 3), torch.tensor([0, 1, 1, 0, 1])
    loss = audit(net, X, y, theorems=("layered/loss_hessian", "layered/hessian"), inputs=1)
    assert {layer.rule for layer in loss.found.net.layers} == {{0: "rows", 1: "columns", None: "whole"}[dim]}
    assert float(loss.compared.split("to ")[1].split()[0]) < 1e-6
    H = in_plain_operations(torch, net.double(), dim, X[0].double())
    largest = [float(torch.linalg.eigvalsh(each).abs().max()) for each in H]
    assert loss.per_output["hessian_norm"] == pytest.approx(largest[:2], rel=1e-6)
    assert loss.measured["loss_hessian_norm"].value == pytest.approx(largest[2], rel=1e-6)


def in_plain_operations(torch, net, dim, x):
    """The Hessians of both outputs and of the cross-entropy to 0 at one input, by torch.func."""
    names = [name for name, _ in net.named_parameters()]
    shapes = [p.shape for p in net.parameters()]
    sizes = [shape.numel() for shape in shapes]
    axis = {0: 1, 1: 0, None: (0, 1)}[dim]

    def outputs(theta):
        parts = {n: t.reshape(s) for n, t, s in zip(names, torch.split(theta, sizes), shapes, strict=True)}
        state = x
        for place in (0, 2):
            g, V, b = (next(t for n, t in parts.items() if n.startswith(f"{place}.") and n.endswith(ends))
                       for ends in (("original0", "weight_g"), ("original1", "weight_v"), ("bias",)))  # fmt: skip
            state = g * V / torch.linalg.vector_norm(V, dim=axis, keepdim=True) @ state + b
            state = torch.tanh(state) if place == 0 else state
        return torch.stack([state[0], state[1], torch.logsumexp(state, 0) - state[0]])

    theta = torch.cat([p.detach().reshape(-1) for p in net.parameters()])
    torch.testing.assert_close(outputs(theta)[:2], net(x[None])[0].detach())
    return torch.func.hessian(outputs)(theta)


@pytest.mark.parametrize("phi", ["ReLU", "Sigmoid", "GELU", "SiLU", "Softplus", "LeakyReLU"])
def test_every_activation_is_that_of_torch(torch, phi):
    found = audit(module(torch, phi=phi), torch.randn(50, 3), theorems=("layered/output",))
    assert float(found.compared.split("to ")[1].split()[0]) < 1e-6


def test_the_first_layer_that_differs_is_named(torch):
    net = module(torch)
    with pytest.raises(RecordError, match=r"It arises in layer 2\."):
        audit(net, torch.randn(4, 3), activation="relu")


def test_other_modules_are_refused_by_name(torch):
    nn = torch.nn
    with pytest.raises(RecordError, match="1: BatchNorm1d"):
        audit(nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)), torch.randn(4, 3))
    with pytest.raises(RecordError, match="relu and tanh"):
        audit(nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.ReLU()), torch.randn(4, 3))
    with pytest.raises(RecordError, match="approximate='tanh'"):
        audit(nn.Sequential(nn.Linear(3, 3), nn.GELU("tanh")), torch.randn(4, 3))


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_file_of_torch_is_read_without_pickle(torch, tmp_path, nested, dtype):
    net = module(torch).to(getattr(torch, dtype))
    state, file = net.state_dict(), tmp_path / "net.pt"
    torch.save({"state_dict": state, "epoch": 3} if nested else state, file)
    X = torch.randn(4, 3).to(getattr(torch, dtype))
    theirs = net.double()(X.double()).detach()
    found = audit(file, X.double(), activation="tanh", outputs=theirs, theorems=("layered/output",))
    assert "recomputed" in found.compared
    assert dtype in found.found.notes[0]
    torch.save(torch.nn.Linear(3, 2), file)
    with pytest.raises(RecordError, match="weights_only"):
        audit(file, X, activation="tanh")


def test_old_versions_of_torch_are_refused(torch, tmp_path, monkeypatch):
    file = tmp_path / "net.pt"
    torch.save(module(torch).state_dict(), file)
    monkeypatch.setattr(torch, "__version__", "2.5.1")
    with pytest.raises(RecordError, match=r"torch 2\.6 or later, but got 2\.5\.1"):
        audit(file, np.ones((1, 3)), activation="tanh")


def test_networks_of_flax_are_read_as_trees():
    nn, jax = pytest.importorskip("flax.linen"), pytest.importorskip("jax")

    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            for width in (4, 5):
                x = jax.numpy.tanh(nn.WeightNorm(nn.Dense(width))(x))
            return nn.Dense(2)(x)

    X = np.random.default_rng(0).standard_normal((6, 3)).astype("f4")
    params = Net().init(jax.random.key(0), X)
    found = audit(params, X, activation="tanh", outputs=Net().apply(params, X), theorems=("layered/output",))
    assert [layer.rule for layer in found.found.net.layers] == ["rows", "rows", "plain"]
    assert float(found.compared.split("to ")[1].split()[0]) < 1e-6


def test_networks_of_keras_are_read_from_their_file(tmp_path, monkeypatch):
    pytest.importorskip("h5py")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras")
    layers = [keras.layers.Dense(width, activation="tanh") for width in (4, 5)]
    net = keras.Sequential([keras.Input((3,)), *layers, keras.layers.Dense(2)])
    file = tmp_path / "net.weights.h5"
    net.save_weights(file)
    X = np.random.default_rng(0).standard_normal((6, 3)).astype("f4")
    found = audit(file, X, activation="tanh", outputs=np.asarray(net(X)), theorems=("layered/output",))
    assert float(found.compared.split("to ")[1].split()[0]) < 1e-6


def test_a_file_needs_its_package_and_says_which(tmp_path, monkeypatch):
    monkeypatch.setattr("wnverify.questions.audit.frameworks.find_spec", lambda _: None)
    file = tmp_path / "net.weights.h5"
    file.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(64))
    with pytest.raises(RecordError, match=r"pip install 'wnverify\[keras\]'"):
        audit(file, np.ones((1, 2)), activation="tanh")


def test_a_tree_has_paths():
    assert flat({"params": {"a": {"b": 1}}, "X": 2}) == {"params/a/b": 1, "X": 2}


class Repeated:
    """A tensor of many numbers and few bytes, as strides of 0 make it."""

    def numel(self):
        return 10**12


def test_a_tensor_that_repeats_one_number_is_refused_before_it_is_written_out():
    with pytest.raises(RecordError, match="at most 8,000,000 numbers, but got 1,000,000,000,000"):
        _check_sizes({"0.weight": Repeated()})


def test_a_file_that_holds_itself_ends():
    loaded = {"0.bias": 1}
    loaded["model"] = loaded
    assert set(_state_dict(loaded)) == {"0.bias", "model"}
