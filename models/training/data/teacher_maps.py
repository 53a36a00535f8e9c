"""What teachers find in whole photos: masks for photos that have none, a second target for those that have.

A map is made once for a photo and a teacher and kept on disk, ``teacher-maps/TEACHER/PHOTO.png`` in Kirie's folder, so
that a slow teacher costs nothing in the next run. Learning from a larger network's answers on photos without labels:
Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network", 2015; Buciluă et al., "Model compression", 2006.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from matting.files.reading.read_photo import read_photo
from matting.files.writing.encode import encode_grey
from matting.predictor import Predictor
from matting.system import folders
from matting.system.atomic import write_atomic
from models.training.data.check import Row, photo_digest
from models.training.data.masks import Bytes
from models.training.data.pictures import resize_target

SHARE = 1 / 3
"""How much the teachers' map counts in the target of a photo that has masks."""

KEPT_BYTES = 1 << 30
"""How much is kept on disk: maps of about 100,000 photos. The longest unused go first."""


class TeacherMaps:
    """The mean map of one teacher or more for each photo; ``folder`` is where the maps are kept.

    Without a ``second_opinion`` only photos without masks are asked about.
    """

    def __init__(self, teachers: Sequence[Predictor], second_opinion: bool, folder: Path | None = None) -> None:
        self._teachers = teachers
        self._second_opinion = second_opinion
        self._root = folder or folders.home() / "teacher-maps"
        self._folders = [self._root / hashlib.sha256(one.key.encode()).hexdigest()[:16] for one in teachers]
        self._count = max((len(one.classes) for one in teachers), default=0)

    def asked(self, row: Row) -> bool:
        """Tell whether a photo's target depends on the teachers."""
        assert row.pair is not None  # only usable rows are learned from
        return self._second_opinion or not row.pair.labelled

    def make(self, rows: Sequence[Row]) -> Iterator[int]:
        """Make the maps that are missing; after each photo that is asked about, how many are done.

        Raises ``PhotoError`` and ``WriteError`` types, and what a teacher raises.
        """
        for done, row in enumerate(rows, 1):
            rgb = None
            for teacher, folder in zip(self._teachers, self._folders, strict=True):
                file = _file(folder, row)
                if file.exists():
                    with suppress(OSError):
                        os.utime(file)  # used: not among the first to go
                    continue
                rgb = read_photo(row.path).rgb8() if rgb is None else rgb
                maps = (teacher.predict(rgb) * 255 + 0.5).astype(np.uint8)
                # The classes one below the other: one ordinary grey picture.
                write_atomic(file, encode_grey(np.ascontiguousarray(maps.reshape(-1, maps.shape[2]))))
            yield done
        _forget(self._root, KEPT_BYTES)

    def read(self, row: Row, height: int, width: int) -> Bytes:
        """Read the map of a photo as (height, width, classes), uint8. Raises ``PhotoError`` types if it is missing."""
        maps = [self._read_one(_file(folder, row), height, width) for folder in self._folders]
        return maps[0] if len(maps) == 1 else np.mean(maps, axis=0).round().astype(np.uint8)

    def _read_one(self, file: Path, height: int, width: int) -> Bytes:
        stacked = read_photo(file).rgb8()[..., 0]
        maps = stacked.reshape(self._count, -1, stacked.shape[1]).transpose(1, 2, 0)
        return resize_target(np.ascontiguousarray(maps), (width, height)).reshape(height, width, self._count)


def mixed(target: Bytes, map_: Bytes) -> Bytes:
    """Return the target, uint8, for a photo that has masks and a teacher.

    Cross-entropy is linear in its target: this is the sum of two losses, one a target.
    """
    return np.asarray(target * (1 - SHARE) + map_ * SHARE + 0.5, np.uint8)


def _file(folder: Path, row: Row) -> Path:
    return folder / f"{photo_digest(row)}.png"


def _forget(root: Path, limit: int) -> None:
    """Remove the maps that were not used for the longest time until the others fit."""
    found = []
    with suppress(OSError):
        found = [(entry.stat().st_mtime, entry.stat().st_size, entry) for entry in root.glob("*/*.png")]
    total = sum(size for _, size, _ in found)
    for _, size, file in sorted(found):
        if total <= limit:
            return
        with suppress(OSError):
            file.unlink()
        total -= size
