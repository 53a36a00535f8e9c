"""Pictures that stand behind a cutout, read off the GUI thread."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage

from gui.threads.latest import Latest
from matting.system.unexpected import as_kirie_error

log = logging.getLogger(__name__)

LONG_SIDE = 2560
"""Pixels that suffice behind a preview on any screen."""


class BackdropLoader(QObject):
    """Turns the background of the settings into something to paint.

    ``loaded(backdrop)``: a ``QColor``, a ``QImage``, or ``None`` for transparency and for pictures that cannot be read
    (the photo's own row says why, as soon as it is cut). Only the answer to the latest request is delivered.
    """

    loaded = Signal(object)
    _read = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._serial = 0
        self._read.connect(self._deliver)
        reader = self._reader = Latest("kirie-backdrop", self._work, self._fail)
        reader.start()
        # Not waited for: a picture on a slow disk would hold up the window's end.
        self.destroyed.connect(lambda: reader.close(wait=False))

    def load(self, background: str | Path | None) -> None:
        """Ask for ``#rrggbb``, a picture file or nothing; colours are delivered at once."""
        self._serial += 1
        self._reader.drop()
        if background is None:
            self.loaded.emit(None)
        elif isinstance(background, str) and QColor.isValidColorName(background):
            self.loaded.emit(QColor(background))
        else:
            self._reader.put((self._serial, Path(background)))

    def _work(self, request: tuple[int, Path]) -> None:
        serial, path = request
        self._read.emit(serial, read_backdrop(path))

    def _fail(self, request: tuple[int, Path], error: Exception) -> None:
        serial, path = request
        log.info("no backdrop: %s", as_kirie_error(path, error))
        self._read.emit(serial, None)

    def _deliver(self, serial: int, image: QImage | None) -> None:
        if serial == self._serial:
            self.loaded.emit(image)


def read_backdrop(path: Path) -> QImage:
    """Read the picture at a size for the screen; raises ``PhotoError`` types."""
    from gui.look.images import for_painting, rgb_image
    from matting.cutout.cut import shrink_photo
    from matting.files.reading.read_photo import read_photo

    picture = shrink_photo(read_photo(path), LONG_SIDE)
    return for_painting(rgb_image(picture.rgb8(), picture.metadata.icc))
