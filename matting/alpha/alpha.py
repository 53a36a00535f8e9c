"""From a probability map to alpha at photo resolution: threshold, islands, strokes, edges, shift and feather."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from matting.alpha.edges import UNDECIDED, align, tile_alpha
from matting.alpha.islands import fill_holes, keep_largest
from matting.alpha.numeric import Floats, from_unit, smoothstep, to_unit
from matting.alpha.outline import adjust_outline
from matting.alpha.resample import resize
from matting.alpha.strokes import DrawnStroke, Stroke, finds_subject, strokes_on
from matting.alpha.tiles import Tile, enlarge, split, tile_extremes
from matting.photo import Photo, Pixels
from matting.settings import CutSettings, Edges


def make_alpha(photo: Photo, probability: Floats, settings: CutSettings, strokes: Sequence[Stroke] = ()) -> Pixels:
    """Return the subject's opacity at photo resolution, in the photo's dtype over its full range, (height, width).

    ``probability`` is one class's map (h, w) in [0, 1], of any size, covering the whole photo; ``strokes`` are in
    photo pixels. The photo's own alpha multiplies the result. Raises ``ValueError`` for a map of another shape.

    With edges off, alpha is ``opacity`` of the enlarged map. With aligned edges the threshold shifts the map's odds
    (``shift_odds``), the outline is solved on the photo, and softness is the contrast of what was solved: 0 is a hard
    mask, the default barely touches it.
    """
    if probability.ndim != 2 or probability.size == 0:
        raise ValueError(f"a probability map has shape (h, w), not {probability.shape}")
    probability = _not_larger(np.clip(np.nan_to_num(probability), 0, 1), photo.height, photo.width)
    if settings.largest_only:
        probability = keep_largest(probability, settings.threshold)
    if settings.fill_holes:
        probability = fill_holes(probability, settings.threshold)
    painter = _plain if settings.edges is Edges.OFF else _aligned
    alpha = painter(photo, probability, settings, strokes)
    hundredth = max(photo.height, photo.width) / 100
    if settings.edge_shift or settings.feather:
        alpha = adjust_outline(alpha, settings.edge_shift * hundredth, settings.feather * hundredth)
    if photo.alpha is not None:
        alpha = from_unit(to_unit(alpha) * to_unit(photo.alpha), photo.rgb.dtype)
    return alpha


def opacity(probability: Floats, settings: CutSettings) -> Floats:
    """Return the smoothstep from t - s to t + s (threshold, softness): 0 stays 0 and 1 becomes 1 at any setting.

    >>> opacity(np.float32([0, 0.4, 0.5, 1]), CutSettings(threshold=0.5, softness=0.2)).round(2).tolist()
    [0.0, 0.1599999964237213, 0.5, 1.0]
    """
    low = max(settings.threshold - settings.softness, 0.0)
    high = min(settings.threshold + settings.softness, 1.0)
    if high - low < 1e-6:
        return (probability >= np.float32(max(high, 1e-6))).astype(np.float32)
    return smoothstep(probability, low, high)


def shift_odds(probability: Floats, threshold: float) -> Floats:
    """Return the map with ``threshold`` moved to one half: its odds divided by the threshold's own; 0 and 1 stay.

    >>> shift_odds(np.float32([0, 0.25, 0.5, 1]), 0.25).tolist()
    [0.0, 0.5, 0.75, 1.0]
    """
    if threshold == 0.5:
        return probability
    for_it, against = probability * np.float32(1 - threshold), (1 - probability) * np.float32(threshold)
    total = for_it + against
    # Where both vanish the threshold is 0 or 1 and the map says the same: it decides.
    return np.where(total > 0, for_it / np.maximum(total, np.float32(1e-30)), probability).astype(np.float32)


def has_subject(probability: Floats, threshold: float, strokes: Sequence[Stroke] = ()) -> bool:
    """Return ``finds_subject`` of a map's highest value; ``probability`` (classes, h, w) or (h, w)."""
    return finds_subject(float(np.nan_to_num(probability).max(initial=0)), threshold, strokes)


def _plain(photo: Photo, probability: Floats, settings: CutSettings, strokes: Sequence[Stroke]) -> Pixels:
    """Put the enlarged map through threshold and softness (edges off)."""

    def paint(tile: Tile) -> Floats:
        return _enlarged_opacity(probability, tile, photo, settings)

    return _paint(photo, opacity(probability, settings), 2, paint, strokes, core=False)


def _aligned(photo: Photo, probability: Floats, settings: CutSettings, strokes: Sequence[Stroke]) -> Pixels:
    """Solve small, enlarge as a function of colour, as far as the solution can be trusted (edges fine or hair)."""
    height, width = photo.height, photo.width
    solved = align(photo.rgb, shift_odds(probability, settings.threshold), settings.edges, strokes)
    if solved is None:
        return _plain(photo, probability, settings, strokes)
    contrast = _contrast(settings.softness, solved.doubt)
    planes = np.concatenate([solved.slopes, [solved.offset, solved.trust]])

    def paint(tile: Tile) -> Floats:
        *slopes, offset, trust = enlarge(planes, tile, height, width)
        plain = _enlarged_opacity(probability, tile, photo, settings)
        part = tile_alpha(to_unit(photo.rgb[tile.rows, tile.columns]), np.stack(slopes), offset)
        part = np.clip((part - UNDECIDED) * contrast + UNDECIDED, 0, 1)
        trusted = np.asarray(plain + trust * (part - plain), np.float32)
        return trusted if settings.softness > 0 else (trusted >= UNDECIDED).astype(np.float32)

    return _paint(photo, solved.decided, 2, paint, strokes, core=True)


def _enlarged_opacity(probability: Floats, tile: Tile, photo: Photo, settings: CutSettings) -> Floats:
    """Return the part ``tile`` of the enlarged map through threshold and softness."""
    enlarged = enlarge(probability[None], tile, photo.height, photo.width, cubic=True)[0]
    return opacity(np.clip(enlarged, 0, 1), settings)


def _paint(
    photo: Photo,
    small: Floats,
    margin: int,
    paint: Callable[[Tile], Floats],
    strokes: Sequence[Stroke],
    core: bool,
) -> Pixels:
    """Fill the tiles over which ``small`` is 0 or 1 throughout, ``paint`` the others, and apply the strokes to all."""
    height, width = photo.height, photo.width
    least, most = tile_extremes(small, height, width, margin)
    alpha = np.zeros((height, width), photo.rgb.dtype)
    top = np.iinfo(alpha.dtype).max
    drawn = [DrawnStroke(stroke, height, width) for stroke in strokes]

    for tile, low, high in zip(split(height, width), least.ravel().tolist(), most.ravel().tolist(), strict=True):
        touched = [stroke for stroke in drawn if stroke.touches(tile)]
        if not touched and (high <= 0 or low >= 1):
            if low >= 1:
                alpha[tile.rows, tile.columns] = top
            continue
        part = np.full(tile.shape, low, np.float32) if high <= 0 or low >= 1 else paint(tile)
        if touched:
            painted, unpainted = strokes_on(touched, tile, core)
            part = np.clip(painted + unpainted * part, 0, 1)
        alpha[tile.rows, tile.columns] = from_unit(part, alpha.dtype)
    return alpha


def _contrast(softness: float, doubt: float) -> np.float32:
    """Return how much steeper than solved alpha is written.

    At the default softness of 0.2 the outer 3 % at either end are cut off, 20 % with a map in full doubt, which rids
    real maps of their veil; from 0.5 on alpha is written as solved.
    """
    usual = 0.03 + 0.17 * doubt
    cut = 0.5 - (0.5 - usual) * softness / 0.2 if softness < 0.2 else usual * max(0.5 - softness, 0.0) / 0.3
    return np.float32(1 / max(1 - 2 * cut, 1e-3))


def _not_larger(probability: Floats, height: int, width: int) -> Floats:
    """Return the map, reduced by area where it is larger than the photo."""
    rows, columns = min(probability.shape[0], height), min(probability.shape[1], width)
    probability = np.asarray(probability, np.float32)
    if (rows, columns) == probability.shape:
        return probability
    return np.clip(resize(probability, rows, columns, cv2.INTER_AREA), 0, 1)
