"""The marks of a photo as a JSON file, so that they can be applied again, with a better model too.

See “Marks” in ``docs/command-line.md`` for the format.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from matting.errors import MarkOutside, MarksUnreadable
from matting.selection.marks import Mark, MarkKind, inside
from matting.system.atomic import write_atomic

VERSION = 1
_MOST_BYTES = 64_000_000


def marks_path(folder: Path, source: Path, root: Path | None) -> Path | None:
    """Return the file with the marks of the photo ``source``, or ``None`` where there is none.

    ``{stem}.json``, or ``{name}.json`` where several photos share a stem, is looked for in the photo's own subfolder
    first, then at the top; ``root`` is the folder that the photo was found in.
    """
    below = source.parent.relative_to(root) if root is not None and source.is_relative_to(root) else Path()
    places = [place / f"{name}.json" for place in (folder / below, folder) for name in (source.name, source.stem)]
    return next((path for path in places if path.exists()), None)


def read_marks(path: Path) -> tuple[Mark, ...]:
    """Return the marks of a file. Raises ``MarksUnreadable``."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("too large")
        stored = json.loads(path.read_bytes())
        if stored["version"] != VERSION:
            raise ValueError("another version")
        return tuple(map(mark_from_json, stored["marks"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise MarksUnreadable(path=path) from error


def marks_digest(path: Path) -> str:
    """Return a digest of a file's content; of nothing where it cannot be read, which reading it will say."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def write_marks(path: Path, marks: Sequence[Mark]) -> None:
    """Write the marks of a photo, replacing the file. Raises ``WriteError`` types."""
    rows = ",\n  ".join(json.dumps(mark_to_json(mark)) for mark in marks)
    write_atomic(path, f'{{"version": {VERSION}, "marks": [\n  {rows}]}}\n'.encode())


def check_inside(marks: Sequence[Mark], source: Path, height: int, width: int) -> None:
    """Raise ``MarkOutside`` for the first mark that does not lie on the photo ``source`` of that size."""
    for number, mark in enumerate(marks, 1):
        if not inside(mark, height, width):
            raise MarkOutside(number=number, path=source, width=width, height=height)


def mark_to_json(mark: Mark) -> dict[str, Any]:
    """Return a mark in types that JSON has."""
    points = [[x, y] for x, y in mark.points]
    return {"kind": str(mark.kind), "keep": mark.keep, "radius": mark.radius, "points": points}


def mark_from_json(stored: dict[str, Any]) -> Mark:
    """Return what ``mark_to_json`` made. Raises ``ValueError``, ``TypeError``, ``KeyError``."""
    if not isinstance(stored["keep"], bool):
        raise TypeError("keep")
    points = tuple((_number(x), _number(y)) for x, y in stored["points"])
    mark = Mark(stored["keep"], MarkKind(stored["kind"]), points, _number(stored.get("radius", 0)))
    enough = len(points) >= 1 if mark.kind is MarkKind.STROKE else len(points) == mark.needed_points
    if not enough or mark.radius < 0:
        raise ValueError("points")
    return mark


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TypeError("number")
    return float(value)
