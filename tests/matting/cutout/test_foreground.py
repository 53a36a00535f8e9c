from __future__ import annotations

import cv2
import numpy as np
import pytest

from matting.cutout.foreground import estimate_foreground, keep_photo_colours
from tests.matting.alpha.scenes import Scene, furry


def rim_error(scene: Scene, rgb: np.ndarray, alpha: np.ndarray) -> float:
    """Worst mean error, over white, black and green-like greys, of the composite on soft pixels."""
    a = alpha[..., None]
    soft = (scene.alpha > 0) & (scene.alpha < 1)
    return max(
        float(np.abs(rgb * a + behind * (1 - a) - scene.over(behind))[soft].mean()) for behind in (1.0, 0.0, 0.5)
    )


def test_composites_on_white_and_black_have_no_rim_given_the_true_alpha() -> None:
    scene = furry()
    alpha = np.uint8(scene.alpha * 255 + 0.5)
    ours = estimate_foreground(scene.photo.rgb, alpha) / 255.0
    naive = scene.photo.rgb / 255.0
    assert rim_error(scene, ours, alpha / 255.0) < 0.012
    assert rim_error(scene, ours, alpha / 255.0) < rim_error(scene, naive, alpha / 255.0) / 8


def test_the_estimate_explains_the_photo_with_some_background() -> None:
    """alpha·F never exceeds the photo, nor falls short of it by more than a full background."""
    scene = furry()
    alpha = np.uint8(scene.alpha * 255 + 0.5)
    a = alpha[..., None] / 255.0
    ours = estimate_foreground(scene.photo.rgb, alpha) / 255.0
    rest = scene.photo.rgb / 255.0 - a * ours
    assert rest[alpha > 0].min() > -0.03
    assert (rest - (1 - a))[alpha > 0].max() < 0.03


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_opaque_pixels_inside_keep_the_photos_colour_and_far_transparent_ones_are_zero(dtype: type) -> None:
    scene = furry(200, 260)
    top = np.iinfo(dtype).max
    rgb = scene.photo.rgb.astype(dtype) * dtype(top // 255)
    alpha = (scene.alpha * top + 0.5).astype(dtype)
    for colours in (estimate_foreground, keep_photo_colours):
        result = colours(rgb, alpha)
        assert result.dtype == dtype
        inside = cv2.erode(alpha, np.ones((5, 5), np.uint8)) == top
        assert (result[inside] == rgb[inside]).all()
        far = cv2.dilate((alpha > 0).astype(np.uint8), np.ones((7, 7), np.uint8)) == 0
        assert (result[far] == 0).all()


def test_transparent_pixels_beside_the_subject_carry_its_colour() -> None:
    """So that a layout program which enlarges without premultiplying shows no dark rim."""
    scene = furry()
    alpha = np.uint8(scene.alpha * 255 + 0.5)
    result = estimate_foreground(scene.photo.rgb, alpha)
    beside = (cv2.dilate((alpha > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & (alpha == 0)
    assert np.abs(result[beside] / 255.0 - scene.colours[beside]).mean() < 0.06


@pytest.mark.parametrize("value", [0, 1, 128, 254, 255])
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (90, 3)])
def test_flat_alphas_and_tiny_photos(value: int, size: tuple[int, int]) -> None:
    rgb = np.full((*size, 3), (200, 100, 50), np.uint8)
    result = estimate_foreground(rgb, np.full(size, value, np.uint8))
    if value:
        assert np.abs(result.astype(int) - rgb).max() <= 2
    else:
        assert not result.any()


def test_arrays_that_came_in_stay_as_they_were() -> None:
    scene = furry(100, 100)
    rgb, alpha = scene.photo.rgb.copy(), np.uint8(scene.alpha * 255)
    before = rgb.copy(), alpha.copy()
    estimate_foreground(rgb, alpha)
    assert (rgb == before[0]).all()
    assert (alpha == before[1]).all()
