"""The looked-at photo's cutout in full size: for sharp pixels when zoomed in, for the clipboard, for dragging out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gui.threads.priority import give_way_to_window
from matting.alpha.strokes import Stroke
from matting.errors import KirieError, PhotoUnexpected
from matting.photo import Photo
from matting.settings import CutSettings

if TYPE_CHECKING:
    from matting.cutout.cut import Cutout

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CutRequest:
    """Everything that decides a full-size cutout. ``probability`` (classes, h, w) is the photo's map."""

    path: Path
    probability: NDArray[np.float32]
    settings: CutSettings
    strokes: tuple[Stroke, ...]

    def same(self, other: CutRequest | None) -> bool:
        """Whether the other one gives the same cutout."""
        return (
            other is not None
            and self.probability is other.probability
            and (self.path, self.settings, self.strokes) == (other.path, other.settings, other.strokes)
        )


Use = Callable[[Photo, "Cutout"], object]
"""What is done with photo and cutout on the thread; its outcome goes to ``done``."""


class FullSize(QObject):
    """One job at a time on a thread; a newer one of the same ``purpose`` replaces one that waits.

    ``done(purpose, request, outcome)`` and ``failed(purpose, request, KirieError)`` fire on the GUI thread. The photo
    and cutout used last are kept until ``drop``, so that panning, copying and dragging do not read the file again.
    """

    done = Signal(str, object, object)
    failed = Signal(str, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[str, tuple[CutRequest, Use]] = {}
        self._photo: tuple[Path, Photo] | None = None
        self._cutout: tuple[CutRequest, Cutout] | None = None
        self._change = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="kirie-fullsize", daemon=True)
        self._thread.start()

    def request(self, purpose: str, request: CutRequest, use: Use) -> None:
        """Make the cutout and run ``use`` on it."""
        with self._change:
            self._waiting[purpose] = (request, use)
            self._change.notify()

    def drop(self) -> None:
        """Another photo is looked at: forget this one's pixels and what waits for them."""
        with self._change:
            self._waiting.clear()
            self._photo = self._cutout = None

    def close(self) -> None:
        """End the thread."""
        with self._change:
            self._closed = True
            self._waiting.clear()
            self._change.notify()
        self._thread.join()

    def _work(self) -> None:
        give_way_to_window()
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closed or self._waiting)
                if self._closed:
                    return
                purpose = next(iter(self._waiting))
                request, use = self._waiting.pop(purpose)
            try:
                outcome = use(*self._make(request))
            except KirieError as error:
                self.failed.emit(purpose, request, error)
            except Exception as error:
                log.exception("no full-size cutout of %s", request.path)
                self.failed.emit(purpose, request, PhotoUnexpected(request.path, kind=type(error).__name__))
            else:
                self.done.emit(purpose, request, outcome)

    def _make(self, request: CutRequest) -> tuple[Photo, Cutout]:
        from matting.cutout.cut import cut
        from matting.files.reading.read_photo import read_photo

        with self._change:
            photo, cutout = self._photo, self._cutout
        pixels = photo[1] if photo is not None and photo[0] == request.path else read_photo(request.path)
        if cutout is not None and request.same(cutout[0]):
            made = cutout[1]
        else:
            made = cut(pixels, request.probability, request.settings, request.strokes)
        with self._change:
            self._photo, self._cutout = (request.path, pixels), (request, made)
        return pixels, made
