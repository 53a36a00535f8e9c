"""Pictures that stand behind a cutout, read off the GUI thread."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage

from matting.errors import KirieError

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

    def load(self, background: str | Path | None) -> None:
        """Ask for ``#rrggbb``, a picture file or nothing; colours are delivered at once."""
        self._serial += 1
        if background is None:
            self.loaded.emit(None)
        elif isinstance(background, str) and QColor.isValidColorName(background):
            self.loaded.emit(QColor(background))
        else:
            name = f"backdrop {Path(background).name}"
            threading.Thread(target=self._work, args=(self._serial, Path(background)), name=name, daemon=True).start()

    def _work(self, serial: int, path: Path) -> None:
        try:
            image: QImage | None = read_backdrop(path)
        except KirieError:
            log.info("no backdrop from %s", path, exc_info=True)
            image = None
        try:
            self._read.emit(serial, image)
        except RuntimeError:  # the window was closed meanwhile
            log.debug("backdrop %s came too late", path)

    def _deliver(self, serial: int, image: QImage | None) -> None:
        if serial == self._serial:
            self.loaded.emit(image)


def read_backdrop(path: Path) -> QImage:
    """The picture at a size for the screen; raises ``PhotoError`` types."""
    from gui.look.images import for_painting, rgb_image
    from matting.cutout.cut import shrink_photo
    from matting.files.reading.read_photo import read_photo

    return for_painting(rgb_image(shrink_photo(read_photo(path), LONG_SIDE).rgb8()))
