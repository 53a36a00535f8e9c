"""The options of ``kirie watch``."""

from __future__ import annotations

import argparse
from pathlib import Path

from commands.options import shared as options
from commands.options.cut import add_cutting_options

_DESCRIPTION = """\
Watch folders and cut each photo that arrives in them, until stopped by Ctrl-C or SIGTERM.

A photo is taken when its file has stayed the same for a moment, so that copies have time to end. What
was finished is remembered: start the command again, also after a crash, and it goes on where it was. A
photo that failed is tried again when its file changes. Folders are looked at again and again, so that
network drives work too. All other options are those of “kirie cut”."""

_EPILOG = """\
examples:
  kirie watch incoming -o cutouts
  kirie watch incoming -o shop --preset amazon-main-image --failures failures.txt
  kirie watch /mnt/studio -o /mnt/shop --every 10 --settle 20 --exclude "*-draft*"

exit status: 0 stopped by Ctrl-C or SIGTERM, 1 it could not go on, 2 bad usage"""


def add_watch_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare ``kirie watch`` and its options."""
    parser = subparsers.add_parser(
        "watch",
        help="cut out photos as they arrive in a folder",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("paths", metavar="DIR", nargs="+", type=Path, help="a folder to watch")
    add_cutting_options(parser)
    group = parser.add_argument_group("watching")
    group.add_argument(
        "--settle",
        metavar="S",
        type=options.seconds,
        default=3.0,
        help="seconds for which a file must have stayed the same before it is cut (default: 3)",
    )
    group.add_argument(
        "--every",
        metavar="S",
        type=options.seconds,
        default=2.0,
        help="seconds between two looks; longer by itself where looking takes long (default: 2)",
    )
    group.add_argument(
        "--failures",
        metavar="FILE",
        type=Path,
        help="keep a list of the photos that cannot be cut and why, a line each; empty when there are none",
    )
    parser.set_defaults(measure=None)  # a table of one run
    return parser
