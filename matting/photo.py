"""A photo in memory: pixels, opacity, and what must survive from file to file."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8] | NDArray[np.uint16]


def to_8_bits(pixels: Pixels) -> NDArray[np.uint8]:
    """Return full-range pixels of any shape as uint8; those of 8 bits already are not copied.

    >>> to_8_bits(np.array([0, 32768, 65535], np.uint16)).tolist()
    [0, 128, 255]
    """
    return np.asarray(pixels, np.uint8) if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)


@dataclass(frozen=True)
class Metadata:
    """What a file says about its pixels, as raw bytes, ready to be written again.

    ``icc`` is the colour profile of the pixels as they are in memory (``None``: sRGB assumed), ``exif`` an EXIF
    block with the orientation already reset to 1, ``xmp`` the packet, ``dpi`` horizontal and vertical dots per inch,
    ``iptc`` an IPTC block (IIM). None of them shows the photo: thumbnails, previews and gain maps are taken out.
    """

    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    iptc: bytes | None = None


@dataclass(frozen=True)
class Photo:
    """One source image, upright (EXIF orientation applied), RGB.

    ``rgb`` has shape (height, width, 3), uint8 or uint16 over the full range; ``alpha`` is the photo's own opacity,
    shape (height, width), same dtype, straight (not premultiplied), or ``None`` when the file has none. ``damaged``:
    the decoder met damage and went on, so some of the pixels are not the photo's. Arrays are never written to after
    construction.
    """

    rgb: Pixels
    alpha: Pixels | None = None
    metadata: Metadata = field(default_factory=Metadata)
    damaged: bool = False

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.rgb.shape[1])

    def rgb8(self) -> NDArray[np.uint8]:
        """Return the pixels as uint8, shape (height, width, 3): what a network and the preview take."""
        return to_8_bits(self.rgb)
