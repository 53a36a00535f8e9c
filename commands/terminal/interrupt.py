"""Ctrl-C: once ends the batch cleanly, twice ends the program."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from matting.system.control import Control


class Interruption:
    """Which signal ended the batch, if one did."""

    signal_number: int | None = None

    @property
    def status(self) -> int | None:
        """The exit status that shells expect (130 for Ctrl-C), ``None`` when nothing interrupted."""
        return None if self.signal_number is None else 128 + self.signal_number


@contextmanager
def interruptible(control: Control) -> Iterator[Interruption]:
    """While inside, the first Ctrl-C (or SIGTERM) cancels through ``control``, the second ends the process at once."""
    interruption = Interruption()

    def handle(number: int, _frame: FrameType | None) -> None:
        if interruption.signal_number is not None:
            os._exit(128 + number)
        interruption.signal_number = number
        control.cancel()
        # No print: the signal may have come in the middle of one.
        message = "\nkirie: stopping after the photos in hand; press Ctrl-C again to stop at once\n"
        os.write(sys.stderr.fileno() if sys.stderr and hasattr(sys.stderr, "fileno") else 2, message.encode())

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
