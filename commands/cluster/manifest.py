"""What has become of each photo, kept beside the results, so that the same command does only what is left.

A part a block, of JSON lines. It is written before the block with the files that are not there yet, and replaced whole
after it by what became of each photo. A part that still has the first kind of line is of a worker that died: the files
in it are Kirie's own and may be half of a photo's, so they are made again.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.cluster.block import Block
from commands.terminal.report import photo_as_json
from matting.batch.jobs import JobResult, JobState
from matting.system.atomic import write_atomic

_FOLDER = ".kirie-manifest"
_KEPT = {JobState.DONE, JobState.NO_SUBJECT, JobState.SKIPPED}


@dataclass(frozen=True)
class Known:
    """What earlier runs left: the photo of each key that is finished, and files of workers that died."""

    finished: dict[str, dict[str, Any]]
    begun: frozenset[str]


class Manifest:
    """The manifest of one target; each part is written by the one worker that has its block."""

    def __init__(self, target: Path) -> None:
        self.folder = target / _FOLDER

    def begin(self, block: Block, absent: Iterable[Path]) -> None:
        """Note the files of a block that are not there yet. Raises ``WriteError``."""
        self._write(block, [{"type": "begun", "outputs": [str(path) for path in absent]}])

    def finish(self, block: Block, results: Sequence[JobResult]) -> None:
        """Note what became of the photos of a block, in its order. Raises ``WriteError``."""
        pairs = zip(block.tasks, results, strict=True)
        self._write(block, [{"key": task.key, **photo_as_json(result)} for task, result in pairs])

    def begun(self, block: Block) -> tuple[Path, ...]:
        """Return the files that a worker which died over this block may have written."""
        lines = _lines(self._part(block))
        return tuple(Path(path) for line in lines if line["type"] == "begun" for path in line["outputs"])

    def read(self) -> Known:
        """Return what earlier runs left."""
        finished: dict[str, dict[str, Any]] = {}
        begun: set[str] = set()
        for part in self.folder.glob("*.jsonl"):
            for line in _lines(part):
                if line["type"] == "begun":
                    begun.update(line["outputs"])
                elif line["state"] in _KEPT:
                    finished[line["key"]] = line
        return Known(finished, frozenset(begun.difference(*(line["outputs"] for line in finished.values()))))

    def _part(self, block: Block) -> Path:
        return self.folder / f"{block.name}.jsonl"

    def _write(self, block: Block, lines: Iterable[dict[str, Any]]) -> None:
        write_atomic(self._part(block), "".join(json.dumps(line) + "\n" for line in lines).encode())


def _lines(part: Path) -> Iterator[dict[str, Any]]:
    with contextlib.suppress(OSError):
        for line in part.read_bytes().splitlines():
            with contextlib.suppress(ValueError):  # a disk that lost its end
                yield json.loads(line)
