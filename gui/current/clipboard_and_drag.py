"""The cutout on its way out of the window by hand: to the clipboard, or dragged into another program."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QObject, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from gui.current.controller import CurrentPhoto
from gui.current.dragged_files import delete_old_drags, new_drag_file
from gui.look.error_text import sentence
from gui.look.images import cutout_image
from gui.photos.mime import PROGRAM_MIME
from gui.threads.call import BackgroundCall
from gui.threads.full_size import CutRequest, FullSize
from matting.errors import KirieError
from matting.photo import Photo

if TYPE_CHECKING:
    from matting.cutout.cut import Cutout

log = logging.getLogger(__name__)

DRAG_PICTURE = 160


class ClipboardAndDrag(QObject):
    """Makes the full-size cutout on a thread, then hands it over. ``said(text)`` is for the user."""

    said = Signal(str)

    def __init__(self, current: CurrentPhoto, full: FullSize, window: QWidget) -> None:
        super().__init__(window)
        self._current, self._full, self._window = current, full, window
        self._tidying = BackgroundCall(delete_old_drags, self)
        full.done.connect(self._take)
        full.failed.connect(self._fail)

    def tidy(self) -> None:
        """Delete the files of old drags, on a thread."""
        self._tidying.start()

    def copy(self) -> None:
        """Put the cutout on the clipboard as a picture with transparency."""
        request = self._current.request()
        if request is None:
            self.said.emit(self.tr("There is no cutout to copy yet"))
            return
        self.said.emit(self.tr("Copying…"))
        self._full.request("copy", request, _as_png)

    def drag(self) -> None:
        """Drag the cutout out as a PNG file; begins once it is written, if the button is still held."""
        request = self._current.request()
        if request is not None:
            name = f"{request.path.stem}-cutout.png"
            self._full.request("drag", request, lambda photo, cutout: _write_png(photo, cutout, name))

    def close(self) -> None:
        """Wait for nothing; what was dragged out stays for a day."""
        self._tidying.abandon()

    def _take(self, purpose: str, request: CutRequest, outcome: object) -> None:
        if purpose == "copy" and isinstance(outcome, tuple):
            image, png = outcome
            data = QMimeData()
            # "image/png" keeps the transparency where the plain picture format of a system loses it.
            data.setData("image/png", QByteArray(png))
            data.setImageData(image)
            data.setData(PROGRAM_MIME, QByteArray(b"cutout"))
            QGuiApplication.clipboard().setMimeData(data)
            self.said.emit(self.tr("The cutout of {name} is on the clipboard").format(name=request.path.name))
        elif purpose == "drag" and isinstance(outcome, tuple):
            self._begin_drag(*outcome)

    def _begin_drag(self, file: Path, picture: QImage) -> None:
        if not QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self.said.emit(self.tr("The cutout is ready now; drag it out again"))
            return
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file))])
        data.setData(PROGRAM_MIME, QByteArray(b"cutout"))
        drag = QDrag(self._window)
        drag.setMimeData(data)
        drag.setPixmap(QPixmap.fromImage(picture))
        drag.exec(Qt.DropAction.CopyAction)

    def _fail(self, purpose: str, request: CutRequest, error: KirieError) -> None:
        log.info("%s of %s failed", purpose, request.path)
        if purpose in ("copy", "drag"):
            self.said.emit(sentence(error))


def _as_png(photo: Photo, cutout: Cutout) -> tuple[QImage, bytes]:  # noqa: ARG001
    return cutout_image(*cutout.flat(), cutout.metadata.icc), _png(cutout)


def _write_png(photo: Photo, cutout: Cutout, name: str) -> tuple[Path, QImage]:  # noqa: ARG001
    file = new_drag_file(name)
    file.write_bytes(_png(cutout))
    size = QSize(DRAG_PICTURE, DRAG_PICTURE)
    picture = cutout_image(*cutout.flat(), cutout.metadata.icc).scaled(
        size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return file, picture


def _png(cutout: Cutout) -> bytes:
    from matting.files.writing.encode import encode
    from matting.settings import Format

    return encode(cutout, Format.PNG)
