"""A picture beside the run after each epoch: photo, target and prediction side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.system.atomic import write_atomic
from models.training.data.masks import Bytes

Floats = NDArray[np.float32]

SIDE = 192
_GAP = 4

# One colour a class where there are several; alone, a class is white.
_COLOURS = np.array(
    [(255, 99, 71), (65, 170, 240), (250, 200, 60), (120, 210, 110), (200, 120, 230), (240, 150, 190)], np.float32
)


def write_strip(path: Path, rows: Sequence[tuple[Bytes, Floats, Floats]]) -> None:
    """Write a PNG with one row for each (photo (h, w, 3), target and prediction (classes, h, w) in [0, 1]).

    Raises ``WriteError`` types.
    """
    lines = [np.hstack([_square(photo), _gap(), paint(target), _gap(), paint(map_)]) for photo, target, map_ in rows]
    picture = np.vstack([part for line in lines for part in (line, np.full((_GAP, line.shape[1], 3), 255, np.uint8))])
    _, data = cv2.imencode(".png", np.ascontiguousarray(picture[:-_GAP, :, ::-1]))
    write_atomic(path, data.tobytes())


def paint(map_: Floats) -> Bytes:
    """Paint a map (classes, h, w) as a picture: grey for one class, a colour each for several."""
    if len(map_) == 1:
        return _square(np.repeat((map_[0] * 255 + 0.5).astype(np.uint8)[..., None], 3, axis=2))
    colours = _COLOURS[np.arange(len(map_)) % len(_COLOURS)]
    mixed = np.einsum("chw,ck->hwk", map_, colours).clip(0, 255)
    return _square(mixed.astype(np.uint8))


def _square(pixels: Bytes) -> Bytes:
    """Fit into a square of ``SIDE``, on mid-grey."""
    height, width = pixels.shape[:2]
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    square = np.full((SIDE, SIDE, 3), 128, np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = small
    return cast(Bytes, square)


def _gap() -> Bytes:
    return np.full((SIDE, _GAP, 3), 255, np.uint8)
