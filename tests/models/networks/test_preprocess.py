from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import transform

from models.networks.preprocess import (
    IMAGENET_DEVIATION,
    IMAGENET_MEAN,
    Preprocessing,
    find_divisor,
    normalise,
    prepare,
    resize,
)


def test_normalise_subtracts_mean_and_divides_by_deviation_channel_by_channel() -> None:
    rgb = np.array([[[255, 0, 51]]], np.uint8)
    expected = [(1.0 - 0.485) / 0.229, (0.0 - 0.456) / 0.224, (0.2 - 0.406) / 0.225]
    np.testing.assert_allclose(normalise(rgb, Preprocessing())[:, 0, 0], expected, rtol=1e-5)


def test_scaling_by_the_maximum_makes_a_dark_photo_equal_to_a_bright_one() -> None:
    dark = np.random.default_rng(0).integers(0, 51, (8, 9, 3), np.uint8)
    dark[0, 0, 0] = 51
    by_maximum = Preprocessing(scaling="maximum")
    np.testing.assert_allclose(normalise(dark, by_maximum), normalise(dark * 5, by_maximum), atol=1e-5)
    assert not np.allclose(normalise(dark, Preprocessing()), normalise(dark * 5, Preprocessing()))


@pytest.mark.parametrize("scaling", ["255", "maximum"])
def test_a_black_photo_is_no_division_by_zero(scaling: str) -> None:
    x = prepare(np.zeros((5, 7, 3), np.uint8), 16, Preprocessing(scaling=scaling))  # type: ignore[arg-type]
    expected = [-mean / deviation for mean, deviation in zip(IMAGENET_MEAN, IMAGENET_DEVIATION, strict=True)]
    np.testing.assert_allclose(x[:, 3, 3], expected, rtol=1e-5)


def test_a_part_of_a_photo_is_scaled_like_the_whole() -> None:
    rgb = np.random.default_rng(0).integers(0, 200, (20, 20, 3), np.uint8)
    by_maximum = Preprocessing(scaling="maximum")
    part = normalise(rgb[:5, :5], by_maximum, find_divisor(rgb, by_maximum))
    np.testing.assert_array_equal(part, normalise(rgb, by_maximum)[:, :5, :5])


def test_one_channel_is_the_luma() -> None:
    rgb = np.array([[[200, 100, 50]]], np.uint8)
    grey = normalise(rgb, Preprocessing(mean=(0.0,), deviation=(1.0,)))
    assert grey.shape == (1, 1, 1)
    assert grey[0, 0, 0] * 255 == pytest.approx(0.299 * 200 + 0.587 * 100 + 0.114 * 50, abs=1)


@settings(max_examples=40)
@given(height=st.integers(1, 90), width=st.integers(1, 90), size=st.integers(1, 70))
def test_any_photo_is_squashed_to_the_square(height: int, width: int, size: int) -> None:
    rgb = np.full((height, width, 3), (10, 120, 250), np.uint8)
    x = prepare(rgb, size, Preprocessing(mean=(0.0,) * 3, deviation=(1.0,) * 3))
    assert x.shape == (3, size, size)
    assert x.dtype == np.float32
    np.testing.assert_allclose(
        x.reshape(3, -1).T, np.broadcast_to(np.array([10, 120, 250]) / 255, (size**2, 3)), rtol=1e-5
    )


def test_shrinking_averages_instead_of_aliasing() -> None:
    stripes = np.zeros((1200, 1200, 3), np.uint8)
    stripes[:, ::2] = 255
    small = resize(stripes, 100, 100)
    assert np.abs(small.astype(int) - 127).max() <= 1


def test_sampling_is_what_the_authors_do_and_part_of_the_preprocessing() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (300, 420, 3), np.uint8)
    theirs = transform.resize(rgb, (64, 64), order=1, anti_aliasing=False)
    plain = Preprocessing(mean=(0.0,) * 3, deviation=(1.0,) * 3, shrinking="sample")
    np.testing.assert_allclose(prepare(rgb, 64, plain).transpose(1, 2, 0), theirs, atol=1.01 / 255)


def test_corners_stay_where_they_are() -> None:
    rgb = np.zeros((300, 500, 3), np.uint8)
    rgb[:150, :250] = 255
    small = resize(rgb, 64, 64)[..., 0]
    assert (small[:31, :31] == 255).all()
    assert (small[33:].max(), small[:, 33:].max()) == (0, 0)
