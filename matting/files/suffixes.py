"""The names of photos and of outputs; apart from reading and writing them, so that a look at names loads no library."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from matting.settings import Format, Write

_RAW = frozenset({".dng", ".nef", ".nrw", ".cr2", ".cr3", ".arw", ".raf", ".orf", ".rw2", ".pef", ".srw", ".x3f"})

PHOTO_SUFFIXES: frozenset[str] = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff"}
    | {".bmp", ".dib", ".gif", ".avif", ".heic", ".heif", ".hif"}
    # Without their decoder a folder of raw files beside JPEGs would only fail.
    | (_RAW if find_spec("rawpy") else frozenset())
)
"""Lower-case suffixes of the files that are looked at when a folder is given."""

CUTOUT_FORMATS = {**{f".{format}": format for format in Format}, ".jpeg": Format.JPG, ".tif": Format.TIFF}
"""From the lower-case suffix of a cutout's file to its format."""


def format_of(file: Path, write: Write) -> Format | None:
    """Return the format that a file's suffix names; ``None`` for one in which this is not written.

    >>> format_of(Path("shoe.TIF"), Write.CUTOUT), format_of(Path("shoe.tif"), Write.MASK)
    (<Format.TIFF: 'tiff'>, None)
    """
    format = CUTOUT_FORMATS.get(file.suffix.lower())
    return format if write is Write.CUTOUT or format is Format.PNG else None
