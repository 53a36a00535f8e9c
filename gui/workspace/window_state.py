"""The workspace and the window: restoring at the start, saving after each change, following where cutouts go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths

import resources
from gui.canvas.view import View
from gui.canvas.views import Views
from gui.current.controller import Desk
from gui.inspector.inspector import Inspector
from gui.models.chooser import Modes
from gui.photos.entry import PhotoEntry, PhotoState
from gui.photos.list_model import PhotoModel
from gui.photos.order import Filter, Sort
from gui.photos.panel import PhotoPanel
from gui.photos.pasted import pasted_folder
from gui.settings.table import Settings
from gui.threads.call import BackgroundCall
from gui.workspace.workspace_file import Workspace, WorkspaceSaver, load
from matting.settings import Existing, OutputSettings


class Keeping(QObject):
    """Owns the output settings, since they belong to the workspace and to no photo."""

    def __init__(
        self,
        model: PhotoModel,
        desk: Desk,
        modes: Modes,
        views: Views,
        panel: PhotoPanel,
        inspector: Inspector,
        settings: Settings,
        file: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._desk, self._modes, self._views = model, desk, modes, views
        self._panel, self._inspector, self._settings, self._file = panel, inspector, settings, file
        self.output = OutputSettings(_default_folder(settings), existing=Existing(settings.text("program/existing")))
        self._chosen = bool(settings.text("program/output_folder"))
        self._looking: BackgroundCall | None = None
        self._saver = WorkspaceSaver(file, self._take, self)
        inspector.set_output(self.output)
        inspector.output_changed.connect(self._take_output)
        model.entries_changed.connect(self._saver.save_soon)
        desk.changed.connect(self._saver.save_soon)
        desk.changed.connect(self._follow_example)

    def restore(self) -> None:
        """Bring the last workspace back, and look on a thread for photos that vanished."""
        kept = load(self._file)
        self._modes.restore(kept.mode, kept.models)
        self._desk.use_shared(kept.settings)
        if kept.output is not None:
            self.output, self._chosen = kept.output, kept.output_chosen
            self._inspector.set_output(self.output)
        self._views.show(View(kept.view) if kept.view in set(View) else View.CUTOUT)
        self._panel.show_order(
            Sort(kept.sort) if kept.sort in set(Sort) else Sort.ADDED,
            Filter(kept.shown) if kept.shown in set(Filter) else Filter.ALL,
        )
        self._model.reset(kept.entries)
        if kept.looked_at is not None:
            self._panel.view.look_at(kept.looked_at)
        paths = [entry.path for entry in kept.entries]
        if paths:
            self._looking = BackgroundCall(lambda: {path for path in paths if not path.exists()}, self)
            self._looking.succeeded.connect(self._mark_missing)
            self._looking.start()

    def follow_photos(self, entries: list[PhotoEntry]) -> None:
        """Until the user picks a folder, cutouts go beside the photos that were added first."""
        if self._chosen or not entries or self._model.total() > len(entries):
            return
        first = entries[0]
        beside = first.root or first.path.parent
        own = (resources.SAMPLES, pasted_folder())
        folder = _default_folder(self._settings) if beside in own else beside / "cutouts"
        self.output = replace(self.output, folder=folder)
        self._inspector.set_output(self.output)

    def close(self) -> None:
        """Save and end the threads."""
        if self._looking is not None:
            self._looking.wait()
        self._saver.close()

    def _take(self) -> Workspace:
        return Workspace(
            entries=tuple(self._model.entries()),
            settings=self._desk.shared,
            output=self.output,
            output_chosen=self._chosen,
            mode=self._modes.mode,
            models=dict(self._modes.chosen),
            looked_at=self._desk.path,
            view=str(self._views.current),
            sort=str(self._model.sort_by),
            shown=str(self._model.shown),
        )

    def _take_output(self, output: OutputSettings) -> None:
        self._chosen = self._chosen or output.folder != self.output.folder
        self.output = output
        self._saver.save_soon()

    def _follow_example(self) -> None:
        if self._desk.path is not None:
            self._inspector.set_example(self._desk.path.stem, self._desk.network)

    def _mark_missing(self, gone: set[Path]) -> None:
        for entry in self._model.entries():
            if entry.path in gone and entry.state is not PhotoState.MISSING:
                self._model.change(entry.path, state=PhotoState.MISSING, error=None)
            elif entry.state is PhotoState.MISSING and entry.path not in gone:
                self._model.change(entry.path, state=PhotoState.WAITING)


def _default_folder(settings: Settings) -> Path:
    """The folder of the settings, else one of ours among the user's pictures."""
    chosen = settings.text("program/output_folder")
    if chosen:
        return Path(chosen).expanduser()
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(pictures or str(Path.home())) / "Kirie"
