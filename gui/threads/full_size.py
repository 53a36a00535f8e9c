"""The looked-at photo's cutout in full size: for sharp pixels when zoomed in, for the clipboard, for dragging out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.threads.latest import Latest
from gui.threads.marked_maps import MarkedMaps
from matting.alpha.strokes import Stroke
from matting.photo import Photo
from matting.selection.marks import Mark
from matting.settings import CanvasSize, CutSettings, Shadow
from matting.system.unexpected import as_kirie_error

if TYPE_CHECKING:
    from matting.cutout.cut import Cutout


@dataclass(frozen=True)
class CutRequest:
    """Everything that decides a full-size cutout: ``maps`` gives the photo's map after its ``marks``."""

    path: Path
    maps: MarkedMaps
    settings: CutSettings
    marks: tuple[Mark, ...]
    strokes: tuple[Stroke, ...]
    canvas: CanvasSize | None = None

    def bare(self) -> CutRequest:
        """Return what makes the same cutout without what stands behind and around it in a file."""
        settings = replace(self.settings, background=None, trim=False, shadow=Shadow.NONE)
        return replace(self, settings=settings, canvas=None)

    def same(self, other: CutRequest | None) -> bool:
        """Tell whether the other one gives the same cutout."""
        return (
            other is not None
            and self.maps is other.maps
            and (self.settings, self.marks, self.strokes) == (other.settings, other.marks, other.strokes)
            and self.canvas == other.canvas
        )


Use = Callable[[Photo, "Cutout"], object]
"""What is done with photo and cutout on the thread; its outcome goes to ``done``."""


@dataclass(frozen=True)
class _Job:
    purpose: str
    request: CutRequest
    use: Use


class FullSize(QObject):
    """One job at a time on a thread; a newer one of the same ``purpose`` replaces one that waits.

    ``done(purpose, request, outcome)`` and ``failed(purpose, request, KirieError)`` fire on the GUI thread. The photo
    and cutout used last are kept until ``drop``, so that panning, copying and dragging do not read the file again.
    """

    done = Signal(str, object, object)
    failed = Signal(str, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photo: tuple[Path, Photo] | None = None
        self._cutout: tuple[CutRequest, Cutout] | None = None
        self._lock = threading.Lock()
        self._cutter = Latest("kirie-full-size", self._cut, self._fail)
        self._cutter.start()

    def request(self, purpose: str, request: CutRequest, use: Use) -> None:
        """Make the cutout and run ``use`` on it."""
        self._cutter.put(_Job(purpose, request, use), key=purpose)

    def drop(self) -> None:
        """Forget this photo's pixels and what waits for them: another photo is looked at."""
        self._cutter.drop()
        with self._lock:
            self._photo = self._cutout = None

    def close(self) -> None:
        """End the thread."""
        self._cutter.close()

    def _cut(self, job: _Job) -> None:
        self.done.emit(job.purpose, job.request, job.use(*self._make(job.request)))

    def _fail(self, job: _Job, error: Exception) -> None:
        self.failed.emit(job.purpose, job.request, as_kirie_error(job.request.path, error))

    def _make(self, request: CutRequest) -> tuple[Photo, Cutout]:
        from matting.cutout.cut import cut
        from matting.files.reading.read_photo import read_photo

        with self._lock:
            photo, cutout = self._photo, self._cutout
        pixels = photo[1] if photo is not None and photo[0] == request.path else read_photo(request.path)
        if cutout is not None and request.same(cutout[0]):
            made = cutout[1]
        else:
            probability = request.maps.after(request.marks).probability
            made = cut(pixels, probability, request.settings, request.strokes, request.canvas)
        with self._lock:
            self._photo, self._cutout = (request.path, pixels), (request, made)
        return pixels, made
