"""Small ONNX files, written node by node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.predict.onnx_recipe import OnnxRecipe

onnx = pytest.importorskip("onnx")

Array = NDArray[Any]


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
