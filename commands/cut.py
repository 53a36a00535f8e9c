"""``kirie cut``: photos in, cutouts out."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from commands.options.cut import add_cut_parser
from commands.usage import UsageError, expect_vessels
from matting.errors import KirieError, WriteError
from matting.setting_rows import CANVAS_SETTINGS, PHOTO_SETTINGS
from matting.settings import Colour, CutSettings, Edges, Existing, Keep, Mode, OutputSettings, Write
from matting.system.streams import printable

if TYPE_CHECKING:
    from commands.terminal.measurements import MeasuringPredictor
    from matting.predictor import Predictor
    from matting.presets.preset import Preset


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``kirie cut``."""
    add_cut_parser(subparsers).set_defaults(run=run)


@dataclass(frozen=True)
class _Model:
    """What finds the subjects, and how it is called."""

    predictor: Predictor
    name: str
    device: str | None = None
    precision: str | None = None
    rejected: str | None = None


def run(args: argparse.Namespace) -> int:
    """Cut the photos; the exit status."""
    # Here, so that --help does not load numpy and OpenCV.
    from commands.terminal.interrupt import interruptible
    from commands.terminal.progress import display_for
    from commands.terminal.report import exit_status, summary_as_json, summary_as_text
    from matting.batch.batch import Batch
    from matting.batch.jobs import Job
    from matting.batch.journal import Journal
    from matting.batch.output_names import kinds_of, without_own_outputs
    from matting.batch.search import search
    from matting.selection.marks_file import marks_path
    from matting.system.control import Control

    preset = _preset(args)
    output = _output_settings(args, preset)
    _check_options(args, output)
    _check_paths(args)
    control = Control()
    with interruptible(control) as interruption:
        found = search(args.paths, output.folder, args.recursive).photos
        if not found:
            return _nothing_to_do(args)
        model = _load_model(args)
        _check_mode(args, model.predictor)
        settings = _cut_settings(args, model.predictor, preset)
        measuring = _measuring(args, model.predictor, settings.threshold)
        with Journal(output.folder) as journal:
            kinds = kinds_of(output, model.predictor.classes)
            photos = without_own_outputs(found, output, kinds, model.name, journal.outputs())
            jobs = [
                Job(
                    photo.path,
                    photo.root,
                    settings,
                    marks_file=marks_path(args.marks, photo.path, photo.root) if args.marks else None,
                )
                for photo in photos
            ]
            with contextlib.closing(display_for(len(jobs), args.json, args.quiet)) as display:
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
                ).run()
    if measuring is not None:
        measuring.write(args.measure)
    print(summary_as_text(summary), file=sys.stderr)
    display.end(summary_as_json(summary, model.name, model.device, model.precision))
    return exit_status(summary) if interruption.status is None else interruption.status


def _check_options(args: argparse.Namespace, output: OutputSettings) -> None:
    if args.canvas and (args.trim or args.padding is not None):
        raise UsageError("--canvas places the subject by --share and --margin; leave out --trim and --padding")
    on_canvas = [row.option for row in CANVAS_SETTINGS if getattr(args, row.key) not in (None, False)]
    if on_canvas and not output.canvases:
        raise UsageError(f"{on_canvas[0]} is for a canvas; add --canvas with a size such as 2000x2000")


def _check_paths(args: argparse.Namespace) -> None:
    missing = [path for path in args.paths if not path.exists()]
    if len(missing) == len(args.paths):
        raise UsageError(f"there is no such file or folder: {', '.join(map(str, missing))}")
    if args.output.exists() and not args.output.is_dir():
        raise UsageError(f"{args.output} is a file; -o takes a folder")
    if args.probability_from and not args.probability_from.is_dir():
        raise UsageError(f"{args.probability_from} is not a folder; --probability-from takes a folder of grey images")
    if args.marks and not args.marks.is_dir():
        raise UsageError(f"{args.marks} is not a folder; --marks takes a folder with a JSON file a photo")
    if isinstance(args.background, Path):
        from matting.files.reading.read_photo import read_size

        try:
            read_size(args.background)
        except KirieError as error:
            raise UsageError(f"--background: {error}") from error


def _check_mode(args: argparse.Namespace, predictor: Predictor) -> None:
    mode = predictor.mode
    if args.flips:
        expect_vessels("--flips", mode)
    if args.measure:
        expect_vessels("--measure", mode)
    if mode == Mode.VESSEL and args.edges not in (None, Edges.OFF):
        raise UsageError("--edges is for cutouts: vessels are written with the edges that the model found")
    if args.marks and (mode == Mode.VESSEL or len(predictor.classes) > 1):
        raise UsageError("--marks is for cutouts of one class: leave it out, or choose another model")


def _nothing_to_do(args: argparse.Namespace) -> int:
    places = ", ".join(map(str, args.paths))
    print(printable(f"kirie: no photos in {places}; nothing to do"), file=sys.stderr)
    if args.json:
        from commands.terminal.report import summary_as_json
        from matting.batch.jobs import Summary

        print(json.dumps(summary_as_json(Summary((), 0, 0.0), args.model or "", None, None)))
    return 0


def _load_model(args: argparse.Namespace) -> _Model:
    if args.probability_from:
        from matting.batch.probability_folder import ProbabilityFolder

        return _Model(ProbabilityFolder(args.probability_from), args.probability_from.name)
    from models.catalogue.catalogue import find_model
    from models.catalogue.default import default_model
    from models.catalogue.load import load_predictor
    from models.predict.prediction import with_further_looks

    wanted = args.model or default_model()
    try:
        model = find_model(wanted)
        predictor = load_predictor(wanted, args.device)
    except WriteError:
        raise
    except KirieError as error:
        raise UsageError(str(error)) from error
    report = predictor.device
    if not args.quiet:
        hint = "" if args.model else _hint_of_a_better_one(model.name)
        print(printable(f"kirie: {model.name} on {report}{hint}"), file=sys.stderr)
    if model.restricted:
        print(printable(f"kirie: the licence of {model.name}: {model.licence}"), file=sys.stderr)
    if report.rejected:
        print(f"kirie: not used: {report.rejected}", file=sys.stderr)
    finder = with_further_looks(predictor, second_look=args.second_look, flips=args.flips)
    return _Model(finder, model.name, report.device, report.precision)


def _hint_of_a_better_one(name: str) -> str:
    """Return a clause that names a model with finer outlines, once for each; empty where there is none."""
    from models.catalogue.default import better_model, first_time

    better = better_model(name)
    if better is None or not first_time(f"{better.name} {'installed' if better.installed else 'offered'}"):
        return ""
    if better.installed:
        return f"; finer outlines: “kirie models default {better.name}”"
    return f"; finer outlines: “kirie models download {better.name} --default” ({better.size / 1e6:.0f} MB)"


def _measuring(args: argparse.Namespace, predictor: Predictor, threshold: float) -> MeasuringPredictor | None:
    """Return the predictor that also measures vessels, where that was asked for."""
    if args.measure is None:
        return None
    from commands.terminal.measurements import MeasuringPredictor

    return MeasuringPredictor(predictor, threshold)


def _preset(args: argparse.Namespace) -> Preset:
    """Return the preset that was asked for; one that sets nothing where none was."""
    from matting.presets.library import find_preset
    from matting.presets.preset import Preset

    try:
        return Preset("") if args.preset is None else find_preset(args.preset)
    except KirieError as error:
        raise UsageError(str(error)) from error


def _cut_settings(args: argparse.Namespace, predictor: Predictor, preset: Preset) -> CutSettings:
    """Return the model's defaults, over them the preset's settings, over them the options."""
    given = {row.key: value for row in PHOTO_SETTINGS if (value := getattr(args, row.key)) is not None}
    for row in PHOTO_SETTINGS:
        if isinstance(row.default, StrEnum) and row.key in given:
            given[row.key] = type(row.default)(given[row.key])
    if args.padding is not None:
        given["trim"] = True
    base = CutSettings(threshold=predictor.default_threshold)
    return replace(preset.cut_settings(base), **given)


def _output_settings(args: argparse.Namespace, preset: Preset) -> OutputSettings:
    base = preset.output_settings(OutputSettings(args.output, existing=Existing(args.existing)))
    canvases = args.canvas
    if canvases is None and (args.trim or args.padding is not None):
        canvases = ()  # another frame was asked for than the preset's
    given = {
        "writes": args.write and tuple(Write(write) for write in dict.fromkeys(args.write)),
        "format": args.format,
        "name": args.name,
        "write_empty": args.write_empty,
        "canvases": canvases if canvases is None else tuple(dict.fromkeys(canvases)),
        "quality": args.quality,
        "colour": args.colour and Colour(args.colour),
        "metadata": args.metadata and Keep(args.metadata),
    }
    return replace(base, **{key: value for key, value in given.items() if value is not None})
