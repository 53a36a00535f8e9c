"""Small pictures for the list, made on a thread when a row is first painted."""

from __future__ import annotations

import itertools
import logging
from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from gui.look.images import rgb_image
from gui.threads.latest import Latest
from matting.system.unexpected import as_kirie_error

log = logging.getLogger(__name__)

SIDE = 112
"""Long side in device pixels: sharp at 56 logical pixels on a 2x screen."""
KEPT = 1500
"""About 75 MB at most."""
WAITING = 48
"""Rows that scrolled away before their turn are forgotten."""


class Thumbnails(QObject):
    """Thumbnails by path; the newest request is served first, because that row is on the screen now.

    ``loaded(path, size)`` fires on the GUI thread when one has come; ``size`` is the photo's (width, height).
    """

    loaded = Signal(object, object)
    _made = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pixmaps: OrderedDict[Path, QPixmap] = OrderedDict()
        self._underway: set[Path] = set()
        self._count = itertools.count()
        self._made.connect(self._keep)
        self._reader = Latest("kirie-thumbnails", self._read, self._fail, most=WAITING)
        self._reader.start()

    def get(self, path: Path) -> QPixmap | None:
        """Return the thumbnail, or ``None`` while it is being made. A photo that cannot be read has a null pixmap."""
        pixmap = self._pixmaps.get(path)
        if pixmap is not None:
            self._pixmaps.move_to_end(path)
        elif path not in self._underway:  # a row painted again while its photo is read needs no second reading
            self._reader.put(path, key=path, rank=-next(self._count))
        return pixmap

    def close(self) -> None:
        """End the thread."""
        self._reader.close()

    def _read(self, path: Path) -> None:
        from matting.files.reading.read_photo import read_thumbnail_and_size

        self._underway.add(path)
        thumbnail, size = read_thumbnail_and_size(path, SIDE)
        self._made.emit(path, rgb_image(thumbnail).copy(), size)

    def _fail(self, path: Path, error: Exception) -> None:
        log.info("no thumbnail: %s", as_kirie_error(path, error))
        self._made.emit(path, QImage(), None)

    def _keep(self, path: Path, image: QImage, size: tuple[int, int] | None) -> None:
        self._underway.discard(path)
        self._pixmaps[path] = QPixmap.fromImage(image)
        while len(self._pixmaps) > KEPT:
            self._pixmaps.popitem(last=False)
        self.loaded.emit(path, size)
