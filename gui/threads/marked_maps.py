"""A photo's map after the user's marks, for every thread that needs it."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gui.threads.maps import PhotoMap
from matting.alpha.numeric import Floats
from matting.selection.marks import Mark

if TYPE_CHECKING:
    from matting.selection.looks import Look
    from matting.selection.selection import Selection

_LOOKS_KEPT = 96
"""Maps of parts of a photo; a click on the background needs three."""


class MarkedMaps:
    """The maps of one photo and ``model``. ``made`` is the one without marks, ``look`` asks the model about parts."""

    def __init__(self, path: Path, made: PhotoMap, look: Look, model: str = "") -> None:
        self.path, self.made, self.model = path, made, model
        self.look = RememberedLook(look)
        self._selection: Selection | None = None
        self._last: tuple[tuple[Mark, ...], PhotoMap] = (), made
        self._lock = threading.Lock()

    @property
    def can_mark(self) -> bool:
        """Whether marks count: on maps of one class."""
        return len(self.made.probability) == 1

    def after(self, marks: Sequence[Mark]) -> PhotoMap:
        """Return the map after the marks; the same object for the same marks. Raises ``MarkOutside``."""
        marks = tuple(marks)
        if not marks or not self.can_mark:
            return self.made
        from matting.selection.marks_file import check_inside

        width, height = self.made.full_size
        check_inside(marks, self.path, height, width)
        with self._lock:
            if self._last[0] != marks:
                self._selection = self._selection or self.selection(self.look)
                self._last = marks, replace(self.made, probability=self._selection.select(marks)[None])
            return self._last[1]

    def selection(self, look: Look) -> Selection:
        """Return an engine of its own for another thread, as a batch makes it of the whole photo."""
        from matting.selection.selection import Selection

        width, height = self.made.full_size
        return Selection(self.made.rgb, self.made.probability[0], look, (height, width))


class RememberedLook:
    """Asks a model once about each part of a photo; for any thread."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._seen: OrderedDict[bytes, Floats] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, rgb: NDArray[np.uint8]) -> Floats:
        """Return the map (h', w') of a part (h, w, 3)."""
        key = _key(rgb)
        found = self._find(key)
        if found is None:
            found = self._look(rgb)
            with self._lock:
                self._seen[key] = found
                while len(self._seen) > _LOOKS_KEPT:
                    self._seen.popitem(last=False)
        return found

    def remembered(self, rgb: NDArray[np.uint8]) -> Floats | None:
        """Return the map of a part that the model was asked about, or ``None``."""
        return self._find(_key(rgb))

    def _find(self, key: bytes) -> Floats | None:
        with self._lock:
            if key in self._seen:
                self._seen.move_to_end(key)
            return self._seen.get(key)


def _key(rgb: NDArray[np.uint8]) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(rgb).data, key=repr(rgb.shape).encode()).digest()
