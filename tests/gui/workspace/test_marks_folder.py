"""Marks of many photos in a folder: what is saved is found again, each at its own photo."""

from __future__ import annotations

from pathlib import Path

from gui.workspace.entry import PhotoEntry
from gui.workspace.marks_folder import find_marks, save_marks
from matting.selection.marks import Mark, MarkKind

ROOT = Path("/photos")


def entry(name: str, number: int = 0, root: Path | None = ROOT) -> PhotoEntry:
    """Return a photo with a mark at (number, number); without one for 0."""
    marks = (Mark(True, MarkKind.CLICK, ((float(number), float(number)),), 2.5),) if number else ()
    return PhotoEntry(ROOT / name, root, marks=marks)


def test_each_photo_finds_its_own_marks_again(tmp_path: Path) -> None:
    entries = [entry("a.jpg", 1), entry("a.png", 2), entry("sub/a.jpg", 3), entry("b.jpg"), entry("c.jpg", 4)]
    assert save_marks(tmp_path, entries) == ()
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json"))
    assert names == ["a.jpg.json", "a.png.json", "c.json", "sub/a.json"]
    found = find_marks(tmp_path, entries)
    assert found.marks == {one.path: one.marks for one in entries if one.marks}
    assert not found.errors


def test_of_two_photos_with_one_name_and_place_the_first_is_saved_and_the_other_named(tmp_path: Path) -> None:
    entries = [entry("x/a.jpg", 1, None), entry("y/a.jpg", 2, None)]
    assert save_marks(tmp_path, entries) == (ROOT / "y/a.jpg",)
    assert find_marks(tmp_path, entries[:1]).marks == {entries[0].path: entries[0].marks}


def test_a_damaged_file_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    entries = [entry("a.jpg", 1), entry("b.jpg", 2)]
    save_marks(tmp_path, entries)
    (tmp_path / "a.json").write_text("{")
    found = find_marks(tmp_path, entries)
    assert list(found.marks) == [entries[1].path]
    assert ["a.json" in str(error) for error in found.errors] == [True]
