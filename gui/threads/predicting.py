"""The one thread that owns network and device; everything that needs a probability map asks it."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from gui.threads.preload import preload_torch
from gui.threads.priority import give_way_to_window
from matting.predictor import Predictor

log = logging.getLogger(__name__)

Load = Callable[[str], Predictor]
"""From a model's name to its predictor; called on the predicting thread, may take seconds."""
MODELS_KEPT = 2
"""A cutout and a vessel model: switching back and forth costs nothing."""


class Priority(IntEnum):
    """Who is served first."""

    LOOKED_AT = 0
    BATCH = 1
    AHEAD = 2


class PredictingThread:
    """Runs one prediction at a time, the most urgent first; equally urgent ones in the order asked."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._predictors: dict[str, Predictor] = {}
        self._queue: list[tuple[Priority, int, Callable[[], None], Future[object]]] = []
        self._count = itertools.count()
        self._change = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="kirie-predicting", daemon=True)

    def start(self) -> None:
        """Begin; apart from the constructor so that the window is on the screen first."""
        self._thread.start()

    def predictor(self, model: str, priority: Priority) -> Future[Predictor]:
        """The predictor of a model, loaded if it is not yet. Ask it for facts only: predictions belong here."""
        future: Future[Predictor] = Future()
        self._put(priority, lambda: future.set_result(self._get(model)), future)
        return future

    def predict(self, model: str, rgb: NDArray[np.uint8], priority: Priority) -> Future[NDArray[np.float32]]:
        """A probability map, see ``Predictor.predict``. A future cancelled before its turn costs nothing."""
        future: Future[NDArray[np.float32]] = Future()
        self._put(priority, lambda: future.set_result(self._get(model).predict(rgb)), future)
        return future

    def forget(self) -> None:
        """Load models anew when next asked: the device or a weights file has changed."""
        self._put(Priority.LOOKED_AT, self._predictors.clear, Future())

    def close(self) -> None:
        """End after the prediction that is running; those waiting are cancelled."""
        with self._change:
            self._closed = True
            waiting, self._queue = self._queue, []
            self._change.notify()
        for _, _, _, future in waiting:
            future.cancel()
        if self._thread.is_alive():
            self._thread.join()

    def _put(self, priority: Priority, work: Callable[[], None], future: Future) -> None:  # type: ignore[type-arg]
        with self._change:
            if self._closed:
                future.cancel()
                return
            heapq.heappush(self._queue, (priority, next(self._count), work, future))
            self._change.notify()

    def _work(self) -> None:
        give_way_to_window()
        preload_torch()
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closed or self._queue)
                if self._closed:
                    return
                _, _, work, future = heapq.heappop(self._queue)
            if not future.set_running_or_notify_cancel():
                continue
            try:
                work()
            except Exception as error:
                future.set_exception(error)

    def _get(self, model: str) -> Predictor:
        if model not in self._predictors:
            while len(self._predictors) >= MODELS_KEPT:
                self._predictors.pop(next(iter(self._predictors)))
            self._predictors[model] = self._load(model)
        return self._predictors[model]


class SharedPredictor:
    """A model on the predicting thread, for the batch engine; implements ``matting.predictor.Predictor``.

    Raises whatever loading the model raises, on construction.
    """

    def __init__(self, thread: PredictingThread, model: str) -> None:
        self._thread, self._model = thread, model
        predictor = thread.predictor(model, Priority.BATCH).result()
        self.key = predictor.key
        self.classes = predictor.classes
        self.default_threshold = predictor.default_threshold
        self.mode = predictor.mode

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See ``Predictor.predict``; waits its turn behind the photo that is being looked at."""
        return self._thread.predict(self._model, rgb, Priority.BATCH).result()
