"""Retina photos: where the eye is in them, and how much of it is vessel."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]

# The surround of a retina photo is black but for the sensor's noise and what the lens scatters.
_DARKEST, _LEAST_COVER = 12, 0.2


def find_field(rgb: NDArray[np.uint8]) -> Bools:
    """Find the field of view of a retina photo: ``True`` where the eye is, for (h, w, 3), uint8, RGB.

    The lit disc is told from the black surround by Otsu's threshold on the red channel, which is bright over the whole
    retina; the largest part is taken, filled and smoothed. A photo without a black surround is all field.
    """
    height, width = rgb.shape[:2]
    red = cv2.medianBlur(np.ascontiguousarray(rgb[..., 0]), 5)
    otsu, _ = cv2.threshold(red, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    # Otsu may split the retina itself; well below its value lies the gap between retina and surround.
    lit = (red > max(_DARKEST, 0.4 * otsu)).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(lit, connectivity=4)
    if count < 2:
        return np.ones((height, width), bool)
    largest = 1 + int(statistics[1:, cv2.CC_STAT_AREA].argmax())
    if statistics[largest, cv2.CC_STAT_AREA] < _LEAST_COVER * height * width:
        return np.ones((height, width), bool)
    disc = (labels == largest).astype(np.uint8)
    outlines, _ = cv2.findContours(disc, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(disc, outlines, -1, 1, cv2.FILLED)
    side = max(3, round(min(height, width) / 100) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    # The border counts as dark, else opening would remove nothing where the frame cuts the disc off.
    return np.asarray(cv2.morphologyEx(disc, cv2.MORPH_OPEN, kernel) > 0)


@dataclass(frozen=True)
class VesselMeasures:
    """Of one retina photo: pixels in the field of view, of them vessel, and ``density``, their ratio in [0, 1]."""

    photo: str
    width: int
    height: int
    field_pixels: int
    vessel_pixels: int
    density: float


def measure_vessels(photo: str, vessels: Bools, field: Bools) -> VesselMeasures:
    """Count vessels (h, w) inside the field of view (h, w); ``photo`` is the name to list them by.

    >>> vessels, field = np.array([[True, True, False, False]]), np.array([[False, True, True, True]])
    >>> measure_vessels("eye.png", vessels, field).density
    0.3333333333333333
    """
    inside = int(field.sum())
    found = int((vessels & field).sum())
    return VesselMeasures(photo, vessels.shape[1], vessels.shape[0], inside, found, found / inside if inside else 0.0)


def measures_as_csv(rows: Iterable[VesselMeasures]) -> str:
    """Return a table for spreadsheets (RFC 4180), a line a photo."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [entry.name for entry in fields(VesselMeasures)])
    writer.writeheader()
    writer.writerows({**asdict(row), "density": f"{row.density:.6f}"} for row in rows)
    return text.getvalue()
