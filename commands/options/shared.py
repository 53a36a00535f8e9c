"""Kinds of values that options take: what is accepted, and what is said about anything else."""

from __future__ import annotations

import argparse
import math
import re
from pathlib import Path

from commands.shard import Shard
from matting.errors import BadTemplate
from matting.files.suffixes import CUTOUT_FORMATS
from matting.settings import CanvasSize, Format, parse_canvas, parse_colour

Options = argparse._ActionsContainer
"""A parser, or a group of its options."""


def add_device(parser: Options, help_text: str = "where the network runs (auto: the best that works)") -> None:
    """Declare ``--device``; the choices are those of ``models.predict.device``, which loads torch."""
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help=help_text)


def add_json(parser: Options, help_text: str) -> None:
    """Declare ``--json``: what is printed, as JSON on standard output."""
    parser.add_argument("--json", action="store_true", help=help_text)


def add_model(parser: Options, help_text: str) -> None:
    """Declare ``--model``: a name of the catalogue or a weights file."""
    parser.add_argument("--model", metavar="NAME|FILE", help=help_text)


def add_patterns(parser: Options) -> None:
    """Declare ``--include`` and ``--exclude``: which of the photos found are meant."""
    for name, does in (("include", "take only"), ("exclude", "leave out")):
        parser.add_argument(
            f"--{name}",
            metavar="PATTERN",
            action="append",
            default=[],
            type=pattern,
            help=f"{does} photos that it fits, such as “*.jpg”, a folder’s name or “drafts/*”; repeatable",
        )


def pattern(text: str) -> str:
    """Check a pattern of names; any text but an empty one is one."""
    if not text.strip("/\\. "):
        raise argparse.ArgumentTypeError(f"“{text}” is no pattern of names; give one such as *.jpg")
    return text


def unit(text: str) -> float:
    """Read a number from 0 to 1."""
    return number(text, 0, 1)


def seconds(text: str) -> float:
    """Read a time in seconds, up to a day."""
    return number(text, 0, 86_400)


def shard(text: str) -> Shard:
    """Read a share such as 3/16."""
    try:
        return Shard.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no share such as 3/16, the third of sixteen") from None


def positive(text: str) -> int:
    """Read a whole number from 1."""
    return whole_number(text, 1)


def not_negative(text: str) -> int:
    """Read a whole number from 0."""
    return whole_number(text, 0)


def number(text: str, low: float, high: float) -> float:
    """Read a number from ``low`` to ``high``."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:  # also when it is no number
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from {low} to {high}")
    return value


def whole_number(text: str, low: float, high: float = math.inf) -> int:
    """Read a whole number from ``low`` to ``high``."""
    wanted = f"from {low}" + (f" to {high}" if high < math.inf else "")
    try:
        value = int(text)
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number {wanted}")
    return value


def file_format(text: str) -> Format:
    """Parse a file format of the cutout; ``jpeg`` and ``tif`` are understood."""
    format = CUTOUT_FORMATS.get(f".{text.lower().lstrip('.')}")
    if format is None:
        raise argparse.ArgumentTypeError(f"“{text}” is none of {', '.join(Format)}")
    return format


def template(text: str) -> str:
    """Parse a name template."""
    from matting.batch.output_names import check_template  # loads numpy and OpenCV, which --help can do without

    try:
        check_template(text)
    except BadTemplate as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def canvas(text: str) -> CanvasSize:
    """Parse a canvas: ``2000x2000`` in pixels, or a ratio such as ``4:5``."""
    size = parse_canvas(text)
    if size is None:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no canvas: give pixels such as 2000x2000, 100 megapixels at most, or a ratio such as 4:5"
        )
    return size


def colour(text: str) -> str:
    """Parse a colour as ``#rrggbb``."""
    found = _colour(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no colour: write #rrggbb, #rgb or a name such as navy")
    return found


def _colour(text: str) -> str | None:
    """Return ``#rrggbb`` of a colour in any of its spellings, ``None`` when it is none."""
    if parse_colour(text):
        return text.lower()
    if re.fullmatch(r"#[0-9a-fA-F]{3}", text):
        return "#" + "".join(digit * 2 for digit in text[1:].lower())
    from PIL import ImageColor

    name = text.lower().replace(" ", "")
    if name not in ImageColor.colormap:
        return None
    red, green, blue = ImageColor.getrgb(name)[:3]  # not the map's value: Pillow replaces it by what it parsed
    return f"#{red:02x}{green:02x}{blue:02x}"


def background(text: str) -> str | Path:
    """Parse a colour as ``#rrggbb``, or the path of a picture."""
    named = None if Path(text).is_file() and not parse_colour(text) else _colour(text)
    if named is not None:
        return named
    if Path(text).is_file():
        return Path(text)
    raise argparse.ArgumentTypeError(
        f"“{text}” is neither a colour (#rrggbb, #rgb or a name such as white, navy, lightgray) nor a picture file"
    )
