"""Read what an ONNX file holds, without the ``onnx`` package: the few messages of its format that are needed here.

An ONNX file is a Protocol Buffers message, ``ModelProto`` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto;
encoding: https://protobuf.dev/programming-guides/encoding). Field numbers below are those of that file. The file is
mapped into memory, and tensors are views of it. Why no package: ``docs/decisions/0056-own-onnx-reader.md``.
"""

from __future__ import annotations

import hashlib
import math
import mmap
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import WeightsContent, WeightsDamaged, reading_failed
from models.networks.protobuf import as_integers, as_message, as_text, fields, messages, signed, with_length
from models.predict.onnx_errors import OnnxProblem, OnnxUnusable

_MODEL_OPSET, _MODEL_GRAPH = 8, 7
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_INPUT = 1, 5, 11
_TENSOR_RAW, _TENSOR_EXTERNAL, _TENSOR_LOCATION = 9, 13, 14
# TensorProto.DataType of the kinds that parameters are stored in.
_FLOAT, _FLOAT16, _DOUBLE, _BFLOAT16 = 1, 10, 11, 16
_DTYPES: dict[int, np.dtype[Any]] = {
    _FLOAT: np.dtype("<f4"),
    _FLOAT16: np.dtype("<f2"),
    _DOUBLE: np.dtype("<f8"),
    _BFLOAT16: np.dtype("<u2"),
}

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Tensor:
    """A stored array; ``data`` its bytes, row by row, little-endian; ``external`` where they are when not in the file.

    ``external`` has the keys ``location`` (a path relative to the file's folder), ``offset`` and ``length``, as text.
    """

    shape: tuple[int, ...]
    kind: int
    data: memoryview
    external: Mapping[str, str] = field(default_factory=dict)

    def array(self) -> Floats | None:
        """Return the values in float32, ``None`` for integers and text. Raise ``ValueError`` when bytes are missing."""
        if self.kind not in _DTYPES:
            return None
        values: NDArray[Any] = np.frombuffer(self.data, _DTYPES[self.kind])
        if self.kind == _BFLOAT16:
            values = (values.astype(np.uint32) << 16).view(np.float32)  # bfloat16 is the upper half of a float32
        return values.reshape(self.shape).astype(np.float32)


@dataclass(frozen=True)
class Node:
    """One operation. ``attributes`` are numbers, bytes, lists of integers, or a ``Tensor``."""

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Graph:
    """What the file computes: nodes in order of computation, stored tensors by name, the first input's shape.

    A size in ``input_shape`` that is not fixed is 0. ``opset`` is the version of ONNX's own operators.
    """

    nodes: tuple[Node, ...]
    tensors: Mapping[str, Tensor]
    input_shape: tuple[int, ...]
    opset: int


def read_graph(path: Path) -> Graph:
    """Read an ONNX file and the files beside it that hold its parameters.

    Raises:
        WeightsError: missing or unreadable.
        WeightsDamaged: no complete ONNX model.
        OnnxUnusable: parameters are not where the file says, or outside its folder.
    """
    try:
        model = _map(path)
        graph = _graph(dict(messages(model))[_MODEL_GRAPH], path, _opset(model))
    except OSError as error:
        raise reading_failed(path, error) from error
    except (ValueError, KeyError, IndexError, UnicodeDecodeError, TypeError, struct.error) as error:
        raise WeightsDamaged(path, found=WeightsContent.ONNX_CUT) from error
    if not graph.nodes:
        raise WeightsDamaged(path, found=WeightsContent.ONNX_CUT)
    return graph


def companions(path: Path) -> list[Path]:
    """Return the files beside an ONNX file that hold parameters of it, by name. Raise as ``read_graph``."""
    locations = {tensor.external["location"] for tensor in read_graph(path).tensors.values() if tensor.external}
    return sorted(path.parent / location for location in locations)


def content_sha256(path: Path) -> str:
    """Return the SHA-256 of an ONNX file followed by its companions: the file's own where it has none.

    Two exports of one network with other parameters may differ in the companions alone. Raise as ``read_graph``.
    """
    digest = hashlib.sha256()
    for file in (path, *companions(path)):
        digest.update(_map(file))
    return digest.hexdigest()


def write_single_file(path: Path, target: Path) -> None:
    """Copy an ONNX file with the parameters of its companions inside. Raise ``OSError``, and as ``read_graph``."""
    with target.open("wb") as file:
        for part in _model_parts(path):
            file.write(part)


def _map(path: Path) -> memoryview:
    """Return a file's bytes without reading them; the file is let go with the last view. Raise ``OSError``."""
    with path.open("rb") as file:
        # An empty file cannot be mapped.
        empty = not file.seek(0, 2)
        return memoryview(b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _opset(model: memoryview) -> int:
    """Return the version of the operators of ONNX itself, whose domain is empty."""
    for number, value, _ in fields(model):
        if number == _MODEL_OPSET:
            parts = {number: part for number, part, _ in fields(as_message(value))}
            if not parts.get(1):
                return int(parts.get(2, 0))
    return 0


def _graph(message: memoryview, path: Path, opset: int) -> Graph:
    nodes, tensors, input_shape = [], {}, None
    for number, value, _ in fields(message):
        if number == _GRAPH_NODE:
            nodes.append(_node(as_message(value), path))
        elif number == _GRAPH_INITIALIZER:
            name, tensor = _tensor(as_message(value), path)
            tensors[name] = tensor
        elif number == _GRAPH_INPUT and input_shape is None:
            input_shape = _shape(as_message(value))
    return Graph(tuple(nodes), tensors, input_shape or (), opset)


def _node(message: memoryview, path: Path) -> Node:
    inputs, outputs, kind, attributes = [], [], "", {}
    for number, value, _ in fields(message):
        if number == 1:
            inputs.append(as_text(value))
        elif number == 2:
            outputs.append(as_text(value))
        elif number == 4:
            kind = as_text(value)
        elif number == 5:
            name, content = _attribute(as_message(value), path)
            attributes[name] = content
    return Node(kind, tuple(inputs), tuple(outputs), attributes)


def _attribute(message: memoryview, path: Path) -> tuple[str, Any]:
    name: str = ""
    content: Any = None
    integers: list[int] = []
    for number, value, _ in fields(message):
        if number == 1:
            name = as_text(value)
        elif number == 2:
            (content,) = struct.unpack("<f", as_message(value))
        elif number == 3 and isinstance(value, int):
            content = signed(value)
        elif number == 4:
            content = bytes(as_message(value))
        elif number == 5:
            content = _tensor(as_message(value), path)[1]
        elif number == 8:
            integers += as_integers(value)
    return name, integers or content


def _tensor(message: memoryview, path: Path) -> tuple[str, Tensor]:
    """Return a ``TensorProto``'s name and content."""
    shape: list[int] = []
    kind, name, external = 0, "", {}
    data, floats = memoryview(b""), b""
    for number, value, _ in fields(message):
        if number == 1:
            shape += as_integers(value)
        elif number == 2 and isinstance(value, int):
            kind = value
        elif number == 4:  # float_data, packed or not
            floats += as_message(value)
        elif number == 8:
            name = as_text(value)
        elif number == _TENSOR_RAW:
            data = as_message(value)
        elif number == _TENSOR_EXTERNAL:
            key, text = (as_text(part) for _, part, _ in fields(as_message(value)))
            external[key] = text
    if external:
        data = _external(path, external, math.prod(shape) * _DTYPES[kind].itemsize if kind in _DTYPES else None)
    elif floats and kind == _FLOAT:
        data = memoryview(floats)
    return name, Tensor(tuple(shape), kind, data, external)


def _external(path: Path, where: Mapping[str, str], needed: int | None) -> memoryview:
    """Return bytes of a file beside ``path``. Raise ``OnnxUnusable`` when they are not there, or anywhere else."""
    location = where.get("location", "")
    if PurePosixPath(location).is_absolute() or ".." in Path(location).parts or Path(location).is_absolute():
        raise OnnxUnusable(path, found=OnnxProblem.OUTSIDE(file=location))
    try:
        content = _map(path.parent / location)
    except OSError as error:
        raise OnnxUnusable(path, found=OnnxProblem.NOT_BESIDE(file=location)) from error
    begin = int(where.get("offset", 0))
    length = int(where.get("length", needed or len(content) - begin))
    data = content[begin : begin + length]
    if len(data) != length or (needed is not None and length != needed):
        raise WeightsDamaged(path, found=WeightsContent.COMPANION_CUT(file=location))
    return data


def _shape(message: memoryview) -> tuple[int, ...]:
    """Return the shape in a ``ValueInfoProto``: type (2), tensor (1), shape (2), dimensions (1), each a number (1)."""
    for wanted in (2, 1, 2):
        found = dict(messages(message)).get(wanted)
        if found is None:
            return ()
        message = found
    shape = []
    for number, dimension, _ in fields(message):
        if number == 1:
            sizes = [value for key, value, _ in fields(as_message(dimension)) if key == 1 and isinstance(value, int)]
            shape.append(sizes[0] if sizes and 0 < sizes[0] < 1 << 31 else 0)
    return tuple(shape)


def _model_parts(path: Path) -> Iterator[bytes | memoryview]:
    """Yield the bytes of a file whose tensors all hold their own data."""
    for number, value, whole in fields(_map(path)):
        if number != _MODEL_GRAPH:
            yield whole
            continue
        graph: list[bytes | memoryview] = []
        for inner, part, whole_part in fields(as_message(value)):
            external = inner == _GRAPH_INITIALIZER and _tensor(as_message(part), path)[1].external
            graph += with_length(inner, _filled(as_message(part), path)) if external else [whole_part]
        yield from with_length(number, graph)


def _filled(tensor: memoryview, path: Path) -> list[bytes | memoryview]:
    """Return the parts of a ``TensorProto`` with its data inside instead of a note where it lies."""
    kept: list[bytes | memoryview] = [
        whole for number, _, whole in fields(tensor) if number not in (_TENSOR_EXTERNAL, _TENSOR_LOCATION)
    ]
    return [*kept, *with_length(_TENSOR_RAW, [_tensor(tensor, path)[1].data])]
