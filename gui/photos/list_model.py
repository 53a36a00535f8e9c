"""The workspace's photos as Qt's views see them (docs/decisions/0060)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    QUrl,
)

from gui.photos.mime import PROGRAM_MIME
from gui.workspace.change import Change, Part
from gui.workspace.entry import PhotoEntry
from gui.workspace.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The ``PhotoEntry`` itself."""
MANY = 200
"""From so many changed photos on the whole list is announced instead of looking up each row."""
REARRANGE_MS = 400
"""While a batch changes states, rows move at most this often."""


class PhotoListModel(QAbstractListModel):
    """Shows the rows of a workspace and tells Qt's views what becomes of them; holds nothing else."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        # Between the workspace's change and the word to the views these rows are still those that the views know.
        self._rows = workspace.photos.rows
        self._describe: Callable[[PhotoEntry], str] = lambda entry: entry.path.name
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REARRANGE_MS)
        self._later.timeout.connect(workspace.rearrange)
        workspace.subscribe(self._follow)

    def set_describe(self, describe: Callable[[PhotoEntry], str]) -> None:
        """Use ``describe`` for how a row reads aloud (screen readers, tooltips)."""
        self._describe = describe

    def entry_at(self, index: Index) -> PhotoEntry | None:
        """Return the entry of a model index, ``None`` where there is no row."""
        row = index.row()
        return self.workspace.photos.get(self._rows[row]) if 0 <= row < len(self._rows) else None

    def paths_at(self, rows: Sequence[int]) -> list[Path]:
        """Return the photos of these rows."""
        return [self._rows[row] for row in rows if 0 <= row < len(self._rows)]

    def touch(self, path: Path) -> None:
        """Repaint one row: its thumbnail has come."""
        self._repaint([path])

    # -- Qt's side ----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return what Qt's views and accessibility ask for."""
        entry = self.entry_at(index)
        if entry is None:
            return None
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.path.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._describe(entry)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows be selected and dragged out."""
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return base | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return what a dragged row takes along: its cutout, or the photo itself while there is none."""
        data = QMimeData()
        entries = [entry for entry in map(self.entry_at, indexes) if entry is not None]
        files = [entry.outputs[0] if entry.outputs else entry.path for entry in entries]
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        data.setData(PROGRAM_MIME, QByteArray(b"rows"))
        return data

    def mimeTypes(self) -> list[str]:
        """Return the kind of what can be dragged: files."""
        return ["text/uri-list"]

    # -- following the workspace --------------------------------------------------------------------------------

    def _follow(self, change: Change) -> None:
        photos = self.workspace.photos
        if photos.rows is not self._rows:
            self._show_rows(photos.rows)
        elif change.replaced:
            self._repaint([new.path for _, new in change.replaced])
        if change.has(Part.ROWS):
            self._later.stop()
        elif photos.out_of_order(change.replaced):
            self._later.start()

    def _show_rows(self, rows: tuple[Path, ...]) -> None:
        start = len(self._rows)
        if start < len(rows) and rows[:start] == self._rows:
            self.beginInsertRows(QModelIndex(), start, len(rows) - 1)
            self._rows = rows
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def _repaint(self, paths: Sequence[Path]) -> None:
        """Announce one range around the photos' rows; views repaint only what can be seen of it."""
        if len(paths) > MANY:
            rows = [0, len(self._rows) - 1] if self._rows else []
        else:
            rows = [row for row in map(self.workspace.photos.row_of, paths) if row is not None]
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))
