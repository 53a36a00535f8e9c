"""The journal: what it remembers, what it survives."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matting.batch.journal import Entry, FileMark, Journal, file_mark, path_text
from matting.errors import BatchRunning
from matting.system import folders


def _entry(source: Path, *outputs: Path, key: str = "settings", by_hand: bool = False) -> Entry:
    mark = file_mark(source)
    assert mark
    named = {output.stem: (path_text(output), None) for output in outputs}
    return Entry(path_text(source), mark, key, named, "done", 0.25, 40, 30, by_hand)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "a.jpg"
    path.parent.mkdir()
    path.write_bytes(b"photo")
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    path.mkdir()
    return path


def test_what_was_done_is_known_after_reopening(source: Path, out: Path) -> None:
    with Journal(out) as journal:
        entry = _entry(source, out / "cutout")
        journal.begin(entry)
        (out / "cutout").write_bytes(b"made")
        journal.done(entry)
    with Journal(out) as journal:
        found = journal.find(source, "settings")
        assert found is not None
        assert found.intact()
        assert (found.state, found.doubt, found.width, found.height) == ("done", 0.25, 40, 30)
        assert journal.outputs() == [out / "cutout"]
        assert journal.find(source, "other settings") is None


def test_ten_thousand_photos_take_little_memory(source: Path, out: Path) -> None:
    """A folder may be watched for months: what is kept of a photo is where its line stands."""
    (out / "cutout").write_bytes(b"made")
    with Journal(out) as journal:
        journal.done(_entry(source, out / "cutout"))
        line = json.loads(journal.path.read_bytes().splitlines()[-1])
    with journal.path.open("ab") as file:
        for number in range(10_000):
            path = str(out / f"{number:05}-cutout.png")
            outputs = {"cutout": [path, {"size": 4, "mtime_ns": number}]}
            other = {**line, "source": f"{source}-{number:05}.jpg", "outputs": outputs}
            file.write(json.dumps(other).encode() + b"\n")
    tracemalloc.start()
    with Journal(out) as journal:
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert kept < 4_000_000
        assert journal.find(source, "settings")
        assert len(journal.outputs()) == 10_001


def test_a_changed_photo_is_not_known(source: Path, out: Path) -> None:
    with Journal(out) as journal:
        journal.done(_entry(source, out / "cutout"))
        source.write_bytes(b"another photo")
        assert journal.find(source, "settings") is None


def test_an_output_that_is_gone_or_changed_is_not_intact(source: Path, out: Path) -> None:
    with Journal(out) as journal:
        (out / "cutout").write_bytes(b"made")
        journal.done(_entry(source, out / "cutout"))
        (out / "cutout").write_bytes(b"retouched by hand")
        found = journal.find(source, "settings")
        assert found
        assert not found.intact()
        assert journal.writer(out / "cutout") is None
        (out / "cutout").unlink()
        assert not found.intact()


def test_the_latest_writer_of_a_file_is_known(source: Path, out: Path) -> None:
    with Journal(out) as journal:
        (out / "cutout").write_bytes(b"made")
        journal.done(_entry(source, out / "cutout", key="first"))
        (out / "cutout").write_bytes(b"made again")
        journal.done(_entry(source, out / "cutout", key="second", by_hand=True))
        writer = journal.writer(out / "cutout")
        assert writer
        assert (writer.settings, writer.by_hand) == ("second", True)


def test_killed_after_the_files_and_before_the_note_counts_as_done(source: Path, out: Path) -> None:
    with Journal(out) as journal:
        journal.begin(_entry(source, out / "cutout", out / "mask"))
        (out / "cutout").write_bytes(b"made")
        (out / "mask").write_bytes(b"made")
    for _ in range(2):
        with Journal(out) as journal:
            found = journal.find(source, "settings")
            assert found
            assert found.intact()


def test_killed_between_two_files_leaves_them_ours_to_write_again(source: Path, out: Path) -> None:
    (out / "mask").write_bytes(b"somebody's")
    with Journal(out) as journal:
        journal.begin(_entry(source, out / "cutout", out / "mask"))
        (out / "cutout").write_bytes(b"made")
    with Journal(out) as journal:
        assert journal.find(source, "settings") is None
        writer = journal.writer(out / "cutout")
        assert writer
        assert writer.source == path_text(source)
        assert journal.writer(out / "mask") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(cut=st.integers(0, 2000), noise=st.binary(max_size=20))
@example(cut=0, noise=b"\0")
def test_a_torn_or_spoilt_line_costs_at_most_what_follows(source: Path, out: Path, cut: int, noise: bytes) -> None:
    (out / "cutout").write_bytes(b"made")
    with Journal(out) as journal:
        journal.path.write_bytes(b"")
    with Journal(out) as journal:
        journal.done(_entry(source, out / "cutout", key="first"))
        before = journal.path.stat().st_size
        journal.done(_entry(source, out / "cutout", key="second"))
        content = journal.path.read_bytes()
    kept = content[:cut]
    journal.path.write_bytes(kept + noise)
    with Journal(out) as journal:
        journal.done(_entry(source, out / "cutout", key="third"))
    with Journal(out) as journal:
        assert journal.find(source, "third")
        assert (journal.find(source, "first") is not None) == (cut >= before) or cut == before - 1


def test_a_later_versions_lines_are_passed_over(source: Path, out: Path) -> None:
    with Journal(out) as journal:
        journal.done(_entry(source, out / "cutout"))
        path = journal.path
    with path.open("a") as file:
        file.write(json.dumps({"event": "done", "future": 1}) + "\n[1, 2]\n3\n")
    with Journal(out) as journal:
        assert journal.find(source, "settings")


def test_one_process_at_a_time(out: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from matting.batch.journal import Journal; from matting.errors import *\n"
        "try:\n    Journal(Path(sys.argv[1]))\nexcept BatchRunning as error:\n    print(error); sys.exit(7)\n"
    )
    with Journal(out):
        other = subprocess.run(
            [sys.executable, "-c", program, str(out)], capture_output=True, text=True, check=False, cwd=Path.cwd()
        )
        assert other.returncode == 7
        assert str(out) in other.stdout
        with pytest.raises(BatchRunning):
            Journal(out)
        Journal(tmp_path / "another").close()
    Journal(out).close()


def test_the_same_folder_by_another_name_has_the_same_journal(out: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(out, target_is_directory=True)
    with Journal(out) as one:
        path = one.path
    with Journal(tmp_path / "link") as other:
        assert other.path == path


def test_a_journal_that_cannot_be_kept_stops_nothing(source: Path, out: Path, kirie_home: Path) -> None:
    kirie_home.write_text("a file where the folder should be")
    with Journal(out) as journal:
        journal.begin(_entry(source, out / "cutout"))
        journal.done(_entry(source, out / "cutout"))
        assert journal.find(source, "settings")


class _BadDisk(io.BufferedRandom):
    """A file that a failing disk cannot read."""

    def read(self, size: int | None = -1, /) -> bytes:  # noqa: ARG002
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    readline = read


def test_a_disk_that_fails_while_the_journal_is_read_stops_nothing(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[_BadDisk] = []

    def open_badly(path: Path, mode: str = "r", *_: object) -> _BadDisk:
        opened.append(_BadDisk(io.FileIO(path, mode.replace("b", ""))))
        return opened[-1]

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", open_badly)
        with Journal(out) as journal:
            journal.done(_entry(source, out / "cutout"))
            assert journal.find(source, "settings")
    assert opened
    assert all(file.closed for file in opened)
    Journal(out).close()  # its lock went with it


def test_old_journals_go(out: Path) -> None:
    journals = folders.journals_folder()
    journals.mkdir(parents=True)
    old, recent = journals / "old.jsonl", journals / "recent.jsonl"
    for path in (old, recent):
        path.write_text("{}")
    long_ago = time.time() - 400 * 86_400
    os.utime(old, (long_ago, long_ago))
    with Journal(out) as journal:
        assert sorted(path.name for path in journals.iterdir()) == sorted(["recent.jsonl", journal.path.name])


def test_a_long_journal_is_shortened_and_still_knows_everything(source: Path, out: Path) -> None:
    (out / "cutout").write_bytes(b"made")
    with Journal(out) as journal:
        entry = _entry(source, out / "cutout")
        journal.done(entry)
        line = journal.path.read_bytes().splitlines()[-1]
    with journal.path.open("ab") as file:
        file.write((line + b"\n") * (4_100_000 // len(line)))
    Journal(out).close()
    assert journal.path.stat().st_size < 10_000
    with Journal(out) as journal:
        found = journal.find(source, "settings")
        assert found
        assert found.intact()
        journal.done(entry)
        with pytest.raises(BatchRunning):
            Journal(out)
    with Journal(out) as journal:
        assert journal.find(source, "settings")


def test_names_that_are_no_text_survive(tmp_path: Path, out: Path) -> None:
    source = tmp_path / os.fsdecode(b"caf\xe9 \n\xff.jpg")
    source.write_bytes(b"photo")
    with Journal(out) as journal:
        journal.done(_entry(source))
    with Journal(out) as journal:
        assert journal.find(source, "settings")


def test_the_mark_of_nothing_is_none(tmp_path: Path) -> None:
    assert file_mark(tmp_path / "gone") is None
    (tmp_path / "there").write_bytes(b"abc")
    mark = file_mark(tmp_path / "there")
    assert isinstance(mark, FileMark)
    assert mark.size == 3
