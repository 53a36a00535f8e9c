"""A photo in the list, as a value: changing it means replacing it, so any thread may read a copy of the list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from matting.alpha.doubt_limit import WANTS_A_LOOK, Reason
from matting.alpha.strokes import Stroke
from matting.batch.jobs import Job, JobResult, JobState
from matting.errors import KirieError
from matting.selection.marks import Mark
from matting.settings import CutSettings, Mode


class PhotoState(StrEnum):
    """Where a photo stands: the states of a job, and ``MISSING`` for a file that is no longer there."""

    WAITING = "waiting"
    CUTTING = "cutting"
    DONE = "done"
    NO_SUBJECT = "no-subject"
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSING = "missing"

    # Python's own for enums is a function in Python: a third of the time of a change of thousands of states.
    __hash__ = str.__hash__


FINISHED = frozenset({PhotoState.DONE, PhotoState.NO_SUBJECT, PhotoState.SKIPPED})
"""States that a batch does not touch again unless asked to."""
TO_DO = frozenset({PhotoState.WAITING, PhotoState.CUTTING})
"""States that a batch begins with."""
NOT_READ = frozenset({PhotoState.FAILED, PhotoState.MISSING})
"""States of photos that could not be cut, to be tried again when asked to."""

_NO_FIELD = object()


@dataclass(frozen=True)
class PhotoEntry:
    """One row.

    ``root`` is the folder whose tree the outputs mirror (``None``: named by itself). ``settings`` are the photo's own,
    ``None`` while it follows the shared ones. ``outputs`` are the files written for it;
    ``size`` is (width, height) once known. ``damaged``: some of its pixels are lost, as the batch found. ``looked``
    names the model that has looked at it, "" while none has; ``doubt`` and ``reason`` are what that model's map says,
    whatever the settings are. ``reviewed``: a person has found it fine. ``map_file`` is a mask that takes the place of
    the model's map.
    """

    path: Path
    root: Path | None = None
    state: PhotoState = PhotoState.WAITING
    error: KirieError | None = None
    doubt: float | None = None
    size: tuple[int, int] | None = None
    settings: CutSettings | None = None
    marks: tuple[Mark, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    outputs: tuple[Path, ...] = ()
    damaged: bool = False
    looked: str = ""
    reason: Reason | None = None
    reviewed: bool = False
    map_file: Path | None = None

    @property
    def doubtful(self) -> bool:
        """Whether a person should look at this photo's cutout, and has not yet."""
        doubtful = self.doubt is not None and self.doubt >= WANTS_A_LOOK
        return not self.reviewed and (self.damaged or doubtful or self.state is PhotoState.NO_SUBJECT)

    @property
    def is_readable(self) -> bool:
        """Whether nothing is known against reading it."""
        return self.state not in NOT_READ

    @property
    def by_hand(self) -> dict[str, Any]:
        """What the user's hand made of it."""
        return {name: getattr(self, name) for name in ("settings", "marks", "strokes", "map_file")}

    def differs_by_hand(self, other: PhotoEntry) -> bool:
        """Return whether the user's hand made one of these entries of the other."""
        return self.by_hand != other.by_hand

    @property
    def corrected(self) -> bool:
        """Whether a person's hand has changed what is found."""
        return bool(self.marks or self.strokes or self.map_file)

    def marks_in(self, mode: Mode) -> tuple[Mark, ...]:
        """Return the marks that count: they say which thing is meant, and vessels are none."""
        return self.marks if mode is Mode.CUTOUT else ()

    def map_in(self, mode: Mode) -> Path | None:
        """Return the mask that counts as the map: of subjects, not of vessels."""
        return self.map_file if mode is Mode.CUTOUT else None

    def but(self, **changes: Any) -> PhotoEntry:
        """Return this entry with other values for some fields; itself where it has them already.

        Does what ``dataclasses.replace`` does in an eighth of its time, which counts when 5,000 rows change at once.
        Raises ``TypeError`` for a field that there is not.
        """
        for name, value in changes.items():
            if self.__dict__.get(name, _NO_FIELD) != value:
                break
        else:
            return self
        changed = object.__new__(PhotoEntry)
        fields = changed.__dict__
        fields.update(self.__dict__)
        fields.update(changes)
        if len(fields) != len(self.__dict__):
            raise TypeError(f"{', '.join(changes.keys() - self.__dict__.keys())}: no field of an entry")
        return changed

    def edited(self, **changes: Any) -> PhotoEntry:
        """Return this entry with changes that its written files do not show yet: once finished, it waits again."""
        if self.state in FINISHED:
            changes["state"] = PhotoState.WAITING
        return self.but(**changes) if changes else self


def job_of(entry: PhotoEntry, shared: CutSettings, mode: Mode) -> Job:
    """Return what a batch is to do with the photo; ``shared`` are the settings of photos without their own."""
    settings, map_file = entry.settings or shared, entry.map_in(mode)
    return Job(entry.path, entry.root, settings, entry.strokes, entry.marks_in(mode), map_file=map_file)


def outcome(entry: PhotoEntry, job: Job, result: JobResult) -> dict[str, Any]:
    """Return the fields of ``entry`` after a batch; ``job`` is what would be cut of it now."""
    state = PhotoState(result.state.value)
    failed = result.state is JobState.FAILED
    if job != result.job and not failed:
        state = PhotoState.WAITING  # changed by hand meanwhile: what was written is not what is seen
    elif result.remembered and result.state is JobState.SKIPPED:
        state = PhotoState.DONE  # cut by an earlier run with exactly these settings
    return {
        "state": state,
        "error": result.error,
        "doubt": entry.doubt if failed else result.doubt,
        "damaged": entry.damaged if failed else result.damaged,
        "outputs": result.outputs or entry.outputs,
        "size": (result.width, result.height) if result.width else entry.size,
    }
