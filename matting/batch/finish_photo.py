"""From a photo and its probability map to the bytes of its output files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.alpha import has_subject, make_alpha
from matting.alpha.tiles import enlarge, split
from matting.batch.jobs import Job
from matting.batch.output_names import cutout_kinds
from matting.cutout.cut import finish
from matting.cutout.frame import Frame
from matting.files.privacy import kept_metadata
from matting.files.writing.encode import encode, encode_grey
from matting.photo import Photo, Pixels
from matting.settings import CutSettings, Format, OutputSettings, Write

WHITE = "#ffffff"


@dataclass(frozen=True)
class Finished:
    """Kind → content of each file to write, and what the map says about the photo.

    With a canvas, ``scale`` is the largest at which the subject was written, 1 in the photo's own pixels, and
    ``wanted_scale`` the one that its share asked for: see ``matting.cutout.frame.Frame``.
    """

    files: dict[str, bytes]
    has_subject: bool
    scale: float | None = None
    wanted_scale: float | None = None


def finish_photo(
    photo: Photo,
    probability: NDArray[np.float32],
    job: Job,
    output: OutputSettings,
    kinds: Collection[str],
    classes: Sequence[str],
) -> Finished:
    """Cut ``photo`` by its map (classes, h, w) and encode each of ``kinds`` (``matting.batch.output_names.kinds_of``).

    Where no subject is found, or the photo is wholly transparent, only probability maps are made, unless
    ``output.write_empty``. Raises ``PhotoError``
    types for a background picture that cannot be read.
    """
    settings = job.settings
    opaque = photo.alpha is None or bool(photo.alpha.any())
    found = opaque and has_subject(probability, settings.threshold, job.strokes)
    files: dict[str, bytes] = {}
    frames: list[Frame] = []
    canvases = cutout_kinds(output)
    union: Pixels | None = None
    for kind in kinds:
        write, _, class_name = kind.partition("-")
        if write == Write.PROBABILITY:
            which = classes.index(class_name) if class_name else 0
            files[kind] = encode_grey(_at_photo_size(probability[which], photo), photo.metadata.dpi)
            continue
        if not found and not output.write_empty:
            continue
        if class_name and kind not in canvases:
            alpha = make_alpha(photo, probability[classes.index(class_name)], settings, job.strokes)
            files[kind] = encode_grey(alpha, photo.metadata.dpi)
            continue
        if union is None:
            union = make_alpha(photo, probability.max(axis=0), settings, job.strokes)
        if write == Write.MASK:
            files[kind] = encode_grey(union, photo.metadata.dpi)
        else:
            made = finish(photo, union, _writable(settings, output.format), canvases[kind], colour=output.colour)
            cutout = replace(made, metadata=kept_metadata(made.metadata, output.metadata))
            files[kind] = encode(cutout, output.format, job.source.stem, output.quality)
            if canvases[kind] is not None and cutout.frame is not None:
                frames.append(cutout.frame)
    largest = max(frames, key=lambda frame: frame.wanted_scale, default=None)
    if largest is None:
        return Finished(files, found)
    return Finished(files, found, largest.scale, largest.wanted_scale)


def _writable(settings: CutSettings, format: Format) -> CutSettings:
    """Put white behind a JPEG, which knows no transparency, where nothing else was chosen."""
    if format is Format.JPG and settings.background is None:
        return replace(settings, background=WHITE)
    return settings


def _at_photo_size(probability: NDArray[np.float32], photo: Photo) -> NDArray[np.uint8]:
    """Return one class's map as grey of photo size, enlarged as alpha is: a cut made from it is nearly the same."""
    height, width = photo.height, photo.width
    cells = np.clip(np.nan_to_num(probability), 0, 1)
    if cells.shape[0] > height or cells.shape[1] > width:
        size = (min(cells.shape[1], width), min(cells.shape[0], height))
        cells = np.asarray(cv2.resize(cells, size, interpolation=cv2.INTER_AREA))
    grey = np.empty((height, width), np.uint8)

    for tile in split(height, width):
        part = enlarge(cells[None], tile, height, width, cubic=True)[0]
        grey[tile.rows, tile.columns] = np.rint(np.clip(part, 0, 1) * 255)
    return grey
