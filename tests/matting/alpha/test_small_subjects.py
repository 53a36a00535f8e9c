"""Small subjects with known alpha: aligned edges lose no limb, and draw neither JPEG's blocks nor the solver's."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from matting.alpha.alpha import make_alpha
from matting.alpha.strokes import Stroke
from matting.photo import Photo
from matting.settings import CutSettings, Edges

Floats = NDArray[np.float32]
ALIGNED = [Edges.FINE, Edges.HAIR]


def beetle(height: int, width: int, quality: int, smallest: float = 2.0) -> tuple[Photo, Floats]:
    """Draw a dark red body with thin legs at odd angles and specks on sand, as JPEG with halved colour gives it."""
    finer = 8
    drawn = np.zeros((height * finer, width * finer), np.uint8)
    middle = (width * finer // 2, height * finer // 2)
    cv2.ellipse(drawn, middle, (round(0.1 * width * finer), round(0.05 * height * finer)), 11, 0, 360, 255, cv2.FILLED)
    for angle in (28, 61, 77, 112, 134, 158, 203, 245, 301, 337):
        reach = 0.3 * height * finer
        end = round(middle[0] + reach * np.cos(np.radians(angle))), round(middle[1] + reach * np.sin(np.radians(angle)))
        cv2.line(drawn, middle, end, 255, round(smallest * finer))
    for x, y, radius in ((0.15, 0.2, 3.0), (0.83, 0.31, 4.0), (0.71, 0.86, 5.0)):
        cv2.circle(drawn, (round(x * width * finer), round(y * height * finer)), round(radius * finer), 255, cv2.FILLED)
    truth = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    sand = np.float32([165, 120, 70]) + np.random.default_rng(7).normal(0, 20, (height, width, 1)).astype(np.float32)
    mixed = np.float32([110, 25, 30]) * truth[..., None] + sand * (1 - truth[..., None])
    settings = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    ]
    _, encoded = cv2.imencode(".jpg", np.uint8(np.clip(mixed, 0, 255))[..., ::-1], settings)
    return Photo(np.ascontiguousarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1])), truth


def reduced(truth: Floats, height: int, width: int) -> Floats:
    """Return the map of a good network: alpha averaged over pixels of that size, and a little blurred."""
    return np.asarray(cv2.GaussianBlur(cv2.resize(truth, (width, height), interpolation=cv2.INTER_AREA), (0, 0), 0.6))


def error(photo: Photo, probability: Floats, truth: Floats, edges: Edges) -> Floats:
    return np.abs(make_alpha(photo, probability, CutSettings(edges=edges)) / np.float32(255) - truth)


@pytest.mark.parametrize("edges", ALIGNED)
@pytest.mark.parametrize("quality", [40, 75])
def test_a_map_as_fine_as_the_photo_is_not_made_worse(quality: int, edges: Edges) -> None:
    """A photo of 400 px and a network's 320: the map is right to the pixel, JPEG's colours are not."""
    photo, truth = beetle(300, 400, quality)
    probability = reduced(truth, 300, 320)
    plain, aligned = (error(photo, probability, truth, one) for one in (Edges.OFF, edges))
    assert aligned.mean() <= plain.mean() * 1.01
    assert np.count_nonzero(aligned > 0.5) <= np.count_nonzero(plain > 0.5)


@pytest.mark.parametrize("edges", ALIGNED)
@pytest.mark.parametrize("factor", [3, 4, 6])
def test_no_error_gathers_along_the_borders_of_blocks(factor: int, edges: Edges) -> None:
    photo, truth = beetle(384, 480, 75, smallest=1.5 * factor)
    errors = error(photo, reduced(truth, 384 // factor, 480 // factor), truth, edges)
    rows, columns = np.indices(errors.shape)
    near = cv2.dilate((truth > 0).astype(np.uint8), np.ones((4 * factor + 1,) * 2)) > 0
    for side in (16, 32, 128):  # of JPEG's halved colour, of the solver, of the photo's tiles
        border = (rows % side == 0) | (rows % side == side - 1) | (columns % side == 0) | (columns % side == side - 1)
        assert errors[border & near].max() <= errors[~border & near].max() + 0.05, side
        assert errors[border & near].mean() <= 1.25 * errors[~border & near].mean(), side


@pytest.mark.parametrize("edges", ALIGNED)
@pytest.mark.parametrize("noise", [6, 20])
@pytest.mark.parametrize("thickness", [4, 6, 9])
def test_a_leg_that_the_map_is_sure_of_stays(thickness: int, noise: int, edges: Edges) -> None:
    """A leg of hardly another colour than the sand: the photo has no edge there, so the map decides."""
    height, width = 480, 640
    truth = np.zeros((height, width), np.float32)
    cv2.line(truth, (60, 400), (590, 90), 1, thickness, cv2.LINE_AA)
    rgb = np.float32([150, 120, 80]) + np.random.default_rng(3).normal(0, noise, (height, width, 1))
    photo = Photo(np.uint8(np.clip(rgb - 4 * truth[..., None], 0, 255)))
    probability = np.minimum(1.6 * reduced(truth, 120, 160), 1)
    alpha = make_alpha(photo, probability, CutSettings(edges=edges)) / 255.0
    assert alpha[truth == 1].mean() > 0.7
    assert (alpha[truth == 1] > 0.5).mean() > 0.8


@pytest.mark.parametrize("edges", ALIGNED)
@pytest.mark.parametrize("hardness", [0.5, 0.8])
@pytest.mark.parametrize("pixel", [2.5, 5])
def test_an_erase_dab_works_inside_the_brush_only(pixel: float, hardness: float, edges: Edges) -> None:
    """Background that the map took for hair: a dab removes its disc, and no stair of the map's pixels beside it."""
    height, width = 480, 640
    rng = np.random.default_rng(2)
    rgb = np.float32([110, 108, 125]) + rng.normal(0, 3, (height, width, 1)) + np.zeros(3)
    rgb[:, :260] = (60, 40, 35)
    for y in range(40, 440, 23):  # strands
        cv2.line(rgb, (250, y), (360, y + 31), (62, 42, 36), 2, cv2.LINE_AA)
    photo = Photo(np.uint8(np.clip(rgb, 0, 255)))
    found = np.zeros((height, width), np.float32)
    found[:, :320] = 1  # strands and what shows between them
    probability = reduced(found, round(height / pixel), round(width / pixel))
    dab = Stroke(False, 24.0, hardness, ((290.0, 240.0, 1.0),))
    settings = CutSettings(edges=edges)
    before, after = (make_alpha(photo, probability, settings, strokes) / 255.0 for strokes in ([], [dab]))
    rows, columns = np.indices(before.shape)
    distance = np.hypot(rows + 0.5 - 240, columns + 0.5 - 290)
    sure = cv2.resize(probability, (width, height)) > 0.9
    assert after[distance < 24 * 0.3].max() == 0
    assert np.abs(after - before)[(distance > 27) & sure].max() < 0.05
    inside = sure & (distance < 24)
    assert (before - after)[inside].sum() > 0.45 * before[inside].sum()
