"""Which files of a watched folder are complete and not yet cut; knows neither disk nor clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from matting.batch.journal import FileMark

_FIRST_RETRY_S, _LAST_RETRY_S = 60.0, 3600.0


@dataclass(slots=True)
class _File:
    """A file as it was seen last, since when it has been so, and what of it was taken to be cut."""

    mark: FileMark
    since: float
    taken: FileMark | None = None
    retry_at: float | None = None
    tries: int = 0


class Arrivals:
    """What is known about the files of a folder from one look at it to the next. Times are seconds of one clock.

    A file is ready when its size and time have been the same for ``settle_s``: whatever writes it is done. It is taken
    once, and again when it has changed; one that failed for a reason that passes is ready again after a minute, then
    two, four, up to an hour. Files that are gone are forgotten.
    """

    def __init__(self, settle_s: float) -> None:
        self._settle_s = settle_s
        self._files: dict[Path, _File] = {}

    def look(self, seen: Mapping[Path, FileMark], now: float) -> None:
        """Take what a look at the folder has found."""
        for path in self._files.keys() - seen.keys():
            del self._files[path]
        for path, mark in seen.items():
            file = self._files.get(path)
            if file is None:
                self._files[path] = _File(mark, now)
            elif file.mark != mark:
                file.mark, file.since, file.retry_at, file.tries = mark, now, None, 0

    def ready(self, now: float) -> Iterator[Path]:
        """Yield the files that are to be cut now."""
        for path, file in self._files.items():
            if file.retry_at is not None:
                if now >= file.retry_at:
                    yield path
            elif file.taken != file.mark and now - file.since >= self._settle_s:
                yield path

    def take(self, paths: Iterable[Path]) -> None:
        """Note that these files, as they were seen last, are being cut."""
        for path in paths:
            if file := self._files.get(path):
                file.taken, file.retry_at = file.mark, None

    def give_back(self, paths: Iterable[Path]) -> None:
        """Note that these files were taken and not reached: they are ready still."""
        for path in paths:
            if file := self._files.get(path):
                file.taken = None

    def retry_later(self, path: Path, now: float) -> None:
        """Note that a file failed for a reason that passes."""
        if file := self._files.get(path):
            file.retry_at = now + min(_FIRST_RETRY_S * 2**file.tries, _LAST_RETRY_S)
            file.tries += 1

    def __contains__(self, path: Path) -> bool:
        return path in self._files
