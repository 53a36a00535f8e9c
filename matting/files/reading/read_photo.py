"""Reading photos: one function from a file to upright RGB pixels, one for its size, one for its thumbnail.

What the file holds decides, never its name. Whatever is wrong ends as one ``PhotoError``.
"""

from __future__ import annotations

import contextlib
import logging
import stat
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from matting.errors import (
    NotAPhoto,
    PhotoDamaged,
    PhotoEmpty,
    PhotoError,
    PhotoHighDynamicRange,
    PhotoMissing,
    PhotoNeedsMemory,
    PhotoNeedsPlugin,
    PhotoTooLarge,
    PhotoUnreadable,
    PhotoUnsupported,
)
from matting.files.decode_errors import HighDynamicRange, PluginMissing, Unsupported
from matting.files.reading.decode import Header, decode_photo, decode_thumbnail, open_header
from matting.files.sniff import Kind, implausible, sniff
from matting.photo import Photo
from matting.system.os_errors import system_reason

log = logging.getLogger(__name__)

MAX_MEGAPIXELS = 300.0

# Kirie has its own limit, checked before pixels are decoded; Pillow's would stop at 179 MP.
Image.MAX_IMAGE_PIXELS = None
# One megabyte of text would be too much for Pillow; Photoshop's XMP and profiles with tables are larger.
PngImagePlugin.MAX_TEXT_CHUNK = 16 << 20
# Warnings of the decoders must not reach the terminal: real damage becomes a PhotoError.
warnings.filterwarnings("ignore", module=r"PIL\.")
for _library in ("tifffile", "PIL"):  # without a handler Python prints their warnings itself
    logging.getLogger(_library).addHandler(logging.NullHandler())
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def read_photo(path: Path, max_megapixels: float = MAX_MEGAPIXELS) -> Photo:
    """Read a photo of any supported format, upright, 8 or 16 bits as in the file.

    RGB pixels keep their values and their profile, which is made where the file describes its colours in another way;
    grey, CMYK and Lab become sRGB. Raises only ``PhotoError`` types.
    """
    with _opened(path) as (file, kind):
        header = open_header(file, kind)
        _check_size(path, header.size, kind, max_megapixels)
        return decode_photo(file, header)


def read_size(path: Path) -> tuple[int, int]:
    """Return width and height in pixels of the upright photo, from its header alone. Raises ``PhotoError`` types."""
    with _opened(path) as (file, kind):
        return _upright_size(open_header(file, kind))


def read_orientation(path: Path) -> int:
    """Return how the photo is stored, EXIF's 1 (upright) to 8, from its header alone. Raises ``PhotoError`` types."""
    with _opened(path) as (file, kind):
        return open_header(file, kind).orientation


def read_thumbnail(path: Path, side: int) -> NDArray[np.uint8]:
    """Return a small upright picture (h, w, 3) in sRGB for the screen, longer side at most ``side`` pixels, on white.

    JPEGs are decoded at an eighth to a half of their size, so this costs a fraction of ``read_photo``.
    Raises ``PhotoError`` types.
    """
    return read_thumbnail_and_size(path, side)[0]


def read_thumbnail_and_size(path: Path, side: int) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Return what ``read_thumbnail`` and ``read_size`` do, the file opened once. Raises ``PhotoError`` types."""
    with _opened(path) as (file, kind):
        header = open_header(file, kind)
        _check_size(path, header.size, kind, MAX_MEGAPIXELS)
        return decode_thumbnail(file, header, side), _upright_size(header)


def _upright_size(header: Header) -> tuple[int, int]:
    width, height = header.size
    return (height, width) if header.orientation >= 5 else (width, height)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, Kind]]:
    """Yield the open file and its kind; inside the block every failure becomes a ``PhotoError``."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe or a device would block for ever
            raise NotAPhoto(path)
        if status.st_size == 0:
            raise PhotoEmpty(path)
        with path.open("rb") as file:
            kind = sniff(file.read(64))
            file.seek(0)
            if kind is None:
                raise NotAPhoto(path)
            yield file, kind
    except PhotoError:
        raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PhotoMissing(path) from error
    except MemoryError as error:
        raise PhotoNeedsMemory(path) from error
    except Unsupported as error:
        raise PhotoUnsupported(path, found=error.found) from error
    except HighDynamicRange as error:
        raise PhotoHighDynamicRange(path, transfer=str(error)) from error
    except PluginMissing as error:
        raise PhotoNeedsPlugin(path, plugin=str(error), kind=error.kind) from error
    except OSError as error:
        if error.errno is not None:
            raise PhotoUnreadable(path, reason=system_reason(error)) from error
        raise PhotoDamaged(path) from error
    except Exception as error:
        # Decoders meet damage with whatever comes up: struct.error, IndexError, SyntaxError, cv2.error and more.
        log.info("%s could not be decoded", path, exc_info=True)
        raise PhotoDamaged(path) from error


def _check_size(path: Path, size: tuple[int, int], kind: Kind, max_megapixels: float) -> None:
    megapixels = size[0] * size[1] / 1e6
    if megapixels > max_megapixels:
        raise PhotoTooLarge(path, megapixels=round(megapixels), limit=round(max_megapixels))
    if implausible(kind, size[0] * size[1], path.stat().st_size):
        raise PhotoDamaged(path)
