"""Photos and their probability maps for the canvas: read, predicted, kept, and the neighbours' ahead of time."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gui.threads.latest import Latest
from gui.threads.predicting import PredictingThread, Priority
from matting.errors import KirieError
from matting.photo import Photo
from matting.system.unexpected import as_kirie_error

if TYPE_CHECKING:
    from matting.predictor import Predictor

log = logging.getLogger(__name__)

SCREEN_SIDE = 1600
"""Long side in pixels of the copy that the canvas shows and the sliders work on; marks too: it is ``LOOK_SIDE``."""
KEPT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class PhotoMap:
    """All that the canvas needs of a photo: its screen-size copy, its own (width, height), its map.

    ``rgb`` (h, w, 3) is that copy in the photo's own colours, as a predictor sees it.
    """

    photo: Photo
    full_size: tuple[int, int]
    rgb: NDArray[np.uint8]
    probability: NDArray[np.float32]

    @property
    def peak(self) -> float:
        """The map's highest value; 0 for a photo that is wholly transparent, whatever the network sees below."""
        transparent = self.photo.alpha is not None and not self.photo.alpha.any()
        return 0.0 if transparent else float(self.probability.max())

    @property
    def nbytes(self) -> int:
        """Memory taken."""
        alpha = 0 if self.photo.alpha is None else self.photo.alpha.nbytes
        own = 0 if self.rgb is self.photo.rgb else self.rgb.nbytes
        return self.photo.rgb.nbytes + own + alpha + self.probability.nbytes


@dataclass(frozen=True)
class _Wish:
    path: Path
    model: str
    ahead: bool
    map_file: Path | None = None

    @property
    def key(self) -> tuple[Path, int, str]:
        """What the map follows from: the photo and the model, or the mask in its place."""
        mask = "" if self.map_file is None else f"|{self.map_file}|{_changed_at(self.map_file)}"
        return self.path, _changed_at(self.path), self.model + mask


class MapService(QObject):
    """Serves one photo that is looked at and a few that may be next.

    A request that is not ``ahead`` drops all earlier ones: nobody waits for them any more. Signals, on the GUI thread:
    ``photo_ready(path, photo, full_size)`` as soon as the screen-size copy is there; ``map_ready(path, model,
    PhotoMap)``; ``map_failed(path, KirieError)``; the last two for the photo looked at only. ``model_ready(name,
    predictor)`` when a model has been loaded, ``model_failed(name, KirieError)``.
    """

    photo_ready = Signal(object, object, object)
    map_ready = Signal(object, str, object)
    map_failed = Signal(object, object)
    model_ready = Signal(str, object)
    model_failed = Signal(str, object)
    _made = Signal(int, object, object)

    def __init__(self, predicting: PredictingThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._predicting = predicting
        self._kept: OrderedDict[tuple[Path, int, str], PhotoMap] = OrderedDict()
        self._current: _Wish | None = None
        self._pending: Future[NDArray[np.float32]] | None = None
        self._generation = 0
        self._lock = threading.Lock()
        self._closed = False
        self._made.connect(self._deliver)
        self._reader = Latest("kirie-maps", self._serve, self._fail)
        self._reader.start()

    def request(self, path: Path, model: str, ahead: bool = False, map_file: Path | None = None) -> None:
        """Ask for a photo and its map, or the mask ``map_file`` as its map; answered by the signals."""
        wish = _Wish(path, model, ahead, map_file)
        if not ahead:
            self._reader.drop()
            with self._lock:
                self._current = wish
                if self._pending is not None:
                    self._pending.cancel()
        self._ask(wish)

    def look(self, model: str, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return what a model sees in a part of the photo looked at, as a map (h, w); for a thread, which waits."""
        found = self._predicting.predict(model, rgb, Priority.LOOKED_AT).result()
        return np.asarray(found[0])

    def drop(self) -> None:
        """Note that no photo is looked at any more."""
        self._reader.drop()
        with self._lock:
            self._current = None

    def load_model(self, name: str) -> None:
        """Load a model now, so that the first photo does not wait for it."""
        self._predicting.predictor(name, Priority.LOOKED_AT).add_done_callback(
            lambda future: self._tell_model(name, future)
        )

    def forget(self) -> None:
        """Drop all maps and loaded models: the device or a weights file has changed.

        The map of the photo looked at, where it is being predicted, is predicted again.
        """
        self._predicting.forget()
        with self._lock:
            self._kept.clear()
            self._generation += 1

    def close(self) -> None:
        """End the thread; close the predicting thread after it."""
        with self._lock:
            self._closed = True
            if self._pending is not None:
                self._pending.cancel()
        self._reader.close()

    def _ask(self, wish: _Wish) -> None:
        self._reader.put(wish, key=wish, rank=int(wish.ahead))

    def _deliver(self, generation: int, wish: _Wish, made: PhotoMap) -> None:
        """Deliver a map on the GUI thread, where ``forget`` runs too: no map that it drops can arrive after it."""
        if not self._is_current(wish):
            return
        if generation == self._generation:
            self.map_ready.emit(wish.path, wish.model, made)
        elif not wish.ahead:
            self._ask(wish)

    def _tell_model(self, name: str, future: Future[Predictor]) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self.model_ready.emit(name, future.result())
        elif isinstance(error, KirieError):
            self.model_failed.emit(name, error)
        else:
            log.error("model %s could not be loaded", name, exc_info=error)
            self.model_failed.emit(name, None)

    # -- on the thread ------------------------------------------------------------------------------------------

    def _serve(self, wish: _Wish) -> None:
        key = wish.key
        with self._lock:
            generation, kept = self._generation, self._find(key)
        if kept is not None:
            if not wish.ahead:
                self.photo_ready.emit(wish.path, kept.photo, kept.full_size)
                self._made.emit(generation, wish, kept)
            return
        from matting.cutout.cut import shrink_photo
        from matting.files.colour import photo_for_display
        from matting.files.reading.read_photo import read_photo

        full = read_photo(wish.path)
        small, size, rgb = shrink_photo(full, SCREEN_SIDE), (full.width, full.height), full.rgb8()
        del full
        seen, small = small.rgb8(), photo_for_display(small)
        if self._is_current(wish):
            self.photo_ready.emit(wish.path, small, size)
        elif not wish.ahead:
            return
        if wish.map_file is not None:
            from matting.batch.probability_folder import read_map

            self._take_made(generation, wish, key, PhotoMap(small, size, seen, read_map(wish.map_file)))
            return
        priority = Priority.AHEAD if wish.ahead else Priority.LOOKED_AT
        future = self._predicting.predict(wish.model, rgb, priority)
        with self._lock:
            if self._closed or (not wish.ahead and self._current != wish):
                future.cancel()
            self._pending = future
        try:
            probability = future.result()
        finally:
            with self._lock:
                self._pending = None
        self._take_made(generation, wish, key, PhotoMap(small, size, seen, probability))

    def _take_made(self, generation: int, wish: _Wish, key: tuple[Path, int, str], made: PhotoMap) -> None:
        with self._lock:
            if generation == self._generation:
                self._keep(key, made)
        self._made.emit(generation, wish, made)

    def _find(self, key: tuple[Path, int, str]) -> PhotoMap | None:
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def _keep(self, key: tuple[Path, int, str], made: PhotoMap) -> None:
        self._kept[key] = made
        while len(self._kept) > 1 and sum(one.nbytes for one in self._kept.values()) > KEPT_BYTES:
            self._kept.popitem(last=False)

    def _is_current(self, wish: _Wish) -> bool:
        with self._lock:
            return self._current is not None and replace(wish, ahead=self._current.ahead) == self._current

    def _fail(self, wish: _Wish, error: Exception) -> None:
        if not isinstance(error, CancelledError):
            told = as_kirie_error(wish.path, error)
            if self._is_current(wish):
                self.map_failed.emit(wish.path, told)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
