"""Marks on the photo looked at, followed off the GUI thread."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gui.threads.latest import Latest
from gui.threads.map_cache import SmallMaps
from gui.threads.marked_maps import MarkedMaps
from matting.alpha.numeric import Floats
from matting.selection.marks import Mark
from matting.system.unexpected import as_kirie_error

if TYPE_CHECKING:
    from matting.selection.selection import Selection

REST_S = 0.25
"""How long a mouse rests over the background before the model is asked what is there."""


@dataclass(frozen=True)
class _Wish:
    maps: MarkedMaps
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Hover:
    """A mark that is not made yet: ``marks`` are those that are. ``threshold`` in [0, 1] says what shows of a map."""

    maps: MarkedMaps
    marks: tuple[Mark, ...]
    mark: Mark
    threshold: float
    rested: bool = False


class Selecting(QObject):
    """Two threads, on each of which only the newest request waits.

    ``selected(MarkedMaps, marks, PhotoMap)``: the map after the marks; ``failed(MarkedMaps, KirieError)``.
    ``kept(path)``: the map after the marks was put into ``small``, for the photo's picture in the list.
    ``foreseen(Hover, outlines)``: what a mark would change, as arrays (n, 2) of x and y in photo pixels.
    """

    selected = Signal(object, object, object)
    failed = Signal(object, object)
    kept = Signal(object)
    foreseen = Signal(object, object)

    def __init__(self, small: SmallMaps | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._small = small
        self._hovering: Hover | None = None
        self._serving: Hover | None = None
        self._foresight: tuple[MarkedMaps, Selection] | None = None
        # The user waits for it after a click: it keeps its priority during a batch.
        self._selecter = Latest("kirie-select", self._select, self._fail, background=False)
        self._foreseer = Latest("kirie-hover", self._foresee, self._fail_to_foresee, background=False)
        for thread in (self._selecter, self._foreseer):
            thread.start()

    def request(self, maps: MarkedMaps, marks: tuple[Mark, ...]) -> None:
        """Ask for the map after the marks."""
        self.hover(None)
        self._selecter.put(_Wish(maps, marks))

    def hover(self, hover: Hover | None) -> None:
        """Ask what a mark would change, or stop asking."""
        self._hovering = hover
        self._foreseer.drop()
        if hover is not None:
            self._foreseer.put(hover)

    def drop(self) -> None:
        """Forget what was asked: another photo is looked at."""
        self._selecter.drop()
        self.hover(None)
        self._foresight = None

    def close(self) -> None:
        """End the threads; close the predicting thread first, which they may be waiting for."""
        self.drop()
        for thread in (self._selecter, self._foreseer):
            thread.close()

    # -- on the threads -----------------------------------------------------------------------------------------

    def _select(self, wish: _Wish) -> None:
        made = wish.maps.after(wish.marks)
        self.selected.emit(wish.maps, wish.marks, made)
        if self._small is not None:
            self._small.put(wish.maps.path, wish.maps.model, made.probability, wish.marks)
            self.kept.emit(wish.maps.path)

    def _fail(self, wish: _Wish, error: Exception) -> None:
        if not isinstance(error, CancelledError):  # the window is being closed
            self.failed.emit(wish.maps, as_kirie_error(wish.maps.path, error))

    def _foresee(self, hover: Hover) -> None:
        foresight = self._foresight
        if foresight is None or foresight[0] is not hover.maps:
            foresight = self._foresight = hover.maps, hover.maps.selection(self._look)
        before = hover.maps.after(hover.marks).probability[0]
        self._serving = hover
        try:
            after = foresight[1].select((*hover.marks, hover.mark))
        except _NotSeenYet:
            self.foreseen.emit(hover, ())
            if not hover.rested:
                self._foreseer.put(replace(hover, rested=True), key="rested", due=monotonic() + REST_S)
            return
        self.foreseen.emit(hover, outlines(before, after, hover))

    def _look(self, rgb: NDArray[np.uint8]) -> Floats:
        """Ask the model only for a mouse that rests, and goes on resting."""
        serving, latest = self._serving, self._hovering
        assert serving is not None
        if (found := serving.maps.look.remembered(rgb)) is not None:
            return found
        if not serving.rested or latest is None or latest.mark != serving.mark:
            raise _NotSeenYet
        return serving.maps.look(rgb)

    def _fail_to_foresee(self, hover: Hover, error: Exception) -> None:  # noqa: ARG002
        """Show nothing; what fails here says so when the mark is made."""
        self.foreseen.emit(hover, ())


class _NotSeenYet(Exception):
    """The model would have to be asked."""


_SIDE = 640
"""Long side in pixels at which outlines are drawn."""
_LEAST_AREA = 12.0
"""Specks smaller than this many of those pixels are not shown."""


def outlines(before: Floats, after: Floats, hover: Hover) -> tuple[NDArray[np.float32], ...]:
    """Return the outlines, in photo pixels, of what comes (or goes, where the mark erases) between two maps (h, w)."""
    import cv2

    width, height = hover.maps.made.full_size
    factor = _SIDE / max(width, height)
    shape = max(round(width * factor), 1), max(round(height * factor), 1)
    least, most = (before, after) if hover.mark.keep else (after, before)
    there = [cv2.resize(plane, shape, interpolation=cv2.INTER_LINEAR) >= hover.threshold for plane in (most, least)]
    changed = (there[0] & ~there[1]).astype(np.uint8)
    found, _ = cv2.findContours(changed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    scale = np.array((width / shape[0], height / shape[1]), np.float32)
    return tuple(
        ((contour[:, 0, :].astype(np.float32) + 0.5) * scale)
        for contour in found
        if cv2.contourArea(contour) >= _LEAST_AREA
    )
