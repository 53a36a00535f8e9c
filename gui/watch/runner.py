"""A folder watched from the window: the engine of ``kirie watch`` on a thread, its state as a signal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gui.threads.predicting import PredictingThread, SharedPredictor
from gui.threads.priority import lower_priority
from gui.watch.plan import WatchPlan
from gui.watch.turns import Turns
from matting.batch.find_photos import FoundPhoto
from matting.batch.jobs import Job, JobResult, JobState
from matting.errors import BatchRunning, KirieError

log = logging.getLogger(__name__)

_AGAIN_S = 10.0
"""After so many seconds the output folder is asked for again that another program writes into."""


class WatchState(Enum):
    """What a watched folder does now."""

    STARTING = "starting"
    WATCHING = "watching"
    AWAY = "away"
    """The folder is not there."""
    RESTING = "resting"
    """A batch of the window is at work."""
    PAUSED = "paused"
    ENDED = "ended"
    """It cannot go on by itself: the model is gone, say."""


@dataclass(frozen=True)
class WatchStatus:
    """``cut`` counts photos written since the start, ``last`` is the one written last.

    ``failing`` holds the photos whose last try failed, ``trouble`` what keeps the whole folder from being cut.
    """

    state: WatchState = WatchState.STARTING
    cut: int = 0
    last: Path | None = None
    failing: Mapping[Path, KirieError] = field(default_factory=dict)
    trouble: KirieError | None = None


class WatchRunner(QObject):
    """Watches one folder at a time. Signals, on the GUI thread: ``changed(WatchStatus)``, ``finished(JobResult)``."""

    changed = Signal(object)
    finished = Signal(object)
    _told = Signal(object, object)

    def __init__(self, predicting: PredictingThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._predicting = predicting
        self.turns = Turns()
        self._watch: _Watch | None = None
        self._told.connect(self._take)

    @property
    def running(self) -> bool:
        """Whether a folder is watched, paused or not."""
        return self._watch is not None

    def start(self, plan: WatchPlan) -> None:
        """Watch a folder, in place of the one watched so far."""
        before = self._watch
        self.stop()
        self.turns.pause(plan.paused)
        self._watch = _Watch(self, self._predicting, plan, before)
        self._watch.thread.start()

    def pause(self, hold: bool) -> None:
        """Hold after the photos under way, or go on."""
        self.turns.pause(hold)

    def stop(self) -> None:
        """Watch no more; a photo under way is left."""
        if self._watch is not None:
            self.turns.stop(self._watch.stop)
            self._watch = None

    def close(self) -> None:
        """Stop, and wait for the thread."""
        watch = self._watch
        self.stop()
        if watch is not None:
            watch.thread.join()

    def tell(self, watch: _Watch, what: WatchStatus | JobResult) -> None:
        """Pass on what a watch says; for its threads."""
        self._told.emit(watch, what)

    def _take(self, watch: _Watch, what: WatchStatus | JobResult) -> None:
        if watch is self._watch:
            (self.changed if isinstance(what, WatchStatus) else self.finished).emit(what)


class _Watch:
    """One plan at work; everything but the constructor belongs to its thread and those of the batch engine."""

    def __init__(
        self, runner: WatchRunner, predicting: PredictingThread, plan: WatchPlan, before: _Watch | None
    ) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._work, args=(before,), name="kirie-watch", daemon=True)
        self._runner, self._predicting, self._plan = runner, predicting, plan
        self._telling = threading.Lock()
        self._status = WatchStatus()

    def _work(self, before: _Watch | None) -> None:
        if before is not None:
            before.thread.join()
        lower_priority()
        try:
            self._run()
        except KirieError as error:
            log.info("%s", error, exc_info=True)
            self._say(state=WatchState.ENDED, trouble=error)
        except CancelledError:  # the window closes
            pass
        except Exception:
            log.exception("the folder is not watched any more")
            self._say(state=WatchState.ENDED)

    def _run(self) -> None:
        from matting.batch.journal import Journal
        from matting.watch.watcher import Watched, Watcher

        plan, turns = self._plan, self._runner.turns
        watcher = Watcher(
            Watched([plan.folder], plan.output, self._job_of),
            SharedPredictor(self._predicting, plan.model),
            on_result=self._take_result,
            on_trouble=lambda error: self._say(trouble=error),
            on_failing=self._take_failing,
            model=plan.model,
        )
        while not self.stop.is_set():
            if turns.batch_at_work or turns.paused:
                self._say(state=WatchState.PAUSED if turns.paused else WatchState.RESTING)
            with turns.watch(self.stop) as control:
                if control is None:
                    return
                try:
                    with Journal(plan.output.folder) as journal:
                        self._say(state=WatchState.WATCHING, trouble=None)
                        watcher.run(journal, control)
                except BatchRunning as error:
                    self._say(state=WatchState.WATCHING, trouble=error)
                    control.wait(_AGAIN_S)

    def _job_of(self, photo: FoundPhoto) -> Job:
        return Job(photo.path, photo.root, self._plan.settings)

    def _take_result(self, result: JobResult) -> None:
        if result.remembered:
            return  # finished before this start
        if result.state is JobState.DONE:
            self._say(cut=self._status.cut + 1, last=result.job.source)
        self._runner.tell(self, result)

    def _take_failing(self, failing: Mapping[Path, KirieError]) -> None:
        state = WatchState.WATCHING if self._plan.folder.is_dir() else WatchState.AWAY
        if (failing, state) != (self._status.failing, self._status.state):
            self._say(failing=dict(failing), state=state)

    def _say(self, **changes: object) -> None:
        with self._telling:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]
            self._runner.tell(self, self._status)
