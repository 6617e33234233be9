"""State dicts in every format are understood as the frameworks mean them, and said to be."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

import wnverify
from tests.questions.audit.saved import FORMATS, OUTPUT, X, damaged, forward, npz, safetensors, state
from wnverify.commands.audit import command
from wnverify.errors import RecordError, UsageError
from wnverify.questions.audit.ask import audit


def values(found):
    return found.found.net.values(found.found.X)


@pytest.mark.parametrize("encode", FORMATS.values(), ids=FORMATS)
def test_a_state_dict_is_the_network_that_the_framework_means(encode, tmp_path):
    file, data = tmp_path / "network", tmp_path / "data.npy"
    arrays = state()
    file.write_bytes(encode(arrays))
    np.save(data, X)
    found = audit(file, data=data, activation="tanh", outputs=forward(arrays, X), theorems=OUTPUT)
    np.testing.assert_allclose(values(found), forward(arrays, X), rtol=1e-12)
    assert [layer.rule for layer in found.found.net.layers] == ["rows", "columns", "plain"]
    assert "recomputed" in str(found)


def test_the_new_names_and_flax_and_keras_say_the_same():
    arrays = state()
    want = forward(arrays, X)
    for source in (
        state(new=True),
        {"params": {
            "Dense_0": {"kernel": arrays["0.weight_v"].T, "bias": arrays["0.bias"]},
            "WeightNorm_0": {"Dense_0/kernel/scale": arrays["0.weight_g"][:, 0]},
            "Dense_1": {"kernel": _dense(arrays, "2").T, "bias": arrays["2.bias"]},
            "Dense_2": {"kernel": arrays["4.weight"].T, "bias": arrays["4.bias"]},
        }},
        {f"layers/dense{suffix}/vars/{place}": array for suffix, pair in (
            ("", (_dense(arrays, "0").T, arrays["0.bias"])),
            ("_1", (_dense(arrays, "2").T, arrays["2.bias"])),
            ("_2", (arrays["4.weight"].T, arrays["4.bias"])),
        ) for place, array in enumerate(pair)},
    ):  # fmt: skip
        np.testing.assert_allclose(values(audit(source, X, activation="tanh", theorems=OUTPUT)), want, rtol=1e-12)


def test_what_is_no_network_and_no_name_is_told():
    with pytest.raises(RecordError, match="the arrays of a network, but got an empty mapping"):
        audit({})
    with pytest.raises(RecordError, match=r"activation among .* but got 3"):
        audit({"W1": X[:1], "v": np.ones(1)}, X, activation=3)


def _dense(arrays, layer):
    g, V = arrays[f"{layer}.weight_g"], arrays[f"{layer}.weight_v"]
    return g * V / np.linalg.norm(V, axis=1 if g.shape[1] == 1 else 0, keepdims=True)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_short_numbers_are_converted_exactly_and_said_to_be(dtype, tmp_path):
    file = tmp_path / "network.safetensors"
    short = state(dtype="float32" if dtype == "bfloat16" else dtype)
    if dtype == "bfloat16":
        stored = {name: (array.view("u4") >> 16).astype("u2") for name, array in short.items()}
        short = {name: (array.astype("u4") << 16).view("f4") for name, array in stored.items()}
    file.write_bytes(safetensors(stored if dtype == "bfloat16" else short))
    found = audit(file, X, activation="tanh", theorems=OUTPUT)
    assert (short["0.weight_v"].astype(float) == found.found.net.layers[0].V).all()
    assert any(dtype in note for note in found.found.notes)


def test_everything_that_is_asked_for_is_measured_and_told(tmp_path):
    found = audit({**state(), "X": X, "y": np.array([0, 1, 1, 0, 1, 0])}, activation="tanh")
    plain = json.loads(json.dumps(found.to_json()))
    for name in ("output_abs", "input_gradient_norm", "gradient_norm", "hessian_norm", "omega", "loss_hessian_norm"):
        assert plain["measured"][name] > 0
    assert len(plain["per_output"]["gradient_norm"]) == 2
    assert plain["network"]["loss"] == "cross_entropy"
    assert {row["status"] for row in plain["theorems"]} == {"holds", "does not apply"}
    assert plain["measured"]["hessian_norm"] <= plain["measured"]["hessian_upper"]
    text = str(found)
    assert text.index("gV/‖V‖ by columns") < text.index("measured")
    assert "Πχ_l = " in text
    assert "one output: there are 2" in text
    assert found.html().startswith('<section class="verdict held">')
    assert "array" in found.latex()
    assert all(any("layered" in line.plain for line in found.lines(width)) for width in (20, 40))


def test_only_what_the_asked_bounds_need_is_measured():
    found = audit({**state(), "X": X, "y": np.zeros((6, 2))}, activation="tanh", theorems=("layered/input*",))
    assert "hessian_norm" not in found.measured
    assert {row.id for row in found.rows} == {"layered/input", "layered/input_measured"}
    with pytest.raises(UsageError, match="layered/hessian"):
        audit({**state(), "X": X}, activation="tanh", theorems=("layered/hesian",))


def test_a_hypothesis_that_fails_is_named_with_its_size_and_what_would_do():
    rows = {row.id: row for row in audit({**state(), "X": X}, activation="relu").rows}
    assert rows["layered/hessian"].status == "hypotheses not met"
    assert "β = ∞" in rows["layered/hessian"].remark
    assert "softplus" in rows["layered/hessian"].remark
    assert re.search(r"nearest z with \|z\| = \S+ at input \d in unit \d of layer \d", rows["layered/hessian"].remark)
    assert rows["layered/hessian_of_piece"].status == "holds"
    assert rows["layered/gradient"].status == "holds"
    assert "layer 2 is columns" in rows["layered/gradient_in_directions"].remark
    assert "targets" in rows["layered/loss_gradient"].remark


def test_a_network_of_the_paper_is_also_set_beside_its_theorems():
    rng = np.random.default_rng(0)
    source = {f"{i}.weight_v": rng.standard_normal((4, k)) for i, k in ((0, 3), (1, 4))}
    source |= {f"{i}.weight_g": np.ones((4, 1)) for i in (0, 1)} | {"2.weight": rng.standard_normal((1, 4))}
    said = {"activation": "tanh", "scaling": "fan_out", "theorems": ("banerjee2024/output", "layered/output")}
    found = audit(source, X / 10, **said)
    assert [row.status for row in found.paper.rows] == ["holds"]
    assert found.paper.measured["output_abs"].value == pytest.approx(found.measured["output_abs"].value)
    source["1.weight_g"][2] = 1.5
    found = audit(source, X / 10, **said)
    assert found.paper is None
    assert "off by up to 0.5 in 1" in str(found)


def test_outputs_that_differ_are_refused():
    with pytest.raises(RecordError, match="the given outputs to be those of the layers"):
        audit(state(), X, activation="relu", outputs=forward(state(), X))


def test_what_is_wrong_after_reading_names_the_files(tmp_path):
    file, data, outputs = tmp_path / "network.npz", tmp_path / "data.npy", tmp_path / "outputs.npy"
    file.write_bytes(npz(state()))
    np.save(data, X)
    np.save(outputs, X)
    said = {"data": data, "activation": "tanh"}
    with pytest.raises(RecordError, match=r"network.npz with .*data.npy: Expected layers among 0, 2, 4"):
        audit(file, layers=["3"], **said)
    with pytest.raises(RecordError, match=r"network.npz with .*data.npy with .*outputs.npy: Expected the given"):
        audit(file, outputs=outputs, **said)
    outputs.write_bytes(b"")
    with pytest.raises(RecordError, match=r"^\S*outputs.npy: Expected"):
        audit(file, outputs=outputs, **said)


def test_inputs_are_brought_into_the_unit_ball_and_it_is_said(tmp_path):
    found = audit(state(), X, activation="tanh", normalize_inputs=True, theorems=OUTPUT)
    assert found.measured["input_norm"].value == pytest.approx(1)
    assert found.measured["input_norm"].value <= 1
    assert "divided by" in str(found)
    old = {"W1": np.ones((2, 3)), "v": np.ones(2), "activation": "tanh"}
    found = audit(old, X, normalize_inputs=True, theorems=("banerjee2024/output",))
    assert found.rows[0].status == "holds"
    assert "divided by" in str(found)


def test_the_old_layout_takes_data_and_outputs(tmp_path):
    rng = np.random.default_rng(0)
    W, v = rng.standard_normal((4, 3)), rng.standard_normal(4)
    file = tmp_path / "old.npz"
    file.write_bytes(npz({"W1": W, "v": v}))
    F = np.tanh(X @ (W / np.linalg.norm(W, axis=1, keepdims=True)).T / 2) @ v
    found = audit(file, X, activation="tanh", outputs=F, theorems=("banerjee2024/output",))
    assert "recomputed" in found.notes[0]
    with pytest.raises(RecordError, match="to be those"):
        audit(file, X, activation="tanh", scaling="fan_in", outputs=F)


def changed(**arrays):
    return {name: array for name, array in {**state(), **arrays}.items() if array is not None}


def _with(name, index, value):
    array = state()[name].copy()
    array[index] = value
    return {name: array}


REFUSED = {
    "a zero row": (_with("0.weight_v", 2, 0.0), "norm 0 of row 2 of layer 0"),
    "a zero column": (_with("2.weight_v", (slice(None), 1), 0.0), "norm 0 of column 1 of layer 2"),
    "NaN": (_with("0.weight_v", (3, 1), np.nan), r"finite numbers in 0\.weight_v.*nan at index \(3, 1\)"),
    "an infinite bias": (_with("4.bias", 1, np.inf), r"4\.bias.*index \(1,\)"),
    "an empty layer": ({"0.weight_v": np.ones((0, 3)), "0.weight_g": np.ones((0, 1))}, "empty layer"),
    "gains of another shape": ({"2.weight_g": np.ones((2, 1))}, "gains of shape"),
    "gains alone": ({"2.weight_v": None}, "of layer 2"),
    "a bias of another shape": ({"0.bias": np.ones(3)}, r"a bias of shape \(4,\) in layer 0"),
    "a convolution": ({"0.weight_v": np.ones((4, 3, 2, 2))}, "no fully connected layer"),
    "a batch normalisation": ({"1.running_mean": np.ones(4)}, "1 is a batch normalisation.*batch_norm"),
    "a layer normalisation": ({"1.weight": np.ones(4)}, "1 normalises activations"),
    "spectral normalisation": ({"1.weight_orig": np.ones(4)}, "spectral"),
    "another key": ({"1.weigth": np.ones((4, 4))}, "did you mean weight"),
    "a long name": ({"a" * 300 + ".weight": np.ones((4, 4))}, "at most 200 signs"),
    "layers that do not fit": ({"4.weight": np.ones((2, 7))}, "--layers"),
    "inputs of another length": ({"X": np.ones((2, 4))}, "inputs X of length 3, as layer 0 takes, but got length 4"),
    "no inputs": ({"X": None}, "give them by --data"),
    "labels that are none": ({"y": np.array([0, 1, 2, 0, 1, 0])}, "labels from 0 to 1 as y, but got 2 at index 2"),
    "targets of another shape": ({"y": np.ones((6, 3))}, "y of shape"),
    "scalar targets": ({"y": np.array(1.0)}, r"y of shape.*shape \(\)"),
    "labels of 300 digits": ({"y": np.full(6, 1e300)}, r"labels from 0 to 1 as y, but got 1e\+300 at index 0"),
    "inputs without one": ({"X": np.ones((0, 3, 1))}, r"shape \(0, 3, 1\)"),
    "a name that steers a terminal": ({"\x1b[31m.weight": np.ones((4, 4))}, r"can be shown, but got '\\x1b\[31m"),
    "a name from right to left": ({"\u202ea.weight": np.ones((4, 4))}, r"'\\u202ea"),
    "half a sign": ({"\ud800.weight": np.ones((4, 4))}, r"'\\ud800"),
    "inputs without end": ({"X": np.ones((5_000_001, 1)), "0.weight_v": np.ones((4, 1))}, "first by --inputs"),
    "names without end": ({f"{i}.bias": 1 for i in range(5000)}, "at most 4096 arrays, but got 50"),
    "text": ({"0.bias": np.array(["a"] * 4)}, r"0\.bias"),
    "too large": ({"0.weight_v": np.full((4, 3), 1e200)}, "whose square is a number"),
}


@pytest.mark.parametrize(("change", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_network_is_refused_with_layer_and_row(change, words):
    with pytest.raises(RecordError, match=words) as caught:
        audit(changed(**({"X": X} | change)), activation="tanh")
    assert "\n" not in str(caught.value)


def test_a_gain_of_0_is_named_with_layer_and_row():
    found = audit(changed(X=X) | _with("0.weight_g", 2, 0.0), activation="tanh", theorems=OUTPUT)
    assert "a gain of 0 in row 2 of layer 0" in str(found)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"activation": "tan"}, "did you mean tanh"),
        ({"activation": ""}, "but got none: say it by --activation"),
        ({"scaling": "fan"}, "none, fan_out, fan_in"),
        ({"layers": ("0", "5")}, "layers among 0, 2, 4"),
        ({"layers": ("2", "0")}, "fits onto the last"),
        ({"outputs": 5.0}, r"outputs of shape \(6, 2\), but got shape \(1,\)"),
        (
            {"loss": "cross_entropy", "y": np.full((6, 2), -7.0)},
            r"a distribution over the outputs.*\[-7. -7.\] at index 0",
        ),
        ({"loss": "hinge", "y": np.ones(6)}, "square, cross_entropy"),
    ],
)
def test_what_is_said_wrongly_is_refused(said, words):
    with pytest.raises(RecordError, match=words):
        audit(state(), X, **({"activation": "tanh"} | said))


def test_layers_can_be_named_and_others_left_out():
    found = audit(state(), X, activation="tanh", layers=["0", "2"], theorems=OUTPUT)
    assert found.found.net.outputs == 5
    assert "left out: 4" in str(found)


def test_the_order_of_names_is_that_of_their_numbers(tmp_path):
    rng = np.random.default_rng(0)
    arrays = {f"fc{k}.weight": rng.standard_normal((3, 3)) for k in (10, 2, 1)}
    file = tmp_path / "n.safetensors"
    file.write_bytes(safetensors(arrays))
    found = audit(file, X, activation="tanh", theorems=OUTPUT)
    assert [layer.name for layer in found.found.net.layers] == ["fc1", "fc2", "fc10"]


# ---- damage


@pytest.mark.parametrize("encode", FORMATS.values(), ids=FORMATS)
def test_damaged_files_end_in_one_clear_error_or_a_whole_network(encode, tmp_path):
    data, file, rng = encode(state()), tmp_path / "damaged", np.random.default_rng(2)
    refused = 0
    for number in range(70):
        file.write_bytes(damaged(data, number, rng))
        try:
            audit(file, X, activation="tanh", theorems=OUTPUT)
        except RecordError as error:
            refused += 1
            assert "\n" not in str(error)  # noqa: PT017  # either outcome is fine; another exception is not
    assert refused > 20


def test_wnverify_audit_is_this():
    assert wnverify.audit is audit


def test_a_theorem_that_is_generalised_names_its_bounds_and_an_unknown_one_is_refused():
    found = audit(state(), X, activation="tanh", theorems=["normalizations/gains_input"])
    assert [row.id for row in found.rows] == ["layered/input", "layered/input_measured"]
    with pytest.raises(UsageError, match="did you mean gains_input"):
        audit(state(), X, activation="tanh", theorems=["gains_inpt"])
    with pytest.raises(UsageError, match="Expected a bound, but got 'layered/outptu': did you mean layered/output"):
        audit(state(), X, activation="tanh", theorems=["layered/outptu"])


def test_a_page_shows_names_as_text():
    arrays = {f"<b>&{name}": array for name, array in state().items()}
    found = audit(arrays, X, activation="tanh", theorems=OUTPUT)
    assert "<b>" not in found.html()
    assert "&lt;b&gt;&amp;0" in found.html()


def test_a_page_is_whole_and_has_what_the_terminal_has(tmp_path):
    file, data, page = tmp_path / "n.npz", tmp_path / "d.npy", tmp_path / "page.html"
    file.write_bytes(npz(state()))
    np.save(data, X)
    said = [str(file), "layered/output", "--data", str(data), "--activation", "tanh", "--html", str(page)]
    assert CliRunner().invoke(command, said).exit_code == 0
    text = page.read_text("utf-8")
    assert text.startswith('<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">')
    assert "http" not in text.replace("http-equiv", "")
    assert "stylesheet" not in text
    parts = ('<th scope="row">output_abs</th>', "parameters, tanh", "bound holds here", "<h1>Audit of n.npz</h1>")
    for part in (*parts, '<td class="num nowrap" data-name="at most">', "prefers-color-scheme: dark", "@media print"):
        assert part in text
    assert text.rstrip().endswith("</html>")


def test_a_matrix_without_full_rank_has_no_condition():
    arrays = state() | {"2.weight_g": np.append(state()["2.weight_g"][:, :-1], [[0.0]], axis=1)}
    found = audit(arrays, X, activation="tanh", theorems=OUTPUT)
    assert [layer["condition"] == "inf" for layer in found.to_json()["layers"]] == [False, True, False]


def test_data_alone_is_no_network():
    with pytest.raises(RecordError, match=r"layers: name.weight, .* but got X, y alone"):
        audit({"X": X, "y": X[:, 0]})


def test_at_a_kink_there_is_no_hessian_and_a_smooth_network_has_no_pieces():
    arrays = changed(X=X) | {"0.bias": -(_dense(state(), "0") @ X[2])}
    rows = {row.id: row for row in audit(arrays, activation="relu").rows}
    assert "at input 2 in unit 0 of layer 0" in rows["layered/hessian_of_piece"].remark
    assert rows["layered/hessian_of_piece"].status == "hypotheses not met"
    found = audit(changed(X=X), activation="tanh", theorems=["layered/hessian_of_piece"])
    assert "tanh has no kink" in found.rows[0].remark
    smooth = {row.id for row in audit(changed(X=X), activation="tanh", theorems=()).rows}
    assert "layered/hessian_of_piece" not in smooth


@pytest.mark.parametrize(("names", "said"), [(("encoder", "decoder"), True), (("fc", "fc_1"), False)])
def test_an_order_that_the_alphabet_alone_gives_is_said(names, said, tmp_path):
    file = tmp_path / "n.safetensors"
    file.write_bytes(safetensors({f"{name}.weight": np.eye(3) for name in names}))
    words = "layer decoder stands before encoder by the alphabet alone"
    assert (words in str(audit(file, X, activation="tanh", theorems=OUTPUT))) == said
    assert words not in str(audit(file, X, activation="tanh", theorems=OUTPUT, layers=names))
    whole = audit(file, X, activation="tanh", theorems=OUTPUT)
    assert said or "that of the numbers in their names; fc and fc_1 have one shape" in whole.found.order
    assert "order" not in str(audit(file, X, activation="tanh", theorems=OUTPUT, outputs=values(whole)))


def test_an_order_of_layers_of_one_shape_is_said_to_be_that_of_the_file():
    arrays = {f"{name}.weight": np.eye(3) for name in ("b", "a", "c")}
    found = audit(arrays, X, activation="tanh", theorems=OUTPUT)
    assert found.to_json()["order"].startswith("that of the file; b and a have one shape, as 2 more pairs, and")
    assert audit(state(), X, activation="tanh", theorems=OUTPUT).found.order == ""


def test_a_bound_that_is_undecided_is_not_counted_as_one_that_holds():
    found = audit(state(), X, activation="tanh", theorems=OUTPUT)
    assert "1 bound holds here, 1 informative" in " ".join(str(found).split())
    row = replace(found.rows[0], status="undecided", ratio=1.5)
    text = " ".join(str(replace(found, rows=(row,))).split())
    assert "0 bounds hold here, 0 informative" in text
    assert "1 undecided" in text


def test_outputs_whose_name_steers_a_terminal_are_refused(tmp_path):
    file = tmp_path / "o.npz"
    file.write_bytes(npz({"\x1b[31ma": X, "b": X}))
    with pytest.raises(RecordError, match=r"can be shown, but got '\\x1b"):
        audit(state(), X, activation="tanh", outputs=file)


def test_what_overflows_is_told_without_a_warning():
    huge = {"a.weight": np.full((3, 3), 1e300), "b.weight": np.full((1, 3), 1e300)}
    found = audit(huge, X, activation="relu", theorems=OUTPUT)
    assert "inf to inf" in str(found)
    assert "0 bounds hold here" in str(found)
    assert "0 bounds hold here" in repr(found), "a prompt says what was found, not the head of a table"
    assert "nothing was compared" in str(found)
    assert "inf" in str(
        audit(state() | {"0.weight_g": np.full((4, 1), 1e308)}, X, activation="tanh", theorems=OUTPUT)
    )
    with pytest.raises(RecordError, match="some that overflow"):
        audit(huge, X, activation="relu", outputs=np.ones((6, 1)))
