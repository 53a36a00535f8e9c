"""A batch run from the window: the engine on a thread, its reports as signals."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.threads.predicting import PredictingThread, SharedPredictor
from gui.threads.priority import lower_priority
from matting.batch.jobs import Job, JobResult, Progress, Summary
from matting.errors import KirieError
from matting.settings import OutputSettings
from matting.system.control import Control

if TYPE_CHECKING:
    from matting.batch.batch import Batch

log = logging.getLogger(__name__)

MakeJobs = Callable[[], Sequence[Job]]
"""Makes the jobs of all photos of the list; called once, on the batch's thread."""
Turn = Callable[[], AbstractContextManager[None]]
"""Entered on the batch's thread for as long as it writes: waits until nobody else does."""


class BatchRunner(QObject):
    """Runs one batch at a time.

    Signals, on the GUI thread: ``started(total)``; ``job_started(Job)``; ``job_finished(JobResult)``;
    ``progress(Progress)``; ``finished(Summary | None, KirieError | None)``: an error when the batch could not run at
    all, both ``None`` for a defect of ours, whose traceback is in the log; ``paused(bool)``.
    """

    started = Signal(int)
    job_started = Signal(object)
    job_finished = Signal(object)
    progress = Signal(object)
    paused = Signal(bool)
    finished = Signal(object, object)
    _ended = Signal(object, object)

    def __init__(self, predicting: PredictingThread, turn: Turn = nullcontext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._predicting, self._turn = predicting, turn
        self._control = Control()
        self._left_out: frozenset[Path] = frozenset()
        self._thread: threading.Thread | None = None
        self._ended.connect(self._end)

    @property
    def running(self) -> bool:
        """Whether a batch is at work or held."""
        return self._thread is not None

    @property
    def is_paused(self) -> bool:
        """Whether the batch is held."""
        return self.running and self._control.paused

    def start(
        self, jobs: MakeJobs, only: Collection[int], output: OutputSettings, model: str, redo: bool = False
    ) -> None:
        """Cut the jobs with the indexes ``only``; all of them give the outputs their names. One batch at a time.

        With ``redo``, photos that the journal knows as finished are cut again.
        """
        if self.running:
            raise RuntimeError("a batch is running")
        self._control, self._left_out = Control(), frozenset()
        self._thread = threading.Thread(
            target=self._work, args=(jobs, frozenset(only), output, model, redo), name="kirie-batch", daemon=True
        )
        self.started.emit(len(only))
        self._thread.start()

    def pause(self, hold: bool) -> None:
        """Hold the batch or let it go on."""
        if self.running:
            if hold:
                self._control.pause()
            else:
                self._control.resume()
            self.paused.emit(hold)

    def cancel(self) -> None:
        """Stop within a photo; those under way go back to waiting."""
        self._control.cancel()

    def wind_down(self) -> None:
        """Finish the photos that are under way and begin no other."""
        self._control.wind_down()

    def leave_out(self, photos: Iterable[Path]) -> None:
        """Take photos back from the running batch: those that are not written yet are left as they are."""
        self._left_out = self._left_out.union(photos)  # replaced as a whole: the batch's threads read it

    def close(self) -> None:
        """Cancel and wait for the thread."""
        self._control.cancel()
        if self._thread is not None:
            self._thread.join()

    def _work(self, jobs: MakeJobs, only: frozenset[int], output: OutputSettings, model: str, redo: bool) -> None:
        lower_priority()
        try:
            self._ended.emit(self._run(jobs, only, output, model, redo), None)
        except KirieError as error:
            log.info("%s", error, exc_info=True)
            self._ended.emit(None, error)
        except CancelledError:
            self._ended.emit(Summary((), len(only), 0.0, cancelled=True), None)
        except Exception:
            log.exception("the batch stopped")
            self._ended.emit(None, None)

    def _run(self, jobs: MakeJobs, only: frozenset[int], output: OutputSettings, model: str, redo: bool) -> Summary:
        from matting.batch.batch import Batch
        from matting.batch.journal import Journal

        predictor = SharedPredictor(self._predicting, model)
        with self._turn(), Journal(output.folder) as journal:
            batch: Batch = Batch(
                jobs(),
                output,
                predictor,
                on_start=self._tell_start,
                on_result=self._tell_result,
                on_progress=self._tell_progress,
                control=self._control,
                journal=journal,
                model=model,
                redo=redo,
                is_wanted=lambda job: job.source not in self._left_out,
            )
            return batch.run(only)

    def _tell_start(self, index: int, job: Job) -> None:  # noqa: ARG002
        self.job_started.emit(job)

    def _tell_result(self, result: JobResult) -> None:
        self.job_finished.emit(result)

    def _tell_progress(self, progress: Progress) -> None:
        self.progress.emit(progress)

    def _end(self, summary: Summary | None, error: KirieError | None) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        self.finished.emit(summary, error)
