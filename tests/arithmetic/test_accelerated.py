"""Where jax is installed it does everything here; elsewhere the same tests hold the routes that it stands in for."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tests.arithmetic.routes import PLAIN
from tests.arithmetic.test_operations import MANY, ONE
from wnverify.arithmetic import accelerated, oracle
from wnverify.arithmetic.accelerated import SWITCH, Accelerated, Question, chunk_of, installed, mode
from wnverify.arithmetic.activation import builtin
from wnverify.arithmetic.faults import FunctionError
from wnverify.arithmetic.namespace import Module
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.written import Written
from wnverify.batch import Batch
from wnverify.engine.activations import ACTIVATIONS, SMOOTH
from wnverify.errors import UsageError, WnverifyError

NAMES = ["w", "v"]


@pytest.fixture
def jax(monkeypatch):
    """jax for every call, if there is one."""
    monkeypatch.setenv(SWITCH, "always" if installed() else "auto")


def written(call, phi=None):
    return Written("f", call, lambda settings: phi)


def batch_of(size=5, spread=1.0):
    rng = np.random.default_rng(11)
    arrays = {"w": rng.normal(size=(3, 2, size)), "v": rng.normal(size=(3, size)), "x": rng.normal(size=(2, size))}
    return Batch("toy", {"m": 3}, {}, {name: spread * array for name, array in arrays.items()})


def network(xp, a, batch):
    """Every smooth activation at once."""
    z = xp.unit_rows(a["w"]) @ a["x"]
    return sum(xp.dot(a["v"] ** (k + 1), builtin(name)(xp, z)) for k, name in enumerate(SMOOTH)) / batch.shape["m"]


def by_oracle(function, batch, names=NAMES, others=NAMES):
    return np.stack([oracle.hessian(function, batch, i, names, others) for i in range(batch.size)], axis=-1)


def close(found, wanted, tolerance=1e-12):
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() <= tolerance * np.abs(wanted).max()


# ---- what is computed


def test_values_gradients_and_hessians_are_those_of_the_oracle(jax):
    function, batch = written(network), batch_of()
    program = Program(function)
    close(program.values(batch), np.array([oracle.value(function, batch, i) for i in range(batch.size)]))
    slopes = program.gradient(batch, NAMES)
    for index in range(batch.size):
        for name, part in oracle.gradient(function, batch, index, NAMES).items():
            close(slopes[name][..., index], part)
    close(program.hessian(batch, NAMES), by_oracle(function, batch))
    assert bool(program.compiled._kept) == installed()


def test_blocks_and_products_are_parts_of_the_hessian(jax):
    function, batch = written(network), batch_of()
    program, whole = Program(function), by_oracle(function, batch_of())
    close(program.hessian(batch, ["v"], ["w", "v"]), whole[6:])
    rng = np.random.default_rng(2)
    u = {name: rng.normal(size=batch.arrays[name].shape) for name in NAMES}
    flat = np.concatenate([u[name].reshape(-1, batch.size) for name in NAMES])
    product = program.reverse(batch, u, 1, NAMES)
    close(np.concatenate([product[n].reshape(-1, batch.size) for n in NAMES]), np.einsum("ijb,jb->ib", whole, flat))


def test_an_instance_does_not_depend_on_those_beside_it(jax, monkeypatch):
    monkeypatch.setattr(accelerated, "CHUNK_NUMBERS", 16 * 81)
    program, batch = Program(written(lambda xp, a, _: xp.sum(xp.tanh(a["w"] @ a["x"]) * a["v"]))), batch_of(37)
    whole = program.hessian(batch, NAMES)
    assert whole.shape == (9, 9, 37)
    for few in ([0], [36], [15, 16, 17]):
        close(program.hessian(batch.select(few), NAMES), whole[..., few], 1e-14)


def test_derivatives_keep_their_digits_where_activations_are_flat(jax):
    z = np.array([-30.0, -12.0, 12.0, 30.0])
    batch = Batch("toy", {}, {}, {"z": z})
    program = Program(written(lambda xp, a, _: sum(builtin(n)(xp, a["z"]) for n in ("tanh", "sigmoid4"))))
    jets = [ACTIVATIONS[name].jet(z, 2) for name in ("tanh", "sigmoid4")]
    np.testing.assert_allclose(program.gradient(batch, ["z"])["z"], sum(jet[1] for jet in jets), rtol=1e-13)
    np.testing.assert_allclose(program.hessian(batch, ["z"])[0, 0], sum(jet[2] for jet in jets), rtol=1e-13)


def test_a_kink_has_no_derivative(jax):
    batch = Batch("toy", {}, {}, {"z": np.array([[-1.0, 0.0, 2.0]])})
    program = Program(written(lambda xp, a, _: xp.sum(xp.phi(a["z"]) ** 2), builtin("relu")))
    np.testing.assert_array_equal(program.gradient(batch, ["z"])["z"], [[0.0, np.nan, 4.0]])
    np.testing.assert_array_equal(program.hessian(batch, ["z"]), [[[0.0, np.nan, 2.0]]])


def test_a_kink_of_a_constant_is_none(jax):
    batch = Batch("toy", {}, {}, {"z": np.array([[0.0, 2.0]]), "w": np.array([[1.0, 3.0]])})
    program = Program(written(lambda xp, a, _: xp.sum(xp.phi(a["z"]) * a["w"] + a["w"] ** 2), builtin("relu")))
    np.testing.assert_array_equal(program.gradient(batch, ["w"])["w"], [[2.0, 8.0]])


def test_operations_that_power_series_lack_are_differentiated_too(jax):
    function = written(lambda xp, a, _: xp.sum(xp.arcsinh(a["w"] @ a["x"]) * a["v"]))
    program, batch = Program(function), batch_of(3)
    assert not program.known(batch)
    close(program.hessian(batch, NAMES), by_oracle(function, batch))


def test_a_function_of_nothing_has_no_slope(jax):
    program, batch = Program(written(lambda xp, a, _: 2)), batch_of(3)
    np.testing.assert_array_equal(program.values(batch), [2.0] * 3)
    assert not program.hessian(batch, NAMES).any()


def everything(xp, arrays, _):
    """Every operation, each with a weight of its own."""
    a, b = arrays["a"], arrays["b"]
    parts = [part for case in MANY.values() for part in case(xp, a, b)] + [getattr(xp, name)(a) for name in ONE]
    return sum(xp.sum(part) / (2 + k) for k, part in enumerate(parts))


def test_every_operation_means_what_it_means_in_numpy(jax):
    arrays = dict(zip("ab", np.random.default_rng(0).normal(size=(2, 4, 3, 2)), strict=True))
    found = Program(written(everything)).values(Batch("toy", {}, {}, arrays))
    xp = Module(np, PLAIN)
    wanted = [everything(xp, {name: array[..., lane] for name, array in arrays.items()}, None) for lane in range(2)]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


# ---- when


def test_the_switch_takes_three_words(monkeypatch):
    monkeypatch.setattr(accelerated, "installed", lambda: True)
    for word, wanted in (("", "auto"), ("auto", "auto"), ("always", "always"), ("never", "never")):
        monkeypatch.setenv(SWITCH, word)
        assert mode() == wanted
    monkeypatch.setenv(SWITCH, "1")
    with pytest.raises(UsageError, match="auto, always, never as WNVERIFY_JAX, but got '1'"):
        mode()


def test_without_jax_power_series_do_it(monkeypatch):
    monkeypatch.setattr(accelerated, "installed", lambda: False)
    monkeypatch.setattr(accelerated, "REPAID", {True: 0, False: 0})
    monkeypatch.delenv(SWITCH, raising=False)
    program, batch = Program(written(network)), batch_of(2)
    close(program.hessian(batch, NAMES), by_oracle(program.written, batch))
    assert not program.compiled._kept
    monkeypatch.setenv(SWITCH, "always")
    with pytest.raises(UsageError, match=r"pip install 'wnverify\[jax\]'"):
        program.values(batch)


BLOCKED = """
import sys
if sys.argv[1] == "blocked":
    sys.modules["jax"] = None
import numpy as np
from wnverify.arithmetic.program import Program
from wnverify.arithmetic.written import Written
from wnverify.batch import Batch
program = Program(Written("f", lambda xp, a, _: xp.sum(a["z"] ** 3), lambda _: None))
print(program.hessian(Batch("toy", {}, {}, {"z": np.ones((1, 2))}), ["z"]).tolist(), sys.modules.get("jax"))
"""


@pytest.mark.parametrize("word", ["blocked", "as it is"])
def test_jax_is_neither_needed_nor_loaded_for_little(word):
    words = [sys.executable, "-c", BLOCKED, word]
    environment = {key: value for key, value in os.environ.items() if key != SWITCH}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "[[[6.0, 6.0]]] None\n"


def test_the_choice_depends_on_the_sizes_of_a_call_alone(monkeypatch):
    asked = []
    monkeypatch.setattr(accelerated, "installed", lambda: True)
    monkeypatch.setattr(accelerated, "REPAID", {True: 9 * 11 * 4, False: 9 * 11 * 2})
    monkeypatch.setattr(
        Accelerated, "_computed", lambda self, question, batch, _: asked.append(batch.size) or {"f": 1}
    )
    monkeypatch.delenv(SWITCH, raising=False)
    compiled = Accelerated(written(network))
    for known in (True, False):
        for size in (1, 2, 3, 4, 5, 1):
            compiled.hessian(batch_of(size), NAMES, NAMES, known=known)
    assert asked == [4, 5, 2, 3, 4, 5]


def test_there_are_two_sizes_of_a_chunk():
    question = Question("hessian", ("w", "v"), ("w", "v"))
    assert [chunk_of(question, batch_of(size)) for size in (1, 16, 17, 5000)] == [16, 16, 1024, 1024]


def test_a_user_s_own_jax_is_left_as_it_was(jax):
    Program(written(lambda xp, a, _: xp.sum(a["v"] ** 2))).values(batch_of())
    assert (sys.modules.get("jax") is not None) == installed()
    if installed():
        import jax.numpy as jnp

        assert jnp.ones(2).dtype == "float32"


# ---- what jax refuses


def branching(xp, a, _):
    if a["v"][0] > 0:
        return a["v"][0]
    return a["v"][1]


@pytest.mark.parametrize(
    ("call", "remedy"),
    [
        (branching, r"write xp\.where\(condition, a, b\)"),
        (lambda xp, a, _: np.tanh(a["v"]).sum(), r"NumPy's own"),
        (lambda xp, a, _: a["v"][0] * float(a["v"][1]), r"a conversion to a plain number"),
    ],
)
def test_what_no_array_of_unknowns_can_do_is_told_in_one_sentence(call, remedy, jax):
    with pytest.raises(FunctionError, match=remedy) as told:
        _by_jax(call)
    assert str(told.value).startswith("test_accelerated.py, line")
    assert "\n" not in str(told.value)


def _by_jax(call):
    """The program alone would have power series refuse it first."""
    batch = batch_of(2)
    found = Accelerated(written(call)).values(batch, known=True)
    return Program(written(call)).values(batch) if found is None else found


def test_what_jax_alone_refuses_goes_by_power_series_unless_jax_must(monkeypatch):
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setattr(accelerated, "REPAID", {True: 0, False: 0})
    program, batch = Program(written(lambda xp, a, _: xp.sum(a["v"][[0, 2]] ** 2))), batch_of(4)
    wanted = (batch.arrays["v"][[0, 2]] ** 2).sum(axis=0)
    for _ in range(2):
        np.testing.assert_allclose(program.values(batch), wanted, rtol=1e-15)
    assert [type(kept) for kept in program.compiled._kept.values()] == [str] * installed()
    monkeypatch.setenv(SWITCH, "always")
    with pytest.raises(
        WnverifyError, match="compiled by jax, that runs, but got TypeError" if installed() else "pip install"
    ):
        program.values(batch)
