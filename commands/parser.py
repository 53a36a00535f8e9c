"""The tree of arguments, and the way from a command's errors to messages and exit statuses."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from commands import cut, evaluate, here, models, presets, selftest, train, watch
from commands.usage import UsageError
from matting.errors import KirieError, OutputLost
from matting.system.folders import log_file
from matting.system.streams import drop_stdout, printable
from matting.system.version import ShowVersion

_MODULES = {
    "cut": cut,
    "watch": watch,
    "here": here,
    "presets": presets,
    "models": models,
    "evaluate": evaluate,
    "train": train,
    "selftest": selftest,
}
COMMANDS = tuple(_MODULES)

_DESCRIPTION = """\
Kirie cuts subjects out of photos on your own computer: one photo or ten thousand.
Without a command it opens its window."""

_EPILOG = """\
examples:
  kirie                                 open the window
  kirie cut photos -o cutouts           cut out every photo in a folder
  kirie models list                     what can be chosen with --model
  kirie COMMAND --help                  the manual of a command

exit status: 0 done, 1 something failed, 2 bad usage"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; argparse would print the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {printable(message)}\n(“{self.prog} --help” is the manual)\n")


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of all commands and options. Loads neither torch nor Qt."""
    parser = _Parser(
        prog="kirie",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="show the version and end")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in _MODULES.values():
        module.add_parser(subparsers)
    return parser


def run(arguments: Sequence[str]) -> int:
    """Parse and do; returns the exit status: 0 done, 1 something failed, 2 bad usage."""
    try:
        status = _work(arguments)
        sys.stdout.flush()  # here, where an error can still be told
        return status
    except UsageError as error:
        print(f"kirie: {printable(str(error))}", file=sys.stderr)
        return 2
    except KirieError as error:
        logging.getLogger(__name__).info("%s", error, exc_info=error)
        if isinstance(error, OutputLost):
            drop_stdout()
        print(f"kirie: {printable(str(error))}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output has ended
        drop_stdout()
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        logging.getLogger(__name__).exception("unexpected error")
        print(
            f"kirie: unexpected error ({type(error).__name__}: {error}); details are in {log_file()}", file=sys.stderr
        )
        return 1


def _work(arguments: Sequence[str]) -> int:
    try:
        args = build_parser().parse_args(arguments)
    except SystemExit as stop:  # argparse has said what is wrong, or has shown the help
        return stop.code if isinstance(stop.code, int) else 2
    work: Callable[[argparse.Namespace], int] = args.run
    return work(args)
