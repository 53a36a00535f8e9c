"""From the datasets that a user named to what is learned from and what is judged by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.training.data.batches import Draw
from models.training.data.check import Report, Row, check_dataset, fingerprint, photo_digest
from models.training.data.datasets import common_classes, find_dataset
from models.training.data.findings import Finding
from models.training.errors import DatasetUnusable, TooFewPhotos
from models.training.events import Checked, Checking, Event
from models.training.settings import TrainSettings

_REPORT_EVERY = 100


@dataclass(frozen=True)
class Data:
    """What a run learns from and is judged by; ``left_out`` photos were in both and are judged by only."""

    classes: tuple[str, ...]
    draws: tuple[Draw, ...]
    held_out: tuple[Row, ...]
    left_out: int = 0

    @property
    def fingerprint(self) -> str:
        """Identity of all pairs that are learned from or judged by."""
        return fingerprint([*(draw.row for draw in self.draws), *self.held_out])

    def held_out_digests(self) -> list[str]:
        """Return which photos were kept aside, by content, so that an evaluation can find them again."""
        return sorted(photo_digest(row) for row in self.held_out)


def prepare_data(settings: TrainSettings, emit: Callable[[Event], None]) -> Data:
    """Check all datasets and split them.

    A share is held out of each dataset, by content and seed: adding photos moves none of the others to the other side.
    Raises ``TrainingError`` types.
    """
    taught = bool(settings.teachers)
    reports = [check_folder(source.folder, emit, taught) for source in settings.sources]
    if isinstance(settings.val, Path):
        judged = check_folder(settings.val, emit)
        classes = common_classes(report.dataset for report in (*reports, judged))
        held_out = judged.usable
    else:
        classes = common_classes(report.dataset for report in reports)
        held_out = [row for report in reports for row in hold_out(report.usable, settings.val, settings.seed)]
    aside = {photo_digest(row) for row in held_out}
    draws: dict[str, Draw] = {}
    for source, report in zip(settings.sources, reports, strict=True):
        for row in report.usable:
            if photo_digest(row) not in aside:
                draws.setdefault(photo_digest(row), Draw(row, source.weight))
    if not draws or not held_out:
        raise TooFewPhotos(count=len(draws) + len(held_out))
    left_out = sum(photo_digest(row) in aside for report in reports for row in report.usable)
    left_out = left_out if isinstance(settings.val, Path) else 0
    return Data(classes, tuple(draws.values()), tuple(held_out), left_out)


def check_folder(folder: Path, emit: Callable[[Event], None], taught: bool = False) -> Report:
    """Check one dataset and report it, see ``find_dataset``. Raises ``DatasetUnusable`` when nothing is left of it."""

    def report_progress(done: int, total: int) -> None:
        if done % _REPORT_EVERY == 0:
            emit(Checking(folder, done, total))

    report = check_dataset(find_dataset(folder, taught), report_progress)
    problems = [row.problem for row in report.rows if row.finding is not Finding.OK]
    emit(Checked(folder, len(report.usable), report.counts, problems))
    if not report.usable:
        raise DatasetUnusable(path=folder, reason=report.summary)
    return report


def hold_out(rows: list[Row], share: float, seed: int) -> list[Row]:
    """Choose the ``share`` of a dataset's labelled photos to judge by, by content: at least one, never all."""
    rows = [row for row in rows if row.pair is not None and row.pair.labelled]
    if len(rows) < 2:
        return []
    count = min(max(1, round(share * len(rows))), len(rows) - 1)

    def lot(row: Row) -> bytes:
        return hashlib.blake2b(f"{seed} {photo_digest(row)}".encode(), digest_size=8).digest()

    chosen = {row.path for row in sorted(rows, key=lot)[:count]}
    return [row for row in rows if row.path in chosen]
