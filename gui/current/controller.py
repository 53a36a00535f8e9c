"""The photo on the desk: from being looked at in the list, through its map, to the live cutout on the canvas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.canvas.canvas import Canvas
from gui.canvas.view import Box
from gui.inspector.inspector import Inspector
from gui.look.error_text import sentence
from gui.photos.entry import FINISHED, PhotoEntry, PhotoState
from gui.photos.list_model import PhotoModel
from gui.threads.full_size import CutRequest, FullSize
from gui.threads.maps import MapService, PhotoMap
from gui.threads.preview import Preview
from gui.workspace.strokes_history import StrokesHistory
from matting.alpha.strokes import Stroke
from matting.errors import KirieError, PhotoError
from matting.photo import Photo
from matting.settings import CutSettings, Mode, settings_for

if TYPE_CHECKING:
    from matting.cutout.cut import Cutout

NEIGHBOURS = 2
"""Photos after the one looked at, and one before it, whose maps are made ahead."""


@dataclass(frozen=True)
class Workers:
    """The threads that serve the desk."""

    maps: MapService
    preview: Preview
    full: FullSize

    def close(self) -> None:
        """End them all."""
        for worker in (self.maps, self.preview, self.full):
            worker.close()


class Desk(QObject):
    """Connects list, map service, preview, canvas and inspector around one photo.

    ``shared`` are the settings of every photo without its own. ``changed()`` fires when they, the strokes or the
    photo change; ``shown()`` when a cutout has come to the canvas.
    """

    changed = Signal()
    shown = Signal()

    def __init__(
        self, model: PhotoModel, workers: Workers, canvas: Canvas, inspector: Inspector, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._workers, self._canvas, self._inspector = model, workers, canvas, inspector
        self.shared = CutSettings()
        self.network = ""
        self._mode = Mode.CUTOUT
        self._path: Path | None = None
        self._map: PhotoMap | None = None
        self._histories: dict[Path, StrokesHistory] = {}
        maps, preview = workers.maps, workers.preview
        maps.photo_ready.connect(self._show_photo)
        maps.map_ready.connect(self._take_map)
        maps.map_failed.connect(self._show_failure)
        preview.ready.connect(self._show_cutout)
        preview.failed.connect(self._show_no_cutout)
        workers.full.done.connect(self._show_detail)
        canvas.stroke_finished.connect(self._paint)
        canvas.detail_wanted.connect(self._want_detail)
        inspector.settings_changed.connect(self._take_settings)
        inspector.undo_requested.connect(self.undo)
        inspector.redo_requested.connect(self.redo)
        inspector.clear_strokes_requested.connect(self.clear_strokes)
        inspector.brush_changed.connect(canvas.set_brush)
        canvas.brush_changed.connect(inspector.set_brush)
        inspector.apply_to_all_requested.connect(self.apply_to_all)

    # -- what is looked at --------------------------------------------------------------------------------------

    @property
    def path(self) -> Path | None:
        """The photo looked at."""
        return self._path

    def entry(self) -> PhotoEntry | None:
        """Its row."""
        return self._model.entry(self._path) if self._path else None

    def settings_of(self, entry: PhotoEntry) -> CutSettings:
        """A photo's own settings, or the shared ones."""
        return entry.settings or self.shared

    def _drawn_with(self, entry: PhotoEntry) -> CutSettings:
        return settings_for(self._mode, self.settings_of(entry))

    def request(self) -> CutRequest | None:
        """What makes the full-size cutout of the photo looked at; ``None`` while its map is not there."""
        entry = self.entry()
        if entry is None or self._map is None:
            return None
        return CutRequest(entry.path, self._map.probability, self._drawn_with(entry), entry.strokes)

    def look_at(self, path: Path | None) -> None:
        """Put another photo on the desk; ``None`` clears it."""
        self._path, self._map = path, None
        self._workers.preview.drop()
        self._workers.full.drop()
        self._canvas.set_photo(None, (1, 1))
        self._canvas.set_message("")
        entry = self.entry()
        if entry is None:
            self._workers.maps.drop()
        else:
            self._show_entry(entry)
            self._ask()
        self.changed.emit()

    def use_network(self, name: str, mode: Mode) -> None:
        """Use another model, for this photo and all others; an empty name means that there is none."""
        if name != self.network:
            self.network, self._mode = name, mode
            self.look_at(self._path)

    def use_shared(self, settings: CutSettings) -> None:
        """Other shared settings, as from a workspace."""
        self.shared = settings
        entry = self.entry()
        if entry is not None:
            self._show_entry(entry)
            self._redraw()

    # -- settings and strokes -----------------------------------------------------------------------------------

    def apply_to_all(self) -> None:
        """This photo's settings become everyone's, and those of photos added later."""
        entry = self.entry()
        if entry is None:
            return
        before, self.shared = self.shared, self.settings_of(entry)

        def follow(other: PhotoEntry) -> PhotoEntry:
            same = (other.settings or before) == self.shared
            return replace(other if same else _again(other), settings=None)

        self._model.change_all(follow)
        self.changed.emit()

    def apply_to(self, paths: Iterable[Path]) -> None:
        """This photo's settings for these photos."""
        entry = self.entry()
        if entry is not None:
            settings = self.settings_of(entry)
            for path in paths:
                other = self._model.entry(path)
                if other is not None and self.settings_of(other) != settings:
                    self._model.change(path, settings=settings, state=_again(other).state)
            self.changed.emit()

    def undo(self) -> None:
        """Take back the last step of painting on this photo."""
        history = self._history()
        if history is not None and history.undo():
            self._use_strokes(history.strokes)

    def redo(self) -> None:
        """Paint it again."""
        history = self._history()
        if history is not None and history.redo():
            self._use_strokes(history.strokes)

    def clear_strokes(self) -> None:
        """Take all strokes off this photo; one step that can be undone."""
        history = self._history()
        if history is not None:
            history.clear()
            self._use_strokes(history.strokes)

    def _paint(self, stroke: Stroke) -> None:
        history = self._history()
        if history is not None:
            history.add(stroke)
            self._use_strokes(history.strokes)

    def _history(self) -> StrokesHistory | None:
        entry = self.entry()
        if entry is None:
            return None
        history = self._histories.get(entry.path)
        if history is None or history.strokes != entry.strokes:
            # From a workspace: every stroke is a step that can be undone.
            history = self._histories[entry.path] = StrokesHistory()
            for stroke in entry.strokes:
                history.add(stroke)
        return history

    def _use_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        entry = self.entry()
        if entry is not None:
            entry = self._model.change(entry.path, strokes=strokes, state=_again(entry).state)
            self._redraw()
            self._show_strokes()
            self.changed.emit()

    def _take_settings(self, settings: CutSettings) -> None:
        entry = self.entry()
        if entry is None:
            self.shared = settings
        elif (before := self.settings_of(entry)) != settings:
            self._model.change(entry.path, settings=settings, state=_again(entry).state)
            if settings.background != before.background:  # a picture is read from its file
                self._canvas.set_backdrop(settings.background)
            self._redraw()
        self.changed.emit()

    # -- on the canvas ------------------------------------------------------------------------------------------

    def _show_entry(self, entry: PhotoEntry) -> None:
        settings = self.settings_of(entry)
        self._inspector.set_settings(settings)
        self._canvas.set_backdrop(settings.background)
        self._show_strokes()

    def _show_strokes(self) -> None:
        entry, history = self.entry(), self._history()
        if entry is not None and history is not None:
            self._canvas.set_strokes(entry.strokes)
            self._inspector.set_history(history.can_undo, history.can_redo)

    def _ask(self) -> None:
        if self._path is None or not self.network:
            return
        maps = self._workers.maps
        maps.request(self._path, self.network)
        row = self._model.row_of(self._path)
        shown = self._model.shown_entries() if row is not None else []
        if row is not None:
            for neighbour in [*range(row + 1, row + 1 + NEIGHBOURS), row - 1]:
                if 0 <= neighbour < len(shown) and shown[neighbour].state is not PhotoState.MISSING:
                    maps.request(shown[neighbour].path, self.network, ahead=True)

    def _show_photo(self, path: Path, photo: Photo, full_size: tuple[int, int]) -> None:
        if path == self._path and self._map is None:
            self._canvas.set_photo(photo.rgb8(), full_size)
            self._canvas.set_message(self.tr("Finding the subject…"))
            self._show_strokes()

    def _take_map(self, path: Path, network: str, made: PhotoMap) -> None:
        if path == self._path and network == self.network:
            self._map = made
            self._canvas.set_message("")
            self._redraw()

    def _show_failure(self, path: Path, error: KirieError) -> None:
        if path == self._path:
            self._canvas.set_message(sentence(error))
            if isinstance(error, PhotoError):
                self._model.change(path, state=PhotoState.FAILED, error=error)

    def _redraw(self) -> None:
        entry = self.entry()
        if entry is not None and self._map is not None:
            made = self._map
            settings = self._drawn_with(entry)
            size, path = made.full_size, entry.path
            self._workers.preview.request(made.photo, made.probability, settings, entry.strokes, size, path)
            nothing = made.peak < settings.threshold and not entry.strokes
            self._canvas.set_message(self.tr("No subject found at this threshold") if nothing else "")

    def _show_cutout(self, cutout: Cutout) -> None:
        if self._map is not None:
            self._canvas.set_cutout(cutout)
            self.shown.emit()

    def _show_no_cutout(self, error: KirieError) -> None:
        self._canvas.set_cutout(None)  # the one before would pass for the one that could not be made
        self._canvas.set_message(sentence(error))

    def _want_detail(self, box: Box) -> None:
        request = self.request()
        if request is not None:
            plain = replace(request, settings=replace(request.settings, background=None, trim=False))
            self._workers.full.request("detail", plain, lambda photo, cutout: _crop(photo, cutout, box))

    def _show_detail(self, purpose: str, request: CutRequest, outcome: object) -> None:
        now = self.request()
        if purpose != "detail" or now is None or not isinstance(outcome, tuple):
            return
        plain = replace(now, settings=replace(now.settings, background=None, trim=False))
        if plain.same(request):
            self._canvas.set_detail(*outcome)


def _again(entry: PhotoEntry) -> PhotoEntry:
    """The entry after a change that its written cutout does not show yet."""
    return replace(entry, state=PhotoState.WAITING) if entry.state in FINISHED else entry


def _crop(photo: Photo, cutout: Cutout, box: Box) -> tuple[object, Cutout, Box]:
    """The part of photo and cutout under ``box``, rounded outwards to whole pixels, in the screen's colours."""
    from matting.files.colour import srgb_for_display

    x0, y0 = max(0, int(box.x)), max(0, int(box.y))
    x1, y1 = min(photo.width, int(box.right) + 1), min(photo.height, int(box.bottom) + 1)
    part = (slice(y0, y1), slice(x0, x1))
    whole = Box(x0, y0, x1 - x0, y1 - y0)
    icc = photo.metadata.icc
    shown = srgb_for_display(photo.rgb8()[part], icc)
    colours = replace(photo, rgb=cutout.rgb[part]).rgb8()
    cut = replace(cutout, rgb=srgb_for_display(colours, icc), alpha=cutout.alpha[part], photo=None)
    return shown, cut, whole
