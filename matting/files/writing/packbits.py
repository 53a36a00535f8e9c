"""PackBits, the run-length code of TIFF and PSD (TIFF 6.0 §9), by libtiff: row by row in Python would take minutes."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from matting.files.exif import SHORT, TagReader

_STRIP_OFFSETS, _STRIP_SIZES = 273, 279


def pack_rows(rows: NDArray[np.uint8]) -> tuple[bytes, NDArray[np.integer]]:
    """Pack each row of (n, bytes) by itself; return all of them joined, and the packed size of each."""
    out = io.BytesIO()
    # One row a strip, so that libtiff's table of strips is the table of rows.
    Image.fromarray(rows).save(out, "TIFF", compression="packbits", strip_size=1)
    file = out.getvalue()
    starts, sizes = (_integers(file, number) for number in (_STRIP_OFFSETS, _STRIP_SIZES))
    if len(sizes) != len(rows) or not np.array_equal(starts[1:], starts[:-1] + sizes[:-1]):
        raise RuntimeError("this Pillow does not write one strip a row")
    return file[int(starts[0]) : int(starts[-1] + sizes[-1])], sizes


def _integers(file: bytes, number: int) -> NDArray[np.integer]:
    reader = TagReader(file)
    tag = reader.find(reader.first_ifd(), number)
    assert tag is not None
    return np.frombuffer(tag.value, reader.order + ("u2" if tag.kind == SHORT else "u4")).astype(np.int64)
