"""Marks on the photo looked at, followed off the GUI thread."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from gui.threads.latest import Latest
from gui.threads.marked_maps import MarkedMaps
from matting.selection.marks import Mark
from matting.system.unexpected import as_kirie_error


@dataclass(frozen=True)
class _Wish:
    maps: MarkedMaps
    marks: tuple[Mark, ...]


class Selecting(QObject):
    """A thread on which only the newest request waits.

    ``selected(MarkedMaps, marks, PhotoMap)``: the map after the marks; ``failed(MarkedMaps, KirieError)``.
    """

    selected = Signal(object, object, object)
    failed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # The user waits for it after a click: it keeps its priority during a batch.
        self._selecter = Latest("kirie-select", self._select, self._fail, background=False)
        self._selecter.start()

    def request(self, maps: MarkedMaps, marks: tuple[Mark, ...]) -> None:
        """Ask for the map after the marks."""
        self._selecter.put(_Wish(maps, marks))

    def drop(self) -> None:
        """Forget what was asked: another photo is looked at."""
        self._selecter.drop()

    def close(self) -> None:
        """End the thread; close the predicting thread first, which it may be waiting for."""
        self._selecter.close()

    def _select(self, wish: _Wish) -> None:
        self.selected.emit(wish.maps, wish.marks, wish.maps.after(wish.marks))

    def _fail(self, wish: _Wish, error: Exception) -> None:
        if not isinstance(error, CancelledError):  # the window is being closed
            self.failed.emit(wish.maps, as_kirie_error(wish.maps.path, error))
