"""U²-Net's ONNX exports become our own network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from models.catalogue.import_model import import_model
from models.catalogue.load import load_predictor
from models.errors import WeightsDamaged, WeightsNotRecognised
from models.networks.conv_unit import ConvUnit
from models.networks.onnx_u2net import load_u2net_export
from models.networks.preprocess import prepare
from models.networks.u2net import Size, U2Net
from models.networks.weights import build_network, load_weights
from models.predict.device import cpu_has_native_bf16
from models.predict.prediction import ModelPredictor
from tests.models.onnx_help import node, redness, save_graph

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

ROOT = Path(__file__).resolve().parents[3]


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


@pytest.mark.parametrize(("precision", "distance"), [("fp32", 1e-4), ("bf16", 1e-3)])
def test_photos_get_onnx_runtimes_maps(precision: str, distance: float, shared: Path) -> None:
    """Issue: mean distance of the maps; ``benchmarks/onnx_agreement.py`` shows it for 200 photos."""
    if precision == "bf16" and not cpu_has_native_bf16():
        pytest.skip("this processor has no bf16")
    weights = load_u2net_export(shared / "weights" / "u2netp.onnx")
    assert weights is not None
    predictor = ModelPredictor(weights, "cpu", precision)
    session = onnxruntime.InferenceSession(str(shared / "weights" / "u2netp.onnx"), providers=["CPUExecutionProvider"])
    distances = []
    for path in sorted((ROOT / "resources" / "samples").glob("*.jpg")):
        rgb = np.asarray(Image.open(path).convert("RGB"))
        square = prepare(rgb, weights.info.input_size, weights.info.preprocessing)
        theirs = session.run(None, {session.get_inputs()[0].name: square[None]})[0][0]
        distances.append(np.abs(predictor.predict(rgb) - theirs).mean())
    assert np.mean(distances) < distance


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
