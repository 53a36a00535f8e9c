"""Cutouts go out in every format with their pixels, profile and metadata; other programs' readers judge."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Resource

from matting.cutout.cut import Cutout
from matting.errors import FormatTooSmall
from matting.files.exif import EXIF_IFD, TagReader, read_description
from matting.files.reading.read_photo import read_photo
from matting.files.writing.encode import HIDDEN_RIM, encode, encode_grey, merge
from matting.photo import Metadata, Photo
from matting.settings import Format
from tests.matting.files import profiles
from tests.matting.files.photo_files import HEIGHT, WIDTH, exif, opacity, picture, pillow

XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>\xe5\x88\x87\xe3\x82\x8a\xe7\xb5\xb5</x:xmpmeta>"
METADATA = Metadata(profiles.adobe_like_rgb(), exif(1), XMP, (300.0, 240.0))
LAYERED = [format for format in Format if format is not Format.PSD]
NO_RESOLUTION = (Format.WEBP, Format.AVIF)
"""Formats that have no place for it, nor for IPTC."""


def cutout(deep: bool = False, metadata: Metadata = METADATA) -> Cutout:
    return Cutout(picture(deep), opacity(deep), metadata)


def again(data: bytes, tmp_path: Path) -> Photo:
    path = tmp_path / "again"
    path.write_bytes(data)
    return read_photo(path)


def visible(alpha: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(alpha > 0)


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("format", [Format.PNG, Format.TIFF])
def test_lossless_formats_keep_every_bit(format: Format, deep: bool, tmp_path: Path) -> None:
    source = cutout(deep)
    photo = again(encode(source, format), tmp_path)
    assert photo.rgb.dtype == source.rgb.dtype
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, source.alpha)
    seen = visible(source.alpha)
    assert np.array_equal(photo.rgb[seen], source.rgb[seen])


@pytest.mark.parametrize("deep", [False, True])
def test_tiff_in_other_readers(deep: bool, tmp_path: Path) -> None:
    source = cutout(deep)
    path = tmp_path / "cut.tif"
    path.write_bytes(encode(source, Format.TIFF))
    expected = merge(source.rgb, source.alpha)
    with tifffile.TiffFile(path) as tiff:
        assert np.array_equal(tiff.asarray(), expected)
        assert tiff.pages.first.extrasamples == (2,)
    if deep:  # of 8 bits OpenCV gives colours multiplied by alpha
        opencv = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert np.array_equal(cv2.cvtColor(opencv, cv2.COLOR_BGRA2RGBA), expected)
    else:
        with Image.open(path) as image:
            assert image.mode == "RGBA"
            assert np.array_equal(np.asarray(image), expected)


def test_large_tiff_has_many_strips_and_comes_back(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    rgb = random.integers(0, 256, (900, 701, 3)).astype(np.uint8)
    alpha = np.full((900, 701), 255, np.uint8)
    data = encode(Cutout(rgb, alpha, Metadata()), Format.TIFF)
    assert np.array_equal(again(data, tmp_path).rgb, rgb)


@pytest.mark.parametrize("deep", [False, True])
def test_webp_keeps_alpha_exact_and_colours_close(deep: bool, tmp_path: Path) -> None:
    photo = again(encode(cutout(deep), Format.WEBP), tmp_path)
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, opacity(deep) >> 8 if deep else opacity())
    seen = opacity() > 128
    assert np.abs(photo.rgb[seen].astype(int) - picture()[seen]).mean() < 4


@pytest.mark.parametrize("deep", [False, True])
def test_avif_keeps_alpha_and_colours_close(deep: bool, tmp_path: Path) -> None:
    photo = again(encode(cutout(deep), Format.AVIF), tmp_path)
    assert photo.alpha is not None
    off = np.abs(photo.alpha.astype(int) - opacity())
    assert off.max() <= 6
    assert off.mean() < 0.5
    seen = opacity() > 128
    assert np.abs(photo.rgb[seen].astype(int) - picture()[seen]).mean() < 4
    assert len(encode(cutout(deep), Format.AVIF, quality=40)) < len(encode(cutout(deep), Format.AVIF)) / 2


@pytest.mark.parametrize("deep", [False, True])
def test_jpeg_is_laid_on_white(deep: bool, tmp_path: Path) -> None:
    photo = again(encode(cutout(deep), Format.JPG), tmp_path)
    assert photo.alpha is None
    weight = opacity()[..., None] / 255
    expected = picture() * weight + 255 * (1 - weight)
    assert np.abs(photo.rgb - expected).mean() < 2
    corner = photo.rgb[:4, :4]
    assert corner.min() > 250


@pytest.mark.parametrize("format", LAYERED)
def test_metadata_goes_along(format: Format, tmp_path: Path) -> None:
    metadata = again(encode(cutout(), format), tmp_path).metadata
    assert metadata.icc == METADATA.icc
    assert metadata.xmp == XMP
    description = read_description(metadata.exif or b"")
    assert [tag.value for tag in description.main if tag.number == 0x010F] == [b"Kirie\0"]
    assert 0x927C in {tag.number for tag in description.exif}
    if format not in NO_RESOLUTION:
        assert metadata.dpi == pytest.approx((300, 240), rel=1e-3)


@pytest.mark.parametrize("format", LAYERED)
def test_files_without_metadata_are_plain(format: Format, tmp_path: Path) -> None:
    metadata = again(encode(cutout(metadata=Metadata()), format), tmp_path).metadata
    assert (metadata.icc, metadata.exif, metadata.xmp) == (None, None, None)


@pytest.mark.parametrize("format", LAYERED)
def test_exif_sizes_follow_the_trim(format: Format, tmp_path: Path) -> None:
    trimmed = Cutout(picture()[10:40, 20:70], opacity()[10:40, 20:70], METADATA)
    block = again(encode(trimmed, format), tmp_path).metadata.exif
    reader = TagReader(block or b"")
    below = reader.integer(reader.find(reader.first_ifd(), EXIF_IFD)) or 0
    assert reader.integer(reader.find(below, 0xA002)) == 50
    assert reader.integer(reader.find(below, 0xA003)) == 30


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("format", LAYERED)
@pytest.mark.parametrize("orientation", [3, 6])
def test_a_turned_photo_is_written_upright_for_every_reader(
    orientation: int, format: Format, order: str, tmp_path: Path
) -> None:
    turned = picture()[::-1, ::-1] if orientation == 3 else np.rot90(picture())
    small = pillow("JPEG", picture(width=16, height=12))
    block = exif(orientation, thumbnail=small, order=order)
    source = tmp_path / "camera.jpg"
    source.write_bytes(pillow("JPEG", np.ascontiguousarray(turned), exif=block, quality=95, subsampling=0))
    photo = read_photo(source)
    opaque = np.full((HEIGHT, WIDTH), 255, np.uint8)
    data = encode(Cutout(photo.rgb, opaque, photo.metadata), format)
    with Image.open(io.BytesIO(data)) as image:
        assert image.getexif().get(0x0112, 1) == 1
        assert image.size == (WIDTH, HEIGHT)
        assert np.abs(np.asarray(image.convert("RGB")).astype(int) - picture()).mean() < 4
    assert small not in data


def test_colours_nobody_can_see_are_cleared_but_for_a_rim() -> None:
    rgb = np.full((40, 40, 3), 200, np.uint8)
    alpha = np.zeros((40, 40), np.uint8)
    alpha[18:22, 18:22] = 1
    rgba = merge(rgb, alpha)
    kept = rgba[..., 0] == 200
    expected = np.zeros((40, 40), bool)
    expected[18 - HIDDEN_RIM : 22 + HIDDEN_RIM, 18 - HIDDEN_RIM : 22 + HIDDEN_RIM] = True
    assert np.array_equal(kept, expected)
    assert np.array_equal(rgba[..., 3], alpha)


def test_blocks_too_long_for_jpeg_are_left_out(tmp_path: Path) -> None:
    bulky = Metadata(METADATA.icc, exif(1, maker_note=b"x" * 70_000), b"<x>" + b" " * 70_000 + b"</x>", (300, 300))
    metadata = again(encode(cutout(metadata=bulky), Format.JPG), tmp_path).metadata
    assert (metadata.icc, metadata.exif, metadata.xmp) == (METADATA.icc, None, None)


@pytest.mark.parametrize(
    ("format", "side"), [(Format.WEBP, 16_384), (Format.AVIF, 32_769), (Format.PSD, 30_001), (Format.JPG, 65_501)]
)
def test_sizes_beyond_a_format_are_refused_in_words(format: Format, side: int) -> None:
    long = Cutout(np.zeros((1, side, 3), np.uint8), np.zeros((1, side), np.uint8), Metadata())
    with pytest.raises(FormatTooSmall, match=f"{format.value.upper()} cannot hold a cutout of {side} × 1 pixels"):
        encode(long, format)
    assert encode(long, Format.PNG)


@pytest.mark.parametrize("deep", [False, True])
def test_masks_are_grey_pngs_with_the_photos_resolution(deep: bool) -> None:
    with Image.open(io.BytesIO(encode_grey(opacity(deep), (300, 300)))) as image:
        assert image.mode == ("I;16" if deep else "L")
        assert np.array_equal(np.asarray(image), opacity(deep))
        assert image.info["dpi"] == pytest.approx((300, 300), rel=1e-3)


@pytest.mark.parametrize("format", list(Format))
def test_one_pixel(format: Format) -> None:
    assert encode(Cutout(np.zeros((1, 1, 3), np.uint8), np.zeros((1, 1), np.uint8), METADATA), format)


def test_jpg_takes_what_libjpeg_takes() -> None:
    wide = Cutout(np.zeros((1, 65_500, 3), np.uint8), np.full((1, 65_500), 255, np.uint8), Metadata())
    with Image.open(io.BytesIO(encode(wide, Format.JPG))) as image:
        assert image.size == (65_500, 1)


@pytest.mark.parametrize("dpi", [65_535.0, 65_536.0, 78_153.8, 99_999.0])
@pytest.mark.parametrize("format", list(Format))
def test_a_resolution_is_written_truly_or_not_at_all(format: Format, dpi: float) -> None:
    """JFIF counts to 65,535 and Photoshop to 65,535.99; ImageMagick and Pillow read the others."""
    data = encode(cutout(metadata=Metadata(dpi=(dpi, dpi))), format)
    if format is Format.PSD:
        resolution = PSDImage.open(io.BytesIO(data)).image_resources.get_data(Resource.RESOLUTION_INFO)
        said = None if resolution is None else resolution.horizontal / 65536
    else:
        with Image.open(io.BytesIO(data)) as image:
            said = image.info["dpi"][0] if "dpi" in image.info else None
    if format in NO_RESOLUTION or (dpi > 65_535 and format in (Format.JPG, Format.PSD)):
        assert said is None
    else:
        assert said == pytest.approx(dpi, rel=1e-4)


def test_iptc_and_long_xmp_go_along(tmp_path: Path) -> None:
    """ExifTool reads them where it is installed; what Kirie reads again is what it wrote."""
    headline = b"\x1c\x02\x69\0\x04News"
    words = b"".join(b"<rdf:li>word %0200d</rdf:li>" % number for number in range(600))
    packet = (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        b"<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:subject><rdf:Bag>"
        + words
        + b"</rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    for format in Format:
        path = tmp_path / f"cutout.{format.value}"
        path.write_bytes(encode(cutout(metadata=Metadata(xmp=packet, iptc=headline)), format))
        if format is not Format.PSD:
            metadata = read_photo(path).metadata
            assert (metadata.xmp or b"").count(b"<rdf:li>word") == 600, format
            assert metadata.iptc == (None if format in NO_RESOLUTION else headline), format
        if shutil.which("exiftool"):
            command = ["exiftool", "-j", "-ee", "-Headline", "-XMP:Subject", path]
            said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)[0]
            assert said.get("Headline") == (None if format in NO_RESOLUTION else "News"), format
            assert len(said["Subject"]) == 600, format
