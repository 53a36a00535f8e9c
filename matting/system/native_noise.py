"""What C libraries print to the terminal goes to a file: libjpeg and libtiff comment on every damaged photo."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from matting.system.streams import move_stderr

_MOST_BYTES = 1_000_000


def divert_native_noise(file: Path) -> None:
    """From now on, what native code writes to standard error goes to ``file``; Python's ``sys.stderr`` stays.

    Neither OpenCV nor Pillow lets its decoders be silenced in another way. For the program's own process only, once,
    at its start. Where there is no standard error, or no file can be made, nothing happens.
    """
    with contextlib.suppress(OSError, AttributeError, ValueError):
        file.parent.mkdir(parents=True, exist_ok=True)
        target = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            if os.fstat(target).st_size > _MOST_BYTES:
                os.ftruncate(target, 0)
            move_stderr()
            os.dup2(target, 2)
        finally:
            os.close(target)
