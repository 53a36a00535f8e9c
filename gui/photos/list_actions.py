"""What a user does with the list: adding, removing, moving through it, showing files in the file manager."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

import resources
from gui.look.error_text import sentence
from gui.photos.entry import PhotoEntry
from gui.photos.intake import Intake
from gui.photos.list_model import PhotoModel
from gui.photos.view import PhotoView

if TYPE_CHECKING:
    from matting.batch.find_photos import FoundPhoto


class Choosing(QObject):
    """Signals: ``added(entries)``; ``cut_wanted(paths)``, photos to cut now; ``said(text)``, for the user to read."""

    added = Signal(object)
    cut_wanted = Signal(object)
    said = Signal(str)

    def __init__(
        self, model: PhotoModel, view: PhotoView, intake: Intake, output: Callable[[], Path], window: QWidget
    ) -> None:
        super().__init__(window)
        self._model, self._view, self._intake, self._output, self._window = model, view, intake, output, window
        intake.found.connect(self._take)
        intake.nothing_found.connect(lambda: self.said.emit(self.tr("There is no photo in it that Kirie can read")))
        intake.failed.connect(lambda error: self.said.emit(sentence(error)))
        intake.link_failed.connect(lambda link: self.said.emit(self.tr("{link} gave no picture").format(link=link)))

    def add_photos(self) -> None:
        """Ask for files."""
        from matting.files.suffixes import PHOTO_SUFFIXES

        kinds = self.tr("Photos") + " (" + " ".join(f"*{suffix}" for suffix in sorted(PHOTO_SUFFIXES)) + ")"
        dialog = self._dialog(self.tr("Add photos"), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.open()

    def add_folder(self) -> None:
        """Ask for a folder."""
        dialog = self._dialog(self.tr("Add a folder"), "")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def add(self, paths: list[Path]) -> None:
        """Add files and folders."""
        self._intake.add(paths)

    def add_samples(self) -> None:
        """Add the photos that come with Kirie."""
        self._intake.add([resources.SAMPLES])

    def paste(self) -> None:
        """Add what is on the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData())

    def take(self, mime: QMimeData) -> None:
        """Add what was dropped or pasted."""
        if not self._intake.take(mime):
            self.said.emit(self.tr("There is no photo on the clipboard"))

    def remove(self) -> None:
        """Take the selected photos out of the list."""
        self._model.remove(self._view.selected_paths())

    def cut_selected(self) -> None:
        """Cut the selected photos, finished or not."""
        self.cut_wanted.emit(self._view.selected_paths())

    def next(self) -> None:
        """Look at the next photo."""
        self._step(1, lambda _: True)

    def previous(self) -> None:
        """Look at the previous photo."""
        self._step(-1, lambda _: True)

    def next_doubtful(self) -> None:
        """Look at the next photo that wants a look, from the top again after the last one."""
        self._step(1, lambda entry: entry.doubtful, around=True)

    def previous_doubtful(self) -> None:
        """Look at the previous photo that wants a look."""
        self._step(-1, lambda entry: entry.doubtful, around=True)

    def reveal(self) -> None:
        """Show the cutout (or the photo while there is none) in its folder."""
        path = self._view.current_path()
        entry = self._model.entry(path) if path else None
        if entry is not None:
            reveal(entry.outputs[0] if entry.outputs else entry.path)

    def open_output(self) -> None:
        """Open the output folder, or the nearest folder above it that exists."""
        folder = self._output()
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _dialog(self, title: str, kinds: str) -> QFileDialog:
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(self._window, title, "", kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not self._model.total():
            dialog.setDirectory(pictures)
        dialog.filesSelected.connect(lambda files: self._intake.add([Path(file) for file in files]))
        return dialog

    def _take(self, photos: list[FoundPhoto]) -> None:
        entries = [PhotoEntry(photo.path, photo.root) for photo in photos]
        added = self._model.add(entries)
        if added:
            self.added.emit(entries)
            self._view.look_at(added[0])
        else:
            self.said.emit(self.tr("These photos are in the list already"))

    def _step(self, way: int, wanted: Callable[[PhotoEntry], bool], around: bool = False) -> None:
        shown = self._model.shown_entries()
        path = self._view.current_path()
        row = self._model.row_of(path) if path else None
        start = row if row is not None else -1
        reach = len(shown) if around else (len(shown) - 1 - start if way > 0 else start)
        for step in range(1, reach + 1):
            entry = shown[(start + way * step) % len(shown)]
            if wanted(entry):
                self._view.look_at(entry.path)
                return
        if around:
            self.said.emit(self.tr("No photo wants a look"))


def reveal(path: Path) -> None:
    """Show a file in the system's file manager, selected where that is possible."""
    if sys.platform == "win32":
        subprocess.Popen(["explorer", "/select,", str(path)])
    elif sys.platform == "darwin":
        subprocess.Popen(["open", "-R", str(path)])
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
