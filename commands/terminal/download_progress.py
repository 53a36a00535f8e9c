"""A download's progress in a terminal, or as plain lines where there is none."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from commands.terminal.duration import duration

if TYPE_CHECKING:
    from models.download import DownloadProgress

_EVERY_S = 0.2
_PLAIN_STEP = 10


@contextlib.contextmanager
def show_progress(out: TextIO) -> Iterator[Callable[[DownloadProgress], None]]:
    """Yield a callback that keeps one line up to date; without a terminal, one line every ten percent."""
    terminal = out.isatty()
    shown_at = 0.0
    shown_percent = -_PLAIN_STEP

    def show(progress: DownloadProgress) -> None:
        nonlocal shown_at, shown_percent
        line = describe(progress)
        percent = 100 * progress.done // max(progress.total, 1)
        whole = progress.done == progress.total
        if terminal and (whole or time.monotonic() - shown_at >= _EVERY_S):
            shown_at = time.monotonic()
            print(f"\r\x1b[K{line}", end="", file=out, flush=True)
        elif not terminal and percent >= shown_percent + _PLAIN_STEP:
            shown_percent = percent - percent % _PLAIN_STEP
            print(line, file=out, flush=True)

    try:
        yield show
    finally:
        if terminal and shown_at:
            print(file=out)


def describe(progress: DownloadProgress) -> str:
    """Return one line: name, share, megabytes, rate, remaining time, host."""
    percent = 100 * progress.done // max(progress.total, 1)
    parts = [f"{progress.name}: {percent} %  {progress.done / 1e6:.1f} of {progress.total / 1e6:.1f} MB"]
    if progress.rate > 0 and progress.remaining_s is not None:
        parts.append(f"{progress.rate / 1e6:.2f} MB/s")
        parts.append(f"{duration(progress.remaining_s)} left")
    if progress.host:
        parts.append(f"from {progress.host}")
    return " · ".join(parts)
