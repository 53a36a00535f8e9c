"""What is on the table, kept on disk: the list, settings and strokes survive closing and crashes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from gui.photos.entry import PhotoEntry
from gui.threads.priority import give_way_to_window
from gui.workspace.stored_entries import entry_from_json, entry_to_json
from gui.workspace.stored_settings import settings_from_json, settings_to_json
from matting.settings import CutSettings, Existing, Format, Mode, OutputSettings, Write
from matting.system import folders

log = logging.getLogger(__name__)

VERSION = 1
SAVE_MS = 800
"""What is lost at most when the program is killed."""


@dataclass(frozen=True)
class Workspace:
    """``settings`` are those shared by all photos without their own. ``output`` is ``None`` until it is known.

    ``output_chosen``: the folder was picked by hand. ``models`` holds the model of each mode. ``view``, ``sort`` and
    ``shown`` are values of their enums.
    """

    entries: tuple[PhotoEntry, ...] = ()
    settings: CutSettings = field(default_factory=CutSettings)
    output: OutputSettings | None = None
    output_chosen: bool = False
    mode: Mode = Mode.CUTOUT
    models: Mapping[str, str] = field(default_factory=dict)
    looked_at: Path | None = None
    view: str = "cutout"
    sort: str = "added"
    shown: str = "all"


def workspace_file() -> Path:
    """Where the workspace is kept."""
    return folders.home() / "workspace.json"


def save(workspace: Workspace, file: Path) -> None:
    """Write atomically; raises ``WriteError``."""
    from matting.system.atomic import write_atomic

    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, "".join(_lines(workspace)).encode())


def load(file: Path) -> Workspace:
    """Read what ``save`` wrote; whatever is damaged is left out, and a file that is no workspace is set aside."""
    try:
        stored = json.loads(file.read_bytes())
        if not isinstance(stored, dict) or not isinstance(stored.get("photos"), list):
            raise ValueError("no workspace")
    except FileNotFoundError:
        return Workspace()
    except (OSError, ValueError):
        log.warning("workspace %s cannot be read, starting empty", file, exc_info=True)
        try:
            file.replace(file.with_suffix(".damaged.json"))
        except OSError:
            log.exception("workspace %s cannot be set aside", file)
        return Workspace()
    entries = [entry for entry in map(entry_from_json, stored["photos"]) if entry is not None]
    models = stored.get("models")
    looked_at = stored.get("looked_at")
    return Workspace(
        entries=tuple(entries),
        settings=settings_from_json(stored.get("settings")),
        output=_output_from_json(stored.get("output")),
        output_chosen=stored.get("output_chosen") is True,
        mode=Mode(stored["mode"]) if stored.get("mode") in tuple(Mode) else Mode.CUTOUT,
        models={str(mode): str(name) for mode, name in models.items()} if isinstance(models, dict) else {},
        looked_at=Path(looked_at) if isinstance(looked_at, str) else None,
        view=_text(stored, "view", "cutout"),
        sort=_text(stored, "sort", "added"),
        shown=_text(stored, "shown", "all"),
    )


def _lines(workspace: Workspace) -> Iterator[str]:
    """JSON in small pieces: one call for thousands of photos would hold the interpreter, and so the window."""
    head = {
        "version": VERSION,
        "settings": settings_to_json(workspace.settings),
        "output": None if workspace.output is None else _output_to_json(workspace.output),
        "output_chosen": workspace.output_chosen,
        "mode": workspace.mode,
        "models": dict(workspace.models),
        "looked_at": None if workspace.looked_at is None else str(workspace.looked_at),
        "view": workspace.view,
        "sort": workspace.sort,
        "shown": workspace.shown,
    }
    yield json.dumps(head)[:-1] + ', "photos": ['
    for index, entry in enumerate(workspace.entries):
        yield (",\n" if index else "\n") + json.dumps(entry_to_json(entry))
    yield "\n]}\n"


def _output_to_json(output: OutputSettings) -> dict[str, Any]:
    return {
        "folder": str(output.folder),
        "writes": [str(write) for write in output.writes],
        "format": str(output.format),
        "name": output.name,
        "existing": str(output.existing),
        "write_empty": output.write_empty,
    }


def _output_from_json(stored: object) -> OutputSettings | None:
    try:
        assert isinstance(stored, dict)
        return OutputSettings(
            folder=Path(stored["folder"]),
            writes=tuple(Write(write) for write in stored["writes"]) or (Write.CUTOUT,),
            format=Format(stored["format"]),
            name=None if stored["name"] is None else str(stored["name"]),
            existing=Existing(stored["existing"]),
            write_empty=stored["write_empty"] is True,
        )
    except (AssertionError, KeyError, TypeError, ValueError):
        return None


def _text(stored: Mapping[str, Any], key: str, default: str) -> str:
    value = stored.get(key)
    return value if isinstance(value, str) else default


class WorkspaceSaver(QObject):
    """Saves soon after a change, on a thread; ``take`` makes the value on the GUI thread."""

    def __init__(self, file: Path, take: Callable[[], Workspace], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file, self._take = file, take
        self._thread = ThreadPoolExecutor(1, "kirie-workspace", give_way_to_window)
        self._running: Future[None] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SAVE_MS)
        self._soon.timeout.connect(self._save)

    def save_soon(self) -> None:
        """Something has changed. A stream of changes does not put the saving off."""
        if not self._soon.isActive():
            self._soon.start()

    def close(self) -> None:
        """Save what is not saved yet and end the thread."""
        self._soon.stop()
        self._thread.submit(self._write, self._take())
        self._thread.shutdown(wait=True)

    def _save(self) -> None:
        if self._running is not None and not self._running.done():
            self._soon.start()  # a slow disk: come again
            return
        self._running = self._thread.submit(self._write, self._take())

    def _write(self, workspace: Workspace) -> None:
        try:
            save(workspace, self._file)
        except Exception:
            log.exception("the workspace could not be saved")
