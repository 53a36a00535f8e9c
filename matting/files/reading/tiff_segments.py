"""Strips and tiles of a TIFF file put together into an array of samples (TIFF 6.0 §3, §14, §15)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import BinaryIO, Literal, cast

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from matting.files.exif import LONG, SHORT, Description, Tag, header, pack_file
from matting.photo import Pixels

NONE, LZW, DEFLATE, PACKBITS, OLD_DEFLATE, LZMA, ZSTD = 1, 5, 8, 32773, 32946, 34925, 50000
COMPRESSIONS = frozenset({NONE, LZW, DEFLATE, PACKBITS, OLD_DEFLATE, LZMA, ZSTD})
"""Compressions that do not care what the bytes mean."""

_HORIZONTAL = 2
_LOW_BIT_FIRST = 2
_RUN_BYTES = 8 << 20
_TURNED_BYTES = np.packbits(np.unpackbits(np.arange(256, dtype=np.uint8)).reshape(256, 8)[:, ::-1]).reshape(256)


def read_samples(file: BinaryIO, page: tifffile.TiffPage) -> Pixels:
    """Return all samples of a page, shape (height, width, samples), uint8 or uint16 in the machine's byte order.

    Only pages of 1, 2, 4, 8 or 16 bits with one of ``COMPRESSIONS``; samples of less than 8 bits keep their values,
    0 to 15 at most. Raises ``ValueError`` when the file is damaged.
    """
    height, width, samples = int(page.imagelength), int(page.imagewidth), int(page.samplesperpixel)
    planes = samples if int(page.planarconfig) == 2 and samples > 1 else 1
    depth = samples // planes
    rows = int(page.tilelength if page.is_tiled else min(page.rowsperstrip, height))
    columns = int(page.tilewidth) if page.is_tiled else width
    across, down = -(-width // columns), -(-height // rows)
    bits = int(page.bitspersample)
    dtype = np.dtype(f"{page.parent.byteorder}u{max(bits // 8, 1)}")
    count = planes * across * down
    segments = read_segments(file, page.dataoffsets, page.databytecounts, count)

    out = np.empty((height, width, samples), dtype.newbyteorder("="))
    row_bytes = -(-columns * depth * bits // 8)
    talls = [rows if page.is_tiled else min(rows, height - index % down * rows) for index in range(count)]
    for first, last in _runs(talls, row_bytes):
        rows_read = _decompress(segments[first:last], page, talls[first], row_bytes).reshape(-1, row_bytes)
        values = _unpacked(rows_read, bits)[:, : columns * depth] if bits < 8 else rows_read.view(dtype)
        for index, block in enumerate(values.reshape(last - first, talls[first], columns, depth), first):
            plane, tile = divmod(index, across * down)
            top, left = tile // across * rows, tile % across * columns
            target = out[top : top + rows, left : left + columns, plane * depth : (plane + 1) * depth]
            if int(page.predictor) == _HORIZONTAL:
                block = np.cumsum(block, axis=1, dtype=out.dtype)
            target[:] = block[: target.shape[0], : target.shape[1]]
    return cast(Pixels, out)


def _unpacked(rows: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """Split the bytes of (n, bytes) into samples of 1, 2 or 4 bits, the high ones first (TIFF 6.0 §8)."""
    shifts = np.arange(8 - bits, -1, -bits, dtype=np.uint8)
    return ((rows[..., None] >> shifts) & np.uint8((1 << bits) - 1)).reshape(len(rows), -1)


def _runs(talls: Sequence[int], row_bytes: int) -> Iterator[tuple[int, int]]:
    """Yield first and last index of strips or tiles of equal height to decompress at once, some megabytes each."""
    first = 0
    while first < len(talls):
        most = max(1, _RUN_BYTES // (talls[first] * row_bytes))
        last = first + 1
        while last < len(talls) and last - first < most and talls[last] == talls[first]:
            last += 1
        yield first, last
        first = last


def read_segments(file: BinaryIO, offsets: Sequence[int], sizes: Sequence[int], expected: int) -> list[bytes]:
    """Return the bytes of the first ``expected`` strips or tiles. Raises ``ValueError`` when the file lacks some."""
    if len(offsets) < expected or len(sizes) < expected:
        raise ValueError(f"{len(offsets)} strips or tiles where {expected} are needed")
    if sum(sizes[:expected]) > 4 * file.seek(0, 2):  # they may share bytes, but not that many
        raise ValueError("more bytes in strips or tiles than in the file")
    segments = []
    for offset, size in zip(offsets[:expected], sizes[:expected], strict=True):
        file.seek(offset)
        segments.append(file.read(size))
        if len(segments[-1]) != size:
            raise ValueError("the TIFF ends early")
    return segments


def _decompress(segments: Sequence[bytes], page: tifffile.TiffPage, rows: int, row_bytes: int) -> NDArray[np.uint8]:
    """Return strips or tiles of ``rows`` rows as bytes (n · rows · row_bytes)."""
    if int(page.compression) == NONE:
        parts = [np.frombuffer(segment, np.uint8)[: rows * row_bytes] for segment in segments]
        if any(part.size < rows * row_bytes for part in parts):
            raise ValueError("a strip or tile is too short")
        joined = np.concatenate(parts)
        return _TURNED_BYTES[joined] if int(page.fillorder) == _LOW_BIT_FIRST else joined
    wrapped = _grey_tiff(segments, int(page.compression), int(page.fillorder), rows, row_bytes)
    with Image.open(io.BytesIO(wrapped), formats=["TIFF"]) as image:
        return np.asarray(image, np.uint8).reshape(-1)


def _grey_tiff(segments: Sequence[bytes], compression: int, fill_order: int, rows: int, row_bytes: int) -> bytes:
    """Wrap compressed strips or tiles in a TIFF file that calls their bytes an 8-bit grey picture.

    So libtiff hands the bytes out as they are, whatever their depth and number of channels.
    """
    order: Literal["<"] = "<"
    starts = list(accumulate(map(len, segments), initial=8))
    end = starts.pop()
    padding = bytes(end % 2)
    tags = [
        Tag.of_integers(256, LONG, order, row_bytes),
        Tag.of_integers(257, LONG, order, rows * len(segments)),
        Tag.of_integers(258, SHORT, order, 8),
        Tag.of_integers(259, SHORT, order, compression),
        Tag.of_integers(262, SHORT, order, 1),
        Tag.of_integers(266, SHORT, order, fill_order),
        Tag.of_integers(273, LONG, order, *starts),
        Tag.of_integers(277, SHORT, order, 1),
        Tag.of_integers(278, LONG, order, rows),
        Tag.of_integers(279, LONG, order, *map(len, segments)),
    ]
    ifd = pack_file(Description(order), tags, end + len(padding))
    return b"".join((header(order, end + len(padding)), *segments, padding, ifd))
