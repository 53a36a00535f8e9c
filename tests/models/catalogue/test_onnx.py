"""ONNX files: U²-Net's exports become our own network, others run by recipe."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from models.catalogue.catalogue import remove_model
from models.catalogue.import_model import import_model
from models.catalogue.load import load_predictor
from models.catalogue.verify import verify_model
from models.errors import WeightsDamaged, WeightsMissing, WeightsNotRecognised
from models.networks.conv_unit import ConvUnit
from models.networks.onnx_u2net import load_u2net_export
from models.networks.u2net import Size, U2Net
from models.networks.weights import build_network, load_weights
from models.predict.onnx_errors import OnnxUnusable, RecipeMissing, RecipeWrong
from models.predict.onnx_predictor import OnnxPredictor
from models.predict.onnx_recipe import OnnxRecipe, find_recipe, is_onnx, known_recipes, parse_recipe
from models.predict.onnx_session import faster, open_session
from models.predict.prediction import ModelPredictor

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

Array = NDArray[Any]
ROOT = Path(__file__).resolve().parents[3]


def save_graph(path: Path, nodes: list[Any], tensors: dict[str, Array], shape: list[Any], outputs: int = 1) -> Path:
    """Save an ONNX file with one float input x and float outputs y0, y1…"""
    floats = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        nodes,
        "test",
        [onnx.helper.make_tensor_value_info("x", floats, shape)],
        [onnx.helper.make_tensor_value_info(f"y{index}", floats, None) for index in range(outputs)],
        [onnx.numpy_helper.from_array(array, name) for name, array in tensors.items()],
    )
    opset = [onnx.helper.make_opsetid("", 17)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opset, ir_version=8), path)
    return path


def node(kind: str, inputs: list[str], output: str, **attributes: object) -> Any:
    return onnx.helper.make_node(kind, inputs, [output], **attributes)


def redness(path: Path, *, sigmoid: bool = False, classes: int = 1, side: Any = 8) -> Path:
    """Save a network whose output is the mean of the prepared channels, weighted 1, 0, 0: the red one."""
    kernel = np.zeros((classes, 3, 1, 1), np.float32)
    kernel[:, 0] = 1
    nodes = [node("Conv", ["x", "k"], "c" if sigmoid else "y0")]
    if sigmoid:
        nodes.append(node("Sigmoid", ["c"], "y0"))
    return save_graph(path, nodes, {"k": kernel}, [1, 3, side, side])


PLAIN = OnnxRecipe((8, 8), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def photo(red: int = 128, height: int = 20, width: int = 30) -> NDArray[np.uint8]:
    """Return a photo whose left half is red and whose right half is blue."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[:, : width // 2, 0] = red
    rgb[:, width // 2 :, 2] = 200
    return rgb


# --- other networks, by recipe ---------------------------------------------------------------------------------------


def test_preprocessing_follows_the_recipe(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx")
    plain = OnnxPredictor(path, PLAIN).predict(photo(51))
    assert plain.shape == (1, 8, 8)
    assert plain.dtype == np.float32
    np.testing.assert_allclose(plain[0, :, :4], 0.2, atol=1e-6)
    np.testing.assert_allclose(plain[0, :, 4:], 0.0, atol=1e-6)
    maximum = OnnxRecipe((8, 8), PLAIN.mean, PLAIN.deviation, "maximum")
    np.testing.assert_allclose(OnnxPredictor(path, maximum).predict(photo(100))[0, :, :4], 0.5, atol=1e-6)
    shifted = OnnxRecipe((8, 8), (-0.1, 0.0, 0.0), (2.0, 1.0, 1.0))
    np.testing.assert_allclose(OnnxPredictor(path, shifted).predict(photo(51))[0, :, :4], 0.15, atol=1e-6)


def test_logits_go_through_a_sigmoid_and_nothing_is_stretched(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx")
    recipe = OnnxRecipe((8, 8), (0.5, 0.0, 0.0), (0.05, 1.0, 1.0), activation="sigmoid")
    result = OnnxPredictor(path, recipe).predict(photo(255))
    np.testing.assert_allclose(result[0, :, :4], 1 / (1 + np.exp(-10)), atol=1e-5)
    np.testing.assert_allclose(result[0, :, 4:], 1 / (1 + np.exp(10)), atol=1e-5)
    faint = OnnxPredictor(path, PLAIN).predict(photo(26))
    assert faint.max() == pytest.approx(26 / 255), "an uncertain photo stays uncertain"


def test_values_that_are_no_probabilities_are_refused(tmp_path: Path) -> None:
    recipe = OnnxRecipe((8, 8), (0.5, 0.5, 0.5), (0.1, 0.1, 0.1))
    with pytest.raises(RecipeWrong, match="sigmoid"):
        OnnxPredictor(redness(tmp_path / "net.onnx"), recipe).predict(photo())


@pytest.mark.parametrize("side", ["height", -1, None])
def test_an_input_of_any_size_takes_the_recipes(side: Any, tmp_path: Path) -> None:
    recipe = OnnxRecipe((4, 6), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    assert OnnxPredictor(redness(tmp_path / "net.onnx", side=side), recipe).predict(photo()).shape == (1, 4, 6)


def test_several_classes(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx", classes=2)
    recipe = OnnxRecipe((8, 8), PLAIN.mean, PLAIN.deviation, classes=("shoe", "sole"))
    predictor = OnnxPredictor(path, recipe)
    assert predictor.classes == ("shoe", "sole")
    assert predictor.predict(photo()).shape == (2, 8, 8)
    with pytest.raises(OnnxUnusable, match="shape"):
        OnnxPredictor(path, PLAIN).predict(photo())


def test_the_key_changes_with_file_and_recipe(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx")
    keys = {
        OnnxPredictor(path, PLAIN).key,
        OnnxPredictor(path, PLAIN).key,
        OnnxPredictor(path, OnnxRecipe((8, 8))).key,
        OnnxPredictor(redness(tmp_path / "other.onnx", sigmoid=True), PLAIN).key,
    }
    assert len(keys) == 3


def test_what_is_no_network_for_photos_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    with pytest.raises(WeightsMissing):
        OnnxPredictor(path, PLAIN)
    path.write_bytes(b"\x08\x07 nonsense")
    with pytest.raises(OnnxUnusable):
        OnnxPredictor(path, PLAIN)
    save_graph(path, [node("Identity", ["x"], "y0")], {}, [1, 10])
    with pytest.raises(OnnxUnusable, match="1×10"):
        OnnxPredictor(path, PLAIN)
    save_graph(path, [node("ReduceMean", ["x"], "y0", keepdims=0)], {}, [1, 3, 8, 8])
    with pytest.raises(OnnxUnusable, match="first output"):
        OnnxPredictor(path, PLAIN).predict(photo())
    with pytest.raises(RecipeWrong, match="input_size"):
        OnnxPredictor(redness(path), OnnxRecipe((9, 8)))


def test_import_install_predict_verify_remove(tmp_path: Path) -> None:
    path = redness(tmp_path / "mine.onnx")
    with pytest.raises(RecipeMissing, match="isnet"):
        import_model(path)
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps({"input_size": 8, "mean": [0, 0, 0], "deviation": [1, 1, 1], "title": "Redness"}))
    model = import_model(path, recipe=str(recipe))
    assert (model.name, model.title, model.network, model.mode) == ("mine", "Redness", "onnx", "cutout")
    path.unlink()
    recipe.unlink()
    verify_model("mine")
    predictor = load_predictor("mine")
    assert predictor.device.device == "cpu"
    assert predictor.predict(photo(51)).max() == pytest.approx(0.2)
    remove_model("mine")
    assert list(model.file.parent.glob("mine*")) == []


def test_a_recipe_that_does_not_fit_installs_nothing(tmp_path: Path, kirie_home: Path) -> None:
    path = redness(tmp_path / "mine.onnx")
    for wanted in ("isnet", "birefnet", str(tmp_path / "gone.json")):
        with pytest.raises(RecipeWrong):
            import_model(path, recipe=wanted)
    assert list((kirie_home / "models").glob("mine*")) == []


def test_a_catalogue_entry_may_hold_the_recipe(tmp_path: Path, kirie_home: Path) -> None:
    path = redness(tmp_path / "some file.onnx")
    kirie_home.mkdir()
    entry = {
        "name": "red",
        "title": "Red things",
        "network": "onnx",
        "licence": "MIT",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "preprocessing": {"input_size": [8, 8], "mean": [0, 0, 0], "deviation": [1, 1, 1]},
    }
    (kirie_home / "catalogue.json").write_text(json.dumps({"version": 1, "models": [entry]}))
    model = import_model(path)
    assert (model.name, model.title, model.licence, model.network) == ("red", "Red things", "MIT", "onnx")
    assert load_predictor("red").predict(photo(51)).max() == pytest.approx(0.2)


def test_parameters_in_other_files_travel_along(tmp_path: Path) -> None:
    """As PyTorch exports today. What is installed needs no second file."""
    path = redness(tmp_path / "red.onnx")
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="red.data", size_threshold=0)
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps({"input_size": 8, "mean": [0, 0, 0], "deviation": [1, 1, 1]}))
    first = import_model(path, recipe=str(recipe))
    assert import_model(path, recipe=str(recipe)) == first, "the same once more"
    (tmp_path / "red.data").write_bytes(np.array([0, 1, 0], np.float32).tobytes())  # another network, the same .onnx
    second = import_model(path, recipe=str(recipe))
    (tmp_path / "red.data").unlink()
    assert second.name == "red-2"
    (kernel,) = onnx.load(first.file, load_external_data=False).graph.initializer
    assert onnx.numpy_helper.to_array(kernel).ravel().tolist() == [1, 0, 0]
    assert load_predictor("red").predict(photo(51)).max() == pytest.approx(0.2)
    assert load_predictor("red-2").predict(photo(51)).max() == 0, "green is looked at, and the photo has none"


@pytest.mark.parametrize("place", ["gone.data", "../outside.data", "short.data"])
def test_parameters_that_are_not_beside_the_file_are_named(place: str, tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    path = redness(folder / "isnet.onnx")
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="here.data", size_threshold=0)
    (tmp_path / "outside.data").write_bytes((folder / "here.data").read_bytes())
    (folder / "short.data").write_bytes(b"1234")
    model = onnx.load(path, load_external_data=False)
    for entry in model.graph.initializer[0].external_data:
        if entry.key == "location":
            entry.value = place
    path.write_bytes(model.SerializeToString())
    with pytest.raises((OnnxUnusable, WeightsDamaged), match=place):
        import_model(path)


def test_known_recipes_are_found_by_file_name() -> None:
    for name, values in known_recipes().items():
        recipe = parse_recipe(values, Path(name))
        assert find_recipe(Path(name), name) == recipe
    assert find_recipe(Path("BiRefNet-portrait-epoch_150.onnx")).activation == "sigmoid"
    assert find_recipe(Path("isnet-general-use.onnx")).mean == (0.5, 0.5, 0.5)
    with pytest.raises(RecipeMissing):
        find_recipe(Path("u2net_cloth_seg.onnx"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"input_size": 0},
        {"input_size": "big"},
        {"input_size": [1, 2, 3]},
        {"input_size": True},
        {"mean": [1, 2]},
        {"deviation": [1, 0, 1]},
        {"mean": ["a", "b", "c"]},
        {"scaling": "127"},
        {"activation": "softmax"},
        {"classes": []},
        {"default_threshold": 2},
        {"sise": 3},
    ],
)
def test_a_wrong_recipe_says_where(wrong: dict[str, Any]) -> None:
    with pytest.raises(RecipeWrong, match=next(iter(wrong))):
        parse_recipe(wrong, Path("recipe.json"))


def test_a_recipe_survives_its_receipt() -> None:
    recipe = OnnxRecipe((3, 5), (0.1, 0.2, 0.3), (1.0, 2.0, 3.0), "maximum", "sigmoid", ("a", "b"), 0.4, "Title")
    assert parse_recipe(json.loads(json.dumps(recipe.as_json())), Path("x")) == recipe


@pytest.mark.parametrize(("head", "answer"), [(b"\x08\x08\x12\x07pytorch", True), (b"PK\x03\x04", False), (b"", False)])
def test_onnx_is_told_by_its_content_too(head: bytes, answer: bool, tmp_path: Path) -> None:
    path = tmp_path / "download.part"
    path.write_bytes(head)
    assert is_onnx(path) is answer


def test_a_known_network_with_or_without_its_sigmoid_is_installed_rightly(tmp_path: Path) -> None:
    """Exporters differ under one name; the range of the output on a photo tells."""
    found = {}
    for ending in ("none", "sigmoid"):
        kernel = np.zeros((1, 3, 1, 1), np.float32)
        kernel[:, 0] = 4  # of red, minus ImageNet's mean: logits of about -8 to 9
        nodes = [node("Conv", ["x", "k"], "c" if ending == "sigmoid" else "y0")]
        if ending == "sigmoid":
            nodes.append(node("Sigmoid", ["c"], "y0"))
        path = save_graph(tmp_path / "bria-rmbg.onnx", nodes, {"k": kernel}, [1, 3, 1024, 1024])
        model = import_model(path, f"rmbg-{ending}")
        assert model.title.startswith("BRIA RMBG 2.0")
        assert model.restricted
        assert "CC BY-NC 4.0" in model.licence
        found[ending] = load_predictor(model.name).predict(photo(255))
    np.testing.assert_allclose(found["none"], found["sigmoid"], atol=1e-6)
    assert found["none"].max() > 0.99


def test_a_recipe_with_a_sigmoid_too_many_is_found_at_the_import(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx", sigmoid=True)
    recipe = tmp_path / "recipe.json"
    plain = {"input_size": 8, "mean": [0, 0, 0], "deviation": [1, 1, 1]}
    recipe.write_text(json.dumps({**plain, "activation": "sigmoid"}))
    with pytest.raises(RecipeWrong, match="probabilities already"):
        import_model(path, recipe=str(recipe))
    recipe.write_text(json.dumps({**plain, "deviation": [0.01, 1, 1]}))
    with pytest.raises(RecipeWrong, match="neither"):
        import_model(redness(tmp_path / "other.onnx"), recipe=str(recipe))


def test_an_unknown_opset_is_named(tmp_path: Path) -> None:
    path = redness(tmp_path / "net.onnx")
    model = onnx.load(path)
    model.opset_import[0].version = 99
    path.write_bytes(model.SerializeToString())
    with pytest.raises(OnnxUnusable, match=r"opset.*99"):
        OnnxPredictor(path, PLAIN)


@pytest.mark.parametrize(("provider", "title"), [("OpenVINO", "OpenVINO"), ("Dml", "DirectML"), ("CoreML", "CoreML")])
def test_a_provider_that_does_not_start_is_named_with_the_reason(
    provider: str, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The installed ONNX Runtime has none of them; asked for one, it goes on with the CPU by itself."""
    name = f"{provider}ExecutionProvider"
    assert name not in onnxruntime.get_available_providers()
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [name, "CPUExecutionProvider"])
    predictor = OnnxPredictor(redness(tmp_path / "net.onnx"), PLAIN)
    assert predictor.device.device == "cpu"
    assert title in str(predictor.device.rejected)
    assert predictor.predict(photo(51)).max() == pytest.approx(0.2)
    assert title not in str(OnnxPredictor(redness(tmp_path / "net.onnx"), PLAIN, "cpu").device.rejected)


def test_a_provider_that_hangs_is_left_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = threading.Event()
    real = onnxruntime.InferenceSession

    def open_or_hang(*args: Any, providers: list[str], **options: Any) -> Any:
        if "OpenVINOExecutionProvider" in providers:
            hangs.wait(60)
        return real(*args, providers=["CPUExecutionProvider"], **options)

    monkeypatch.setattr(onnxruntime, "InferenceSession", open_or_hang)
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["OpenVINOExecutionProvider"])
    path = redness(tmp_path / "net.onnx")
    opened = open_session(path)
    feed = {"x": np.zeros((1, 3, 8, 8), np.float32)}
    outcome = faster(path, opened, "auto", feed, limit_s=0.1)
    hangs.set()
    assert outcome.session is opened.session
    assert "no prediction within 0.1 s" in str(outcome.rejected)


# --- U²-Net's exports ------------------------------------------------------------------------------------------------


def random_u2net(size: Size = "small", classes: int = 1) -> U2Net:
    """With parameters and statistics that are none of the usual."""
    torch.manual_seed(5)
    network = U2Net(3, classes, size)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean = torch.randn_like(module.weight) * 0.1
            module.running_var = torch.rand_like(module.weight) + 0.5
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
    return network.eval()


def convolutions_only(path: Path, network: U2Net, *, norms: bool, ending: str = "Sigmoid", swap: bool = False) -> Path:
    """Save the convolutions of U²-Net in order, one behind the other: what an export keeps of the parameters.

    Such a graph computes nothing (the shapes do not join); recognition looks at order, shapes and dilations.
    """
    nodes, tensors, last = [], {}, "x"
    for index, (name, conv) in enumerate(
        (name, module) for name, module in network.named_modules() if isinstance(module, nn.Conv2d)
    ):
        unit = network.get_submodule(name.removesuffix(".conv")) if name.endswith(".conv") else None
        kernel, bias = (
            conv.weight.detach(),
            conv.bias.detach() if conv.bias is not None else torch.zeros(len(conv.weight)),
        )
        norm = unit.norm if isinstance(unit, ConvUnit) else None
        if norm is not None and not norms:
            factor = (norm.weight / (norm.running_var + norm.eps).sqrt()).detach()
            kernel = kernel * factor[:, None, None, None]
            bias = (bias - norm.running_mean) * factor + norm.bias.detach()
        tensors |= {f"k{index}": kernel.numpy(), f"b{index}": bias.numpy()}
        side = conv.dilation[0] * (conv.kernel_size[0] // 2)
        options = {"dilations": list(conv.dilation), "pads": [side] * 4, "kernel_shape": list(conv.kernel_size)}
        nodes.append(node("Conv", [last, f"k{index}", f"b{index}"], f"c{index}", **options))
        last = f"c{index}"
        if norm is not None and norms:
            parts = {"w": norm.weight, "a": norm.bias, "m": norm.running_mean, "v": norm.running_var}
            tensors |= {f"{key}{index}": value.detach().numpy() for key, value in parts.items()}
            names = [f"{key}{index}" for key in parts]
            nodes.append(node("BatchNormalization", [last, *names], f"n{index}", epsilon=norm.eps))
            last = f"n{index}"
    if swap:
        nodes[0], nodes[1] = nodes[1], nodes[0]
    nodes.append(node(ending, [last], "y0"))
    return save_graph(path, nodes, tensors, [1, 3, 64, 64])


@pytest.mark.parametrize("norms", [False, True], ids=["folded", "with batch norms"])
@pytest.mark.parametrize("classes", [1, 3])
def test_the_small_network_is_recognised_and_computes_the_same(norms: bool, classes: int, tmp_path: Path) -> None:
    network = random_u2net(classes=classes)
    weights = load_u2net_export(convolutions_only(tmp_path / "net.onnx", network, norms=norms))
    assert weights is not None
    assert (weights.info.network, weights.info.size, len(weights.info.classes)) == ("u2net", "small", classes)
    assert (weights.info.input_size, weights.info.scaling) == (64, "maximum")
    noise = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(build_network(weights)(noise), network(noise), atol=1e-4, rtol=1e-4)


def test_the_full_network_is_recognised(tmp_path: Path) -> None:
    with torch.device("meta"):
        network = U2Net()
    network = network.to_empty(device="cpu").requires_grad_(False).eval()
    for tensor in network.state_dict().values():
        tensor.zero_()
    weights = load_u2net_export(convolutions_only(tmp_path / "net.onnx", network, norms=True))
    assert weights is not None
    assert weights.info.size == "full"


def test_another_order_or_ending_is_another_network(tmp_path: Path) -> None:
    network = random_u2net()
    assert load_u2net_export(convolutions_only(tmp_path / "a.onnx", network, norms=False, swap=True)) is None
    assert load_u2net_export(convolutions_only(tmp_path / "b.onnx", network, norms=False, ending="Identity")) is None
    assert load_u2net_export(redness(tmp_path / "c.onnx", sigmoid=True)) is None


def test_a_real_export_equals_onnx_runtime(shared: Path, tmp_path: Path) -> None:
    """Issue: within 1e-4 of ONNX Runtime on the authors' u2netp."""
    path = shared / "weights" / "u2netp.onnx"
    weights = load_u2net_export(path)
    assert weights is not None
    assert (weights.info.size, weights.info.input_size) == ("small", 320)
    noise = np.random.default_rng(1).normal(size=(1, 3, 320, 320)).astype(np.float32)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    theirs = session.run(None, {session.get_inputs()[0].name: noise})[0]
    with torch.inference_mode():
        ours = build_network(weights)(torch.from_numpy(noise)).sigmoid().numpy()
    assert np.abs(ours - theirs).max() < 1e-4


def test_a_real_export_is_recognised_by_what_it_computes(shared: Path, tmp_path: Path) -> None:
    """The export is none of the files that the catalogue has hashes of; its network is the authors' all the same."""
    path = tmp_path / "some download.onnx"
    path.write_bytes((shared / "weights" / "u2netp.onnx").read_bytes())
    model = import_model(path)
    assert (model.name, model.title, model.licence) == ("u2netp", "U²-Net small (authors)", "Apache-2.0")
    assert (model.network, model.file.suffix) == ("u2net-small", ".safetensors")
    assert import_model(shared / "weights" / "u2netp.pth") == model, "the authors' own file of it is nothing new"
    assert import_model(path, "mine").name == "mine", "and it may be installed under another name as well"
    assert isinstance(load_predictor(str(path), "cpu"), ModelPredictor), "and works without being installed"


def test_reading_needs_no_package_of_onnx(shared: Path, kirie_home: Path) -> None:
    """In a plain installation and in the executable neither onnx nor onnxruntime is there."""
    program = (
        "import sys; sys.modules['onnx'] = sys.modules['onnxruntime'] = None\n"
        "from pathlib import Path; from models.catalogue.import_model import import_model\n"
        f"print(import_model(Path({str(shared / 'weights' / 'u2netp.onnx')!r})).name)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("u2netp", 0), done.stderr


def test_photos_are_prepared_for_an_export_as_for_the_authors_file(shared: Path) -> None:
    export = load_u2net_export(shared / "weights" / "u2netp.onnx")
    assert export is not None
    assert export.info.preprocessing == load_weights(shared / "weights" / "u2netp.pth").info.preprocessing


@pytest.mark.parametrize("channels", [1, 4])
def test_an_export_for_other_than_colour_photos(channels: int, tmp_path: Path) -> None:
    torch.manual_seed(5)
    path = convolutions_only(tmp_path / "net.onnx", U2Net(channels, 1, "small").eval(), norms=False)
    if channels == 1:
        weights = load_u2net_export(path)
        assert weights is not None
        assert len(weights.info.mean) == 1
    else:
        with pytest.raises(WeightsNotRecognised, match="4 channels"):
            import_model(path)


def test_the_same_parameters_wired_otherwise_are_another_network(tmp_path: Path) -> None:
    network = random_u2net()
    path = convolutions_only(tmp_path / "net.onnx", network, norms=False)
    model = onnx.load(path)
    for extra, accepted in (
        (node("Resize", ["c3", "", "s"], "r", mode="linear", coordinate_transformation_mode="align_corners"), False),
        (node("Resize", ["c3", "", "s"], "r", mode="nearest"), False),
        (node("Resize", ["c3", "", "s"], "r", mode="linear", coordinate_transformation_mode="half_pixel"), True),
    ):
        changed = onnx.ModelProto()
        changed.CopyFrom(model)
        changed.graph.node.insert(4, extra)
        path.write_bytes(changed.SerializeToString())
        assert (load_u2net_export(path) is not None) is accepted, extra
    model.graph.node.insert(4, node("Resize", ["c3", "", "s"], "r", mode="linear"))
    model.graph.node.insert(5, node("Concat", ["c2", "r"], "j", axis=1))
    path.write_bytes(model.SerializeToString())
    assert load_u2net_export(path) is None, "the skip first"


@pytest.mark.parametrize("length", [0, 1, 1000, 100_000])
def test_half_an_export_is_damaged(length: int, shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "u2netp.onnx"
    path.write_bytes((shared / "weights" / "u2netp.onnx").read_bytes()[:length])
    with pytest.raises(WeightsDamaged):
        import_model(path)
