"""From a cutout to the bytes of a file."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import Any, cast
from xml.parsers.expat import ExpatError

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from matting.cutout.cut import Cutout
from matting.errors import FormatTooSmall
from matting.files.iptc import resources_of_iptc
from matting.files.metadata import resized_exif
from matting.files.writing.png import encode_png
from matting.files.writing.psd import MAX_SIDE, PsdLayer, encode_psd
from matting.files.writing.tiff import encode_tiff
from matting.files.xmp import split_xmp
from matting.photo import Metadata, Pixels, to_8_bits
from matting.settings import QUALITY, Format

# Colours under this many transparent pixels beyond the edge are kept, so that a program which scales colours and
# alpha apart finds no black there.
HIDDEN_RIM = 2

_LARGEST_SIDE = {Format.WEBP: 16_383, Format.JPG: 65_500, Format.PSD: MAX_SIDE, Format.AVIF: 32_768}
_MOST_PIXELS = {Format.AVIF: 16_384**2}  # what libavif, and so most programs, reads
_AVIF_SPEED = 8
_JPEG_DPI = 65_535
_JPEG_SEGMENT = 65_533  # bytes that a marker segment can hold (ITU-T T.81 §B.1.1.4), length field excluded
_XMP_NAMESPACE = len(b"http://ns.adobe.com/xap/1.0/\0")


def encode(cutout: Cutout, format: Format, name: str = "Cutout", quality: int = QUALITY) -> bytes:
    """Return the cutout as a whole file; ``name`` is what a PSD calls its layer.

    PNG, TIFF and PSD keep 8 or 16 bits exactly; WebP, AVIF and JPG take 8 and are lossy, at ``quality`` from 1 to 100
    (the default shows no difference): WebP with exact alpha, AVIF with alpha a few of 255 off at most, JPG on white
    where the cutout is not opaque. Colours that
    nobody can see are cleared, but in a PSD, where the mask can be painted: its layer is the photo wherever the mask
    is 0. Profile, resolution, EXIF, XMP and IPTC go along as far as the format has places for them. Raises
    ``FormatTooSmall`` for more pixels than the format can count.
    """
    height, width = cutout.alpha.shape
    too_long = max(height, width) > _LARGEST_SIDE.get(format, max(height, width))
    if too_long or height * width > _MOST_PIXELS.get(format, height * width):
        raise FormatTooSmall(format=format.value.upper(), width=width, height=height)
    metadata = replace(cutout.metadata, exif=resized_exif(cutout.metadata.exif, width, height))
    rgb, alpha = cutout.flat()
    if format is Format.JPG:
        return _encode_jpeg(_flatten(rgb, alpha), metadata, quality)
    if format is Format.PSD:
        try:
            return encode_psd(_layers(cutout, name), rgb, alpha, metadata)
        except OverflowError as error:
            raise FormatTooSmall(format="PSD", width=width, height=height) from error
    rgba = merge(rgb, alpha)
    if format is Format.WEBP:
        return _encode_webp(to_8_bits(rgba), metadata, quality)
    if format is Format.AVIF:
        return _encode_avif(to_8_bits(rgba), metadata, quality)
    return encode_tiff(rgba, metadata) if format is Format.TIFF else encode_png(rgba, metadata)


def encode_grey(alpha: Pixels, dpi: tuple[float, float] | None = None) -> bytes:
    """Encode alpha or a probability map (height, width), uint8 or uint16, as a grey PNG."""
    return encode_png(alpha, Metadata(dpi=dpi))


def merge(rgb: Pixels, alpha: Pixels) -> Pixels:
    """Clear the colours of RGBA (h, w, 4) that lie more than ``HIDDEN_RIM`` pixels beyond the edge.

    They would give away what was cut off, and cost most of the file's bytes.
    """
    rgba = np.empty((*alpha.shape, 4), alpha.dtype)
    cv2.mixChannels([np.ascontiguousarray(rgb), np.ascontiguousarray(alpha)], [rgba], [0, 0, 1, 1, 2, 2, 3, 3])
    seen = (alpha > 0).view(np.uint8)
    if seen.all():
        return cast(Pixels, rgba)
    near = cv2.dilate(seen, np.ones((2 * HIDDEN_RIM + 1,) * 2, np.uint8))
    return cast(Pixels, cv2.copyTo(rgba, near))


def _layers(cutout: Cutout, name: str) -> list[PsdLayer]:
    """Return the layers from the lowest up: background and shadow where there are, then the subject with its mask."""
    layers = []
    if cutout.background is not None:
        layers.append(PsdLayer("Background", cutout.background))
    if cutout.shadow is not None:
        layers.append(PsdLayer("Shadow", cutout.shadow.pixels(), opacity=cutout.shadow.alpha))
    return [*layers, PsdLayer(name, _with_photo_behind(cutout), mask=cutout.alpha)]


def _with_photo_behind(cutout: Cutout) -> Pixels:
    """Return the cutout's colours, and the photo's where the mask hides them."""
    if cutout.photo is None:
        return cutout.rgb
    return cast(Pixels, cv2.copyTo(cutout.photo, (cutout.alpha == 0).view(np.uint8), cutout.rgb.copy()))


def _flatten(rgb: Pixels, alpha: Pixels) -> NDArray[np.uint8]:
    image, mask = Image.fromarray(to_8_bits(rgb)), Image.fromarray(to_8_bits(alpha))
    if mask.getextrema() == (255, 255):
        return np.asarray(image)
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=mask)
    return np.asarray(white)


def _encode_webp(rgba: NDArray[np.uint8], metadata: Metadata, quality: int) -> bytes:
    options: dict[str, Any] = {"quality": quality, "method": 2, "alpha_quality": 100}
    return _save(rgba, "WEBP", options, icc=metadata.icc, exif=metadata.exif, xmp=metadata.xmp)


def _encode_avif(rgba: NDArray[np.uint8], metadata: Metadata, quality: int) -> bytes:
    options: dict[str, Any] = {"quality": quality, "speed": _AVIF_SPEED, "subsampling": "4:4:4"}
    return _save(rgba, "AVIF", options, icc=metadata.icc, exif=metadata.exif, xmp=metadata.xmp)


def _encode_jpeg(rgb: NDArray[np.uint8], metadata: Metadata, quality: int) -> bytes:
    exif = b"Exif\0\0" + metadata.exif if metadata.exif else None
    # A JPEG can hold longer blocks only in pieces that few programs put together again.
    exif = exif if exif and len(exif) <= _JPEG_SEGMENT else None
    xmp, more = _xmp_of_jpeg(metadata.xmp) if metadata.xmp else (None, [])
    extra = [_segment(0xE1, part) for part in more]
    if metadata.iptc and len(metadata.iptc) <= _JPEG_SEGMENT - 100:
        extra.append(_segment(0xED, b"Photoshop 3.0\0" + resources_of_iptc(metadata.iptc)))
    options: dict[str, Any] = {"quality": quality, "subsampling": "4:4:4", "extra": b"".join(extra)}
    if metadata.dpi and max(metadata.dpi) <= _JPEG_DPI:
        options["dpi"] = metadata.dpi
    return _save(rgb, "JPEG", options, icc=metadata.icc, exif=exif, xmp=xmp)


def _xmp_of_jpeg(packet: bytes) -> tuple[bytes | None, list[bytes]]:
    """Return the packet and the segments of what is too long for it; nothing where it cannot be taken apart."""
    try:
        return split_xmp(packet, _JPEG_SEGMENT - _XMP_NAMESPACE)
    except (ExpatError, ValueError):
        return None, []


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _save(
    pixels: NDArray[np.uint8],
    format: str,
    options: dict[str, Any],
    icc: bytes | None,
    exif: bytes | None,
    xmp: bytes | None,
) -> bytes:
    blocks = {"icc_profile": icc, "exif": exif, "xmp": xmp}
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format, **options, **{name: block for name, block in blocks.items() if block})
    return out.getvalue()
