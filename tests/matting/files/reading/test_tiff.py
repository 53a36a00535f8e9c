"""TIFFs of all layouts, depths and compressions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile

from matting.files.exif import TagReader
from matting.files.reading.read_photo import read_photo
from tests.matting.files import profiles
from tests.matting.files.photo_files import XMP, opacity, opencv, picture, tiff


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tile", [None, (16, 32)])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize(("compression", "predictor"), [(None, False), ("zlib", False), ("zlib", True), ("lzma", True)])
def test_tiff_layouts(
    dtype: Any, order: Any, tile: Any, planar: Any, compression: Any, predictor: bool, read: Any
) -> None:
    pixels = picture(dtype == np.uint16)
    data = tiff(
        pixels if planar == "contig" else pixels.transpose(2, 0, 1),
        photometric="rgb",
        planarconfig=planar,
        tile=tile,
        rowsperstrip=None if tile else 7,
        compression=compression,
        predictor=predictor,
        byteorder=order,
    )
    photo = read(data)
    assert photo.rgb.dtype == dtype
    assert np.array_equal(photo.rgb, pixels)


@pytest.mark.parametrize("compression", [1, 5, 8, 32773, 32946])
@pytest.mark.parametrize("predictor", [1, 2])
@pytest.mark.parametrize("deep", [False, True])
def test_libtiff_compressions(compression: int, predictor: int, deep: bool, read: Any) -> None:
    options = [cv2.IMWRITE_TIFF_COMPRESSION, compression, cv2.IMWRITE_TIFF_PREDICTOR, predictor]
    photo = read(opencv(".tif", picture(deep), *options, cv2.IMWRITE_TIFF_ROWSPERSTRIP, 5))
    assert np.array_equal(photo.rgb, picture(deep))


@pytest.mark.parametrize("deep", [False, True])
def test_premultiplied_tiff_becomes_straight(deep: bool, read: Any) -> None:
    rgb, alpha = picture(deep), opacity(deep)
    top = np.iinfo(alpha.dtype).max
    premultiplied = np.rint(rgb.astype(float) * alpha[..., None] / top).astype(rgb.dtype)
    photo = read(tiff(np.dstack([premultiplied, alpha]), photometric="rgb", extrasamples=["assocalpha"]))
    assert np.array_equal(photo.alpha, alpha)
    solid = alpha > top // 4
    assert np.abs(photo.rgb[solid].astype(int) - rgb[solid]).max() <= (3 if deep else 2)


@pytest.mark.parametrize("deep", [False, True])
def test_straight_tiff_alpha_and_saved_selections(deep: bool, read: Any) -> None:
    four = np.dstack([picture(deep), opacity(deep)])
    assert np.array_equal(read(tiff(four, photometric="rgb", extrasamples=["unassalpha"])).alpha, opacity(deep))
    selection = read(tiff(four, photometric="rgb", extrasamples=["unspecified"]))
    assert selection.alpha is None
    assert np.array_equal(selection.rgb, picture(deep))


def test_grey_16_bit_alpha_and_white_is_zero(read: Any) -> None:
    grey = picture(True)[..., 0]
    two = tiff(np.dstack([grey, opacity(True)]), photometric="minisblack", extrasamples=["unassalpha"])
    photo = read(two)
    assert np.array_equal(photo.rgb[..., 1], grey)
    assert np.array_equal(photo.alpha, opacity(True))
    assert np.array_equal(read(tiff(grey, photometric="miniswhite")).rgb[..., 2], 65535 - grey)
    assert np.array_equal(read(opencv(".png", grey)).rgb[..., 0], grey)


def test_deep_tiff_carries_profile_resolution_exif_and_xmp(read: Any) -> None:
    data = tiff(
        picture(True),
        photometric="rgb",
        iccprofile=profiles.adobe_like_rgb(),
        resolution=(118.11, 118.11),
        resolutionunit="CENTIMETER",
        extratags=[(700, 1, len(XMP), XMP, True), (271, 2, 0, "Kirie", True), (315, 2, 0, "Someone", True)],
    )
    metadata = read(data).metadata
    assert metadata.icc == profiles.adobe_like_rgb()
    assert metadata.dpi == pytest.approx((300, 300), rel=1e-3)
    assert metadata.xmp == XMP.replace(b"'6'", b"'1'")
    reader = TagReader(metadata.exif or b"")
    assert {tag.number for tag in reader.tags(reader.first_ifd())} >= {271, 315}


def test_multi_page_tiff_gives_its_first_page(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(picture(), photometric="rgb")
        writer.write(np.zeros((5, 5, 3), np.uint8), photometric="rgb")
    assert np.array_equal(read_photo(path).rgb, picture())
