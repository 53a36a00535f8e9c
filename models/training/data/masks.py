"""What the values of a mask file mean: opacity, two colours, labels, or nothing that can be trusted.

The table of what is understood is in ``docs/training.md``. Whatever is not is refused with its values named, since a
mask that is read wrongly teaches a network nonsense without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from matting.errors import PhotoDamaged, PhotoError, PhotoMissing
from models.training.errors import MaskLabels, MaskUnclear

Bytes = NDArray[np.uint8]
Numbers = NDArray[Any]

VOID = 255
"""The label of pixels that count for no class, as in Pascal VOC."""

_VOID_COLOUR = (224, 224, 192)
_NOISE = 16
"""How far JPEG's noise may take a channel from the grey or the one colour that a mask was painted in."""
_NAMED = 4


def read_mask(path: Path) -> Bytes:
    """Read a mask as (h, w), uint8, 255 for the subject, soft values between.

    Any grey or colour image; of one with transparency, its opacity. Raises ``MaskUnclear``, ``MaskLabels`` and the
    ``PhotoError`` types of a file that cannot be read.
    """
    picture = open_picture(path)
    if "transparency" in picture.info and picture.mode == "P":
        picture = picture.convert("RGBA")
    if picture.mode in ("LA", "La", "RGBA", "RGBa", "PA"):
        opacity = np.asarray(picture.getchannel("A"))
        if (opacity != 255).any():
            return _opacity(path, opacity)
        picture = picture.convert("RGB")
    if picture.mode == "P":
        return _from_palette(path, picture)
    if picture.mode in ("1", "L", "I", "F") or picture.mode.startswith("I;"):
        return _opacity(path, np.asarray(picture))
    return _from_colours(path, np.asarray(picture.convert("RGB")))


def read_labels(path: Path) -> NDArray[np.int64]:
    """Read an index image as (h, w): 0 background, then the number of the class or instance; void counts as 0.

    Raises ``MaskUnclear`` for colours and fractions, and the ``PhotoError`` types of a file that cannot be read.
    """
    picture = open_picture(path)
    pixels = np.asarray(picture)
    if pixels.ndim == 3:
        if (pixels[..., :3] != pixels[..., :1]).any():
            raise MaskUnclear(path, values=_named_colours(pixels[..., :3]))
        pixels = pixels[..., 0]
    if not np.isfinite(pixels).all() or (pixels < 0).any() or (pixels != np.floor(pixels)).any():
        raise MaskUnclear(path, values=_named(np.unique(pixels)))
    labels = pixels.astype(np.int64)
    if labels.max(initial=0) == VOID and _is_void(picture, labels):
        labels[labels == VOID] = 0
    return labels


def open_picture(path: Path) -> Image.Image:
    """Open a mask and decode it, upright. Raises ``PhotoError`` types."""
    try:
        picture = Image.open(path)
        picture.load()
        return ImageOps.exif_transpose(picture)
    except FileNotFoundError as error:
        raise PhotoMissing(path) from error
    except PhotoError:
        raise
    except Exception as error:
        # Decoders meet damage with whatever comes up.
        raise PhotoDamaged(path) from error


def looks_inverted(mask: Bytes) -> bool:
    """Return whether a mask (h, w) is white nearly all along its border and black in its middle."""
    height, width = mask.shape
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    middle = mask[height // 4 : height - height // 4, width // 4 : width - width // 4]
    return bool((border > 127).mean() > 0.95 and (middle > 127).mean() < 0.5)


def _opacity(path: Path, values: Numbers) -> Bytes:
    """Turn the numbers of one channel into opacity of 0-255."""
    numbers = values.astype(np.uint8) if values.dtype == np.bool_ else values
    if not np.isfinite(numbers).all():
        raise MaskUnclear(path, values="NaN, ∞")
    there = _distinct(numbers)
    low, high = float(there[0]), float(there[-1])
    if low < 0:
        raise MaskUnclear(path, values=_named(there))
    if len(there) == 1 and high not in (0, 1, 255, 65535):
        raise MaskUnclear(path, values=_named(there))
    if len(there) <= 2 and (low == 0 or len(there) == 1):  # a hard mask, whatever its white is called
        return (numbers > 0).astype(np.uint8) * np.uint8(255)
    whole = bool((there == np.floor(there)).all())
    if high <= 1.001 and not whole:
        return _scaled(numbers, 1.0)
    full = 255.0 if high <= 255 else 65535.0
    if whole and _are_labels(numbers, there, full):
        raise MaskLabels(path, values=_named(there))
    if high > full or high <= full / 2 or _mostly_between(numbers, there, full):
        raise MaskUnclear(path, values=_named(there))
    return _scaled(numbers, full)


def _are_labels(numbers: Numbers, there: Numbers, full: float) -> bool:
    """Return whether whole numbers count things rather than measure opacity, which reaches white somewhere."""
    high = float(there[-1])
    if high <= full / 2:
        return True
    if numbers.dtype != np.uint8 and high < VOID:  # opacity of 8 bits in a larger file would reach 255
        return True
    small = there[(there > 0) & (there != VOID)]
    if high != VOID or not len(small) or small[-1] > 127:
        return False
    # Labels and a thin line of void around them.
    return bool(((numbers > 0) & (numbers <= 127)).sum() > (numbers == VOID).sum())


def _mostly_between(numbers: Numbers, there: Numbers, full: float) -> bool:
    """Return whether a few greys cover more than white does: classes painted in greys, no soft edge."""
    if len(there) > 8:
        return False
    white = (numbers >= 0.98 * full).sum()
    between = ((numbers > 0.02 * full) & (numbers < 0.98 * full)).sum()
    return bool(between > white)


def _from_palette(path: Path, picture: Image.Image) -> Bytes:
    """Read a palette by its colours where they are greys (as DRIVE's labels have), else by its numbers (Pascal VOC)."""
    index = np.asarray(picture)
    colours = np.asarray(picture.convert("RGB"))
    if (colours == colours[..., :1]).all():
        return _opacity(path, colours[..., 0])
    used = _distinct(index)
    labels = [int(one) for one in used if not (one == VOID and _is_void(picture, index))]
    if len(labels) == 2 and labels[0] == 0:
        return np.asarray(index == labels[1], np.uint8) * np.uint8(255)
    if labels and labels[0] == 0 and len(labels) > 2:
        raise MaskLabels(path, values=_named(used))
    return _from_colours(path, colours)


def _from_colours(path: Path, colours: Bytes) -> Bytes:
    """Accept grey, or one colour on black; refuse anything else."""
    spread = colours.max(axis=2) - colours.min(axis=2)
    if int(spread.max(initial=0)) <= _NOISE:
        return _opacity(path, np.asarray(Image.fromarray(colours).convert("L")))
    void = (colours == _VOID_COLOUR).all(axis=2, keepdims=True)
    colours = np.asarray(np.where(void, np.uint8(0), colours), np.uint8)
    strength = colours.max(axis=2)
    place = np.unravel_index(int(strength.argmax()), strength.shape)
    brightest = colours[place].astype(np.float32)
    top = float(brightest.max())
    expected = strength[..., None].astype(np.float32) * (brightest / np.float32(top))
    if top == 0 or int(strength.min()) > _NOISE or float(np.abs(expected - colours).max()) > _NOISE:
        raise MaskUnclear(path, values=_named_colours(colours))
    return _scaled(strength, top)


def _is_void(picture: Image.Image, index: Numbers) -> bool:
    """Return whether 255 stands for "no class": beside classes of small numbers, or in Pascal VOC's colour."""
    palette = picture.getpalette() if picture.mode == "P" else None
    if palette is not None and len(palette) >= 3 * 256:
        return tuple(palette[3 * VOID : 3 * 256]) == _VOID_COLOUR
    others = index[index != VOID]
    return bool(0 < others.max(initial=0) < VOID - 1)


def _scaled(numbers: Numbers, full: float) -> Bytes:
    if numbers.dtype == np.uint8 and full == 255:
        return np.asarray(numbers, np.uint8)
    return (numbers.astype(np.float64) * (255 / full)).round().clip(0, 255).astype(np.uint8)


def _distinct(numbers: Numbers) -> Numbers:
    if numbers.dtype in (np.uint8, np.uint16):  # counting is many times faster than sorting
        return np.asarray(np.flatnonzero(np.bincount(numbers.ravel(), minlength=1)), numbers.dtype)
    return np.unique(numbers)


def _named(numbers: Numbers | Sequence[int]) -> str:
    """Return "0, 1, 2 … 23"."""
    texts = [f"{float(number):g}" for number in numbers]
    return ", ".join(texts) if len(texts) <= _NAMED else f"{', '.join(texts[: _NAMED - 1])} … {texts[-1]}"


def _named_colours(colours: Bytes) -> str:
    """Return the commonest colours as "#000000, #800000 …"."""
    packed = colours.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    values, counts = np.unique(packed, return_counts=True)
    commonest = values[np.argsort(-counts, kind="stable")][:_NAMED]
    return ", ".join(f"#{value:06x}" for value in commonest) + (" …" if len(values) > _NAMED else "")
