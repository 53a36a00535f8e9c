"""Ctrl-C: once finishes the photos in hand, twice ends the program."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    """Inside, obey Ctrl-C and SIGTERM: the first winds down, the second ends the process at once.

    Winding down finishes the photos that are read already and begins no other (``Control.wind_down``).
    """
    interruption = Interruption()

    def handle(number: int, _frame: FrameType | None) -> None:
        if interruption.signal_number is not None:
            os._exit(128 + number)
        interruption.signal_number = number
        control.wind_down()
        message = "\nkirie: stopping after the photos in hand; press Ctrl-C again to stop at once\n"
        # No print: the signal may have come in the middle of one. And standard error may be closed.
        with suppress(OSError, ValueError, AttributeError):
            os.write(sys.stderr.fileno(), message.encode())

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
