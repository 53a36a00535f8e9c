"""Recognise an ONNX export of U²-Net and load it into our own network, by the order of its convolutions.

Exports carry no parameter names that could be relied on: tracing folds the batch norms into the convolutions and
numbers what is left. What an export of U²-Net does keep is the order in which the network computes. So the k-th
convolution of the graph belongs to the k-th of ours, and the graph is U²-Net when every shape and every dilation of
the sequence agrees. Where ONNX Runtime is there, both are run on the same noise before anything is believed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor as TorchTensor
from torch import nn

from models.errors import WeightsContent, WeightsDamaged, WeightsNotRecognised
from models.networks.conv_unit import ConvUnit
from models.networks.onnx_file import Floats, Graph, Node, Tensor, read_graph
from models.networks.preprocess import IMAGENET_DEVIATION, IMAGENET_MEAN
from models.networks.u2net import SIZES, Size, U2Net
from models.networks.weights import Weights, WeightsInfo, build_network

_TOLERANCE = 1e-3
_USUAL_SIZE = 320
_log = logging.getLogger(__name__)


def load_u2net_export(path: Path) -> Weights | None:
    """Load the weights of an ONNX export of U²-Net, full or small, any number of classes; ``None``: another network.

    Raises:
        WeightsDamaged: the file is no readable ONNX model.
        WeightsNotRecognised: U²-Net for something else than colour or grey photos.
        OnnxUnusable: its parameters are not where it says.
    """
    graph = read_graph(path)
    try:
        convolutions = list(_convolutions(graph))
    except ValueError as error:
        raise WeightsDamaged(path, found=WeightsContent.OTHER_SIZES) from error
    match = _match(convolutions)
    if match is None or not _ends_in_sigmoid(graph, convolutions[-1].output) or not _wired_like_ours(graph):
        return None
    network, size = match
    channels = convolutions[0].kernel.shape[1]
    if channels not in (1, 3):
        raise WeightsNotRecognised(path, found=WeightsContent.CHANNELS(channels=channels))
    info = WeightsInfo(
        "u2net",
        size=size,
        in_channels=channels,
        classes=_class_names(convolutions[-1].kernel.shape[0]),
        input_size=_input_size(graph),
        # As the authors prepare photos; an export does not say.
        mean=IMAGENET_MEAN[:channels],
        deviation=IMAGENET_DEVIATION[:channels],
        scaling="maximum",
        shrinking="sample",
        title=path.stem,
    )
    weights = Weights(dict(_state(network, convolutions)), info)
    return weights if _computes_the_same(path, weights) else None


@dataclass(frozen=True)
class _Convolution:
    """One convolution of the graph, with the batch norm behind it where one was left standing.

    ``norm``: its weight, bias, running mean and running variance, the latter with the norm's epsilon in it.
    """

    kernel: Floats
    bias: Floats
    dilation: int
    output: str
    norm: tuple[Floats, ...] | None


def _convolutions(graph: Graph) -> Iterator[_Convolution]:
    """Yield them in the order of the graph."""
    constants = dict(graph.tensors)
    behind: dict[str, Node] = {}
    for node in graph.nodes:
        if node.kind == "Constant" and isinstance(value := node.attributes.get("value"), Tensor):
            constants[node.outputs[0]] = value
        elif node.kind in ("Identity", "Cast") and node.inputs[0] in constants:
            constants[node.outputs[0]] = constants[node.inputs[0]]
        elif node.kind == "BatchNormalization":
            behind[node.inputs[0]] = node

    def value_of(name: str) -> Floats | None:
        return constants[name].array() if name in constants else None

    for node in graph.nodes:
        if node.kind != "Conv":
            continue
        kernel = value_of(node.inputs[1])
        if kernel is None or kernel.ndim != 4:
            kernel = np.zeros((0, 0, 0, 0), np.float32)  # computed in the graph: matches nothing
        bias = value_of(node.inputs[2]) if len(node.inputs) > 2 else None
        output, norm = node.outputs[0], None
        if (following := behind.get(output)) is not None:
            parts = [part for name in following.inputs[1:5] if (part := value_of(name)) is not None]
            if len(parts) == 4:
                norm = (*parts[:3], parts[3] + np.float32(following.attributes.get("epsilon", 1e-5)))
            output = following.outputs[0]
        dilation = node.attributes.get("dilations", [1])[0]
        yield _Convolution(kernel, np.zeros(len(kernel), np.float32) if bias is None else bias, dilation, output, norm)


def _wired_like_ours(graph: Graph) -> bool:
    """Tell whether what is between the convolutions is U²-Net's too, as far as attributes tell.

    The same parameters compute something else where maps are enlarged by other rules (``align_corners``, nearest), or
    where what comes from below is joined behind the skip instead of before it.
    """
    made_by = {output: node for node in graph.nodes for output in node.outputs}
    for node in graph.nodes:
        if node.kind in ("Resize", "Upsample"):
            rule = node.attributes.get("coordinate_transformation_mode", b"half_pixel")
            if node.attributes.get("mode") != b"linear" or rule not in (b"half_pixel", b"pytorch_half_pixel"):
                return False
        if node.kind == "Concat" and len(node.inputs) == 2:
            first, second = (made_by[name].kind if name in made_by else "" for name in node.inputs)
            if second in ("Resize", "Upsample") and first not in ("Resize", "Upsample"):
                return False
    return True


def _match(convolutions: list[_Convolution]) -> tuple[U2Net, Size] | None:
    """Return the network, without storage, whose convolutions have the same shapes and dilations in the same order."""
    if not convolutions:
        return None
    found = [(one.kernel.shape, one.dilation) for one in convolutions]
    for size in SIZES:
        with torch.device("meta"):
            network = U2Net(found[0][0][1] or 3, found[-1][0][0] or 1, size)
        expected = [(tuple(conv.weight.shape), conv.dilation[0]) for _, conv in _ours(network)]
        if expected == found:
            return network, size
    return None


def _ours(network: U2Net) -> Iterator[tuple[str, nn.Conv2d]]:
    """Return our convolutions with their names; modules are registered in the order in which they compute."""
    return ((name, module) for name, module in network.named_modules() if isinstance(module, nn.Conv2d))


def _state(network: U2Net, convolutions: list[_Convolution]) -> Iterator[tuple[str, TorchTensor]]:
    """Return our parameters; a batch norm that was folded away becomes one that changes nothing."""
    units = {name for name, module in network.named_modules() if isinstance(module, ConvUnit)}
    epsilon = next(module.eps for module in network.modules() if isinstance(module, nn.BatchNorm2d))
    for (name, _), one in zip(_ours(network), convolutions, strict=True):
        yield f"{name}.weight", torch.tensor(one.kernel)
        yield f"{name}.bias", torch.tensor(one.bias)
        unit = name.removesuffix(".conv")
        if unit in units:
            nothing = (np.ones_like(one.bias), np.zeros_like(one.bias))
            parts = one.norm or (*nothing, np.zeros_like(one.bias), np.ones_like(one.bias))
            for part, array in zip(("weight", "bias", "running_mean", "running_var"), parts, strict=True):
                # Our norm adds an epsilon of its own to the variance.
                yield f"{unit}.norm.{part}", torch.tensor(array - epsilon if part == "running_var" else array)


def _ends_in_sigmoid(graph: Graph, last: str) -> bool:
    """Tell whether the fused output is a probability: other uses of the same network end in a softmax over classes."""
    return any(node.kind == "Sigmoid" and node.inputs[0] == last for node in graph.nodes)


def _input_size(graph: Graph) -> int:
    """Return the side that the export was made for."""
    return (graph.input_shape[-1] if len(graph.input_shape) == 4 else 0) or _USUAL_SIZE


def _class_names(count: int) -> tuple[str, ...]:
    return ("subject",) if count == 1 else tuple(f"class {number}" for number in range(1, count + 1))


def _computes_the_same(path: Path, weights: Weights) -> bool:
    """Run both on noise. Agreement cannot be checked where ONNX Runtime is absent; then the shapes must do."""
    try:
        import onnxruntime
    except ImportError:
        return True
    info = weights.info
    noise = np.random.default_rng(0).normal(size=(1, info.in_channels, info.input_size, info.input_size))
    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        theirs = session.run(None, {session.get_inputs()[0].name: noise.astype(np.float32)})[0]
    except Exception:  # types of a compiled module; a file in 16 bits, or with a fixed batch
        _log.info("%s could not be run for comparison", path, exc_info=True)
        return True
    with torch.inference_mode():
        ours = build_network(weights)(torch.from_numpy(noise.astype(np.float32))).sigmoid().numpy()
    return ours.shape == theirs.shape and float(np.abs(ours - theirs).max()) < _TOLERANCE
