"""The unfinished file of a download: its bytes, their running SHA-256, and which file of which server they are."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Origin:
    """What the server said of the file: enough to ask "the rest of that same file" later (RFC 9110 §13.1.5)."""

    url: str = ""
    etag: str = ""
    modified: str = ""
    total: int = 0

    @property
    def if_range(self) -> str:
        """The value of If-Range, empty where the server gave none that may be used: weak ETags may not."""
        if self.etag:
            return "" if self.etag.startswith("W/") else self.etag
        return self.modified


class Part:
    """Open part file. Bytes found from an earlier run are hashed again: what is on the disk is what counts.

    ``size`` is the number of bytes so far; ``resumed`` whether some are from an earlier connection.
    """

    def __init__(self, path: Path, note: Path, sha256: str) -> None:
        self.path = path
        self._note = note
        self._wanted = sha256
        self.origin = self._read_note()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("r+b" if path.exists() else "x+b")
        self._hash = hashlib.sha256()
        self.size = 0
        self.resumed = False
        if self.origin is None:
            self.restart()
            return
        while block := self._file.read(_BLOCK):
            self._hash.update(block)
            self.size += len(block)
        self.resumed = self.size > 0

    def __enter__(self) -> Part:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    @property
    def complete(self) -> bool:
        """Whether the bytes so far are the wanted file."""
        return self._hash.hexdigest() == self._wanted

    def restart(self) -> None:
        """Throw away all bytes."""
        self._file.seek(0)
        self._file.truncate()
        self._hash = hashlib.sha256()
        self.size = 0
        self.resumed = False
        self.origin = None

    def expect(self, origin: Origin) -> None:
        """Note whose bytes come next, before they come."""
        if origin != self.origin:
            temporary = self._note.with_name(self._note.name + ".new")
            temporary.write_text(json.dumps({"sha256": self._wanted, **asdict(origin)}), "utf-8")
            temporary.replace(self._note)
            self.origin = origin

    def write(self, piece: bytes) -> None:
        """Append."""
        self._file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    def keep(self) -> None:
        """Bring the bytes to the disk for a later run; nothing is left where there are none."""
        if self.size == 0:
            self.delete()
        else:
            self.flush()

    def flush(self) -> None:
        """Bring the bytes to the disk."""
        self._file.flush()
        with contextlib.suppress(OSError):  # some network shares cannot; the hash is checked again anyway
            os.fsync(self._file.fileno())

    def delete(self) -> None:
        """Close and remove the files."""
        self._file.close()
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def _read_note(self) -> Origin | None:
        """Read whose bytes the part holds; ``None`` when unknown or of another version of the model."""
        try:
            content = json.loads(self._note.read_text("utf-8"))
            if content.pop("sha256") != self._wanted:
                return None
            return Origin(**content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
