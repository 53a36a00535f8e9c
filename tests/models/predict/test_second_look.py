"""The second look: where it looks, what it changes, and that it loses nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matting.settings import Mode
from models.predict.second_look import SecondLook, find_box, join

SIDE = 40


class Seer:
    """Sees bright pixels, at ``SIDE`` × ``SIDE`` like a network, and remembers the shapes of what it was shown."""

    key, classes, mode, default_threshold, doubt_limit = "seer", ("subject",), Mode.CUTOUT, 0.5, 0.3

    def __init__(self, *, blind_from: int = 99) -> None:
        self.shown: list[tuple[int, ...]] = []
        self._blind_from = blind_from

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.shown.append(rgb.shape)
        seen = rgb[..., 0].astype(np.float32) / 255 * (len(self.shown) < self._blind_from)
        return np.asarray(cv2.resize(seen, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)[None]


def photo_with_disc(radius: int, centre: tuple[int, int] = (300, 200)) -> NDArray[np.uint8]:
    photo = np.zeros((480, 640, 3), np.uint8)
    cv2.circle(photo, centre, radius, (255, 255, 255), -1)
    return photo


def error(map_: NDArray[np.float32], photo: NDArray[np.uint8]) -> float:
    full = cv2.resize(map_[0], (photo.shape[1], photo.shape[0]))
    return float(np.abs(full - photo[..., 0] / 255).mean())


@pytest.mark.parametrize("centre", [(300, 200), (0, 0), (639, 240), (300, 479)])
def test_a_small_subject_is_seen_finer(centre: tuple[int, int]) -> None:
    photo = photo_with_disc(40, centre)
    seer = Seer()
    map_ = SecondLook(seer).predict(photo)
    assert len(seer.shown) == 2
    assert seer.shown[1][0] < photo.shape[0] * 0.7
    assert error(map_, photo) < 0.6 * error(Seer().predict(photo), photo)


def test_a_large_subject_surely_seen_is_looked_at_once() -> None:
    photo = photo_with_disc(150)
    seer = Seer()
    map_ = SecondLook(seer).predict(photo)
    assert len(seer.shown) == 1
    np.testing.assert_array_equal(map_, Seer().predict(photo))


@pytest.mark.parametrize("radius", [0, 800])
def test_nothing_found_and_all_found_are_looked_at_in_the_mirror(radius: int) -> None:
    photo = photo_with_disc(radius) if radius else np.zeros((480, 640, 3), np.uint8)
    seer = Seer()
    map_ = SecondLook(seer).predict(photo)
    assert len(seer.shown) == 2
    np.testing.assert_array_equal(map_, Seer().predict(photo))


def test_a_doubtful_map_is_the_mean_of_both_opinions() -> None:
    """The half on the left is seen well, the other hardly: both opinions together find all of the disc."""

    class LeftEyed(Seer):
        def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
            return super().predict(rgb) * np.where(np.arange(SIDE) < SIDE // 2, np.float32(1), np.float32(0.3))

    photo = photo_with_disc(150, (320, 240))
    map_ = SecondLook(LeftEyed()).predict(photo)
    np.testing.assert_allclose(map_[0, SIDE // 2, [SIDE // 2 - 8, SIDE // 2 + 8]], 0.65, atol=1e-6)
    assert map_[0, :, [0, -1]].max() == 0


def test_what_the_second_look_does_not_see_stays() -> None:
    photo = photo_with_disc(40)
    map_ = SecondLook(Seer(blind_from=2)).predict(photo)
    first = cv2.resize(Seer().predict(photo)[0], map_.shape[:0:-1])
    inside = first >= 0.5
    assert inside.any()
    assert map_[0][inside].min() >= 0.5 - 1e-6


def test_several_subjects_are_in_one_crop() -> None:
    photo = photo_with_disc(15, (250, 200)) | photo_with_disc(15, (330, 260))
    box = find_box(Seer().predict(photo)[0], 480, 640)
    assert box is not None
    assert (box.left, box.top) < (235, 185)
    assert (box.right, box.bottom) > (345, 275)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 500), (500, 2), (63, 63), (5000, 40)])
def test_tiny_and_narrow_photos(height: int, width: int) -> None:
    photo = np.zeros((height, width, 3), np.uint8)
    photo[height // 2, width // 2] = 255
    map_ = SecondLook(Seer()).predict(photo)
    assert np.isfinite(map_).all()


@given(
    st.integers(1, 900),
    st.integers(1, 900),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(1, 8),
    st.integers(1, 8),
)
def test_the_crop_lies_in_the_photo_and_the_join_in_range(
    height: int, width: int, y: float, x: float, tall: int, wide: int
) -> None:
    found = np.zeros((SIDE, SIDE), np.float32)
    top, left = int(y * (SIDE - 1)), int(x * (SIDE - 1))
    found[top : top + tall, left : left + wide] = 0.9
    box = find_box(found, height, width)
    if box is None:
        return
    assert 0 <= box.top < box.bottom <= height
    assert 0 <= box.left < box.right <= width
    second = np.random.default_rng(0).random((1, SIDE, SIDE), dtype=np.float32)
    joined = join(found[None], second, box, height, width)
    assert joined.min() >= 0
    assert joined.max() <= 1
    assert joined.shape[1] <= 4 * SIDE
    assert joined.shape[2] <= 4 * SIDE
