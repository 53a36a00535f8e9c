"""Grey, CMYK and Lab become sRGB by their profiles; RGB stays what it is."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from matting.files.reading.read_photo import read_photo, read_size, read_thumbnail
from tests.matting.files import profiles
from tests.matting.files.photo_files import picture, pillow, saved, tiff, unlike


def through_littlecms(image: Image.Image, icc: bytes) -> NDArray[np.uint8]:
    changed = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert changed is not None
    return np.asarray(changed)


def test_rgb_keeps_its_values_and_profile(read: Any) -> None:
    photo = read(pillow("PNG", picture(), icc_profile=profiles.adobe_like_rgb()))
    assert np.array_equal(photo.rgb, picture())
    assert photo.metadata.icc == profiles.adobe_like_rgb()


GREY_PROFILES = {
    "gamma 1.8": profiles.grey_gamma(1.8),
    "gamma 1.0": profiles.grey_gamma(1.0),
    "dot gain": profiles.grey_table([round(65535 * (i / 40) ** 1.7) for i in range(41)]),
    "L*": profiles.grey_table([0, 20000, 65535], b"Lab "),
    "sRGB curve": profiles.grey_parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
}


@pytest.mark.parametrize("name", GREY_PROFILES)
def test_grey_follows_its_profile(name: str, read: Any) -> None:
    icc = GREY_PROFILES[name]
    ramp = np.tile(np.arange(256, dtype=np.uint8), (4, 1))
    photo = read(pillow("PNG", ramp, icc_profile=icc))
    expected = through_littlecms(Image.fromarray(ramp), icc)
    bright = ramp[0] > 12  # LittleCMS rounds its tables in the deepest shadows
    assert np.abs(photo.rgb.astype(int) - expected)[:, bright].max() <= 1
    assert photo.metadata.icc is None
    deep = read(tiff(ramp.astype(np.uint16) * 257, photometric="minisblack", iccprofile=icc))
    assert np.abs(deep.rgb.astype(int) / 257 - expected)[:, bright].max() <= 1
    assert len(np.unique(deep.rgb)) >= len(np.unique(photo.rgb))


def test_cmyk_goes_through_its_own_profile(read: Any) -> None:
    inks = Image.fromarray(picture()).convert("CMYK")
    icc = profiles.cmyk_dull()
    expected = through_littlecms(inks, icc)
    for data in (saved(inks, "TIFF", icc_profile=icc), saved(inks, "JPEG", icc_profile=icc, quality=100)):
        photo = read(data)
        assert unlike(photo.rgb, expected) < 2
        assert photo.metadata.icc is None
    plain = read(saved(inks, "TIFF"))
    assert unlike(plain.rgb, picture()) < 2
    assert unlike(plain.rgb, expected) > 20


def test_deep_cmyk(read: Any) -> None:
    inks = np.asarray(Image.fromarray(picture()).convert("CMYK"))
    photo = read(tiff(inks.astype(np.uint16) * 257, photometric="separated", iccprofile=profiles.cmyk_dull()))
    expected = through_littlecms(Image.fromarray(inks, "CMYK"), profiles.cmyk_dull())
    assert unlike(photo.rgb, expected) < 1


def test_adobe_cmyk_jpegs_are_stored_inverted(read: Any) -> None:
    """Photoshop's CMYK JPEGs hold 255 for no ink; libjpeg and Pillow write them that way too."""
    white = Image.new("CMYK", (32, 32), (0, 0, 0, 0))
    data = saved(white, "JPEG", quality=100)
    assert b"Adobe" in data
    assert read(data).rgb.min() > 250


@pytest.mark.parametrize("deep", [False, True])
def test_lab(deep: bool, read: Any) -> None:
    lab = ImageCms.createProfile("LAB")
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB")
    image = ImageCms.applyTransform(Image.fromarray(picture()), to_lab)
    assert image is not None
    if not deep:
        assert unlike(read(saved(image, "TIFF")).rgb, picture()) < 2.5
        return
    values = np.asarray(image)
    wide = np.empty(values.shape, np.uint16)
    wide[..., 0] = values[..., 0].astype(np.uint16) * 257
    wide[..., 1:] = (values[..., 1:].view(np.int8).astype(np.int16) * 256).view(np.uint16)
    photo = read(tiff(wide, photometric="cielab"))
    assert photo.rgb.dtype == np.uint16
    assert unlike(photo.rgb8(), picture()) < 2.5


def test_thumbnails_are_shown_in_screen_colours(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    flat = np.full((64, 64, 3), (100, 200, 60), np.uint8)
    path.write_bytes(pillow("PNG", flat, icc_profile=profiles.adobe_like_rgb()))
    expected = through_littlecms(Image.fromarray(flat), profiles.adobe_like_rgb())
    assert unlike(read_thumbnail(path, 64), expected) < 1


@pytest.mark.parametrize("broken", [b"junk" * 50, profiles.cmyk_dull()[:200], profiles.adobe_like_rgb()[:160]])
@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("JPEG", "RGB"), ("TIFF", "CMYK"), ("PNG", "RGB"), ("PNG", "L")]
)
def test_a_broken_profile_costs_neither_photo_nor_thumbnail(
    broken: bytes, kind: str, mode: str, tmp_path: Path
) -> None:
    image = Image.fromarray(picture()).convert(mode)
    options: dict[str, Any] = {"quality": 95} if kind == "JPEG" else {}
    plain, path = tmp_path / "plain", tmp_path / "broken"
    plain.write_bytes(saved(image, kind, **options))
    path.write_bytes(saved(image, kind, icc_profile=broken, **options))
    photo = read_photo(path)
    assert np.array_equal(photo.rgb, read_photo(plain).rgb)
    assert photo.metadata.icc is None
    assert np.array_equal(read_thumbnail(path, 40), read_thumbnail(plain, 40))
    assert read_size(path) == (picture().shape[1], picture().shape[0])


def ramp(bits: int) -> NDArray[np.uint16]:
    """All values of ``bits`` bits, each in a pixel of its own, grey; a power of two high and wide."""
    side = 1 << (bits // 2)
    return np.dstack([np.arange(side * side, dtype=np.uint16).reshape(side, side)] * 3)


@pytest.mark.parametrize("bits", [10, 12])
def test_deep_avif_keeps_its_depth(bits: int, read: Any) -> None:
    """Lossless 10 and 12 bits by libavif in OpenCV, where this OpenCV has it."""
    options = [cv2.IMWRITE_AVIF_DEPTH, bits, cv2.IMWRITE_AVIF_QUALITY, 100]
    try:
        done, data = cv2.imencode(".avif", ramp(bits), options)
    except cv2.error:
        done = False
    if not done:
        pytest.skip("this OpenCV writes no AVIF")
    photo = read(data.tobytes())
    assert photo.rgb.dtype == np.uint16
    exact = ramp(bits) * (65535 / ((1 << bits) - 1))
    assert np.abs(photo.rgb - exact).max() <= 65535 / (1 << bits)
    assert photo.rgb.max() == 65535
