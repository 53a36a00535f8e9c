from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from matting.cutout.compose import compose, cover, make_background
from matting.errors import PhotoError
from matting.photo import Metadata
from matting.settings import parse_colour

LIKE = np.zeros((1, 1, 3), np.uint8)


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#ff8000", (255, 128, 0)), ("#FFFFFF", (255, 255, 255)), ("#fff", None), ("red", None), ("#ff80001", None)],
)
def test_colours_are_six_hexadecimal_digits(text: str, colour: tuple[int, int, int] | None) -> None:
    assert parse_colour(text) == colour


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_compose_is_the_over_operator_of_straight_alpha(front: int, behind: int, opacity: int) -> None:
    shape = (1, 1, 3)
    mixed = compose(
        np.full(shape, front, np.uint8), np.full((1, 1), opacity, np.uint8), np.full(shape, behind, np.uint8)
    )
    assert abs(int(mixed[0, 0, 0]) - (front * opacity + behind * (255 - opacity)) / 255) <= 0.51


def test_compose_keeps_sixteen_bits() -> None:
    front, behind = np.full((2, 2, 3), 60_001, np.uint16), np.full((2, 2, 3), 3, np.uint16)
    assert (compose(front, np.full((2, 2), 65_535, np.uint16), behind) == 60_001).all()
    assert (compose(front, np.zeros((2, 2), np.uint16), behind) == 3).all()


def test_a_colour_fills_the_photo_in_its_depth() -> None:
    assert make_background("#102030", 3, 4, LIKE, Metadata()).tolist() == [[[16, 32, 48]] * 4] * 3
    deep = make_background("#102030", 1, 1, LIKE.astype(np.uint16), Metadata())
    assert deep.tolist() == [[[16 * 257, 32 * 257, 48 * 257]]]


def test_a_profile_that_cannot_be_used_leaves_the_colour_alone() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for icc in (b"not a profile", lab):
        assert make_background("#102030", 1, 1, LIKE, Metadata(icc=icc)).tolist() == [[[16, 32, 48]]]


@pytest.mark.parametrize("size", [(50, 100), (100, 50), (7, 300), (1, 1)])
def test_a_picture_covers_the_photo_from_its_middle(size: tuple[int, int]) -> None:
    y, x = np.mgrid[:120, :160]
    picture = np.dstack([x, y, np.zeros_like(x)]).astype(np.uint8)
    fitted = cover(picture, *size)
    assert fitted.shape == (*size, 3)
    middle = fitted.reshape(-1, 3).mean(axis=0)
    assert middle[:2] == pytest.approx([79.5, 59.5], abs=1.5)


def test_a_picture_file_becomes_the_background(tmp_path: Path) -> None:
    file = tmp_path / "wall.png"
    Image.new("RGB", (30, 20), (10, 200, 90)).save(file)
    assert (make_background(file, 40, 25, LIKE, Metadata()) == (10, 200, 90)).all()
    assert (make_background(str(file), 40, 25, LIKE, Metadata()) == (10, 200, 90)).all()


def test_a_picture_is_decoded_once_and_again_when_its_file_changes(tmp_path: Path) -> None:
    """Told by a file that is changed behind its own size and time: only another decoding would notice."""
    file = tmp_path / "wall.bmp"
    Image.new("RGB", (30, 20), (10, 200, 90)).save(file)
    before = file.stat()
    assert (make_background(file, 4, 4, LIKE, Metadata()) == (10, 200, 90)).all()
    Image.new("RGB", (30, 20), (90, 20, 10)).save(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (make_background(file, 7, 9, LIKE, Metadata()) == (10, 200, 90)).all()
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))
    assert (make_background(file, 7, 9, LIKE, Metadata()) == (90, 20, 10)).all()
    file.unlink()
    with pytest.raises(PhotoError):
        make_background(file, 7, 9, LIKE, Metadata())


def test_a_background_that_is_no_photo_says_so(tmp_path: Path) -> None:
    file = tmp_path / "wall.png"
    file.write_bytes(b"nothing")
    for background in (file, tmp_path / "absent.png"):
        with pytest.raises(PhotoError):
            make_background(background, 4, 4, LIKE, Metadata())


def test_an_srgb_profile_changes_nothing() -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert ImageCms.ImageCmsProfile(io.BytesIO(icc)).profile is not None
    colour = make_background("#c08040", 1, 1, LIKE, Metadata(icc=icc))
    assert np.abs(colour.astype(int) - (192, 128, 64)).max() <= 1
