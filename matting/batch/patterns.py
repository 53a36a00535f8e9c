"""Patterns that say which of the photos found in folders are meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from matting.batch.find_photos import FoundPhoto


@dataclass(frozen=True)
class Patterns:
    """Shell patterns: a photo is taken when one of ``include`` fits, or none is given, and none of ``exclude`` does.

    ``*.jpg`` is compared with names, of the photo and of the folders it lies in; a pattern with a slash, ``drafts/*``,
    with as many parts of the path, from its end. ``*``, ``?`` and ``[…]`` never stand for a slash. Upper and lower
    case and the forms of Unicode are the same. Folders above the one that is searched do not count.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def take(self, photo: FoundPhoto) -> bool:
        """Tell whether a photo is meant."""
        path = _folded(photo.below_root.as_posix())
        places = (path, *list(path.parents)[:-1])  # without "."
        if any(_fits(places, pattern) for pattern in self.exclude):
            return False
        return not self.include or any(_fits(places, pattern) for pattern in self.include)


def _fits(places: Sequence[PurePosixPath], pattern: str) -> bool:
    folded = str(_folded(pattern.replace("\\", "/").strip("/")))
    return any(place.match(folded) for place in places)


def _folded(text: str) -> PurePosixPath:
    return PurePosixPath(unicodedata.normalize("NFC", text).casefold())
