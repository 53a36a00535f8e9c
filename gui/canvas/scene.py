"""What the canvas shows of a photo, and when it asks for sharper pixels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.canvas.backdrop import BackdropLoader
from gui.canvas.layers import cut_images, grey_layer, photo_layer, vessel_images
from gui.canvas.painting import Backdrop, Layer, RenderContext, paint_canvas
from gui.canvas.surface import Surface
from gui.canvas.view import Box, View, fitted, visible_photo
from gui.look.images import Samples

if TYPE_CHECKING:
    from matting.alpha.strokes import Stroke
    from matting.cutout.cut import Cutout

DETAIL_DELAY_MS = 150
"""How long the view rests before the photo's own pixels are asked for."""
SHARP_ENOUGH = 1.05
"""A copy enlarged no more than this looks as sharp as the photo itself."""


class Scene(Surface):
    """A photo, its cutout, what stands behind, its strokes and a message; ``Hand`` adds the tools.

    ``detail_wanted(Box)``: this part of the photo, in photo pixels, is shown larger than the screen-size copy has
    pixels for, and the view rests. A receiver that has the pixels calls ``set_detail``; until then the copy is shown
    enlarged.
    """

    detail_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = View.CUTOUT
        self._whole: Layer | None = None
        self._detail: Layer | None = None
        self._backdrop: Backdrop = None
        self._message = ""
        self._strokes: tuple[Stroke, ...] = ()
        self._split = 0.5
        self._images, self._layer = cut_images, photo_layer
        self._loader = BackdropLoader(self)
        self._loader.loaded.connect(self._use_backdrop)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(DETAIL_DELAY_MS)
        self._resting.timeout.connect(self._want_detail)
        self.view_moved.connect(self._resting.start)

    def set_photo(self, rgb8: Samples | None, full_size: tuple[int, int]) -> None:
        """Show another photo, fitted: its screen-size copy (h, w, 3) and the full photo's (width, height).

        The cutout, detail and strokes of the photo before are forgotten. ``None`` empties the canvas.
        """
        width, height = max(1, full_size[0]), max(1, full_size[1])
        self._whole = None if rgb8 is None else self._layer(rgb8, Box(0, 0, width, height))
        self._detail, self._strokes = None, ()
        self._move(fitted(replace(self._state, photo=(width, height), frame=None)))
        self.update()

    def set_vessels(self, vessels: bool) -> None:
        """Show the photos and cutouts that come as vessels on the photo in grey."""
        self._images, self._layer = (vessel_images, grey_layer) if vessels else (cut_images, photo_layer)

    def set_cutout(self, cutout: Cutout | None) -> None:
        """Show the cutout made of the screen-size copy, at its resolution; ``None`` while there is none yet."""
        if self._whole is None:
            return
        self._whole = replace(self._whole, cut=None if cutout is None else self._images(cutout, self._whole))
        if self._detail is not None:
            self._detail = replace(self._detail, cut=None)
            self._resting.start()
        if self._whole.cut is not None and self._whole.cut.box != self._state.frame:
            framed = replace(self._state, frame=self._whole.cut.box)
            self._move(fitted(framed) if framed.fitted else framed)
        self.update()

    def set_detail(self, rgb8: Samples, cutout: Cutout | None, box: Box) -> None:
        """Show a part of the photo (``box``, photo pixels) sharply: its own pixels, and the cutout made of them."""
        if self._whole is None:
            return
        layer = self._layer(rgb8, box)
        self._detail = layer if cutout is None else replace(layer, cut=self._images(cutout, layer))
        self.update()

    def set_view(self, view: View) -> None:
        """Choose what is shown of the photo."""
        self._view = view
        self.update()

    @property
    def view(self) -> View:
        """What is shown of the photo."""
        return self._view

    def set_backdrop(self, background: QColor | QImage | str | Path | None) -> None:
        """Put a colour or a picture behind the cutout; files are read off this thread. ``None``: checkerboard."""
        if isinstance(background, QColor | QImage):
            self._loader.load(None)
            self._use_backdrop(background)
        else:
            self._loader.load(background)

    def set_message(self, text: str) -> None:
        """Show a sentence over the canvas; empty for none."""
        if text != self._message:
            self._message = text
            self.update()

    def set_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        """Show the photo's strokes, given in photo pixels."""
        self._strokes = tuple(strokes)
        self.update()

    def device_size(self) -> tuple[int, int]:
        """Return the canvas's size in device pixels: a fitted photo needs no larger copy than this."""
        ratio = self.devicePixelRatioF()
        return round(self.width() * ratio), round(self.height() * ratio)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the state; the rules are in ``painting``."""
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        paint_canvas(painter, self._context())
        self._paint_over(painter)
        painter.end()

    def _paint_over(self, painter: QPainter) -> None:
        """Paint what follows the mouse; nothing here."""

    def _context(self) -> RenderContext:
        return RenderContext(
            state=self._state,
            view=self._view,
            palette=self.palette(),
            layers=tuple(layer for layer in (self._whole, self._detail) if layer is not None),
            backdrop=self._backdrop,
            split=self._split,
            message=self._message,
        )

    def _use_backdrop(self, backdrop: Backdrop) -> None:
        self._backdrop = backdrop
        self.update()

    def _want_detail(self) -> None:
        """Ask for the photo's own pixels once they would show, and let go of them once they would not."""
        if self._whole is None:
            return
        shown, copy, full = self._state.zoom * self._state.photo[0], self._whole.photo.width(), self._state.photo[0]
        if shown <= copy * SHARP_ENOUGH:
            self._detail = None
        elif copy < full:
            self.detail_wanted.emit(visible_photo(self._state))
