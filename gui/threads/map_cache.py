"""Probability maps kept on disk within a size limit: what was found once is found again at once, also by the export."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matting.predictor import Around, Predictor
from matting.selection.marks import Mark
from matting.system import folders

log = logging.getLogger(__name__)

LIMIT_BYTES = 512 * 1024 * 1024
SMALL_SIDE = 112
"""Long side of the maps behind the pictures of the list."""
PRUNE_EVERY = 50
"""Maps written between two looks at how much there is."""


class MapCache:
    """Maps by a key, each a file; beyond ``limit_bytes`` those that were not used for longest go. For every thread.

    A cache that cannot be read or written is no cache: nothing is raised.
    """

    def __init__(self, folder: Path | None = None, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder or folders.home() / "maps"
        self._limit = limit_bytes
        self._written = 0

    def get(self, key: str) -> NDArray[np.float32] | None:
        """Return the map under a key, shape (classes, h, w), exactly as it was kept; ``None`` where there is none."""
        file = self._file(key)
        try:
            raw = file.read_bytes()
            shape = np.frombuffer(raw[:12], np.uint32)
            values = np.frombuffer(zlib.decompress(raw[12:]), np.float32).reshape(shape).copy()
            os.utime(file)
        except (OSError, ValueError, zlib.error):
            return None
        return values

    def put(self, key: str, probability: NDArray[np.float32]) -> None:
        """Keep a map of shape (classes, h, w)."""
        raw = np.array(probability.shape, np.uint32).tobytes() + zlib.compress(probability.tobytes(), 1)
        file = self._file(key)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(".part")
            part.write_bytes(raw)  # no fsync: a file cut short by a power failure is noticed and predicted again
            part.replace(file)
            if self._written % PRUNE_EVERY == 0:
                self._prune()
            self._written += 1
        except OSError as error:
            log.info("a map was not kept: %s", error)

    def _file(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.map"

    def _prune(self) -> None:
        kept = []
        for file in self._folder.glob("*.map"):
            with contextlib.suppress(OSError):
                status = file.stat()
                kept.append((status.st_mtime_ns, status.st_size, file))
        total = 0
        for _, size, file in sorted(kept, reverse=True):
            total += size
            if total > self._limit:
                with contextlib.suppress(OSError):
                    file.unlink()


class SmallMaps:
    """A small map of each photo that was looked at, for its picture in the list; by file, model and marks.

    For any thread.
    """

    def __init__(self, cache: MapCache | None = None) -> None:
        self._cache = cache or MapCache()

    def get(self, path: Path, model: str, marks: Sequence[Mark] = ()) -> NDArray[np.float32] | None:
        """Return the map (h, w) of the photo as the file is now, ``None`` where there is none."""
        kept = self._cache.get(self._key(path, model, marks))
        return None if kept is None else kept[0]

    def put(self, path: Path, model: str, probability: NDArray[np.float32], marks: Sequence[Mark] = ()) -> None:
        """Keep a map (classes, h, w), made small."""
        import cv2

        likeliest = probability.max(axis=0)
        factor = SMALL_SIDE / max(likeliest.shape)
        if factor < 1:
            likeliest = cv2.resize(likeliest, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        self._cache.put(self._key(path, model, marks), np.asarray(likeliest, np.float32)[None])

    @staticmethod
    def _key(path: Path, model: str, marks: Sequence[Mark]) -> str:
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            changed = 0
        return f"small {path} {changed} {model}" + (f" {tuple(marks)}" if marks else "")


class CachedPredictor(Around):
    """A predictor that remembers on disk what it predicted, by the photo's pixels: a renamed photo is the same one."""

    def __init__(self, predictor: Predictor, cache: MapCache) -> None:
        super().__init__(predictor)
        self._cache = cache

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See ``Predictor.predict``."""
        pixels = np.ascontiguousarray(rgb)
        digest = hashlib.sha1(pixels.data, usedforsecurity=False).hexdigest()
        key = f"{self.key} {self.device} {pixels.shape} {digest}"
        kept = self._cache.get(key)
        if kept is None:
            kept = self._predictor.predict(rgb)
            self._cache.put(key, kept)
        return kept
