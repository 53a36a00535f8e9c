"""Conversion to sRGB, against LittleCMS in Pillow (8 bits) and in ImageMagick (16 bits)."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from matting.files.exif import Description, Tag, header, pack_file
from matting.files.metadata import exif_in_srgb
from matting.files.rgb_space import ADOBE_RGB, SRGB, space_of_codes
from matting.files.srgb import to_srgb
from tests.matting.files.profiles import adobe_like_rgb

DISPLAY_P3 = space_of_codes(12, 13)
assert DISPLAY_P3 is not None
PROFILES = {"Adobe RGB": ADOBE_RGB.profile(), "Display P3": DISPLAY_P3.profile(), "gamma 2.2": adobe_like_rgb()}


def colours(dtype: type) -> NDArray[np.uint16]:
    """Return greys and random colours, (200, 300, 3)."""
    made = np.random.default_rng(3).integers(0, np.iinfo(dtype).max + 1, (200, 300, 3))
    made[0] = np.linspace(0, np.iinfo(dtype).max, 300)[:, None]
    return made.astype(dtype)


def test_our_profile_is_what_littlecms_calls_srgb() -> None:
    pixels = Image.fromarray(colours(np.uint8))
    same = ImageCms.profileToProfile(
        pixels, ImageCms.ImageCmsProfile(io.BytesIO(SRGB.profile())), ImageCms.createProfile("sRGB")
    )
    assert np.abs(np.asarray(same, int) - np.asarray(pixels, int)).max() <= 1
    assert to_srgb(colours(np.uint8), SRGB.profile()).tobytes() == colours(np.uint8).tobytes()


@pytest.mark.skipif(shutil.which("convert") is None, reason="ImageMagick's convert is not installed")
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_pixels_are_those_that_imagemagick_converts(profile: bytes, dtype: type, tmp_path: Path) -> None:
    (tmp_path / "from.icc").write_bytes(profile)
    (tmp_path / "to.icc").write_bytes(SRGB.profile())
    rgb = colours(dtype)
    bits, height, width = 8 * rgb.itemsize, *rgb.shape[:2]
    raw = ("-depth", str(bits), "-endian", "LSB", "rgb:-")
    how = ("-intent", "Relative", "-black-point-compensation")
    profiles = ("-profile", tmp_path / "from.icc", *how, "-profile", tmp_path / "to.icc")
    command = ["convert", "-size", f"{width}x{height}", *raw, *profiles, *raw]
    made = subprocess.run(command, input=rgb.tobytes(), capture_output=True, check=True).stdout
    theirs = np.frombuffer(made, dtype).reshape(rgb.shape)
    difference = np.abs(to_srgb(rgb, profile).astype(int) - theirs)
    assert difference.max() <= (1 if dtype is np.uint8 else 60), "of 65,535"


def test_white_stays_white_and_black_black() -> None:
    for dtype in (np.uint8, np.uint16):
        ends = np.array([[[0] * 3, [np.iinfo(dtype).max] * 3]], dtype)
        for profile in (PROFILES["Adobe RGB"], PROFILES["Display P3"], None):
            assert np.abs(to_srgb(ends, profile).astype(int) - ends).max() <= (0 if dtype is np.uint8 else 2)


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_does_not_go_on_to_speak_of_adobe_rgb(order: str) -> None:
    index = Tag(1, 2, 4, b"R03\0")
    description = Description(
        order,  # type: ignore[arg-type]
        exif=(Tag.of_integers(0xA001, 3, order, 0xFFFF),),  # type: ignore[arg-type]
        interoperability=(index,),
    )
    block = exif_in_srgb(header(order) + pack_file(description))  # type: ignore[arg-type]
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + (block or b""))
    assert exif.get_ifd(0x8769)[0xA001] == 1
    assert exif.get_ifd(0xA005)[1] == "R98"
