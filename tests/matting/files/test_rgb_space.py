"""Colours told by numbers become profiles that LittleCMS reads as those numbers say."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from matting.cutout.cut import Cutout
from matting.errors import PhotoDamaged, PhotoHighDynamicRange, PhotoUnsupported
from matting.files.exif import Description, Tag, header, pack_file
from matting.files.reading.read_photo import read_photo, read_thumbnail
from matting.files.rgb_space import ADOBE_RGB, RgbSpace, space_of_codes, space_of_png
from matting.files.writing.encode import encode
from matting.settings import Format
from tests.matting.files.photo_files import pillow, tiff, unlike

Y, X = np.mgrid[:64, :96]
SMOOTH = np.stack([40 + X * 2, 30 + Y * 3, 220 - X - Y], -1).astype(np.uint8)
BT2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), (0.3127, 0.3290))
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.3127, 0.3290))
ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), (0.3127, 0.3290))
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), (0.3127, 0.3290))


def matrix(primaries: Any) -> NDArray[np.float64]:
    """Linear RGB to XYZ by SMPTE RP 177."""
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries[:3]]).T
    x, y = primaries[3]
    return columns * np.linalg.solve(columns, [x / y, 1, (1 - x - y) / y])


def in_srgb(pixels: NDArray[np.uint8], primaries: Any, light: Any) -> NDArray[np.float64]:
    """Return the values in sRGB, 0 to 255, by the definitions; all spaces here have the white D65."""
    linear = light(pixels / 255) @ (np.linalg.inv(matrix(SRGB)) @ matrix(primaries)).T
    linear = np.clip(linear, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def srgb_light(v: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def bt709_light(v: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(v < 0.081, v / 4.5, ((v + 0.099) / 1.099) ** (1 / 0.45))


def through_littlecms(pixels: NDArray[np.uint8], icc: bytes | None) -> NDArray[np.uint8]:
    assert icc is not None
    source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    shown = ImageCms.profileToProfile(Image.fromarray(pixels), source, ImageCms.createProfile("sRGB"), intent)
    return np.asarray(shown)


def png(*chunks: tuple[bytes, bytes], pixels: NDArray[np.uint8] = SMOOTH) -> bytes:
    """Return a PNG with ``chunks`` before its pixels, as the specification has them."""
    plain = pillow("PNG", pixels)
    whole = [
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    ]
    return plain[:33] + b"".join(whole) + plain[33:]


def chrm(primaries: Any) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(v * 1e5) for point in (primaries[3], *primaries[:3]) for v in point))


def gama(exponent: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(1e5 / exponent))


def adobe_exif(order: Any = ">") -> bytes:
    """EXIF as cameras write it in Adobe RGB: colour space "uncalibrated", interoperability index R03 (DCF 2.0)."""
    colour_space = Tag.of_integers(0xA001, 3, order, 0xFFFF)
    return header(order) + pack_file(Description(order, (), (colour_space,), (), (Tag(1, 2, 4, b"R03\0"),)))


def tiff_tags(primaries: Any, exponent: float | None = None) -> bytes:
    """Return a TIFF whose tags give white, primaries and, where there is an exponent, the curve (TIFF 6.0 §20)."""
    rationals = [[round(value * 1e6), 10**6] for point in (primaries[3], *primaries[:3]) for value in point]
    flat = [number for pair in rationals for number in pair]
    tags: list[Any] = [(318, 5, 2, flat[:4], True), (319, 5, 6, flat[4:], True)]
    if exponent is not None:
        curve = [round(65535 * (value / 255) ** exponent) for value in range(256)]
        tags.append((301, 3, 256, curve, True))
    return tiff(SMOOTH, extratags=tags)


def bmp(kind: int, colours: bytes, profile: bytes = b"") -> bytes:
    """Return a BMP of version 5: Pillow's pixels behind a longer header ([MS-WMF] 2.2.2.5)."""
    plain = pillow("BMP", SMOOTH)
    pixels = plain[54:]
    fields = plain[14 + 4 : 54] + bytes(16) + struct.pack("<I", kind) + colours.ljust(48, b"\0")
    fields += struct.pack("<IIII", 4, 124 + len(pixels), len(profile), 0)
    return plain[:10] + struct.pack("<I", 14 + 124) + struct.pack("<I", 124) + fields + pixels + profile


def bmp_numbers(primaries: Any, exponent: float) -> bytes:
    xyz = matrix(primaries).T.ravel()
    return struct.pack("<9i3I", *(round(value * (1 << 30)) for value in xyz), *[round(exponent * 65536)] * 3)


MBED = 0x4D424544

KINDS: dict[str, tuple[bytes, Any, Any]] = {
    "gamma 1.0": (png(gama(1.0)), SRGB, lambda v: v),
    "gamma 1.8": (png(gama(1.8)), SRGB, lambda v: v**1.8),
    "gamma and primaries": (png(gama(2.2), chrm(ADOBE)), ADOBE, lambda v: v**2.2),
    "primaries alone": (png(chrm(P3)), P3, srgb_light),
    "cICP of Display P3": (png((b"cICP", bytes([12, 13, 0, 1]))), P3, srgb_light),
    "cICP of BT.2020 before gAMA": (png((b"cICP", bytes([9, 1, 0, 1])), gama(1.0)), BT2020, bt709_light),
    "cICP of linear light": (png((b"cICP", bytes([1, 8, 0, 1]))), SRGB, lambda v: v),
    "Adobe RGB by EXIF": (
        pillow("JPEG", SMOOTH, quality=100, subsampling=0, exif=adobe_exif()),
        ADOBE,
        lambda v: v ** (563 / 256),
    ),
    "the same, other order": (
        pillow("JPEG", SMOOTH, quality=100, subsampling=0, exif=adobe_exif("<")),
        ADOBE,
        lambda v: v**2.2,
    ),
    "TIFF with primaries": (tiff_tags(P3), P3, srgb_light),
    "TIFF with primaries and curve": (tiff_tags(ADOBE, 1.8), ADOBE, lambda v: v**1.8),
    "BMP with endpoints": (bmp(0, bmp_numbers(ADOBE, 2.2)), ADOBE, lambda v: v**2.2),
    "BMP with a profile": (bmp(MBED, b"", ADOBE_RGB.profile()), ADOBE, lambda v: v**2.2),
    "Adobe RGB in WebP": (pillow("WEBP", SMOOTH, lossless=True, exif=adobe_exif()), ADOBE, lambda v: v**2.2),
}


@pytest.mark.parametrize("format", list(Format))
@pytest.mark.parametrize("kind", KINDS)
def test_every_output_shows_the_colours_that_the_photo_describes(kind: str, format: Format, tmp_path: Path) -> None:
    data, primaries, light = KINDS[kind]
    path, written = tmp_path / "photo", tmp_path / f"cutout.{format.value}"
    path.write_bytes(data)
    photo = read_photo(path)
    right = in_srgb(photo.rgb8(), primaries, light)
    assert np.abs(through_littlecms(photo.rgb8(), photo.metadata.icc) - right).max() < 3
    opaque = np.full(photo.rgb.shape[:2], 255, np.uint8)
    written.write_bytes(encode(Cutout(photo.rgb, opaque, photo.metadata), format))
    with Image.open(written) as image:
        icc, again = image.info["icc_profile"], np.asarray(image.convert("RGB"))
    assert unlike(through_littlecms(again, icc), right) < 3
    thumbnail = read_thumbnail(path, 96)
    assert unlike(thumbnail, right) < 1.5
    if shutil.which("exiftool"):
        said = subprocess.run(
            ["exiftool", "-s3", "-ICC_Profile:ColorSpaceData", written], capture_output=True, text=True
        )
        assert said.stdout.strip() == "RGB"


@pytest.mark.skipif(shutil.which("convert") is None, reason="ImageMagick's convert is not installed")
def test_photo_and_cutout_look_alike_to_imagemagick(tmp_path: Path) -> None:
    source, cutout = tmp_path / "linear.png", tmp_path / "cutout.png"
    source.write_bytes(png(gama(1.0)))
    photo = read_photo(source)
    opaque = np.full(photo.rgb.shape[:2], 255, np.uint8)
    cutout.write_bytes(encode(Cutout(photo.rgb, opaque, photo.metadata), Format.PNG))
    screen = tmp_path / "screen.icc"
    screen.write_bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    seen = [
        np.frombuffer(subprocess.run(["convert", *command], capture_output=True, check=True).stdout, np.uint8).astype(
            int
        )
        for command in (
            [source, "-colorspace", "sRGB", "-depth", "8", "rgb:-"],
            [cutout, "-profile", screen, "-depth", "8", "rgb:-"],
        )
    ]
    assert np.abs(seen[0] - seen[1]).max() <= 2


@pytest.mark.parametrize(
    "chunks",
    [
        (gama(2.2), chrm(SRGB)),
        (gama(2.2),),
        ((b"sRGB", b"\0"), gama(1.0)),
        ((b"cICP", bytes([1, 13, 0, 1])), gama(1.0)),
        (chrm(SRGB),),
        ((b"gAMA", bytes(4)),),
        ((b"cHRM", bytes(32)), gama(1.0)),
    ],
)
def test_srgb_however_it_is_said_and_nonsense_need_no_profile(chunks: Any, read: Any) -> None:
    photo = read(png(*chunks))
    assert photo.metadata.icc is None
    assert np.array_equal(photo.rgb, SMOOTH)


@pytest.mark.parametrize(
    "data",
    [
        tiff_tags(SRGB),
        bmp(0, bytes(48)),
        bmp(0, bmp_numbers(SRGB, 2.2)),
        bmp(0, b"\xff" * 48),
        bmp(0x73524742, bmp_numbers(ADOBE, 1.0)),
        bmp(MBED, b"", b"no profile at all"),
        bmp(MBED, b"")[:100],
    ],
    ids=["TIFF of sRGB", "zeros", "sRGB", "negative", "sRGB by name", "damaged profile", "cut off"],
)
def test_files_that_say_srgb_or_nothing_keep_their_pixels(data: bytes, read: Any) -> None:
    try:
        photo = read(data)
    except PhotoDamaged:
        assert len(data) == 100
        return
    assert photo.metadata.icc is None
    assert np.array_equal(photo.rgb, SMOOTH)


def test_grey_follows_its_gamma(read: Any) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (4, 1))
    photo = read(png(gama(1.0), pixels=ramp))
    assert photo.metadata.icc is None
    assert np.abs(photo.rgb - in_srgb(np.dstack([ramp] * 3), SRGB, lambda v: v)).max() <= 0.51


def test_a_profile_counts_more_than_exif(read: Any) -> None:
    icc = RgbSpace("P3", P3, (2.2,)).profile()
    assert read(pillow("JPEG", SMOOTH, icc_profile=icc, exif=adobe_exif())).metadata.icc == icc
    assert read(pillow("JPEG", SMOOTH, icc_profile=b"x" * 200, exif=adobe_exif())).metadata.icc == ADOBE_RGB.profile()


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_is_said_in_one_sentence(transfer: int, name: str, tmp_path: Path) -> None:
    path = tmp_path / "hdr.png"
    path.write_bytes(png((b"cICP", bytes([9, transfer, 0, 1]))))
    for reader in (read_photo, lambda one: read_thumbnail(one, 32)):
        with pytest.raises(PhotoHighDynamicRange, match=rf"is an HDR photo \({name}\)"):
            reader(path)


def test_values_of_video_range_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "video.png"
    path.write_bytes(png((b"cICP", bytes([1, 1, 0, 0]))))
    with pytest.raises(PhotoUnsupported, match="range of video"):
        read_photo(path)


def with_codes(data: bytes, primaries: int, transfer: int) -> bytes:
    """Return an AVIF with other codes in its nclx box (ISO/IEC 14496-12 §12.1.5)."""
    place = data.index(b"colrnclx") + 8
    return data[:place] + struct.pack(">HH", primaries, transfer) + data[place + 4 :]


def test_codes_of_avif(tmp_path: Path) -> None:
    path = tmp_path / "photo"
    data = pillow("AVIF", SMOOTH, quality=100, subsampling="4:4:4")
    path.write_bytes(with_codes(data, 12, 13))
    photo = read_photo(path)
    right = in_srgb(photo.rgb8(), P3, srgb_light)
    assert np.abs(through_littlecms(photo.rgb8(), photo.metadata.icc) - right).max() < 3
    assert unlike(read_thumbnail(path, 96), right) < 1.5
    path.write_bytes(with_codes(data, 1, 13))
    assert read_photo(path).metadata.icc is None
    path.write_bytes(with_codes(data, 9, 16))
    with pytest.raises(PhotoHighDynamicRange, match="PQ"):
        read_photo(path)


def test_every_code_makes_a_profile_that_littlecms_opens() -> None:
    for primaries in range(25):
        for transfer in {*range(19)} - {9, 10, 16, 18}:
            space = space_of_codes(primaries, transfer)
            if space is not None:
                ImageCms.ImageCmsProfile(io.BytesIO(space.profile()))
                ImageCms.ImageCmsProfile(io.BytesIO(space.profile(grey=True)))
    assert space_of_png(45455, None) is None
