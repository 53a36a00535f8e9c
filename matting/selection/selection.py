"""From a photo, its probability map and a user's marks to a new probability map."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from matting.alpha.numeric import Floats
from matting.alpha.resample import resize
from matting.cutout.cut import shrink_photo
from matting.photo import Photo
from matting.selection.looks import Crop, Look, find_at, find_in
from matting.selection.marks import Mark, MarkKind
from matting.selection.pieces import FOUND, drop_clicked, keep_only, things
from matting.selection.working_copy import WorkingCopy

_Made = TypeVar("_Made")
_WHOLE = Crop(0, 1, 0, 1)

LOOK_SIDE = 1600
"""Long side in pixels of the copy that a predictor is asked about: the window's own."""
_UNCHANGED, _CHANGED = 0.02, 0.07
"""Smaller changes of probability are not made, larger ones wholly."""
_AROUND = 0.25
"""Surroundings in the window that marks are followed in, at each side, as a part of its long side."""
_GRID = 16
"""Windows begin and end on a grid of so many cells a side, so that most marks find the last one's ready."""
_BESIDE = 0.1
"""How near to what is found, as a part of the long side, a click means a part of that."""
_MOST_REMEMBERED = 32
"""Working copies and things found, of a megabyte or two each, that are kept for the next marks."""
_BACKGROUND = 0.1
"""Where the map is surer than this that there is nothing, a click asks for another look."""


def selection_of(photo: Photo, probability: Floats, look: Look | None = None) -> Selection:
    """Return the engine of a photo; the same for a photo and for its copy of ``LOOK_SIDE``, but for where marks count.

    Window and batch both come here, so that what is shown is what is written.
    """
    return Selection(shrink_photo(photo, LOOK_SIDE).rgb8(), probability, look, (photo.height, photo.width))


class Selection:
    """The marks' engine of one photo; made once, asked after every mark. Not for several threads at once.

    ``rgb`` (height, width, 3) is the photo at any size, ``size`` the (height, width) that marks are counted in, the
    photo's own unless given. ``probability`` (h, w) in [0, 1] covers the whole photo. ``look`` is a predictor that is
    asked about parts of the photo; without it boxes and clicks on the background go by colour and distance alone.
    """

    def __init__(
        self,
        rgb: NDArray[np.uint8],
        probability: Floats,
        look: Look | None = None,
        size: tuple[int, int] | None = None,
    ) -> None:
        self._rgb, self._first, self._look = rgb, probability, look
        self._height, self._width = size or rgb.shape[:2]
        self._made: OrderedDict[object, object] = OrderedDict()
        least = self._copy(_WHOLE).shape
        shape = max(probability.shape[0], least[0]), max(probability.shape[1], least[1])
        self._enlarged = probability
        if shape != probability.shape:
            self._enlarged = np.clip(resize(probability, *shape, cv2.INTER_CUBIC), 0, 1)
        self._settled: tuple[Floats, Crop, Floats] | None = None

    def select(self, marks: Sequence[Mark]) -> Floats:
        """Return the map after the marks, in [0, 1], at least as large as the first one; without marks that one itself.

        What is far from all marks, by colour and distance, is exactly as in the first map, enlarged where that was
        smaller than the copy that marks are followed on. Where marks overlap the later one counts.
        """
        marks = tuple(marks)
        if not marks:
            return self._first
        alone = max(
            (at for at, mark in enumerate(marks) if mark.kind in (MarkKind.ONLY, MarkKind.ONLY_BOX)), default=-1
        )
        base, rest = self._enlarged, marks[alone + 1 :]
        if alone >= 0:
            base = self._remembered(marks[: alone + 1], lambda: self._only(marks[:alone], marks[alone]))
        clicked = [mark for mark in rest if mark.kind is not MarkKind.BOX]
        for mark in rest:
            if mark.kind is MarkKind.BOX:
                base = self._box(base, mark)
            elif mark.kind is MarkKind.CLICK and mark.keep:
                base = self._click(base, mark)
        # Beside other corrections an erase click takes away a part, up to its edges.
        if clicked and not any(mark.keep for mark in clicked):
            clicks, strokes = (
                [self._pixel(mark, base) for mark in clicked if mark.kind is kind]
                for kind in (MarkKind.CLICK, MarkKind.STROKE)
            )
            if clicks:
                base = drop_clicked(base, self._things(base), clicks, strokes)
        return self._follow(base, clicked)

    def _only(self, before: tuple[Mark, ...], mark: Mark) -> Floats:
        if mark.kind is MarkKind.ONLY_BOX:
            return self._box(np.zeros_like(self._enlarged), mark)
        base = self.select(before) if before else self._enlarged
        labels, at = self._things(base), self._pixel(mark, base)
        if not labels[at]:
            found = self.select((Mark(True, MarkKind.CLICK, mark.points, mark.radius),))
            labels, base = self._things(found), np.maximum(base, found)
        return keep_only(base, labels == labels[at]) if labels[at] else base

    def _things(self, base: Floats) -> NDArray[np.int32]:
        """Return the number of the thing at each pixel of a map, parted along the photo's edges; 0 where none is."""
        whole = self._copy(_WHOLE)

        def find() -> NDArray[np.int32]:
            return things(base, resize(base, *whole.shape, cv2.INTER_AREA), whole.nearest)

        return self._remembered("things", find) if base is self._enlarged else find()

    def _box(self, base: Floats, mark: Mark) -> Floats:
        (x, y), (right, bottom) = np.sort(np.array(mark.points), axis=0) / (self._width, self._height)
        crop = Crop(*np.clip((y, bottom, x, right), 0, 1).tolist())
        if mark.kind is MarkKind.BOX and not mark.keep:
            base = base.copy()
            base[crop.on(*base.shape)] = 0
            return base
        look = self._look
        if look is None:
            box = np.ones(self._copy(_WHOLE).shape, bool)
            box[crop.on(*box.shape)] = False
            centre = Crop((y + bottom) / 2, (y + bottom) / 2, (x + right) / 2, (x + right) / 2)
            return np.maximum(base, self._grown(centre.on(*box.shape), box, base.shape))
        found = self._remembered((crop, base.shape), lambda: find_in(look, self._rgb, crop, *base.shape))
        return np.maximum(base, found)

    def _click(self, base: Floats, mark: Mark) -> Floats:
        """Return the map with the thing under a keep click, where that lies on the background.

        Beside what is found already the click is for a missing part, which needs no look.
        """
        at = self._pixel(mark, base)
        reach = round(_BESIDE * max(base.shape))
        beside = base[tuple(slice(max(place - reach, 0), place + reach + 1) for place in at)]
        if base[at] >= _BACKGROUND or beside.max() >= FOUND:
            return base
        found = self._remembered((mark.points, base.shape), lambda: self._thing(mark, base.shape))
        return base if found is None else np.maximum(base, found)

    def _thing(self, mark: Mark, shape: tuple[int, int]) -> Floats | None:
        """Return what is under a click on the background."""
        (x, y), *_ = mark.points
        if self._look is not None:
            return find_at(self._look, self._rgb, y / self._height, x / self._width, *shape)
        if self._enlarged.max() >= FOUND:
            return None
        border = np.ones(self._copy(_WHOLE).shape, bool)
        border[1:-1, 1:-1] = False
        return self._grown(self._pixel(mark, border), border, shape)

    def _grown(
        self, at: tuple[int | slice, int | slice], background: NDArray[np.bool_], shape: tuple[int, ...]
    ) -> Floats:
        """Return a map of what is nearer to a place than to the ``background``, by colour and distance."""
        subject = np.zeros_like(background)
        subject[at] = True
        return np.clip(resize(self._copy(_WHOLE).grow(subject, background), *shape), 0, 1)

    def _follow(self, base: Floats, marks: Sequence[Mark]) -> Floats:
        """Return the map with the marks' places certain and their surroundings, up to edges, decided anew."""
        if not marks:
            return base
        window = self._window(base, marks)
        copy, at = self._copy(window), window.on(*base.shape)
        prior = np.clip(resize(base[at], *copy.shape, cv2.INTER_AREA), 1e-4, 1 - 1e-4)
        certain = copy.draw(marks)
        solved, near = copy.follow(prior, certain)
        # Solving alone moves soft edges a little everywhere: only what the marks changed counts.
        if self._settled is None or self._settled[0] is not base or self._settled[1] != window:
            self._settled = base, window, copy.settle(prior)
        change = np.where(certain.any(axis=0), 1, near * np.abs(solved - self._settled[2]))
        share = np.clip((change - _UNCHANGED) / (_CHANGED - _UNCHANGED), 0, 1).astype(np.float32)
        result, part = base.copy(), base[at]
        share, solved = (resize(plane, *part.shape) for plane in (share, solved))
        result[at] = part + share * (solved - part)
        return result

    def _window(self, base: Floats, marks: Sequence[Mark]) -> Crop:
        """Return the part of the photo with all that is found and marked, and some surroundings."""
        found = base >= _BACKGROUND
        rows, columns = (np.flatnonzero(found.any(axis=axis)) / found.shape[1 - axis] for axis in (1, 0))
        points = np.array([point for mark in marks for point in mark.points])
        radius = max(mark.radius for mark in marks)
        sides = []
        for there, marked, length in ((rows, points[:, 1], self._height), (columns, points[:, 0], self._width)):
            reached = np.concatenate([there, (marked - radius) / length, (marked + radius) / length])
            sides.append((max(float(reached.min()), 0.0), min(float(reached.max()), 1.0)))
        (top, bottom), (left, right) = sides
        more = _AROUND * max((bottom - top) * self._height, (right - left) * self._width)
        rim_y, rim_x = more / self._height, more / self._width
        low = np.floor(np.array((top - rim_y, left - rim_x)) * _GRID) / _GRID
        high = np.ceil(np.array((bottom + rim_y, right + rim_x)) * _GRID) / _GRID
        (top, left), (bottom, right) = np.clip((low, high), 0, 1).tolist()
        return Crop(top, bottom, left, right)

    def _copy(self, window: Crop) -> WorkingCopy:
        return self._remembered(window, lambda: WorkingCopy(self._rgb, window, (self._height, self._width)))

    def _pixel(self, mark: Mark, map_: NDArray[np.generic]) -> tuple[int, int]:
        """Return the pixel (row, column) of a map of the photo under a mark's first point."""
        x, y = mark.points[0]
        row, column = int(y / self._height * map_.shape[0]), int(x / self._width * map_.shape[1])
        return min(max(row, 0), map_.shape[0] - 1), min(max(column, 0), map_.shape[1] - 1)

    def _remembered(self, key: object, make: Callable[[], _Made]) -> _Made:
        if key not in self._made:
            self._made[key] = make()
            while len(self._made) > _MOST_REMEMBERED:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key]  # type: ignore[return-value]  # a key is always made by the same function
