"""What stands behind the subject: a colour or a picture."""

from __future__ import annotations

import io
import threading
from functools import lru_cache
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from matting.alpha.numeric import from_unit, to_unit
from matting.photo import Metadata, Pixels
from matting.settings import parse_colour

BACKGROUNDS_KEPT = 2
"""How many background pictures stay decoded in memory, each at its own size with 8 bits a channel."""

_ROWS = 32  # mixed at a time: the floats of a whole photo would take twelve times its memory, and leave the cache
_decoding = threading.Lock()


def compose(rgb: Pixels, alpha: Pixels, background: Pixels) -> Pixels:
    """Lay straight colours ``rgb`` (h, w, 3) over an opaque ``background`` (h, w, 3), all of one dtype and size.

    >>> white = np.full((1, 1, 3), 255, np.uint8)
    >>> compose(white, np.full((1, 1), 51, np.uint8), white * 0).tolist()
    [[[51, 51, 51]]]
    """
    out = np.empty_like(rgb)
    for start in range(0, len(out), _ROWS):
        rows = slice(start, start + _ROWS)
        a = to_unit(alpha[rows])[..., None]
        out[rows] = from_unit(to_unit(rgb[rows]) * a + to_unit(background[rows]) * (1 - a), rgb.dtype)
    return out


def lay_over(rgb: Pixels, alpha: Pixels, colour: Pixels, under: Pixels) -> tuple[Pixels, Pixels]:
    """Lay straight colours ``rgb`` (h, w, 3) with ``alpha`` (h, w) over a ``colour`` (3,) of opacity ``under`` (h, w).

    Returns straight colours and alpha, by Porter and Duff's "over" (1984).
    """
    a, b = to_unit(alpha), to_unit(under)
    b *= 1 - a
    whole = a + b
    mixed = (to_unit(rgb) * a[..., None] + to_unit(colour) * b[..., None]) / np.maximum(whole, 1e-6)[..., None]
    # Where nothing is, the colour beside the edge stays.
    mixed = np.where(whole[..., None] > 0, mixed, to_unit(rgb)).astype(np.float32)
    return from_unit(np.clip(mixed, 0, 1), rgb.dtype), from_unit(np.clip(whole, 0, 1), alpha.dtype)


def make_background(background: str | Path, height: int, width: int, like: Pixels, metadata: Metadata) -> Pixels:
    """Return the background (height, width, 3) in the dtype of ``like`` and the photo's colour profile.

    A ``#rrggbb`` colour is sRGB; a picture covers all of it, cropped evenly. Raises ``PhotoError`` types for a
    picture that cannot be read.
    """
    colour = parse_colour(str(background))
    if colour is not None:
        return cast(Pixels, np.broadcast_to(colour_in(colour, like, metadata.icc), (height, width, 3)))
    picture, icc = _read_background(Path(background))
    return _as_dtype(_to_profile(cover(picture, height, width), icc, metadata.icc), like)


def colour_in(colour: tuple[int, int, int], like: Pixels, icc: bytes | None) -> Pixels:
    """Return an sRGB colour as one pixel (3,) of the profile, in the dtype of ``like``."""
    return cast(Pixels, _as_dtype(_to_profile(np.array([[colour]], np.uint8), None, icc), like)[0, 0])


def _read_background(path: Path) -> tuple[NDArray[np.uint8], bytes | None]:
    """Return pixels and profile of a picture; decoded once, not once a photo, as long as its file does not change."""
    try:
        status = path.stat()
    except OSError:
        return _decode_background(path, 0, 0)  # says what is wrong
    with _decoding:  # threads that want the same picture wait for the one that reads it
        return _decode_background(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=BACKGROUNDS_KEPT)
def _decode_background(path: Path, _size: int, _mtime_ns: int) -> tuple[NDArray[np.uint8], bytes | None]:
    from matting.files.reading.read_photo import read_photo

    picture = read_photo(path)
    pixels = picture.rgb8()
    pixels.flags.writeable = False
    return pixels, picture.metadata.icc


def cover(picture: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Return ``picture`` scaled and cropped evenly so that it fills (height, width, 3).

    >>> cover(np.zeros((10, 20, 3), np.uint8), 6, 6).shape
    (6, 6, 3)
    """
    scale = max(height / picture.shape[0], width / picture.shape[1])
    rows, columns = min(picture.shape[0], round(height / scale)), min(picture.shape[1], round(width / scale))
    rows, columns = max(rows, 1), max(columns, 1)
    top, left = (picture.shape[0] - rows) // 2, (picture.shape[1] - columns) // 2
    part = picture[top : top + rows, left : left + columns]
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cast(NDArray[np.uint8], cv2.resize(part, (width, height), interpolation=kind))


def _as_dtype(pixels: NDArray[np.uint8], like: Pixels) -> Pixels:
    return pixels if like.dtype == np.uint8 else pixels.astype(np.uint16) * np.uint16(257)


def _to_profile(pixels: NDArray[np.uint8], source: bytes | None, target: bytes | None) -> NDArray[np.uint8]:
    """Convert between colour profiles (``None``: sRGB); a profile that cannot be used leaves the pixels alone."""
    if source == target:
        return pixels
    try:
        converted = ImageCms.profileToProfile(Image.fromarray(pixels), _profile(source), _profile(target))
    except (ImageCms.PyCMSError, OSError):
        return pixels
    return np.asarray(converted, np.uint8) if converted is not None else pixels


def _profile(icc: bytes | None) -> ImageCms.ImageCmsProfile:
    if icc is None:
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return ImageCms.ImageCmsProfile(io.BytesIO(icc))
