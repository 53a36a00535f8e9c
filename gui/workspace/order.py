"""Which photos the list shows and in which order: plain values, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from gui.workspace.entry import PhotoEntry, PhotoState
from matting.batch.find_photos import natural_key


class Sort(StrEnum):
    """The order of the list."""

    ADDED = "added"
    NAME = "name"
    STATE = "state"
    DOUBT = "doubt"


class Filter(StrEnum):
    """What the list shows."""

    ALL = "all"
    DOUBTFUL = "doubtful"
    FAILED = "failed"


_SHOWS: dict[Filter, Callable[[PhotoEntry], bool]] = {
    Filter.ALL: lambda _: True,
    Filter.DOUBTFUL: lambda entry: entry.doubtful,
    Filter.FAILED: lambda entry: entry.state in (PhotoState.FAILED, PhotoState.MISSING),
}

# What needs a person comes first.
_STATES = (
    PhotoState.FAILED,
    PhotoState.MISSING,
    PhotoState.NO_SUBJECT,
    PhotoState.CUTTING,
    PhotoState.WAITING,
    PhotoState.SKIPPED,
    PhotoState.DONE,
)
_RANK = {state: rank for rank, state in enumerate(_STATES)}


_KEYS: dict[Sort, Callable[[PhotoEntry], Any]] = {
    Sort.NAME: lambda entry: natural_key(entry.path.name),
    Sort.STATE: lambda entry: _RANK[entry.state],
    Sort.DOUBT: lambda entry: 2.0 if entry.damaged else -1.0 if entry.doubt is None else entry.doubt,
}


def arranged(entries: Sequence[PhotoEntry], sort: Sort, shown: Filter) -> list[int]:
    """Return the indices of the entries to show, in order. Sorting is stable, so equal ones stay as they were added."""
    visible = _SHOWS[shown]
    indices = [index for index, entry in enumerate(entries) if visible(entry)]
    if sort is Sort.ADDED:
        return indices
    key = _KEYS[sort]
    return sorted(indices, key=lambda index: key(entries[index]), reverse=sort is Sort.DOUBT)
