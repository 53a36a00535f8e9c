"""The list's view: what is selected and looked at survives sorting, filtering and removing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from gui.photos.delegate import PhotoDelegate
from gui.photos.list_model import Index, PhotoModel
from gui.photos.thumbnails import Thumbnails


class PhotoView(QListView):
    """Rows of photos.

    ``looked_at(path)`` fires when another photo becomes the current one, with ``None`` when the list is empty.
    """

    looked_at = Signal(object)

    def __init__(self, model: PhotoModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos = model
        self._looked_at: Path | None = None
        self._row_before = 0
        self._selected_before: list[Path] = []
        self._scroll_before = 0
        self.setModel(model)
        self.setItemDelegate(PhotoDelegate(thumbnails, self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setObjectName("photos")
        self.setAccessibleName(self.tr("Photos"))
        self.setAccessibleDescription(self.tr("The photos to cut out; drop files and folders here"))
        self.setToolTip(self.tr("The photos to cut out; drop files and folders here"))
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        model.rowsInserted.connect(self._look_somewhere)

    def current_path(self) -> Path | None:
        """The photo being looked at."""
        return self._looked_at

    def selected_paths(self) -> list[Path]:
        """The selected photos, top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        shown = self._photos.shown_entries()
        return [shown[row].path for row in rows if row < len(shown)]

    def look_at(self, path: Path) -> None:
        """Make a photo the current and only selected one, if it is shown."""
        row = self._photos.row_of(path)
        if row is not None:
            self.setCurrentIndex(self._photos.index(row))
            self.scrollTo(self._photos.index(row))

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Repaint these rows; ``QListView`` itself would lay out and repaint the whole list."""
        QAbstractItemView.dataChanged(self, first, last, roles)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Another row is current: tell so, unless it is the same photo in another row."""
        super().currentChanged(current, previous)
        entry = self._photos.entry_at(current) if current.isValid() else None
        if entry is not None and entry.path != self._looked_at:
            self._looked_at = entry.path
            self.looked_at.emit(entry.path)

    def _remember(self) -> None:
        self._selected_before = self.selected_paths()
        self._row_before = max(0, self.currentIndex().row())
        self._scroll_before = self.verticalScrollBar().value()

    def _restore(self) -> None:
        selection = QItemSelection()
        for path in self._selected_before:
            row = self._photos.row_of(path)
            if row is not None:
                selection.select(self._photos.index(row), self._photos.index(row))
        selection_model = self.selectionModel()
        selection_model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        row = self._photos.row_of(self._looked_at) if self._looked_at else None
        if row is not None:
            selection_model.setCurrentIndex(self._photos.index(row), QItemSelectionModel.SelectionFlag.NoUpdate)
        elif self._looked_at is None or self._photos.entry(self._looked_at) is None:
            self._look_somewhere()
        self.verticalScrollBar().setValue(self._scroll_before)

    def _look_somewhere(self) -> None:
        """With photos there is always one being looked at: the neighbour of a removed one, else the first."""
        if self._looked_at is not None and self._photos.entry(self._looked_at) is not None:
            return
        count = self._photos.rowCount()
        if count:
            self.setCurrentIndex(self._photos.index(min(self._row_before, count - 1)))
        elif self._looked_at is not None and not self._photos.total():
            self._looked_at = None
            self.looked_at.emit(None)
