"""The names that photos have; apart from reading them, so that looking through folders loads no image library."""

from __future__ import annotations

PHOTO_SUFFIXES: frozenset[str] = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff"}
    | {".bmp", ".dib", ".gif", ".avif", ".heic", ".heif", ".hif"}
)
"""Lower-case suffixes of the files that are looked at when a folder is given."""
