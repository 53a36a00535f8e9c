"""Ready probability maps from a folder, in place of a network."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.doubt_limit import WANTS_A_LOOK
from matting.batch.find_photos import find_photos
from matting.batch.journal import file_mark
from matting.errors import MaskDoesNotFit, ProbabilityMissing, ProbabilityUnclear
from matting.files.reading.read_photo import read_photo, read_size
from matting.settings import Mode

_OTHER_PROPORTIONS = 0.02


class ProbabilityFolder:
    """Grey images named like the photos: ``a.png`` or ``a-probability.png`` for ``a.jpg``, of any size.

    A map is looked for in the photo's own subfolder first, then at the top. Case and Unicode form of names do not
    count where no name is exactly right. 8 and 16 bits; black is background, white subject. Implements
    ``matting.predictor.SourcePredictor``.
    """

    classes = ("subject",)
    mode = Mode.CUTOUT
    default_threshold = 0.5
    doubt_limit = WANTS_A_LOOK

    def __init__(self, folder: Path) -> None:
        """Look once at what is in ``folder``, subfolders included."""
        self.folder = folder
        self._maps: dict[tuple[Path, str], list[Path]] = defaultdict(list)
        digest = hashlib.sha256()
        for found in find_photos([folder]):
            self._maps[_folded(found.path.parent, found.path.stem)].append(found.path)
            mark = file_mark(found.path)  # none for a link that leads nowhere: reading it will say so
            digest.update(os.fsencode(f"{found.path}|{mark and mark.size}|{mark and mark.mtime_ns}|"))
        self.key = f"maps:{digest.hexdigest()[:16]}"

    def predict(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Raise ``NotImplementedError``: a map belongs to a file. See ``predict_source``."""
        raise NotImplementedError("maps from a folder are found by the photo's name: call predict_source")

    def predict_source(
        self,
        source: Path,
        root: Path | None,
        rgb: NDArray[np.uint8],  # noqa: ARG002
    ) -> NDArray[np.float32]:
        """Return the map of ``source`` as (1, h, w) in [0, 1], at the map's own size.

        Raises ``ProbabilityMissing``, and the ``PhotoError`` types of a map that cannot be read.
        """
        return read_map(self.find(source, root))

    def find(self, source: Path, root: Path | None) -> Path:
        """Return the map's file. Raises ``ProbabilityMissing``, ``ProbabilityUnclear``."""
        below = source.parent.relative_to(root) if root is not None and source.is_relative_to(root) else Path()
        # Our own names first: beside "a-probability.png", an "a.png" may be the photo.
        names = [f"{source.stem}-probability", f"{source.stem}-{source.suffix[1:].lower()}-probability", source.stem]
        for folder in (self.folder / below, self.folder):
            for name in names:
                there = [
                    path for path in self._maps.get(_folded(folder, name), []) if not _belongs_to_another(path, source)
                ]
                if there:
                    return _only(there, name, source)
        raise ProbabilityMissing(source, folder=self.folder)


def read_map(path: Path) -> NDArray[np.float32]:
    """Return a grey picture of 8 or 16 bits as a map (1, h, w) in [0, 1]; of a coloured one the mean of its channels.

    Raises ``PhotoError`` types.
    """
    grey = read_photo(path).rgb
    # Grey images come as three equal channels; the mean of unequal ones is as good as any.
    one = cv2.transform(grey, np.full((1, 3), 1 / 3, np.float32)) if (grey != grey[..., :1]).any() else grey[..., 0]
    return np.asarray(one, np.float32)[None] / np.float32(np.iinfo(grey.dtype).max)


def check_map(path: Path, photo: Path) -> None:
    """Raise ``MaskDoesNotFit`` for a picture of other proportions than the photo, and ``PhotoError`` types."""
    (width, height), (photo_width, photo_height) = read_size(path), read_size(photo)
    if abs(width * photo_height - height * photo_width) > _OTHER_PROPORTIONS * max(width * photo_height, 1):
        raise MaskDoesNotFit(path, photo=photo, width=photo_width, height=photo_height)


def is_grey(path: Path) -> bool:
    """Tell whether a picture has no colours, as a mask has none. Raises ``PhotoError`` types."""
    pixels = read_photo(path).rgb
    return bool((pixels == pixels[..., :1]).all())


def _only(there: list[Path], stem: str, source: Path) -> Path:
    """Return the one map that is meant: by the full name, else by the exact stem, else the only one."""
    for wanted in (
        [path for path in there if _nfc(path.name) == _nfc(source.name)],
        [path for path in there if _nfc(path.stem) == _nfc(stem)],
        there,
    ):
        if len(wanted) == 1:
            return wanted[0]
        if wanted:
            break
    raise ProbabilityUnclear(source, found=", ".join(path.name for path in wanted))


def _belongs_to_another(path: Path, source: Path) -> bool:
    """Return whether ``path`` is the photo itself, or has the full name of another photo beside it."""
    if path.absolute() == source.absolute():
        return True
    if _nfc(path.name) == _nfc(source.name):
        return False
    other = source.with_name(path.name)
    return other.exists() and not (path.exists() and other.samefile(path))


def _folded(folder: Path, name: str) -> tuple[Path, str]:
    return folder, _nfc(name).casefold()


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
