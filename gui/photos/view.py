"""The list's view: what is selected and looked at survives sorting, filtering and removing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from gui.photos.delegate import PhotoDelegate
from gui.photos.list_model import Index, PhotoListModel
from gui.photos.thumbnails import Drawn, Thumbnails
from gui.workspace.change import Change, Part
from gui.workspace.entry import PhotoEntry
from matting.settings import Mode


class PhotoView(QListView):
    """Rows of photos; the current row is the photo that the workspace looks at, and either follows the other."""

    def __init__(self, photos: PhotoListModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos, self._workspace = photos, photos.workspace
        self._selected_before: list[Path] = []
        self._current_before: list[Path] = []
        self._scroll_before = 0
        self._resetting = False
        self.setModel(photos)
        self.setItemDelegate(PhotoDelegate(thumbnails, self.drawn, self))
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
        photos.modelAboutToBeReset.connect(self._remember)
        photos.modelReset.connect(self._restore)
        self._workspace.subscribe(self._follow)

    def selected_paths(self) -> list[Path]:
        """Return the selected photos, top to bottom."""
        ranges = [(one.top(), one.bottom()) for one in self.selectionModel().selection().toList()]
        return self._photos.paths_at([row for top, bottom in sorted(ranges) for row in range(top, bottom + 1)])

    def drawn(self, entry: PhotoEntry) -> Drawn | None:
        """Tell how the photo's result looks; with a mask from elsewhere nobody knows but the canvas."""
        workspace = self._workspace
        if not entry.looked or entry.size is None or entry.map_file or workspace.mode is not Mode.CUTOUT:
            return None
        return Drawn(entry.looked, workspace.drawn_with(entry), entry.strokes, entry.size, entry.marks)

    def selected_count(self) -> int:
        """Return how many photos are selected; walks ranges of rows, not rows."""
        return sum(one.height() for one in self.selectionModel().selection().toList())

    def select(self, paths: Iterable[Path]) -> None:
        """Select these photos and no others; those that the filter hides are passed over."""
        rows = sorted(row for row in map(self._workspace.photos.row_of, paths) if row is not None)
        selection, start = QItemSelection(), 0
        # Rows next to each other are one range: Qt compares every range with every other one.
        for end, row in enumerate(rows, 1):
            if end == len(rows) or rows[end] != row + 1:
                selection.select(self._photos.index(rows[start]), self._photos.index(row))
                start = end
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Repaint these rows; ``QListView`` itself would lay out and repaint the whole list."""
        QAbstractItemView.dataChanged(self, first, last, roles)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Look at the photo of the row that the user made the current one."""
        super().currentChanged(current, previous)
        entry = self._photos.entry_at(current) if current.isValid() and not self._resetting else None
        if entry is not None:
            self._workspace.look_at(entry.path)

    def _follow(self, change: Change) -> None:
        if not change.has(Part.LOOKED_AT):
            return
        row = self._workspace.photos.row_of(self._workspace.looked_at)
        if row is not None and row != self.currentIndex().row():
            self.setCurrentIndex(self._photos.index(row))
            self.scrollTo(self._photos.index(row))

    def _remember(self) -> None:
        self._resetting = True
        self._selected_before = self.selected_paths()
        self._current_before = self._photos.paths_at([self.currentIndex().row()])
        self._scroll_before = self.verticalScrollBar().value()

    def _restore(self) -> None:
        self.select(self._selected_before)
        other = False
        row = self._workspace.photos.row_of(self._workspace.looked_at)
        if row is not None:
            other = self._current_before != self._photos.paths_at([row])
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(
                self._photos.index(row), flags.ClearAndSelect if other else flags.NoUpdate
            )
        self.verticalScrollBar().setValue(self._scroll_before)
        if other and row is not None:
            self.scrollTo(self._photos.index(row))
        self._resetting = False
