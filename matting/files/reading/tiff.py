"""TIFF files of 8 and 16 bits: striped, tiled, planar, with the usual compressions (TIFF 6.0 and its supplements).

tifffile reads the tags. Pillow reads the pixels of 8 bits; deeper ones, which Pillow would cut down, and the few
layouts it does not know are put together here from strips or tiles that Pillow's libtiff has decompressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from matting.errors import UnsupportedKind
from matting.files.colour import cmyk_to_rgb, grey_to_rgb, lab_to_rgb, unpremultiply
from matting.files.decode_errors import Unsupported
from matting.files.exif import ORIENTATION, FileBytes, read_description
from matting.files.metadata import exif_of, orientation_of
from matting.files.orientation import turn
from matting.files.reading.pillow_pixels import image_pixels
from matting.files.reading.tiff_segments import COMPRESSIONS, read_samples
from matting.photo import Metadata, Photo, Pixels

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9
_CHANNELS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, CMYK: 4, CIELAB: 3, ICCLAB: 3}
_RAW_PHOTOMETRICS = {32803, 34892}
_DNG_VERSION, _XMP, _ICC = 50706, 700, 34675
_ASSOCIATED, _UNASSOCIATED = 1, 2
_READ_BY_PILLOW = COMPRESSIONS | {2, 3, 4, 6, 7}  # the fax codes and JPEG, old and new


@dataclass(frozen=True)
class TiffHeader:
    """The tags of the first image; ``size`` is (width, height) as stored, ``orientation`` EXIF's 1 to 8."""

    page: tifffile.TiffPage
    size: tuple[int, int]
    orientation: int
    icc: bytes | None


def read_header(file: BinaryIO) -> TiffHeader:
    """Parse the tags of the first image. Raises ``Unsupported`` for camera raw files, which hold only a preview."""
    file.seek(0)
    if file.read(10)[8:] == b"CR":  # Canon's raw files
        raise Unsupported(UnsupportedKind.CAMERA_RAW)
    file.seek(0)
    page = tifffile.TiffFile(file).pages.first
    if _DNG_VERSION in page.tags or int(page.photometric) in _RAW_PHOTOMETRICS or page.subfiletype & 1:
        raise Unsupported(UnsupportedKind.CAMERA_RAW)
    orientation = page.tags.valueof(ORIENTATION)
    if not isinstance(orientation, int) or not 1 <= orientation <= 8:
        orientation = orientation_of(None, _bytes_tag(page, _XMP)) if orientation is None else 1
    icc = page.tags.valueof(_ICC)
    size = (int(page.imagewidth), int(page.imagelength))
    return TiffHeader(page, size, orientation, icc if isinstance(icc, bytes) else None)


def decode_tiff(file: BinaryIO, header: TiffHeader) -> Photo:
    """All pixels, upright. Raises ``Unsupported`` for float and 32-bit images and camera raw."""
    page = header.page
    bits = page.bitspersample
    if int(page.sampleformat) not in (1, 4):  # unsigned, or unspecified
        raise Unsupported(UnsupportedKind.FLOATS if int(page.sampleformat) == 3 else UnsupportedKind.SIGNED)
    if bits not in (1, 2, 4, 8, 16):
        if bits not in (10, 12, 14, 24, 32, 64):
            raise ValueError(f"{bits} bits a channel")
        raise Unsupported(UnsupportedKind.BITS(bits=bits))
    if int(page.compression) not in (_READ_BY_PILLOW if bits <= 8 else COMPRESSIONS):
        raise Unsupported(UnsupportedKind.COMPRESSION(compression=_name(page.compression)))
    rgb, alpha = _decode_with_pillow(file, header) if bits <= 8 else _decode_samples(file, header)
    return Photo(rgb, alpha, Metadata(header.icc, _exif(file), _bytes_tag(page, _XMP), _dpi(page)))


def _decode_with_pillow(file: BinaryIO, header: TiffHeader) -> tuple[Pixels, Pixels | None]:
    file.seek(0)
    try:
        image = Image.open(file, formats=["TIFF"])
    except UnidentifiedImageError:
        return _decode_samples(file, header)
    # Of TIFFs alone Pillow turns the pixels itself.
    image.getexif()[ORIENTATION] = header.orientation
    image.load()
    return image_pixels(image, header.icc)


def _decode_samples(file: BinaryIO, header: TiffHeader) -> tuple[Pixels, Pixels | None]:
    page = header.page
    photometric = int(page.photometric)
    channels = _CHANNELS.get(photometric)
    if channels is None or channels > page.samplesperpixel or page.bitspersample not in (8, 16):
        raise Unsupported(UnsupportedKind.COLOURS_OF_BITS(kind=_name(page.photometric), bits=page.bitspersample))
    if int(page.compression) not in COMPRESSIONS:
        compression = _name(page.compression)
        raise Unsupported(UnsupportedKind.CHANNELS(channels=page.samplesperpixel, compression=compression))
    samples = read_samples(file, page)
    colours, alpha = samples[..., :channels], _alpha(page, samples, channels)
    if alpha is not None and alpha[1]:
        colours = unpremultiply(colours, alpha[0])
    rgb = turn(_to_rgb(colours, photometric, header.icc), header.orientation)
    return rgb, None if alpha is None else turn(alpha[0], header.orientation)


def _to_rgb(colours: Pixels, photometric: int, icc: bytes | None) -> Pixels:
    if photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO):
        grey = np.ascontiguousarray(colours[..., 0])
        return grey_to_rgb(cast(Pixels, np.invert(grey)) if photometric == WHITE_IS_ZERO else cast(Pixels, grey), icc)
    if photometric == CMYK:  # the colour engine takes 8 bits of it
        inks = colours if colours.dtype == np.uint8 else (colours >> 8).astype(np.uint8)
        return cmyk_to_rgb(Image.fromarray(np.ascontiguousarray(inks), "CMYK"), icc)
    if photometric in (CIELAB, ICCLAB):
        return lab_to_rgb(_lab(colours, signed=photometric == CIELAB), colours.dtype)
    return cast(Pixels, np.ascontiguousarray(colours))


def _lab(colours: Pixels, signed: bool) -> NDArray[np.float32]:
    """L*a*b* from its integers: a* and b* are signed in CIELAB and offset by 128 in ICCLAB (TIFF Tech Note 4)."""
    unit = 1 if colours.dtype == np.uint8 else 256
    lab = colours.astype(np.float32)
    if signed:
        lab[..., 0] *= 100 / np.iinfo(colours.dtype).max
        lab[..., 1:] = np.ascontiguousarray(colours[..., 1:]).view(np.int8 if unit == 1 else np.int16)
        lab[..., 1:] /= unit
    else:
        lab[..., 0] *= 100 / (255 * unit)
        lab[..., 1:] = lab[..., 1:] / unit - 128
    return lab


def _alpha(page: tifffile.TiffPage, samples: Pixels, channels: int) -> tuple[Pixels, bool] | None:
    """The extra channel that is opacity, and whether colours are premultiplied by it. Other extras are selections."""
    kinds = [int(kind) for kind in page.extrasamples[: samples.shape[-1] - channels]]
    for index, kind in enumerate(kinds):
        if kind in (_ASSOCIATED, _UNASSOCIATED):
            return cast(Pixels, np.ascontiguousarray(samples[..., channels + index])), kind == _ASSOCIATED
    return None


def _name(value: int) -> str:
    """What tifffile calls a tag's value, or its number where it has no word for it."""
    return str(getattr(value, "name", value))


def _exif(file: BinaryIO) -> bytes | None:
    return exif_of(read_description(FileBytes(file)))


def _bytes_tag(page: tifffile.TiffPage, number: int) -> bytes | None:
    value = page.tags.valueof(number)
    if isinstance(value, tuple) and all(isinstance(byte, int) and 0 <= byte < 256 for byte in value):
        value = bytes(value)
    return value if isinstance(value, bytes) else None


def _dpi(page: tifffile.TiffPage) -> tuple[float, float] | None:
    unit = {2: 1.0, 3: 2.54}.get(int(page.tags.valueof(296, 2)))  # inch, centimetre
    across, down = page.tags.valueof(282), page.tags.valueof(283)
    if unit is None or not isinstance(across, tuple) or not isinstance(down, tuple) or not across[1] or not down[1]:
        return None
    return across[0] / across[1] * unit, down[0] / down[1] * unit
