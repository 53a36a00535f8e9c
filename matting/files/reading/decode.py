"""From an open image file to pixels: by Pillow where it is exact and quick, by other means where it is not.

Raises whatever the decoders raise; ``matting.files.reading.read_photo`` turns that into ``PhotoError`` types.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import BinaryIO, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from matting.errors import UnsupportedKind
from matting.files.colour import grey_to_rgb, profile_space, srgb_for_display
from matting.files.decode_errors import PluginMissing, Unsupported
from matting.files.metadata import orientation_of, strip_prefix, upright_exif, upright_xmp
from matting.files.orientation import turn
from matting.files.png_blocks import read_blocks
from matting.files.reading.pillow_pixels import image_pixels
from matting.files.reading.png16 import decode_deep, is_deep
from matting.files.reading.tiff import TiffHeader, decode_tiff, read_header
from matting.files.sniff import Kind
from matting.photo import Metadata, Photo, Pixels


@dataclass(frozen=True)
class Header:
    """What is known before pixels are decoded; ``size`` is (width, height) as stored, not yet upright."""

    kind: Kind
    size: tuple[int, int]
    source: Image.Image | TiffHeader
    orientation: int
    exif: bytes | None = None
    xmp: bytes | None = None


def open_header(file: BinaryIO, kind: Kind) -> Header:
    """Parse the header only. Raises ``PluginMissing`` for HEIC without ``pillow-heif``, ``Unsupported`` for raw."""
    if kind is Kind.TIFF:
        tiff = read_header(file)
        return Header(kind, tiff.size, tiff, tiff.orientation)
    if kind is Kind.HEIC:
        _register_heic()
    file.seek(0)
    image = _open(file, kind)
    exif, xmp = image.info.get("exif"), image.info.get("xmp")
    if kind is Kind.PNG:  # which may keep them behind the pixels
        exif, xmp = read_blocks(file)
    exif = strip_prefix(exif or b"") or None
    return Header(kind, image.size, image, orientation_of(exif, xmp), exif, xmp)


def _open(file: BinaryIO, kind: Kind) -> Image.Image:
    try:
        return Image.open(file, formats=[kind.value])
    except OSError as error:
        if kind is Kind.BMP and "Unsupported" in str(error):
            raise Unsupported(UnsupportedKind.BMP_LAYOUT) from error
        raise


def decode_photo(file: BinaryIO, header: Header) -> Photo:
    """All pixels at full depth, upright, with their metadata."""
    source = header.source
    if isinstance(source, TiffHeader):
        return _with_clean_metadata(decode_tiff(file, source), header.orientation)
    if header.kind is Kind.JPEG and source.mode in ("RGB", "L"):
        photo = Photo(_decode_jpeg(file, source))
    elif header.kind is Kind.PNG and is_deep(file):
        deep = decode_deep(file)
        photo = Photo(grey_to_rgb(deep[0], _icc(source)) if deep[0].ndim == 2 else deep[0], deep[1])
    else:
        source.load()
        photo = Photo(*image_pixels(source, _icc(source)))
    rgb = turn(photo.rgb, header.orientation)
    alpha = None if photo.alpha is None else turn(photo.alpha, header.orientation)
    metadata = Metadata(_icc(source), header.exif, header.xmp, source.info.get("dpi"))
    return _with_clean_metadata(Photo(rgb, alpha, metadata), header.orientation)


def decode_thumbnail(file: BinaryIO, header: Header, side: int) -> NDArray[np.uint8]:
    """A small upright sRGB picture (h, w, 3) on white, longer side at most ``side`` pixels."""
    source = header.source
    if isinstance(source, TiffHeader) or source.mode.startswith("I"):
        photo = decode_photo(file, header)
        image, icc, orientation = _on_white(photo), photo.metadata.icc, 1
    else:
        source.draft(source.mode, (side, side))
        source.load()
        icc, orientation = _icc(source), header.orientation
        image = source.convert("RGBA") if source.mode in ("P", "PA", "1") else source
    image.thumbnail((side, side))
    small = _on_white(Photo(*image_pixels(image, icc)))
    return cast("NDArray[np.uint8]", turn(np.asarray(srgb_for_display(small, icc), np.uint8), orientation))


def _with_clean_metadata(photo: Photo, orientation: int) -> Photo:
    """The photo, whose pixels were turned upright from ``orientation``, with metadata fit for upright RGB."""
    raw = photo.metadata
    dpi = _sane_dpi(raw.dpi)
    clean = Metadata(
        icc=raw.icc if profile_space(raw.icc) == "RGB" else None,
        exif=upright_exif(raw.exif),
        xmp=upright_xmp(raw.xmp),
        dpi=dpi[::-1] if dpi is not None and orientation >= 5 else dpi,
    )
    return replace(photo, metadata=clean)


def _icc(image: Image.Image) -> bytes | None:
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) else None


def _decode_jpeg(file: BinaryIO, image: Image.Image) -> Pixels:
    # OpenCV gives the same pixels in half of Pillow's time, all of it without the interpreter's lock.
    grey = image.mode == "L"
    flags = (cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR_RGB) | cv2.IMREAD_IGNORE_ORIENTATION
    file.seek(0)
    pixels = cast("Pixels | None", cv2.imdecode(np.frombuffer(file.read(), np.uint8), flags))
    if pixels is None or pixels.shape[:2] != image.size[::-1]:
        raise ValueError("OpenCV cannot decode this JPEG")
    return grey_to_rgb(pixels, _icc(image)) if grey else pixels


def _sane_dpi(dpi: object) -> tuple[float, float] | None:
    """Dots per inch as two floats, or ``None`` for what no printer knows."""
    if not isinstance(dpi, tuple) or len(dpi) != 2:
        return None
    across, down = float(dpi[0]), float(dpi[1])
    return (across, down) if 1 <= across < 1e5 and 1 <= down < 1e5 else None


def _on_white(photo: Photo) -> Image.Image:
    rgb = Image.fromarray(photo.rgb8())
    if photo.alpha is None:
        return rgb
    alpha = photo.alpha if photo.alpha.dtype == np.uint8 else (photo.alpha >> 8).astype(np.uint8)
    white = Image.new("RGB", rgb.size, "white")
    white.paste(rgb, mask=Image.fromarray(alpha))
    return white


def _register_heic() -> None:
    try:
        import pillow_heif
    except ImportError as error:
        raise PluginMissing("pillow-heif") from error
    pillow_heif.register_heif_opener()
