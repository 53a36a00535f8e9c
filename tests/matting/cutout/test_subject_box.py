from __future__ import annotations

import numpy as np
import pytest

from matting.cutout.subject_box import subject_box, trim_box


def test_trim_box_holds_every_visible_pixel_and_no_empty_row() -> None:
    alpha = np.zeros((10, 20), np.uint8)
    assert trim_box(alpha) is None
    alpha[3, 5] = alpha[7, 11] = 1
    assert trim_box(alpha) == (3, 8, 5, 12)


@pytest.mark.parametrize("side", [200, 3001])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_subject_ends_where_it_is_visible_and_specks_do_not_count(side: int, dtype: type) -> None:
    top = np.iinfo(dtype).max
    alpha = np.zeros((side, side + 7), dtype)
    alpha[51:121, 40:91] = top
    alpha[121:126, 40:91] = top // 20  # a seam that nobody sees
    alpha[2:4, side - 10] = top  # dust
    assert subject_box(alpha) == (51, 121, 40, 91)


def test_thin_parts_and_second_subjects_count() -> None:
    alpha = np.zeros((1200, 1600), np.uint8)
    alpha[300:700, 300:700] = 255
    alpha[500, 700:1501] = 255  # a needle, one pixel wide
    alpha[900:960, 100:160] = 255  # an earring beside it
    assert subject_box(alpha) == (300, 960, 100, 1501)
    assert subject_box(np.full((40, 50), 20, np.uint8)) is None
