"""The photo looked at: from the workspace, through its map, to the live cutout on the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gui.canvas.canvas import Canvas
from gui.canvas.view import Box
from gui.look.error_text import sentence
from gui.threads.full_size import CutRequest, FullSize
from gui.threads.maps import MapService, PhotoMap
from gui.threads.marked_maps import MarkedMaps
from gui.threads.preview import Preview
from gui.threads.selecting import Hover, Selecting
from gui.workspace.change import Change, Part
from gui.workspace.entry import PhotoState
from gui.workspace.workspace import Workspace
from matting.alpha.strokes import Stroke, finds_subject
from matting.errors import KirieError, PhotoError
from matting.photo import Photo
from matting.selection.marks import Mark
from matting.settings import CanvasSize, CutSettings, Mode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from matting.cutout.cut import Cutout

PATIENCE_MS = 250
"""A mark that takes longer asks the model: then it is said."""
NEIGHBOURS = 2
"""Photos after the one looked at, and one before it, whose maps are made ahead."""


@dataclass(frozen=True)
class _Shown:
    """What the canvas shows of a photo beside its map, or will as soon as its threads are done."""

    settings: CutSettings
    marks: tuple[Mark, ...]
    strokes: tuple[Stroke, ...]
    canvas: CanvasSize | None


@dataclass(frozen=True)
class Workers:
    """The threads that serve the photo looked at."""

    maps: MapService
    selecting: Selecting
    preview: Preview
    full: FullSize

    def close(self) -> None:
        """End them all."""
        for worker in (self.maps, self.selecting, self.preview, self.full):
            worker.close()


class CurrentPhoto(QObject):
    """Shows the photo that the workspace looks at on the canvas, as its settings, marks and strokes are at each moment.

    ``shown()`` fires when a cutout has come to the canvas, ``framed(Frame)`` with what is written around it.
    """

    shown = Signal()
    framed = Signal(object)

    def __init__(self, workspace: Workspace, workers: Workers, canvas: Canvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._workers, self._canvas = workspace, workers, canvas
        self._maps: MarkedMaps | None = None
        self._map: PhotoMap | None = None  # after the marks; None while they are being followed
        self._used: tuple[Path | None, str, Path | None] = (None, "", None)
        self._trial = ""
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(PATIENCE_MS)
        self._looking.timeout.connect(lambda: canvas.set_message(self.tr("Looking closer…")))
        self._shown: _Shown | None = None
        self._size: CanvasSize | None = None
        maps, selecting, preview = workers.maps, workers.selecting, workers.preview
        maps.photo_ready.connect(self._show_photo)
        maps.map_ready.connect(self._take_map)
        maps.map_failed.connect(self._show_failure)
        selecting.selected.connect(self._take_selection)
        selecting.foreseen.connect(self._show_foreseen)
        selecting.failed.connect(self._show_no_selection)
        preview.ready.connect(self._show_cutout)
        preview.failed.connect(self._show_no_cutout)
        workers.full.done.connect(self._show_detail)
        canvas.stroke_finished.connect(workspace.correct)
        canvas.mark_made.connect(workspace.correct)
        canvas.hovered.connect(self._hover)
        canvas.detail_wanted.connect(self._want_detail)
        workspace.subscribe(self._follow)

    def request(self) -> CutRequest | None:
        """Return what makes the full-size cutout of the photo looked at; ``None`` while its map is not there."""
        entry = self._workspace.current
        if entry is None or self._maps is None:
            return None
        marks = entry.marks_in(self._workspace.mode)
        settings, canvas = self._workspace.drawn_with(entry), self._canvas_size()
        return CutRequest(entry.path, self._maps, settings, marks, entry.strokes, canvas)

    def try_model(self, weights: Path | None, fresh: bool) -> None:
        """Show what other weights find, on whichever photo is looked at, until ``None`` brings back the model in use.

        ``fresh``: the file may have changed since it was shown last.
        """
        self._trial = "" if weights is None else str(weights)
        if fresh:
            self._workers.maps.forget()
        self._follow(Change(frozenset()))

    @property
    def _model(self) -> str:
        return self._trial or self._workspace.model

    def show_size(self, size: CanvasSize) -> None:
        """Show this one of the sizes that are written, as long as it is among them."""
        self._size = size
        self._follow_entry()

    def _canvas_size(self) -> CanvasSize | None:
        """Return the size that is looked at; the first of those that are written until one was chosen."""
        sizes = self._workspace.output.canvases
        return self._size if self._size in sizes else next(iter(sizes), None)

    def ask_again(self) -> None:
        """Begin anew with the photo looked at: its map is not valid any more."""
        self._maps = self._map = self._shown = None
        self._looking.stop()
        self._workers.selecting.drop()
        self._workers.preview.drop()
        self._workers.full.drop()
        self._canvas.set_vessels(self._workspace.mode is Mode.VESSEL)
        self._canvas.set_photo(None, (1, 1))
        self._canvas.set_message("")
        if self._workspace.current is None:
            self._workers.maps.drop()
        else:
            self._follow_entry()
            self._ask()

    # -- following the workspace --------------------------------------------------------------------------------

    def _follow(self, change: Change) -> None:
        if change.has(Part.VIEW):
            self._canvas.set_view(self._workspace.view)
        entry = self._workspace.current
        map_file = None if entry is None else entry.map_in(self._workspace.mode)
        used = self._workspace.looked_at, self._model, map_file
        if used != self._used:
            self._used = used
            self.ask_again()
        else:
            self._follow_entry()

    def _follow_entry(self) -> None:
        """Bring the canvas up to date with the photo's settings and corrections, where they have changed."""
        entry, mode = self._workspace.current, self._workspace.mode
        if entry is None:
            return
        drawn_with, canvas = self._workspace.drawn_with(entry), self._canvas_size()
        shown = _Shown(drawn_with, entry.marks_in(mode), entry.strokes, canvas)
        before, self._shown = self._shown, shown
        if before == shown:
            return
        if before is None or shown.settings.background != before.settings.background:  # a picture is read from its file
            self._canvas.set_backdrop(shown.settings.background)
        if before is None or shown.strokes != before.strokes:
            self._canvas.set_strokes(shown.strokes)
        if before is None or shown.marks != before.marks:
            self._follow_marks()
        self._redraw()

    def _follow_marks(self) -> None:
        """Ask for the map after the marks. Until it is here the last cutout stays, and none comes that lacks them."""
        if self._maps is None or self._shown is None:
            return
        self._looking.stop()
        self._workers.selecting.drop()
        self._workers.preview.drop()
        self._map = None if self._shown.marks else self._maps.made
        if self._shown.marks:
            self._looking.start()
            self._workers.selecting.request(self._maps, self._shown.marks)

    def _ask(self) -> None:
        path, model, photos = self._workspace.looked_at, self._model, self._workspace.photos
        if path is None or not model:
            return
        self._workers.maps.request(path, model, map_file=self._used[2])
        row = photos.row_of(path)
        if row is not None:
            for neighbour in [*range(row + 1, row + 1 + NEIGHBOURS), row - 1]:
                if 0 <= neighbour < len(photos.rows):
                    entry = photos[photos.rows[neighbour]]
                    if entry.state is not PhotoState.MISSING:
                        self._workers.maps.request(entry.path, model, True, entry.map_in(self._workspace.mode))

    # -- what the threads bring ---------------------------------------------------------------------------------

    def _show_photo(self, path: Path, photo: Photo, full_size: tuple[int, int]) -> None:
        entry = self._workspace.current
        if entry is not None and path == entry.path and self._maps is None:
            self._canvas.set_photo(photo.rgb8(), full_size)
            self._canvas.set_message(self.tr("Finding the subject…"))
            self._canvas.set_strokes(entry.strokes)

    def _take_map(self, path: Path, model: str, made: PhotoMap) -> None:
        if path == self._workspace.looked_at and model == self._model:
            look = self._workers.maps.look
            self._maps = MarkedMaps(path, made, lambda rgb: look(model, rgb), model)
            self._canvas.set_marking(self._maps.can_mark and self._workspace.mode is Mode.CUTOUT)
            self._follow_marks()
            self._redraw()

    def _hover(self, mark: Mark | None) -> None:
        if mark is None or self._maps is None or self._shown is None:
            self._workers.selecting.hover(None)
        else:
            threshold = self._shown.settings.threshold
            self._workers.selecting.hover(Hover(self._maps, self._shown.marks, mark, threshold))

    def _show_foreseen(self, hover: Hover, outlines: Sequence[NDArray[np.float32]]) -> None:
        if hover.mark == self._canvas.hovered_mark and hover.maps is self._maps:
            self._canvas.foresee(outlines, hover.mark.keep)

    def _take_selection(self, maps: MarkedMaps, marks: tuple[Mark, ...], made: PhotoMap) -> None:
        if maps is self._maps and self._shown is not None and marks == self._shown.marks:
            self._looking.stop()
            self._map = made
            self._redraw()

    def _show_no_selection(self, maps: MarkedMaps, error: KirieError) -> None:
        if maps is self._maps:
            self._looking.stop()
            self._show_no_cutout(error)

    def _show_failure(self, path: Path, error: KirieError) -> None:
        if path == self._workspace.looked_at:
            self._canvas.set_message(sentence(error))
            if isinstance(error, PhotoError):
                self._workspace.fail(path, error)

    def _redraw(self) -> None:
        path = self._workspace.looked_at
        if path is not None and self._map is not None and self._shown is not None:
            made, shown = self._map, self._shown
            self._workers.preview.request(
                made.photo, made.probability, shown.settings, shown.strokes, made.full_size, path, shown.canvas
            )
            nothing = not finds_subject(made.peak, shown.settings.threshold, shown.strokes)
            self._canvas.set_message(self.tr("No subject found at this threshold") if nothing else "")

    def _show_cutout(self, cutout: Cutout) -> None:
        if self._maps is not None:
            self._canvas.set_cutout(cutout)
            self.framed.emit(cutout.frame)
            self.shown.emit()

    def _show_no_cutout(self, error: KirieError) -> None:
        self._canvas.set_cutout(None)  # the one before would pass for the one that could not be made
        self._canvas.set_message(sentence(error))

    def _want_detail(self, box: Box) -> None:
        request = self.request()
        if request is not None:
            self._workers.full.request("detail", request.bare(), lambda photo, cutout: _crop(photo, cutout, box))

    def _show_detail(self, purpose: str, request: CutRequest, outcome: object) -> None:
        now = self.request()
        if purpose == "detail" and now is not None and isinstance(outcome, tuple) and now.bare().same(request):
            self._canvas.set_detail(*outcome)


def _crop(photo: Photo, cutout: Cutout, box: Box) -> tuple[object, Cutout, Box]:
    """Return the part of photo and cutout under ``box``, rounded outwards to whole pixels, in the screen's colours."""
    from matting.files.colour import srgb_for_display

    x0, y0 = max(0, int(box.x)), max(0, int(box.y))
    x1, y1 = min(photo.width, int(box.right) + 1), min(photo.height, int(box.bottom) + 1)
    part = (slice(y0, y1), slice(x0, x1))
    whole = Box(x0, y0, x1 - x0, y1 - y0)
    icc = photo.metadata.icc
    shown = srgb_for_display(photo.rgb8()[part], icc)
    colours = replace(photo, rgb=cutout.rgb[part]).rgb8()
    cut = replace(cutout, rgb=srgb_for_display(colours, icc), alpha=cutout.alpha[part], photo=None, frame=None)
    return shown, cut, whole
