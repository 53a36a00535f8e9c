"""What every command that cuts photos needs: its options checked, the settings they stand for, the model loaded."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from commands.usage import UsageError, expect_vessels
from matting.errors import KirieError, WriteError
from matting.setting_rows import CANVAS_SETTINGS, PHOTO_SETTINGS
from matting.settings import Colour, CutSettings, Edges, Existing, Keep, Mode, OutputSettings, Write
from matting.system.streams import printable

if TYPE_CHECKING:
    from matting.batch.find_photos import FoundPhoto
    from matting.batch.jobs import Job
    from matting.predictor import Predictor
    from matting.presets.preset import Preset


@dataclass(frozen=True)
class Model:
    """What finds the subjects, and how it is called."""

    predictor: Predictor
    name: str
    device: str | None = None
    precision: str | None = None


@dataclass(frozen=True)
class Wanted:
    """What the options and the preset say about the files, before a model is loaded."""

    preset: Preset
    output: OutputSettings


def check(args: argparse.Namespace) -> Wanted:
    """Read the preset and check the options. Raises ``UsageError``."""
    preset = _preset(args)
    output = _output_settings(args, preset)
    _check_options(args, output)
    _check_files(args)
    return Wanted(preset, output)


def load(args: argparse.Namespace, wanted: Wanted) -> tuple[Model, CutSettings]:
    """Load the model, and return it with the settings of a photo. Raises ``UsageError``."""
    model = _load_model(args)
    _check_mode(args, model.predictor)
    return model, _cut_settings(args, model.predictor, wanted.preset)


def job_of(photo: FoundPhoto, settings: CutSettings, marks: Path | None) -> Job:
    """Return the job of a photo; ``marks`` is the folder that may hold its marks."""
    from matting.batch.jobs import Job
    from matting.selection.marks_file import marks_path

    marks_file = marks_path(marks, photo.path, photo.root) if marks else None
    return Job(photo.path, photo.root, settings, marks_file=marks_file)


def _check_options(args: argparse.Namespace, output: OutputSettings) -> None:
    if args.canvas and (args.trim or args.padding is not None):
        raise UsageError("--canvas places the subject by --share and --margin; leave out --trim and --padding")
    on_canvas = [row.option for row in CANVAS_SETTINGS if getattr(args, row.key) not in (None, False)]
    if on_canvas and not output.canvases:
        raise UsageError(f"{on_canvas[0]} is for a canvas; add --canvas with a size such as 2000x2000")


def _check_files(args: argparse.Namespace) -> None:
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


def _load_model(args: argparse.Namespace) -> Model:
    if args.probability_from:
        from matting.batch.probability_folder import ProbabilityFolder

        return Model(ProbabilityFolder(args.probability_from), args.probability_from.name)
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
    return Model(finder, model.name, report.device, report.precision)


def _hint_of_a_better_one(name: str) -> str:
    """Return a clause that names a model with finer outlines, once for each; empty where there is none."""
    from models.catalogue.default import better_model, first_time

    better = better_model(name)
    if better is None or not first_time(f"{better.name} {'installed' if better.installed else 'offered'}"):
        return ""
    if better.installed:
        return f"; finer outlines: “kirie models default {better.name}”"
    return f"; finer outlines: “kirie models download {better.name} --default” ({better.size / 1e6:.0f} MB)"


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
