"""HEIC photos, as phones make them, are read like any other photo: by what other programs wrote and show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from matting.errors import PhotoDamaged, PhotoHighDynamicRange, PhotoTooLarge
from matting.files.exif import TagReader
from matting.files.reading.read_photo import read_photo, read_size, read_thumbnail
from tests.matting.files import profiles
from tests.matting.files.heic_files import (
    LOSSLESS,
    by_imagemagick,
    heic,
    needs_encoder,
    png,
    turned,
    with_codes,
    with_depth_map,
    with_primary,
)
from tests.matting.files.photo_files import HEIGHT, WIDTH, exif, opacity, picture, unlike
from tests.matting.files.test_rgb_space import P3, SMOOTH, in_srgb, srgb_light, through_littlecms

pytestmark = needs_encoder


def test_pixels_and_opacity(tmp_path: Path) -> None:
    path = heic(tmp_path, png(tmp_path, np.dstack([picture(), opacity()])), options=LOSSLESS)
    photo = read_photo(path)
    assert photo.alpha is not None
    assert unlike(photo.rgb, picture()) < 0.5
    assert unlike(photo.alpha, opacity()) < 1
    assert read_size(path) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("quarters", range(4))
def test_turned_by_the_phone(quarters: int, tmp_path: Path) -> None:
    stored = picture(width=90, height=66)
    path = heic(tmp_path, png(tmp_path, stored))
    turned(path, quarters)
    photo = read_photo(path)
    assert unlike(photo.rgb, by_imagemagick(path)) < 1.5
    assert unlike(photo.rgb, np.rot90(stored, quarters)) < 5
    assert read_size(path) == (photo.width, photo.height)
    assert read_thumbnail(path, 45).shape == ((45, 33, 3) if quarters % 2 else (33, 45, 3))


def test_exif_orientation_does_not_turn_a_second_time(tmp_path: Path) -> None:
    """Phones write the orientation into EXIF too, where only other programs look (ISO/IEC 23008-12 annex A.2.1)."""
    source = tmp_path / "source.jpg"
    Image.fromarray(picture()).save(source, quality=97, subsampling=0, exif=b"Exif\0\0" + exif(6))
    path = heic(tmp_path, source)
    turned(path, 3)
    photo = read_photo(path)
    assert unlike(photo.rgb, np.rot90(picture(), -1)) < 5
    assert photo.metadata.exif is not None
    reader = TagReader(photo.metadata.exif)
    assert reader.integer(reader.find(reader.first_ifd(), 0x0112)) == 1
    make = reader.find(reader.first_ifd(), 0x010F)
    assert make is not None
    assert make.value.rstrip(b"\0") == b"Kirie"


def test_profile_is_kept(tmp_path: Path) -> None:
    icc = profiles.adobe_like_rgb()
    path = heic(tmp_path, png(tmp_path, picture(), icc_profile=icc))
    assert read_photo(path).metadata.icc == icc


def test_codes_of_colours(tmp_path: Path) -> None:
    path = heic(tmp_path, png(tmp_path, SMOOTH, icc_profile=profiles.adobe_like_rgb()))
    with_codes(path, 12, 13)
    photo = read_photo(path)
    right = in_srgb(photo.rgb8(), P3, srgb_light)
    assert np.abs(through_littlecms(photo.rgb8(), photo.metadata.icc) - right).max() < 3
    assert unlike(read_thumbnail(path, 96), right) < 1.5
    with_codes_again = path.read_bytes().replace(b"nclx\0\x0c\0\x0d", b"nclx\0\x01\0\x0d")
    path.write_bytes(with_codes_again)
    assert read_photo(path).metadata.icc is None
    path.write_bytes(with_codes_again.replace(b"nclx\0\x01\0\x0d", b"nclx\0\x09\0\x10"))
    with pytest.raises(PhotoHighDynamicRange, match="PQ"):
        read_photo(path)


@pytest.mark.parametrize("bits", [10, 12])
def test_depth_of_more_than_8_bits_is_kept(bits: int, tmp_path: Path) -> None:
    ramp = np.dstack([np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (64, 1))] * 3)
    path = heic(tmp_path, png(tmp_path, ramp), options=(*LOSSLESS, "-b", str(bits)))
    photo = read_photo(path)
    assert photo.rgb.dtype == np.uint16
    assert np.abs(photo.rgb.astype(int) - ramp).max() <= 2 * 65536 / (1 << bits)
    assert photo.rgb.max() == 65535
    assert read_thumbnail(path, 32).dtype == np.uint8


def test_grey(tmp_path: Path) -> None:
    source = tmp_path / "source.jpg"
    Image.fromarray(picture()).convert("L").save(source, quality=97)
    path = heic(tmp_path, source)
    photo = read_photo(path)
    assert photo.rgb.shape == (HEIGHT, WIDTH, 3)
    assert unlike(photo.rgb, by_imagemagick(path)) < 1.5


def test_depth_map_is_no_opacity(tmp_path: Path) -> None:
    path = heic(tmp_path, png(tmp_path, np.dstack([picture(), opacity()])))
    with_depth_map(path)
    photo = read_photo(path)
    assert photo.alpha is None
    assert unlike(photo.rgb, by_imagemagick(path)) < 1.5


def test_primary_picture_of_a_burst(tmp_path: Path) -> None:
    shots = [np.roll(picture(), 20 * number, axis=1) for number in range(3)]
    path = heic(tmp_path, *(png(tmp_path, shot, f"{number}.png") for number, shot in enumerate(shots)))
    assert unlike(read_photo(path).rgb, shots[0]) < 5
    with_primary(path, 2)
    assert unlike(read_photo(path).rgb, shots[1]) < 5
    assert unlike(read_thumbnail(path, WIDTH), shots[1]) < 5


def test_main_brand_and_name_do_not_matter(tmp_path: Path) -> None:
    path = heic(tmp_path, png(tmp_path, picture()))
    renamed = tmp_path / "photo.jpg"
    renamed.write_bytes(path.read_bytes().replace(b"ftypheic", b"ftypmiaf", 1))
    assert unlike(read_photo(renamed).rgb, picture()) < 5


def test_damage_is_said(tmp_path: Path) -> None:
    path = heic(tmp_path, png(tmp_path, picture(width=600, height=400)))
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 3], whole[:200], whole[:40] + bytes(len(whole) - 40)):
        path.write_bytes(damaged)
        with pytest.raises(PhotoDamaged):
            read_photo(path)


def test_item_whose_type_is_no_text_does_not_end_the_program(tmp_path: Path) -> None:
    source = tmp_path / "source.jpg"
    Image.fromarray(picture()).save(source, exif=b"Exif\0\0" + exif(1))
    path = heic(tmp_path, source)
    path.write_bytes(path.read_bytes().replace(b"\0Exif\0", b"\0E\xeaif\0", 1))
    with pytest.raises(PhotoDamaged):
        read_photo(path)


def test_too_large_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = heic(tmp_path, png(tmp_path, picture(width=400, height=300)))
    with pytest.raises(PhotoTooLarge):
        read_photo(path, max_megapixels=0.1)
