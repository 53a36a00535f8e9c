"""Small pictures for the list, made on a thread when a row is first painted."""

from __future__ import annotations

import itertools
import logging
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from gui.look.images import cutout_image, rgb_image
from gui.threads.latest import Latest
from gui.threads.map_cache import SmallMaps
from matting.alpha.strokes import Stroke
from matting.selection.marks import Mark
from matting.settings import CutSettings, Edges
from matting.system.unexpected import as_kirie_error

log = logging.getLogger(__name__)

SIDE = 112
"""Long side in device pixels: sharp at 56 logical pixels on a 2x screen."""
KEPT = 1500
"""About 75 MB at most."""
REST_S = 0.3
"""A thumbnail follows once the hand rests so long."""
WAITING = 48
"""Rows that scrolled away before their turn are forgotten."""


@dataclass(frozen=True)
class Drawn:
    """What decides how a photo's result looks: the model that looked at it, settings, corrections; (width, height)."""

    model: str
    settings: CutSettings
    strokes: tuple[Stroke, ...]
    size: tuple[int, int]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class _Wish:
    path: Path
    drawn: Drawn | None


class Thumbnails(QObject):
    """Thumbnails by path; the newest request is served first, because that row is on the screen now.

    With ``small`` maps they show the cutout, transparent around it, once a photo was looked at; after marks, once the
    canvas has followed them.
    ``loaded(path, size)`` fires on the GUI thread when one has come; ``size`` is the photo's (width, height).
    """

    loaded = Signal(object, object)
    _made = Signal(object, object, object, bool)

    def __init__(self, small: SmallMaps | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._small = small
        self._pixmaps: OrderedDict[Path, tuple[Drawn | None, QPixmap]] = OrderedDict()
        self._due: dict[Path, tuple[_Wish, float]] = {}
        self._underway: set[_Wish] = set()
        self._outdated: set[_Wish] = set()
        self._count = itertools.count()
        self._made.connect(self._keep)
        self._reader = Latest("kirie-thumbnails", self._read, self._fail, most=WAITING)
        self._reader.start()

    def get(self, path: Path, drawn: Drawn | None = None) -> QPixmap | None:
        """Return the thumbnail, or ``None`` while it is being made. A photo that cannot be read has a null pixmap.

        While one is made that shows how the photo is ``drawn`` now, the one before is returned.
        """
        kept = self._pixmaps.get(path)
        drawn = drawn if self._small is not None else None
        wish = _Wish(path, drawn)
        if kept is not None:
            self._pixmaps.move_to_end(path)
        if (kept is None or kept[0] != drawn) and wish not in self._underway:
            # Sliders move many times a second; a row painted again while its photo is read needs no second reading.
            if path not in self._due or self._due[path][0] != wish:
                self._due[path] = wish, 0.0 if kept is None else monotonic() + REST_S
            self._reader.put(wish, key=path, rank=-next(self._count), due=self._due[path][1])
        return None if kept is None else kept[1]

    def renew(self, path: Path) -> None:
        """Make the thumbnail again when it is painted next: another map of the photo has come."""
        self._outdated |= {wish for wish in self._underway if wish.path == path}
        if path in self._pixmaps:
            self._pixmaps[path] = None, self._pixmaps[path][1]
            self.loaded.emit(path, None)

    def close(self) -> None:
        """End the thread."""
        self._reader.close()

    def _read(self, wish: _Wish) -> None:
        from matting.files.reading.read_photo import read_thumbnail_and_size

        self._underway.add(wish)
        thumbnail, size = read_thumbnail_and_size(wish.path, SIDE)
        image, current = rgb_image(thumbnail).copy(), True
        if wish.drawn is not None and self._small is not None:
            map_ = self._small.get(wish.path, wish.drawn.model, wish.drawn.marks)
            current = map_ is not None
            if map_ is not None:
                image = _result(thumbnail, map_, wish.drawn)
        self._made.emit(wish, image, size, current)

    def _fail(self, wish: _Wish, error: Exception) -> None:
        log.info("no thumbnail: %s", as_kirie_error(wish.path, error))
        self._made.emit(wish, QImage(), None, True)

    def _keep(self, wish: _Wish, image: QImage, size: tuple[int, int] | None, current: bool) -> None:
        self._underway.discard(wish)
        self._due.pop(wish.path, None)
        kept = self._pixmaps.get(wish.path)
        # Until the map after the marks is here, the picture before says more than the photo.
        pixmap = QPixmap.fromImage(image) if current or kept is None else kept[1]
        self._pixmaps[wish.path] = None if wish in self._outdated else wish.drawn, pixmap
        self._outdated.discard(wish)
        while len(self._pixmaps) > KEPT:
            self._pixmaps.popitem(last=False)
        self.loaded.emit(wish.path, size)


def _result(rgb: NDArray[np.uint8], map_: NDArray[np.float32], drawn: Drawn) -> QImage:
    """Return the small cutout. Its outline is the map's own: at this size no other can be seen."""
    from matting.alpha.alpha import make_alpha
    from matting.alpha.strokes import scale_strokes
    from matting.photo import Photo

    strokes = scale_strokes(drawn.strokes, rgb.shape[1] / drawn.size[0])
    alpha = make_alpha(Photo(rgb), map_, replace(drawn.settings, edges=Edges.OFF), strokes)
    return cutout_image(rgb, alpha).copy()
