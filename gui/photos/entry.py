"""A photo in the list, as a value: changing it means replacing it, so any thread may read a copy of the list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from matting.alpha.doubt import WANTS_A_LOOK
from matting.alpha.strokes import Stroke
from matting.errors import KirieError
from matting.settings import CutSettings


class PhotoState(StrEnum):
    """Where a photo stands: the states of a job, and ``MISSING`` for a file that is no longer there."""

    WAITING = "waiting"
    CUTTING = "cutting"
    DONE = "done"
    NO_SUBJECT = "no-subject"
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSING = "missing"


FINISHED = frozenset({PhotoState.DONE, PhotoState.NO_SUBJECT, PhotoState.SKIPPED})
"""States that a batch does not touch again unless asked to."""


@dataclass(frozen=True)
class PhotoEntry:
    """One row.

    ``root`` is the folder whose tree the outputs mirror (``None``: named by itself). ``settings`` are the photo's own,
    ``None`` while it follows the shared ones. ``outputs`` are the files written for it;
    ``size`` is (width, height) once known. ``damaged``: some of its pixels are lost, as the batch found.
    """

    path: Path
    root: Path | None = None
    state: PhotoState = PhotoState.WAITING
    error: KirieError | None = None
    doubt: float | None = None
    size: tuple[int, int] | None = None
    settings: CutSettings | None = None
    strokes: tuple[Stroke, ...] = ()
    outputs: tuple[Path, ...] = ()
    damaged: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether a person should look at this photo's cutout."""
        doubtful = self.doubt is not None and self.doubt >= WANTS_A_LOOK
        return self.damaged or doubtful or self.state is PhotoState.NO_SUBJECT
