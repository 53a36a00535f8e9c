"""The marks of a job, read, checked and applied to the photo's probability map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matting.batch.jobs import Job
from matting.batch.probability_folder import read_map
from matting.photo import Photo
from matting.predictor import Predictor, SourcePredictor
from matting.selection.looks import Look
from matting.selection.marks import Mark
from matting.selection.marks_file import check_inside, read_marks
from matting.selection.selection import selection_of


def find_subject(job: Job, photo: Photo, predictor: Predictor) -> NDArray[np.float32]:
    """Return the photo's map (classes, h, w), or the mask that takes its place, after its marks.

    Raises what the predictor raises, ``MarksUnreadable`` and ``MarkOutside``.
    """
    marks, rgb = marks_of(job, photo), photo.rgb8()
    if job.map_file is not None and len(predictor.classes) == 1:
        return apply_marks(photo, read_map(job.map_file), marks, lambda crop: predictor.predict(crop)[0])
    if isinstance(predictor, SourcePredictor):
        return apply_marks(photo, predictor.predict_source(job.source, job.root, rgb), marks)
    return apply_marks(photo, predictor.predict(rgb), marks, lambda crop: predictor.predict(crop)[0])


def marks_of(job: Job, photo: Photo) -> tuple[Mark, ...]:
    """Return all marks of a photo, the file's first. Raises ``MarksUnreadable``, ``MarkOutside``."""
    marks = (*(read_marks(job.marks_file) if job.marks_file else ()), *job.marks)
    check_inside(marks, job.source, photo.height, photo.width)
    return marks


def apply_marks(
    photo: Photo, probability: NDArray[np.float32], marks: Sequence[Mark], look: Look | None = None
) -> NDArray[np.float32]:
    """Return the map (1, h, w) after the marks; maps of several classes, and without marks any, as they are."""
    if not marks or len(probability) != 1:
        return probability
    return selection_of(photo, probability[0], look).select(marks)[None]
