"""Photos and cutouts as the images that the painting takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.painting import VEIL, CutImages, Layer
from gui.canvas.view import Box
from gui.look.images import Samples, cutout_image, for_painting, grey_image, rgb_image, veil_image

if TYPE_CHECKING:
    from matting.cutout.cut import Cutout


def photo_layer(rgb: Samples, box: Box) -> Layer:
    """Return the layer of pixels (h, w, 3) that show ``box`` of the photo."""
    return Layer(for_painting(rgb_image(rgb)), box)


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
