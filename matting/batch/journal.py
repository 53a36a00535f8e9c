"""What has been finished in an output folder, kept so that a killed batch resumes where it stopped.

One file an output folder, of JSON lines that are only ever appended. A photo leaves two lines: its outputs' names
and what stood there, written just before the files; and "done" with the files' sizes and times, just after. Files
are written atomically, so when the second line is missing, files that changed since the first one are complete
and those that did not were never written: a photo is neither lost nor done twice, at whatever moment the
program was killed. See docs/decisions/0030-journal.md.

In memory there is only where a photo's line stands in the file: a folder may be watched for months.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from matting.errors import BatchRunning
from matting.system import folders
from matting.system.file_lock import try_lock

_VERSION = 1
_KEEP_DAYS = 180
_KEEP_FILES = 500
_COMPACT_BYTES = 4_000_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileMark:
    """Identity of a file's content without reading it."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One photo cut with one set of settings.

    ``outputs`` maps each kind to its file and that file's mark; ``settings`` is a digest of all that determines the
    outputs; ``by_hand`` says that strokes went into it; the others are as in the result.
    """

    source: str
    mark: FileMark
    settings: str
    outputs: Mapping[str, tuple[str, FileMark | None]]
    state: str
    doubt: float | None
    width: int
    height: int
    by_hand: bool = False
    damaged: bool = False

    def intact(self) -> bool:
        """Tell whether all its files are there as they were written."""
        return all(mark is not None and file_mark(Path(path)) == mark for path, mark in self.outputs.values())


class Journal:
    """The journal of one output folder; a context manager. Its methods may be called from any thread.

    A journal that cannot be read or written stops nothing: it is noted in the log, and the batch goes by the files
    that it finds. Only one process at a time may have it open.
    """

    def __init__(self, output_folder: Path, journals: Path | None = None, part: str = "") -> None:
        """Open the journal of ``output_folder``; raises ``BatchRunning`` when another process has it open.

        ``part`` names the journal of one of several processes that share the folder and no photo.
        """
        self._folder = os.path.realpath(output_folder)
        self._guard = threading.Lock()
        self._index = _Index()
        self._file: IO[bytes] | None = None
        self._reader: IO[bytes] | None = None
        journals = journals or folders.journals_folder()
        self.path = journals / f"{_stem(self._folder)}{part and '-'}{part}.jsonl"
        try:
            journals.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+b")
        except OSError as error:
            _log.warning("no journal: %s", error)
            return
        if not try_lock(self._file):
            self._file.close()
            raise BatchRunning(folder=output_folder)
        try:
            self._read()
        except OSError as error:  # a bad disk: what was read counts, the rest is found on the disk
            _log.warning("%s: the journal is left alone: %s", self.path, error)
            self.close()
            self._index = _Index()
        prune(journals, keep=self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what was noted is on the disk already."""
        with self._guard:
            self._let_go()
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    def find(self, source: Path, settings: str) -> Entry | None:
        """Return the photo as it was finished with these settings, if it was and has not changed since."""
        source_text = path_text(source)
        entry = self._at(self._index.of_photo(source_text, settings))
        if entry is None or (entry.source, entry.settings) != (source_text, settings):
            return None
        return entry if entry.mark == file_mark(source) else None

    def writer(self, output: Path) -> Entry | None:
        """Return who wrote the file at ``output`` as it is now; ``None`` when it is not ours, or was changed since."""
        text = path_text(output)
        entry = self._at(self._index.of_output(text))
        mark = dict(entry.outputs.values()).get(text) if entry is not None else None
        return entry if mark is not None and mark == file_mark(output) else None

    def outputs(self) -> list[Path]:
        """Return every file that was ever noted as written here."""
        entries = [*filter(None, map(self._at, self._index.places())), *self._index.elsewhere()]
        return [Path(path) for path in dict.fromkeys(path for one in entries for path, _ in one.outputs.values())]

    def begin(self, entry: Entry) -> None:
        """Note that the files of ``entry`` are about to be written; their marks are of what stands there now."""
        current = {kind: (path, file_mark(Path(path))) for kind, (path, _) in entry.outputs.items()}
        self._append({"event": "begin", **asdict(replace(entry, outputs=current))})

    def done(self, entry: Entry) -> None:
        """Note that the files of ``entry`` are written; looks at them for their marks."""
        current = {kind: (path, file_mark(Path(path))) for kind, (path, _) in entry.outputs.items()}
        entry = replace(entry, outputs=current)
        place = self._append({"event": "done", **asdict(entry)})
        with self._guard:
            self._index.note(entry, entry if place is None else place)

    def _append(self, line: Mapping[str, Any]) -> int | None:
        """Write a line and return where it stands; ``None`` without a file."""
        with self._guard:
            if self._file is None:
                return None
            try:
                place = self._file.seek(0, os.SEEK_END)
                self._file.write(_line(line))
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:  # the disk is full, say: go on without a journal rather than stop
                _log.warning("%s: the journal ends here: %s", self.path, error)
                self._let_go()
                return None
            return place

    def _at(self, place: Place | None) -> Entry | None:
        """Return the entry whose line stands there."""
        if place is None or isinstance(place, Entry):
            return place
        with self._guard, contextlib.suppress(OSError):
            if self._reader is not None:
                self._reader.seek(place)
                return next((entry for *_, entry in _noted([self._reader.readline()])), None)
        return None

    def _let_go(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # closing writes what is buffered, which fails again on a full disk
                self._file.close()
            self._file = None

    def _read(self) -> None:
        assert self._file is not None
        self._reader = self.path.open("rb")
        begun: dict[tuple[str, str], Entry] = {}
        events = 0
        for place, event, entry in _noted(self._reader):
            events += 1
            if event == "begin":
                begun[entry.source, entry.settings] = entry
            else:
                begun.pop((entry.source, entry.settings), None)
                self._index.note(entry, place)
        size = self._file.seek(0, os.SEEK_END)
        if not size:
            self._append({"event": "journal", "version": _VERSION, "folder": self._folder})
        else:
            self._reader.seek(size - 1)
            if self._reader.read(1) != b"\n":  # killed in the middle of a line
                self._file.write(b"\n")
        for entry in begun.values():
            written = _written(entry)
            if len(written) == len(entry.outputs):
                self.done(entry)
            else:  # killed between two files of one photo: they are ours to write again
                self._index.note_outputs(replace(entry, outputs=written))
        if size > _COMPACT_BYTES and events > 6 * len(self._index.places()):
            self._compact()

    def _compact(self) -> None:
        """Drop the lines that later ones made void. Where an open file cannot be replaced, it just goes on growing."""
        fresh, reader = self.path.with_suffix(".new"), self._reader
        assert reader is not None
        with contextlib.suppress(OSError):
            index = _Index()
            with fresh.open("wb") as short:
                for entry in filter(None, map(self._at, self._index.places())):
                    index.note(entry, short.tell())
                    short.write(_line({"event": "done", **asdict(entry)}))
                short.flush()
                os.fsync(short.fileno())
            fresh.replace(self.path)
            file = self.path.open("a+b")
            if not try_lock(file):
                file.close()
                return
            assert self._file is not None
            self._file.close()
            reader.close()
            for unfinished in self._index.elsewhere():
                index.note_outputs(unfinished)
            self._file, self._reader, self._index = file, self.path.open("rb"), index


Place = int | Entry
"""Where an entry is: at a byte of the journal's file, or here where there is no file."""


class _Index:
    """Where the last entry of each photo and of each output file stands. Two texts of one hash: the later one counts,
    and whoever asks for the other one sees that the entry is not the one wanted.
    """

    def __init__(self) -> None:
        self._photos: dict[int, Place] = {}
        self._outputs: dict[int, Place] = {}

    def note(self, entry: Entry, place: Place) -> None:
        self._photos[hash((entry.source, entry.settings))] = place
        self._outputs.update((hash(path), place) for path, _ in entry.outputs.values())

    def note_outputs(self, entry: Entry) -> None:
        """Note the files of a photo that is not finished."""
        self._outputs.update((hash(path), entry) for path, _ in entry.outputs.values())

    def of_photo(self, source: str, settings: str) -> Place | None:
        return self._photos.get(hash((source, settings)))

    def of_output(self, path: str) -> Place | None:
        return self._outputs.get(hash(path))

    def places(self) -> list[int]:
        """Return where entries stand in the file, in its order."""
        return sorted({place for place in self._all() if isinstance(place, int)})

    def elsewhere(self) -> list[Entry]:
        """Return the entries that do not stand in the file, or not as they are."""
        return [place for place in self._all() if isinstance(place, Entry)]

    def _all(self) -> Iterator[Place]:
        yield from self._photos.values()
        yield from self._outputs.values()


def noted_outputs(output_folder: Path, journals: Path | None = None) -> set[Path]:
    """Return every file that a journal of this folder notes as written; empty where there is none.

    Paths are spelt as by ``path_text``. Asks for no lock: it may be called while a batch writes.
    """
    noted: set[Path] = set()
    for file in (journals or folders.journals_folder()).glob(f"{_stem(os.path.realpath(output_folder))}*.jsonl"):
        begun: dict[tuple[str, str], Entry] = {}
        with contextlib.suppress(OSError), file.open("rb") as lines:
            for _, event, entry in _noted(lines):
                if event == "begin":
                    begun[entry.source, entry.settings] = entry
                else:
                    begun.pop((entry.source, entry.settings), None)
                    noted.update(Path(path) for path, _ in entry.outputs.values())
        noted.update(Path(path) for entry in begun.values() for path, _ in _written(entry).values())
    return noted


def _stem(real_folder: str) -> str:
    return hashlib.sha256(os.path.normcase(real_folder).encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _written(begun: Entry) -> dict[str, tuple[str, FileMark | None]]:
    """Return, of a photo that was begun and not noted as done, its files that are new since then, with their marks."""
    marks = {kind: (path, file_mark(Path(path))) for kind, (path, _) in begun.outputs.items()}
    return {kind: (path, now) for kind, (path, now) in marks.items() if now and now != begun.outputs[kind][1]}


def _line(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _noted(lines: Iterable[bytes]) -> Iterator[tuple[int, str, Entry]]:
    """Yield where a line begins, its event and its entry; half a line, or a later version's, is passed over."""
    place = 0
    for raw in lines:
        begins, place = place, place + len(raw)
        try:
            line = json.loads(raw)
            event = line.pop("event")
            if event not in {"begin", "done"}:
                continue
            outputs = {
                kind: (path, FileMark(**mark) if mark else None) for kind, (path, mark) in line["outputs"].items()
            }
            entry = Entry(**{**line, "mark": FileMark(**line["mark"]), "outputs": outputs})
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        yield begins, event, entry


def file_mark(path: Path) -> FileMark | None:
    """Return size and time of a file, ``None`` when there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return FileMark(status.st_size, status.st_mtime_ns)


def prune(journals: Path, keep: Path) -> None:
    """Remove journals not used for half a year, and the oldest beyond 500; never ``keep``."""
    with contextlib.suppress(OSError):
        aged = sorted(((path.stat().st_mtime, path) for path in journals.glob("*.jsonl") if path != keep), reverse=True)
        limit = time.time() - _KEEP_DAYS * 86_400
        for number, (used, path) in enumerate(aged):
            if used < limit or number >= _KEEP_FILES:
                path.unlink(missing_ok=True)


def path_text(path: Path) -> str:
    """Return one spelling a file: absolute, links in its folder resolved."""
    return str(Path(os.path.realpath(path.parent), path.name))
