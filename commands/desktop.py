"""What the desktop shows of a command that was started without a terminal: a notification, the folder at the end.

By the programs that desktops bring: ``notify-send`` and ``xdg-open``, ``osascript`` and ``open``; on Windows, where the
console shows the progress, only the folder. What is missing or fails is left out: it must not stop a batch.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

_PATIENCE_S = 10
_APPLE = "on run {title, body}\ndisplay notification body with title title\nend run"


class Notification:
    """One notification, which later texts replace; on macOS each is a new one."""

    can_progress = sys.platform == "linux"
    """Whether texts may come often."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._number = ""

    def show(self, text: str, percent: int | None = None) -> None:
        """Show a text, and how far it is."""
        if sys.platform == "darwin":
            _run("osascript", "-e", _APPLE, self._title, text)
        elif sys.platform == "linux":
            options = ["--app-name=Kirie", "--icon=io.github.kirie.Kirie", "--print-id"]
            if self._number:
                options.append(f"--replace-id={self._number}")
            if percent is not None:
                options.append(f"--hint=int:value:{percent}")
            shown = _run("notify-send", *options, "--", self._title, text).strip()
            self._number = shown if shown.isdecimal() else self._number


def show_folder(folder: Path) -> None:
    """Open a folder in the file manager."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            os.startfile(folder)
            return
        opener = "open" if sys.platform == "darwin" else "xdg-open"
        # In a session of its own: it outlives this command, and may be the file manager itself.
        quiet = subprocess.DEVNULL
        subprocess.Popen([opener, str(folder)], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def _run(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=_PATIENCE_S)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
