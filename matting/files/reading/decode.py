"""From an open image file to pixels: by Pillow where it is exact and quick, by other means where it is not.

Raises whatever the decoders raise; ``matting.files.reading.read_photo`` turns that into ``PhotoError`` types.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from matting.errors import UnsupportedKind
from matting.files.colour import grey_to_rgb, profile_of, profile_space, srgb_for_display
from matting.files.decode_errors import Unsupported
from matting.files.exif import read_description
from matting.files.iptc import RESOURCE, without_previews
from matting.files.metadata import orientation_of, strip_prefix, upright_exif
from matting.files.orientation import turn
from matting.files.reading.bmp import profile_of_bmp
from matting.files.reading.heif import decode_deep_avif, decode_deep_heic, open_heic, profile_of_codes
from matting.files.reading.jpeg import completed, decode_jpeg, is_damaged_jpeg
from matting.files.reading.pillow_pixels import image_pixels
from matting.files.reading.png import PngHeader, decode_png
from matting.files.reading.png import read_header as read_png_header
from matting.files.reading.raw import RawHeader, decode_raw, open_raw
from matting.files.reading.tiff import CameraRaw, TiffHeader, decode_tiff
from matting.files.reading.tiff import read_header as read_tiff_header
from matting.files.sniff import Kind
from matting.files.xmp import joined_xmp, upright_xmp
from matting.photo import Metadata, Photo


@dataclass(frozen=True)
class Header:
    """What is known before pixels are decoded; ``size`` is (width, height) as stored, not yet upright."""

    kind: Kind
    size: tuple[int, int]
    source: Image.Image | TiffHeader | PngHeader | RawHeader
    orientation: int


def open_header(file: BinaryIO, kind: Kind) -> Header:
    """Parse the header only. Raises ``PluginMissing`` for HEIC and raw without their decoders."""
    if kind is Kind.TIFF:
        try:
            tiff = read_tiff_header(file)
        except CameraRaw:
            kind = Kind.RAW
        else:
            return Header(kind, tiff.size, tiff, tiff.orientation)
    if kind is Kind.RAW:
        raw = open_raw(file)
        return Header(kind, raw.size, raw, 1)
    if kind is Kind.PNG:
        png = read_png_header(file)
        return Header(kind, png.size, png, orientation_of(png.blocks.exif, png.blocks.xmp))
    file.seek(0)
    image = open_heic(file) if kind is Kind.HEIC else _open(file, kind)
    return Header(kind, image.size, image, orientation_of(_exif(image), image.info.get("xmp")))


def _open(file: BinaryIO, kind: Kind) -> Image.Image:
    try:
        return Image.open(file, formats=[kind.value])
    except OSError as error:
        if kind is Kind.BMP and "Unsupported" in str(error):
            raise Unsupported(UnsupportedKind.BMP_LAYOUT) from error
        if kind is Kind.JPEG:
            file.seek(0)
            completed(file.read())  # raises for the kinds of JPEG that no decoder here reads
        raise


def decode_photo(file: BinaryIO, header: Header) -> Photo:
    """Return all pixels at full depth, upright, with their metadata."""
    source = header.source
    if isinstance(source, TiffHeader):
        return _with_clean_metadata(decode_tiff(file, source), header.orientation)
    if isinstance(source, RawHeader):
        return _with_clean_metadata(decode_raw(source), header.orientation)
    if isinstance(source, PngHeader):
        blocks = source.blocks
        icc = blocks.profile(source.grey)
        photo = Photo(*decode_png(file, source, icc), Metadata(icc, blocks.exif, blocks.xmp, blocks.dpi, blocks.iptc))
    elif header.kind is Kind.JPEG:
        photo = _decode_jpeg(file, source)
    else:
        photo = _decode_by_pillow(file, header.kind, source)
    alpha = None if photo.alpha is None else turn(photo.alpha, header.orientation)
    upright = replace(photo, rgb=turn(photo.rgb, header.orientation), alpha=alpha)
    return _with_clean_metadata(upright, header.orientation)


def _decode_jpeg(file: BinaryIO, image: Image.Image) -> Photo:
    file.seek(0)
    data = file.read()
    metadata = _metadata(image)
    applications = (content for name, content in getattr(image, "applist", ()) if name == "APP1")
    metadata = replace(metadata, xmp=joined_xmp(metadata.xmp, applications))
    if image.mode not in ("RGB", "L"):
        return replace(
            _of_image(_open(io.BytesIO(completed(data)), Kind.JPEG), metadata), damaged=is_damaged_jpeg(data)
        )
    pixels, damaged = decode_jpeg(data, image.size, grey=image.mode == "L")
    rgb = grey_to_rgb(pixels, metadata.icc) if image.mode == "L" else pixels
    return Photo(rgb, metadata=metadata, damaged=damaged)


def _decode_by_pillow(file: BinaryIO, kind: Kind, image: Image.Image) -> Photo:
    metadata = _metadata(image)
    deep = None
    if kind in (Kind.AVIF, Kind.HEIC):
        metadata = replace(metadata, icc=profile_of_codes(file, image, metadata.icc))
        depth = int(image.info.get("bit_depth", 8))
        deep = decode_deep_avif(file) if kind is Kind.AVIF else decode_deep_heic(file, depth) if depth > 8 else None
    elif kind is Kind.BMP:
        metadata = replace(metadata, icc=profile_of(profile_of_bmp(file), read_description(b"")))
    photo = _of_image(image, metadata) if deep is None else Photo(*deep, metadata)
    if kind is Kind.BMP and photo.alpha is not None and not photo.alpha.any():
        return replace(photo, alpha=None)  # screenshots: undefined bytes, and no opacity
    return photo


def _of_image(image: Image.Image, metadata: Metadata) -> Photo:
    image.load()
    rgb, alpha = image_pixels(image, metadata.icc)
    return Photo(rgb, alpha, metadata if image.mode not in ("CMYK", "LAB") else replace(metadata, icc=None))


def _metadata(image: Image.Image) -> Metadata:
    """Return the metadata that Pillow has found, raw but for the profile."""
    exif, photoshop = _exif(image), image.info.get("photoshop")
    icc = profile_of(image.info.get("icc_profile"), read_description(exif or b""))
    iptc = photoshop.get(RESOURCE) if isinstance(photoshop, dict) else None
    return Metadata(icc, exif, image.info.get("xmp"), image.info.get("dpi"), iptc if isinstance(iptc, bytes) else None)


def _exif(image: Image.Image) -> bytes | None:
    return strip_prefix(image.info.get("exif") or b"") or None


def decode_thumbnail(file: BinaryIO, header: Header, side: int) -> NDArray[np.uint8]:
    """Return a small upright sRGB picture (h, w, 3) on white, longer side at most ``side`` pixels."""
    source = header.source
    if header.kind is Kind.JPEG and isinstance(source, Image.Image) and source.mode in ("RGB", "L"):
        file.seek(0)
        grey, shrink = source.mode == "L", max(by for by in (1, 2, 4, 8) if by == 1 or by * side <= max(source.size))
        pixels, _ = decode_jpeg(file.read(), source.size, grey, shrink)
        metadata = _metadata(source)
        rgb = grey_to_rgb(pixels, metadata.icc) if grey else pixels
        photo = Photo(turn(rgb, header.orientation), metadata=metadata)
    elif isinstance(source, RawHeader):
        photo = decode_raw(source, half=2 * side <= max(source.size))
    else:
        photo = decode_photo(file, header)
    image = _on_white(photo)
    width, height = header.size[::-1] if header.orientation >= 5 else header.size
    scale = side / max(width, height)
    if scale < 1:
        image = image.resize((max(1, round(width * scale)), max(1, round(height * scale))), reducing_gap=2.0)
    return srgb_for_display(np.asarray(image, np.uint8), photo.metadata.icc)


def _with_clean_metadata(photo: Photo, orientation: int) -> Photo:
    """Return the photo, already turned upright from ``orientation``, with metadata fit for upright RGB."""
    raw = photo.metadata
    dpi = _sane_dpi(raw.dpi)
    clean = Metadata(
        icc=raw.icc if profile_space(raw.icc) == "RGB" else None,
        exif=upright_exif(raw.exif),
        xmp=upright_xmp(raw.xmp),
        dpi=dpi[::-1] if dpi is not None and orientation >= 5 else dpi,
        iptc=without_previews(raw.iptc),
    )
    return replace(photo, metadata=clean)


def _sane_dpi(dpi: object) -> tuple[float, float] | None:
    """Return dots per inch as two floats, or ``None`` for what no printer knows."""
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
