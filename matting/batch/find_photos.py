"""From the files and folders that a user names to the list of photos to cut."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from matting.files.suffixes import PHOTO_SUFFIXES

# Folders and files that other programs scatter among photos: thumbnails of network drives, macOS archives.
_NOT_PHOTOS = frozenset({"@eadir", "__macosx", "$recycle.bin", "#recycle", "system volume information"})


@dataclass(frozen=True)
class FoundPhoto:
    """A photo and the folder that its place in the output tree is counted from (``None``: named by itself)."""

    path: Path
    root: Path | None

    @property
    def below_root(self) -> Path:
        """The path as seen from ``root``; the name alone where there is none."""
        if self.root is None or not self.path.is_relative_to(self.root):
            return Path(self.path.name)
        return self.path.relative_to(self.root)


def find_photos(paths: Sequence[Path], recursive: bool = True) -> list[FoundPhoto]:
    """Find all photos in files and folders, each real file once, in natural order (2 before 10).

    A folder yields the files with a photo's suffix; hidden ones and other programs' caches are left out. A file
    named by itself is always taken, whatever its suffix, and so is a path that does not exist: reading it will
    say what is wrong. Links are followed after everything else, so a file keeps its own name rather than a link's,
    and a loop of links ends. With one folder given, ``root`` is that folder; with several, ``root`` is each
    folder's parent, so that their photos stay apart in the output. A folder inside another given one is no second
    one.
    """
    folders = _outermost([path for path in paths if is_folder(path)], recursive)
    seen_folders: set[str] = set()
    seen_files: set[str] = set()
    found: list[FoundPhoto] = []
    for path in paths:
        if not is_folder(path) and _once(real_path(path), seen_files):
            found.append(FoundPhoto(path, None))
    for folder in folders:
        root = folder if len(folders) == 1 else _named(folder).parent
        start = folder if len(folders) == 1 else _named(folder)
        inside = [FoundPhoto(file, root) for file in _walk(start, recursive, seen_folders, seen_files)]
        found += sorted(inside, key=lambda photo: natural_key(str(photo.path.relative_to(start))))
    return found


def natural_key(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sort key for names as people count: ``photo 2`` before ``photo 10``, case and Unicode form ignored."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in re.split(r"(\d+)", folded) if part)


def is_photo_name(name: str) -> bool:
    """Tell whether a file found in a folder is taken for a photo, by its name alone."""
    return not name.startswith(".") and Path(name).suffix.lower() in PHOTO_SUFFIXES


def _walk(start: Path, recursive: bool, seen_folders: set[str], seen_files: set[str]) -> Iterator[Path]:
    """Yield photos below ``start``: what really lies there first, then linked files, then those of linked folders."""
    folders, linked_files, linked_folders = [start], deque[Path](), deque[Path]()
    while folders or linked_files or linked_folders:
        if not folders and linked_files:
            if _once(real_path(file := linked_files.popleft()), seen_files):
                yield file
            continue
        folder = folders.pop() if folders else linked_folders.popleft()
        real = real_path(folder)
        if not _once(real, seen_folders):
            continue
        for entry in _entries(folder):
            path = folder / entry.name
            if is_folder(entry):
                if recursive and _walked(entry.name):
                    (linked_folders if _is_link(entry) else folders).append(path)
            elif is_photo_name(entry.name):
                if _is_link(entry):
                    linked_files.append(path)
                elif _once(os.path.normcase(f"{real}{os.sep}{entry.name}"), seen_files):  # saves a look at each file
                    yield path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:  # no permission, or gone since: its photos cannot be had, the others can
        return []


def is_folder(entry: os.DirEntry[str] | Path) -> bool:
    """Return whether it is a folder, or a link to one, that can be looked at."""
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself, or a place we may not look into
        return False


def _walked(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in _NOT_PHOTOS


def _is_link(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() or (hasattr(entry, "is_junction") and entry.is_junction())


def _outermost(folders: list[Path], recursive: bool) -> list[Path]:
    """Return each folder once, without those that the walk of another of them reaches anyway."""
    kept: dict[str, Path] = {}
    for folder in folders:
        kept.setdefault(real_path(folder), folder)
    if not recursive:
        return list(kept.values())
    return [folder for real, folder in kept.items() if not any(_reaches(outer, real) for outer in kept)]


def _reaches(outer: str, inner: str) -> bool:
    if outer == inner or not Path(inner).is_relative_to(outer):
        return False
    return all(_walked(part) for part in Path(inner).relative_to(outer).parts)


def _named(folder: Path) -> Path:
    """Return the folder with a name of its own: ``.`` and ``a/..`` have none, a drive's root keeps itself."""
    return folder if folder.name and ".." not in folder.parts else Path(os.path.normpath(folder.absolute()))


def _once(real: str, seen: set[str]) -> bool:
    """Tell whether a real file or folder is met for the first time; remember it."""
    if real in seen:
        return False
    seen.add(real)
    return True


def real_path(path: Path) -> str:
    """Return one spelling for all names of a file or folder: absolute, links resolved, case as the system sees it."""
    # realpath gives up on nothing, loops included, and costs no more than one look at each part.
    return os.path.normcase(os.path.realpath(path))
