"""AVIF and HEIC of more than 8 bits, which Pillow would cut down, and the colours that both tell by codes."""

from __future__ import annotations

import io
import logging
import struct
from typing import Any, BinaryIO, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from matting.errors import PluginKind
from matting.files.colour import grey_to_rgb, is_usable
from matting.files.decode_errors import PluginMissing
from matting.files.reading.heif_boxes import has_sound_items, read_properties
from matting.files.rgb_space import space_of_codes
from matting.photo import Pixels

log = logging.getLogger(__name__)


def open_heic(file: BinaryIO) -> Image.Image:
    """Return the primary picture of a HEIC, not yet decoded: no depth or gain map, of a burst the one it names.

    Its rotation and mirroring are applied, and its EXIF and XMP say so. The file's main brand does not matter, unlike
    with Pillow's plug-in. Raises ``PluginMissing`` where the decoder cannot be loaded, ``ValueError`` for damage.
    """
    try:
        from pi_heif import HeifImageFile  # here, since most photos need none
    except ImportError as error:
        raise PluginMissing("pi-heif", PluginKind.HEIC) from error
    if not has_sound_items(file):
        raise ValueError("an item's type is no text")
    file.seek(0)
    image: Image.Image = HeifImageFile(file)
    return image


def profile_of_codes(file: BinaryIO, image: Image.Image, otherwise: bytes | None) -> bytes | None:
    """Return the embedded profile where it can be used, else that of the file's codes, or ``otherwise`` without any.

    ``None`` for sRGB. Raises ``HighDynamicRange`` whichever of them speaks, when the codes say so.
    """
    icc, codes = image.info.get("icc_profile"), _codes(file, image)
    space = space_of_codes(*codes) if codes else None
    if is_usable(icc):
        return cast(bytes, icc)
    if codes is None:
        return otherwise
    return None if space is None else space.profile()


def _codes(file: BinaryIO, image: Image.Image) -> tuple[int, int] | None:
    """Return primaries and transfer (H.273) of the main image; of one made of tiles they may stand with its tiles."""
    box = read_properties(file).get(b"nclx", b"")
    if len(box) >= 8:
        primaries, transfer = struct.unpack_from(">HH", box, 4)
        return primaries, transfer
    of_tiles = image.info.get("nclx_profile")
    return (of_tiles["color_primaries"], of_tiles["transfer_characteristics"]) if of_tiles else None


def decode_deep_heic(file: BinaryIO, depth: int) -> tuple[Pixels, Pixels | None]:
    """Return the upright pixels (h, w, 3) and alpha (h, w) or ``None`` of a HEIC of ``depth`` bits, as uint16."""
    from pi_heif import open_heif

    file.seek(0)
    source = open_heif(io.BytesIO(file.read()), convert_hdr_to_8bit=False)
    return _split(_spread(np.asarray(source) >> (16 - depth), depth))


def decode_deep_avif(file: BinaryIO) -> tuple[Pixels, Pixels | None] | None:
    """Return the pixels as stored of an AVIF of more than 8 bits; ``None`` for 8, or where OpenCV cannot read it."""
    properties = read_properties(file)
    configuration, channels = properties.get(b"av1C", b""), properties.get(b"pixi", b"")
    depth = channels[5] if len(channels) > 5 else 8
    if len(configuration) > 2 and configuration[2] & 0x40:  # high_bitdepth, then twelve_bit
        depth = 12 if configuration[2] & 0x20 else 10
    if depth <= 8:
        return None
    file.seek(0)
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    decoded = cv2.imdecode(np.frombuffer(file.read(), np.uint8), flags)
    if decoded is None or decoded.dtype != np.uint16:
        log.info("an AVIF of %d bits is read with 8: this OpenCV does not read AVIF", depth)
        return None
    if decoded.ndim == 3:
        decoded = cv2.cvtColor(decoded, cv2.COLOR_BGRA2RGBA if decoded.shape[2] == 4 else cv2.COLOR_BGR2RGB)
    return _split(_spread(decoded, depth))


def _spread(values: NDArray[Any], depth: int) -> NDArray[np.uint16]:
    """Spread values of ``depth`` bits over the whole range of 16, rounded."""
    top = (1 << depth) - 1
    table = np.rint(np.arange(top + 1) * (65535 / top)).astype(np.uint16)
    return np.asarray(table[np.minimum(values, top)], np.uint16)


def _split(pixels: Pixels) -> tuple[Pixels, Pixels | None]:
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if channels == 1:
        return grey_to_rgb(cast(Pixels, pixels.reshape(pixels.shape[:2])), None), None
    alpha = cast(Pixels, np.ascontiguousarray(pixels[..., -1])) if channels in (2, 4) else None
    if channels == 2:
        return grey_to_rgb(cast(Pixels, np.ascontiguousarray(pixels[..., 0])), None), alpha
    return cast(Pixels, np.ascontiguousarray(pixels[..., :3])), alpha
