"""The marks of many photos in a folder, a file each, as ``kirie cut --marks`` takes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gui.workspace.entry import PhotoEntry
from matting.errors import KirieError
from matting.selection.marks import Mark
from matting.selection.marks_file import marks_path, read_marks, write_marks


@dataclass(frozen=True)
class Found:
    """What a folder holds for photos: their marks, and why files could not be read."""

    marks: dict[Path, tuple[Mark, ...]] = field(default_factory=dict)
    errors: tuple[KirieError, ...] = ()


def save_marks(folder: Path, entries: Iterable[PhotoEntry]) -> tuple[Path, ...]:
    """Write a file for each photo with marks, in the subfolder that the photo has below its root.

    Where photos there share a stem the file is named after the whole name. Returns photos that were left out because
    another one has the same name and place. Raises ``WriteError`` types.
    """
    entries = list(entries)
    stems = Counter(_place(folder, entry) / entry.path.stem for entry in entries)
    written: set[Path] = set()
    left_out: list[Path] = []
    for entry in entries:
        if not entry.marks:
            continue
        place = _place(folder, entry)
        alone = stems[place / entry.path.stem] == 1
        file = place / f"{entry.path.stem if alone else entry.path.name}.json"
        if file in written:
            left_out.append(entry.path)
        else:
            written.add(file)
            write_marks(file, entry.marks)
    return tuple(left_out)


def find_marks(folder: Path, entries: Iterable[PhotoEntry]) -> Found:
    """Read the marks that a folder holds for photos; a damaged file leaves its photo as it is."""
    marks: dict[Path, tuple[Mark, ...]] = {}
    errors: list[KirieError] = []
    for entry in entries:
        file = marks_path(folder, entry.path, entry.root)
        if file is not None:
            try:
                marks[entry.path] = read_marks(file)
            except KirieError as error:
                errors.append(error)
    return Found(marks, tuple(errors))


def _place(folder: Path, entry: PhotoEntry) -> Path:
    parent, root = entry.path.parent, entry.root
    return folder / (parent.relative_to(root) if root is not None and parent.is_relative_to(root) else Path())
