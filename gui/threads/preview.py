"""The live cutout of the photo being looked at, computed off the GUI thread with the engine's own ``cut``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gui.threads.latest import Latest
from matting.errors import KirieError
from matting.photo import Photo
from matting.settings import CanvasSize, CutSettings, Edges, Shadow
from matting.system.unexpected import as_kirie_error

if TYPE_CHECKING:
    from matting.alpha.strokes import Stroke

LIVE_BUDGET_S = 0.012
"""What one step of a slider may cost, so that the picture follows the slider at 60 steps a second."""
REST_S = 0.12
"""A slider that has not moved for this long rests."""
AHEAD_S = 0.025
"""What a quick cutout is given before the whole one, which takes the processor from it, is begun."""


@dataclass(frozen=True)
class _Request:
    number: int
    photo: Photo
    probability: NDArray[np.float32]
    settings: CutSettings
    strokes: tuple[Stroke, ...]
    factor: float
    path: Path
    canvas: CanvasSize | None = None

    def only_slides(self, before: _Request) -> bool:
        """Tell whether nothing but a slider moved since ``before``."""
        slid = replace(
            before.settings,
            threshold=self.settings.threshold,
            softness=self.settings.softness,
            edge_shift=self.settings.edge_shift,
            feather=self.settings.feather,
            padding=self.settings.padding,
            share=self.settings.share,
            margin=self.settings.margin,
            shadow_opacity=self.settings.shadow_opacity,
            shadow_blur=self.settings.shadow_blur,
            shadow_distance=self.settings.shadow_distance,
            shadow_angle=self.settings.shadow_angle,
        )
        same = self.probability is before.probability and self.canvas == before.canvas
        return same and self.strokes == before.strokes and slid == self.settings


@dataclass(frozen=True)
class _Step:
    """A request as one of the two threads computes it."""

    request: _Request
    settings: CutSettings

    @property
    def rank(self) -> tuple[int, bool]:
        """Later requests, and of one request the whole cutout, replace what is shown."""
        return self.request.number, self.settings == self.request.settings


class Preview(QObject):
    """Two threads, on each of which only the newest request waits; older ones are dropped.

    The whole cutout takes a moment: edges are solved, edge colours estimated. So while a slider moves, one thread
    follows the hand with what can be had within ``LIVE_BUDGET_S``, simplified as far as this machine needs it, and
    the other one computes the whole cutout once the slider rests. A new photo is shown the same way.

    Signals, on the thread that owns this object:
        ready(Cutout): at the resolution of the requested photo, transparent whatever the background: that is painted
            by the canvas. Never for a photo other than the last requested one, never an older one after a newer one,
            never one that lacks the last strokes.
        failed(KirieError): the cutout could not be made.
    """

    ready = Signal(object)
    failed = Signal(object)
    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last: _Request | None = None
        self._oldest_shown = 0
        self._number = 0
        self._shown: tuple[int, bool] = (0, False)
        self._pace = _Pace()
        self._done.connect(self._deliver)
        # The user waits for the live preview while a slider moves, so its thread keeps its priority during a batch.
        self._live = Latest("kirie-preview-live", self._compute, self._fail, background=False)
        self._rest = Latest("kirie-preview-rest", self._compute, self._fail)
        for thread in (self._live, self._rest):
            thread.start()

    def request(
        self,
        photo: Photo,
        probability: NDArray[np.float32],
        settings: CutSettings,
        strokes: Sequence[Stroke] = (),
        full_size: tuple[int, int] | None = None,
        path: Path = Path(),
        canvas: CanvasSize | None = None,
    ) -> None:
        """Ask for the cutout of a screen-size ``photo`` from its probability map (classes, h, w).

        ``strokes`` and ``settings.padding`` are in pixels of the full photo, whose (width, height) is ``full_size``;
        ``None``: ``photo`` is the full one. ``path`` names the photo in errors. On a ``canvas`` the cutout is placed
        as in the file, at the resolution of ``photo``. Returns at once.
        """
        before = self._last
        self._number += 1
        factor = photo.width / full_size[0] if full_size else 1.0
        request = _Request(self._number, photo, probability, settings, tuple(strokes), factor, path, canvas)
        self._last = request
        fresh = before is None or photo is not before.photo
        if fresh:
            self._oldest_shown = request.number
        slides = before is not None and not fresh and request.only_slides(before)
        quick = self._pace.simplified(request) if fresh or slides else settings
        if slides and quick == settings:
            self._live.put(_Step(request, settings))
            self._rest.drop()
            return
        self._live.drop()
        if quick != settings:
            self._live.put(_Step(request, quick))
        pause = REST_S if slides else AHEAD_S if quick != settings else 0.0
        self._rest.put(_Step(request, settings), due=monotonic() + pause)

    def drop(self) -> None:
        """Forget what was asked: the photo is no longer looked at."""
        self._last = None
        self._oldest_shown = self._number + 1
        self._live.drop()
        self._rest.drop()

    def close(self) -> None:
        """Stop both threads after what they are computing, and wait for them. Nothing is delivered any more."""
        self.drop()
        for thread in (self._live, self._rest):
            thread.close()

    def _deliver(self, step: _Step, outcome: object) -> None:
        last = self._last
        if last is None or step.request.number < self._oldest_shown or step.rank < self._shown:
            return
        if step.request.strokes != last.strokes:  # it would wipe a newer stroke from the canvas for a moment
            return
        self._shown = step.rank
        if isinstance(outcome, KirieError):
            self.failed.emit(outcome)
        else:
            self.ready.emit(outcome)

    def _compute(self, step: _Step) -> None:
        """Compute a step, on either thread."""
        from matting.alpha.strokes import scale_strokes
        from matting.cutout.cut import cut

        request = step.request
        visible = replace(step.settings, background=None)
        start = perf_counter()
        strokes, factor = scale_strokes(request.strokes, request.factor), request.factor
        cutout = cut(request.photo, request.probability, visible, strokes, request.canvas, factor)
        self._pace.record(request.photo, step.settings, perf_counter() - start)
        self._done.emit(step, cutout)

    def _fail(self, step: _Step, error: Exception) -> None:
        self._done.emit(step, as_kirie_error(step.request.path, error))


class _Pace:
    """Remembers what a cutout costs a pixel."""

    def __init__(self) -> None:
        self._cost: dict[tuple[bool, Edges, bool], float] = {}

    def record(self, photo: Photo, settings: CutSettings, seconds: float) -> None:
        self._cost[_kind(settings)] = seconds / (photo.width * photo.height)

    def simplified(self, request: _Request) -> CutSettings:
        """Return the settings themselves where they are known to keep within the budget; else the quickest ones."""
        whole = request.settings
        cost = self._cost.get(_kind(whole))
        if cost is not None and cost * request.photo.width * request.photo.height <= LIVE_BUDGET_S:
            return whole
        return replace(whole, decontaminate=False, edges=Edges.OFF)


def _kind(settings: CutSettings) -> tuple[bool, Edges, bool]:
    """Return what makes one cutout dearer than another."""
    return settings.decontaminate, settings.edges, settings.shadow is not Shadow.NONE
