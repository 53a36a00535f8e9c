"""Cutting one photo at once, for whoever waits for it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from matting.alpha.doubt import doubt_by
from matting.batch.apply_marks import find_subject
from matting.batch.existing_outputs import Resolver
from matting.batch.find_photos import FoundPhoto
from matting.batch.finish_photo import finish_photo
from matting.batch.jobs import Job, JobResult, JobState
from matting.batch.output_names import kinds_of, output_paths
from matting.batch.write_outputs import write_all
from matting.files.reading.read_photo import read_photo
from matting.predictor import Predictor
from matting.requests.request import Request
from matting.settings import OutputSettings, settings_for
from matting.system.unexpected import as_kirie_error


def answer(request: Request, output: OutputSettings, predictor: Predictor, model: str, number: int = 0) -> JobResult:
    """Cut a photo, write its files and return what became of it; never raises for what is wrong with the photo.

    Files that the request names are replaced; of several canvases the first one counts for them. Others are named and
    treated by ``output``, as in a batch of this photo alone. Nothing is noted in a journal.
    """
    started = time.monotonic()
    job = Job(request.source, None, settings_for(predictor.mode, request.settings), marks=request.marks)
    try:
        result = _cut(job, request, output, predictor, model, number)
    except Exception as error:
        result = JobResult(number, job, JobState.FAILED, error=as_kirie_error(request.source, error))
    return replace(result, seconds=time.monotonic() - started)


def _cut(
    job: Job, request: Request, output: OutputSettings, predictor: Predictor, model: str, number: int
) -> JobResult:
    present: tuple[Path, ...] = ()
    if request.outputs:
        output = replace(output, format=request.format or output.format, canvases=output.canvases[:1])
        targets = {str(write): path for write, path in request.outputs.items()}
    else:
        kinds = kinds_of(output, predictor.classes)
        (planned,) = output_paths([FoundPhoto(job.source, None)], output, kinds, model)
        decision = Resolver(output.existing).decide(job, planned, "")
        targets, present = dict(decision.targets), decision.present
        if not targets:
            return JobResult(number, job, JobState.SKIPPED, present)
    photo = read_photo(job.source)
    probability = find_subject(job, photo, predictor)
    finished = finish_photo(photo, probability, job, output, targets, predictor.classes)
    files = {targets[kind]: data for kind, data in finished.files.items()}
    write_all(files)
    return JobResult(
        number,
        job,
        JobState.DONE if finished.has_subject else JobState.NO_SUBJECT,
        (*present, *files),
        doubt_by(predictor, probability),
        width=photo.width,
        height=photo.height,
        damaged=photo.damaged,
        scale=finished.scale,
        wanted_scale=finished.wanted_scale,
    )
