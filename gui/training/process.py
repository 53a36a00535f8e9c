"""Training in a process of its own: the same program, told what to do by arguments, speaking JSON lines.

A crash or a lack of memory there leaves the window alive, and training may outlive the window.
"""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import threading
from collections import deque
from typing import IO, Any

from PySide6.QtCore import QObject, Signal

from matting.system.program import program
from models.training.events import Event

log = logging.getLogger(__name__)

_LAST_LINES = 40


class TrainingProcess(QObject):
    """One run of ``kirie train --json``.

    Signals, on the thread that owns this object: ``reported(event)`` with each event of
    ``models.training.events``; ``ended(status)`` with the exit status once all reports are out, negative for a signal.
    """

    reported = Signal(object)
    ended = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: subprocess.Popen[str] | None = None
        self._threads: list[threading.Thread] = []

    @property
    def running(self) -> bool:
        """Whether the child lives."""
        return self._process is not None and self._process.poll() is None

    def start(self, arguments: list[str]) -> None:
        """Start the child with the arguments after ``kirie``; raises ``OSError`` when the system refuses."""
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        self._process = subprocess.Popen(
            [*program(), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            creationflags=flags,
            start_new_session=sys.platform != "win32",
        )
        reader = threading.Thread(target=self._read, args=(self._process,), name="training reports", daemon=True)
        self._threads = [reader]
        reader.start()

    def send(self, command: str) -> None:
        """Ask for "pause", "resume" or "stop"; a child that is gone hears nothing."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.write(json.dumps({"command": command}) + "\n")
                self._process.stdin.flush()

    def kill(self) -> None:
        """End the child at once; what it saved last can be resumed."""
        if self._process is not None:
            self._process.kill()

    def wait(self) -> None:
        """Wait until the child and its readers have ended."""
        for thread in self._threads:
            thread.join()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        last: deque[str] = deque(maxlen=_LAST_LINES)
        drain = threading.Thread(target=_collect, args=(process.stderr, last), name="training errors", daemon=True)
        drain.start()
        for line in process.stdout:
            event = Event.from_json(line)
            if event is not None:
                self._emit(self.reported, event)
        status = process.wait()
        drain.join()
        for stream in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(OSError, ValueError):
                if stream is not None:
                    stream.close()
        if status:
            log.warning("training ended with status %d:\n%s", status, "".join(last))
        self._emit(self.ended, status)

    def _emit(self, signal: Any, value: object) -> None:
        # The window may be gone while its training goes on.
        with contextlib.suppress(RuntimeError):
            signal.emit(value)


def _collect(stream: IO[str], last: deque[str]) -> None:
    for line in stream:
        last.append(line)
