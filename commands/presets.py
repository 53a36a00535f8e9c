"""``kirie presets``: what ``--preset`` takes."""

from __future__ import annotations

import argparse
import json

from commands.usage import UsageError
from matting.errors import KirieError
from matting.system.streams import printable

_DESCRIPTION = """\
List the presets: named sets of cut and output settings for “kirie cut --preset”.
With NAME its file is printed, a small JSON text to change, share and use as --preset FILE."""

_EPILOG = """\
examples:
  kirie presets
  kirie presets amazon-main-image > mine.json
  kirie cut photos -o out --preset mine.json --canvas 1600x1600

exit status: 0 done, 2 there is no such preset"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``kirie presets``."""
    parser = subparsers.add_parser(
        "presets",
        help="list the presets of cut",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("name", metavar="NAME", nargs="?", help="a preset, or a preset's file")
    parser.add_argument("--json", action="store_true", help="print one JSON object a preset")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List the presets or print one; the exit status."""
    from matting.presets.library import all_presets, find_preset, presets_folder

    if args.name is not None:
        try:
            text = find_preset(args.name).text()
        except KirieError as error:
            raise UsageError(str(error)) from error
        _print(text)
        return 0
    presets = all_presets()
    if args.json:
        for preset in presets:
            facts = {"name": preset.name, "own": preset.own, "path": str(preset.path), **json.loads(preset.text())}
            print(json.dumps(facts))
        return 0
    width = max((len(preset.name) for preset in presets), default=0)
    for preset in presets:
        rule = f"{' ' * (width + 2)}rule: {preset.source} ({preset.date})" if preset.source else ""
        lines = (f"{preset.name:{width}}  {preset.title}", f"{' ' * (width + 2)}{preset.about}", rule)
        _print("\n".join(line for line in lines if line.strip()))
    _print(f"\nYour own are kept in {presets_folder()}.")
    return 0


def _print(text: str) -> None:
    for line in text.splitlines():
        print(printable(line))
