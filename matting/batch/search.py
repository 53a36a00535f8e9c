"""Photos to cut among the files and folders that a user names, without what Kirie wrote there itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matting.batch.find_photos import FoundPhoto, find_photos, is_folder, real_path
from matting.batch.journal import noted_outputs, path_text
from matting.batch.patterns import Patterns

_ALL = Patterns()


@dataclass(frozen=True)
class Search:
    """``photos`` as ``find_photos`` lists them; ``own`` are files left out because Kirie made them."""

    photos: list[FoundPhoto]
    own: list[Path]


def search(paths: Sequence[Path], output_folder: Path, recursive: bool = True, patterns: Patterns = _ALL) -> Search:
    """Return the photos that ``patterns`` take in files and folders, as ``find_photos`` does, without Kirie's own.

    Left out are the output folder where it lies in a searched one, and every file that the journal of a folder in a
    searched one, or of ``output_folder``, notes as written. A folder of cutouts that is named by itself is searched:
    cutouts may be cut again, into another folder.
    """
    output = real_path(output_folder)
    named = {real_path(path) for path in paths if is_folder(path)}
    noted = cache(lambda folder: noted_outputs(Path(folder)))

    @cache
    def known(parent: str, searched: bool) -> set[Path] | None:
        """Return files in this folder that are ours; ``None`` when all of them are to be left out."""
        above = list(_up_to(named, parent)) if searched else []
        if output in above:
            return None
        inside = Path(parent).is_relative_to(output)
        return set().union(*(noted(folder) for folder in ([*above, output] if inside else above)))

    photos: list[FoundPhoto] = []
    own: list[Path] = []
    for photo in filter(patterns.take, find_photos(paths, recursive)):
        ours = known(real_path(photo.path.parent), photo.root is not None)
        if ours is None or (ours and Path(path_text(photo.path)) in ours):
            own.append(photo.path)
        else:
            photos.append(photo)
    return Search(photos, own)


def _up_to(named: set[str], folder: str) -> Iterator[str]:
    """Yield this folder and those above it, below the one that was named."""
    for place in (Path(folder), *Path(folder).parents):
        if str(place) in named:
            return
        yield str(place)
