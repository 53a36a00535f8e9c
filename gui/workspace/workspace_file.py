"""The workspace's file: JSON, the photos a line each, with a version and a step from each version to the next."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from gui.canvas.view import View
from gui.workspace.entry_json import entry_from_json, entry_to_json
from gui.workspace.kept_work import Kept
from gui.workspace.order import Filter, Sort
from gui.workspace.output import BY_HAND
from gui.workspace.snapshot import Snapshot
from matting.settings import Existing, Mode, OutputSettings
from matting.settings_json import output_from_json, output_to_json, settings_from_json, settings_to_json
from matting.system import folders

log = logging.getLogger(__name__)

VERSION = 2

_Choice = TypeVar("_Choice", bound=StrEnum)


class NewerWorkspace(Exception):
    """The file was written by a later version; it was set aside as ``kept``."""

    def __init__(self, kept: Path) -> None:
        super().__init__(f"written by a later version; kept as {kept}")
        self.kept = kept


def workspace_file() -> Path:
    """Return where the workspace is kept."""
    return folders.home() / "workspace.json"


def save(workspace: Snapshot, file: Path) -> None:
    """Write atomically; raises ``WriteError``."""
    from matting.system.atomic import write_atomic

    write_atomic(file, "".join(_lines(workspace)).encode())


def load(file: Path) -> Snapshot:
    """Read what ``save`` wrote; whatever is damaged is left out, and a file that is no workspace is set aside.

    Raises:
        NewerWorkspace: the file is of a later version; it has been set aside, so that saving does not overwrite it.
    """
    import models.all_errors  # noqa: F401  # a stored error is found by its type's name; not needed for the first picture

    try:
        stored = _parse(file.read_bytes().decode())
    except (FileNotFoundError, NotADirectoryError):
        return Snapshot()
    except (OSError, ValueError):
        log.warning("workspace %s cannot be read, starting empty", file, exc_info=True)
        _set_aside(file, file.with_suffix(".damaged.json"))
        return Snapshot()
    version = stored.get("version")
    if isinstance(version, int) and version > VERSION:
        raise NewerWorkspace(_set_aside(file, _free(file.with_suffix(f".version-{version}.json"))))
    return _from_json(migrated(stored))


def _parse(text: str) -> dict[str, Any]:
    """Return the file's content; raises ``ValueError`` for what is no workspace.

    A line at a time: one call for thousands of photos would hold the interpreter, and the window with it.
    """
    head, *photos = text.splitlines() or [""]
    try:
        stored = json.loads(head + "]}")
        stored["photos"] = [json.loads(photo.removesuffix(",")) for photo in photos[:-1]]
        whole = photos[-1:] == ["]}"]
    except (ValueError, TypeError):
        whole = False
    if not whole:  # laid out by another program
        stored = json.loads(text)
    if not isinstance(stored, dict) or not isinstance(stored.get("photos"), list):
        raise ValueError("no workspace")
    return stored


def _set_aside(file: Path, kept: Path) -> Path:
    try:
        file.replace(kept)
    except OSError:
        log.warning("workspace %s cannot be set aside", file, exc_info=True)
    return kept


def _free(path: Path) -> Path:
    number, free = 2, path
    while free.exists():
        free, number = path.with_suffix(f".{number}{path.suffix}"), number + 1
    return free


# -- versions -------------------------------------------------------------------------------------------------------


def _from_1_to_2(stored: dict[str, Any]) -> dict[str, Any]:
    """Turn the folder's one mark into the names of all output settings chosen by hand; add the model's threshold."""
    output = stored.get("output")
    existing = output.get("existing") if isinstance(output, dict) else None
    by_hand = [name for name, there in (("folder", stored.get("output_chosen") is True),
                                        ("existing", existing not in (None, "skip"))) if there]  # fmt: skip
    return {**stored, "by_hand": by_hand, "default_threshold": 0.5}


MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1_to_2}
"""Step n turns what version n stored into what version n + 1 stores."""


def migrated(stored: dict[str, Any]) -> dict[str, Any]:
    """Return what an earlier version stored as this one stores it; without a number it counts as the first."""
    version = stored.get("version")
    first = version if isinstance(version, int) and version in MIGRATIONS else 1
    for step in range(VERSION if version == VERSION else first, VERSION):
        stored = MIGRATIONS[step](stored)
    return stored


# -- to and from JSON -----------------------------------------------------------------------------------------------


def _lines(workspace: Snapshot) -> Iterator[str]:
    """Yield JSON in small pieces, for the reason that ``_parse`` gives."""
    head = {
        "version": VERSION,
        "settings": settings_to_json(workspace.settings),
        "default_threshold": workspace.default_threshold,
        "output": None if workspace.output is None else _output_to_json(workspace.output),
        "by_hand": sorted(workspace.by_hand),
        "mode": workspace.mode,
        "models": dict(workspace.models),
        "looked_at": None if workspace.looked_at is None else str(workspace.looked_at),
        "view": workspace.view,
        "sort": workspace.sort,
        "shown": workspace.shown,
        "kept": [{**entry_to_json(entry), "removed": when} for when, entry in workspace.kept.values()],
    }
    yield json.dumps(head)[:-1] + ', "photos": ['
    for index, entry in enumerate(workspace.entries):
        yield (",\n" if index else "\n") + json.dumps(entry_to_json(entry))
    yield "\n]}\n"


def _from_json(stored: Mapping[str, Any]) -> Snapshot:
    entries = [entry for entry in map(entry_from_json, stored["photos"]) if entry is not None]
    for entry in entries:
        hash(entry.path)  # paths remember it: thousands are hashed here, on the reader's thread, not on the window's
    models, looked_at, by_hand = stored.get("models"), stored.get("looked_at"), stored.get("by_hand")
    threshold = stored.get("default_threshold")
    return Snapshot(
        entries=tuple(entries),
        settings=settings_from_json(stored.get("settings")),
        default_threshold=settings_from_json({"threshold": threshold}).threshold,
        output=_output_from_json(stored.get("output")),
        by_hand=frozenset(name for name in BY_HAND if isinstance(by_hand, list) and name in by_hand),
        mode=_choice(stored.get("mode"), Mode.CUTOUT),
        models={mode: str(models[mode]) for mode in Mode if isinstance(models, dict) and mode in models},
        looked_at=Path(looked_at) if isinstance(looked_at, str) else None,
        view=_choice(stored.get("view"), View.CUTOUT),
        sort=_choice(stored.get("sort"), Sort.ADDED),
        shown=_choice(stored.get("shown"), Filter.ALL),
        kept=_kept(stored.get("kept")),
    )


def _kept(stored: object) -> Kept:
    kept = {}
    for one in stored if isinstance(stored, list) else ():
        entry, when = entry_from_json(one), one.get("removed") if isinstance(one, dict) else None
        if entry is not None and isinstance(when, int | float):
            kept[entry.path] = float(when), entry
    return kept


def _choice(value: object, default: _Choice) -> _Choice:
    return next((one for one in type(default) if one.value == value), default)


def _output_to_json(output: OutputSettings) -> dict[str, Any]:
    return {"folder": str(output.folder), "existing": str(output.existing), **output_to_json(output)}


def _output_from_json(stored: object) -> OutputSettings | None:
    if not isinstance(stored, dict) or not isinstance(stored.get("folder"), str):
        return None
    existing = _choice(stored.get("existing"), Existing.SKIP)
    return OutputSettings(Path(stored["folder"]), existing=existing, **output_from_json(stored))
