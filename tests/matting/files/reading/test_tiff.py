"""TIFFs of all layouts, depths and compressions."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from matting.cutout.cut import Cutout
from matting.errors import PhotoUnsupported
from matting.files.exif import TagReader
from matting.files.reading.read_photo import read_photo
from matting.files.writing.encode import encode
from matting.settings import Format
from tests.matting.files import profiles
from tests.matting.files.photo_files import XMP, opacity, opencv, picture, pillow, tiff


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


def test_a_thumbnail_in_front_is_not_the_photo(tmp_path: Path) -> None:
    path = tmp_path / "pages.tif"
    small = np.zeros((6, 8, 3), np.uint8)
    for below in (False, True):
        with tifffile.TiffWriter(path) as writer:
            artist = [(315, 2, 0, "Kirie", True)]
            writer.write(small, photometric="rgb", subfiletype=1, subifds=1 if below else None, extratags=artist)
            writer.write(picture(), photometric="rgb", resolution=(300, 300))
        photo = read_photo(path)
        assert np.array_equal(photo.rgb, picture())
        assert photo.metadata.dpi == pytest.approx((300, 300))
        assert b"Kirie" in (photo.metadata.exif or b""), "what the first image says counts for the second"
    with tifffile.TiffWriter(path) as writer:
        writer.write(small, photometric="rgb", subfiletype=1)
        writer.write(picture()[..., 0], photometric="cfa")
    with pytest.raises(PhotoUnsupported, match="camera raw data"):
        read_photo(path)


def big_tiff(order: str) -> bytes:
    """Write a BigTIFF of one strip after libtiff's "BigTIFF Design", with EXIF and GPS IFDs below its own."""
    number = {3: "H", 4: "L", 5: "LL", 13: "L", 16: "Q", 18: "Q"}
    pixels = picture().tobytes()

    def ifd(place: int, entries: list[tuple[int, int, bytes | list[int]]]) -> bytes:
        table, values = struct.pack(order + "Q", len(entries)), b""
        end = place + 8 + 20 * len(entries) + 8
        for tag, kind, value in sorted(entries):
            size = len(number.get(kind, "B"))
            count = len(value) // size
            if not isinstance(value, bytes):
                value = b"".join(struct.pack(order + number[kind][0], one) for one in value)
            table += struct.pack(order + "HHQ", tag, kind, count)
            table += value.ljust(8, b"\0") if len(value) <= 8 else struct.pack(order + "Q", end + len(values))
            values += value if len(value) > 8 else b""
        return table + bytes(8) + values

    exif = ifd(16, [(0x8827, 3, [400]), (0xA434, 2, b"Kirie 50 mm lens\0")])
    gps = ifd(16 + len(exif), [(1, 2, b"N\0"), (2, 5, [48, 1, 30, 1, 0, 1])])
    start = 16 + len(exif) + len(gps)
    height, width, channels = picture().shape
    tags = [
        (256, 4, [width]), (257, 4, [height]), (258, 3, [8, 8, 8]), (259, 3, [1]), (262, 3, [2]), (273, 16, [start]),
        (277, 3, [channels]), (278, 4, [height]), (279, 16, [len(pixels)]), (315, 2, b"Someone at work\0"),
        (0x8769, 18, [16]), (0x8825, 13, [16 + len(exif)]),
    ]  # fmt: skip
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HHHQ", 43, 8, 0, start + len(pixels))
    return head + exif + gps + pixels + ifd(start + len(pixels), tags)


@pytest.mark.parametrize("order", ["<", ">"])
def test_bigtiff_says_what_tiff_says(order: str, read: Any) -> None:
    photo = read(big_tiff(order))
    assert np.array_equal(photo.rgb, picture())
    with Image.open(io.BytesIO(pillow("JPEG", picture(), exif=photo.metadata.exif))) as image:
        said = image.getexif()
        assert said[315] == "Someone at work"
        assert said.get_ifd(0x8769)[0x8827] == 400
        assert said.get_ifd(0x8769)[0xA434] == "Kirie 50 mm lens"
        assert [float(part) for part in said.get_ifd(0x8825)[2]] == [48, 30, 0]


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_exif_gps_and_iptc_of_tiff_reach_every_output(tmp_path: Path) -> None:
    path = tmp_path / "photo.tif"
    path.write_bytes(tiff(picture(), photometric="rgb"))
    said = ["-ISO=400", "-LensModel=Kirie 50", "-GPSLatitude=48.5", "-GPSLatitudeRef=N", "-Artist=Somebody"]
    iptc = ["-IPTC:Headline=News", "-InteropIndex=R03", "-ColorSpace=Uncalibrated"]
    subprocess.run(["exiftool", "-q", "-overwrite_original", *said, *iptc, path], check=True)
    photo = read_photo(path)
    opaque = np.full(photo.rgb.shape[:2], 255, np.uint8)
    names = ["ISO", "LensModel", "GPSLatitude", "EXIF:Artist", "IPTC:Headline", "InteropIndex"]
    for format in Format:
        written = tmp_path / f"cutout.{format.value}"
        written.write_bytes(encode(Cutout(photo.rgb, opaque, photo.metadata), format))
        command = ["exiftool", "-j", "-n", *[f"-{name}" for name in names], written]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)[0]
        assert (found["ISO"], found["LensModel"], found["GPSLatitude"]) == (400, "Kirie 50", 48.5), format
        assert (found["Artist"], found["InteropIndex"]) == ("Somebody", "R03"), format
        assert found.get("Headline") == (None if format in (Format.WEBP, Format.AVIF) else "News"), format
