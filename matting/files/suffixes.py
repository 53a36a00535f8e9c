"""The names that photos have; apart from reading them, so that looking through folders loads no image library."""

from __future__ import annotations

from importlib.util import find_spec

_RAW = frozenset({".dng", ".nef", ".nrw", ".cr2", ".cr3", ".arw", ".raf", ".orf", ".rw2", ".pef", ".srw", ".x3f"})

PHOTO_SUFFIXES: frozenset[str] = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff"}
    | {".bmp", ".dib", ".gif", ".avif", ".heic", ".heif", ".hif"}
    # Without their decoder a folder of raw files beside JPEGs would only fail.
    | (_RAW if find_spec("rawpy") else frozenset())
)
"""Lower-case suffixes of the files that are looked at when a folder is given."""
