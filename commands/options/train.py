"""The options of ``kirie train``."""

from __future__ import annotations

import argparse
from pathlib import Path

from commands.options import shared as options
from matting.settings import Mode

_DESCRIPTION = """\
Train a network on photos with masks, on this computer.

DATASET is a folder with images/ and masks/ whose files have equal names (image/mask, imgs/labels
and DRIVE's own layout too). The masks may be soft. One folder a class inside masks/, or index
images with a classes.txt, make several classes. FOLDER:3 draws the photos of that dataset three
times as often. Everything is checked before training starts; --check does that alone.

With --teacher photos without masks are learned from as well: another model says what is in them.

A part of the photos is kept aside to judge by. The best weights so far are always in the run's
folder as an ordinary model file. Ctrl-C saves and stops; --resume goes on, also after a crash."""

_EPILOG = """\
examples:
  kirie train shoes --check                       what is wrong with the data
  kirie train shoes --minutes 10                  onward from the bundled model
  kirie train salient:3 fashion --from scratch --network u2net-small --epochs 60 --progressive
  kirie train shoes more-shoes --teacher u2net    more-shoes has no masks; a larger model makes them
  kirie train drive/training --from scratch --network unet --width 24 --val 0.2 --epochs 40
  kirie train --name shoes --resume               go on after a stop or a crash
  kirie train --name shoes --mix 0.6 --install    less of what it learned, more of what it knew
  torchrun --nproc-per-node 4 main.py train …     several GPUs

With --json every report is a line on standard output, and {"command": "pause"}, "resume" or
"stop" on standard input are obeyed between two steps.

exit status: 0 done or stopped, 1 it could not be done, 2 bad usage"""


def add_train_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare ``kirie train`` and its options."""
    parser = subparsers.add_parser(
        "train",
        help="teach a network your own subjects",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("datasets", metavar="DATASET[:WEIGHT]", nargs="*", help="a folder with images/ and masks/")
    parser.add_argument("--check", action="store_true", help="only look into the datasets and list every problem")
    network = parser.add_argument_group("what to train")
    network.add_argument("--network", choices=("u2net", "u2net-small", "unet"), help="default: that of --from")
    network.add_argument("--width", metavar="N", type=options.positive, help="channels of a U-Net (default: 32)")
    network.add_argument(
        "--from",
        dest="start",
        metavar="MODEL|scratch",
        help="model or weights file to go on from (default: the bundled model, if it is of that network)",
    )
    network.add_argument(
        "--teacher",
        metavar="MODEL",
        action="append",
        default=[],
        help="model or file to learn from beside the masks: one of the same network block by block, any other from its "
        "maps; photos without masks are welcome then (again for a second teacher)",
    )
    network.add_argument("--mode", choices=tuple(map(str, Mode)), help="default: vessel for a U-Net, else cutout")
    network.add_argument("--name", metavar="NAME", help="name of the run and its model (default: from the dataset)")
    network.add_argument("--runs", metavar="DIR", type=Path, help="where runs are kept (default: Kirie's own folder)")
    network.add_argument("--resume", action="store_true", help="go on with the run --name by its own recipe")
    network.add_argument(
        "--mix",
        metavar="0…1",
        type=options.unit,
        help="mix what the run --name learned with its start: 1 all of it, 0 the start; trains nothing",
    )
    network.add_argument("--install", action="store_true", help="add the result to “kirie models list”")
    _add_recipe_options(parser)
    options.add_json(parser, "print one JSON object an event, take commands as JSON")
    return parser


def _add_recipe_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how to train")
    length = group.add_mutually_exclusive_group()
    length.add_argument("--epochs", metavar="N", type=options.positive, help="default: 20")
    length.add_argument("--minutes", metavar="M", type=_positive_number, help="train for that long instead")
    group.add_argument("--size", metavar="PX", type=options.positive, help="side of the crops (default: the start's)")
    group.add_argument(
        "--progressive",
        metavar="PX,…",
        nargs="?",
        const="",
        help="begin with smaller crops: faster (without sizes: from 3/8 of --size)",
    )
    group.add_argument(
        "--field",
        metavar="PX",
        type=options.not_negative,
        help="how wide a vessel network sees the retina (default: the start's, or 780; 0: photos keep their size)",
    )
    group.add_argument("--batch", metavar="N", type=options.positive, default=8, help="crops a step (default: 8)")
    group.add_argument("--lr", metavar="X", type=_positive_number, help="default: 0.001, onward from a model 0.0003")
    group.add_argument(
        "--val",
        metavar="FRACTION|DIR",
        type=_share_or_folder,
        default=0.1,
        help="share kept aside to judge by, or a dataset of its own (default: 0.1)",
    )
    group.add_argument(
        "--rehearsal",
        metavar="0…1",
        type=_share_of_draws,
        help="onward: share of the crops that keeps what the start knows (default: 0)",
    )
    group.add_argument("--seed", metavar="N", type=options.not_negative, default=0, help="default: 0")
    group.add_argument("--draws", metavar="N", type=options.positive, help="photos an epoch (default: each one once)")
    group.add_argument("--ema", metavar="0…1", type=options.unit, help="decay of the average (default: 0.998)")
    group.add_argument("--soft-iou", metavar="X", type=float, help="weight of the overlap in the loss (default: 0.5)")
    group.add_argument("--side-weight", metavar="X", type=float, help="weight of each side output (default: 0.4)")
    group.add_argument(
        "--zoom",
        metavar="0…1",
        type=options.unit,
        help="cutouts: how close crops come; 0: always the whole photo (default: 0.35, a crop of half a side at most)",
    )
    group.add_argument(
        "--background",
        metavar="0…1",
        type=options.unit,
        help="how often a subject is pasted on another background (default: 0.15)",
    )
    options.add_device(group, "default: auto")
    group.add_argument("--title", default="", help="the model's title, kept in its file")
    group.add_argument("--licence", default="", help="the model's terms, kept in its file")


def _positive_number(text: str) -> float:
    if not is_number(text) or not 0 < float(text) < float("inf"):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number above 0")
    return float(text)


def _share_of_draws(text: str) -> float:
    if not is_number(text) or not 0 <= float(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is not a share from 0 to below 1")
    return float(text)


def _share_or_folder(text: str) -> float | Path:
    if not is_number(text):
        return Path(text)
    if not 0 < float(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is neither a share between 0 and 1 nor a dataset")
    return float(text)


def is_number(text: str) -> bool:
    """Tell whether a text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True
