"""What a user does with the list: adding, removing, moving through it, showing files in the file manager."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractSpinBox, QFileDialog, QLineEdit, QWidget

import resources
from gui.look.error_text import sentence
from gui.photos.intake import Intake
from gui.photos.view import PhotoView
from gui.workspace.entry import PhotoEntry
from gui.workspace.workspace import Workspace

if TYPE_CHECKING:
    from matting.batch.search import Search


class ListActions(QObject):
    """Adds and removes photos of the workspace and moves through them. ``said(text)``, for the user to read."""

    said = Signal(str)

    def __init__(self, workspace: Workspace, view: PhotoView, intake: Intake, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._view, self._intake, self._window = workspace, view, intake, window
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

    def take(self, mime: QMimeData | None) -> None:
        """Add what was dropped or pasted; an empty clipboard has ``None``."""
        if mime is None or not self._intake.take(mime):
            self.said.emit(self.tr("There is no photo on the clipboard"))

    def remove(self) -> None:
        """Take the selected photos out of the list."""
        self._workspace.remove(self._view.selected_paths())

    def next(self) -> None:
        """Look at the next photo."""
        self.step(1)

    def previous(self) -> None:
        """Look at the previous photo."""
        self.step(-1)

    def step(self, way: int) -> None:
        """Look at the next photo (``way`` 1) or the previous one (-1)."""
        self._look_for(way, lambda _: True)

    def next_doubtful(self) -> None:
        """Look at the next photo that wants a look, from the top again after the last one."""
        self._look_for(1, lambda entry: entry.doubtful, around=True)

    def fine_and_next(self) -> None:
        """Note that this photo's cutout is fine, and look at the next one that wants a look."""
        path = self._workspace.looked_at
        if path is not None:
            self._workspace.review(path)
            self.next_doubtful()

    def previous_doubtful(self) -> None:
        """Look at the previous photo that wants a look."""
        self._look_for(-1, lambda entry: entry.doubtful, around=True)

    def reveal(self) -> None:
        """Show the cutout (or the photo while there is none) in its folder."""
        entry = self._workspace.current
        if entry is not None:
            self._open(entry.outputs[0] if entry.outputs else entry.path)

    def open_output(self) -> None:
        """Open the output folder, or the nearest folder above it that exists."""
        folder = self._workspace.output.folder
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent
        self._open(folder)

    def _open(self, path: Path) -> None:
        """Open a folder, and say so where the desktop has no program for folders: it says nothing by itself."""
        if not reveal(path):
            self.said.emit(self.tr("No file manager could be opened. It is here: {path}").format(path=path))

    def _dialog(self, title: str, kinds: str) -> QFileDialog:
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(self._window, title, "", kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not len(self._workspace.photos):
            dialog.setDirectory(pictures)
        dialog.filesSelected.connect(lambda files: self._intake.add([Path(file) for file in files]))
        return dialog

    def _take(self, found: Search) -> None:
        added = self._workspace.add([PhotoEntry(photo.path, photo.root) for photo in found.photos])
        if added and not isinstance(self._window.focusWidget(), QLineEdit | QAbstractSpinBox):
            self._view.setFocus()  # for the arrow keys; but not while the user types
        if len(found.own) == 1:
            self.said.emit(self.tr("1 cutout made by Kirie was left out"))
        elif found.own:
            self.said.emit(self.tr("{count} cutouts made by Kirie were left out").format(count=len(found.own)))
        elif not added:
            self.said.emit(self.tr("These photos are in the list already"))

    def _look_for(self, way: int, wanted: Callable[[PhotoEntry], bool], around: bool = False) -> None:
        path = self._workspace.photos.step(self._workspace.looked_at, way, wanted, around)
        if path is not None:
            self._workspace.look_at(path)
        elif around:
            self.said.emit(self.tr("No photo wants a look any more"))


def reveal(path: Path) -> bool:
    """Show a folder, or a file selected in its folder where that is possible, in the system's file manager.

    Returns whether there is one.
    """
    if path.is_dir() or sys.platform not in ("win32", "darwin"):
        return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))
    subprocess.Popen(["explorer", "/select,", str(path)] if sys.platform == "win32" else ["open", "-R", str(path)])
    return True
