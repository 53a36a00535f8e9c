"""What goes into a batch and what comes out of it, photo by photo."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from matting.alpha.doubt_limit import WANTS_A_LOOK
from matting.alpha.strokes import Stroke
from matting.errors import KirieError
from matting.selection.marks import Mark
from matting.settings import CutSettings


class JobState(StrEnum):
    """How far a photo is; the last four are final."""

    WAITING = "waiting"
    CUTTING = "cutting"
    DONE = "done"
    NO_SUBJECT = "no-subject"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Job:
    """One photo to be cut with its settings; ``root`` is the folder that its place in the output is counted from.

    ``map_file`` is a grey picture that takes the place of the network's map, ``marks`` change that map, ``strokes`` the
    alpha. ``marks_file`` holds further marks, which come first; it is read when the photo's turn comes.
    """

    source: Path
    root: Path | None
    settings: CutSettings
    strokes: tuple[Stroke, ...] = ()
    marks: tuple[Mark, ...] = ()
    marks_file: Path | None = None
    map_file: Path | None = None


@dataclass(frozen=True)
class JobResult:
    """What became of a photo.

    ``index`` is its place in the batch, ``outputs`` the files that are there now because of it, ``doubt`` in [0, 1]
    (``None`` while unknown), ``seconds`` the time spent working on it, ``width`` and ``height`` in pixels (0 while
    unknown). With a canvas, ``scale`` and ``wanted_scale`` say how large the subject was written and how large its
    share wanted it, 1 in the photo's own pixels. ``damaged`` marks a photo some of whose pixels the file has lost,
    ``remembered`` what an earlier run finished and this one found complete.
    """

    index: int
    job: Job
    state: JobState
    outputs: tuple[Path, ...] = ()
    doubt: float | None = None
    error: KirieError | None = None
    seconds: float = 0.0
    width: int = 0
    height: int = 0
    remembered: bool = False
    damaged: bool = False
    scale: float | None = None
    wanted_scale: float | None = None

    @property
    def enlarged(self) -> bool:
        """Whether the subject has more pixels than the photo gave it, so that it is less sharp."""
        return self.scale is not None and self.scale > 1.005

    @property
    def too_small(self) -> bool:
        """Whether the subject has too few pixels for its share of the canvas, and was not enlarged."""
        return self.scale is not None and self.wanted_scale is not None and self.scale < self.wanted_scale - 0.005

    @property
    def wants_a_look(self) -> bool:
        """Whether a person should look at it: cut with much doubt, from a damaged file, or nothing found."""
        doubtful = self.doubt is not None and self.doubt >= WANTS_A_LOOK
        return self.damaged or doubtful or self.state is JobState.NO_SUBJECT


@dataclass(frozen=True)
class Progress:
    """How far a batch is. ``rate`` in photos a second and ``remaining_s`` in seconds, ``None`` until measured."""

    done: int
    total: int
    failed: int
    rate: float | None
    remaining_s: float | None


@dataclass(frozen=True)
class Summary:
    """A batch at its end. ``cancelled``: stopped by hand before all photos were reached; those have no result."""

    results: tuple[JobResult, ...]
    total: int
    seconds: float
    cancelled: bool = False
    counts: Counter[JobState] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", Counter(result.state for result in self.results))

    @property
    def failed(self) -> tuple[int, ...]:
        """Indexes of the failed photos, for ``Batch.run(only=…)``."""
        return tuple(result.index for result in self.results if result.state is JobState.FAILED)

    @property
    def wants_a_look(self) -> int:
        """How many photos a person should look at."""
        return sum(result.wants_a_look for result in self.results)
