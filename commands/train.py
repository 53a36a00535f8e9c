"""``kirie train``: teach a network your own subjects."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from commands.options.train import add_train_parser, is_number
from commands.usage import UsageError
from matting.errors import KirieError
from matting.settings import Mode
from matting.system.streams import printable

if TYPE_CHECKING:
    from commands.terminal.training_report import Terminal
    from models.training.events import Channel, JsonLines
    from models.training.settings import Source, TrainSettings


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``kirie train``."""
    add_train_parser(subparsers).set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check, train, resume; the exit status."""
    from commands.terminal.training_report import Terminal
    from models.training.errors import TrainingUnexpected
    from models.training.events import Failed, JsonLines

    commands = None if args.check or not args.json else _standard_input()
    channel: Terminal | JsonLines = JsonLines(sys.stdout, commands) if args.json else Terminal(sys.stdout)
    try:
        if args.check:
            return _check(args)
        with _stop_on_signals(channel):
            _train(args, channel)
    except KirieError as error:
        if not args.json:
            raise
        channel.emit(Failed(error))
        return 1
    except Exception as error:
        # Told to the reader of the JSON as well; the traceback goes the way of all unexpected errors.
        if not isinstance(error, UsageError):
            channel.emit(Failed(TrainingUnexpected(kind=type(error).__name__)))
        raise
    return 0


def _train(args: argparse.Namespace, channel: Channel) -> None:
    from models.training.run import resume_run, start_run
    from models.training.run_folder import runs_folder
    from models.training.run_name import check_run_name, run_name_for

    if args.mix is not None:
        _mix(args)
        return
    if args.resume:
        if not args.name:
            raise UsageError("--resume needs the --name of the run")
        resume_run(args.name, channel, args.runs, args.epochs, args.minutes)
        name = args.name
    else:
        if not args.datasets:
            raise UsageError("name at least one DATASET to train on")
        # Before the start's weights are read, let alone hours of training: the result must be installable.
        name = check_run_name(args.name) if args.name else run_name_for(parse_sources(args.datasets)[0].folder)
        settings = make_settings(args)
        start_run(name, settings, channel, args.runs)
    model = (args.runs or runs_folder()) / name / f"{name}.safetensors"
    if args.install and model.is_file():
        from models.catalogue.import_model import import_model

        import_model(model, name, replace=True)


def _mix(args: argparse.Namespace) -> None:
    """Write the mixture of a run's weights with its start's, and say where."""
    from models.catalogue.import_model import import_model
    from models.training.mixing import mix_run
    from models.training.run_folder import RunFolder, runs_folder

    if not args.name:
        raise UsageError("--mix needs the --name of the run")
    file = mix_run(RunFolder((args.runs or runs_folder()) / args.name), args.mix)
    print(printable(json.dumps({"model": str(file)}) if args.json else f"the weights: {file}"))
    if args.install:
        import_model(file, args.name, replace=True)


def _check(args: argparse.Namespace) -> int:
    """Print every dataset's table; 1 when one has nothing usable."""
    from commands.terminal.training_report import print_table
    from models.training.data.check import check_dataset
    from models.training.data.datasets import find_dataset

    if not args.datasets:
        raise UsageError("name at least one DATASET to check")
    sources = parse_sources(args.datasets)
    reports = [check_dataset(find_dataset(source.folder, taught=bool(args.teacher))) for source in sources]
    for report in reports:
        print_table(report, sys.stdout, as_json=args.json)
    return 0 if all(report.usable for report in reports) else 1


def make_settings(args: argparse.Namespace) -> TrainSettings:
    """Return the recipe that the arguments mean; what is not given follows from the start and the data."""
    from dataclasses import replace

    from models.catalogue.catalogue import find_model
    from models.networks.weights import load_weights
    from models.training.settings import CUTOUT_AUGMENTATION, SCRATCH, VESSEL_AUGMENTATION, TrainSettings
    from models.training.start_model import network_name

    start = args.start or _default_start(args.network, args.width)
    before = None if start == SCRATCH else load_weights(find_model(start).file).info
    network = args.network or ("unet" if args.width else network_name(before) if before else "u2net-small")
    usual = Mode.VESSEL if network == "unet" else Mode.CUTOUT
    mode = Mode(args.mode) if args.mode else before.mode if before else usual
    augmentation = VESSEL_AUGMENTATION if mode == Mode.VESSEL else CUTOUT_AUGMENTATION
    changes = {"zoom": args.zoom, "background": args.background}
    augmentation = replace(augmentation, **{key: value for key, value in changes.items() if value is not None})
    size = args.size or (before.input_size if before else 160 if mode == Mode.VESSEL else 256)
    chosen = {
        "epochs": None if args.minutes else args.epochs or 20,
        "draws": args.draws,
        "ema": args.ema,
        "soft_iou": args.soft_iou,
        "side_weight": args.side_weight,
        "rehearsal": args.rehearsal,
    }
    return TrainSettings(
        sources=tuple(parse_sources(args.datasets)),
        network=network,
        width=args.width or (before.width if before else 32),
        start=start,
        teachers=tuple(args.teacher),
        mode=mode,
        minutes=args.minutes,
        size=size,
        sizes=_stages(args.progressive, size),
        batch=args.batch,
        field_width=args.field,
        lr=args.lr or (3e-4 if before else 1e-3),
        val=args.val,
        seed=args.seed,
        device=args.device,
        augmentation=augmentation,
        licence=args.licence,
        title=args.title,
        **{key: value for key, value in chosen.items() if value is not None or key == "epochs"},
    )


def _default_start(network: str | None, width: int | None) -> str:
    """Return the bundled model of the wanted network and width; from scratch where there is none."""
    from models.catalogue.catalogue import DEFAULT_MODEL, list_models, read_metadata
    from models.training.settings import SCRATCH

    if network is None and width is None:
        return DEFAULT_MODEL
    for model in list_models():
        if model.bundled and model.network == (network or "unet"):
            return model.name if width in (None, read_metadata(model.file).get("width")) else SCRATCH
    return SCRATCH


def parse_sources(texts: list[str]) -> list[Source]:
    """Parse ``FOLDER`` or ``FOLDER:WEIGHT``; a folder whose own name ends like a weight is taken as it is."""
    from models.training.settings import Source

    sources = []
    for text in texts:
        folder, colon, weight = text.rpartition(":")
        if colon and folder and not Path(text).exists() and is_number(weight):
            if float(weight) <= 0:
                raise UsageError(f"the weight in “{text}” must be above 0")
            sources.append(Source(Path(folder), float(weight)))
        else:
            sources.append(Source(Path(text)))
    return sources


def _stages(text: str | None, size: int) -> tuple[int, ...]:
    if text is None:
        return ()
    if text == "":
        return tuple(max(32, round(size * part / 16) * 16) for part in (3 / 8, 1 / 2, 5 / 8, 3 / 4))
    try:
        stages = tuple(int(part) for part in text.split(","))
    except ValueError:
        stages = ()
    if not stages or min(stages) < 1:
        raise UsageError(f"--progressive takes sizes in pixels such as 96,128,192, not “{text}”")
    return stages


def _standard_input() -> IO[str] | None:
    """Open standard input anew, to read commands from.

    A thread that waits in ``sys.stdin`` holds its lock, and Python would abort when it ends while that is so.
    """
    try:
        return os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8")
    except (OSError, ValueError, AttributeError):  # a windowed program has none
        return None


@contextmanager
def _stop_on_signals(channel: Terminal | JsonLines) -> Iterator[None]:
    """Ask the trainer to save and stop on Ctrl-C and SIGTERM; a second one ends the process at once."""
    from models.training.events import Command

    def handle(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        channel.commands.put(Command.STOP)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
