"""Writing a file so that it is either whole or not there, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import socket
import sys
import time
from pathlib import Path

from matting.errors import DiskFull, FolderNotWritable, WriteError
from matting.system.os_errors import system_reason

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT}
_HOST = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
_LEFTOVER = re.compile(r"\.kirie-(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}\.tmp")
_FOREIGN_AGE = 24 * 3600.0
_in_flight: set[str] = set()


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, replacing what is there in one step; missing folders are made.

    The bytes go to a temporary file in the same folder, are forced to the disk and renamed. Raises
    ``FolderNotWritable``, ``DiskFull`` or ``WriteError``; after an error neither the temporary file nor a partial
    ``path`` is left, and an older ``path`` is untouched.
    """
    name = f".kirie-{_HOST}-{os.getpid()}-{secrets.token_hex(4)}.tmp"
    temporary = path.parent / name
    _in_flight.add(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not tempfile: it makes files that only their owner may read, which is wrong on a studio's share.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise _write_error(path, error) from error
    finally:
        _in_flight.discard(name)


def remove_leftovers(folder: Path) -> list[Path]:
    """Delete the temporary files that killed processes left in ``folder`` (not below it); return what was deleted.

    Files of living processes stay. Those of another machine (a shared folder) go only when a day old, because
    nobody can tell from here whether their process lives.
    """
    removed = []
    try:
        found = [(entry, _LEFTOVER.fullmatch(entry.name)) for entry in folder.iterdir()]
    except OSError:
        return []
    for entry, match in found:
        if match is None or entry.name in _in_flight:
            continue
        with contextlib.suppress(OSError):
            if _is_dead(match["host"], int(match["pid"]), entry):
                entry.unlink()
                removed.append(entry)
    return removed


def _is_dead(host: str, pid: int, entry: Path) -> bool:
    if host != _HOST:
        return time.time() - entry.stat().st_mtime > _FOREIGN_AGE
    # Our own number on a file that we are not writing: an earlier process had it, as in a restarted container.
    return pid == os.getpid() or not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":  # os.kill(pid, 0) would send Ctrl+C there
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)
        ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut; not every system can, and then nothing is lost but that."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_error(path: Path, error: OSError) -> WriteError:
    reason = system_reason(error)
    if error.errno in _FULL:
        return DiskFull(path, reason=reason)
    if error.errno in _REFUSED:
        return FolderNotWritable(path.parent, reason=reason)
    return WriteError(path, reason=reason)
