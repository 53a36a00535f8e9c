"""Photos of every kind come in as the pixels, profile and metadata that they hold."""

from __future__ import annotations

import io
import logging
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from matting.files.exif import TagReader
from matting.files.reading.read_photo import read_photo, read_size, read_thumbnail
from matting.files.suffixes import PHOTO_SUFFIXES
from tests.matting.files import profiles
from tests.matting.files.photo_files import (
    HEIGHT,
    MAKERS,
    WIDTH,
    XMP,
    exif,
    opacity,
    opencv,
    picture,
    pillow,
    saved,
    tiff,
    unlike,
)


@pytest.mark.parametrize("name", MAKERS)
def test_every_kind_of_file_is_read(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    path.write_bytes(MAKERS[name]())
    photo = read_photo(path)
    turned = name == "rgb.jpg"
    assert (photo.width, photo.height) == ((HEIGHT, WIDTH) if turned else (WIDTH, HEIGHT)) == read_size(path)
    assert photo.rgb.dtype == (np.uint16 if "16" in name or name.startswith(("deep", "tiled")) else np.uint8)
    thumbnail = read_thumbnail(path, 32)
    assert max(thumbnail.shape[:2]) == 32
    assert thumbnail.dtype == np.uint8
    assert (thumbnail.shape[0] > thumbnail.shape[1]) == turned
    assert path.suffix in PHOTO_SUFFIXES
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["rgb.png", "rgba.png", "lossless.webp", "plain.tif", "lzw.tif", "planar.tif"])
def test_lossless_8_bit_pixels_are_exact(name: str, read: Any) -> None:
    photo = read(MAKERS[name]())
    visible = (opacity() > 0) if photo.alpha is not None and name.endswith("webp") else np.ones((HEIGHT, WIDTH), bool)
    assert np.array_equal(photo.rgb[visible], picture()[visible])
    assert (photo.alpha is None) == ("rgba" not in name and "webp" not in name)
    if photo.alpha is not None:
        assert np.array_equal(photo.alpha, opacity())


@pytest.mark.parametrize("name", ["rgb16.png", "rgba16.png", "deep.tif", "deep-lzw.tif", "tiled.tif"])
def test_16_bits_stay_16_bits(name: str, read: Any) -> None:
    photo = read(MAKERS[name]())
    assert np.array_equal(photo.rgb, picture(True))
    if "rgba" in name:
        assert np.array_equal(photo.alpha, opacity(True))


def test_grey_with_alpha_png(read: Any) -> None:
    image = Image.fromarray(picture()[..., 0])
    image.putalpha(Image.fromarray(opacity()))
    photo = read(saved(image, "PNG"))
    assert np.array_equal(photo.rgb[..., 0], picture()[..., 0])
    assert np.array_equal(photo.alpha, opacity())


def test_transparent_palette_and_colour_key(read: Any) -> None:
    colours = Image.fromarray((np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) % 4).astype(np.uint8)).convert("P")
    colours.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
    photo = read(saved(colours, "PNG", transparency=bytes([0, 100, 255, 255])))
    assert photo.alpha[0, :4].tolist() == [0, 100, 255, 255]
    assert photo.rgb[0, 1:4].tolist() == [[0, 255, 0], [0, 0, 255], [9, 9, 9]]
    key = picture()
    key[5, 5] = (1, 2, 3)
    keyed = read(saved(Image.fromarray(key), "PNG", transparency=(1, 2, 3)))
    assert keyed.alpha[5, 5] == 0
    assert keyed.alpha[6, 6] == 255
    gif = read(saved(colours, "GIF", transparency=2))
    assert gif.alpha[0, :4].tolist() == [255, 255, 0, 255]


def test_first_frame_of_a_moving_gif(read: Any) -> None:
    assert np.array_equal(read(MAKERS["moving.gif"]()).rgb, read(MAKERS["still.gif"]()).rgb)


@pytest.mark.parametrize("name", ["rgb.jpg", "progressive.jpg", "lossy.webp", "still.avif", "jpeg.tif"])
def test_lossy_pixels_are_close(name: str, read: Any) -> None:
    photo = read(MAKERS[name]())
    rgb = np.rot90(photo.rgb) if name == "rgb.jpg" else photo.rgb
    assert unlike(rgb, picture()) < 5


# --- orientation -------------------------------------------------------------------------------------------------


def stored(upright: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return the pixels as a camera stores them, after the EXIF definition: where the file's row 0 and column 0 lie."""
    return {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "deep PNG", "deep TIFF"])
def test_all_orientations_come_upright(kind: str, orientation: int, tmp_path: Path) -> None:
    deep = kind.startswith("deep")
    pixels = np.ascontiguousarray(stored(picture(deep), orientation))
    block = exif(orientation, order="<" if orientation % 2 else ">")
    path = tmp_path / "photo"
    if kind.endswith("TIFF"):
        path.write_bytes(tiff(pixels, photometric="rgb", extratags=[(274, 3, 1, orientation, True)]))
    elif kind == "deep PNG":
        plain = opencv(".png", pixels)
        chunk = len(block).to_bytes(4, "big") + b"eXIf" + block

        path.write_bytes(plain[:33] + chunk + zlib.crc32(chunk[4:]).to_bytes(4, "big") + plain[33:])
    else:
        options: dict[str, Any] = {"quality": 95} if kind in ("JPEG", "AVIF") else {}
        if kind == "WEBP":
            options["lossless"] = True
        if kind in ("JPEG", "AVIF"):
            options["subsampling"] = 0 if kind == "JPEG" else "4:4:4"
        path.write_bytes(pillow(kind, pixels, exif=block, **options))
    photo = read_photo(path)
    tolerance = 600 if deep else 4
    assert unlike(photo.rgb, picture(deep)) < tolerance
    assert read_size(path) == (WIDTH, HEIGHT)
    thumbnail = read_thumbnail(path, 45)
    assert thumbnail.shape == (round(45 * HEIGHT / WIDTH), 45, 3)
    expected = cv2.resize(picture(), (45, thumbnail.shape[0]), interpolation=cv2.INTER_AREA)
    assert unlike(thumbnail, expected) < 8
    if photo.metadata.exif is not None:
        assert TagReader(photo.metadata.exif).first_ifd()
        with Image.open(io.BytesIO(pillow("JPEG", photo.rgb8(), exif=photo.metadata.exif))) as again:
            assert again.getexif().get(0x0112, 1) == 1


# --- metadata ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_profile_resolution_exif_and_xmp_come_along(kind: str, read: Any) -> None:
    icc = profiles.adobe_like_rgb()
    options: dict[str, Any] = {"icc_profile": icc, "exif": exif(1)}
    if kind in ("JPEG", "PNG", "TIFF"):
        options["dpi"] = (300, 240)
    if kind in ("JPEG", "WEBP", "AVIF"):
        options["xmp"] = XMP
    if kind == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP.decode())
    if kind == "TIFF":
        options["tiffinfo"] = {700: XMP, 271: "Kirie", 274: 1}
    metadata = read(pillow(kind, picture(), **options)).metadata
    assert metadata.icc == icc
    assert metadata.xmp == XMP.replace(b"'6'", b"'1'")
    assert metadata.exif is not None
    reader = TagReader(metadata.exif)
    make = reader.find(reader.first_ifd(), 0x010F)
    assert make is not None
    assert make.value.rstrip(b"\0") == b"Kirie"
    if "dpi" in options:
        assert metadata.dpi == pytest.approx((300, 240), rel=1e-3)


def test_the_embedded_thumbnail_is_dropped_and_maker_notes_stay_in_place(read: Any) -> None:
    small = pillow("JPEG", picture(width=16, height=12))
    block = exif(8, thumbnail=small)
    kept = read(pillow("JPEG", picture(), exif=block)).metadata.exif
    assert kept is not None
    assert small not in kept
    assert kept.index(b"notenote") == block.index(b"notenote")
    with Image.open(io.BytesIO(pillow("JPEG", picture(), exif=kept))) as image:
        assert image.getexif()[0x0112] == 1
        assert not image.getexif().get_ifd(1)


def test_resolution_turns_with_the_photo(read: Any) -> None:
    turned = read(pillow("JPEG", picture(), exif=exif(6), dpi=(300, 150)))
    assert turned.metadata.dpi == pytest.approx((150, 300))


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, which the program silences
@pytest.mark.parametrize("block", [b"", b"junk", b"MM\0*\0\0\0\x08", b"II*\0\xff\xff\xff\x7f", exif(1)[:30], exif(99)])
def test_senseless_exif_does_no_harm(block: bytes, read: Any) -> None:
    photo = read(pillow("JPEG", picture(), exif=block))
    assert photo.rgb.shape == (HEIGHT, WIDTH, 3)


def test_thumbnails_show_transparent_parts_white(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    path.write_bytes(pillow("PNG", np.zeros((10, 10, 4), np.uint8)))
    assert read_thumbnail(path, 10).min() == 255


def test_reading_is_quiet(tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """tifffile would warn about this one, and Python prints what no logger handles."""
    path = tmp_path / "odd.tif"
    path.write_bytes(tiff(picture(True), photometric="rgb", extratags=[(34377, 1, 4, b"8BIM", True)]))
    with caplog.at_level(logging.WARNING):
        read_photo(path)
    assert capfd.readouterr().err == ""
