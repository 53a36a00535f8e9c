"""Colours of other models brought to RGB: grey profiles, CMYK, Lab.

RGB photos are not touched: they keep their pixel values and their own profile. Other models end in sRGB
(IEC 61966-2-1), because the source's profile describes another model and cannot be kept.
"""

from __future__ import annotations

import io
import logging
import struct
from dataclasses import replace
from functools import lru_cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from matting.files.exif import Description
from matting.files.rgb_space import ADOBE_RGB
from matting.photo import Photo, Pixels

log = logging.getLogger(__name__)
Doubles = NDArray[np.float64]
_INTEROPERABILITY_INDEX, _COLOUR_SPACE = 0x0001, 0xA001

# CIE Lab and ICC profiles are relative to D50; the matrix leads from there to linear sRGB, Bradford-adapted
# (the inverse of the columns of the sRGB profile, ICC.1:2022 annex F; Lindbloom's table).
D50 = np.array([0.96422, 1.0, 0.82521])
D50_TO_SRGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)


def profile_space(icc: bytes | None) -> str | None:
    """Return the colour model an ICC profile describes, e.g. ``"RGB"``, ``"GRAY"``, ``"CMYK"`` (ICC.1:2022 §7.2.6)."""
    if icc is None or len(icc) < 132 or icc[36:40] != b"acsp":
        return None
    return icc[16:20].decode("ascii", "replace").strip()


def profile_of(icc: bytes | None, description: Description) -> bytes | None:
    """Return the profile of a photo: the embedded one where it can be used, else the one that EXIF speaks of.

    Cameras name Adobe RGB by the interoperability index R03 (DCF 2.0 §3.2.3), some by a colour space of 2.
    """
    if is_usable(icc):
        return icc
    said = {tag.number: tag.value for tag in description.exif + description.interoperability}
    two = b"\2\0" if description.order == "<" else b"\0\2"
    adobe = said.get(_INTEROPERABILITY_INDEX, b"").startswith(b"R03") or said.get(_COLOUR_SPACE) == two
    return ADOBE_RGB.profile() if adobe else None


def is_usable(icc: bytes | None) -> bool:
    """Tell whether LittleCMS can open a profile; without that no program can use it."""
    if profile_space(icc) is None:
        return False
    assert icc is not None
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(icc))
    except (ImageCms.PyCMSError, OSError, ValueError):
        log.info("unusable profile ignored", exc_info=True)
        return False
    return True


def srgb_encode(linear: Doubles) -> Doubles:
    """Convert linear light in [0, 1] to sRGB values in [0, 1] (IEC 61966-2-1); beyond the range is clipped.

    >>> srgb_encode(np.array([0.0, 0.18, 1.0])).round(3).tolist()
    [0.0, 0.461, 1.0]
    """
    linear = np.clip(linear, 0.0, 1.0)
    return np.asarray(np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055), np.float64)


def grey_to_rgb(grey: Pixels, icc: bytes | None) -> Pixels:
    """Return grey (height, width) as RGB (height, width, 3) of the same dtype, in sRGB.

    A grey profile's curve is followed exactly in 8 and 16 bits; without one the values are kept as they are.
    """
    if profile_space(icc) == "GRAY":
        assert icc is not None
        luminance = _grey_curve(icc, np.linspace(0.0, 1.0, np.iinfo(grey.dtype).max + 1))
        if luminance is not None:
            top = np.iinfo(grey.dtype).max
            table = np.rint(srgb_encode(luminance) * top).astype(grey.dtype)
            grey = cast(Pixels, table[grey])
    return cast(Pixels, cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB))


def _grey_curve(icc: bytes, values: Doubles) -> Doubles | None:
    """Return the luminance in [0, 1] of grey ``values`` in [0, 1] by the profile's ``kTRC`` (ICC.1:2022 §8.3.4)."""
    try:
        tag = tags_of_profile(icc).get(b"kTRC")
        if tag is not None:
            curve = tone_curve(tag, values)
            # With Lab as its connection space the curve gives L* instead of Y (§F.2).
            return _lightness_to_luminance(curve * 100) if icc[20:24] == b"Lab " else curve
    except (struct.error, ValueError, ZeroDivisionError):
        log.info("unreadable grey profile ignored", exc_info=True)
    return None


def tags_of_profile(icc: bytes) -> dict[bytes, bytes]:
    """Return the tags of a profile by their signatures (ICC.1:2022 §7.3); raises ``struct.error`` for a damaged one."""
    tags: dict[bytes, bytes] = {}
    for index in range(min(struct.unpack_from(">I", icc, 128)[0], 100)):
        name, offset, size = struct.unpack_from(">4sII", icc, 132 + 12 * index)
        tags.setdefault(name, icc[offset : offset + size])
    return tags


def tone_curve(tag: bytes, values: Doubles) -> Doubles:
    """Evaluate a ``curveType`` or ``parametricCurveType`` at ``values`` (ICC.1:2022 §10.6, §10.18)."""
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        if count == 0:
            return values
        table = np.array(struct.unpack_from(f">{count}H", tag, 12), np.float64)
        if count == 1:
            return np.asarray(values ** (table[0] / 256), np.float64)
        return np.asarray(np.interp(values, np.linspace(0, 1, count), table / 65535), np.float64)
    if tag[:4] == b"para":
        (function,) = struct.unpack_from(">H", tag, 8)
        counts = (1, 3, 4, 5, 7)
        if function >= len(counts):
            raise ValueError("unknown parametric curve")
        numbers = [value / 65536 for value in struct.unpack_from(f">{counts[function]}i", tag, 12)]
        return _parametric(function, numbers, values)
    raise ValueError("unknown curve type")


def _parametric(function: int, numbers: list[float], x: Doubles) -> Doubles:
    """Evaluate table 68 of ICC.1:2022: y = (a·x + b)^g + e above the break d, c·x + f below."""
    g, a, b, c, d, e, f = (numbers + [0.0] * 7)[:7]
    if function == 0:
        a, d = 1.0, -1.0
    elif function == 1:
        c, d = 0.0, -b / a
    elif function == 2:
        c, d, e, f = 0.0, -b / a, numbers[3], numbers[3]
    power = np.clip(a * x + b, 0, None) ** g + e
    return np.asarray(np.clip(np.where(x >= d, power, c * x + f), 0, 1), np.float64)


def _lightness_to_luminance(lightness: Doubles) -> Doubles:
    """Convert L* in [0, 100] to Y in [0, 1] (CIE 15:2018 §8.2.1)."""
    return _lab_inverse((lightness + 16) / 116)


def _lab_inverse(t: Doubles) -> Doubles:
    return np.asarray(np.where(t > 6 / 29, t**3, 3 * (6 / 29) ** 2 * (t - 4 / 29)), np.float64)


def lab_to_rgb(lab: NDArray[np.floating], dtype: np.dtype[np.uint8] | np.dtype[np.uint16]) -> Pixels:
    """Convert CIE L*a*b* (D50), shape (h, w, 3), L* in [0, 100], to sRGB of ``dtype`` over its full range.

    Colours outside sRGB are clipped. CIE 15:2018 §8.2.1 and IEC 61966-2-1.

    >>> lab_to_rgb(np.array([[[100.0, 0, 0], [50, 0, 0]]]), np.dtype(np.uint8)).tolist()
    [[[255, 255, 255], [119, 119, 119]]]
    """
    out = np.empty(lab.shape, dtype)
    top = np.iinfo(dtype).max
    for start in range(0, lab.shape[0], 64):  # strips: the floats of a whole photo would take eight times its memory
        strip = np.asarray(lab[start : start + 64], np.float64)
        fy = (strip[..., 0] + 16) / 116
        f = np.stack([fy + strip[..., 1] / 500, fy, fy - strip[..., 2] / 200], axis=-1)
        linear = (_lab_inverse(f) * D50) @ D50_TO_SRGB.T
        out[start : start + 64] = np.rint(srgb_encode(linear) * top).astype(dtype)
    rgb: Pixels = out
    return rgb


def unpremultiply(colours: Pixels, alpha: Pixels) -> Pixels:
    """Return straight colours (h, w, channels) of premultiplied ones and alpha (h, w), rounded; 0 where alpha is 0.

    >>> unpremultiply(np.array([[[64, 32, 0]]], np.uint8), np.array([[128]], np.uint8)).tolist()
    [[[128, 64, 0]]]
    """
    top = np.uint32(np.iinfo(alpha.dtype).max)
    out = np.empty_like(colours)
    for start in range(0, len(colours), 64):
        rows = slice(start, start + 64)
        # Largest numerator: 65535² + 32767, which still fits 32 bits.
        divisor = np.maximum(alpha[rows], 1).astype(np.uint32)[..., None]
        straight = (np.minimum(colours[rows], alpha[rows][..., None]).astype(np.uint32) * top + divisor // 2) // divisor
        out[rows] = straight
    return out


def cmyk_to_rgb(image: Image.Image, icc: bytes | None) -> NDArray[np.uint8]:
    """Convert a Pillow ``CMYK`` image (0 = no ink) to sRGB (height, width, 3), through its own profile if it has one.

    Relative colorimetric with black point compensation, as layout programs do it. Without a profile: the plain
    complement, as browsers show it.
    """
    if icc is not None and profile_space(icc) == "CMYK":
        try:
            return np.asarray(_through_profile(image, icc), np.uint8)
        except (ImageCms.PyCMSError, OSError, ValueError):
            log.info("unusable CMYK profile ignored", exc_info=True)
    return np.asarray(image.convert("RGB"), np.uint8)


def srgb_for_display(rgb: NDArray[np.uint8], icc: bytes | None) -> NDArray[np.uint8]:
    """Return 8-bit RGB (h, w, 3) of a profile as a screen without colour management should show it."""
    transform = _to_screen(icc) if icc is not None and profile_space(icc) == "RGB" else None
    if transform is None:
        return rgb
    shown = ImageCms.applyTransform(Image.fromarray(rgb), transform)
    assert shown is not None
    return np.asarray(shown, np.uint8)


def photo_for_display(photo: Photo) -> Photo:
    """Return a photo for the screen: in sRGB, of 8 bits where it had to be converted."""
    rgb = photo.rgb8()
    shown = srgb_for_display(rgb, photo.metadata.icc)
    if shown is rgb:
        return photo
    alpha = photo.alpha
    if alpha is not None and alpha.dtype != np.uint8:
        alpha = (alpha >> 8).astype(np.uint8)
    return replace(photo, rgb=shown, alpha=alpha, metadata=replace(photo.metadata, icc=None))


@lru_cache(maxsize=16)
def _to_screen(icc: bytes) -> ImageCms.ImageCmsTransform | None:
    """Return the transform to sRGB, for any thread; ``None`` where the profile cannot be used, or is sRGB itself."""
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.NOCACHE
    try:
        source, intent = ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.Intent.RELATIVE_COLORIMETRIC
        screen = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(source, screen, "RGB", "RGB", renderingIntent=intent, flags=flags)
        samples = np.stack(np.meshgrid(*[np.arange(0, 256, 15, dtype=np.uint8)] * 3), -1).reshape(1, -1, 3)
        shown = ImageCms.applyTransform(Image.fromarray(samples), transform)
    except (ImageCms.PyCMSError, OSError, ValueError):
        log.info("unusable RGB profile ignored", exc_info=True)
        return None
    return None if np.abs(np.asarray(shown, int) - samples).max() <= 1 else transform


def _through_profile(image: Image.Image, icc: bytes) -> Image.Image:
    changed = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert changed is not None
    return changed
