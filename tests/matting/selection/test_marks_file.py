"""Files of marks: what is written is read again, and what is damaged is said in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matting.errors import MarkOutside, MarksUnreadable
from matting.selection.marks import Mark, MarkKind
from matting.selection.marks_file import (
    check_inside,
    marks_digest,
    marks_path,
    read_marks,
    write_marks,
)

MARKS = (
    Mark(True, MarkKind.CLICK, ((10.5, 20.0),), 4.0),
    Mark(False, MarkKind.STROKE, ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)), 2.5),
    Mark(True, MarkKind.ONLY_BOX, ((0.0, 0.0), (40.0, 30.0))),
)


def test_marks_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_marks(tmp_path / "new" / "a.json", MARKS)
    assert read_marks(tmp_path / "new" / "a.json") == MARKS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"version": 2, "marks": []}',
        '{"version": 1, "marks": {}, "more": 1}x',
        '{"version": 1, "marks": [1]}',
        '{"version": 1, "marks": [{"kind": "circle", "keep": true, "points": [[1, 2]]}]}',
        '{"version": 1, "marks": [{"kind": "click", "keep": 1, "points": [[1, 2]]}]}',
        '{"version": 1, "marks": [{"kind": "click", "keep": true, "points": []}]}',
        '{"version": 1, "marks": [{"kind": "box", "keep": true, "points": [[1, 2]]}]}',
        '{"version": 1, "marks": [{"kind": "click", "keep": true, "points": [[1, NaN]]}]}',
        '{"version": 1, "marks": [{"kind": "click", "keep": true, "points": [["1", 2]]}]}',
        '{"version": 1, "marks": [{"kind": "click", "keep": true, "points": [[1, 2]], "radius": -1}]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    with pytest.raises(MarksUnreadable, match=r"a\.json cannot be read"):
        read_marks(file)


def test_the_radius_may_be_left_out(tmp_path: Path) -> None:
    row = {"kind": "click", "keep": True, "points": [[1, 2]]}
    (tmp_path / "a.json").write_text(json.dumps({"version": 1, "marks": [row]}))
    assert read_marks(tmp_path / "a.json") == (Mark(True, MarkKind.CLICK, ((1.0, 2.0),)),)


def test_a_mark_off_the_photo_is_named_by_its_number() -> None:
    check_inside(MARKS, Path("a.jpg"), height=30, width=40)
    with pytest.raises(MarkOutside, match=r"Mark 3 lies outside a\.jpg \(39 × 30 pixels\)"):
        check_inside(MARKS, Path("a.jpg"), height=30, width=39)


def test_a_stroke_may_leave_the_photo_but_not_miss_it() -> None:
    check_inside([Mark(True, MarkKind.STROKE, ((-5.0, 5.0), (5.0, 5.0)), 2)], Path("a.jpg"), 10, 10)
    with pytest.raises(MarkOutside):
        check_inside([Mark(True, MarkKind.STROKE, ((-5.0, 5.0), (-9.0, 5.0)), 2)], Path("a.jpg"), 10, 10)


def test_the_file_is_found_by_subfolder_and_name(tmp_path: Path) -> None:
    for name in ("a.json", "a.png.json", "sub/b.json", "b.json"):
        write_marks(tmp_path / name, ())
    root = Path("photos")
    assert marks_path(tmp_path, root / "a.jpg", root) == tmp_path / "a.json"
    assert marks_path(tmp_path, root / "a.png", root) == tmp_path / "a.png.json"
    assert marks_path(tmp_path, root / "sub/b.jpg", root) == tmp_path / "sub/b.json"
    assert marks_path(tmp_path, root / "other/b.jpg", None) == tmp_path / "b.json"
    assert marks_path(tmp_path, root / "c.jpg", root) is None


def test_the_digest_tells_changed_marks(tmp_path: Path) -> None:
    write_marks(tmp_path / "a.json", MARKS)
    before = marks_digest(tmp_path / "a.json")
    write_marks(tmp_path / "a.json", MARKS[:1])
    assert marks_digest(tmp_path / "a.json") != before
    assert marks_digest(tmp_path / "gone.json") == ""
