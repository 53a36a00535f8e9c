"""TIFF files of 1 to 16 bits: striped, tiled, planar, with the usual compressions (TIFF 6.0 and its supplements).

tifffile reads the tags. The pixels are put together here from strips or tiles that Pillow's libtiff has decompressed,
whatever their depth and layout: Pillow itself cuts 16 bits down and takes some planes of 8 bits for others. It reads
only what is no plain array of samples: fax codes, JPEG, and YCbCr.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from matting.errors import UnsupportedKind
from matting.files.colour import cmyk_to_rgb, grey_to_rgb, lab_to_rgb, profile_of, unpremultiply
from matting.files.decode_errors import Unsupported
from matting.files.exif import ORIENTATION, Description, FileBytes, read_description
from matting.files.iptc import iptc_of_resources
from matting.files.metadata import exif_of, orientation_of
from matting.files.orientation import turn
from matting.files.reading.jpeg import is_damaged_jpeg
from matting.files.reading.pillow_pixels import image_pixels
from matting.files.reading.tiff_segments import COMPRESSIONS, read_samples, read_segments
from matting.files.rgb_space import space_of_tiff
from matting.photo import Metadata, Photo, Pixels

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9
_CHANNELS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, PALETTE: 1, CMYK: 4, CIELAB: 3, ICCLAB: 3}
_PREMULTIPLIED = {BLACK_IS_ZERO, RGB, CMYK}  # where it is clear what multiplication by alpha has done
_RAW_PHOTOMETRICS = {32803, 34892}
_REDUCED, _TRANSPARENCY_MASK = 1, 4  # bits of NewSubfileType
_TRANSFER_FUNCTION, _WHITE_POINT, _PRIMARIES = 301, 318, 319
_DNG_VERSION, _XMP, _ICC, _IPTC, _PHOTOSHOP, _JPEG_TABLES = 50706, 700, 34675, 33723, 34377, 347
_ASSOCIATED, _UNASSOCIATED = 1, 2
_INK_SET, _CMYK_INKS = 332, 1
_FAX, _OLD_JPEG, _JPEG = {2, 3, 4}, 6, 7


class CameraRaw(Exception):
    """A raw file of a camera, which is a TIFF outside; what this module would find is a preview."""


@dataclass(frozen=True)
class TiffHeader:
    """The tags of the photo; ``size`` is (width, height) as stored, ``orientation`` EXIF's 1 to 8.

    ``description`` is what the file says about the photo, ``icc`` the profile embedded in it.
    """

    page: tifffile.TiffPage
    size: tuple[int, int]
    orientation: int
    icc: bytes | None
    description: Description


def read_header(file: BinaryIO) -> TiffHeader:
    """Parse the tags of the photo. Raises ``CameraRaw``."""
    file.seek(0)
    if file.read(10)[8:] == b"CR":  # Canon's raw files
        raise CameraRaw
    file.seek(0)
    page = _photo_page(tifffile.TiffFile(file))
    orientation = page.tags.valueof(ORIENTATION)
    if not isinstance(orientation, int) or not 1 <= orientation <= 8:
        orientation = orientation_of(None, _bytes_tag(page, _XMP)) if orientation is None else 1
    icc = page.tags.valueof(_ICC)
    size = (int(page.imagewidth), int(page.imagelength))
    description = read_description(FileBytes(file), page.offset)
    return TiffHeader(page, size, orientation, icc if isinstance(icc, bytes) else None, description)


def _photo_page(tiff: tifffile.TiffFile) -> tifffile.TiffPage:
    """Return the first image that is no small copy of another one: some programs put a thumbnail first."""
    first = tiff.pages.first
    pages: list[tifffile.TiffPage] = [first]
    if first.subfiletype & (_REDUCED | _TRANSPARENCY_MASK):
        pages += [page.aspage() for page in (*list(tiff.pages)[1:], *(first.pages or ()))]
    if _DNG_VERSION in first.tags or any(int(page.photometric) in _RAW_PHOTOMETRICS for page in pages):
        raise CameraRaw
    whole = [page for page in pages if not page.subfiletype & (_REDUCED | _TRANSPARENCY_MASK)]
    if not whole:
        raise CameraRaw
    return whole[0]


def decode_tiff(file: BinaryIO, header: TiffHeader) -> Photo:
    """Return all pixels, upright. Raises ``Unsupported`` for float and 32-bit images."""
    page = header.page
    bits, compression = page.bitspersample, int(page.compression)
    if int(page.sampleformat) not in (1, 4):  # unsigned, or unspecified
        raise Unsupported(UnsupportedKind.FLOATS if int(page.sampleformat) == 3 else UnsupportedKind.SIGNED)
    if bits not in (1, 2, 4, 8, 16):
        if bits not in (10, 12, 14, 24, 32, 64):
            raise ValueError(f"{bits} bits a channel")
        raise Unsupported(UnsupportedKind.BITS(bits=bits))
    icc = profile_of(header.icc, header.description) or _profile_of_numbers(page)
    damaged = False
    if compression in COMPRESSIONS and int(page.photometric) != YCBCR:
        rgb, alpha = _decode_samples(file, header, icc)
    elif compression in (*_FAX, _OLD_JPEG, _JPEG, *COMPRESSIONS) and bits <= 8:
        rgb, alpha = _decode_with_pillow(file, header, icc)
        damaged = compression == _JPEG and _has_damaged_jpeg(file, page)
    else:
        raise Unsupported(UnsupportedKind.COMPRESSION(compression=_name(page.compression)))
    if int(page.photometric) not in (RGB, PALETTE, YCBCR, WHITE_IS_ZERO, BLACK_IS_ZERO):
        icc = None  # it was of another colour model
    metadata = Metadata(icc, exif_of(header.description), _bytes_tag(page, _XMP), _dpi(page), _iptc(page))
    return Photo(rgb, alpha, metadata, damaged)


def _profile_of_numbers(page: tifffile.TiffPage) -> bytes | None:
    """Return the profile of a photo whose tags give white, primaries and curve instead."""
    if int(page.photometric) not in (RGB, PALETTE, YCBCR):
        return None
    white, points = _rationals(page, _WHITE_POINT, 2), _rationals(page, _PRIMARIES, 6)
    stored = page.tags.valueof(_TRANSFER_FUNCTION)
    one = 2**page.bitspersample
    table = np.asarray(stored, np.float64)[:one] if isinstance(stored, tuple | np.ndarray) and len(stored) else None
    space = space_of_tiff(white, points, table)
    return None if space is None else space.profile()


def _rationals(page: tifffile.TiffPage, tag: int, count: int) -> tuple[float, ...] | None:
    stored = page.tags.valueof(tag)
    if not isinstance(stored, tuple) or len(stored) != 2 * count or not all(stored[1::2]):
        return None
    return tuple(above / below for above, below in zip(stored[::2], stored[1::2], strict=True))


def _decode_with_pillow(file: BinaryIO, header: TiffHeader, icc: bytes | None) -> tuple[Pixels, Pixels | None]:
    page = header.page
    if int(page.planarconfig) == 2 and page.samplesperpixel > 1:
        raise Unsupported(UnsupportedKind.PLANES(compression=_name(page.compression)))
    file.seek(0)
    try:
        image = Image.open(file, formats=["TIFF"])
        if page.offset != page.parent.pages.first.offset:
            image.seek([one.offset for one in page.parent.pages].index(page.offset))
    except (UnidentifiedImageError, ValueError) as error:
        channels, compression = page.samplesperpixel, _name(page.compression)
        raise Unsupported(UnsupportedKind.CHANNELS(channels=channels, compression=compression)) from error
    # Of TIFFs alone Pillow turns the pixels itself.
    image.getexif()[ORIENTATION] = header.orientation
    image.load()
    return image_pixels(image, icc)


def _has_damaged_jpeg(file: BinaryIO, page: tifffile.TiffPage) -> bool:
    """Tell whether libjpeg doubts one of the strips or tiles, each a JPEG without the tables that all share."""
    tables = page.tags.valueof(_JPEG_TABLES)
    head = tables[:-2] if isinstance(tables, bytes) else b"\xff\xd8"
    segments = read_segments(file, page.dataoffsets, page.databytecounts, len(page.dataoffsets))
    return any(is_damaged_jpeg(head + segment[2:]) for segment in segments)


def _decode_samples(file: BinaryIO, header: TiffHeader, icc: bytes | None) -> tuple[Pixels, Pixels | None]:
    page = header.page
    photometric, bits = int(page.photometric), int(page.bitspersample)
    channels = _CHANNELS.get(photometric)
    if channels is None or channels > page.samplesperpixel:
        raise Unsupported(UnsupportedKind.COLOURS_OF_BITS(kind=_name(page.photometric), bits=bits))
    if photometric == CMYK and page.tags.valueof(_INK_SET, _CMYK_INKS) != _CMYK_INKS:
        raise Unsupported(UnsupportedKind.INKS)
    samples = read_samples(file, page)
    colours, alpha = samples[..., :channels], _alpha(page, samples, channels)
    if bits < 8:  # 1, 2 and 4 bits become the even parts of 255
        scale = np.uint8(255 // ((1 << bits) - 1))
        alpha = None if alpha is None else (cast(Pixels, alpha[0] * scale), alpha[1])
        colours = colours if photometric == PALETTE else cast(Pixels, colours * scale)
    if alpha is not None and alpha[1]:
        if photometric not in _PREMULTIPLIED:
            raise Unsupported(UnsupportedKind.PREMULTIPLIED(kind=_name(page.photometric)))
        colours = unpremultiply(colours, alpha[0])
    rgb = turn(_to_rgb(colours, page, icc), header.orientation)
    if alpha is None:
        return rgb, None
    opacity = alpha[0] if alpha[0].dtype == rgb.dtype else _in_8_bits(alpha[0])
    return rgb, turn(opacity, header.orientation)


def _to_rgb(colours: Pixels, page: tifffile.TiffPage, icc: bytes | None) -> Pixels:
    photometric = int(page.photometric)
    if photometric == PALETTE:
        return _through_palette(cast(Pixels, np.ascontiguousarray(colours[..., 0])), page)
    if photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO):
        grey = np.ascontiguousarray(colours[..., 0])
        return grey_to_rgb(cast(Pixels, np.invert(grey)) if photometric == WHITE_IS_ZERO else cast(Pixels, grey), icc)
    if photometric == CMYK:  # the colour engine takes 8 bits of it
        inks = colours if colours.dtype == np.uint8 else _in_8_bits(colours)
        return cmyk_to_rgb(Image.fromarray(np.ascontiguousarray(inks), "CMYK"), icc)
    if photometric in (CIELAB, ICCLAB):
        return lab_to_rgb(_lab(colours, signed=photometric == CIELAB), colours.dtype)
    return cast(Pixels, np.ascontiguousarray(colours))


def _in_8_bits(pixels: Pixels) -> NDArray[np.uint8]:
    """Round 16 bits to 8."""
    return ((pixels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


def _through_palette(indexes: Pixels, page: tifffile.TiffPage) -> Pixels:
    """Look up 8-bit colours in the palette of 16 bits, which some old programs filled with values of 8."""
    palette = np.asarray(page.colormap)
    if palette.ndim != 2 or palette.shape[1] <= int(indexes.max()):
        raise ValueError("the palette is too short")
    eight = palette if palette.max() < 256 else palette >> 8
    return cast(Pixels, np.ascontiguousarray(eight.T.astype(np.uint8)[indexes]))


def _lab(colours: Pixels, signed: bool) -> NDArray[np.float32]:
    """Read L*a*b* from its integers: a*, b* are signed in CIELAB and offset by 128 in ICCLAB (TIFF Tech Note 4)."""
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
    """Return the extra channel that is opacity, and whether colours are premultiplied by it. Others are selections."""
    kinds = [int(kind) for kind in page.extrasamples[: samples.shape[-1] - channels]]
    for index, kind in enumerate(kinds):
        if kind in (_ASSOCIATED, _UNASSOCIATED):
            return cast(Pixels, np.ascontiguousarray(samples[..., channels + index])), kind == _ASSOCIATED
    return None


def _name(value: int) -> str:
    """Return tifffile's name for a tag's value, or the number where it has none."""
    return str(getattr(value, "name", value))


def _iptc(page: tifffile.TiffPage) -> bytes | None:
    """Return the IPTC block; some programs call its bytes whole numbers of 32 bits, which tifffile reads as such."""
    tag = page.tags.get(_IPTC)
    if tag is not None:
        file = page.parent.filehandle
        file.seek(tag.valueoffset)
        return bytes(file.read(tag.valuebytecount)) or None
    return iptc_of_resources(_bytes_tag(page, _PHOTOSHOP) or b"")


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
