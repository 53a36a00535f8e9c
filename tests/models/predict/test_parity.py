"""Our small U²-Net against the authors' own masks and against ONNX Runtime."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from models.networks.preprocess import prepare
from models.networks.weights import Weights, build_network, load_weights
from models.predict.engine import Engine


@pytest.fixture(scope="module")
def weights() -> Weights:
    from tests.conftest import SHARED

    path = SHARED / "weights/u2netp.pth"
    if not path.is_file():
        pytest.skip("the authors' weights (../shared/weights/u2netp.pth) are not here")
    return load_weights(path)


def test_masks_equal_those_of_the_authors(weights: Weights, shared: Path) -> None:
    """Their preprocessing and their stretching of each map to the full range, which we do only here."""
    engine = Engine(build_network(weights), torch.device("cpu"), torch.float32)
    assert weights.info.scaling == "maximum"
    differences = {}
    for file in sorted((shared / "data/parity/photos").iterdir()):
        rgb = np.array(Image.open(file).convert("RGB"))
        theirs = np.array(Image.open(shared / f"data/parity/u2netp/{file.stem}.png").convert("L"))
        x = prepare(rgb, weights.info.input_size, weights.info.preprocessing)
        probability = engine(torch.from_numpy(x)[None])[0, 0].numpy()
        stretched = (probability - probability.min()) / (probability.max() - probability.min())
        ours = cv2.resize((stretched * 255).astype(np.uint8), theirs.shape[::-1], interpolation=cv2.INTER_LINEAR)
        differences[file.name] = float(np.abs(ours.astype(float) - theirs).mean() / 255)
    assert len(differences) == 18
    near = [name for name, difference in differences.items() if difference <= 0.006]
    assert len(near) >= 14, differences
    assert max(differences.values()) < 0.035, differences


def test_output_equals_onnx_runtime(weights: Weights, shared: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    session = onnxruntime.InferenceSession(str(shared / "weights/u2netp.onnx"), providers=["CPUExecutionProvider"])
    engine = Engine(build_network(weights), torch.device("cpu"), torch.float32)
    for name in ("bike.jpg", "im_21.png", "hockey.png"):
        rgb = np.array(Image.open(shared / "data/parity/photos" / name).convert("RGB"))
        x = prepare(rgb, 320, weights.info.preprocessing)[None]
        (expected,) = session.run(["d0"], {"input.1": x})
        np.testing.assert_allclose(engine(torch.from_numpy(x)).numpy(), expected, atol=1e-4)
