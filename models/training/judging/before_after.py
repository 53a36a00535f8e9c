"""A few photos cut out by the model that a run started from and by the one that it made, for people to compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from matting.cutout.cut import Cutout, cut, shrink_photo
from matting.errors import KirieError
from matting.files.reading.read_photo import read_photo
from matting.settings import CutSettings, settings_for
from matting.system.control import Control
from models.catalogue.catalogue import read_metadata
from models.catalogue.load import load_predictor
from models.training.data.check import Row, check_pair, photo_digest
from models.training.data.datasets import find_dataset
from models.training.mixing import mix_run
from models.training.run_folder import RunFolder
from models.training.settings import SCRATCH

SHOWN = 3
SIDE = 480
"""Longest side in pixels of the pictures."""
SEARCHED = 60
"""Photos of each dataset among which those kept aside are looked for."""


@dataclass(frozen=True)
class BeforeAfter:
    """One photo as both models cut it out; ``kept_aside``: the new one has not learned from it."""

    photo: Path
    kept_aside: bool
    before: Cutout
    after: Cutout


def weights_of(run: RunFolder, share: float) -> Path:
    """Return the file of what a run made, mixed with its start by ``share`` in [0, 1] (1: not mixed).

    Raises what ``mix_run`` raises.
    """
    return run.model if share == 1 else mix_run(run, share)


def before_and_after(run: RunFolder, share: float, otherwise: str, control: Control | None = None) -> list[BeforeAfter]:
    """Cut out up to ``SHOWN`` of a run's photos by both models, those kept aside first.

    The old one is the run's start, and for a run from scratch the model ``otherwise``. Photos that cannot be read any
    more are left out. Raises ``KirieError`` types where a model or the run's recipe is not there any more, and
    ``Cancelled``.
    """
    control = control or Control()
    settings = run.read_settings()
    old = load_predictor(otherwise if settings.start == SCRATCH else settings.start, settings.device)
    new = load_predictor(str(weights_of(run, share)), settings.device)
    aside = set(read_metadata(run.model).get("extra", {}).get("held_out", []))
    folders = [source.folder for source in settings.sources]
    if isinstance(settings.val, Path):
        folders.insert(0, settings.val)
    rows = sorted(_rows(folders, control), key=lambda row: photo_digest(row) not in aside)
    pictures = []
    for row in rows[:SHOWN]:
        control.wait_if_paused()
        photo = shrink_photo(read_photo(row.path), SIDE)
        each = []
        for predictor in (old, new):
            with_model = replace(settings_for(settings.mode, CutSettings()), threshold=predictor.default_threshold)
            each.append(cut(photo, predictor.predict(photo.rgb8()), with_model))
        pictures.append(BeforeAfter(row.path, photo_digest(row) in aside, each[0], each[1]))
    return pictures


def _rows(folders: list[Path], control: Control) -> Iterator[Row]:
    """Yield usable photos of the datasets; one that has gone has none."""
    for folder in folders:
        try:
            dataset = find_dataset(folder)
        except KirieError:
            continue
        for pair in dataset.pairs[:SEARCHED]:
            control.wait_if_paused()
            row = check_pair(pair, len(dataset.classes))
            if row.usable:
                yield row
