from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.networks.preprocess import Preprocessing, normalise
from models.networks.unet import UNet
from models.predict.tiles import GRID, Tiling, predict_tiled, reflect
from tests.models.recorded import set_parameters


def brightness(tile: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Predict from nothing but the pixel itself."""
    return np.stack([tile[..., 0], tile[..., 1]]).astype(np.float32) / 255


@settings(max_examples=60)
@given(height=st.integers(1, 420), width=st.integers(1, 420))
def test_every_pixel_is_predicted_once_in_sum_and_in_its_place(height: int, width: int) -> None:
    rgb = np.random.default_rng(height * 1000 + width).integers(0, 256, (height, width, 3), np.uint8)
    tiling = Tiling(side=160, border=32, context=32, blend=16)
    found = predict_tiled(rgb, brightness, 2, tiling)
    np.testing.assert_allclose(found, brightness(rgb), atol=1e-6)


@settings(max_examples=30)
@given(height=st.integers(1, 700), width=st.integers(1, 700))
def test_no_tile_is_larger_than_allowed_and_all_are_on_the_grid(height: int, width: int) -> None:
    tiling = Tiling(side=256, border=32, context=64, blend=32)

    def check(tile: NDArray[np.uint8]) -> NDArray[np.float32]:
        assert max(tile.shape[:2]) <= tiling.side
        assert tile.shape[0] % GRID == 0
        assert tile.shape[1] % GRID == 0
        return np.zeros((1, *tile.shape[:2]), np.float32)

    predict_tiled(np.zeros((height, width, 3), np.uint8), check, 1, tiling)


@pytest.mark.parametrize("side", [320, 512])
def test_tiled_equals_untiled(side: int) -> None:
    network = UNet(width=4)
    set_parameters(network.eval())
    rgb = np.random.default_rng(0).integers(0, 256, (523, 701, 3), np.uint8)

    @torch.inference_mode()
    def predict(tile: NDArray[np.uint8]) -> NDArray[np.float32]:
        logits = network(torch.from_numpy(normalise(tile, Preprocessing()))[None])[0]
        # Stretched, because the maps of made-up parameters hardly vary and would hide a seam.
        return np.asarray(torch.sigmoid(logits * 20).numpy())

    whole = predict_tiled(rgb, predict, 1, Tiling(side=4096))
    tiled = predict_tiled(rgb, predict, 1, Tiling(side=side))
    assert whole.std() > 0.1
    np.testing.assert_allclose(tiled, whole, atol=1e-4)


def test_a_predictor_that_fails_at_its_edges_leaves_no_seam() -> None:
    """What a tile says near its inner edges must not count at all."""

    def predict(tile: NDArray[np.uint8]) -> NDArray[np.float32]:
        height, width = tile.shape[:2]
        result = np.full((1, height, width), 0.5, np.float32)
        inner_edges = tile[..., 0] == 7  # only the middle of the photo: its own border has other values
        near = np.zeros((height, width), bool)
        near[:90] = near[-90:] = True
        near[:, :90] = near[:, -90:] = True
        result[0][near & inner_edges] = 1.0
        return result

    rgb = np.full((900, 900, 3), 7, np.uint8)
    rgb[:128] = rgb[-128:] = rgb[:, :128] = rgb[:, -128:] = 0
    tiling = Tiling(side=512)
    np.testing.assert_allclose(predict_tiled(rgb, predict, 1, tiling), 0.5, atol=1e-6)


def test_reflection_repeats_for_photos_smaller_than_the_border() -> None:
    assert reflect(np.arange(-4, 7), 3).tolist() == [0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2]
    assert reflect(np.arange(-3, 4), 1).tolist() == [0] * 7
