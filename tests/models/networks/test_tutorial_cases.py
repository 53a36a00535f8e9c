"""State dicts with the names and the wiring of the tutorial's U-Net, and the maps that it gave of a photo.

``tutorial/`` was made for this purpose with the tutorial's own forward pass (skip first, then the enlarged features):
``rgb`` (48, 64, 3) uint8, ``probability`` (classes, 48, 64) float32. The parameters are random, so that a photo's edge,
a channel or a class in the wrong place changes the whole map.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.catalogue.import_model import import_model
from models.networks.weights import load_weights
from models.predict.prediction import ModelPredictor

CASES = Path(__file__).parent / "tutorial"


@pytest.mark.parametrize("name", ["tutorial-unet", "tutorial-unet-4-classes"])
def test_the_tutorials_unet_predicts_what_it_predicted_there(name: str) -> None:
    case = np.load(CASES / f"{name}.npz")
    predictor = ModelPredictor(load_weights(CASES / f"{name}.pth"), "cpu", "fp32")
    found = predictor.predict(case["rgb"])
    assert case["probability"].std() > 0.3
    np.testing.assert_allclose(found, case["probability"], atol=1e-4)


def test_and_still_does_once_it_is_installed(kirie_home: Path) -> None:
    case = np.load(CASES / "tutorial-unet.npz")
    installed = import_model(CASES / "tutorial-unet.pth").file
    found = ModelPredictor(load_weights(installed), "cpu", "fp32").predict(case["rgb"])
    np.testing.assert_allclose(found, case["probability"], atol=1e-4)
