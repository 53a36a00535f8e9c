"""One function off the GUI thread, its outcome back on it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from matting.errors import KirieError

log = logging.getLogger(__name__)


class BackgroundCall(QThread):
    """Runs ``work`` once ``start`` is called.

    Signals, delivered on the thread that owns this object: ``succeeded(result)``; ``failed(error)`` with a
    ``KirieError``, or with ``None`` for a defect of ours, whose traceback is in the log.
    """

    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work

    def run(self) -> None:
        """The thread's body; call ``start`` instead."""
        try:
            result = self._work()
        except KirieError as error:
            log.info("%s", error, exc_info=True)
            self.failed.emit(error)
        except Exception:
            log.exception("a background call failed")
            self.failed.emit(None)
        else:
            self.succeeded.emit(result)
