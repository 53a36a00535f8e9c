"""Photoshop documents of layers, with editable layer masks.

After Adobe's "Photoshop File Formats Specification" (November 2019).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from matting.files.writing.packbits import pack_rows
from matting.photo import Metadata, Pixels

MAX_SIDE = 30_000
MAX_BYTES = 2**31 - 1
MAX_DPI = 65_535
_RESOLUTION, _IPTC, _ICC, _VERSION, _EXIF, _XMP = 1005, 1028, 1039, 1057, 1058, 1060
_RLE, _ZIP_WITH_PREDICTION = 1, 3
_TRANSPARENCY, _LAYER_MASK = -1, -2


@dataclass(frozen=True)
class PsdLayer:
    """A layer: pixels (h, w, 3), their opacity (h, w) or ``None`` for full, and an editable mask (h, w) or ``None``."""

    name: str
    rgb: Pixels
    opacity: Pixels | None = None
    mask: Pixels | None = None


def encode_psd(layers: Sequence[PsdLayer], rgb: Pixels, alpha: Pixels, metadata: Metadata, threads: int = 2) -> bytes:
    """Return the bytes of a PSD file with these layers, from the lowest up, nothing in them hidden or cleared.

    ``rgb`` (h, w, 3) and ``alpha`` (h, w), uint8 or uint16 as the layers, are what they look like together: the
    flattened picture for programs that read no layers, which lies on white.
    Raises ``OverflowError`` beyond the format's 30,000 pixels a side or 2 GiB.
    """
    height, width = alpha.shape
    if max(height, width) > MAX_SIDE:
        raise OverflowError(f"a PSD cannot be {width} × {height} pixels")
    with ThreadPoolExecutor(max(1, threads), thread_name_prefix="psd") as pool:
        packed = [_layer(layer, pool) for layer in layers]
        flat = list(pool.map(lambda plane: _on_white(plane, alpha), _planes(rgb)))
        merged = _merged([*flat, alpha], pool)
    # The count is negative: the flattened picture's fourth channel is opacity.
    info = struct.pack(">h", -len(packed)) + b"".join([record for record, _ in packed] + [data for _, data in packed])
    depth = 8 * alpha.dtype.itemsize
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 4, height, width, depth, 3)  # 3: RGB
    file = b"".join((head, _block(b""), _block(_resources(metadata)), _layer_section(info, depth), merged))
    if len(file) > MAX_BYTES:
        raise OverflowError(f"a PSD cannot have {len(file)} bytes")
    return file


def _planes(rgb: Pixels) -> list[Pixels]:
    return [cast(Pixels, np.ascontiguousarray(rgb[..., channel])) for channel in range(3)]


def _block(content: bytes, multiple: int = 1) -> bytes:
    """Return a 32-bit length and what it counts, padding included."""
    padded = content + bytes(-len(content) % multiple)
    return struct.pack(">I", len(padded)) + padded


def _resources(metadata: Metadata) -> bytes:
    """Return the image resources: resolution, profile, EXIF, XMP, IPTC, and that the flattened picture is real."""
    found = {_VERSION: struct.pack(">IB", 1, 1) + _unicode("Kirie") + _unicode("Kirie") + struct.pack(">I", 1)}
    if metadata.dpi and max(metadata.dpi) <= MAX_DPI:
        across, down = (round(dots * 65536) for dots in metadata.dpi)
        found[_RESOLUTION] = struct.pack(">IHHIHH", across, 1, 1, down, 1, 1)  # 1: dots per inch, shown in inches
    if metadata.iptc:
        found[_IPTC] = metadata.iptc
    if metadata.icc:
        found[_ICC] = metadata.icc
    if metadata.exif:
        found[_EXIF] = metadata.exif
    if metadata.xmp:
        found[_XMP] = metadata.xmp
    return b"".join(
        struct.pack(">4sHHI", b"8BIM", number, 0, len(content)) + content + bytes(len(content) % 2)
        for number, content in sorted(found.items())
    )


def _unicode(text: str) -> bytes:
    encoded = text.encode("utf-16-be", "replace")  # names of files may hold what is no text
    return struct.pack(">I", len(encoded) // 2) + encoded


def _layer(layer: PsdLayer, pool: ThreadPoolExecutor) -> tuple[bytes, bytes]:
    """Return a layer's record and its channels."""
    height, width = layer.rgb.shape[:2]
    full = np.iinfo(layer.rgb.dtype).max
    opacity = np.full((height, width), full, layer.rgb.dtype) if layer.opacity is None else layer.opacity
    planes = {_TRANSPARENCY: opacity, **dict(enumerate(_planes(layer.rgb)))}
    if layer.mask is not None:
        planes[_LAYER_MASK] = layer.mask
    channels = list(pool.map(_channel, planes.values()))
    record = struct.pack(">4iH", 0, 0, height, width, len(channels))
    for number, channel in zip(planes, channels, strict=True):
        record += struct.pack(">hI", number, len(channel))
    record += struct.pack(">4s4sBBBx", b"8BIM", b"norm", 255, 0, 8)  # opaque, unclipped; 8: newer than Photoshop 4
    # Black beyond the mask's edges, enabled.
    mask = b"" if layer.mask is None else struct.pack(">4iBB2x", 0, 0, height, width, 0, 0)
    short = layer.name.encode("ascii", "replace")[:31]
    extra = _block(mask) + _block(_blending_ranges()) + _pascal(short) + b"8BIMluni" + _block(_unicode(layer.name), 4)
    return record + _block(extra), b"".join(channels)


def _blending_ranges() -> bytes:
    """Return full black to full white, source and destination, for grey and each of four channels."""
    return bytes([0, 0, 255, 255]) * 10


def _pascal(text: bytes) -> bytes:
    counted = bytes([len(text)]) + text
    return counted + bytes(-len(counted) % 4)


def _layer_section(layer: bytes, depth: int) -> bytes:
    """Return the layer and mask section; deeper layers than 8 bits stand in a tagged block instead (``Lr16``)."""
    no_global_mask = _block(b"")
    if depth == 8:
        return _block(_block(layer, 4) + no_global_mask)
    return _block(_block(b"") + no_global_mask + b"8BIMLr16" + _block(layer, 4))


def _channel(plane: Pixels) -> bytes:
    """Encode one layer channel. Photoshop itself packs 8 bits in runs and deflates differences of 16."""
    if plane.dtype == np.uint8:
        packed, sizes = pack_rows(_big_endian_rows(plane))
        return struct.pack(">H", _RLE) + sizes.astype(">u2").tobytes() + packed
    differences = plane.copy()
    differences[:, 1:] -= plane[:, :-1]
    deflated = isal_zlib.compress(differences.astype(">u2").tobytes(), 1)
    return struct.pack(">H", _ZIP_WITH_PREDICTION) + deflated


def _merged(planes: Sequence[Pixels], pool: ThreadPoolExecutor) -> bytes:
    """Return the flattened picture: the sizes of all rows of all channels first, then the rows."""
    packed = list(pool.map(lambda plane: pack_rows(_big_endian_rows(plane)), planes))
    sizes = b"".join(row_sizes.astype(">u2").tobytes() for _, row_sizes in packed)
    return b"".join((struct.pack(">H", _RLE), sizes, *(rows for rows, _ in packed)))


def _big_endian_rows(plane: Pixels) -> NDArray[np.uint8]:
    swapped = plane.astype(plane.dtype.newbyteorder(">"), copy=False)
    return np.ascontiguousarray(swapped).view(np.uint8).reshape(len(plane), -1)


def _on_white(plane: Pixels, alpha: Pixels) -> Pixels:
    """Return plane · alpha + white · (1 − alpha), rounded."""
    top = np.uint32(np.iinfo(alpha.dtype).max)
    out = np.empty_like(plane)
    for start in range(0, len(plane), 64):
        rows = slice(start, start + 64)
        opacity = alpha[rows].astype(np.uint32)
        out[rows] = (plane[rows] * opacity + top // 2) // top + (top - opacity)
    return out
