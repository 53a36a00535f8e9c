"""The log file: what happened, with the tracebacks that users never see."""

from __future__ import annotations

import contextlib
import logging
from logging.handlers import RotatingFileHandler

from matting.system.folders import log_file

_BYTES, _OLD_FILES = 1_000_000, 3


class _QuietHandler(RotatingFileHandler):
    """A log that cannot be written (a full disk, a read-only home) stops nothing and prints nothing."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        return


def start_log() -> None:
    """Send everything from INFO up to ``folders.log_file()``, once a process; no file, no log, no complaint."""
    root = logging.getLogger()
    if any(isinstance(handler, _QuietHandler) for handler in root.handlers):
        return
    path = log_file()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = _QuietHandler(
            path, maxBytes=_BYTES, backupCount=_OLD_FILES, encoding="utf-8", errors="backslashreplace"
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
        root.setLevel(logging.INFO)
