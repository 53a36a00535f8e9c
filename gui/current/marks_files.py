"""Marks taken out of the window and into it: files for the command line, for colleagues, for a better model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.look.error_text import sentence
from gui.threads.call import BackgroundCall
from gui.workspace.marks_folder import Found, find_marks, save_marks
from gui.workspace.workspace import Workspace
from matting.errors import KirieError


class MarksFiles(QObject):
    """Asks for a folder, then works on a thread. ``said(text)`` is for the user."""

    said = Signal(str)

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._window = workspace, window
        self._calls: list[BackgroundCall] = []

    def ask_to_save(self) -> None:
        """Ask where to; beside the photos is offered first."""
        if any(entry.marks for entry in self._workspace.photos):
            self._ask(self.tr("Save marks: choose a folder"), self.save)
        else:
            self.said.emit(self.tr("No photo has marks yet"))

    def ask_to_read(self) -> None:
        """Ask where from."""
        self._ask(self.tr("Read marks: choose their folder"), self.read)

    def save(self, folder: Path) -> None:
        """Write the marks of all photos into a folder."""
        entries = tuple(self._workspace.photos)
        self._call(lambda: save_marks(folder, entries), lambda left_out: self._say_saved(folder, left_out))

    def read(self, folder: Path) -> None:
        """Give photos the marks that a folder holds for them; a step that can be undone for each."""
        entries = tuple(self._workspace.photos)
        self._call(lambda: find_marks(folder, entries), self._take)

    def close(self) -> None:
        """Wait for nothing."""
        for call in self._calls:
            call.abandon()

    def _ask(self, title: str, use: Callable[[Path], None]) -> None:
        entry = self._workspace.current
        dialog = QFileDialog(self._window, title, "" if entry is None else str(entry.root or entry.path.parent))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: use(Path(folder)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _call(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        call = BackgroundCall(work, self)
        call.succeeded.connect(then)
        call.failed.connect(self._say_failed)
        call.finished.connect(lambda: self._calls.remove(call))
        self._calls.append(call)
        call.start()

    def _say_failed(self, error: KirieError | None) -> None:
        self.said.emit(self.tr("The marks could not be saved; the log says why") if error is None else sentence(error))

    def _say_saved(self, folder: Path, left_out: tuple[Path, ...]) -> None:
        if left_out:
            text = self.tr("{name} was left out: another photo has its name. Add their folder instead of the files.")
            self.said.emit(text.format(name=left_out[0].name))
        else:
            self.said.emit(self.tr("The marks are saved in {folder}").format(folder=folder))

    def _take(self, found: Found) -> None:
        self._workspace.set_marks(found.marks)
        if found.errors:
            self.said.emit(sentence(found.errors[0]))
        elif not found.marks:
            self.said.emit(self.tr("There are no marks for these photos in that folder"))
        else:
            self.said.emit(self.tr("Photos that have marks now: {count}").format(count=len(found.marks)))
