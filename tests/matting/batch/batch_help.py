"""Small real photos and a real predictor for tests of the batch engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.doubt_limit import WANTS_A_LOOK
from matting.batch.find_photos import find_photos
from matting.batch.jobs import Job
from matting.settings import CutSettings, Edges, Mode

FAST = CutSettings(edges=Edges.OFF, decontaminate=False)


def save_photo(path: Path, side: int = 48, seed: int = 0, blank: bool = False) -> Path:
    """Save a bright disc on a dark ground (``blank``: the ground alone), as the suffix says."""
    random = np.random.default_rng(seed)
    photo = random.integers(0, 40, (side, side, 3), np.uint8)
    if not blank:
        cv2.circle(photo, (side // 2, side // 2), side // 4, (230, 240, 250), -1)
    path.parent.mkdir(parents=True, exist_ok=True)
    coded, data = cv2.imencode(path.suffix, photo)
    assert coded
    path.write_bytes(data.tobytes())
    return path


def files_in(folder: Path) -> set[str]:
    """Names of all files below ``folder``, relative to it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def jobs_for(*paths: Path, settings: CutSettings = FAST) -> list[Job]:
    """Jobs as the command line makes them."""
    return [Job(photo.path, photo.root, settings) for photo in find_photos(paths)]


class Brightness:
    """Bright is subject: a predictor as a user might write one. ``before`` is called ahead of each prediction."""

    key = "brightness"
    classes: tuple[str, ...] = ("subject",)
    mode = Mode.CUTOUT
    default_threshold = 0.5
    doubt_limit = WANTS_A_LOOK

    def __init__(self, before: Callable[[int], object] = lambda _: None) -> None:
        self.count = 0
        self.threads: set[int] = set()
        self._before = before

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.threads.add(threading.get_ident())
        self.count += 1
        self._before(self.count)
        small = cv2.resize(rgb, (32, 32), interpolation=cv2.INTER_AREA)
        return np.asarray(small.mean(axis=2) / 255, np.float32)[None]
