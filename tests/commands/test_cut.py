"""``kirie cut`` from the outside: what it accepts, says, writes and returns."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import cv2
import pytest

from main import main
from tests.commands.run_help import kirie, run, save_map, shell_command
from tests.matting.batch.batch_help import save_photo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photos in ``in``, ready maps in ``maps``: the network is not needed to test the command line."""
    for name in ("a.jpg", "b.png", "sub/a.jpg"):
        save_photo(tmp_path / "in" / name, seed=len(name))
        save_map((tmp_path / "maps" / name).with_suffix(".png"))
    return tmp_path


def _cut(folder: Path, *more: object) -> int:
    paths = () if more and isinstance(more[0], Path) else (folder / "in",)
    arguments = ["cut", *paths, *more, "-o", folder / "out", "--probability-from", folder / "maps"]
    return main([str(argument) for argument in arguments])


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_all_done_is_status_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _cut(folder) == 0
    assert _files(folder / "out") == {"a-cutout.png", "b-cutout.png", "sub/a-cutout.png"}
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "3 photos: 3 cut out" in captured.err


def test_some_failed_is_status_1_and_the_rest_is_done(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "in/b.png").write_bytes(b"not a photo")
    assert _cut(folder) == 1
    assert _files(folder / "out") == {"a-cutout.png", "sub/a-cutout.png"}
    error = capsys.readouterr().err
    assert "b.png is not a photo that Kirie can read" in error
    assert "2 cut out, 1 failed" in error
    assert "Traceback" not in error


def test_patterns_choose_among_the_photos(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _cut(folder, "--include", "*.jpg", "--exclude", "sub") == 0
    assert _files(folder / "out") == {"a-cutout.png"}
    assert _cut(folder, "--exclude", "*") == 0
    assert "no photos in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "the following arguments are required: -o/--output"),
        (("-o", "out", "--threshold", "1.5"), "not a number from 0 to 1"),
        (("-o", "out", "--threshold", "nan"), "not a number from 0 to 1"),
        (("-o", "out", "--edges", "sharp"), "invalid choice: 'sharp'"),
        (("-o", "out", "--include", "/"), "is no pattern of names"),
        (("-o", "out", "--format", "bmp"), "none of png, webp, tiff, psd, jpg"),
        (("-o", "out", "--background", "#12345"), "#rrggbb"),
        (("-o", "out", "--background", "nosuchcolour"), "a name such as white"),
        (("-o", "out", "--background", "main.txt"), "is not a photo that Kirie can read"),
        (("-o", "out", "--padding", "-1"), "not a whole number from 0"),
        (("-o", "out", "--jobs", "0"), "not a whole number from 1"),
        (("-o", "out", "--name", "{nothing}"), "{nothing} is unknown"),
        (("-o", "out", "--existing", "ask"), "invalid choice: 'ask'"),
        (("-o", "out", "--write", "alpha"), "invalid choice: 'alpha'"),
        (("-o", "out", "--device", "tpu"), "invalid choice: 'tpu'"),
        (("-o", "out", "--model", "no-such-model"), "no model “no-such-model”"),
        (("-o", "out", "--model", "gone.pth"), "gone.pth"),
        (("-o", "out", "--model", "main.txt"), "main.txt"),
        (("-o", "out", "--probability-from", "nowhere"), "nowhere is not a folder"),
        (("-o", "out", "--probability-from", "in", "--model", "u2net-small"), "not allowed with"),
        (("-o", "main.txt"), "main.txt is a file; -o takes a folder"),
        (("-o", "out", "--thresh", "0.5"), "unrecognized arguments"),
    ],
)
def test_bad_usage_is_status_2_and_a_sentence(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(folder)
    Path("main.txt").write_text("text")
    assert main(["cut", "in", *arguments]) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert len(captured.err.strip().splitlines()) <= 2
    assert captured.out == ""
    assert not (folder / "out").exists()


def test_nothing_there_is_bad_usage_and_something_gone_is_a_failure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _cut(folder, folder / "typo") == 2
    assert "no such file or folder" in capsys.readouterr().err
    assert _cut(folder, folder / "in/a.jpg", folder / "typo.jpg") == 1
    assert "typo.jpg is no longer there" in capsys.readouterr().err
    assert _files(folder / "out") == {"a-cutout.png"}


def test_an_empty_folder_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    assert main(["cut", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--json"]) == 0
    captured = capsys.readouterr()
    assert f"no photos in {tmp_path / 'in'}; nothing to do" in captured.err
    assert '"total": 0' in captured.out


def test_json_is_an_object_a_photo_and_a_summary(folder: Path) -> None:
    save_photo(folder / "in/blank.png")
    save_map(folder / "maps/blank.png", 0)
    (folder / "in/bad.jpg").write_bytes(b"bad")
    ended = kirie("cut", folder / "in", "-o", folder / "out", "--probability-from", folder / "maps", "--json")
    assert ended.status == 1
    *photos, summary = ended.lines
    assert len(photos) == 5
    by_name = {Path(photo["source"]).relative_to(folder / "in").as_posix(): photo for photo in photos}
    good, bad, blank = by_name["a.jpg"], by_name["bad.jpg"], by_name["blank.png"]
    assert good["state"] == "done"
    assert good["outputs"] == [str(folder / "out/a-cutout.png")]
    assert (good["width"], good["height"]) == (48, 48)
    assert good["error"] is None
    assert 0 <= good["doubt"] <= 1
    assert good["seconds"] > 0
    assert (bad["state"], bad["outputs"], bad["error_type"]) == ("failed", [], "NotAPhoto")
    assert "bad.jpg is not a photo" in bad["error"]
    assert (blank["state"], blank["outputs"]) == ("no-subject", [])
    expected = {"total": 5, "done": 3, "no_subject": 1, "failed": 1, "skipped": 0, "not_reached": 0, "model": "maps"}
    assert summary.items() >= expected.items()
    assert summary["type"] == "summary"
    assert summary["wants_a_look"] == sum(photo["wants_a_look"] for photo in photos)
    assert summary["seconds"] > 0


def test_without_a_terminal_progress_is_plain_lines(folder: Path) -> None:
    ended = kirie("cut", folder / "in", "-o", folder / "out", "--probability-from", folder / "maps")
    lines = ended.err.splitlines()
    assert [line.partition("]")[0].split(",")[0] for line in lines[:3]] == ["[1/3", "[2/3", "[3/3"]
    assert "photos/s" in lines[1]
    assert "\r" not in ended.err
    assert "\x1b" not in ended.err


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_on_a_terminal_progress_is_a_bar(folder: Path) -> None:
    arguments = ("cut", folder / "in", "-o", folder / "out", "--probability-from", folder / "maps")
    ended = run(["script", "-qec", shell_command(*arguments), "/dev/null"], TERM="xterm")
    assert "█" in ended.out
    assert "3/3" in ended.out
    assert "3 photos: 3 cut out" in ended.out


def test_what_wants_a_look_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_photo(folder / "in/blank.png")
    save_map(folder / "maps/blank.png", 0)
    assert _cut(folder) == 0
    error = capsys.readouterr().err
    assert "1 with no subject found" in error
    assert "of 4 want" in error
    assert "blank.png (no subject found)" in error
    assert "--write-empty" in error
    assert "blank-cutout.png" not in _files(folder / "out")
    assert _cut(folder, "--write-empty") == 0
    assert "blank-cutout.png" in _files(folder / "out")


def test_several_kinds_and_a_name_template(folder: Path) -> None:
    more = ("--write", "cutout", "--write", "mask", "--write", "mask", "--name", "{kind}/{index}-{stem}")
    assert _cut(folder, *more, "--format", "webp") == 0
    assert _files(folder / "out") == {
        "cutout/1-a.webp",
        "cutout/2-b.webp",
        "mask/1-a.png",
        "mask/2-b.png",
        "sub/cutout/3-a.webp",
        "sub/mask/3-a.png",
    }


@pytest.mark.parametrize("format", ["png", "webp", "tiff", "psd", "jpg", "jpeg"])
def test_every_format_is_written(folder: Path, format: str) -> None:
    assert _cut(folder, folder / "in/a.jpg", "--format", format) == 0
    (path,) = (folder / "out").iterdir()
    assert path.name == f"a-cutout.{'jpg' if format == 'jpeg' else format}"
    start = {"png": b"\x89PNG", "webp": b"RIFF", "tiff": b"II", "psd": b"8BPS", "jpg": b"\xff\xd8", "jpeg": b"\xff\xd8"}
    assert path.read_bytes().startswith(start[format])


@pytest.mark.parametrize("colour", ["#3264c8", "#36C", "rebeccapurple", "Dark Blue"])
def test_a_background_colour(folder: Path, colour: str) -> None:
    expected = {"#3264c8": (0x32, 0x64, 0xC8), "#36C": (0x33, 0x66, 0xCC), "rebeccapurple": (102, 51, 153)}
    assert _cut(folder, folder / "in/a.jpg", "--background", colour) == 0
    corner = cv2.imread(str(folder / "out/a-cutout.png"))[0, 0].tolist()  # type: ignore[index]
    assert tuple(corner[::-1]) == expected.get(colour, (0, 0, 139))


def test_a_background_picture(folder: Path) -> None:
    save_photo(folder / "behind.png", side=20, seed=5, blank=True)
    assert _cut(folder, folder / "in/a.jpg", "--background", str(folder / "behind.png")) == 0
    assert cv2.imread(str(folder / "out/a-cutout.png"))[:6, :6].max() < 60  # type: ignore[index]


def test_trim_padding_and_hard_edges(folder: Path) -> None:
    assert _cut(folder, folder / "in/a.jpg", "--padding", "5", "--softness", "0", "--edges", "off") == 0
    cutout = cv2.imread(str(folder / "out/a-cutout.png"), cv2.IMREAD_UNCHANGED)
    assert cutout is not None
    assert set(cutout[..., 3].ravel().tolist()) == {0, 255}
    rows = cutout[..., 3].any(axis=1).nonzero()[0]
    assert (rows[0], cutout.shape[0] - 1 - rows[-1]) == (5, 5)


def test_lower_thresholds_keep_more(folder: Path) -> None:
    def area(threshold: str) -> int:
        arguments = ("--threshold", threshold, "--write", "mask", "--edges", "off", "--redo")
        assert _cut(folder, folder / "in/a.jpg", *arguments) == 0
        mask = cv2.imread(str(folder / "out/a-mask.png"), cv2.IMREAD_UNCHANGED)
        assert mask is not None
        return int((mask > 127).sum())

    assert area("0.1") > area("0.5") > area("0.9")


def test_the_same_command_again_does_nothing_and_redo_does(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _cut(folder) == 0
    before = {path: path.stat().st_mtime_ns for path in (folder / "out").rglob("*.png")}
    assert _cut(folder) == 0
    assert "3 skipped" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert _cut(folder, "--redo") == 0
    assert all(path.stat().st_mtime_ns > then for path, then in before.items())


def test_output_beside_and_below_the_photos_is_not_cut_again(folder: Path) -> None:
    maps = ("--probability-from", str(folder / "maps"))
    for target in ("in/out", "in"):
        for _ in range(2):
            assert main(["cut", str(folder / "in"), "-o", str(folder / target), *maps]) == 0
        names = _files(folder / "in")
        assert not [name for name in names if "cutout-cutout" in name]
        shutil.rmtree(folder / "in/out", ignore_errors=True)
        cut = {"a-cutout.png", "b-cutout.png", "sub/a-cutout.png"}
        assert {name for name in names if "cutout" in name} == {
            f"{'' if target == 'in' else 'out/'}{name}" for name in cut
        }


def test_given_twice_and_in_two_folders_nothing_is_lost(folder: Path) -> None:
    other = save_photo(folder / "other/a.jpg", seed=7)
    save_map(folder / "maps/other/a.png")
    for below in ("a", "b", "sub/a"):
        save_map(folder / f"maps/in/{below}.png")
    assert _cut(folder, folder / "in", folder / "in", folder / "in/a.jpg", other.parent, other.parent) == 0
    assert _files(folder / "out") == {
        "a-cutout.png",
        "in/b-cutout.png",
        "in/sub/a-cutout.png",
        "other/a-cutout.png",
    }


def test_no_recursive(folder: Path) -> None:
    assert _cut(folder, "--no-recursive") == 0
    assert _files(folder / "out") == {"a-cutout.png", "b-cutout.png"}


def test_odd_names_come_through(tmp_path: Path) -> None:
    names = ['it\'s "a" photo.png', "🦊.png", "照片/图 1.png", "-o.png", "{stem}.png", "%s.png"]
    if os.name != "nt":
        names.append(os.fsdecode(b"caf\xe9.png"))
    for number, name in enumerate(names):
        save_photo_any(tmp_path / "in" / name, number)
        save_map_any(tmp_path / "maps" / name)
    ended = kirie("cut", tmp_path / "in", "-o", tmp_path / "out", "--probability-from", tmp_path / "maps", "--json")
    assert ended.status == 0, ended.err
    stems = {Path(name).with_suffix("").as_posix() for name in names}
    assert _files(tmp_path / "out") == {f"{stem}-cutout.png" for stem in stems}
    assert {line["outputs"][0] for line in ended.lines[:-1]} == {
        str(tmp_path / f"out/{stem}-cutout.png") for stem in stems
    }


def save_photo_any(path: Path, seed: int) -> None:
    """OpenCV cannot write every name."""
    save_photo(path.with_name("tmp.png"), seed=seed).rename(path)


def save_map_any(path: Path) -> None:
    save_map(path.with_name("tmp.png")).rename(path)


def test_a_reader_that_goes_away_ends_the_program_quietly(folder: Path) -> None:
    for number in range(60):
        save_photo(folder / f"in/more/{number}.png", seed=number)
        save_map(folder / f"maps/more/{number}.png")
    arguments = ("cut", folder / "in", "-o", folder / "out", "--probability-from", folder / "maps", "--json", "-q")
    ended = run(["bash", "-c", f"{shell_command(*arguments)} | head -n 1"])
    assert len(ended.out.splitlines()) == 1
    assert "Traceback" not in ended.err
    assert "BrokenPipe" not in ended.err
