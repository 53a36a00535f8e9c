"""Marks: what a user points at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """How a mark is meant, and what its points are."""

    CLICK = "click"
    """The thing under one point."""

    STROKE = "stroke"
    """The things under a rough polyline of at least one point."""

    BOX = "box"
    """What the network sees in the rectangle between two corners; erasing, everything in it goes."""

    ONLY = "only"
    """The piece under one point, and no other."""

    ONLY_BOX = "only-box"
    """What the network sees in the rectangle between two corners, and nothing else."""


@dataclass(frozen=True)
class Mark:
    """One mark in photo pixels; (0, 0) is the photo's top left corner, pixel centres lie at halves.

    ``keep``: the thing is wanted; otherwise it goes. ``radius`` (>= 0) is that of the brush, for clicks and strokes:
    what lies within it is certain.
    """

    keep: bool
    kind: MarkKind
    points: tuple[tuple[float, float], ...]
    radius: float = 0.0

    @property
    def needed_points(self) -> int:
        """How many points a mark of this kind has; a stroke has at least so many."""
        return 2 if self.kind in (MarkKind.BOX, MarkKind.ONLY_BOX) else 1


def inside(mark: Mark, height: int, width: int) -> bool:
    """Return whether all points lie on a photo of that size; strokes may leave it but not miss it.

    >>> inside(Mark(True, MarkKind.CLICK, ((30.0, 10.0),)), height=20, width=40)
    True
    >>> inside(Mark(True, MarkKind.CLICK, ((30.0, 10.0),)), height=40, width=20)
    False
    """
    on_it = [0 <= x <= width and 0 <= y <= height for x, y in mark.points]
    return any(on_it) if mark.kind is MarkKind.STROKE else all(on_it)
