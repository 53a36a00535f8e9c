"""What a user chooses for a photo; one object for preview, window batch and command line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path


class Mode(StrEnum):
    """What a predictor is for: subjects cut out of photos, or the vessels of retinas."""

    CUTOUT = "cutout"
    VESSEL = "vessel"


class Edges(StrEnum):
    """How alpha is aligned to the photo's own outline."""

    OFF = "off"
    FINE = "fine"
    HAIR = "hair"


class Write(StrEnum):
    """What is written for a photo."""

    CUTOUT = "cutout"
    MASK = "mask"
    PROBABILITY = "probability"


class Format(StrEnum):
    """File format of the cutout."""

    PNG = "png"
    WEBP = "webp"
    TIFF = "tiff"
    PSD = "psd"
    JPG = "jpg"
    AVIF = "avif"


class Anchor(StrEnum):
    """Which edge of the canvas the subject is placed at; in the other direction it is centred."""

    CENTRE = "centre"
    TOP = "top"
    BOTTOM = "bottom"
    LEFT = "left"
    RIGHT = "right"


class Shadow(StrEnum):
    """The shadow under the subject: none, one thrown by a light, or that of the ground it stands on."""

    NONE = "none"
    DROP = "drop"
    CONTACT = "contact"


class ShareOf(StrEnum):
    """The side of the canvas that the subject's share is of; beyond the other one it may be cut off."""

    LIMITING = "limiting"
    WIDTH = "width"
    HEIGHT = "height"


class Colour(StrEnum):
    """The colours that are written: as the photo has them, with its own profile, or converted to sRGB."""

    KEEP = "keep"
    SRGB = "srgb"


class Keep(StrEnum):
    """What is kept of a photo's metadata: all, nothing, or all but places, serial numbers and the camera's owner."""

    ALL = "keep"
    NO_LOCATION = "no-location"
    NONE = "none"


class Existing(StrEnum):
    """What to do when an output file is already there."""

    SKIP = "skip"
    OVERWRITE = "overwrite"
    RENAME = "rename"


@dataclass(frozen=True)
class CutSettings:
    """From probability map to cutout.

    ``threshold`` and ``softness`` in [0, 1]: alpha rises from threshold - softness to threshold + softness.
    ``edge_shift`` in [-1, 1] contracts or expands the outline, ``feather`` in [0, 1] softens it, both in hundredths of
    the photo's long side. ``background`` is a ``#rrggbb`` colour, a picture file or ``None`` for transparency.
    ``padding`` in pixels of the photo, applied after ``trim``. On a canvas (``CanvasSize``) these two do not count:
    there the subject takes ``share`` percent of the side ``share_of`` (by default the one that limits it), stands at
    ``anchor`` with at least ``margin`` percent of the canvas free at that edge (``CENTRE``: at all edges), and is
    larger than in the photo only with ``enlarge``. Of the shadow, ``shadow_angle`` is where the light comes from, in
    degrees (90: from above), distance and blur are in hundredths of the subject's long side, ``shadow_opacity`` is in
    percent and ``shadow_colour`` a ``#rrggbb`` colour. Ranges and texts: ``matting.setting_rows``.
    """

    threshold: float = 0.5
    softness: float = 0.2
    edges: Edges = Edges.FINE
    edge_shift: float = 0.0
    feather: float = 0.0
    decontaminate: bool = True
    largest_only: bool = False
    fill_holes: bool = False
    background: str | Path | None = None
    trim: bool = False
    padding: int = 0
    share: float = 85.0
    share_of: ShareOf = ShareOf.LIMITING
    anchor: Anchor = Anchor.CENTRE
    margin: float = 0.0
    enlarge: bool = False
    shadow: Shadow = Shadow.NONE
    shadow_angle: float = 110.0
    shadow_distance: float = 3.0
    shadow_blur: float = 4.0
    shadow_opacity: float = 50.0
    shadow_colour: str = "#000000"


def parse_colour(text: str) -> tuple[int, int, int] | None:
    """Return ``#rrggbb`` as three numbers of 0-255, or ``None`` when ``text`` is no such colour.

    >>> parse_colour("#ff8000")
    (255, 128, 0)
    """
    if not re.fullmatch("#[0-9a-fA-F]{6}", text):
        return None
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


LONGEST_SIDE = 30_000
LARGEST_CANVAS = 100_000_000
"""Pixels: 10,000 a side, the most that marketplaces take."""


@dataclass(frozen=True)
class CanvasSize:
    """The size of what is written around the subject: in pixels, or as a ratio of the sides alone.

    With a ``ratio`` the subject keeps the photo's own pixels and the canvas is as large as its share makes it.
    """

    width: int
    height: int
    ratio: bool = False

    def __str__(self) -> str:
        return f"{self.width}{':' if self.ratio else 'x'}{self.height}"


def parse_canvas(text: str) -> CanvasSize | None:
    """Return the size that ``2000x1500`` (pixels) or ``4:5`` (a ratio) means, ``None`` when it means none.

    >>> parse_canvas("2000x1500"), str(parse_canvas("4:5"))
    (CanvasSize(width=2000, height=1500, ratio=False), '4:5')
    """
    match = re.fullmatch(r"\s*([1-9]\d{0,4})\s*([xX×:])\s*([1-9]\d{0,4})\s*", text)
    if match is None:
        return None
    width, height, ratio = int(match[1]), int(match[3]), match[2] == ":"
    if max(width, height) > LONGEST_SIDE or (not ratio and width * height > LARGEST_CANVAS):
        return None
    return CanvasSize(width, height, ratio)


def settings_for(mode: Mode, settings: CutSettings) -> CutSettings:
    """Return what counts of ``settings`` for a predictor of this mode (``matting.predictor.Predictor.mode``).

    Vessels keep the network's own edges: an outline solved for subjects loses every thin one, see
    ``docs/decisions/0024-vessels-keep-their-edges.md``.
    """
    return replace(settings, edges=Edges.OFF) if mode == Mode.VESSEL else settings


DEFAULT_TEMPLATE = "{stem}-{kind}"
QUALITY = 95
"""Of lossy formats: no difference is seen."""


@dataclass(frozen=True)
class OutputSettings:
    """Where and how results are written.

    ``name`` is a template over ``{stem}``, ``{kind}``, ``{model}``, ``{index}``; ``None`` means
    ``DEFAULT_TEMPLATE``. Each of ``canvases`` makes a cutout of its own, from the same cut; without any there is one,
    of the photo's size or trimmed. ``quality`` from 1 to 100 is that of formats which lose a little.
    """

    folder: Path
    writes: tuple[Write, ...] = (Write.CUTOUT,)
    format: Format = Format.PNG
    name: str | None = None
    existing: Existing = Existing.SKIP
    write_empty: bool = False
    canvases: tuple[CanvasSize, ...] = ()
    quality: int = QUALITY
    colour: Colour = Colour.KEEP
    metadata: Keep = Keep.ALL
