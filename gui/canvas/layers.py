"""Photos and cutouts as the images that the painting takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from gui.canvas.painting import VEIL, VESSELS, CutImages, Layer
from gui.canvas.view import Box
from gui.look.images import Samples, cutout_image, for_painting, grey_image, rgb_image, veil_image

if TYPE_CHECKING:
    from matting.cutout.cut import Cutout


def photo_layer(rgb: Samples, box: Box) -> Layer:
    """Return the layer of pixels (h, w, 3) that show ``box`` of the photo."""
    return Layer(for_painting(rgb_image(rgb)), box)


def vessel_images(cutout: Cutout, layer: Layer) -> CutImages:
    """Return the images of vessels: green on the photo in grey, which has no colour that they could be taken for."""
    images = cut_images(cutout, layer)
    x, y, width, height = cutout.box
    shown = QImage(images.mask.size(), QImage.Format.Format_ARGB32_Premultiplied)
    shown.fill(Qt.GlobalColor.transparent)
    painter = QPainter(shown)
    grey = layer.photo.convertToFormat(QImage.Format.Format_Grayscale8)
    painter.drawImage(QRectF(shown.rect()), grey, QRectF(x, y, width, height))
    painter.drawImage(0, 0, veil_image(np.iinfo(cutout.alpha.dtype).max - cutout.alpha, VESSELS))
    painter.end()
    return replace(images, cutout=shown, shadow=None)


def cut_images(cutout: Cutout, layer: Layer) -> CutImages:
    """Return the images of a cutout that was made from the layer's own pixels."""
    x_scale, y_scale = layer.box.width / layer.photo.width(), layer.box.height / layer.photo.height()
    x, y, width, height = cutout.box
    shadow = cutout.shadow
    return CutImages(
        cutout=for_painting(cutout_image(cutout.rgb, cutout.alpha)),
        mask=grey_image(cutout.alpha),
        veil=veil_image(cutout.alpha, VEIL),
        box=Box(layer.box.x + x * x_scale, layer.box.y + y * y_scale, width * x_scale, height * y_scale),
        shadow=None if shadow is None else for_painting(cutout_image(shadow.pixels(), shadow.alpha)),
    )
