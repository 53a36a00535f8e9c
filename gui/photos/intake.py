"""How photos get into the list: files, folders, links and pictures, dropped, pasted or chosen."""

from __future__ import annotations

import logging
import re
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QImage

from gui.threads.priority import give_way_to_window
from matting.system import folders

log = logging.getLogger(__name__)

PROGRAM_MIME = "application/x-kirie"
"""Marks what this window drags or copies itself, so that it does not take its own cutouts back in."""
_WEB_TIMEOUT_S = 30
_WEB_LIMIT = 200 * 1024 * 1024
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def paths_in(mime: QMimeData) -> list[Path]:
    """Local files and folders in what was dropped or pasted: real links first, else lines of text that exist."""
    if mime.hasUrls():
        return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    lines = [line.strip().strip("\"'") for line in mime.text().splitlines()] if mime.hasText() else []
    named = [Path(unquote(urlsplit(line).path)) if line.startswith("file:") else Path(line) for line in lines if line]
    return [path for path in named if path.is_absolute() and path.exists()]


def links_in(mime: QMimeData) -> list[str]:
    """Web addresses in what was dropped or pasted."""
    texts = [url.toString() for url in mime.urls()] if mime.hasUrls() else mime.text().split() if mime.hasText() else []
    return [text for text in texts if urlsplit(text).scheme in ("http", "https") and urlsplit(text).netloc]


def can_take(mime: QMimeData) -> bool:
    """Whether there is anything in it for the list."""
    if mime.hasFormat(PROGRAM_MIME):
        return False
    return mime.hasImage() or bool(paths_in(mime)) or bool(links_in(mime))


class Intake(QObject):
    """Looks through folders and fetches pictures on a thread; ``output_folder`` tells where cutouts go at the moment.

    ``found(search)`` brings a ``matting.batch.search.Search``; ``nothing_found()`` says that there was no photo;
    ``link_failed(address)`` that a web address gave no picture; ``busy_changed(bool)``.
    """

    found = Signal(object)
    nothing_found = Signal()
    link_failed = Signal(str)
    busy_changed = Signal(bool)
    _ended = Signal()

    def __init__(self, output_folder: Callable[[], Path], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._output_folder = output_folder
        self._thread = ThreadPoolExecutor(1, "kirie-intake", give_way_to_window)
        self._running = 0
        self._ended.connect(self._count_down)

    @property
    def busy(self) -> bool:
        """Whether photos are still being looked for."""
        return self._running > 0

    def take(self, mime: QMimeData) -> bool:
        """Take what was dropped or pasted; false when there is nothing in it for the list."""
        if not can_take(mime):
            return False
        paths, links = paths_in(mime), links_in(mime)
        if paths:
            self.add(paths)
        elif mime.hasImage():
            # A picture dragged out of a browser comes with its address too; the pixels are here already.
            image = QImage(mime.imageData())
            self._do(lambda: self._report([_save_picture(image)]))
        else:
            for link in links:
                self._do(lambda link=link: self._fetch(link))  # type: ignore[misc]
        return True

    def add(self, paths: list[Path]) -> None:
        """Look for photos in files and folders."""
        self._do(lambda: self._report(paths))

    def close(self) -> None:
        """Forget what has not begun and wait for the rest."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _do(self, work: Callable[[], None]) -> None:
        self._running += 1
        self.busy_changed.emit(True)

        def run() -> None:
            try:
                work()
            except Exception:
                log.exception("photos could not be taken in")
                self.nothing_found.emit()
            finally:
                self._ended.emit()

        self._thread.submit(run)

    def _report(self, paths: list[Path]) -> None:
        from matting.batch.search import search

        found = search(paths, self._output_folder())
        if found.photos or found.own:
            self.found.emit(found)
        else:
            self.nothing_found.emit()

    def _fetch(self, link: str) -> None:
        try:
            self._report([_download(link)])
        except (OSError, ValueError):
            log.warning("%s could not be fetched", link, exc_info=True)
            self.link_failed.emit(link)

    def _count_down(self) -> None:
        self._running -= 1
        self.busy_changed.emit(self.busy)


def pasted_folder() -> Path:
    """Where pictures without a file of their own are kept."""
    return folders.home() / "pasted"


def _free_path(name: str) -> Path:
    folder = pasted_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    number = 2
    while path.exists():
        path = folder / f"{Path(name).stem} {number}{Path(name).suffix}"
        number += 1
    return path


def _save_picture(image: QImage) -> Path:
    path = _free_path(f"pasted {time.strftime('%Y-%m-%d %H-%M-%S')}.png")
    if image.isNull() or not image.save(str(path), "PNG"):  # type: ignore[call-overload]
        raise OSError(f"{path} could not be saved")
    return path


def _download(link: str) -> Path:
    """Fetch a picture that the user dropped; raises ``OSError`` or ``ValueError``."""
    from urllib.request import Request, urlopen

    request = Request(link, headers={"User-Agent": "Kirie"})
    with urlopen(request, timeout=_WEB_TIMEOUT_S) as answer:
        kind = answer.headers.get_content_type()
        if not kind.startswith("image/"):
            raise ValueError(f"{link} is {kind}, no picture")
        if int(answer.headers.get("Content-Length") or 0) > _WEB_LIMIT:
            raise ValueError(f"{link} is too large")
        name = _UNSAFE.sub("_", unquote(Path(urlsplit(link).path).name)) or "picture"
        if not Path(name).suffix:
            name += "." + kind.removeprefix("image/").split("+")[0]
        path = _free_path(name)
        with path.open("wb") as file:
            shutil.copyfileobj(answer, file)
    return path
