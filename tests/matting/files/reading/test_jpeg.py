"""JPEGs that are damaged inside are known; those that only look so are not called damaged."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from matting.errors import PhotoDamaged, PhotoUnsupported
from matting.files.reading.read_photo import read_photo, read_thumbnail
from matting.photo import Photo
from tests.matting.files.photo_files import exif, picture, pillow

LARGE = picture(width=240, height=180)


def jpeg(mode: str | None = None, **options: Any) -> bytes:
    return pillow("JPEG", LARGE, mode, quality=90, **options)


SOUND: dict[str, Callable[[], bytes]] = {
    "plain": jpeg,
    "progressive": lambda: jpeg(progressive=True),
    "grey": lambda: jpeg("L"),
    "CMYK": lambda: jpeg("CMYK"),
    "restarts": lambda: jpeg(restart_marker_rows=2),
    "camera": lambda: jpeg(exif=exif(1, thumbnail=pillow("JPEG", picture(width=16, height=12)))),
}


def scan(data: bytes) -> int:
    """Where the last scan's coded data begin: none of these files has a scan header in a thumbnail after it."""
    return data.rindex(b"\xff\xda") + 14


def cut_and_closed(data: bytes) -> bytes:
    return data[: scan(data) + (len(data) - scan(data)) // 2] + b"\xff\xd9"


def bad_sector(data: bytes) -> bytes:
    start = scan(data) + (len(data) - scan(data)) // 3
    return data[:start] + bytes(200) + data[start + 200 :]


def lost_bytes(data: bytes) -> bytes:
    start = scan(data) + (len(data) - scan(data)) // 3
    return data[:start] + data[start + 301 :]


def too_tall(data: bytes) -> bytes:
    place = next(data.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in data)
    return data[: place + 5] + (400).to_bytes(2, "big") + data[place + 7 :]


@pytest.mark.parametrize("damage", [cut_and_closed, bad_sector, lost_bytes, too_tall])
@pytest.mark.parametrize("name", sorted(set(SOUND) - {"camera"}))
def test_damage_inside_is_marked(name: str, damage: Callable[[bytes], bytes], read: Any) -> None:
    try:
        photo = read(damage(SOUND[name]()))
    except PhotoDamaged:  # some damage libjpeg refuses outright, which is as good
        return
    assert photo.damaged


def test_a_lost_restart_interval_and_two_downloads_in_one_file(read: Any) -> None:
    data = SOUND["restarts"]()
    first, second = data.index(b"\xff\xd1", scan(data)), data.index(b"\xff\xd2", scan(data))
    assert read(data[:first] + data[second:]).damaged
    whole = jpeg()
    with contextlib.suppress(PhotoDamaged):
        assert read(whole[: len(whole) // 2] + whole).damaged


@pytest.mark.parametrize("name", SOUND)
def test_sound_files_are_not(name: str, read: Any) -> None:
    """Nothing missing but the end marker; filled up before it; junk between segments; another picture behind."""
    data = SOUND[name]()
    right = read(data)
    assert not right.damaged
    kinds: dict[str, bytes] = {
        "no end marker": data[:-2],
        "half an end marker": data[:-1],
        "zeroes before the end": data[:-2] + bytes(64) + b"\xff\xd9",
        "zeroes and no end": data[:-2] + bytes(5000),
        "fill bytes before the end": data[:-2] + b"\xff" * 30 + b"\xff\xd9",
        "a second picture": data + jpeg("L"),
        "junk between segments": data[:2] + b"\xff\xfe\0\4hi" + bytes(7) + data[2:],
    }
    for kind, other in kinds.items():
        photo: Photo = read(other)
        assert not photo.damaged, kind
        assert np.array_equal(photo.rgb, right.rgb), kind


def test_pixels_are_those_of_another_decoder_around_the_damage(read: Any) -> None:
    data = cut_and_closed(jpeg())
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(image).astype(int)
    assert np.abs(read(data).rgb[:70].astype(int) - expected[:70]).max() <= 4


def test_a_file_that_ends_early_is_refused_and_has_no_thumbnail(tmp_path: Path) -> None:
    path = tmp_path / "half.jpg"
    path.write_bytes(jpeg()[: len(jpeg()) // 2])
    for reader in (read_photo, lambda one: read_thumbnail(one, 40)):
        with pytest.raises(PhotoDamaged):
            reader(path)


def test_kinds_of_jpeg_that_nobody_reads_are_called_that(tmp_path: Path) -> None:
    path = tmp_path / "odd.jpg"
    data = bytearray(jpeg())
    frame = data.index(b"\xff\xc0")
    data[frame + 4] = 12
    path.write_bytes(data)
    with pytest.raises(PhotoUnsupported, match="12 bits a channel"):
        read_photo(path)


@pytest.mark.parametrize("mode", [None, "L"])
def test_jpeg_in_tiff_is_heard_too(mode: str | None, read: Any) -> None:
    data = bytearray(pillow("TIFF", LARGE, mode, compression="jpeg"))
    assert not read(bytes(data)).damaged
    place = data.rindex(b"\xff\xda") + 14
    data[place + 300 : place + 420] = bytes(120)
    with contextlib.suppress(PhotoDamaged):
        assert read(bytes(data)).damaged
