"""How a photo and its cutout are painted: functions of a painter and a frozen context, no memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPalette

from gui.canvas.grip import split_line
from gui.canvas.overlays import outline_path, paint_message, paint_outline, paint_split_handle, paint_strokes
from gui.canvas.view import Box, View, ViewState, box_on_canvas, photo_box
from gui.look.checkerboard import checkerboard

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matting.alpha.strokes import Stroke

TILE = 8
"""Canvas pixels a square of the checkerboard."""
VEIL = QColor(214, 40, 40, 160)
"""Laid over what the cutout leaves out in the overlay view: the red film of mask cutters, the same in every theme."""
VESSELS = QColor(64, 224, 80)
"""Vessels on the photo in grey, in every theme."""

Backdrop = QColor | QImage | None
"""Behind the cutout: a colour, a picture that covers what is written, or the checkerboard."""


@dataclass(frozen=True)
class CutImages:
    """One cutout as images; ``box`` is what they cover, in photo pixels: less than the photo after a trim."""

    cutout: QImage
    mask: QImage
    veil: QImage
    box: Box
    shadow: QImage | None = None


@dataclass(frozen=True)
class Layer:
    """A photo, or a part of it at a higher resolution: ``box`` in photo pixels; ``grey`` is what vessels lie on."""

    photo: QImage
    box: Box
    cut: CutImages | None = None
    grey: QImage | None = None


@dataclass(frozen=True)
class Foreseen:
    """What a mark would bring (``keep``) or take: outlines (n, 2) of x and y in photo pixels, holes among them."""

    outlines: tuple[NDArray[np.float32], ...]
    keep: bool


@dataclass(frozen=True)
class RenderContext:
    """Everything that decides what the canvas looks like.

    ``layers`` are painted in order, the whole photo first. ``strokes`` are shown as tints, in photo pixels.
    ``split`` in [0, 1] of the visible photo; ``handle_hot``: the mouse is on its handle.
    """

    state: ViewState
    view: View
    palette: QPalette
    layers: tuple[Layer, ...] = ()
    backdrop: Backdrop = None
    split: float = 0.5
    handle_hot: bool = False
    strokes: tuple[Stroke, ...] = ()
    foreseen: Foreseen | None = None
    message: str = ""


def paint_canvas(painter: QPainter, context: RenderContext) -> None:
    """Paint everything but the brush ring, in canvas pixels."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    canvas = QRectF(0, 0, *context.state.canvas)
    painter.fillRect(canvas, surround(context.palette))
    if context.layers:
        if context.view is View.SPLIT and context.layers[0].cut is not None:
            x = split_line(context.state, context.split)
            _paint_layers(painter, context, View.ORIGINAL, QRectF(0, 0, x, canvas.height()))
            _paint_layers(painter, context, View.CUTOUT, QRectF(x, 0, canvas.width() - x, canvas.height()))
            paint_split_handle(painter, context.state, x, context.palette, context.handle_hot)
        else:
            _paint_layers(painter, context, context.view, canvas)
        paint_strokes(painter, context.state, context.strokes)
        if context.foreseen is not None:
            _paint_foreseen(painter, context, context.foreseen)
    if context.message:
        paint_message(painter, canvas, context.message, context.palette, over_photo=bool(context.layers))


def surround(palette: QPalette) -> QColor:
    """Return the neutral colour around the photo: the window's own, a step deeper."""
    return palette.color(QPalette.ColorRole.Window).darker(108)


def _paint_layers(painter: QPainter, context: RenderContext, view: View, part: QRectF) -> None:
    """Paint one view into ``part`` of the canvas; a layer hides what lies under its box, and only that."""
    whole = context.layers[0]
    for layer in context.layers:
        painter.save()
        painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
        if layer is not whole:
            area = _rect(box_on_canvas(context.state, layer.box))
            painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
            painter.fillRect(area, surround(context.palette))
        _paint_layer(painter, context, view, layer, layer.cut or whole.cut)
        painter.restore()


def _paint_layer(painter: QPainter, context: RenderContext, view: View, layer: Layer, cut: CutImages | None) -> None:
    """Paint one view of one layer; until there is a cutout, the photo itself."""
    state = context.state
    if cut is None or view is View.ORIGINAL:
        _draw(painter, state, layer.photo, layer.box)
    elif view is View.MASK:
        painter.fillRect(_rect(photo_box(state)), Qt.GlobalColor.black)
        _draw(painter, state, cut.mask, cut.box)
    elif view is View.OVERLAY:
        _draw(painter, state, layer.photo, layer.box)
        _paint_veil(painter, state, cut)
    else:
        # The backdrop belongs to the whole cutout: a sharper part must not start the picture anew.
        whole = context.layers[0].cut or cut
        paint_backdrop(painter, context, whole.box)
        if whole.shadow is not None:
            _draw(painter, state, whole.shadow, whole.box)
        painter.setClipRect(_rect(box_on_canvas(state, whole.box)), Qt.ClipOperation.IntersectClip)
        _draw(painter, state, cut.cutout, cut.box)


def paint_backdrop(painter: QPainter, context: RenderContext, box: Box) -> None:
    """Paint what stands behind a cutout that covers ``box``, in photo pixels.

    As in the written file, a picture covers all of it, cropped evenly.
    """
    area = _rect(box_on_canvas(context.state, box))
    painter.save()
    painter.setBrushOrigin(QPointF(area.x(), area.y()))
    dark = context.palette.color(QPalette.ColorRole.Window).lightness() < 128
    painter.fillRect(area, checkerboard(dark, context.state.ratio, TILE))
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    if isinstance(context.backdrop, QColor):
        painter.fillRect(area, context.backdrop)
    elif isinstance(context.backdrop, QImage):
        painter.drawImage(area, context.backdrop, covering_part(context.backdrop, area))
    painter.restore()


def covering_part(picture: QImage, area: QRectF) -> QRectF:
    """Return the middle part of a picture that fills ``area`` without distortion, in pixels of the picture."""
    scale = max(area.width() / max(1, picture.width()), area.height() / max(1, picture.height()))
    width, height = area.width() / scale, area.height() / scale
    return QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)


def _paint_foreseen(painter: QPainter, context: RenderContext, foreseen: Foreseen) -> None:
    """Paint what would come as the photo shows it, also where the cutout shows nothing; what would go under a film."""
    path = outline_path(context.state, foreseen.outlines)
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    if foreseen.keep and context.view is not View.MASK:
        for layer in context.layers:
            _draw(painter, context.state, layer.photo, layer.box)
    painter.restore()
    paint_outline(painter, path, keep=foreseen.keep)


def _paint_veil(painter: QPainter, state: ViewState, cut: CutImages) -> None:
    """Paint the veil over the whole photo, also where a trimmed cutout has no pixels at all."""
    whole, covered = _rect(photo_box(state)), _rect(box_on_canvas(state, cut.box))
    painter.save()
    painter.setClipRect(whole, Qt.ClipOperation.IntersectClip)
    _draw(painter, state, cut.veil, cut.box)
    around, inside = QPainterPath(), QPainterPath()
    around.addRect(whole)
    inside.addRect(covered)
    painter.fillPath(around.subtracted(inside), VEIL)
    painter.restore()


def _draw(painter: QPainter, state: ViewState, image: QImage, box: Box) -> None:
    if not image.isNull():
        painter.drawImage(_rect(box_on_canvas(state, box)), image)


def _rect(box: Box) -> QRectF:
    return QRectF(box.x, box.y, box.width, box.height)
