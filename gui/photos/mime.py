"""What a drop or the clipboard holds for the list: files and folders, a picture, addresses."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QMimeData, QUrl

PROGRAM_MIME = "application/x-kirie"
"""Marks what this window drags or copies itself, so that it does not take its own cutouts back in."""


def paths_in(mime: QMimeData) -> list[Path]:
    """Return local files and folders: real links first, else lines of text that exist."""
    if mime.hasUrls():
        return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    lines = [line.strip().strip("\"'") for line in mime.text().splitlines()] if mime.hasText() else []
    named = [Path(unquote(urlsplit(line).path)) if line.startswith("file:") else Path(line) for line in lines if line]
    return [path for path in named if path.is_absolute() and path.exists()]


def links_in(mime: QMimeData) -> list[str]:
    """Return web addresses and pictures that are written out as one (``data:``), in ASCII as a request needs them."""
    texts = mime.text().split() if mime.hasText() else []
    urls = mime.urls() if mime.hasUrls() else [QUrl(text) for text in texts]
    return [bytes(url.toEncoded().data()).decode("ascii") for url in urls if _is_link(url)]


def can_take(mime: QMimeData) -> bool:
    """Return whether there is anything in it for the list."""
    if mime.hasFormat(PROGRAM_MIME):
        return False
    return mime.hasImage() or bool(paths_in(mime)) or bool(links_in(mime))


def _is_link(url: QUrl) -> bool:
    if url.scheme() == "data":
        return url.path().startswith("image/")
    return url.scheme() in ("http", "https") and bool(url.host())
