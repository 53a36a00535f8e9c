"""The photos as Qt's views see them: one flat model that also sorts and filters (docs/decisions/0060)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
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
    Signal,
)

from gui.photos.entry import PhotoEntry
from gui.photos.mime import PROGRAM_MIME
from gui.photos.order import Filter, Sort, arranged

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The ``PhotoEntry`` itself."""
REARRANGE_MS = 400
"""While a batch changes states, rows move at most this often."""


class PhotoModel(QAbstractListModel):
    """All photos, and the rows that are shown of them.

    Signals: ``entries_changed()`` after photos came, went or changed in anything that a workspace keeps;
    ``count_changed()`` after photos came, went or changed their state.
    """

    entries_changed = Signal()
    count_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[PhotoEntry] = []
        self._index_of: dict[Path, int] = {}
        self._rows: list[int] = []
        self._row_of: dict[int, int] = {}
        self._sort = Sort.ADDED
        self._filter = Filter.ALL
        self._describe: Callable[[PhotoEntry], str] = lambda entry: entry.path.name
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REARRANGE_MS)
        self._later.timeout.connect(self._rearrange)

    # -- what is in the list ------------------------------------------------------------------------------------

    def entries(self) -> list[PhotoEntry]:
        """A copy of all entries in the order in which they were added; safe to hand to a thread."""
        return list(self._entries)

    def total(self) -> int:
        """How many photos there are, shown or not."""
        return len(self._entries)

    def entry(self, path: Path) -> PhotoEntry | None:
        """The entry of a photo, ``None`` when it is not (or no longer) in the list."""
        index = self._index_of.get(path)
        return None if index is None else self._entries[index]

    def set_describe(self, describe: Callable[[PhotoEntry], str]) -> None:
        """How a row reads aloud (screen readers, tooltips)."""
        self._describe = describe

    def add(self, entries: Iterable[PhotoEntry]) -> list[Path]:
        """Append photos that are not in the list yet; returns their paths."""
        fresh: dict[Path, PhotoEntry] = {}
        for entry in entries:
            if entry.path not in self._index_of:
                fresh.setdefault(entry.path, entry)
        if not fresh:
            return []
        start = len(self._entries)
        if self._sort is Sort.ADDED and self._filter is Filter.ALL:
            self.beginInsertRows(QModelIndex(), start, start + len(fresh) - 1)
            self._append(fresh)
            self._set_rows(list(range(len(self._entries))))
            self.endInsertRows()
        else:
            self._append(fresh)
            self._rearrange()
        self.entries_changed.emit()
        self.count_changed.emit()
        return list(fresh)

    def remove(self, paths: Iterable[Path]) -> None:
        """Take photos out of the list; their files are not touched."""
        gone = set(paths)
        self._replace_all([entry for entry in self._entries if entry.path not in gone])

    def reset(self, entries: Sequence[PhotoEntry]) -> None:
        """Start over with these photos."""
        self._replace_all(list(entries))

    def change(self, path: Path, **changes: Any) -> PhotoEntry | None:
        """Replace fields of one entry; returns the new entry, ``None`` when the photo is not in the list."""
        index = self._index_of.get(path)
        if index is None:
            return None
        old = self._entries[index]
        new = replace(old, **changes)
        if new == old:
            return old
        self._entries[index] = new
        self._announce(index)
        if old.state is not new.state or (old.doubt, old.damaged) != (new.doubt, new.damaged):
            if self._sort in (Sort.STATE, Sort.DOUBT) or self._filter is not Filter.ALL:
                self._later.start()
            self.count_changed.emit()
        self.entries_changed.emit()
        return new

    def change_all(self, change: Callable[[PhotoEntry], PhotoEntry]) -> None:
        """Run every entry through ``change``."""
        self._entries = [change(entry) for entry in self._entries]
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
        if self._sort in (Sort.STATE, Sort.DOUBT) or self._filter is not Filter.ALL:
            self._later.start()
        self.entries_changed.emit()
        self.count_changed.emit()

    def touch(self, path: Path) -> None:
        """Repaint one row: its thumbnail has come."""
        index = self._index_of.get(path)
        if index is not None:
            self._announce(index)

    # -- what is shown ------------------------------------------------------------------------------------------

    @property
    def sort_by(self) -> Sort:
        """The order in use."""
        return self._sort

    @property
    def shown(self) -> Filter:
        """The filter in use."""
        return self._filter

    def arrange(self, sort: Sort, shown: Filter) -> None:
        """Use another order or filter."""
        self._sort, self._filter = sort, shown
        self._rearrange()

    def shown_entries(self) -> list[PhotoEntry]:
        """The entries of all rows, top to bottom."""
        return [self._entries[index] for index in self._rows]

    def row_of(self, path: Path) -> int | None:
        """The row of a photo, ``None`` when it is filtered out or not in the list."""
        index = self._index_of.get(path)
        return None if index is None else self._row_of.get(index)

    def entry_at(self, index: Index) -> PhotoEntry | None:
        """The entry of a model index."""
        return self._entries[self._rows[index.row()]] if 0 <= index.row() < len(self._rows) else None

    # -- Qt's side ----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """What Qt's views and accessibility ask for."""
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
        """Rows can be selected and dragged out."""
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return base | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """A row dragged out takes its cutout along, or the photo itself while there is none."""
        data = QMimeData()
        entries = [entry for entry in map(self.entry_at, indexes) if entry is not None]
        files = [entry.outputs[0] if entry.outputs else entry.path for entry in entries]
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        data.setData(PROGRAM_MIME, QByteArray(b"rows"))
        return data

    def mimeTypes(self) -> list[str]:
        """Files."""
        return ["text/uri-list"]

    # -- inside -------------------------------------------------------------------------------------------------

    def _append(self, fresh: dict[Path, PhotoEntry]) -> None:
        for path, entry in fresh.items():
            self._index_of[path] = len(self._entries)
            self._entries.append(entry)

    def _replace_all(self, entries: list[PhotoEntry]) -> None:
        self.beginResetModel()
        self._entries = entries
        self._index_of = {entry.path: index for index, entry in enumerate(entries)}
        self._set_rows(arranged(entries, self._sort, self._filter))
        self.endResetModel()
        self.entries_changed.emit()
        self.count_changed.emit()

    def _announce(self, index: int) -> None:
        row = self._row_of.get(index)
        if row is not None:
            shown = self.index(row)
            self.dataChanged.emit(shown, shown)

    def _rearrange(self) -> None:
        self._later.stop()
        rows = arranged(self._entries, self._sort, self._filter)
        if rows != self._rows:
            self.beginResetModel()
            self._set_rows(rows)
            self.endResetModel()

    def _set_rows(self, rows: list[int]) -> None:
        self._rows = rows
        self._row_of = {index: row for row, index in enumerate(rows)}
