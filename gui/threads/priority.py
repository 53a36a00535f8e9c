"""Threads that compute get a lower priority than the thread that draws the window."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

NICENESS = 4


def lower_priority() -> None:
    """Lower the calling thread's priority, and with it that of the threads it starts.

    Linux keeps a niceness for each thread; elsewhere this does nothing (Windows and macOS favour the window in
    front by themselves).
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
