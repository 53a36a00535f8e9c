"""First looks at photos in the background: what is found, and whether a person should look at it, before any export."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from gui.threads.latest import Latest
from gui.threads.map_cache import SmallMaps
from gui.threads.predicting import PredictingThread, Priority
from gui.workspace.entry_changes import FirstLook
from matting.alpha.doubt_limit import WANTS_A_LOOK
from matting.errors import PhotoError
from matting.settings import Mode
from matting.system.unexpected import as_kirie_error

Value = TypeVar("Value")


class Looking(QObject):
    """Looks at one photo at a time, behind everything that the user waits for. ``looked(FirstLook | None)``.

    ``None`` tells that a look was given up: the model could not be loaded, or the thread is ending.
    """

    looked = Signal(object)

    def __init__(self, predicting: PredictingThread, small: SmallMaps, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._predicting, self._small = predicting, small
        self._pending: Future[Any] | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._reader = Latest("kirie-looking", self._serve, self._fail)
        self._reader.start()

    def ask(self, path: Path, model: str) -> None:
        """Look at a photo; one asked for before and not begun yet is forgotten."""
        self._reader.put((path, model))

    def close(self) -> None:
        """End the thread; close the predicting thread after it."""
        with self._lock:
            self._closed = True
            if self._pending is not None:
                self._pending.cancel()
        self._reader.close()

    def _serve(self, request: tuple[Path, str]) -> None:
        from matting.alpha.doubt import doubt_by, reason
        from matting.files.reading.read_photo import read_photo

        path, model = request
        predictor = self._wait(self._predicting.predictor(model, Priority.LATER))
        photo = read_photo(path)
        size = photo.width, photo.height
        if predictor.mode is not Mode.CUTOUT:
            self.looked.emit(FirstLook(path, model, size=size))
            return
        probability = self._wait(self._predicting.predict(model, photo.rgb8(), Priority.LATER))
        self._small.put(path, model, probability)
        found = doubt_by(predictor, probability)
        why = reason(probability) if found is not None and found >= WANTS_A_LOOK else None
        self.looked.emit(FirstLook(path, model, found, why, size))

    def _wait(self, future: Future[Value]) -> Value:
        with self._lock:
            self._pending = future
            if self._closed:
                future.cancel()
        try:
            return future.result()
        finally:
            with self._lock:
                self._pending = None

    def _fail(self, request: tuple[Path, str], error: Exception) -> None:
        path, model = request
        told = None if isinstance(error, CancelledError) else as_kirie_error(path, error)
        # What is wrong with the model is no fault of the photo; who looks at one is told by the canvas.
        self.looked.emit(FirstLook(path, model, error=told) if isinstance(told, PhotoError) else None)
