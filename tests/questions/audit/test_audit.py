"""Audits of a user's own network: safe reading, the right numbers, what applies and why the rest does not."""

import io
import json
import tracemalloc
import zipfile
from dataclasses import replace
from itertools import chain, pairwise

import numpy as np
import pytest

from wnverify.claim import Claim
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.network import Network
from wnverify.errors import RecordError, UsageError
from wnverify.families.kit.parts import two_routes
from wnverify.judging.judge import Judge
from wnverify.questions.audit import subject
from wnverify.questions.audit.ask import audit
from wnverify.questions.audit.network import read_network
from wnverify.questions.audit.subject import LOSSES, NETWORKS, Audited
from wnverify.typed.vocabulary import family_named


def network(widths=(4, 4), d=3, n=5, *, norm=0.9, targets=True, **words):
    rng = np.random.default_rng(0)
    sizes = (d, *widths)
    parts = {f"W{i + 1}": rng.standard_normal((sizes[i + 1], sizes[i])) for i in range(len(widths))}
    v, X = rng.standard_normal(widths[-1]), rng.standard_normal((n, d))
    parts |= {"v": v / np.linalg.norm(v), "X": norm * X / np.linalg.norm(X, axis=1, keepdims=True)}
    if targets:
        parts["y"] = rng.standard_normal(n)
    return parts | {"activation": "tanh", "scaling": "fan_out"} | words


def test_a_quantity_that_no_array_can_hold_leaves_the_others(monkeypatch):
    def dense(batch):
        raise UsageError("Expected at most 512 MB in one array.")

    family = family_named(NETWORKS)
    huge = two_routes("huge", "the sum of a dense matrix", dense, dense)
    monkeypatch.setattr(family, "quantities", {**family.quantities, "huge": huge})
    found = audit(network(), theorems=("banerjee2024/output",))
    assert [row.status for row in found.rows] == ["holds"]
    assert "omega" in found.measured
    assert "huge" not in found.measured


@pytest.mark.parametrize("factor", [1e308, 1e200])
def test_what_overflows_is_not_said_to_hold(factor):
    parts = network()
    with np.errstate(all="ignore"):
        found = audit(parts | {"v": factor * parts["v"]}, theorems=("banerjee2024", "depth_free"))
    for row in found.rows:
        assert row.status != "holds" or np.isfinite([row.measured, row.bound, row.ratio]).all(), row
    assert any("nothing was compared" in row.remark for row in found.rows)


@pytest.fixture(scope="module")
def whole():
    return audit(network())


@pytest.mark.parametrize("width", [1, 20, 30, 40])
def test_an_audit_is_shown_on_the_narrowest_terminal(whole, width):
    assert any("hold" in line.plain for line in whole.lines(width))


def test_an_audit_tells_what_the_rate_lacks(whole):
    assert whole.rate.startswith("restricted strong convexity")
    assert whole.rate in whole.html()
    assert whole.to_json()["rate"] == whole.rate
    assert "not certified" in str(whole)
    assert audit(network(), theorems=("banerjee2024/output",)).rate == ""


def as_json(parts):
    return json.dumps({k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in parts.items()}).encode()


def as_npz(parts, compressed=False):
    out = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(out, **parts)
    return out.getvalue()


ENCODINGS = {"json": as_json, "npz": as_npz, "packed": lambda parts: as_npz(parts, compressed=True)}


@pytest.fixture(scope="module")
def parts():
    return network()


PAPER = ("banerjee2024",)


def status(found):
    return {row.id.split("/")[-1]: row.status for row in found.rows}


# ---- reading


@pytest.mark.parametrize(
    "encode", [as_json, as_npz, lambda p: as_npz(p, compressed=True)], ids=["json", "npz", "packed"]
)
def test_a_network_is_read_bit_for_bit(parts, encode, tmp_path):
    path = tmp_path / "network"
    path.write_bytes(encode(parts))
    net = read_network(path)
    assert all((rows == parts[f"W{i + 1}"]).all() for i, rows in enumerate(net.W))
    assert (net.v == parts["v"]).all()
    assert (parts["X"] == net.X).all()
    assert (net.y == parts["y"]).all()
    assert (net.activation, net.scaling) == ("tanh", "fan_out")


def test_other_layouts_and_types_are_read(parts, tmp_path):
    other = parts | {"W1": np.asfortranarray(parts["W1"]), "X": parts["X"].astype(">f4"), "v": np.arange(1, 5)}
    del other["scaling"], other["y"]
    path = tmp_path / "network.npz"
    np.savez(path, **other)
    net = read_network(path)
    assert (net.W[0] == parts["W1"]).all()
    assert (parts["X"].astype("f4") == net.X).all()
    assert (net.v == [1, 2, 3, 4]).all()
    assert net.scaling == "fan_out"
    assert net.y is None


WRONG = {
    "no W1": ({"W1": None}, "no W1"),
    "a gap": ({"W2": None, "W3": np.ones((4, 4))}, "without a gap"),
    "no activation": ({"activation": None}, "activation"),
    "unknown activation": ({"activation": "tan"}, "did you mean tanh"),
    "unknown scaling": ({"scaling": "fan"}, "fan_out"),
    "unknown key": ({"w1": np.ones((4, 3))}, "did you mean W1"),
    "W2 of the wrong shape": ({"W2": np.ones((4, 5))}, "W2 of shape"),
    "v of the wrong shape": ({"v": np.ones(3)}, "v of shape"),
    "X of the wrong shape": ({"X": np.ones((5, 2))}, "W1 of shape"),
    "X of one dimension": ({"X": np.ones(3)}, r"\(n, d\)"),
    "y of the wrong shape": ({"y": np.ones(4)}, "y of shape"),
    "no inputs": ({"X": np.ones((0, 3))}, "."),
    "zero row": ({"W1": np.zeros((4, 3))}, "direction"),
    "NaN": ({"v": np.full(4, np.nan)}, "."),
    "text": ({"v": np.array(["a", "b", "c", "d"])}, "v"),
    "a number as activation": ({"activation": np.array(3.0)}, "activation"),
    "long activation": ({"activation": "t" * 1000}, "activation"),
}


@pytest.mark.parametrize("encode", [as_json, as_npz], ids=["json", "npz"])
@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_what_is_no_network_is_refused_with_a_reason(parts, encode, change, words, tmp_path):
    wrong = {name: value for name, value in (parts | change).items() if value is not None}
    path = tmp_path / "network"
    path.write_bytes(encode(wrong))
    with pytest.raises(RecordError, match=words):
        read_network(path)


def test_pickled_arrays_are_refused(parts, tmp_path):
    path = tmp_path / "network.npz"
    np.savez(path, **(parts | {"v": np.array([{"a": 1}] * 4, dtype=object)}))
    with pytest.raises(RecordError, match="v to hold"):
        read_network(path)


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '|O', 'fortran_order': False, 'shape': (4,), }",
        b"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (4,), }",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000000), }",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-4,), }",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (True,), }",
        b"{'descr': '<f8', 'fortran_order': 1, 'shape': (4,), }",
        b"__import__('os').system('true')",
        b"(" * 900,
        b"{}",
    ],
    ids=range(9),
)
def test_headers_that_lie_are_refused(parts, header, tmp_path):
    path = tmp_path / "network.npz"
    np.savez(path, **{name: value for name, value in parts.items() if name != "v"})
    body = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + np.ones(4).tobytes()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("v.npy", body)
    with pytest.raises(RecordError):
        read_network(path)


def test_a_zip_bomb_is_refused_before_it_grows(parts, tmp_path):
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("W1.npy", "w") as stream:
        for _ in range(300):
            stream.write(bytes(2**20))
    tracemalloc.start()
    try:
        with pytest.raises(RecordError, match="decompressed"):
            read_network(path)
        assert tracemalloc.get_traced_memory()[1] < 60e6
    finally:
        tracemalloc.stop()


def test_a_zip_with_a_long_directory_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "many.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(4000):
            archive.writestr(f"W{number}.npy", b"")
    with pytest.raises(RecordError, match="directory"):
        read_network(path)


def test_huge_files_are_refused(tmp_path):
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(10**11)
    with pytest.raises(RecordError, match="at most"):
        read_network(path)
    path.write_bytes(b"[" + b" " * 20_000_000)
    with pytest.raises(RecordError, match="at most"):
        read_network(path)


@pytest.mark.parametrize(
    "encode", [as_json, as_npz, lambda p: as_npz(p, compressed=True)], ids=["json", "npz", "packed"]
)
def test_170_damaged_files_each_end_in_one_clear_error_or_a_whole_network(parts, encode, tmp_path):
    data, path = encode(parts), tmp_path / "damaged"
    rng = np.random.default_rng(1)
    refused = 0
    for number in range(170):
        path.write_bytes(damaged(data, number, rng))
        try:
            net = read_network(path)
        except RecordError as error:
            refused += 1
            assert "\n" not in str(error)  # noqa: PT017  # either outcome is fine; another exception is not
        else:
            assert net.widths == (4, 4), "a flipped digit of JSON is another network; anything else is refused"
    assert refused > 60


def damaged(data, number, rng):
    where, spot = int(rng.integers(len(data))), bytearray(data)
    match number % 4:
        case 0:
            spot[where] ^= 1 << int(rng.integers(8))
        case 1:
            return data[:where]
        case 2:
            del spot[where : where + int(rng.integers(1, 40))]
        case 3:
            spot[where:where] = rng.bytes(int(rng.integers(1, 9)))
    return bytes(spot)


# ---- the numbers


def test_the_measured_values_are_those_of_a_naive_route(parts):
    measured = audit(parts, theorems=PAPER).measured
    W = tuple(parts[f"W{i}"][:, :, None] for i in (1, 2))
    for index in (0, 3):
        net = Network(W, parts["v"][:, None], parts["X"][index][:, None], ACTIVATIONS["tanh"])
        H = autodiff.oracle_hessian(net, 0)
        assert measured["hessian_norm"].per_input[index] == pytest.approx(
            np.abs(np.linalg.eigvalsh(H)).max(), rel=1e-9
        )
        assert measured["output_abs"].per_input[index] == pytest.approx(abs(autodiff.oracle_value(net, 0)), rel=1e-12)
    assert measured["hessian_norm"].value == max(measured["hessian_norm"].per_input)
    assert measured["omega"].value == min(np.linalg.norm(parts[f"W{i}"], axis=1).min() for i in (1, 2))
    assert measured["input_norm"].value == pytest.approx(0.9)
    assert (measured["L"].value, measured["m"].value, measured["d"].value) == (2, 4, 3)
    assert measured["loss"].value > 0
    assert {"loss_gradient_norm", "loss_hessian_norm", "rho", "beta", "c0"} <= set(measured)


def test_every_theorem_of_the_paper_about_a_network_is_in_the_table(parts):
    found = audit(parts, theorems=PAPER)
    rows = status(found)
    for name in ("output", "input_lipschitz", "predictor_gradient", "predictor_hessian", "hidden_gradient"):
        assert rows[name] == "holds"
    assert not found.broken
    by_id = {row.id: row for row in found.rows}
    row = by_id["banerjee2024/predictor_hessian"]
    assert row.ratio == pytest.approx(row.measured / row.bound)
    assert row.measured == found.measured["hessian_norm"].per_input[row.input]


def test_json_holds_everything(parts):
    plain = json.loads(json.dumps(audit(parts, theorems=PAPER).to_json()))
    assert plain["measured"]["hessian_norm"] == max(plain["per_input"]["hessian_norm"])
    assert plain["worst_input"]["hessian_norm"] == int(np.argmax(plain["per_input"]["hessian_norm"]))
    assert len(plain["per_input"]["gradient_norm"]) == 5
    assert plain["network"]["widths"] == [4, 4]
    assert {row["status"] for row in plain["theorems"]} == {"holds"}


def test_hypotheses_that_fail_are_named_with_their_values():
    found = audit(network(norm=1.3, activation="softplus"), theorems=("banerjee2024/predictor_hessian",))
    (row,) = found.rows
    assert row.status == "hypotheses not met"
    (why,) = [each.why for each in row.hypotheses if each.why]
    assert "input_norm" in why
    assert "1.3" in why
    assert "input_norm = 1.3" in str(found)


def test_inputs_that_meet_the_hypotheses_are_judged_alone():
    parts = network()
    parts["X"][2] *= 2
    (row,) = audit(parts, theorems=("banerjee2024/predictor_hessian",)).rows
    assert row.status == "holds"
    assert row.input != 2
    assert [(each.met, each.of) for each in row.hypotheses if each.why] == [(4, 5)]


def test_relu_is_rejected_by_the_hessian_bound():
    (row,) = audit(network(activation="relu"), theorems=("banerjee2024/predictor_hessian",)).rows
    assert row.status == "hypotheses not met"
    assert any("beta = inf" in each.why for each in row.hypotheses)


def test_with_different_widths_only_what_is_free_of_m_applies():
    found = audit(network(widths=(4, 6, 2)), theorems=PAPER)
    rows = status(found)
    assert rows["predictor_hessian"] == "does not apply"
    assert rows["output"] == "holds"
    assert "m" not in found.measured
    assert "4, 6, 2" in str(found)
    softplus = audit(network(widths=(4, 6), activation="softplus"), theorems=("banerjee2024/output",))
    assert softplus.rows[0].status == "does not apply", "c0 ≠ 0 brings m back"


def test_without_targets_nothing_is_said_of_the_loss():
    found = audit(network(targets=False), theorems=PAPER)
    assert "loss" not in found.measured
    assert status(found)["loss_gradient"] == "does not apply"


def test_the_other_scaling_has_its_own_ball():
    parts = network(scaling="fan_in", norm=1.5)  # radius √3
    assert status(audit(parts, theorems=PAPER))["predictor_hessian"] == "holds"


def test_large_networks_are_estimated_from_below_and_said_so():
    found = audit(network(widths=(24, 24), d=8, n=3), theorems=("banerjee2024/predictor_hessian",))
    exact = audit(network(widths=(24, 24), d=8, n=3), theorems=("banerjee2024/predictor_hessian",), inputs=1)
    assert found.measured["hessian_norm"].side == "a lower estimate"
    assert exact.measured["hessian_norm"].per_input[0] == pytest.approx(found.measured["hessian_norm"].per_input[0])
    assert "from below" in str(found)
    whole = {"hessian_min", "hessian_max", "hessian_trace", "hessian_frobenius", "loss_hessian_min", "ntk_min"}
    assert not whole & set(exact.measured), "what takes a whole matrix is measured for the theorems that ask"


@pytest.mark.parametrize("name", ["hessian_norm", "loss_hessian_norm"])
def test_an_estimate_stays_with_the_audit(name):
    subject = Audited(read_network(network(widths=(24, 24), d=8, n=3)))
    family = family_named(LOSSES if name.startswith("loss") else NETWORKS)
    (batch,) = subject.of(family.name)
    estimate = subject.value(family, name)
    measure = family.quantities[name].route.measure
    assert (measure(batch) == measure(batch.select(slice(None)))).all(), "the family's own number is exact"
    assert (Judge(Claim(family.quantities[name], "<=", 1), family)(batch).lhs == estimate).all(), "measured once"


def test_the_hessian_of_the_loss_of_one_wide_layer_is_estimated_and_said_so():
    found = audit(network(widths=(60,), d=8, n=3), theorems=PAPER).measured
    assert found["hessian_norm"].side == "exact up to rounding"
    assert found["loss_hessian_norm"].side == "a lower estimate"


def test_wrong_requests_are_refused(parts):
    with pytest.raises(UsageError):
        audit(parts, theorems=("no/such",))
    with pytest.raises(UsageError):
        audit(parts, inputs=0)


def test_an_audit_shows_itself_in_a_notebook(parts):
    found = audit(parts, theorems=PAPER)
    assert '<th scope="row">banerjee2024/predictor_hessian</th>' in found._repr_html_()
    assert r"\text{banerjee2024/predictor\_hessian}" in found._repr_latex_()


@pytest.fixture(scope="module", params=[True, False], ids=["with targets", "without targets"])
def audited(request):
    return audit(network(targets=request.param), theorems=("banerjee2024", "depth_free"))


def test_theorems_about_something_else_are_counted_and_listed_in_the_data_alone(audited):
    found = replace(audited, skipped={"relu_gains": 2, "diagonal": 1})
    assert "3 about something else." in str(found)
    assert "relu_gains" not in str(found) + found.html()
    assert found.to_json()["about_something_else"] == found.skipped


def test_a_file_that_is_neither_says_from_where_on(tmp_path):
    (tmp_path / "network.py").write_text('"""A script."""')
    with pytest.raises(
        RecordError, match="whole JSON, but got something else from line 1, column 3 on: it is damaged"
    ):
        audit(tmp_path / "network.py")


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_and_has_every_name_whole(width, audited):
    found = audited
    shown = [line.plain for line in found.lines(width)]
    assert max(map(len, shown)) <= width
    listed = [line.split() for line in shown[shown.index("banerjee2024") : shown.index("Not evaluated")] if line]
    names = {row.id.partition("/")[2] for row in found.rows if row.ratio is not None}
    first = [words[0] for words in listed]
    wrapped = names - set(first)  # too long for the column, they go on below themselves
    pieces = [pair for pair in pairwise(first) if "".join(pair) in wrapped]
    assert {"".join(pair) for pair in pieces} == wrapped
    assert set(first) - set(chain(*pieces)) == names - wrapped | {"banerjee2024", "depth_free"}


def test_large_networks_have_the_same_hessians_and_are_measured_as_far_as_asked(monkeypatch):
    parts = network((24, 20), d=6, n=3)
    few = audit(parts, theorems=("banerjee2024/predictor_gradient",)).measured
    assert "gradient_norm" in few
    assert not {"hessian_norm", "loss_hessian_norm", "cross_hessian_norm"} & set(few)
    asked = ("depth_free/hessian", "depth_free/loss_hessian")
    usual = audit(parts, theorems=asked).measured
    monkeypatch.setattr(subject, "LARGE", 100)
    large = audit(parts, theorems=asked).measured
    assert large["hessian_norm"].per_input == pytest.approx(usual["hessian_norm"].per_input, rel=1e-6)
    assert large["loss_hessian_norm"].value == pytest.approx(usual["loss_hessian_norm"].value, rel=1e-6)


def test_outputs_in_the_first_layout_are_those_of_its_own_activations():
    parts = network((4,), d=3, n=2, activation="gelu")
    net = read_network(parts)
    outputs = Audited(net).layered.values(net.X)
    assert np.abs(outputs[:, 0]) == pytest.approx(Audited(net).value(family_named(NETWORKS), "output_abs"), rel=1e-12)
    assert "recomputed" in audit(parts, outputs=outputs, theorems=("banerjee2024/output",)).notes[0]
