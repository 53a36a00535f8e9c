"""Cuts the photos of folders as they arrive, for weeks: looks again and again, since network drives tell nothing."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matting.batch.batch import Batch
from matting.batch.find_photos import FoundPhoto, find_photos
from matting.batch.jobs import Job, JobResult, JobState
from matting.batch.journal import Journal, file_mark
from matting.batch.output_names import kinds_of, without_own_outputs
from matting.batch.patterns import Patterns
from matting.batch.search import search
from matting.errors import KirieError, PhotoMissing, PhotoNeedsMemory, PhotoUnreadable, WriteError
from matting.predictor import Predictor
from matting.settings import OutputSettings
from matting.system.control import Control
from matting.watch.arrivals import Arrivals

_MOST_AT_ONCE = 100
"""Photos in one batch: between two of them newcomers are seen and failures are noted."""
_REST = 4
"""A look that took long, on a slow network, is followed by a rest of so many times its length."""
_PASSES = (WriteError, PhotoUnreadable, PhotoMissing, PhotoNeedsMemory)
"""Failures that are not the photo's fault: another try may succeed although the photo is the same."""


@dataclass(frozen=True)
class Watched:
    """Where photos are looked for and what becomes of them; ``job_of`` makes a job of a photo.

    ``settle_s`` is how long a file must have stayed the same, ``every_s`` the time between two looks.
    """

    folders: Sequence[Path]
    output: OutputSettings
    job_of: Callable[[FoundPhoto], Job]
    patterns: Patterns = field(default_factory=Patterns)
    recursive: bool = True
    settle_s: float = 3.0
    every_s: float = 2.0


class Watcher:
    """Looks at folders and cuts what has become ready.

    What was finished is known from the journal, so a watcher that was killed goes on where it stopped. ``on_result``
    is called for each photo, from worker threads one at a time; ``on_trouble`` with what keeps the whole folder from
    being cut (``None``: it is over); ``on_failing``, after each look, with the photos whose last try failed and that
    are not gone, and what is wrong with them. ``clock`` and ``wait`` count seconds.
    """

    def __init__(
        self,
        watched: Watched,
        predictor: Predictor,
        *,
        on_result: Callable[[JobResult], None],
        on_trouble: Callable[[KirieError | None], None] = lambda _: None,
        on_failing: Callable[[Mapping[Path, KirieError]], None] = lambda _: None,
        model: str = "model",
        workers: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] | None = None,
    ) -> None:
        self._watched, self._predictor = watched, predictor
        self._on_result, self._on_trouble, self._on_failing = on_result, on_trouble, on_failing
        self._model, self._workers = model, workers
        self._clock, self._wait = clock, wait
        self._arrivals = Arrivals(watched.settle_s)
        self._kinds = kinds_of(watched.output, predictor.classes)
        self._in_trouble = False
        self.counts: Counter[JobState] = Counter()
        self._failing: dict[Path, KirieError] = {}

    def run(self, journal: Journal, control: Control) -> None:
        """Watch until ``control`` winds down, and nothing else ends it; a later run goes on with what is known."""
        wait = self._wait or control.wait
        while not control.winding_down:
            started = self._clock()
            self._look()
            took = self._clock() - started
            busy = self._cut(journal, control)
            self._on_failing(self._failing)
            if not busy:
                wait(max(self._watched.every_s, _REST * took))

    def _look(self) -> None:
        watched = self._watched
        found = filter(watched.patterns.take, find_photos(watched.folders, watched.recursive))
        marks = ((photo.path, file_mark(photo.path)) for photo in found)
        self._arrivals.look({path: mark for path, mark in marks if mark is not None}, self._clock())
        for path in [path for path in self._failing if path not in self._arrivals]:
            del self._failing[path]

    def _cut(self, journal: Journal, control: Control) -> bool:
        """Cut photos that are ready, some at a time; return whether there were any."""
        ready = set(itertools.islice(self._arrivals.ready(self._clock()), _MOST_AT_ONCE))
        if not ready:
            return False
        self._arrivals.take(ready)
        # Names are given in view of all photos, as in any batch: a.jpg and a.png never meet, whenever they arrive.
        watched = self._watched
        found = search(watched.folders, watched.output.folder, watched.recursive, watched.patterns).photos
        photos = without_own_outputs(found, watched.output, self._kinds, self._model, journal.outputs)
        jobs = [watched.job_of(photo) for photo in photos]
        wanted = [index for index, job in enumerate(jobs) if job.source in ready]
        if not wanted:
            return True
        try:
            summary = Batch(
                jobs,
                watched.output,
                self._predictor,
                on_result=self._take_result,
                control=control,
                workers=self._workers,
                journal=journal,
                model=self._model,
            ).run(wanted)
        except WriteError as error:  # the output folder's drive is away, say
            for index in wanted:
                self._arrivals.retry_later(jobs[index].source, self._clock())
            self._on_trouble(error)
            self._in_trouble = True
        else:
            reached = {result.index for result in summary.results}
            self._arrivals.give_back(jobs[index].source for index in wanted if index not in reached)
            if self._in_trouble:
                self._on_trouble(None)
            self._in_trouble = False
        return True

    def _take_result(self, result: JobResult) -> None:
        source = result.job.source
        self.counts[result.state] += 1
        self._failing.pop(source, None)
        if result.error is not None:
            self._failing[source] = result.error
            if isinstance(result.error, _PASSES):
                self._arrivals.retry_later(source, self._clock())
        self._on_result(result)
