"""A picture from the web, or one that is written out in its address."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from gui.photos.pasted import keep_picture
from matting.files.sniff import Kind, sniff
from matting.files.suffixes import PHOTO_SUFFIXES
from matting.system.control import Control

LIMIT = 200 * 1024 * 1024
"""Bytes of a picture at most."""
SILENCE_S = 30.0
"""How long a server may send nothing."""
TICK_S = 0.1
"""How soon a cancel is noticed."""
_SNIFFED = 64
_SUFFIXES = {Kind.JPEG: ".jpg", Kind.TIFF: ".tif", Kind.HEIC: ".heic"}

Got = TypeVar("Got")


def fetch_picture(link: str, control: Control, limit: int = LIMIT) -> Path:
    """Fetch the photo of an http, https or data address (in ASCII) into the pasted folder.

    What arrives decides whether it is a photo, not what the server calls it. Without a whole photo of at most ``limit``
    bytes raises ``OSError``, ``http.client.HTTPException`` or ``ValueError``; ``Cancelled`` when told to stop, and
    ``WriteError`` types. No file is left then.
    """
    data, kind = bytearray(), None
    for piece in _data_pieces(link) if link.startswith("data:") else _web_pieces(link, control):
        data += piece
        if len(data) > limit:
            raise ValueError("more than a picture may have")
        if kind is None and len(data) >= _SNIFFED:
            kind = _kind_of(data)
    return keep_picture(bytes(data), *_name_for(link, kind or _kind_of(data)))


def _kind_of(data: bytearray) -> Kind:
    kind = sniff(bytes(data[:_SNIFFED]))
    if kind is None:
        raise ValueError("no photo that Kirie can read")
    return kind


def _name_for(link: str, kind: Kind) -> tuple[str, str]:
    """Return the stem and suffix that an address gives its picture."""
    name = "" if link.startswith("data:") else unquote(urlsplit(link).path.rpartition("/")[2])
    suffix = Path(name).suffix
    if suffix.lower() in PHOTO_SUFFIXES:
        return name.removesuffix(suffix), suffix
    return name, _SUFFIXES.get(kind, f".{kind.lower()}")


def _data_pieces(link: str) -> Iterator[bytes]:
    import urllib.request  # with http.client, email and ssl: 17 ms that the window's first picture need not wait for

    with urllib.request.DataHandler().data_open(urllib.request.Request(link)) as answer:
        yield answer.read()


def _web_pieces(link: str, control: Control) -> Iterator[bytes]:
    """Yield what the server sends; raises ``http.client.IncompleteRead`` where that is less than it announced."""
    from models.download.connection import Stream

    with Stream(link, {"Accept-Encoding": "identity"}, SILENCE_S) as stream:
        _next(lambda: stream.answer(TICK_S), control)
        while piece := _next(lambda: stream.piece(TICK_S), control):
            yield piece


def _next(take: Callable[[], Got], control: Control) -> Got:
    """Return the next thing of a stream, looking at ``control`` meanwhile."""
    from models.download.connection import Silence

    end = time.monotonic() + SILENCE_S
    while True:
        control.wait_if_paused()
        try:
            return take()
        except Silence:
            if time.monotonic() > end:
                raise TimeoutError("the server fell silent") from None
