"""``kirie cut --marks``: corrections made once are applied to every later batch."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from main import main
from matting.selection.marks import Mark, MarkKind
from matting.selection.marks_file import write_marks
from tests.commands.run_help import save_map

WIDTH, HEIGHT = 160, 120


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make two photos of a red and a blue square; the ready maps show both squares."""
    photo = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    photo[40:80, 20:60], photo[40:80, 100:140] = (30, 30, 200), (200, 60, 30)
    grey = np.zeros((HEIGHT, WIDTH), np.uint8)
    grey[40:80, 20:60] = grey[40:80, 100:140] = 255
    for kind, pixels in (("in", photo), ("maps", grey)):
        (tmp_path / kind).mkdir()
        for name in ("a.png", "b.png"):
            cv2.imwrite(str(tmp_path / kind / name), pixels)
    (tmp_path / "marks").mkdir()
    return tmp_path


def _cut(folder: Path, *more: object) -> int:
    words = ["cut", folder / "in", "-o", folder / "out", "--probability-from", folder / "maps", *more]
    return main([*map(str, words), "--marks", str(folder / "marks"), "--write", "mask", "--edges", "off"])


def _mask(folder: Path, name: str) -> tuple[int, int]:
    """Return the opacity of the red and of the blue square's middle."""
    grey = cv2.imread(str(folder / "out" / f"{name}-mask.png"), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    return int(grey[60, 40]), int(grey[60, 120])


def _mark(folder: Path, name: str, x: float, keep: bool = False) -> None:
    write_marks(folder / "marks" / f"{name}.json", [Mark(keep, MarkKind.CLICK, ((x, 60.0),), 2)])


def test_marks_change_their_photo_alone(folder: Path) -> None:
    _mark(folder, "a", 120)
    assert _cut(folder) == 0
    assert _mask(folder, "a") == (255, 0)
    assert _mask(folder, "b") == (255, 255)


def test_changed_marks_cut_again_and_the_same_do_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _mark(folder, "a", 120)
    assert _cut(folder) == 0
    assert _cut(folder) == 0
    assert "2 skipped" in capsys.readouterr().err
    _mark(folder, "a", 40)
    assert _cut(folder) == 0
    assert _mask(folder, "a") == (0, 255)
    (folder / "marks" / "a.json").unlink()
    assert _cut(folder) == 0
    assert _mask(folder, "a") == (255, 255)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("not JSON", "a.json cannot be read"),
        ('{"version": 1, "marks": [{"kind": "click", "keep": true, "points": [[500, 5]]}]}', "Mark 1 lies outside"),
    ],
)
def test_a_bad_file_fails_its_photo_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    (folder / "marks" / "a.json").write_text(text)
    assert _cut(folder) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert "Traceback" not in error
    assert not (folder / "out" / "a-mask.png").exists()
    assert _mask(folder, "b") == (255, 255)


def test_where_nothing_is_found_a_keep_click_gives_a_cutout(folder: Path) -> None:
    save_map(folder / "maps" / "a.png", value=0)
    _mark(folder, "a", 40, keep=True)
    assert _cut(folder) == 0
    assert _mask(folder, "a") == (255, 0)


def test_no_such_folder_is_bad_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "marks").rmdir()
    assert _cut(folder) == 2
    assert "is not a folder; --marks takes a folder" in capsys.readouterr().err
