from __future__ import annotations

import gc

import numpy as np
import pytest
from PySide6.QtGui import QColor

from gui.look.images import cutout_image, for_painting, grey_image, rgb_image, veil_image


@pytest.mark.parametrize("width", [1, 7, 8, 33])
def test_rows_of_any_width_keep_their_pixels(width: int) -> None:
    """Qt's own rows are padded to four bytes; numpy's are not."""
    rgb = np.random.default_rng(width).integers(0, 256, (5, width, 3), np.uint8)
    alpha = np.random.default_rng(width).integers(0, 256, (5, width), np.uint8)
    for y in range(5):
        for x in range(width):
            colour, grey = rgb_image(rgb).pixelColor(x, y), grey_image(alpha).pixelColor(x, y)
            cutout = cutout_image(rgb, alpha).pixelColor(x, y)
            assert [colour.red(), colour.green(), colour.blue()] == rgb[y, x].tolist()
            assert grey.red() == alpha[y, x]
            assert [cutout.red(), cutout.green(), cutout.blue(), cutout.alpha()] == [*rgb[y, x].tolist(), alpha[y, x]]


def test_images_are_windows_onto_the_array_and_keep_it_alive() -> None:
    values = np.full((300, 300), 5, np.uint8)
    image = grey_image(values)
    values[10, 10] = 99
    assert image.pixelColor(10, 10).red() == 99
    del values
    gc.collect()
    np.full((300, 300), 200, np.uint8)  # would take the place of freed pixels
    assert image.pixelColor(20, 20).red() == 5


def test_parts_and_deep_pixels_are_understood() -> None:
    deep = np.full((6, 9, 3), 0x80FF, np.uint16)
    assert rgb_image(deep).pixelColor(3, 3).red() == 0x80
    part = np.arange(100, dtype=np.uint8).reshape(10, 10)[2:8, 3:7]
    assert grey_image(part).pixelColor(0, 0).red() == 23


def test_a_veil_is_thick_where_alpha_is_0_and_gone_where_it_is_full() -> None:
    alpha = np.array([[0, 128, 255]], np.uint8)
    veil = veil_image(alpha, QColor(200, 10, 20, 160))
    assert [veil.pixelColor(x, 0).alpha() for x in range(3)] == [160, 160 * 127 // 255, 0]
    assert veil.pixelColor(0, 0).red() == 200


def test_painting_layout_keeps_transparency() -> None:
    alpha = np.array([[0, 255]], np.uint8)
    image = for_painting(cutout_image(np.full((1, 2, 3), 77, np.uint8), alpha))
    assert (image.pixelColor(0, 0).alpha(), image.pixelColor(1, 0).red()) == (0, 77)
