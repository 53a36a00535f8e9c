"""The mean of four mirrorings: turned back exactly, and what depends on the side is averaged away."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.settings import Mode
from models.predict.mirrorings import FourMirrorings


class Copier:
    """Takes the red channel for the map."""

    key, classes, mode, default_threshold, doubt_limit = "copier", ("vessel",), Mode.VESSEL, 0.4, 0.3

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        return rgb[None, ..., 0].astype(np.float32) / 255


class RightEyed(Copier):
    """Sees the more, the further to the right and to the bottom."""

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        height, width = rgb.shape[:2]
        ramp = np.linspace(0, 1, height)[:, None] * 0.5 + np.linspace(0, 1, width)[None] * 0.5
        return ramp.astype(np.float32)[None]


def test_mirrored_maps_are_turned_back() -> None:
    photo = np.zeros((37, 52, 3), np.uint8)
    cv2.circle(photo, (12, 9), 7, (255, 255, 255), -1)
    map_ = FourMirrorings(Copier()).predict(photo)
    assert map_.dtype == np.float32
    np.testing.assert_allclose(map_, Copier().predict(photo), atol=1e-6)


def test_what_depends_on_the_side_is_averaged_away() -> None:
    map_ = FourMirrorings(RightEyed()).predict(np.zeros((20, 31, 3), np.uint8))
    np.testing.assert_allclose(map_, 0.5, atol=1e-6)


def test_maps_are_told_from_those_of_one_look() -> None:
    assert FourMirrorings(Copier()).key != Copier().key
