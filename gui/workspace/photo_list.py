"""The photos of the workspace: their entries, how many there are in each state, and the rows that are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.order import Filter, Sort, arranged


class PhotoList:
    """Entries in the order in which they were added. ``rows`` are the photos shown, top to bottom.

    Reading is for everybody, changing for the ``Workspace`` alone, which tells its listeners.
    """

    def __init__(self) -> None:
        self._entries: dict[Path, PhotoEntry] = {}
        self._counts: Counter[PhotoState] = Counter()
        self._row_of: dict[Path, int] | None = None
        self._rows: tuple[Path, ...] = ()
        self.sort, self.shown = Sort.ADDED, Filter.ALL

    # -- reading ------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[PhotoEntry]:
        return iter(self._entries.values())

    def __contains__(self, path: object) -> bool:
        return path in self._entries

    def get(self, path: Path | None) -> PhotoEntry | None:
        """Return a photo's entry, ``None`` when it is not (or no longer) in the list."""
        return None if path is None else self._entries.get(path)

    def __getitem__(self, path: Path) -> PhotoEntry:
        return self._entries[path]

    def count(self, states: Collection[PhotoState]) -> int:
        """Return how many photos are in one of these states; walks no entries."""
        return sum(self._counts[state] for state in states)

    @property
    def rows(self) -> tuple[Path, ...]:
        """The photos shown; another tuple whenever they or their order differ."""
        return self._rows

    def row_of(self, path: Path | None) -> int | None:
        """Return a photo's row, ``None`` when the filter hides it or it is not in the list."""
        if self._row_of is None:
            self._row_of = {shown: row for row, shown in enumerate(self._rows)}
        return None if path is None else self._row_of.get(path)

    def step(
        self, path: Path | None, way: int, wanted: Callable[[PhotoEntry], bool], around: bool = False
    ) -> Path | None:
        """Return the nearest wanted photo below (``way`` 1) or above (-1) ``path`` in the rows.

        ``around`` goes on at the other end. ``None`` when there is none.
        """
        row = self.row_of(path)
        start = -1 if row is None else row
        reach = len(self._rows) if around else (len(self._rows) - 1 - start if way > 0 else start)
        for step in range(1, reach + 1):
            other = self._rows[(start + way * step) % len(self._rows)]
            if wanted(self._entries[other]):
                return other
        return None

    def doubtful(self) -> int:
        """Return how many photos want a look; walks all entries."""
        return sum(entry.doubtful for entry in self._entries.values())

    def out_of_order(self, replaced: Iterable[tuple[PhotoEntry, PhotoEntry]]) -> bool:
        """Return whether rows may have to move or go, now that these entries (old, new) were replaced."""
        if self.sort not in (Sort.STATE, Sort.DOUBT) and self.shown is Filter.ALL:
            return False
        return any(
            old.state is not new.state
            or (old.doubt, old.damaged, old.reviewed) != (new.doubt, new.damaged, new.reviewed)
            for old, new in replaced
        )

    # -- changing -----------------------------------------------------------------------------------------------

    def add(self, entries: Iterable[PhotoEntry]) -> tuple[Path, ...]:
        """Append photos that are not in the list yet; return their paths."""
        fresh: dict[Path, PhotoEntry] = {}
        for entry in entries:
            if entry.path not in self._entries:
                fresh.setdefault(entry.path, entry)
        self._entries |= fresh
        self._counts.update(entry.state for entry in fresh.values())
        if self.sort is Sort.ADDED and self.shown is Filter.ALL:
            self._set_rows((*self._rows, *fresh))
        else:
            self.arrange()
        return tuple(fresh)

    def remove(self, paths: Iterable[Path]) -> tuple[PhotoEntry, ...]:
        """Take photos out; return their entries."""
        gone = {path: self._entries.pop(path) for path in dict.fromkeys(paths) if path in self._entries}
        self._counts.subtract(entry.state for entry in gone.values())
        self._set_rows(tuple(path for path in self._rows if path not in gone))
        return tuple(gone.values())

    def restore(self, removed: Sequence[tuple[int, PhotoEntry]]) -> tuple[Path, ...]:
        """Put photos back to the places that they had; return the paths of those that are not there again already."""
        entries = list(self._entries.values())
        back = [(place, entry) for place, entry in removed if entry.path not in self._entries]
        for place, entry in back:
            entries.insert(place, entry)
        self._entries = {entry.path: entry for entry in entries}
        self._counts.update(entry.state for _, entry in back)
        self.arrange()
        return tuple(entry.path for _, entry in back)

    def put(self, replaced: Sequence[tuple[PhotoEntry, PhotoEntry]]) -> None:
        """Replace the first entry of each pair by the second, of the same photo. No row moves."""
        self._entries.update((new.path, new) for _, new in replaced)
        self._counts.subtract(Counter(old.state for old, _ in replaced))
        self._counts.update(new.state for _, new in replaced)

    def arrange(self, sort: Sort | None = None, shown: Filter | None = None) -> bool:
        """Use another order or filter, or bring the rows up to date with the present one; whether rows changed."""
        self.sort, self.shown = sort or self.sort, shown or self.shown
        entries = list(self._entries.values())
        rows = tuple(entries[index].path for index in arranged(entries, self.sort, self.shown))
        if rows == self._rows:
            return False
        self._set_rows(rows)
        return True

    def _set_rows(self, rows: tuple[Path, ...]) -> None:
        self._rows, self._row_of = rows, None
