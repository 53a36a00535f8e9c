"""Writing all files of one photo, or none."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from matting.errors import DiskFull, FolderNotWritable, WriteError
from matting.system.atomic import write_atomic
from matting.system.os_errors import system_reason


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write each file atomically; when one cannot be written, those just made are taken away again.

    A file that replaced an older one stays. Raises ``WriteError`` types.
    """
    made: list[Path] = []
    try:
        for path, data in files.items():
            new = not path.exists()
            write_atomic(path, data)
            if new:
                made.append(path)
    except BaseException:
        for path in made:
            with contextlib.suppress(OSError):
                path.unlink()
        raise


def make_folder(folder: Path) -> None:
    """Make sure that new files can be written into ``folder``. Raises ``WriteError`` types when they cannot."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderNotWritable(folder, reason=system_reason(error)) from error
    probe = folder / ".kirie-can-write"
    try:
        write_atomic(probe, b"")
    except WriteError as error:  # names the probe, which means nothing to the user: name the folder
        kind = DiskFull if isinstance(error, DiskFull) else FolderNotWritable
        raise kind(folder, reason=error.facts["reason"]) from error
    finally:
        with contextlib.suppress(OSError):
            probe.unlink()
