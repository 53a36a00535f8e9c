"""Arrays as Qt images. Where the layout allows it, the image is a window onto the array's own memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, qRgba

from matting.photo import to_8_bits

Samples = NDArray[np.uint8] | NDArray[np.uint16]


def rgb_image(rgb: Samples, icc: bytes | None = None) -> QImage:
    """Show (height, width, 3) RGB of the profile ``icc`` (``None``: sRGB) in sRGB.

    No copy for 8-bit rows without gaps in sRGB. The image keeps the array alive.
    """
    return _wrapped(_in_srgb(rgb, icc), QImage.Format.Format_RGB888)


def grey_image(values: Samples) -> QImage:
    """Show (height, width) as grey, 0 black; no copy for 8-bit rows without gaps."""
    return _wrapped(values, QImage.Format.Format_Grayscale8)


def veil_image(alpha: Samples, colour: QColor) -> QImage:
    """Return a veil of ``colour`` over whatever ``alpha`` (height, width) leaves out; its own opacity where alpha is 0.

    No copy: the alpha values index a table of 256 colours.
    """
    image = _wrapped(alpha, QImage.Format.Format_Indexed8)
    strength = colour.alpha()
    image.setColorTable(
        [qRgba(colour.red(), colour.green(), colour.blue(), strength * (255 - value) // 255) for value in range(256)]
    )
    return image


def cutout_image(rgb: Samples, alpha: Samples, icc: bytes | None = None) -> QImage:
    """Return straight colours (height, width, 3) and opacity (height, width) as one image (``Format_RGBA8888``).

    In sRGB; ``icc`` is the profile of the colours (``None``: sRGB). Good for the clipboard and for files; a
    millisecond for two megapixels.
    """
    import cv2  # not before the first cutout: the window shows sooner

    rgba = np.asarray(cv2.cvtColor(_in_srgb(rgb, icc), cv2.COLOR_RGB2RGBA), np.uint8)
    cv2.insertChannel(to_8_bits(alpha), rgba, 3)
    return _wrapped(rgba, QImage.Format.Format_RGBA8888)


def for_painting(image: QImage) -> QImage:
    """Return the image in the layout that QPainter scales fastest; a copy, so for images painted more than once."""
    layout = QImage.Format.Format_ARGB32_Premultiplied if image.hasAlphaChannel() else QImage.Format.Format_RGB32
    return image.convertToFormat(layout)


def _in_srgb(rgb: Samples, icc: bytes | None) -> NDArray[np.uint8]:
    if icc is None:
        return to_8_bits(rgb)
    from matting.files.colour import srgb_for_display

    return srgb_for_display(np.ascontiguousarray(to_8_bits(rgb)), icc)


def _wrapped(values: Samples, layout: QImage.Format) -> QImage:
    eight = np.ascontiguousarray(to_8_bits(values))
    height, width = eight.shape[:2]
    return QImage(eight.data, width, height, eight.strides[0], layout)
