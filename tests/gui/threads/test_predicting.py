"""One thread predicts, the most urgent first."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from gui.threads.predicting import PredictingThread, Priority, SharedPredictor
from matting.errors import KirieError
from matting.predictor import Predictor
from matting.settings import Mode
from tests.matting.batch.batch_help import Brightness


class NoSuchModel(KirieError):
    sentence = "There is no model {name}."


class Lines:
    """A predictor whose maps say which photo they are of, and which can be held at its first prediction."""

    def __init__(self) -> None:
        self.order: list[int] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def load(self, name: str) -> Predictor:
        if name == "absent":
            raise NoSuchModel(name=name)
        return Brightness(before=self._hold)

    def _hold(self, count: int) -> None:
        if count == 1:
            self.begun.set()
            assert self.go_on.wait(30)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def thread(lines: Lines) -> Iterator[PredictingThread]:
    thread = PredictingThread(lines.load)
    thread.start()
    yield thread
    lines.go_on.set()
    thread.close()


def photo(value: int) -> np.ndarray:
    return np.full((8, 8, 3), value, np.uint8)


def test_the_photo_looked_at_overtakes_the_batch_and_neighbours_come_last(
    thread: PredictingThread, lines: Lines
) -> None:
    served: list[str] = []
    first = thread.predict("m", photo(0), Priority.BATCH)
    assert lines.begun.wait(10)
    wishes = [("ahead", Priority.AHEAD), ("batch", Priority.BATCH), ("looked at", Priority.LOOKED_AT)]
    futures = [first]
    for name, priority in wishes:
        future = thread.predict("m", photo(1), priority)
        future.add_done_callback(lambda _, name=name: served.append(name))  # type: ignore[misc]
        futures.append(future)
    lines.go_on.set()
    for future in futures:
        future.result(10)
    assert served == ["looked at", "batch", "ahead"]


def test_a_request_dropped_before_its_turn_is_never_computed(thread: PredictingThread, lines: Lines) -> None:
    first = thread.predict("m", photo(0), Priority.BATCH)
    assert lines.begun.wait(10)
    stale = thread.predict("m", photo(1), Priority.LOOKED_AT)
    assert stale.cancel()
    last = thread.predict("m", photo(255), Priority.LOOKED_AT)
    lines.go_on.set()
    assert float(last.result(10).min()) == 1.0
    assert float(first.result(10).max()) == 0.0


def test_the_batch_gets_the_same_maps_through_the_shared_predictor(thread: PredictingThread, lines: Lines) -> None:
    lines.go_on.set()
    shared = SharedPredictor(thread, "m")
    assert (shared.key, shared.classes) == (Brightness.key, Brightness.classes)
    assert np.array_equal(shared.predict(photo(51)), Brightness().predict(photo(51)))


def test_a_vessel_model_is_one_for_the_batch_too() -> None:
    class Vessels(Brightness):
        mode = Mode.VESSEL

    thread = PredictingThread(lambda name: Vessels() if name == "retina" else Brightness())
    thread.start()
    try:
        assert SharedPredictor(thread, "retina").mode == Mode.VESSEL
        assert SharedPredictor(thread, "shoes").mode == Mode.CUTOUT
    finally:
        thread.close()


def test_a_model_that_cannot_be_loaded_says_why_and_the_thread_lives_on(thread: PredictingThread, lines: Lines) -> None:
    lines.go_on.set()
    with pytest.raises(NoSuchModel, match="no model absent"):
        SharedPredictor(thread, "absent")
    assert thread.predict("m", photo(255), Priority.BATCH).result(10).max() == 1.0


def test_closing_cancels_what_waits(lines: Lines) -> None:
    thread = PredictingThread(lines.load)
    thread.start()
    running = thread.predict("m", photo(0), Priority.BATCH)
    assert lines.begun.wait(10)
    waiting = thread.predict("m", photo(0), Priority.BATCH)
    closer = threading.Thread(target=thread.close)
    closer.start()
    lines.go_on.set()
    closer.join(10)
    assert waiting.cancelled()
    assert running.result(1) is not None
    assert thread.predict("m", photo(0), Priority.BATCH).cancelled()
