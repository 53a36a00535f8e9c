"""Photos that the user corrected by marks and strokes, as a dataset to train on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matting.alpha.alpha import make_alpha
from matting.alpha.strokes import Stroke
from matting.batch.apply_marks import apply_marks
from matting.batch.probability_folder import read_map
from matting.files.reading.read_photo import read_photo
from matting.predictor import Predictor
from matting.selection.marks import Mark
from matting.settings import CutSettings, Mode, settings_for
from matting.system.control import Control
from models.training.data.corrections import save_correction


@dataclass(frozen=True)
class Correction:
    """One photo as the user left it: its settings, mask, marks and strokes (in photo pixels)."""

    path: Path
    settings: CutSettings
    marks: tuple[Mark, ...]
    strokes: tuple[Stroke, ...]
    map_file: Path | None = None


def export_corrections(
    corrections: Sequence[Correction],
    make_predictor: Callable[[], Predictor],
    folder: Path,
    control: Control | None = None,
) -> int:
    """Add each correction to the dataset in ``folder``; pairs of earlier sessions stay.

    The mask is the alpha that the user saw: map, settings, marks and strokes together. ``make_predictor`` is not
    called when there is nothing to add. Returns the number of corrections. Raises ``PhotoError`` and ``WriteError``
    types, and ``Cancelled`` between two photos; those that are written by then stay.
    """
    if not corrections:
        return 0
    control = control or Control()
    predictor = make_predictor()
    for correction in corrections:
        control.wait_if_paused()
        photo = read_photo(correction.path)
        marks = correction.marks if predictor.mode is Mode.CUTOUT else ()
        in_place = correction.map_file if predictor.mode is Mode.CUTOUT else None
        seen = predictor.predict(photo.rgb8()) if in_place is None else read_map(in_place)
        found = apply_marks(photo, seen, marks, lambda crop: predictor.predict(crop)[0])
        settings = settings_for(predictor.mode, correction.settings)
        alpha = make_alpha(photo, found.max(axis=0), settings, correction.strokes)
        save_correction(correction.path, alpha, folder)
    return len(corrections)
