"""Standard streams of any encoding, closed, full: no command ends because of them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from matting.system.streams import printable
from tests.commands.run_help import ROOT, command, kirie, save_map
from tests.matting.batch.batch_help import files_in, save_photo

ENCODINGS = ("gbk", "cp932", "cp1251", "ascii", "latin-1", "cp437")
_COMMANDS = (
    [["--help"], ["--version"], ["models", "list"], ["models", "show", "u2net"], ["models", "show", "u2net-small"]]
    + [[name, "--help"] for name in ("cut", "models", "evaluate", "train", "selftest")]
    + [["models", name, "--help"] for name in ("list", "show", "download", "import", "remove", "verify")]
)
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full device is Linux's")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_command_prints_in_every_encoding(encoding: str) -> None:
    program = (
        "import sys; from matting.system.streams import prepare_streams; prepare_streams()\n"
        f"from main import main\nfor words in {_COMMANDS!r}:\n    status = main(words)\n"
        "    if status: sys.exit(f'{words}: {status}')"
    )
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode(encoding)
    assert "u2net-small" in text
    assert "?" not in text.partition("usage: kirie cut")[2].partition("exit status")[0], "spelled, not lost"


def test_the_program_itself_does_so(tmp_path: Path) -> None:
    for words in (["models", "list"], ["selftest"]):
        assert kirie(*words, PYTHONIOENCODING="ascii").status == 0


@full
@pytest.mark.parametrize("words", [["--help"], ["models", "list"], ["models", "list", "--json"]])
def test_results_that_cannot_be_written_are_one_sentence(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as target:
        done = subprocess.run(command(*words), stdout=target, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Standard output could not be written (the disk is full)" in done.stderr


def _batch(tmp_path: Path, *more: str) -> list[str]:
    for number in range(5):
        save_photo(tmp_path / f"in/{number}.png", seed=number)
        save_map(tmp_path / f"maps/{number}.png")
    folders = ("-o", tmp_path / "out", "--probability-from", tmp_path / "maps")
    return command("cut", tmp_path / "in", *folders, "--edges", "off", *more)


@full
def test_progress_that_cannot_be_written_stops_no_batch(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as target:
        done = subprocess.run(_batch(tmp_path), stdout=subprocess.PIPE, stderr=target, check=False)
    assert done.returncode == 0
    assert len(files_in(tmp_path / "out")) == 5


def test_progress_that_nobody_reads_stops_no_batch(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(_batch(tmp_path), stdout=subprocess.PIPE, stderr=writing, check=False)
    finally:
        os.close(writing)
    assert done.returncode == 0
    assert len(files_in(tmp_path / "out")) == 5


@full
def test_json_that_cannot_be_written_stops_no_batch_and_is_told(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as target:
        done = subprocess.run(
            _batch(tmp_path, "--json", "-q"), stdout=target, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert len(files_in(tmp_path / "out")) == 5
    assert done.stderr.count("could not be written (the disk is full)") == 1
    assert "unexpected" not in done.stderr


def test_control_characters_of_names_are_spelled(tmp_path: Path) -> None:
    name = "esc\x1b[31mred\nline\x85\u202egpj.png"
    save_photo(tmp_path / "in/plain.png")
    (tmp_path / "in/plain.png").rename(tmp_path / "in" / name)
    ended = kirie("cut", tmp_path / "in", "-o", tmp_path / "out", "--json", "--probability-from", tmp_path / "in")
    assert ended.lines[0]["source"].endswith(name)  # programs get the name as it is
    assert "\\u001b" in ended.out
    assert "\x1b[31m" not in ended.err
    lines = [line for line in ended.err.splitlines() if "red" in line]
    assert len(lines) == 1
    assert r"esc\x1b[31mred\nline\x85\u202egpj.png" in lines[0]


def test_names_of_all_languages_stay_as_they_are() -> None:
    for name in ("切り絵 一.jpg", "café.jpg", "全角　空白.png", "naïve\u00a0x.png", "👨‍👩‍👧.png"):
        assert printable(name) == name


def test_a_stream_that_is_no_file_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from matting.system.streams import prepare_streams

    own = io.StringIO()
    monkeypatch.setattr(sys, "stdout", own)
    monkeypatch.setattr(sys, "stderr", own)
    prepare_streams()
    assert sys.stdout is own
