"""``kirie selftest``: does this installation work?"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from commands.options import shared as options

if TYPE_CHECKING:
    from matting.predictor import Predictor

_DESCRIPTION = """\
Cut out a sample photo that comes with Kirie, read the written file back and check it.
Names the device and precision that the network runs on.

--full also cuts all samples, trains for twenty seconds and opens the window, each in a process of its own as the
program does it: about a minute, in a folder that is removed afterwards."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``kirie selftest``."""
    parser = subparsers.add_parser(
        "selftest",
        help="check that this installation works",
        description=_DESCRIPTION,
        epilog="exit status: 0 everything works, 1 something does not",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    options.add_device(parser)
    parser.add_argument("--full", action="store_true", help="also cut all samples, train a little, open the window")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Cut a sample and check the file; 0 when all is well, else 1 after a sentence that says what is not."""
    from matting.errors import KirieError
    from matting.system.version import version
    from models.catalogue.catalogue import DEFAULT_MODEL
    from models.catalogue.load import load_predictor

    print(f"kirie {version()}, Python {sys.version.split()[0]}, {sys.platform}")
    try:
        started = time.monotonic()
        predictor = load_predictor(DEFAULT_MODEL, args.device)
        print(f"model: {DEFAULT_MODEL}, ready in {time.monotonic() - started:.1f} s")
        print(f"device: {predictor.device.device}, precision: {predictor.device.precision}")
        if predictor.device.rejected:
            print(f"not used: {predictor.device.rejected}")
        with tempfile.TemporaryDirectory(prefix="kirie-selftest-") as folder:
            problem = _cut_a_sample(predictor, Path(folder))
        if problem is None and args.full:
            from commands.selftest_full import check_children

            problem = check_children(args.device)
    except KirieError as error:
        problem = str(error)
    if problem:
        print(f"selftest failed: {problem}", file=sys.stderr)
        return 1
    print("selftest passed")
    return 0


def _cut_a_sample(predictor: Predictor, folder: Path) -> str | None:
    """Return what is wrong with the cutout of the first sample, if anything."""
    import resources
    from matting.batch.batch import Batch, Job
    from matting.batch.find_photos import find_photos
    from matting.files.reading.read_photo import read_photo
    from matting.settings import CutSettings, OutputSettings

    samples = find_photos([resources.SAMPLES])
    if not samples:
        return f"there are no sample photos in {resources.SAMPLES}"
    settings = CutSettings(threshold=predictor.default_threshold)
    summary = Batch([Job(samples[0].path, None, settings)], OutputSettings(folder, write_empty=True), predictor).run()
    (result,) = summary.results
    if result.error is not None:
        return str(result.error)
    (path,) = result.outputs
    cutout, photo = read_photo(path), read_photo(samples[0].path)
    if (cutout.width, cutout.height) != (photo.width, photo.height) or cutout.alpha is None:
        return f"{path.name} is not a cutout of {samples[0].path.name}"
    covered = float((cutout.alpha > 127).mean())
    print(f"sample: {samples[0].path.name}, {photo.width}×{photo.height}, cut in {result.seconds:.2f} s")
    print(f"cutout: {path.stat().st_size:,} bytes, the subject covers {covered:.0%}")
    if not 0.02 < covered < 0.98:
        return "the subject was not found in the sample"
    return None
