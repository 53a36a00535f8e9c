"""``kirie cut``: photos in, cutouts out."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from typing import TYPE_CHECKING

from commands.cut_setup import check, job_of, load
from commands.options.cut import add_cut_parser
from commands.usage import UsageError
from matting.settings import Existing
from matting.system.streams import printable

if TYPE_CHECKING:
    from commands.terminal.measurements import MeasuringPredictor
    from commands.terminal.progress import Display
    from matting.batch.find_photos import FoundPhoto
    from matting.predictor import Predictor
    from matting.settings import OutputSettings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``kirie cut``."""
    add_cut_parser(subparsers).set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Cut the photos; the exit status."""
    if args.stdin:
        return _from_stdin(args)
    return cut_photos(args)


def cut_photos(args: argparse.Namespace, *more: Display) -> int:
    """Cut the photos and show on the terminal, and on ``more`` displays, how it goes; the exit status."""
    # Here, so that --help does not load numpy and OpenCV.
    from commands.terminal.interrupt import interruptible
    from commands.terminal.progress import Several, display_for
    from commands.terminal.report import exit_status, summary_as_json, summary_as_text
    from matting.batch.batch import Batch
    from matting.batch.journal import Journal
    from matting.batch.output_names import kinds_of, without_own_outputs
    from matting.system.control import Control

    if not args.paths:
        raise UsageError("name a photo or a folder of photos")
    missing = [path for path in args.paths if not path.exists()]
    if len(missing) == len(args.paths):
        raise UsageError(f"there is no such file or folder: {', '.join(map(str, missing))}")
    wanted = check(args)
    output = wanted.output
    if args.cluster:
        return _on_a_cluster(args, output)
    control = Control()
    with interruptible(control) as interruption:
        found = _find(args, output)
        if not found:
            return _nothing_to_do(args)
        model, settings = load(args, wanted)
        measuring = _measuring(args, model.predictor, settings.threshold)
        with Journal(output.folder, part=args.shard.file_name if args.shard else "") as journal:
            kinds = kinds_of(output, model.predictor.classes)
            photos = without_own_outputs(found, output, kinds, model.name, journal.outputs)
            jobs = [job_of(photo, settings, args.marks) for photo in photos]
            # All photos are named together, so that two never share an output, whichever machine cuts them.
            only = args.shard.indexes(photos) if args.shard else range(len(jobs))
            with contextlib.closing(Several(*more, display_for(len(only), args.json, args.quiet))) as display:
                summary = Batch(
                    jobs,
                    output,
                    measuring or model.predictor,
                    on_result=display.on_result,
                    on_progress=display.on_progress,
                    control=control,
                    workers=args.jobs,
                    journal=journal,
                    model=model.name,
                    redo=args.redo,
                ).run(only)
    if measuring is not None:
        measuring.write(args.measure)
    print(summary_as_text(summary), file=sys.stderr)
    display.end(summary_as_json(summary, model.name, model.device, model.precision))
    return exit_status(summary) if interruption.status is None else interruption.status


def _find(args: argparse.Namespace, output: OutputSettings) -> list[FoundPhoto]:
    from matting.batch.patterns import Patterns
    from matting.batch.search import search

    patterns = Patterns(args.include, args.exclude)
    return search(args.paths, output.folder, args.recursive, patterns).photos


def _on_a_cluster(args: argparse.Namespace, output: OutputSettings) -> int:
    if args.shard or args.measure:
        raise UsageError("--cluster shares the photos out itself; leave out --shard and --measure")
    if output.existing is Existing.RENAME:
        raise UsageError("--cluster cannot number files beside others; leave out --existing rename")
    try:
        from commands.cluster.cut import cut_on_cluster
    except ModuleNotFoundError as error:
        raise UsageError("--cluster needs Ray; “pip install 'kirie[cluster]'” installs it") from error
    found = _find(args, output)
    return cut_on_cluster(args, found, output) if found else _nothing_to_do(args)


def _from_stdin(args: argparse.Namespace) -> int:
    if args.paths or args.shard or args.measure or args.cluster:
        raise UsageError(
            "with --stdin photos are named on standard input; leave out paths, --measure, --shard and --cluster"
        )
    from commands.cut_stdin import run as answer_requests

    return answer_requests(args)


def _nothing_to_do(args: argparse.Namespace) -> int:
    places = ", ".join(map(str, args.paths))
    chosen = " that --include and --exclude leave" if args.include or args.exclude else ""
    print(printable(f"kirie: no photos in {places}{chosen}; nothing to do"), file=sys.stderr)
    if args.json:
        from commands.terminal.report import summary_as_json
        from matting.batch.jobs import Summary

        print(json.dumps(summary_as_json(Summary((), 0, 0.0), args.model or "", None, None)))
    return 0


def _measuring(args: argparse.Namespace, predictor: Predictor, threshold: float) -> MeasuringPredictor | None:
    """Return the predictor that also measures vessels, where that was asked for."""
    if args.measure is None:
        return None
    from commands.terminal.measurements import MeasuringPredictor

    return MeasuringPredictor(predictor, threshold)
