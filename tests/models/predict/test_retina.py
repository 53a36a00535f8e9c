"""Retinas at one scale, whatever the camera."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matting.files.reading.read_photo import read_photo
from models.networks.weights import WeightsInfo, empty_network, load_weights, save_weights
from models.predict.prediction import ModelPredictor
from models.predict.retina import FIELD_WIDTH, predict_retina, scaled_size
from models.predict.vessels import find_field
from models.training.data.batches import at_scale
from models.training.data.pictures import Sample
from models.training.settings import Source, TrainSettings
from models.training.start_model import prepare_start

ROOT = Path(__file__).resolve().parents[3]
INFO = WeightsInfo("unet", width=2, mode="vessel", field_width=200)


def retina(diameter: int, height: int, width: int) -> NDArray[np.uint8]:
    """Draw a lit disc, cut off where the photo is lower than it, on a noisy black surround."""
    rgb = np.random.default_rng(1).integers(0, 6, (height, width, 3), np.uint8)
    cv2.circle(rgb, (width // 2, height // 2), diameter // 2, (180, 90, 60), -1)
    return rgb


@settings(max_examples=25)
@given(
    diameter=st.integers(60, 1500), margin=st.floats(1.05, 1.3), cut=st.floats(0.75, 1.3), wanted=st.integers(50, 900)
)
def test_the_field_of_view_gets_the_width_that_the_network_knows(
    diameter: int, margin: float, cut: float, wanted: int
) -> None:
    width, height = round(diameter * margin), round(diameter * cut)
    found = scaled_size(retina(diameter, height, width), wanted)
    assert found[1] * diameter / width == pytest.approx(wanted, rel=0.05)
    assert found[0] / found[1] == pytest.approx(height / width, abs=0.02)


@given(height=st.integers(1, 400), width=st.integers(1, 400), wanted=st.integers(1, 500))
@settings(max_examples=25)
def test_a_photo_without_a_surround_is_never_enlarged(height: int, width: int, wanted: int) -> None:
    rgb = np.full((height, width, 3), 120, np.uint8)
    found = scaled_size(rgb, wanted)
    assert max(found) == min(max(height, width), wanted)
    assert scaled_size(rgb, 0) == (height, width)


@pytest.mark.parametrize("shape", [(1, 1), (300, 2), (250, 260), (700, 640)])
def test_the_map_is_never_larger_than_the_photo(shape: tuple[int, int]) -> None:
    rgb = retina(min(shape), *shape)
    map_ = predict_retina(rgb, INFO, lambda x: (x[:1] > 0).astype(np.float32))
    assert map_.shape[1] <= shape[0]
    assert map_.shape[2] <= shape[1]
    assert 0 <= map_.min() <= map_.max() <= 1


def test_a_camera_of_twice_the_resolution_gives_the_same_vessels() -> None:
    weights = load_weights(ROOT / "resources" / "weights" / "unet-vessel.safetensors")
    predictor = ModelPredictor(weights, "cpu")
    small = read_photo(ROOT / "resources" / "samples" / "retina.jpg").rgb8()
    height, width = small.shape[:2]
    large = cv2.resize(small, (2 * width, 2 * height), interpolation=cv2.INTER_CUBIC)
    one, other = (
        cv2.resize(predictor.predict(rgb)[0], (width // 2, height // 2), interpolation=cv2.INTER_AREA) >= 0.4
        for rgb in (small, large)
    )
    assert one.mean() > 0.08
    assert 2 * (one & other).sum() / (one.sum() + other.sum()) > 0.95


def test_the_trainer_brings_photo_target_and_field_to_the_networks_scale() -> None:
    rgb = retina(400, 420, 480)
    vessels = np.zeros((420, 480, 1), np.uint8)
    cv2.line(vessels, (100, 200), (380, 220), 255, 8)
    cv2.line(rgb, (100, 200), (380, 220), (90, 30, 20), 8)
    seen = at_scale(Sample(rgb, vessels).with_field(), INFO)
    assert seen.inside is not None
    assert seen.rgb.shape[:2] == seen.target.shape[:2] == seen.inside.shape
    assert seen.rgb.shape[0] == pytest.approx(210, rel=0.02)
    field = find_field(seen.rgb)
    assert (field & (seen.inside > 127)).sum() / (field | (seen.inside > 127)).sum() > 0.96
    inner = cv2.erode(field.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    dark = (seen.rgb[..., 0] < 130) & inner
    vessel = (seen.target[..., 0] > 127) & inner
    assert (dark & vessel).sum() / (dark | vessel).sum() > 0.8


def test_a_run_keeps_the_scale_of_its_start_unless_told_otherwise(tmp_path: Path) -> None:
    source = (Source(tmp_path),)
    scratch = TrainSettings(source, "unet", width=2, mode="vessel")
    assert prepare_start(scratch, ("vessel",)).info.field_width == FIELD_WIDTH
    assert prepare_start(replace(scratch, mode="cutout"), ("vessel",)).info.field_width == 0
    save_weights(tmp_path / "a.safetensors", empty_network(INFO).state_dict(), INFO)
    onward = replace(scratch, start=str(tmp_path / "a.safetensors"))
    assert prepare_start(onward, ("vessel",)).info.field_width == 200
    assert prepare_start(replace(onward, field_width=0), ("vessel",)).info.field_width == 0
