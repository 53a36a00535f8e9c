"""The one thread that owns network and device; everything that needs a probability map asks it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from gui.threads.latest import Latest
from gui.threads.preload import preload_torch
from matting.predictor import Predictor

Outcome = TypeVar("Outcome")
Load = Callable[[str], Predictor]
"""From a model's name to its predictor; called on the predicting thread, may take seconds."""
MODELS_KEPT = 2
"""A cutout and a vessel model: switching back and forth costs nothing."""


class Priority(IntEnum):
    """Who is served first."""

    START = -1
    LOOKED_AT = 0
    BATCH = 1
    AHEAD = 2
    LATER = 3


@dataclass(frozen=True)
class _Job(Generic[Outcome]):
    work: Callable[[], Outcome]
    future: Future[Outcome]


def _run(job: _Job[Any]) -> None:
    if job.future.set_running_or_notify_cancel():
        job.future.set_result(job.work())


class PredictingThread:
    """Runs one prediction at a time, the most urgent first; equally urgent ones in the order asked."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._predictors: dict[str, Predictor] = {}
        self._queue = Latest("kirie-predicting", _run, lambda job, error: job.future.set_exception(error))

    def start(self) -> None:
        """Begin; apart from the constructor so that the window is on the screen first."""
        self._put(Priority.START, preload_torch)
        self._queue.start()

    def predictor(self, model: str, priority: Priority) -> Future[Predictor]:
        """Return the predictor of a model, loaded if it is not yet. Ask it for facts only: predictions belong here."""
        return self._put(priority, lambda: self._get(model))

    def predict(self, model: str, rgb: NDArray[np.uint8], priority: Priority) -> Future[NDArray[np.float32]]:
        """Return a probability map, see ``Predictor.predict``. A future cancelled before its turn costs nothing."""
        return self._put(priority, lambda: self._get(model).predict(rgb))

    def forget(self) -> None:
        """Load models anew when next asked: the device or a weights file has changed."""
        self._put(Priority.LOOKED_AT, self._predictors.clear)

    def close(self) -> None:
        """End after the prediction that is running; those waiting are cancelled."""
        for job in self._queue.close():
            job.future.cancel()

    def _put(self, priority: Priority, work: Callable[[], Outcome]) -> Future[Outcome]:
        job = _Job(work, Future[Outcome]())
        if not self._queue.put(job, key=job.future, rank=priority):
            job.future.cancel()
        return job.future

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
        self.doubt_limit = predictor.doubt_limit
        self.mode = predictor.mode

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See ``Predictor.predict``; waits its turn behind the photo that is being looked at."""
        return self._thread.predict(self._model, rgb, Priority.BATCH).result()
