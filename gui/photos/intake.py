"""How photos get into the list: files, folders, links and pictures, dropped, pasted or chosen."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from pathlib import Path

from PySide6.QtCore import QBuffer, QMimeData, QObject, QUrl, Signal
from PySide6.QtGui import QImage

from gui.photos.fetch import fetch_picture
from gui.photos.mime import can_take, links_in, paths_in
from gui.photos.pasted import empty_pasted_folder, keep_picture
from gui.threads.latest import Latest
from matting.errors import KirieError
from matting.system.control import Cancelled, Control

log = logging.getLogger(__name__)

Work = Callable[[], None]


class Intake(QObject):
    """Looks through folders on one thread and fetches pictures on another, so that no folder waits for a server.

    ``output_folder`` tells where cutouts go at the moment: those are no photos.
    ``found(search)`` brings a ``matting.batch.search.Search``; ``nothing_found()`` says that there was no photo;
    ``link_failed(address)`` that a web address gave no picture; ``failed(KirieError)`` that one could not be kept.
    """

    found = Signal(object)
    nothing_found = Signal()
    link_failed = Signal(str)
    failed = Signal(object)

    def __init__(self, output_folder: Callable[[], Path], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._output_folder = output_folder
        self._control = Control()
        self._finder: Latest[Work] = Latest("kirie-intake", lambda work: work(), self._fail)
        self._fetcher: Latest[str] = Latest("kirie-fetch", self._fetch, self._fail_to_fetch)
        for thread in (self._finder, self._fetcher):
            thread.start()

    def take(self, mime: QMimeData) -> bool:
        """Take what was dropped or pasted; false when there is nothing in it for the list."""
        if not can_take(mime):
            return False
        paths = paths_in(mime)
        if paths:
            self.add(paths)
        elif mime.hasImage():
            # A picture dragged out of a browser comes with its address too; the pixels are here already.
            image = QImage(mime.imageData())
            self._do(lambda: self._report([_save_picture(image)]))
        else:
            for link in links_in(mime):
                self._fetcher.put(link, key=object())
        return True

    def add(self, paths: list[Path]) -> None:
        """Look for photos in files and folders."""
        self._do(lambda: self._report(paths))

    def tidy(self, photos: Collection[Path]) -> None:
        """Delete old pictures of the pasted folder that are not among the workspace's ``photos``."""
        self._do(lambda: empty_pasted_folder(photos))

    def close(self) -> None:
        """Forget what has not begun, cancel what is fetched, and wait for no folder."""
        self._control.cancel()
        self._finder.close(wait=False)
        self._fetcher.close()

    def _do(self, work: Work) -> None:
        self._finder.put(work, key=object())

    def _report(self, paths: list[Path]) -> None:
        from matting.batch.search import search

        found = search(paths, self._output_folder())
        if found.photos or found.own:
            self.found.emit(found)
        else:
            self.nothing_found.emit()

    def _fail(self, _request: object, error: Exception) -> None:
        if isinstance(error, KirieError):
            log.info("%s", error, exc_info=error)
            self.failed.emit(error)
        else:
            log.error("photos could not be taken in", exc_info=error)
            self.nothing_found.emit()

    def _fetch(self, link: str) -> None:
        self._report([fetch_picture(link, self._control)])

    def _fail_to_fetch(self, link: str, error: Exception) -> None:
        import http.client  # see fetch.py

        if isinstance(error, OSError | ValueError | http.client.HTTPException):
            log.warning("%.200s could not be fetched", link, exc_info=error)
            self.link_failed.emit(QUrl(link).toDisplayString()[:200])
        elif not isinstance(error, Cancelled):
            self._fail(link, error)


def _save_picture(image: QImage) -> Path:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    if image.isNull() or not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OSError("the picture on the clipboard could not be encoded")
    return keep_picture(bytes(buffer.data().data()), f"pasted {time.strftime('%Y-%m-%d %H-%M-%S')}", ".png")
