"""Many photos in, cutouts out: reading, predicting and finishing overlap, and no photo stops another.

A photo enters only while the megapixels in flight stay below a budget, so memory does not grow with the batch.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.doubt import doubt_by
from matting.batch.apply_marks import find_subject
from matting.batch.budget import MegapixelBudget
from matting.batch.existing_outputs import Decision, Resolver, settings_digest
from matting.batch.find_photos import FoundPhoto
from matting.batch.finish_photo import finish_photo
from matting.batch.jobs import Job, JobResult, JobState, Progress, Summary
from matting.batch.journal import Entry, FileMark, Journal, file_mark, path_text
from matting.batch.output_names import kinds_of, output_paths
from matting.batch.pipeline import Pipeline
from matting.batch.rate import Pace
from matting.batch.write_outputs import make_folder, write_all
from matting.cutout.compose import BACKGROUNDS_KEPT
from matting.errors import KirieError
from matting.files.reading.read_photo import read_photo, read_size
from matting.photo import Photo
from matting.predictor import Predictor
from matting.settings import OutputSettings, settings_for
from matting.system.atomic import remove_leftovers
from matting.system.control import Cancelled, Control
from matting.system.unexpected import as_kirie_error

__all__ = ["Batch", "Job", "JobResult", "JobState", "Progress", "Summary"]

# Room for a usual photo at each finisher, one being predicted and one being read.
_MEGAPIXELS_A_PHOTO = 13.0
_MOST_WORKERS = 12
Step = TypeVar("Step")


def _cores() -> int:
    return os.cpu_count() or 2


@contextmanager
def _opencv_threads(count: int) -> Iterator[None]:
    """Limit OpenCV's threads: photos side by side keep the cores busy, more threads in each would only take turns."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(count)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def default_workers() -> int:
    """Return the number of finishing threads for this machine."""
    return max(2, min(_MOST_WORKERS, _cores() // 2))


class Batch:
    """An ordered set of jobs on their way into one output folder.

    ``on_start(index, job)``, ``on_result(result)`` and ``on_progress(progress)`` are called from worker threads, one
    at a time; an exception in one of them stops the batch and comes out of ``run``. ``workers`` is the number of
    finishing threads, ``megapixels`` the budget in flight. ``model`` is the name for templates with ``{model}``. With
    ``redo``, what the journal knows as finished is cut again. ``is_wanted(job)`` is asked before each step of a photo,
    from worker threads: one that is not wanted any more is left as it is, has no result and counts nowhere.
    ``planned`` names the outputs of jobs that are part of a larger whole; otherwise the batch names them itself.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        output: OutputSettings,
        predictor: Predictor,
        *,
        on_start: Callable[[int, Job], None] | None = None,
        on_result: Callable[[JobResult], None] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        control: Control | None = None,
        workers: int | None = None,
        journal: Journal | None = None,
        model: str = "model",
        redo: bool = False,
        megapixels: float | None = None,
        is_wanted: Callable[[Job], bool] = lambda _: True,
        planned: Sequence[Mapping[str, Path]] | None = None,
    ) -> None:
        self.jobs = tuple(jobs)
        self.output, self.predictor, self.journal, self.redo = output, predictor, journal, redo
        self.on_start, self.on_result, self.on_progress = on_start, on_result, on_progress
        self.control, self.is_wanted = control or Control(), is_wanted
        self.workers = workers or default_workers()
        self.megapixels = megapixels or _MEGAPIXELS_A_PHOTO * (self.workers + 2)
        self.kinds = kinds_of(output, predictor.classes)
        photos = [FoundPhoto(job.source, job.root) for job in self.jobs]
        self.planned = output_paths(photos, output, self.kinds, model) if planned is None else planned

    def run(self, only: Collection[int] | None = None) -> Summary:
        """Cut all photos, or those with the indexes ``only`` (to retry ``Summary.failed``), and return when done.

        Names do not depend on ``only``. The calling thread is the one that predicts.

        Raises:
            WriteError: the output folder cannot be made or written into; nothing was done.
        """
        make_folder(self.output.folder)
        indexes = [index for index in range(len(self.jobs)) if only is None or index in only]
        for folder in {path.parent for index in indexes for path in self.planned[index].values()}:
            remove_leftovers(folder)
        with _opencv_threads(max(1, _cores() // max(1, min(self.workers, len(indexes))))):
            return _Run(self, indexes).run()


@dataclass
class _Item:
    """A photo on its way."""

    index: int
    job: Job
    digest: str = ""
    mark: FileMark | None = None
    decision: Decision = field(default_factory=lambda: Decision({}))
    megapixels: float = 0.0
    photo: Photo | None = None
    probability: NDArray[np.float32] | None = None
    seconds: float = 0.0


class _Run:
    """One pass over some photos of a batch: the three steps of a photo, and the reports."""

    def __init__(self, batch: Batch, indexes: Sequence[int]) -> None:
        self._batch, self._indexes = batch, indexes
        self._budget = MegapixelBudget(batch.megapixels - _kept_megapixels([batch.jobs[index] for index in indexes]))
        sizes = (size for size in batch.output.canvases if not size.ratio)
        self._canvas_megapixels = max((size.width * size.height / 1e6 for size in sizes), default=0.0)
        reserved = {path for named in batch.planned for path in named.values()}
        self._resolver = Resolver(batch.output.existing, batch.journal, batch.redo, reserved)
        self._resolving, self._reporting = threading.Lock(), threading.Lock()
        self._results: list[JobResult] = []
        self._failed = self._withdrawn = 0
        self._pace = Pace()

    def run(self) -> Summary:
        started = time.monotonic()
        pipeline = Pipeline[_Item](
            self._read,
            self._predict,
            self._finish,
            readers=1 + self._batch.workers // 4,
            finishers=self._batch.workers,
            on_stop=self._budget.close,
        )
        cancelled = False
        try:
            pipeline.run(self._items())
        except Cancelled:
            cancelled = True
        results = tuple(sorted(self._results, key=lambda result: result.index))
        total = len(self._indexes) - self._withdrawn
        # Wound down at the very end, nothing was left out and nothing was cancelled.
        cancelled = cancelled or (self._batch.control.winding_down and len(results) < total)
        return Summary(results, total, time.monotonic() - started, cancelled)

    def _items(self) -> Iterator[_Item]:
        for index in self._indexes:
            if self._batch.control.winding_down:
                return
            yield _Item(index, self._batch.jobs[index])

    def _read(self, item: _Item) -> bool:
        batch, job = self._batch, item.job
        if not self._may_go_on(item) or batch.control.winding_down:
            return False  # stays as it was; what is further along is finished
        with self._resolving:
            # In turn, photo after photo: names are given and room is taken in the batch's order.
            item.mark = file_mark(job.source)
            item.digest = settings_digest(job, batch.output, batch.kinds, batch.predictor.key)
            item.decision = self._resolver.decide(job, batch.planned[item.index], item.digest)
            if not item.decision.targets:
                self._report(_nothing_to_do(item))
                return False
            item.megapixels = _announced_megapixels(job.source) + self._canvas_megapixels
            self._budget.take(item.megapixels)
        if not self._may_go_on(item):
            return False
        if batch.on_start:
            with self._reporting:
                batch.on_start(item.index, job)
        item.photo = photo = self._attempt(item, lambda: read_photo(job.source))
        if photo is None:
            return False
        real = photo.width * photo.height * photo.rgb.itemsize / 1e6 + self._canvas_megapixels
        self._budget.add(real - item.megapixels)
        item.megapixels = real
        return True

    def _predict(self, item: _Item) -> bool:
        if not self._may_go_on(item):
            return False
        photo = item.photo
        assert photo is not None
        item.probability = self._attempt(item, lambda: find_subject(item.job, photo, self._batch.predictor))
        return item.probability is not None

    def _finish(self, item: _Item) -> None:
        if not self._may_go_on(item):
            return
        result = self._attempt(item, lambda: self._cut_and_write(item))
        if result is not None:
            self._budget.give(item.megapixels)
            self._report(replace(result, seconds=item.seconds))

    def _cut_and_write(self, item: _Item) -> JobResult:
        batch, job, decision = self._batch, item.job, item.decision
        photo, probability = item.photo, item.probability
        item.photo = item.probability = None
        assert photo is not None
        assert probability is not None
        predictor = batch.predictor
        suited = replace(job, settings=settings_for(predictor.mode, job.settings))
        finished = finish_photo(photo, probability, suited, batch.output, decision.targets, predictor.classes)
        doubtful = doubt_by(predictor, probability)
        state = JobState.DONE if finished.has_subject else JobState.NO_SUBJECT
        width, height, damaged = photo.width, photo.height, photo.damaged
        del photo, probability
        files = {decision.targets[kind]: data for kind, data in finished.files.items()}
        if batch.journal and item.mark:
            outputs = {kind: (path_text(decision.targets[kind]), None) for kind in finished.files}
            entry = Entry(
                source=path_text(job.source),
                mark=item.mark,
                settings=item.digest,
                outputs=outputs,
                state=state,
                doubt=doubtful,
                width=width,
                height=height,
                by_hand=bool(job.strokes or job.marks or job.map_file),
                damaged=damaged,
            )
            batch.journal.begin(entry)
            write_all(files)
            batch.journal.done(entry)
        else:
            write_all(files)
        outputs_there = (*decision.present, *files)
        return JobResult(
            item.index,
            job,
            state,
            outputs_there,
            doubtful,
            width=width,
            height=height,
            damaged=damaged,
            scale=finished.scale,
            wanted_scale=finished.wanted_scale,
        )

    def _attempt(self, item: _Item, step: Callable[[], Step]) -> Step | None:
        """Return what the step returns; ``None`` when it failed: then the photo has failed, and the others go on."""
        started = time.monotonic()
        try:
            return step()
        except Exception as error:
            item.photo = item.probability = None
            self._budget.give(item.megapixels)
            failure = as_kirie_error(item.job.source, error)
            seconds = item.seconds + time.monotonic() - started
        finally:
            item.seconds += time.monotonic() - started
        self._report(JobResult(item.index, item.job, JobState.FAILED, error=failure, seconds=seconds))
        return None

    def _may_go_on(self, item: _Item) -> bool:
        """Hold while paused; return whether the photo is still wanted. Raises ``Cancelled`` when cancelled."""
        control = self._batch.control
        paused = control.paused
        control.wait_if_paused()
        if paused:
            with self._reporting:
                self._pace.restart()
        if self._batch.is_wanted(item.job):
            return True
        item.photo = item.probability = None
        self._budget.give(item.megapixels)
        with self._reporting:
            self._withdrawn += 1
            self._tell_progress()
        return False

    def _report(self, result: JobResult) -> None:
        batch = self._batch
        with self._reporting:
            self._results.append(result)
            self._failed += result.state is JobState.FAILED
            if result.seconds:
                self._pace.tick()
            if batch.on_result:
                batch.on_result(result)
            self._tell_progress()

    def _tell_progress(self) -> None:
        if self._batch.on_progress:
            done, total, rate = len(self._results), len(self._indexes) - self._withdrawn, self._pace.rate()
            remaining = (total - done) / rate if rate else None
            self._batch.on_progress(Progress(done, total, self._failed, rate, remaining))


def _nothing_to_do(item: _Item) -> JobResult:
    finished, present = item.decision.finished, item.decision.present
    if finished is None:
        return JobResult(item.index, item.job, JobState.SKIPPED, present)
    # "No subject found" is worth saying again; a cutout that is there is not.
    state = JobState.NO_SUBJECT if finished.state == JobState.NO_SUBJECT else JobState.SKIPPED
    return JobResult(
        item.index,
        item.job,
        state,
        present,
        finished.doubt,
        width=finished.width,
        height=finished.height,
        remembered=True,
        damaged=finished.damaged,
    )


def _kept_megapixels(jobs: Sequence[Job]) -> float:
    """Return how much of the budget the background pictures of these photos take for as long as the batch runs."""
    pictures = {job.settings.background for job in jobs if isinstance(job.settings.background, Path)}
    return sum(sorted(map(_announced_megapixels, pictures))[-BACKGROUNDS_KEPT:])


def _announced_megapixels(path: Path) -> float:
    """Return the size in a file's header; one that cannot be read takes no room, since reading it will fail."""
    try:
        width, height = read_size(path)
    except (KirieError, MemoryError):
        return 0.0
    return float(width * height / 1e6)
