"""The striped PNG writer: whatever goes in comes back, in every reader that matters."""

from __future__ import annotations

import io
import shutil
import subprocess
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from isal import isal_zlib
from PIL import Image, ImageCms

from matting.files.writing.png import combine_adler32, encode_png
from matting.photo import Metadata, Pixels

PNGCHECK = shutil.which("pngcheck")
pixel_arrays = st.builds(
    lambda height, width, channels, deep, texture, seed: make_pixels(height, width, channels, deep, texture, seed),
    st.integers(1, 70),
    st.integers(1, 90),
    st.sampled_from([1, 3, 4]),
    st.booleans(),
    st.sampled_from(["noise", "smooth", "flat", "stripes", "hole"]),
    st.integers(0, 2**32 - 1),
)


def make_pixels(height: int, width: int, channels: int, deep: bool, texture: str, seed: int) -> Pixels:
    """Pixels that each want another filter."""
    random = np.random.default_rng(seed)
    top = 65535 if deep else 255
    shape = (height, width, channels)
    if texture == "noise":
        values = random.integers(0, top + 1, shape)
    elif texture == "smooth":
        ramp = np.add.outer(np.arange(height), np.arange(width))[..., None] * random.uniform(0.1, 3, channels)
        values = ramp * (top / 255) + random.normal(0, top / 100, shape)
    elif texture == "flat":
        values = np.full(shape, random.integers(0, top + 1))
    elif texture == "stripes":
        values = np.broadcast_to((np.arange(width) // 3 % 2 * top)[None, :, None], shape)
    else:
        values = random.integers(0, top + 1, shape)
        values[height // 4 :, width // 3 :] = 0
    array = np.clip(values, 0, top).astype(np.uint16 if deep else np.uint8)
    return array[..., 0] if channels == 1 else array


def read_opencv(data: bytes) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB)
    return pixels


def pngcheck(path: Path) -> None:
    assert PNGCHECK is not None
    done = subprocess.run([PNGCHECK, "-vv", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "No errors detected" in done.stdout


@settings(max_examples=300)
@given(pixel_arrays, st.sampled_from([1, 2]))
def test_reads_back_bit_exact(pixels: Pixels, threads: int) -> None:
    data = encode_png(pixels, threads=threads)
    assert np.array_equal(read_opencv(data), pixels)
    if pixels.dtype == np.uint8:  # Pillow keeps 16 bits in grey only
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), pixels)
    elif pixels.ndim == 2:
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))).astype(np.uint16), pixels)


@pytest.mark.skipif(PNGCHECK is None, reason="pngcheck is not installed")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pixels=pixel_arrays)
def test_pngcheck_finds_no_fault(tmp_path: Path, pixels: Pixels) -> None:
    path = tmp_path / "one.png"
    path.write_bytes(encode_png(pixels, Metadata(dpi=(300.0, 299.0))))
    pngcheck(path)


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("texture", ["noise", "smooth", "hole", "stripes"])
def test_many_stripes_join_into_one_stream(tmp_path: Path, texture: str, deep: bool) -> None:
    pixels = make_pixels(1203, 1021, 4, deep, texture, 7)
    data = encode_png(pixels, threads=2)
    assert data.count(b"IDAT") > 9
    assert np.array_equal(read_opencv(data), pixels)
    assert data == encode_png(pixels, threads=1), "the number of cores must not change the file"
    if PNGCHECK:
        (tmp_path / "one.png").write_bytes(data)
        pngcheck(tmp_path / "one.png")


def test_extreme_shapes() -> None:
    for shape in [(1, 1), (1, 70_000), (70_000, 1), (1, 1, 4), (2, 300_000, 3)]:
        pixels = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode_png(pixels)))), pixels)


def test_views_and_foreign_byte_order_are_taken_as_they_look() -> None:
    base = make_pixels(64, 48, 4, True, "smooth", 3)
    for view in (base[::2, ::-1], base.transpose(1, 0, 2), base.astype(">u2")):
        assert np.array_equal(read_opencv(encode_png(view)), view)


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((4, 4, 2), np.uint8), np.zeros((4, 4), np.float32), np.zeros((0, 4), np.uint8), np.zeros(4, np.uint8)],
)
def test_what_no_png_can_hold_is_refused(pixels: Pixels) -> None:
    with pytest.raises(ValueError, match="PNG"):
        encode_png(pixels)


def test_metadata_survives(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010F] = "Kirie Optics"
    block = exif.tobytes()[6:]
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>\xe5\x88\x87\xe3\x82\x8a\xe7\xb5\xb5</x:xmpmeta>"
    data = encode_png(make_pixels(9, 9, 3, False, "smooth", 1), Metadata(profile, block, xmp, (300.0, 150.0)))
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.info["icc_profile"] == profile
        assert image.info["dpi"] == pytest.approx((300, 150), rel=1e-3)
        assert image.info["xmp"] == xmp
        assert image.getexif()[0x010F] == "Kirie Optics"
    if PNGCHECK:
        (tmp_path / "one.png").write_bytes(data)
        pngcheck(tmp_path / "one.png")


def test_transparent_areas_cost_next_to_nothing() -> None:
    pixels = make_pixels(1000, 1000, 4, False, "noise", 5)
    pixels[250:] = 0
    whole, quarter = len(encode_png(pixels)), len(encode_png(np.ascontiguousarray(pixels[:250])))
    assert whole < quarter * 1.02 + 8000


def test_a_photo_is_smaller_than_opencv_makes_it(shared: Path) -> None:
    photo = cv2.imread(str(shared / "data/parity/photos/bike.jpg"))
    theirs = cv2.imencode(".png", photo, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1]
    assert len(encode_png(cv2.cvtColor(photo, cv2.COLOR_BGR2RGB))) < len(theirs)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_adler_of_joined_blocks(first: bytes, second: bytes) -> None:
    joined = combine_adler32(isal_zlib.adler32(first), isal_zlib.adler32(second), len(second))
    assert joined == zlib.adler32(first + second)
