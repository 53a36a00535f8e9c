"""What to do about files that stand where a photo's outputs should go."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from matting.batch.jobs import Job
from matting.batch.journal import Entry, Journal, file_mark, path_text
from matting.batch.output_names import numbered
from matting.selection.marks_file import marks_digest
from matting.settings import Existing, OutputSettings


@dataclass(frozen=True)
class Decision:
    """``targets`` are the files to write, kind → path; none when there is nothing to do.

    ``present`` are files that stay as they are, ``finished`` what the journal knows about a photo that is complete.
    """

    targets: Mapping[str, Path]
    present: tuple[Path, ...] = ()
    finished: Entry | None = None


@dataclass
class Resolver:
    """Decides photo by photo, by the journal and the files on disk; called from one thread at a time.

    - Finished earlier with the same settings, source and files unchanged since: nothing to do, whatever ``existing``.
    - ``skip`` leaves files alone, except those that Kirie itself made of this photo with other settings and nobody
      changed since. What a person made with strokes is never replaced by a cut without them.
    - ``overwrite`` replaces what is there, ``rename`` numbers the new file, avoiding ``reserved`` names.
      The photo itself is never replaced.

    ``redo`` forgets what the journal knows as finished.
    """

    existing: Existing
    journal: Journal | None = None
    redo: bool = False
    reserved: set[Path] = field(default_factory=set)

    def decide(self, job: Job, planned: Mapping[str, Path], settings: str) -> Decision:
        """Decide what to write for a photo whose outputs would be ``planned`` and whose settings have this digest."""
        finished = self.journal.find(job.source, settings) if self.journal and not self.redo else None
        if finished and finished.intact():
            paths = tuple(Path(path) for path, _ in finished.outputs.values())
            return Decision({}, paths, finished)
        targets: dict[str, Path] = {}
        present: list[Path] = []
        for kind, path in planned.items():
            if not os.path.lexists(path) or self._replaceable(job, path, settings):
                targets[kind] = path
            elif self.existing is Existing.SKIP:
                present.append(path)
            else:
                targets[kind] = self._free(path)
        self.reserved.update(targets.values())
        return Decision(targets, tuple(present))

    def _replaceable(self, job: Job, path: Path, settings: str) -> bool:
        if _same_file(path, job.source):
            return False
        if self.existing is Existing.OVERWRITE:
            return True
        writer = self.journal.writer(path) if self.journal else None
        if writer is None or writer.source != path_text(job.source):
            return False
        if writer.settings == settings and writer.mark == file_mark(job.source):
            return True  # killed between two files of this photo, or its other file is gone
        return self.existing is Existing.SKIP and (bool(job.strokes or job.map_file) or not writer.by_hand)

    def _free(self, path: Path) -> Path:
        candidates = (numbered(path, number) for number in itertools.count(2))
        return next(each for each in candidates if not os.path.lexists(each) and each not in self.reserved)


def settings_digest(job: Job, output: OutputSettings, kinds: Sequence[str], predictor: str) -> str:
    """Digest all that determines a photo's outputs beside its pixels; ``predictor`` is the map's key."""
    # Only what differs from the defaults: a setting that a later version adds does not void every journal.
    chosen = [
        (each.name, str(getattr(job.settings, each.name)))
        for each in fields(job.settings)
        if getattr(job.settings, each.name) != each.default
    ]
    background = job.settings.background
    picture = file_mark(Path(background)) if background is not None else None
    facts: tuple[object, ...]
    facts = (chosen, job.strokes, picture, tuple(kinds), output.format, output.name, output.write_empty, predictor)
    further = {name: getattr(output, name) for name in ("canvases", "quality", "colour", "metadata")}
    plain = OutputSettings(output.folder)
    changed = tuple((name, str(value)) for name, value in further.items() if value != getattr(plain, name))
    if changed:
        facts = (*facts, changed)
    if job.map_file:
        facts = (*facts, str(job.map_file), file_mark(job.map_file))
    if job.marks or job.marks_file:
        facts = (*facts, job.marks, job.marks_file and marks_digest(job.marks_file))
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
