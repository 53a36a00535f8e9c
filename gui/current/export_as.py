"""“Export this one as…”: the cutout looked at into one file of the user's choice, by the batch's own engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.current.controller import CurrentPhoto
from gui.look.error_text import sentence
from gui.threads.full_size import CutRequest, FullSize
from gui.workspace.workspace import Workspace
from matting.errors import KirieError
from matting.files.suffixes import format_of
from matting.settings import Format, OutputSettings, Write

if TYPE_CHECKING:
    from matting.photo import Photo

_PURPOSE = "export as"


class ExportAs(QObject):
    """Asks for a file, then writes it on the thread of full-size cutouts. ``said(text)`` is for the user.

    The list knows nothing of such a file: what the photo's row says of exports is about the output folder.
    """

    said = Signal(str)

    def __init__(self, workspace: Workspace, current: CurrentPhoto, full: FullSize, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._current, self._full, self._window = workspace, current, full, window
        self._folder: Path | None = None
        full.done.connect(self._say_written)
        full.failed.connect(self._say_failed)

    def ask(self) -> None:
        """Ask for name and format; those of the export are offered first."""
        request = self._current.request()
        if request is None:
            self.said.emit(self.tr("There is no cutout to export yet"))
            return
        output, write = self._workspace.output, self._written()
        formats = sorted(_formats(write), key=lambda format: format is not output.format)  # the export's own first
        folder = self._folder or (output.folder if output.folder.is_dir() else request.path.parent)
        dialog = QFileDialog(self._window, self.tr("Export this one as"), str(folder))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{one.value.upper()} (*.{one.value})" for one in formats])
        dialog.filterSelected.connect(lambda words: dialog.setDefaultSuffix(words.split(" ")[0].lower()))
        dialog.setDefaultSuffix(formats[0].value)
        dialog.selectFile(f"{request.path.stem}-{write}")
        dialog.fileSelected.connect(lambda file: self.write(Path(file)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, file: Path) -> None:
        """Write the photo as it is looked at, in the format of the file's suffix; an older file is replaced."""
        request = self._current.request()
        if request is None:
            self.said.emit(self.tr("There is no cutout to export yet"))
            return
        if file in self._workspace.photos or _is_file(file, request.path):
            self.said.emit(self.tr("{name} is a photo of the list; choose another name").format(name=file.name))
            return
        write = self._written()
        format = format_of(file, write)
        if format is None:
            text = self.tr("{name} is of no kind that can be written; choose one of {kinds}")
            kinds = ", ".join(one.value.upper() for one in _formats(write))
            self.said.emit(text.format(name=file.name, kinds=kinds))
            return
        self._folder = file.parent
        output = replace(
            self._workspace.output,
            folder=file.parent,
            writes=(write,),
            format=format,
            write_empty=True,
            canvases=() if request.canvas is None else (request.canvas,),
        )
        self.said.emit(self.tr("Exporting {name}…").format(name=file.name))
        self._full.request(_PURPOSE, request, lambda photo, _cutout: _write(photo, request, output, file))

    def _written(self) -> Write:
        """Return what goes into the file: the cutout, where the export writes any; else the mask."""
        return Write.CUTOUT if Write.CUTOUT in self._workspace.output.writes else Write.MASK

    def _say_written(self, purpose: str, _request: CutRequest, outcome: object) -> None:
        if purpose == _PURPOSE:
            self.said.emit(self.tr("Exported to {path}").format(path=outcome))

    def _say_failed(self, purpose: str, _request: CutRequest, error: KirieError) -> None:
        if purpose == _PURPOSE:
            self.said.emit(sentence(error))


def _formats(write: Write) -> list[Format]:
    return [one for one in Format if format_of(Path(f"any.{one}"), write) is one]


def _is_file(file: Path, photo: Path) -> bool:
    """Return whether both are one file, by whatever name: a source photo is never changed."""
    try:
        return file.samefile(photo)
    except OSError:
        return False


def _write(photo: Photo, request: CutRequest, output: OutputSettings, file: Path) -> Path:
    """Make the one file as a batch would and write it whole. Raises ``PhotoError`` and ``WriteError`` types."""
    from matting.batch.finish_photo import finish_photo
    from matting.batch.jobs import Job
    from matting.batch.write_outputs import write_all

    probability = request.maps.after(request.marks).probability
    union = probability.max(axis=0, keepdims=True)  # one file, whatever the number of classes
    job = Job(request.path, None, request.settings, strokes=request.strokes)
    (content,) = finish_photo(photo, union, job, output, [str(output.writes[0])], ("",)).files.values()
    write_all({file: content})
    return file
