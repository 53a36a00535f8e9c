"""A PNG writer that filters rows with numpy and deflates stripes of them on several cores.

W3C PNG, third edition. Why not a library's writer: docs/decisions/0010-own-png-writer.md.
"""

from __future__ import annotations

import os
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import numpy as np
from isal import isal_zlib

from matting.files.iptc import resources_of_iptc
from matting.files.writing.png_filter import Filter, Rows, filter_rows
from matting.photo import Metadata, Pixels

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = b"XML:com.adobe.xmp\0"
_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}
_DTYPES = (np.uint8, np.uint16)
_STRIPE_BYTES = 512 * 1024  # filtering stays in a core's own cache
_TRIAL_ROWS = 6
_TRIAL_BYTES = 48 * 1024


@dataclass(frozen=True)
class _Recipe:
    """A PNG filter and how far deflate may look back, as a power of two."""

    filter: Filter
    window: int


# Photos want the average of their neighbours and no far matches: what repeats in noise does so by chance, and igzip
# spends more on such a match than on the bytes themselves. Drawings want the opposite.
_RECIPES = (
    _Recipe(Filter.AVERAGE, 9),
    _Recipe(Filter.PAETH, 9),
    _Recipe(Filter.UP, 9),
    _Recipe(Filter.UP, 15),
    _Recipe(Filter.SUB, 15),
    _Recipe(Filter.NONE, 15),
)


def encode_png(pixels: Pixels, metadata: Metadata | None = None, threads: int = min(4, os.cpu_count() or 1)) -> bytes:
    """Return the bytes of a PNG file.

    ``pixels`` has shape (h, w) for grey, (h, w, 3) for RGB or (h, w, 4) for RGBA with straight alpha; uint8 or uint16
    over the full range. Raises ``ValueError`` for anything else. ``metadata`` goes in as it stands; its profile
    must describe the pixels' colour model. Takes up to ``threads`` cores, without the interpreter's lock.
    """
    channels = 1 if pixels.ndim == 2 else pixels.shape[-1]
    if pixels.ndim not in (2, 3) or channels not in _COLOUR_TYPES or pixels.dtype.newbyteorder("=") not in _DTYPES:
        raise ValueError(f"no PNG can be made of {pixels.dtype} pixels of shape {pixels.shape}")
    height, width = pixels.shape[:2]
    if not 0 < height < 2**31 or not 0 < width < 2**31:
        raise ValueError(f"a PNG cannot be {width} × {height} pixels")

    step = channels * pixels.dtype.itemsize
    recipe = _best_recipe(pixels, step)
    rows = max(1, _STRIPE_BYTES // (width * step))
    starts = range(0, height, rows)

    def stripe(start: int) -> _Stripe:
        return _encode_stripe(pixels, start, min(start + rows, height), step, recipe)

    if threads > 1 and len(starts) > 1:
        with ThreadPoolExecutor(threads, thread_name_prefix="png") as pool:
            stripes = list(pool.map(stripe, starts))
    else:
        stripes = [stripe(start) for start in starts]

    adler = 1
    for done in stripes:
        adler = combine_adler32(adler, done.adler, done.length)
    header = struct.pack(">IIBBBBB", width, height, 8 * pixels.dtype.itemsize, _COLOUR_TYPES[channels], 0, 0, 0)
    return b"".join(
        chain(
            (SIGNATURE, chunk(b"IHDR", header)),
            metadata_chunks(metadata or Metadata()),
            (chunk(b"IDAT", b"\x78\x01"),),  # the zlib header: deflate with a window of 32 KiB, RFC 1950 §2.2
            (done.chunk for done in stripes),
            (chunk(b"IDAT", struct.pack(">I", adler)), chunk(b"IEND", b"")),
        )
    )


@dataclass(frozen=True)
class _Stripe:
    """Some rows as a finished IDAT chunk; Adler-32 and length of what was deflated."""

    chunk: bytes
    adler: int
    length: int


def _encode_stripe(pixels: Pixels, start: int, stop: int, step: int, recipe: _Recipe) -> _Stripe:
    filtered = _filtered(pixels, start, stop, step, recipe.filter).data.cast("B")
    deflate = isal_zlib.compressobj(1, wbits=-recipe.window)
    # A sync flush ends on a whole byte without ending the stream (RFC 1951 §3.2.4), so stripes can be joined.
    end = isal_zlib.Z_FINISH if stop == pixels.shape[0] else isal_zlib.Z_SYNC_FLUSH
    packed = deflate.compress(filtered) + deflate.flush(end)
    return _Stripe(chunk(b"IDAT", packed), isal_zlib.adler32(filtered), len(filtered))


def _filtered(pixels: Pixels, start: int, stop: int, step: int, filter: Filter) -> Rows:
    """Return rows ``start`` to ``stop`` as PNG scanlines: the filter's number before each row."""
    first = max(start - 1, 0)
    rows = _big_endian_bytes(pixels[first:stop])
    if start == 0:
        rows = np.concatenate([np.zeros_like(rows[:1]), rows])
    out = np.empty((stop - start, rows.shape[1] + 1), np.uint8)
    out[:, 0] = filter
    filter_rows(filter, rows[1:], rows[:-1], step, out[:, 1:])
    return out


def _big_endian_bytes(rows: Pixels) -> Rows:
    swapped = rows.astype(rows.dtype.newbyteorder(">"), copy=False)
    return np.ascontiguousarray(swapped).reshape(len(rows), -1).view(np.uint8)


def _best_recipe(pixels: Pixels, step: int) -> _Recipe:
    """Return the recipe that makes least of a few bands of rows, spread over the picture."""
    height, width = pixels.shape[:2]
    band = min(height, max(_TRIAL_ROWS, _TRIAL_BYTES // (width * step)))
    starts = sorted({round(place * (height - band)) for place in (0.15, 0.4, 0.5, 0.6, 0.85)})

    def size(recipe: _Recipe) -> int:
        trial = b"".join(_filtered(pixels, start, start + band, step, recipe.filter).tobytes() for start in starts)
        return len(isal_zlib.compress(trial, 1, wbits=-recipe.window))

    return min(_RECIPES, key=size)


def metadata_chunks(metadata: Metadata) -> tuple[bytes, ...]:
    """Return the chunks that must stand before the pixels (§5.6)."""
    found = []
    if metadata.icc:
        found.append(chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(metadata.icc)))
    if metadata.dpi:
        across, down = (round(dots / 0.0254) for dots in metadata.dpi)
        found.append(chunk(b"pHYs", struct.pack(">IIB", across, down, 1)))
    if metadata.exif:
        found.append(chunk(b"eXIf", metadata.exif))
    if metadata.xmp:
        found.append(chunk(b"iTXt", XMP_KEYWORD + b"\0\0\0\0" + metadata.xmp))
    if metadata.iptc:  # for which PNG has no place of its own: as ImageMagick and ExifTool keep it
        raw = resources_of_iptc(metadata.iptc)
        lines = [raw.hex()[start : start + 72] for start in range(0, 2 * len(raw), 72)]
        text = "\n".join(["", "iptc", f"{len(raw):8}", *lines, ""]).encode()
        found.append(chunk(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(text)))
    return tuple(found)


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a PNG chunk (§5.3): length, name, content, CRC-32 of name and content."""
    check = isal_zlib.crc32(content, isal_zlib.crc32(name))
    return b"".join((struct.pack(">I", len(content)), name, content, struct.pack(">I", check)))


def combine_adler32(first: int, second: int, second_length: int) -> int:
    """Return the Adler-32 of two joined blocks from the checks of each (RFC 1950 §8.2; zlib's ``adler32_combine``)."""
    base = 65521
    low = (first & 0xFFFF) + (second & 0xFFFF) - 1
    high = (first >> 16) + (second >> 16) + second_length * ((first & 0xFFFF) - 1)
    return (high % base) << 16 | low % base
