"""RGB and alpha out of a Pillow image of any mode."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from matting.errors import UnsupportedKind
from matting.files.colour import cmyk_to_rgb, grey_to_rgb, lab_to_rgb
from matting.files.decode_errors import Unsupported
from matting.photo import Pixels


def image_pixels(image: Image.Image, icc: bytes | None) -> tuple[Pixels, Pixels | None]:
    """Return pixels (h, w, 3) and alpha (h, w) or ``None`` of a loaded image; uint16 for Pillow's ``I``, else uint8.

    Grey, CMYK and Lab become sRGB, through ``icc`` where that describes them. Raises ``Unsupported`` for floats.
    """
    image = _simplified(image)
    mode = image.mode
    if mode.startswith("I"):
        return grey_to_rgb(np.clip(np.asarray(image), 0, 65535).astype(np.uint16), icc), None
    if mode == "CMYK":
        return cmyk_to_rgb(image, icc), None
    pixels = np.asarray(image)
    if mode == "LAB":
        return _lab8(pixels), None
    if mode == "L":
        return grey_to_rgb(pixels, icc), None
    if mode == "LA":
        return grey_to_rgb(np.ascontiguousarray(pixels[..., 0]), icc), np.ascontiguousarray(pixels[..., 1])
    if mode == "RGBA":
        return cast(Pixels, cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB)), np.ascontiguousarray(pixels[..., 3])
    if mode == "RGB":
        return pixels, None
    raise Unsupported(UnsupportedKind.FLOATS if mode == "F" else UnsupportedKind.COLOURS(kind=mode))


def _simplified(image: Image.Image) -> Image.Image:
    """Return the same picture in one of the modes L, LA, RGB, RGBA, CMYK, LAB, I…, or one that is not read."""
    if "transparency" in image.info and image.mode in ("1", "L", "P", "RGB"):  # tRNS, or a GIF's transparent index
        return image.convert("LA" if image.mode in ("1", "L") else "RGBA")
    if image.mode == "P" and image.palette is not None and image.palette.mode == "RGBA":
        return image.convert("RGBA")
    target = {"P": "RGB", "PA": "RGBA", "RGBa": "RGBA", "La": "LA", "1": "L", "RGBX": "RGB", "YCbCr": "RGB"}
    return image.convert(target[image.mode]) if image.mode in target else image


def _lab8(stored: NDArray[np.uint8]) -> Pixels:
    """Read Pillow's ``LAB``: L* scaled to 0…255, a* and b* as signed bytes."""
    lab = stored.astype(np.float32)
    lab[..., 0] *= 100 / 255
    lab[..., 1:] = np.ascontiguousarray(stored[..., 1:]).view(np.int8)
    return lab_to_rgb(lab, np.dtype(np.uint8))
