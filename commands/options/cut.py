"""The options of ``kirie cut``."""

from __future__ import annotations

import argparse
from enum import StrEnum
from functools import partial
from pathlib import Path

from commands.options import shared as options
from matting.setting_rows import (
    BACKGROUND,
    CANVAS_SETTINGS,
    DECONTAMINATE,
    EDGE_SHIFT,
    EDGES,
    FEATHER,
    FILL_HOLES,
    LARGEST_ONLY,
    PADDING,
    SHADOW_SETTINGS,
    SOFTNESS,
    THRESHOLD,
    TRIM,
    PhotoSetting,
)
from matting.settings import QUALITY, Colour, Existing, Format, Keep, Write

_DESCRIPTION = """\
Cut the subject out of each photo and write it with a transparent background.

PATH is a photo or a folder of photos. A folder's subfolders are mirrored below -o; two photos
never share an output, and no photo is ever overwritten. What was finished is remembered: the
same command again, also after a crash, does only what is left or has changed."""

_EPILOG = """\
name templates (--name) may hold {stem} the photo's name, {kind} cutout, mask or probability,
  {model} the model, {index} the photo's number, and / for folders; the default is {stem}-{kind}

examples:
  kirie cut photos -o cutouts
  kirie cut shoe.jpg mug.png -o out --trim --padding 20
  kirie cut photos -o out --format jpg --background "#f4f1ea"
  kirie cut photos -o shop --format jpg --background white --canvas 2000x2000 --canvas 800x800 --share 85
  kirie cut photos -o amazon --preset amazon-main-image
  kirie cut photos -o out --write cutout --write mask --name "{kind}/{stem}"
  kirie cut photos -o out --model u2net --edges hair --threshold 0.4
  kirie cut photos -o out --json > results.jsonl

Ctrl-C finishes the photos in hand and stops; Ctrl-C again stops at once. Nothing half-written is left.

exit status: 0 all done, 1 some photos failed, 2 bad usage, 130 stopped by Ctrl-C"""


def add_cut_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare ``kirie cut`` and its options."""
    parser = subparsers.add_parser(
        "cut",
        help="cut out photos",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="a photo, or a folder of photos")
    add_cutting_options(parser)
    group = parser.add_argument_group("this run")
    group.add_argument(
        "--stdin",
        action="store_true",
        help="for other programs: read a JSON line a photo from standard input, answer with one, keep the model",
    )
    group.add_argument(
        "--shard",
        metavar="K/N",
        type=options.shard,
        help="cut only the K-th of N shares of the photos, for N machines that run the same command",
    )
    group.add_argument(
        "--cluster",
        metavar="auto|ADDRESS",
        help="cut on the machines of a Ray cluster, which see the folders at the same paths; auto: this computer's",
    )
    group.add_argument(
        "--workers",
        metavar="N",
        type=options.positive,
        help="with --cluster: how many hold the model (default: by room)",
    )
    group.add_argument(
        "--worker-cpus",
        metavar="N",
        type=options.positive,
        default=2,
        help="with --cluster: cores a worker (default: %(default)s)",
    )
    group.add_argument(
        "--worker-gpus",
        metavar="0…8",
        type=partial(options.number, low=0, high=8),
        default=0.0,
        help="with --cluster: GPUs a worker, such as 0.5 for two on one (default: none)",
    )
    group.add_argument("--redo", action="store_true", help="cut again also what was finished earlier")
    group.add_argument(
        "--measure",
        metavar="FILE.csv",
        type=Path,
        help="with a vessel model: write the vessel density inside each photo's field of view",
    )
    return parser


def add_cutting_options(parser: argparse.ArgumentParser) -> None:
    """Declare what all commands that cut photos understand."""
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, required=True, help="folder for the results")
    parser.add_argument(
        "--preset",
        metavar="NAME|FILE",
        help="settings of “kirie presets” or of a file; options beside it count more",
    )
    _add_model_options(parser)
    _add_cut_options(parser)
    _add_output_options(parser)
    _add_running_options(parser)


def _add_model_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("finding the subject")
    source = group.add_mutually_exclusive_group()
    options.add_model(source, "a model of “kirie models list”, or a weights file")
    source.add_argument(
        "--probability-from",
        metavar="DIR",
        type=Path,
        help="grey images named like the photos (or like what --write probability makes) instead of a network",
    )
    options.add_device(group)
    group.add_argument(
        "--marks",
        metavar="DIR",
        type=Path,
        help="clicks, rough strokes and boxes that say which thing is meant: one {stem}.json a photo",
    )
    group.add_argument(
        "--second-look",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="predict again: closer around a small subject, in the mirror where in doubt (default: no)",
    )
    group.add_argument(
        "--flips", action="store_true", help="vessels: mean over four mirrorings; a little better, four times the time"
    )


def _add_cut_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("cutting")
    for row in (THRESHOLD, SOFTNESS, EDGES, EDGE_SHIFT, FEATHER, LARGEST_ONLY, FILL_HOLES, DECONTAMINATE):
        _add_setting(group, row)


def _add_setting(group: argparse._ArgumentGroup, row: PhotoSetting) -> None:
    """Declare the option of a photo's setting; ``None`` stands for "not given"."""
    text = row.help.format(default=row.default)
    if isinstance(row.default, bool):
        option = row.option.replace("--no-", "--")
        group.add_argument(option, dest=row.key, action=argparse.BooleanOptionalAction, default=None, help=text)
    elif isinstance(row.default, StrEnum):
        group.add_argument(row.option, dest=row.key, choices=tuple(map(str, type(row.default))), help=text)
    elif row.range is not None:
        pixels = row.range.unit == "px"
        metavar = "PX" if pixels else f"{row.range.low:g}…{row.range.high:g}"
        number = options.whole_number if pixels else options.number
        kind = partial(number, low=row.range.low, high=row.range.high)
        group.add_argument(row.option, dest=row.key, metavar=metavar, type=kind, help=text)
    elif isinstance(row.default, str):
        group.add_argument(row.option, dest=row.key, metavar="COLOUR", type=options.colour, help=text)
    else:
        group.add_argument(row.option, dest=row.key, metavar="COLOUR|FILE", type=options.background, help=text)


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("writing")
    group.add_argument(
        "--write",
        action="append",
        choices=tuple(map(str, Write)),
        help="what to write; give it several times for several files a photo (default: cutout)",
    )
    group.add_argument(
        "--format",
        metavar="{" + ",".join(Format) + "}",
        type=options.file_format,
        help="file format of the cutout; masks and maps are PNG (default: png)",
    )
    group.add_argument(
        "--quality",
        metavar="1…100",
        type=partial(options.whole_number, low=1, high=100),
        help=f"of JPEG and WebP (default: {QUALITY}, which shows no difference)",
    )
    group.add_argument(
        "--colour",
        choices=tuple(map(str, Colour)),
        help="keep the photo's colours and profile, or convert to sRGB (default: keep)",
    )
    group.add_argument(
        "--metadata",
        choices=tuple(map(str, Keep)),
        help="what is written of the photo's metadata: no-location leaves out places, serial numbers and the camera's "
        "owner, and keeps the copyright (default: keep)",
    )
    for row in (BACKGROUND, TRIM, PADDING):
        _add_setting(group, row)
    group.add_argument(
        "--canvas",
        metavar="WxH|W:H",
        action="append",
        type=options.canvas,
        help="place the subject on a canvas of this size in pixels, or of this ratio; several times for several sizes",
    )
    for row in (*CANVAS_SETTINGS, *SHADOW_SETTINGS):
        _add_setting(group, row)
    group.add_argument("--name", metavar="TEMPLATE", type=options.template, help="names of the files, see below")
    group.add_argument(
        "--existing",
        choices=tuple(map(str, Existing)),
        default=str(Existing.SKIP),
        help="when a file is there that Kirie did not make of this photo, or that was changed since: "
        "leave it, replace it, or number the new one (default: %(default)s)",
    )
    group.add_argument(
        "--write-empty",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="write files also where no subject is found",
    )


def _add_running_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("running")
    group.add_argument(
        "--recursive",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="look into subfolders (default: yes)",
    )
    options.add_patterns(group)
    group.add_argument(
        "--jobs", metavar="N", type=options.positive, help="photos finished at the same time (default: by cores)"
    )
    options.add_json(group, "print one JSON object a photo, then a summary")
    group.add_argument("-q", "--quiet", action="store_true", help="report only failures and the summary")
