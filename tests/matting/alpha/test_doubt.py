"""The doubt score orders maps as a person would, whatever their size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from matting.alpha.doubt import doubt
from matting.alpha.doubt_limit import WANTS_A_LOOK

Map = NDArray[np.float32]


def disc(side: int = 256, radius: float = 0.3, blur: float = 0.0, centre: tuple[float, float] = (0.5, 0.5)) -> Map:
    """Draw a round subject; sizes as shares of the side."""
    y, x = (np.mgrid[:side, :side] + 0.5) / side
    away = np.hypot(x - centre[0], y - centre[1]) - radius
    return (away < 0).astype(np.float32) if blur == 0 else (1 / (1 + np.exp(away / blur))).astype(np.float32)


def score(*maps: Map) -> float:
    return doubt(np.stack(maps))


def test_a_crisp_subject_is_beyond_doubt() -> None:
    assert score(disc()) < 0.01


def test_doubt_grows_with_blur() -> None:
    scores = [score(disc(blur=blur)) for blur in (0.0, 0.005, 0.02, 0.05, 0.1)]
    assert scores == sorted(scores)
    assert scores[1] < WANTS_A_LOOK < scores[3]


def test_doubt_grows_as_contrast_falls() -> None:
    scores = [score(disc() * peak) for peak in (1.0, 0.9, 0.75, 0.6, 0.51, 0.49, 0.0)]
    assert scores == sorted(scores)
    assert scores[1] < WANTS_A_LOOK < scores[3]


def test_undecided_background_counts_too() -> None:
    assert score(np.maximum(disc(), 0.3)) > WANTS_A_LOOK > score(np.maximum(disc(), 0.02))


@pytest.mark.parametrize("level", [0.0, 0.3, 0.499])
def test_nothing_found_is_all_doubt(level: float) -> None:
    assert score(np.full((64, 64), level, np.float32)) == 1.0


def test_a_subject_that_fills_the_photo_wants_a_look() -> None:
    assert score(np.ones((64, 64), np.float32)) > WANTS_A_LOOK


def test_a_portrait_may_touch_the_border() -> None:
    portrait = disc(centre=(0.5, 1.0))
    assert score(portrait) < 0.05
    assert score(portrait) > score(disc())


def test_an_equal_rival_is_more_doubtful_than_a_speck() -> None:
    one = disc(radius=0.1, centre=(0.3, 0.5))
    speck = np.maximum(one, disc(radius=0.02, centre=(0.7, 0.5)))
    rival = np.maximum(one, disc(radius=0.1, centre=(0.7, 0.5)))
    assert score(one) < score(speck) < score(rival)


def test_one_undecided_patch_of_a_large_subject_wants_a_look() -> None:
    """Half a sleeve is a hundredth of a portrait, and the first thing that a person sees."""
    sure = disc(radius=0.4)
    patch = sure.copy()
    patch[110:140, 60:95] = 0.5
    assert score(sure) < 0.01
    assert score(patch) >= WANTS_A_LOOK


def test_small_and_large_subjects_of_the_same_shape_are_alike() -> None:
    assert score(disc(radius=0.4, blur=0.04)) == pytest.approx(score(disc(512, 0.1, 0.01)), abs=0.05)


@pytest.mark.parametrize("side", [64, 160, 320, 1000])
@pytest.mark.parametrize("blur", [0.01, 0.05])
def test_the_size_of_the_map_does_not_matter(side: int, blur: float) -> None:
    assert score(disc(side, blur=blur)) == pytest.approx(score(disc(blur=blur)), abs=0.02)


def test_neither_does_its_shape() -> None:
    whole = disc(300, blur=0.03)
    assert score(cv2.resize(whole, (150, 300))) == pytest.approx(score(whole), abs=0.02)


def test_a_pixel_is_as_sure_as_its_surest_class() -> None:
    left, right = disc(radius=0.15, centre=(0.3, 0.5)), disc(radius=0.15, centre=(0.7, 0.5))
    assert score(left, right) == score(np.maximum(left, right))


@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 3), st.integers(1, 20), st.integers(1, 20)),
        elements=st.floats(0, 1, width=32) | st.just(np.nan),
    )
)
def test_any_map_has_a_doubt_that_mirroring_does_not_change(probability: Map) -> None:
    value = doubt(probability)
    assert 0.0 <= value <= 1.0
    assert doubt(probability[:, ::-1, ::-1]) == pytest.approx(value, abs=1e-6)
    assert doubt(probability.transpose(0, 2, 1)) == pytest.approx(value, abs=1e-6)


@given(st.floats(0.51, 0.99), st.floats(0.01, 0.3))
def test_a_plain_map_expects_what_its_probabilities_say(inside: float, outside: float) -> None:
    """A subject of half the pixels, in one piece off the border: 1 − p / (1 + q)."""
    probability = np.full((1, 102, 102), outside, np.float32)
    probability[:, 15:87, 15:87] = inside
    selected, rest = 72 * 72, 102 * 102 - 72 * 72
    expected = 1 - selected * inside / (selected + rest * outside)
    assert doubt(probability) == pytest.approx(expected, abs=1e-4)
