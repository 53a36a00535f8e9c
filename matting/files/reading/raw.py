"""Camera raw files, developed by LibRaw through the optional package ``rawpy``.

White balance and exposure are the camera's, so that photos of one shoot stay alike; no brightness is guessed. The
picture has 16 bits in Adobe RGB, wider than a screen; ``--colour srgb`` makes sRGB of it like of any other photo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import numpy as np

from matting.errors import PluginKind, UnsupportedKind
from matting.files.decode_errors import PluginMissing, Unsupported
from matting.files.exif import FileBytes, read_description
from matting.files.metadata import exif_of
from matting.files.rgb_space import ADOBE_RGB
from matting.photo import Metadata, Photo, Pixels

_QUARTER_TURNS = (5, 6)


@dataclass(frozen=True)
class RawHeader:
    """An open raw file; ``size`` is (width, height) of the upright picture, ``exif`` what the file says about it."""

    raw: Any
    size: tuple[int, int]
    exif: bytes | None


def open_raw(file: BinaryIO) -> RawHeader:
    """Parse a raw file. Raises ``PluginMissing`` without ``rawpy``, ``Unsupported`` for cameras unknown to LibRaw."""
    try:
        import rawpy  # here, since most photos need none
    except ImportError as error:
        raise PluginMissing("rawpy", PluginKind.RAW) from error
    file.seek(0)
    try:
        raw = rawpy.imread(file)
    except (rawpy.LibRawFileUnsupportedError, rawpy.NotSupportedError) as error:
        raise Unsupported(UnsupportedKind.CAMERA_RAW) from error
    except rawpy.LibRawUnsufficientMemoryError as error:
        raise MemoryError from error
    width, height = raw.sizes.width, raw.sizes.height
    size = (height, width) if raw.sizes.flip in _QUARTER_TURNS else (width, height)
    return RawHeader(raw, size, exif_of(read_description(FileBytes(file))))


def decode_raw(header: RawHeader, half: bool = False) -> Photo:
    """Return the developed photo, upright, in 16 bits; ``half`` the size, with a quarter of the work, where asked."""
    import rawpy

    with header.raw as raw:
        rgb = raw.postprocess(
            use_camera_wb=True,
            no_auto_bright=True,
            adjust_maximum_thr=0.0,  # or the brightest pixel of each photo would become white
            output_color=rawpy.ColorSpace.Adobe,
            gamma=(ADOBE_RGB.curve[0], 0),
            output_bps=16,
            half_size=half,
        )
    return Photo(cast(Pixels, np.ascontiguousarray(rgb)), metadata=Metadata(ADOBE_RGB.profile(), header.exif))
