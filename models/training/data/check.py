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

from matting.errors import KirieError, PhotoEmpty, PhotoError
from matting.files.reading.read_photo import read_photo, read_size
from matting.phrases import Phrase, listed
from matting.system.os_errors import system_reason
from models.training.data.datasets import Dataset, Labels, Pair
from models.training.data.findings import USABLE, Finding, Problem
from models.training.data.masks import looks_inverted, read_labels, read_mask
from models.training.data.pictures import same_aspect, turned_like
from models.training.errors import MaskLabels, MaskUnclear
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
        for row in pool.map(lambda pair: check_pair(pair, classes), dataset.pairs):
            rows.append(row)
            if on_row:
                on_row(len(rows), len(dataset.pairs))
    rows += [Row(path, Finding.AMBIGUOUS) for path in dataset.unclear]
    rows += [Row(path, Finding.NO_MASK) for path in dataset.photos_alone]
    rows += [Row(path, Finding.NO_PHOTO) for path in dataset.masks_alone]
    return Report(dataset, tuple(_mark_twice(rows)))


def fingerprint(rows: Iterable[Row]) -> str:
    """Return the identity of the data: 16 hexadecimal digits over the bytes of all photos and masks, in any order."""
    digest = hashlib.blake2b(digest_size=8)
    for part in sorted(row.digest for row in rows):
        digest.update(part.encode())
    return digest.hexdigest()


def check_pair(pair: Pair, classes: int) -> Row:
    """Read a pair to its end and say what was found."""
    try:
        digest = _digest(pair)
        size = read_size(pair.photo)
        finding, detail = _check_masks(pair, classes, size)
        if pair.field is not None:
            read_mask(pair.field)
        read_photo(pair.photo)  # to its end: a truncated one shows only then
    except PhotoEmpty as error:
        return Row(pair.photo, Finding.EMPTY, FindingDetail.FILES(names=error.path.name), pair)
    except (MaskUnclear, MaskLabels) as error:
        finding = Finding.UNCLEAR if isinstance(error, MaskUnclear) else Finding.LABELS
        detail = FindingDetail.VALUES(file=error.path.name, values=error.facts["values"])
        return Row(pair.photo, finding, detail, pair)
    except PhotoError as error:
        empty = error.path.is_file() and error.path.stat().st_size == 0
        return Row(pair.photo, Finding.EMPTY if empty else Finding.UNREADABLE, error, pair)
    except OSError as error:
        return Row(pair.photo, Finding.UNREADABLE, system_reason(error), pair)
    return Row(pair.photo, finding, detail, pair, digest if finding in USABLE else "")


def _check_masks(pair: Pair, classes: int, size: tuple[int, int]) -> tuple[Finding, Phrase | None]:
    """Judge the masks of a photo of ``size`` (width, height): finding and facts. Raises ``PhotoError`` types."""
    width, height = size
    black = white = pair.labelled
    scaled: Phrase | None = None
    inverted = ""
    for path in (mask for mask in pair.masks if mask is not None):
        if pair.labels is Labels.NONE:
            mask = read_mask(path)
            mask = turned_like(mask, pair.photo, size)
            inside = mask > 127
            white &= bool(inside.all())
            inverted = path.name if looks_inverted(mask) else inverted
        else:
            labels = turned_like(read_labels(path).astype(np.int32), pair.photo, size)
            if pair.labels is Labels.CLASSES and labels.max(initial=0) > classes:
                return Finding.BAD_INDEX, FindingDetail.INDEX(file=path.name, index=int(labels.max()), classes=classes)
            inside, white = labels > 0, False
        black &= not bool(inside.any())
        facts = {"photo": f"{width}×{height}", "file": path.name, "mask": f"{inside.shape[1]}×{inside.shape[0]}"}
        if not same_aspect(size, (inside.shape[1], inside.shape[0])):
            return Finding.SIZES_DIFFER, FindingDetail.SIZES(**facts)
        if inside.shape != (height, width):
            scaled = scaled or FindingDetail.SCALED(**facts)
    if black or white:
        return Finding.ALL_BLACK if black else Finding.ALL_WHITE, FindingDetail.FILES(names=_names(pair))
    if inverted:
        return Finding.INVERTED, FindingDetail.FILES(names=inverted)
    return (Finding.SCALED, scaled) if scaled else (Finding.OK, None)


def _digest(pair: Pair) -> str:
    """Return the identity of a pair's bytes; the photo's part comes first, so that a photo is known by it."""
    photo = hashlib.blake2b(pair.photo.read_bytes(), digest_size=8).hexdigest()
    rest = hashlib.blake2b(digest_size=4)
    for path in (*pair.masks, pair.field):
        if path is not None:
            rest.update(path.read_bytes())
    return photo + rest.hexdigest()


def photo_digest(row: Row) -> str:
    """Return the identity of the photo alone, whatever its name and mask."""
    return row.digest[:16]


def _mark_twice(rows: list[Row]) -> list[Row]:
    """Mark the same photo under two names: it would be learned and judged by at once."""
    seen: set[str] = set()
    marked = []
    for row in rows:
        twice = row.usable and photo_digest(row) in seen
        seen.add(photo_digest(row))
        marked.append(Row(row.path, Finding.TWICE, None, row.pair) if twice else row)
    return marked


def _names(pair: Pair) -> str:
    return ", ".join(mask.name for mask in pair.masks if mask is not None)
