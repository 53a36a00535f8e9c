"""Looking into every file of a dataset before training starts: what pairs, what does not, and why."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matting.errors import KirieError, PhotoEmpty, PhotoError
from matting.files.reading.read_photo import read_photo, read_size
from matting.phrases import Phrase, listed
from matting.system.os_errors import system_reason
from models.training.data.datasets import Dataset, Pair
from models.training.data.findings import USABLE, Finding, Problem
from models.training.data.pictures import read_index, read_mask, same_aspect
from models.training.phrases import DatasetProblem, FindingDetail


@dataclass(frozen=True)
class Row:
    """One line of the table: a photo (or a mask without one), what was found, and the facts behind it."""

    path: Path
    finding: Finding
    detail: Phrase | KirieError | None = None
    pair: Pair | None = None
    digest: str = ""

    @property
    def usable(self) -> bool:
        """Whether it is trained on."""
        return self.finding in USABLE

    @property
    def problem(self) -> Problem:
        """What was found, without what only training needs."""
        return Problem(self.path, self.finding, self.detail)


@dataclass(frozen=True)
class Report:
    """The check of one dataset. ``rows`` in the order of the photos, masks without a photo last."""

    dataset: Dataset
    rows: tuple[Row, ...]

    @property
    def usable(self) -> list[Row]:
        """The pairs that can be trained on."""
        return [row for row in self.rows if row.usable]

    @property
    def counts(self) -> dict[Finding, int]:
        """How often each finding occurs, in the order of ``Finding``."""
        counted = Counter(row.finding for row in self.rows)
        return {finding: counted[finding] for finding in Finding if counted[finding]}

    @property
    def summary(self) -> object:
        """One line: "16 ok, 2 no mask"."""
        counts = [DatasetProblem.COUNT(count=count, finding=finding.phrase) for finding, count in self.counts.items()]
        return listed(counts) if counts else DatasetProblem.NO_PHOTOS


def check_dataset(dataset: Dataset, on_row: Callable[[int, int], None] | None = None) -> Report:
    """Read the whole dataset and judge each file.

    ``on_row(done, total)`` is called from this thread after each pair.
    """
    classes = len(dataset.classes)
    rows: list[Row] = []
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1), "check") as pool:
        for row in pool.map(lambda pair: _check_pair(pair, classes), dataset.pairs):
            rows.append(row)
            if on_row:
                on_row(len(rows), len(dataset.pairs))
    rows += [Row(path, Finding.NO_MASK) for path in dataset.photos_alone]
    rows += [Row(path, Finding.NO_PHOTO) for path in dataset.masks_alone]
    return Report(dataset, tuple(_mark_twice(rows)))


def fingerprint(rows: Iterable[Row]) -> str:
    """Identity of the data: 16 hexadecimal digits over the bytes of all photos and masks, in any order."""
    digest = hashlib.blake2b(digest_size=8)
    for part in sorted(row.digest for row in rows):
        digest.update(part.encode())
    return digest.hexdigest()


def _check_pair(pair: Pair, classes: int) -> Row:
    try:
        digest = _digest(pair)
        width, height = read_size(pair.photo)
        shape: tuple[int, ...] = ()
        black = True
        for path in (mask for mask in pair.masks if mask is not None):
            mask = read_index(path) if pair.indexed else read_mask(path)
            shape = mask.shape
            if pair.indexed and int(mask.max(initial=0)) > classes and int(mask.max()) != 255:
                return Row(pair.photo, Finding.BAD_INDEX, _index(path, mask, classes), pair)
            black &= not bool((mask > 127).any() if not pair.indexed else np.isin(mask, range(1, classes + 1)).any())
            if not same_aspect((width, height), (mask.shape[1], mask.shape[0])):
                detail = FindingDetail.SIZES(
                    photo=f"{width}×{height}", file=path.name, mask=f"{mask.shape[1]}×{mask.shape[0]}"
                )
                return Row(pair.photo, Finding.SIZES_DIFFER, detail, pair)
        if black:
            return Row(pair.photo, Finding.ALL_BLACK, FindingDetail.FILES(names=_names(pair)), pair)
        if pair.field is not None:
            read_mask(pair.field)
        read_photo(pair.photo)  # to its end: a truncated one shows only then
    except PhotoEmpty as error:
        return Row(pair.photo, Finding.EMPTY, FindingDetail.FILES(names=error.path.name), pair)
    except PhotoError as error:
        empty = error.path.is_file() and error.path.stat().st_size == 0
        return Row(pair.photo, Finding.EMPTY if empty else Finding.UNREADABLE, error, pair)
    except OSError as error:
        return Row(pair.photo, Finding.UNREADABLE, system_reason(error), pair)
    if shape != (height, width):
        detail = FindingDetail.SCALED(photo=f"{width}×{height}", mask=f"{shape[1]}×{shape[0]}")
        return Row(pair.photo, Finding.SCALED, detail, pair, digest)
    return Row(pair.photo, Finding.OK, None, pair, digest)


def _digest(pair: Pair) -> str:
    """Identity of a pair's bytes; the photo's part comes first, so that a photo is known by it."""
    photo = hashlib.blake2b(pair.photo.read_bytes(), digest_size=8).hexdigest()
    rest = hashlib.blake2b(digest_size=4)
    for path in (*pair.masks, pair.field):
        if path is not None:
            rest.update(path.read_bytes())
    return photo + rest.hexdigest()


def photo_digest(row: Row) -> str:
    """Identity of the photo alone, whatever its name and mask."""
    return row.digest[:16]


def _mark_twice(rows: list[Row]) -> list[Row]:
    """The same photo under two names would be learned and judged by at once."""
    seen: set[str] = set()
    marked = []
    for row in rows:
        twice = row.usable and photo_digest(row) in seen
        seen.add(photo_digest(row))
        marked.append(Row(row.path, Finding.TWICE, None, row.pair) if twice else row)
    return marked


def _index(path: Path, mask: NDArray[np.uint8], classes: int) -> Phrase:
    return FindingDetail.INDEX(file=path.name, index=int(mask.max()), classes=classes)


def _names(pair: Pair) -> str:
    return ", ".join(mask.name for mask in pair.masks if mask is not None)
