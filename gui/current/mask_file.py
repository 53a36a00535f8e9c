"""A mask from elsewhere in place of the model's map: chosen in a dialog, or dropped on the canvas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.look.error_text import sentence
from gui.threads.call import BackgroundCall
from gui.workspace.workspace import Workspace
from matting.errors import KirieError
from matting.settings import Mode


class MaskFile(QObject):
    """Looks at files on a thread, then gives the mask to the photo looked at. ``said(text)`` is for the user."""

    said = Signal(str)

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._window = workspace, window
        self._call: BackgroundCall | None = None

    def ask(self) -> None:
        """Ask for the mask of the photo looked at."""
        entry = self._workspace.current
        if entry is None:
            return
        dialog = QFileDialog(self._window, self.tr("Use a mask: choose a grey picture"), str(entry.path.parent))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda file: self.use(Path(file)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def use(self, mask: Path) -> None:
        """Use a mask for the photo looked at, unless it cannot be its mask."""
        entry = self._workspace.current
        if entry is not None:
            photo = entry.path
            self._look(lambda: _check(mask, photo), lambda _: self._take(photo, mask), self._refuse)

    def take_dropped(self, files: list[Path], otherwise: Callable[[], None]) -> None:
        """Use what was dropped on the canvas where it is one grey picture of the photo's proportions; else do that."""
        entry = self._workspace.current
        if entry is None or len(files) != 1 or files[0].is_dir() or self._workspace.mode is not Mode.CUTOUT:
            otherwise()
            return
        photo, (mask,) = entry.path, files
        if mask == photo:
            otherwise()
            return
        self._look(
            lambda: _is_mask(mask, photo),
            lambda fits: self._take(photo, mask) if fits else otherwise(),
            lambda _: otherwise(),
        )

    def close(self) -> None:
        """Wait for nothing."""
        if self._call is not None:
            self._call.abandon()

    def _look(
        self, work: Callable[[], object], then: Callable[..., None], failed: Callable[[KirieError | None], None]
    ) -> None:
        self.close()
        self._call = BackgroundCall(work, self)
        self._call.succeeded.connect(then)
        self._call.failed.connect(failed)
        self._call.start()

    def _take(self, photo: Path, mask: Path) -> None:
        self._workspace.use_map(photo, mask)
        text = self.tr("{mask} takes the place of the model for {photo}; Edit, Undo brings the model back")
        self.said.emit(text.format(mask=mask.name, photo=photo.name))

    def _refuse(self, error: KirieError | None) -> None:
        self.said.emit(self.tr("The mask could not be used; the log says why") if error is None else sentence(error))


def _check(mask: Path, photo: Path) -> None:
    from matting.batch.probability_folder import check_map, read_map

    check_map(mask, photo)
    read_map(mask)


def _is_mask(mask: Path, photo: Path) -> bool:
    from matting.batch.probability_folder import check_map, is_grey

    try:
        check_map(mask, photo)
        return is_grey(mask)
    except KirieError:
        return False  # whoever adds it to the list will say what is wrong with it
