"""What travels to a worker: some photos with the names of their outputs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matting.batch.jobs import Job
from matting.batch.journal import file_mark


@dataclass(frozen=True)
class Task:
    """One photo: its place in the whole, what to do, where it goes, and the key that the manifest knows it by."""

    index: int
    job: Job
    planned: Mapping[str, Path]
    key: str


@dataclass(frozen=True)
class Block:
    """Photos that one worker cuts in one go.

    ``ours`` are files that a worker which died may have written of them: they are made again. ``tries`` counts the
    workers that died over this block.
    """

    tasks: tuple[Task, ...]
    ours: tuple[Path, ...] = ()
    tries: int = 0

    @property
    def name(self) -> str:
        """The same for the same photos."""
        keys = "".join(task.key for task in self.tasks)
        return hashlib.sha256(keys.encode()).hexdigest()[:24]


def task_key(source: Path, settings: str) -> str:
    """Return what stays the same while neither the photo nor what determines its outputs changes."""
    facts = (str(source), file_mark(source), settings)
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()[:24]
