"""Rows of the list as JSON and back."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Any

from gui.workspace.entry import PhotoEntry, PhotoState
from matting.alpha.doubt_limit import Reason
from matting.alpha.strokes import Stroke
from matting.error_json import error_from_json, error_to_json
from matting.errors import PhotoError
from matting.selection.marks import Mark
from matting.selection.marks_file import mark_from_json, mark_to_json
from matting.settings_json import settings_from_json, settings_to_json

_LONGEST_STROKE = 1e6


def entry_to_json(entry: PhotoEntry) -> dict[str, Any]:
    """Return all fields that are not at their defaults, in types that JSON has."""
    stored: dict[str, Any] = {"path": str(entry.path), "state": str(entry.state)}
    if entry.root is not None:
        stored["root"] = str(entry.root)
    if entry.error is not None:
        stored["error"] = error_to_json(entry.error)
    if entry.doubt is not None:
        stored["doubt"] = entry.doubt
    if entry.size is not None:
        stored["size"] = list(entry.size)
    if entry.settings is not None:
        stored["settings"] = settings_to_json(entry.settings)
    if entry.marks:
        stored["marks"] = [mark_to_json(mark) for mark in entry.marks]
    if entry.strokes:
        stored["strokes"] = [_stroke_to_json(stroke) for stroke in entry.strokes]
    if entry.map_file is not None:
        stored["map_file"] = str(entry.map_file)
    if entry.outputs:
        stored["outputs"] = [str(path) for path in entry.outputs]
    if entry.damaged:
        stored["damaged"] = True
    if entry.looked:
        stored["looked"] = entry.looked
    if entry.reason is not None:
        stored["reason"] = str(entry.reason)
    if entry.reviewed:
        stored["reviewed"] = True
    return stored


def entry_from_json(stored: object) -> PhotoEntry | None:
    """Return the entry; ``None`` without a path, defaults for whatever else is damaged.

    A photo that was being cut when the program ended is waiting again.
    """
    if not isinstance(stored, dict) or not isinstance(stored.get("path"), str) or not stored["path"]:
        return None
    root, size, outputs = stored.get("root"), stored.get("size"), stored.get("outputs")
    doubt, settings = stored.get("doubt"), stored.get("settings")
    marks, strokes = stored.get("marks"), stored.get("strokes")
    looked, map_file = stored.get("looked"), stored.get("map_file")
    state = next((one for one in PhotoState if one.value == stored.get("state")), PhotoState.WAITING)
    path = Path(stored["path"])
    return PhotoEntry(
        path=path,
        root=Path(root) if isinstance(root, str) else None,
        state=PhotoState.WAITING if state is PhotoState.CUTTING else state,
        error=None if stored.get("error") is None else error_from_json(stored["error"]) or PhotoError(path),
        doubt=_number_or_none(doubt),
        size=(int(size[0]), int(size[1]))
        if isinstance(size, list) and len(size) == 2 and all(map(_number, size))
        else None,
        settings=settings_from_json(settings) if isinstance(settings, dict) else None,
        marks=tuple(mark for mark in map(_mark_or_none, marks) if mark is not None) if isinstance(marks, list) else (),
        strokes=tuple(stroke for stroke in map(_stroke_from_json, strokes) if stroke is not None)
        if isinstance(strokes, list)
        else (),
        outputs=tuple(Path(one) for one in outputs if isinstance(one, str)) if isinstance(outputs, list) else (),
        damaged=stored.get("damaged") is True,
        looked=looked if isinstance(looked, str) else "",
        reason=next((one for one in Reason if one.value == stored.get("reason")), None),
        reviewed=stored.get("reviewed") is True,
        map_file=Path(map_file) if isinstance(map_file, str) and map_file else None,
    )


def _number_or_none(value: Any) -> float | None:
    return float(value) if _number(value) else None


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _mark_or_none(stored: Any) -> Mark | None:
    try:
        return mark_from_json(stored)
    except (KeyError, TypeError, ValueError):
        return None


def _stroke_to_json(stroke: Stroke) -> dict[str, Any]:
    points = [[round(x, 2), round(y, 2), round(pressure, 3)] for x, y, pressure in stroke.points]
    return {"keep": stroke.keep, "radius": stroke.radius, "hardness": stroke.hardness, "points": points}


def _stroke_from_json(stored: object) -> Stroke | None:
    try:
        assert isinstance(stored, dict)
        points = tuple((float(x), float(y), float(pressure)) for x, y, pressure in stored["points"])
        numbers = [float(stored["radius"]), float(stored["hardness"]), *(value for point in points for value in point)]
        if not points or not all(isfinite(value) and abs(value) < _LONGEST_STROKE for value in numbers):
            return None
        return Stroke(stored["keep"] is True, numbers[0], numbers[1], points)
    except (AssertionError, KeyError, TypeError, ValueError):
        return None
