"""The workspace and its file: read on a thread at the start, written on one soon after each change."""

from __future__ import annotations

import gc
import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from gui.threads.call import BackgroundCall
from gui.threads.priority import lower_priority
from gui.workspace.change import Change
from gui.workspace.entry import PhotoEntry
from gui.workspace.snapshot import Snapshot
from gui.workspace.workspace import Workspace
from gui.workspace.workspace_file import NewerWorkspace, load, save
from matting.errors import WriteError

log = logging.getLogger(__name__)

SAVE_MS = 800
"""What is lost at most when the program is killed."""


class WorkspaceSaver(QObject):
    """Brings the last workspace back, then saves each change. Nothing is saved before what was there has been read,
    nor while nothing has changed since. Without a ``file`` nothing is read or saved.

    Signals: ``restored()`` once; ``said(text)``, for the user to read; ``saved(WriteError | None)`` after each attempt.
    """

    restored = Signal()
    said = Signal(str)
    saved = Signal(object)
    _read = Signal(object)

    def __init__(self, workspace: Workspace, file: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._file = workspace, file
        self._kept: Snapshot | None = None
        self._thread = ThreadPoolExecutor(1, "kirie-workspace", lower_priority)
        self._reading: Future[Snapshot] | None = None
        self._saving: Future[None] | None = None
        self._looking: BackgroundCall | None = None
        self._is_restored = self._closed = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SAVE_MS)
        self._soon.timeout.connect(self._save)
        self._read.connect(self._restore)

    def restore(self) -> None:
        """Read the file on the thread and restore the workspace from it; then look for photos that vanished."""
        self._reading = self._thread.submit(self._load)
        self._reading.add_done_callback(self._read.emit)

    def close(self) -> None:
        """Save what is not saved yet and end the threads."""
        self._closed = True
        if self._reading is not None:
            self._restore(self._reading)
            self._thread.submit(self._write, self._workspace.snapshot())
        self._soon.stop()
        if self._looking is not None:
            self._looking.abandon()
        self._thread.shutdown(wait=True)

    def _load(self) -> Snapshot:
        # A full garbage collection holds the interpreter, and so the window, while it walks every object that there is.
        # Thousands of photos that come would start several, and they stay: none need walk them later either.
        gc.disable()
        try:
            return Snapshot() if self._file is None else load(self._file)
        finally:
            gc.freeze()
            gc.enable()

    def _restore(self, reading: Future[Snapshot]) -> None:
        if self._is_restored:
            return
        self._is_restored = True
        kept = Snapshot()
        try:
            kept = reading.result()
        except NewerWorkspace as error:
            text = self.tr(
                "Your last list was saved by a newer Kirie. It is kept as {name}; that Kirie can open it again."
            )
            self.said.emit(text.format(name=error.kept.name))
        except Exception:
            log.exception("the workspace could not be read")
        self._workspace.restore(kept)
        self._kept = kept
        self._workspace.subscribe(self._save_soon)
        self.restored.emit()
        if kept.entries and not self._closed:
            self._looking = BackgroundCall(lambda: self._gone(kept.entries), self)
            self._looking.succeeded.connect(self._mark_missing)
            self._looking.start()

    def _gone(self, entries: Sequence[PhotoEntry]) -> set[Path]:
        """Return photos that are not there; for a thread, since a disk may be slow. Closing the window ends it."""
        return {entry.path for entry in entries if not self._closed and not entry.path.exists()}

    def _mark_missing(self, gone: set[Path]) -> None:
        if not self._closed:
            self._workspace.mark_missing(gone)

    def _save_soon(self, change: Change) -> None:  # noqa: ARG002
        """Save soon; a stream of changes does not put it off."""
        if not self._soon.isActive():
            self._soon.start()

    def _save(self) -> None:
        if self._saving is not None and not self._saving.done():
            self._soon.start()  # a slow disk: come again
            return
        self._saving = self._thread.submit(self._write, self._workspace.snapshot())

    def _write(self, snapshot: Snapshot) -> None:
        if self._file is None or snapshot == self._kept:
            return
        try:
            save(snapshot, self._file)
        except WriteError as error:
            log.warning("the workspace could not be saved: %s", error)
            self.saved.emit(error)
        except Exception:
            log.exception("the workspace could not be saved")
        else:
            self._kept = snapshot
            self.saved.emit(None)
