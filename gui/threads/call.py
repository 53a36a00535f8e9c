"""One function off the GUI thread, its outcome back on it."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, Signal

from gui.threads.priority import lower_priority
from matting.errors import KirieError
from matting.system.control import Cancelled, Control

log = logging.getLogger(__name__)

EXIT_PATIENCE_S = 20.0
"""How long the process outlives its window for calls that were abandoned; a network drive that hangs is left then."""

_started: list[BackgroundCall] = []
# A call lives as long as its thread, whatever becomes of the window that asked: the thread must not hold the last
# reference, because a Qt object is deleted on the thread that drops it.


class BackgroundCall(QObject):
    """Runs ``work`` once ``start`` is called; all methods belong to the GUI thread.

    Signals: ``succeeded(result)``; ``failed(error)`` with a ``KirieError``, or with ``None`` for a defect of ours,
    whose traceback is in the log; then ``finished()``. ``control`` is cancelled by ``abandon``: work that looks at it
    ends early by raising ``Cancelled``.
    """

    succeeded = Signal(object)
    failed = Signal(object)
    finished = Signal()
    _ended = Signal(bool, object)

    def __init__(
        self, work: Callable[[], object], parent: QObject | None = None, control: Control | None = None
    ) -> None:
        super().__init__(parent)
        self._work, self._control = work, control
        self._running = self._abandoned = False
        self._ended.connect(self._deliver)
        self._thread = threading.Thread(target=self._run, name="kirie-call", daemon=True)

    def start(self) -> None:
        """Begin."""
        _started[:] = [call for call in _started if call._thread.is_alive()]
        _started.append(self)
        self._running = True
        self._thread.start()

    def isRunning(self) -> bool:
        """Tell whether the outcome is still to come."""
        return self._running

    def abandon(self) -> None:
        """Return at once and deliver nothing any more; work that cannot be cancelled goes on unheard to its end."""
        self._abandoned = True
        self.setParent(None)  # else it would be deleted with its parent while it runs
        if self._control is not None:
            self._control.cancel()

    def wait(self) -> None:
        """Block until the work is over; its outcome is delivered after that."""
        if self._running:
            self._thread.join()

    def _deliver(self, succeeded: bool, outcome: object) -> None:
        self._running = False
        if not self._abandoned:
            (self.succeeded if succeeded else self.failed).emit(outcome)
            self.finished.emit()

    def _run(self) -> None:
        lower_priority()
        succeeded, outcome = self._outcome()
        try:
            self._ended.emit(succeeded, outcome)
        except RuntimeError:  # deleted with its parent: there is no receiver any more
            log.info("the outcome of a background call came too late")

    def _outcome(self) -> tuple[bool, object]:
        try:
            return True, self._work()
        except KirieError as error:
            log.info("%s", error, exc_info=True)
            return False, error
        except Exception as error:
            if self._abandoned:  # what it needed was closed with the window
                log.info("an abandoned call ended", exc_info=True)
            elif not isinstance(error, Cancelled):
                log.exception("a background call failed")
            return False, None


@atexit.register
def finish_calls(patience: float = EXIT_PATIENCE_S) -> bool:
    """Wait for calls that still run, at most ``patience`` seconds; return whether all have ended."""
    end = monotonic() + patience
    for call in _started:
        call._thread.join(max(0.0, end - monotonic()))
    return not any(call._thread.is_alive() for call in _started)
