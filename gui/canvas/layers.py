"""Photos and cutouts as the images that the painting takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from gui.canvas.painting import VEIL, VESSELS, CutImages, Layer
from gui.canvas.view import Box
from gui.look.images import Samples, cutout_image, for_painting, grey_image, rgb_image, veil_image
from matting.photo import to_8_bits

if TYPE_CHECKING:
    from matting.cutout.cut import Cutout


GREEN = (VESSELS.red(), VESSELS.green(), VESSELS.blue())


def photo_layer(rgb: Samples, box: Box) -> Layer:
    """Return the layer of pixels (h, w, 3) that show ``box`` of the photo."""
    return Layer(for_painting(rgb_image(rgb)), box)


def vessel_images(cutout: Cutout, layer: Layer) -> CutImages:
    """Return the images of vessels: green on the photo in grey, which has no colour that they could be taken for."""
    import cv2  # not before the first cutout: the window shows sooner

    alpha = to_8_bits(cutout.alpha)
    assert layer.grey is not None  # made by ``grey_layer``
    grey = _pixels(_placed(layer.grey, cutout))
    ground = cv2.multiply(grey, 255 - alpha, scale=1 / 255)
    shown = [cv2.add(ground, cv2.convertScaleAbs(alpha, alpha=level / 255)) for level in GREEN]
    return CutImages(
        cutout=for_painting(rgb_image(np.asarray(cv2.merge(shown), np.uint8))),
        mask=grey_image(alpha),
        veil=veil_image(alpha, VEIL),
        box=_box(cutout, layer),
    )


def grey_layer(rgb: Samples, box: Box) -> Layer:
    """Return what ``photo_layer`` returns, with the photo in grey beside it, for vessels."""
    layer = photo_layer(rgb, box)
    return replace(layer, grey=layer.photo.convertToFormat(QImage.Format.Format_Grayscale8))


def _placed(grey: QImage, cutout: Cutout) -> QImage:
    """Return the part of the grey photo that a cutout covers; black where that reaches beyond it."""
    height, width = cutout.alpha.shape
    x, y, covered, high = cutout.box
    if (x, y, grey.width(), grey.height()) == (0, 0, width, height):
        return grey
    placed = QImage(width, height, QImage.Format.Format_Grayscale8)
    placed.fill(0)
    painter = QPainter(placed)
    painter.drawImage(QRectF(0, 0, width, height), grey, QRectF(x, y, covered, high))
    painter.end()
    return placed


def _pixels(grey: QImage) -> NDArray[np.uint8]:
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].copy()  # the image may not outlive this call


def cut_images(cutout: Cutout, layer: Layer) -> CutImages:
    """Return the images of a cutout that was made from the layer's own pixels."""
    shadow = cutout.shadow
    return CutImages(
        cutout=for_painting(cutout_image(cutout.rgb, cutout.alpha)),
        mask=grey_image(cutout.alpha),
        veil=veil_image(cutout.alpha, VEIL),
        box=_box(cutout, layer),
        shadow=None if shadow is None else for_painting(cutout_image(shadow.pixels(), shadow.alpha)),
    )


def _box(cutout: Cutout, layer: Layer) -> Box:
    x_scale, y_scale = layer.box.width / layer.photo.width(), layer.box.height / layer.photo.height()
    x, y, width, height = cutout.box
    return Box(layer.box.x + x * x_scale, layer.box.y + y * y_scale, width * x_scale, height * y_scale)
