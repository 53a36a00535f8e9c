"""``kirie here``: cutouts beside the photos, for the context menus of file managers."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from commands.options.cut import add_cut_parser

FOLDER = "cutouts"
_DESCRIPTION = """\
Cut photos and folders of photos into a folder “cutouts” beside them, tell how it goes in a notification
of the desktop, and open that folder at the end. For the context menus of file managers, which
resources/integration has; “kirie cut” has all options."""
_EPILOG = "exit status: as of “kirie cut”: 0 all done, 1 some photos failed, 2 bad usage"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``kirie here``."""
    parser = subparsers.add_parser(
        "here",
        help="cut out photos beside them, with a notification (for file managers)",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a photo, or a folder of photos")
    parser.add_argument("--preset", metavar="NAME|FILE", help="settings of “kirie presets” or of a file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Cut the photos and show the folder; the exit status."""
    from commands.cut import cut_photos
    from commands.desktop import Notification, show_folder
    from commands.terminal.notifying import Notifying
    from commands.usage import UsageError
    from matting.errors import KirieError

    paths = [path.absolute() for path in args.paths]
    folder = folder_beside(paths)
    preset = [] if args.preset is None else ["--preset", args.preset]
    options = add_cut_parser(argparse.ArgumentParser().add_subparsers()).parse_args(
        ["-o", str(folder), *preset, "--", *map(str, paths)]
    )
    notification = Notification("Kirie")
    notification.show("Loading the model…")
    progress = Notifying(notification)
    try:
        status = cut_photos(options, progress)
    except (KirieError, UsageError) as error:
        notification.show(str(error))
        raise
    notification.show(progress.last_words(folder))
    if folder.is_dir():
        show_folder(folder)
    return status


def folder_beside(paths: list[Path]) -> Path:
    """Return where cutouts of files and folders go: inside a folder that is alone, else beside what was named."""
    if len(paths) == 1 and paths[0].is_dir():
        return paths[0] / FOLDER
    return Path(os.path.commonpath([path.parent for path in paths])) / FOLDER
