"""Camera raw: a DNG whose sensor saw known light comes out as that light, by the camera's white balance."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from matting.errors import PhotoDamaged, PhotoError, PhotoTooLarge
from matting.files.colour import profile_space
from matting.files.exif import TagReader
from matting.files.reading.read_photo import read_photo, read_size, read_thumbnail
from matting.files.sniff import Kind, sniff
from matting.files.suffixes import PHOTO_SUFFIXES
from tests.matting.files.test_rgb_space import through_littlecms

pytest.importorskip("rawpy", reason="rawpy is not installed")
LIGHT = {"red": (0.5, 0.2, 0.1), "blue": (0.1, 0.3, 0.6), "grey": (0.4, 0.4, 0.4)}
# IEC 61966-2-1: a camera with the eyes of sRGB.
XYZ_TO_SRGB = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)


def dng(neutral: tuple[float, float, float] = (0.5, 1.0, 0.7), orientation: int = 1) -> bytes:
    """Return a DNG 1.4 by tifffile: red at the left, blue at the right, grey above, through an RGGB filter.

    ``neutral`` is how the camera sees white, which its white balance has to undo.
    """
    light = np.zeros((120, 160, 3))
    light[:, :80], light[:, 80:], light[:40] = LIGHT["red"], LIGHT["blue"], LIGHT["grey"]
    seen = light * neutral
    mosaic = seen[..., 1].copy()
    mosaic[0::2, 0::2] = seen[0::2, 0::2, 0]
    mosaic[1::2, 1::2] = seen[1::2, 1::2, 2]

    def rationals(values: tuple[float, ...]) -> tuple[int, ...]:
        return tuple(number for value in values for number in (round(value * 10_000), 10_000))

    tags: list[tuple[int, int, int | None, Any, bool]] = [
        (271, 2, None, "Kirie", True),
        (272, 2, None, "Kirie test camera", True),
        (274, 3, 1, orientation, True),
        (33421, 3, 2, (2, 2), True),  # the filter's size and colours
        (33422, 1, 4, b"\0\1\1\2", True),
        (50706, 1, 4, b"\1\4\0\0", True),
        (50707, 1, 4, b"\1\1\0\0", True),
        (50708, 2, None, "Kirie test camera", True),
        (50714, 3, 1, 0, True),  # black and white level
        (50717, 4, 1, 65535, True),
        (50721, 10, 9, rationals(XYZ_TO_SRGB), True),
        (50728, 5, 3, rationals(neutral), True),
        (50778, 3, 1, 21, True),  # D65
    ]
    out = io.BytesIO()
    tifffile.imwrite(out, np.rint(mosaic * 65535).astype(np.uint16), photometric=32803, extratags=tags, metadata=None)
    return out.getvalue()


def in_srgb(colour: str) -> NDArray[np.float64]:
    light = np.asarray(LIGHT[colour])
    return np.asarray(np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Return a raw file."""
    path = tmp_path / "photo.dng"
    path.write_bytes(dng())
    return path


def test_colours_are_what_the_sensor_saw(raw: Path) -> None:
    photo = read_photo(raw)
    assert photo.rgb.shape == (120, 160, 3)
    assert photo.rgb.dtype == np.uint16
    assert profile_space(photo.metadata.icc) == "RGB"
    shown = through_littlecms(photo.rgb8(), photo.metadata.icc)
    for colour, place in {"grey": (20, 40), "red": (80, 40), "blue": (80, 120)}.items():
        assert np.abs(shown[place] - in_srgb(colour)).max() < 2.5, colour
    assert (photo.rgb % 257).any(), "more than 8 bits spread over 16"


def test_exposure_does_not_depend_on_what_else_is_in_the_photo(raw: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.dng"
    other.write_bytes(dng(neutral=(1.0, 1.0, 1.0)))
    one, two = read_photo(raw).rgb8()[20, 40], read_photo(other).rgb8()[20, 40]
    assert np.abs(one.astype(int) - two).max() <= 1


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, -1), (8, 1)])
def test_it_comes_upright(orientation: int, turns: int, raw: Path) -> None:
    straight = read_photo(raw).rgb
    raw.write_bytes(dng(orientation=orientation))
    photo = read_photo(raw)
    assert np.abs(photo.rgb.astype(int) - np.rot90(straight, turns)).mean() < 300
    assert read_size(raw) == (photo.width, photo.height)
    thumbnail = read_thumbnail(raw, 40)
    assert thumbnail.shape == (*(np.array(photo.rgb.shape[:2]) // 4), 3)
    with Image.fromarray(photo.rgb8()) as whole:
        small = np.asarray(whole.resize(thumbnail.shape[1::-1]))
    shown = through_littlecms(small, photo.metadata.icc)
    assert np.abs(thumbnail.astype(int) - shown).mean() < 4


def test_what_the_camera_says_comes_along(raw: Path) -> None:
    block = read_photo(raw).metadata.exif
    assert block is not None
    reader = TagReader(block)
    make = reader.find(reader.first_ifd(), 0x010F)
    assert make is not None
    assert make.value.rstrip(b"\0") == b"Kirie"


def test_damage_and_size_are_said(raw: Path) -> None:
    with pytest.raises(PhotoTooLarge):
        read_photo(raw, max_megapixels=0.01)
    whole = raw.read_bytes()
    raw.write_bytes(whole[:4000])
    with pytest.raises(PhotoError) as error:
        read_photo(raw)
    assert isinstance(error.value, PhotoDamaged)


def test_raw_files_are_found_in_folders_and_known_by_their_content() -> None:
    assert {".dng", ".nef", ".cr3"} <= PHOTO_SUFFIXES
    assert sniff(b"FUJIFILMCCD-RAW 0201FF".ljust(64)) is Kind.RAW
    assert sniff(b"\0\0\0\x18ftypcrx \0\0\0\1crx isom".ljust(64)) is Kind.RAW
