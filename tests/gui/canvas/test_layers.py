"""Vessels as the canvas paints them."""

from __future__ import annotations

import numpy as np
import pytest

from gui.canvas.layers import GREEN, grey_layer, vessel_images
from gui.canvas.view import Box
from matting.cutout.cut import finish
from matting.photo import Photo
from matting.settings import CutSettings


@pytest.mark.parametrize("trim", [False, True])
def test_vessels_are_green_where_they_are_and_the_rest_is_the_photo_in_grey(trim: bool) -> None:
    rgb = np.zeros((40, 60, 3), np.uint8)
    rgb[..., 0] = np.arange(60)[None] * 4
    alpha = np.zeros((40, 60), np.uint8)
    alpha[10:20, 30] = alpha[20, 30:50] = 255
    images = vessel_images(
        finish(Photo(rgb), alpha, CutSettings(trim=trim, decontaminate=False)), grey_layer(rgb, Box(0, 0, 60, 40))
    )
    left, top = (30, 10) if trim else (0, 0)
    assert (images.box.x, images.box.y) == (left, top)

    def at(x: int, y: int) -> tuple[int, int, int]:
        red, green, blue, _ = images.cutout.pixelColor(x - left, y - top).getRgb()
        return red, green, blue

    assert at(30, 12) == at(45, 20) == GREEN
    red, green, blue = at(40, 15)
    assert red == green == blue
    assert at(32, 15)[0] < red < at(48, 15)[0], "brighter where the photo is"
