"""Varying photos so that a network learns subjects instead of pictures: numpy and OpenCV, on uint8.

Everything random comes from the generator that is passed in: the same generator gives the same crop.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.data.backgrounds import replace_background
from models.training.data.masks import Bytes
from models.training.data.pictures import Sample
from models.training.settings import Augmentation

Rng = np.random.Generator
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


def vary_subject(sample: Sample, other: Sample, size: int, how: Augmentation, rng: Rng) -> Sample:
    """Return a crop of a cutout photo, squashed to (size, size) as for prediction; ``other`` lends backgrounds."""
    height, width = sample.rgb.shape[:2]
    # From the whole photo down to e^-2·zoom of its sides; aspect and angle as settings say.
    zoom = float(np.exp(rng.uniform(-2 * how.zoom, 0.1 * how.zoom)))
    stretch = float(np.exp(rng.uniform(-how.aspect, how.aspect) / 2))
    extent = np.array([width * zoom * stretch, height * zoom / stretch])
    slack = np.abs(np.array([width, height]) - extent) / 2
    centre = np.array([width, height]) / 2 + rng.uniform(-1, 1, 2) * slack
    matrix = _matrix(centre, np.array([size, size]) / extent, size, how, rng)
    crop = _warp(sample, matrix, size, None)
    # At the crop's size: freeing a whole photo's colours took a core a seventh of the time at 128 px.
    if how.background and rng.random() < how.background:
        crop = replace_background(crop, other, rng)
    return vary_colours(crop, how, rng)


def vary_patch(sample: Sample, size: int, how: Augmentation, rng: Rng) -> Sample:
    """Return a patch (size, size) of a retina at its native resolution, its centre inside the field of view."""
    height, width = sample.rgb.shape[:2]
    if sample.inside is None:
        centre = rng.uniform(0, 1, 2) * (width, height)
    else:
        rows, columns = np.nonzero(sample.inside)
        place = rng.integers(len(rows)) if len(rows) else 0
        centre = np.array([columns[place], rows[place]], float) if len(rows) else np.array([width, height]) / 2
    zoom = np.exp(rng.uniform(-how.zoom, how.zoom) + rng.uniform(-how.aspect, how.aspect, 2))
    matrix = _matrix(centre, zoom, size, how, rng)
    bend = _elastic(size, rng) if rng.random() < how.elastic else None
    return vary_colours(_warp(sample, matrix, size, bend), how, rng)


def vary_colours(sample: Sample, how: Augmentation, rng: Rng) -> Sample:
    """Return the same picture in another light, through another camera."""
    rgb = sample.rgb
    if rng.random() < how.clahe:
        rgb = local_contrast(rgb)
    if rng.random() < how.green:
        rgb = np.repeat(rgb[..., 1:2], 3, axis=2)
    if rng.random() < how.blur:
        rgb = cast(Bytes, cv2.GaussianBlur(rgb, (0, 0), float(rng.uniform(0.4, 1.2))))
    x = rgb.astype(np.float32) / 255
    x = x ** np.float32(np.exp(rng.uniform(-how.gamma, how.gamma)))
    mean = x.mean()
    x = (x - mean) * np.float32(np.exp(rng.uniform(-how.contrast, how.contrast))) + mean
    grey = x @ np.array([0.299, 0.587, 0.114], np.float32)
    colourful = 0.0 if rng.random() < how.grey else float(np.exp(rng.uniform(-how.saturation, how.saturation)))
    x = grey[..., None] + (x - grey[..., None]) * np.float32(colourful)
    x *= np.exp(rng.uniform(-how.light, how.light) + rng.uniform(-how.tint, how.tint, 3)).astype(np.float32)
    if rng.random() < how.noise:
        x += rng.normal(0, rng.uniform(0.005, 0.03), x.shape).astype(np.float32)
    rgb = (x.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    if rng.random() < how.jpeg:
        rgb = _jpeg(rgb, int(rng.integers(30, 90)))
    return Sample(rgb, sample.target, sample.inside)


def local_contrast(rgb: Bytes) -> Bytes:
    """Equalise the lightness locally, with limited contrast (CLAHE; Zuiderveld 1994)."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(2.0, (4, 4)).apply(lab[..., 0])
    return cast(Bytes, cv2.cvtColor(lab, cv2.COLOR_LAB2RGB))


def _matrix(centre: Doubles, scale: Doubles, size: int, how: Augmentation, rng: Rng) -> Doubles:
    """Return the affine map from photo to crop: ``centre`` to the middle, turned, scaled by (x, y), perhaps flipped."""
    angle = np.deg2rad(rng.uniform(-how.angle, how.angle))
    flips = np.array([rng.random() < how.flip, rng.random() < how.flip_down])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag(np.where(flips, -1, 1) * scale)
    return np.column_stack([linear, size / 2 - linear @ centre])


def _warp(sample: Sample, matrix: Doubles, size: int, bend: Floats | None) -> Sample:
    """Put photo, target and field through the same map; what lies outside the photo is mirrored."""
    inside = None if sample.inside is None else _map(sample.inside, matrix, size, bend)
    return Sample(
        _map(_smooth(sample.rgb, matrix), matrix, size, bend),
        _map(_smooth(sample.target, matrix), matrix, size, bend).reshape(size, size, -1),
        None if inside is None else ((inside > 127) * np.uint8(255)).astype(np.uint8),
    )


def _smooth(pixels: Bytes, matrix: Doubles) -> Bytes:
    """Average over the pixels that a strong reduction would skip, as prediction's resizing does."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    sigma = 0.4 * (1 / scale - 1)
    return cast(Bytes, cv2.GaussianBlur(pixels, (0, 0), sigma)) if sigma > 0.1 else pixels


def _map(pixels: Bytes, matrix: Doubles, size: int, bend: Floats | None) -> Bytes:
    if pixels.ndim == 3 and pixels.shape[2] > 4:  # more than OpenCV maps at once: many classes
        layers = [_map(np.ascontiguousarray(pixels[..., n]), matrix, size, bend) for n in range(pixels.shape[2])]
        return np.stack(layers, axis=-1)
    if bend is None:
        mapped = cv2.warpAffine(pixels, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        return cast(Bytes, mapped)
    back = cv2.invertAffineTransform(matrix)
    source = bend @ back[:, :2].T + back[:, 2]
    x, y = source[..., 0].astype(np.float32), source[..., 1].astype(np.float32)
    return cast(Bytes, cv2.remap(pixels, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))


def _elastic(size: int, rng: Rng) -> Floats:
    """Return the positions (size, size, 2) of a crop's pixels, bent smoothly by a few pixels (Simard et al. 2003)."""
    coarse = max(3, size // 32)
    shift = rng.normal(0, 2.0, (coarse, coarse, 2)).astype(np.float32)
    grid = np.stack(np.meshgrid(np.arange(size), np.arange(size)), axis=-1).astype(np.float32)
    return cast(Floats, grid + cv2.resize(shift, (size, size), interpolation=cv2.INTER_CUBIC))


def _jpeg(rgb: Bytes, quality: int) -> Bytes:
    _, data = cv2.imencode(".jpg", np.ascontiguousarray(rgb[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cast(Bytes, cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1])
