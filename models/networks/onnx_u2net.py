"""Recognise an ONNX export of U²-Net and load it into our own network, by the order of its convolutions.

Exports carry no parameter names that could be relied on: tracing folds the batch norms into the convolutions and
numbers what is left. What an export of U²-Net does keep is the order in which the network computes. So the k-th
convolution of the graph belongs to the k-th of ours, and the graph is U²-Net when every shape and every dilation of
the sequence agrees. Where ONNX Runtime is there, both are run on the same noise before anything is believed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.errors import WeightsContent, WeightsDamaged
from models.networks.conv_unit import ConvUnit
from models.networks.u2net import SIZES, U2Net
from models.networks.weights import Weights, WeightsInfo, build_network
from models.predict.onnx_errors import OnnxNotInstalled, OnnxProblem, OnnxUnusable

if TYPE_CHECKING:
    import onnx

_TOLERANCE = 1e-3
_USUAL_SIZE = 320
_log = logging.getLogger(__name__)


def load_u2net_export(path: Path) -> Weights | None:
    """The weights in an ONNX export of U²-Net, full or small, with any number of classes; ``None`` for other networks.

    Raises:
        OnnxNotInstalled: the ``onnx`` package is absent.
        WeightsDamaged: the file is no readable ONNX model.
        OnnxUnusable: its parameters are elsewhere.
    """
    graph = read_graph(path)
    convolutions = list(_convolutions(graph))
    match = _match(convolutions)
    if match is None or not _ends_in_sigmoid(graph, convolutions[-1].output):
        return None
    network, size = match
    info = WeightsInfo(
        "u2net",
        size=size,  # type: ignore[arg-type]
        in_channels=convolutions[0].kernel.shape[1],
        classes=_class_names(convolutions[-1].kernel.shape[0]),
        input_size=_input_size(graph),
        scaling="maximum",  # as the authors prepare photos; an export does not say
        title=path.stem,
    )
    weights = Weights(dict(_state(network, convolutions)), info)
    return weights if _computes_the_same(path, weights) else None


class _Convolution:
    """One convolution of the graph, with the batch norm behind it where one was left standing."""

    def __init__(
        self,
        kernel: NDArray[np.float32],
        bias: NDArray[np.float32] | None,
        dilation: int,
        output: str,
        norm: tuple[NDArray[np.float32], ...] | None,
    ) -> None:
        self.kernel = kernel
        self.bias = np.zeros(len(kernel), np.float32) if bias is None else bias
        self.dilation = dilation
        self.output = output
        self.norm = norm


def read_graph(path: Path) -> onnx.GraphProto:
    """The graph of an ONNX file with its tensors. Raises ``OnnxNotInstalled``, ``WeightsDamaged``, ``OnnxUnusable``."""
    try:
        import onnx
    except ImportError as error:
        raise OnnxNotInstalled(path) from error
    try:
        graph = onnx.load(path, load_external_data=False).graph
    except Exception as error:  # protobuf's own
        raise WeightsDamaged(path, found=WeightsContent.ONNX_CUT) from error
    if not graph.node:
        raise WeightsDamaged(path, found=WeightsContent.ONNX_CUT)
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in graph.initializer):
        raise OnnxUnusable(path, found=OnnxProblem.EXTERNAL_DATA)
    return graph


def _convolutions(graph: onnx.GraphProto) -> Iterator[_Convolution]:
    """In the order of the graph."""
    from onnx import numpy_helper

    constants: dict[str, Any] = {tensor.name: tensor for tensor in graph.initializer}
    behind: dict[str, onnx.NodeProto] = {}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].name == "value":
            constants[node.output[0]] = node.attribute[0].t
        elif node.op_type in ("Identity", "Cast") and node.input[0] in constants:
            constants[node.output[0]] = constants[node.input[0]]
        elif node.op_type == "BatchNormalization":
            behind[node.input[0]] = node

    def value(name: str) -> NDArray[np.float32] | None:
        return np.asarray(numpy_helper.to_array(constants[name]), np.float32) if name in constants else None

    for node in graph.node:
        if node.op_type != "Conv":
            continue
        kernel = value(node.input[1])
        bias = value(node.input[2]) if len(node.input) > 2 else None
        dilations = next((list(entry.ints) for entry in node.attribute if entry.name == "dilations"), [1, 1])
        output, norm = node.output[0], None
        if (following := behind.get(output)) is not None:
            parts = tuple(part for name in following.input[1:5] if (part := value(name)) is not None)
            norm = parts if len(parts) == 4 else None
            output = following.output[0]
        if kernel is None or kernel.ndim != 4:
            kernel = np.zeros((0, 0, 0, 0), np.float32)  # computed in the graph: matches nothing
        yield _Convolution(kernel, bias, dilations[0], output, norm)


def _match(convolutions: list[_Convolution]) -> tuple[U2Net, str] | None:
    """The network, without storage, whose convolutions have the same shapes and dilations in the same order."""
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
    """Our convolutions with their names; modules are registered in the order in which they compute."""
    return ((name, module) for name, module in network.named_modules() if isinstance(module, nn.Conv2d))


def _state(network: U2Net, convolutions: list[_Convolution]) -> Iterator[tuple[str, Tensor]]:
    """Our parameters; a batch norm that was folded away becomes one that changes nothing."""
    units = {name for name, module in network.named_modules() if isinstance(module, ConvUnit)}
    epsilon = next(module.eps for module in network.modules() if isinstance(module, nn.BatchNorm2d))
    for (name, _), one in zip(_ours(network), convolutions, strict=True):
        yield f"{name}.weight", torch.tensor(one.kernel)
        yield f"{name}.bias", torch.tensor(one.bias)
        unit = name.removesuffix(".conv")
        if unit in units:
            nothing = (np.ones_like(one.bias), np.zeros_like(one.bias))
            parts = one.norm or (*nothing, np.zeros_like(one.bias), np.full_like(one.bias, 1.0 - epsilon))
            for part, array in zip(("weight", "bias", "running_mean", "running_var"), parts, strict=True):
                yield f"{unit}.norm.{part}", torch.tensor(array)


def _ends_in_sigmoid(graph: onnx.GraphProto, last: str) -> bool:
    """Whether the fused output is a probability: other uses of the same network end in a softmax over classes."""
    return any(node.op_type == "Sigmoid" and node.input[0] == last for node in graph.node)


def _input_size(graph: onnx.GraphProto) -> int:
    """The side that the export was made for."""
    dims = graph.input[0].type.tensor_type.shape.dim
    side = dims[-1].dim_value if len(dims) == 4 else 0
    return side if side > 0 else _USUAL_SIZE


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
