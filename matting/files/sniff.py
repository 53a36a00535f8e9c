"""Which image format a file holds, told from its first bytes, whatever its name says."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """An image format that Kirie reads; the value is Pillow's name of it."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    TIFF = "TIFF"
    BMP = "BMP"
    GIF = "GIF"
    AVIF = "AVIF"
    HEIC = "HEIF"
    RAW = "RAW"


_MAGIC = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"II+\0\x08\0\0\0", Kind.TIFF),  # BigTIFF
    (b"MM\0+\0\x08\0\0", Kind.TIFF),
    # Raw files of cameras that are no TIFF: Fujifilm, Panasonic, Olympus (three), Minolta, Sigma.
    *((magic, Kind.RAW) for magic in (b"FUJIFILMCCD-RAW", b"IIU\0", b"IIRO", b"IIRS", b"MMOR", b"\0MRM", b"FOVb")),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

# The most pixels that one byte of a file can stand for: a JPEG needs a bit for each of its 8×8 blocks, deflate packs
# 1,032 to 1 and LZW 2,730. A header that declares more is a lie, and believing it would cost gigabytes of memory.
_MOST_PIXELS_A_BYTE = {Kind.JPEG: 8 * 64, Kind.PNG: 8 * 1032, Kind.GIF: 4096, Kind.BMP: 128}
# The other formats have no such limit (a WebP of one colour takes 38 bytes whatever its size), photos do.
_LARGE_PIXELS, _MOST_PIXELS_A_BYTE_OF_LARGE = 50_000_000, 5000


def sniff(start: bytes) -> Kind | None:
    """Tell the format of a file that begins with ``start`` (64 bytes are enough); ``None``: Kirie does not read it."""
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return Kind.WEBP
    # "BM" alone begins many a text: the header size after it must be one of the known ones too.
    if start[:2] == b"BM" and int.from_bytes(start[14:18], "little") in (12, 40, 52, 56, 64, 108, 124):
        return Kind.BMP
    if start[4:8] == b"ftyp":
        length = min(int.from_bytes(start[:4], "big"), len(start))
        brands = {start[8:12], *(start[place : place + 4] for place in range(16, length, 4))}
        if b"crx " in brands:  # Canon's CR3
            return Kind.RAW
        if brands & {b"avif", b"avis"}:
            return Kind.AVIF
        if brands & _HEIC_BRANDS:
            return Kind.HEIC
    return None


def implausible(kind: Kind, pixels: int, file_size: int) -> bool:
    """Tell whether a file of ``file_size`` bytes cannot hold a photo of as many pixels as it declares."""
    if pixels > _LARGE_PIXELS and pixels > _MOST_PIXELS_A_BYTE_OF_LARGE * file_size:
        return True
    return kind in _MOST_PIXELS_A_BYTE and pixels > _MOST_PIXELS_A_BYTE[kind] * file_size
