"""Small pictures for the list, made on a thread when a row is first painted."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from gui.look.images import rgb_image
from gui.threads.priority import give_way_to_window
from matting.errors import KirieError

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
        self._wanted: list[Path] = []
        self._change = threading.Condition()
        self._closed = False
        self._made.connect(self._keep)
        self._thread = threading.Thread(target=self._work, name="kirie-thumbnails", daemon=True)
        self._thread.start()

    def get(self, path: Path) -> QPixmap | None:
        """The thumbnail, or ``None`` and it is on its way. A photo that cannot be read has a null pixmap."""
        pixmap = self._pixmaps.get(path)
        if pixmap is not None:
            self._pixmaps.move_to_end(path)
            return pixmap
        with self._change:
            if path in self._wanted:
                self._wanted.remove(path)
            self._wanted.append(path)
            del self._wanted[:-WAITING]
            self._change.notify()
        return None

    def forget(self, path: Path) -> None:
        """Read this photo again when it is next shown: its file has changed."""
        self._pixmaps.pop(path, None)

    def close(self) -> None:
        """End the thread."""
        with self._change:
            self._closed = True
            self._change.notify()
        self._thread.join()

    def _work(self) -> None:
        give_way_to_window()
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closed or self._wanted)
                if self._closed:
                    return
                path = self._wanted[-1]
            image, size = _read(path)
            with self._change:
                if path in self._wanted:
                    self._wanted.remove(path)
                if self._closed:
                    return
            self._made.emit(path, image, size)

    def _keep(self, path: Path, image: QImage, size: tuple[int, int] | None) -> None:
        self._pixmaps[path] = QPixmap.fromImage(image)
        while len(self._pixmaps) > KEPT:
            self._pixmaps.popitem(last=False)
        self.loaded.emit(path, size)


def _read(path: Path) -> tuple[QImage, tuple[int, int] | None]:
    from matting.files.reading.read_photo import read_size, read_thumbnail

    try:
        return rgb_image(read_thumbnail(path, SIDE)).copy(), read_size(path)
    except KirieError as error:
        log.info("no thumbnail: %s", error)
    except Exception:
        log.exception("no thumbnail of %s", path)
    return QImage(), None
