"""``kirie cut --shard``: the same command on many machines cuts every photo exactly once, as one machine would."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from commands.shard import Shard
from main import main
from matting.batch.find_photos import FoundPhoto
from tests.commands.run_help import kirie, save_map
from tests.matting.batch.batch_help import files_in, save_photo

NAMES = ("a.jpg", "b.png", "shoes/c.jpg", "shoes/c.png", "shoes/图.jpg", "d.jpg", "e.jpg", "shoes/f.jpg", "g.jpg")
COUNT = 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with photos in ``in`` and their ready maps in ``maps``."""
    for seed, name in enumerate(NAMES):
        save_photo(tmp_path / "in" / name, seed=seed)
        save_map(tmp_path / "maps" / f"{name.replace('.', '-')}-probability.png")
    return tmp_path


def command(folder: Path, out: str, *more: str) -> list[str]:
    source, maps = str(folder / "in"), str(folder / "maps")
    return ["cut", source, "-o", str(folder / out), "--probability-from", maps, *more]


def test_all_shares_together_write_what_one_machine_writes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(folder, "whole", "--name", "{index}-{stem}")) == 0
    capsys.readouterr()
    sources: list[str] = []
    for number in range(1, COUNT + 1):
        assert main(command(folder, "parts", "--name", "{index}-{stem}", "--json", "--shard", f"{number}/{COUNT}")) == 0
        lines = map(json.loads, capsys.readouterr().out.splitlines())
        sources += [line["source"] for line in lines if line["type"] == "photo"]
    assert sorted(sources) == sorted(str(folder / "in" / name) for name in NAMES), "each photo once"
    assert files_in(folder / "parts") == files_in(folder / "whole")
    for name in files_in(folder / "whole"):
        assert (folder / "parts" / name).read_bytes() == (folder / "whole" / name).read_bytes()


def test_shares_run_at_the_same_time_and_resume_each_by_itself(folder: Path) -> None:
    shares = [command(folder, "out", "--shard", f"{number}/{COUNT}") for number in range(1, COUNT + 1)]
    with ThreadPoolExecutor(COUNT) as pool:
        first = list(pool.map(lambda share: kirie(*share), shares))
    assert [ended.status for ended in first] == [0] * COUNT
    assert len(files_in(folder / "out")) == len(NAMES)
    again = [kirie(*share, "--json") for share in shares]
    assert [ended.status for ended in again] == [0] * COUNT
    assert sum(ended.lines[-1]["skipped"] for ended in again) == len(NAMES)


def test_a_share_follows_from_the_path_below_the_folder_alone(folder: Path) -> None:
    there = [FoundPhoto(folder / "in" / name, folder / "in") for name in NAMES]
    shutil.move(folder / "in", folder / "mounted elsewhere")
    elsewhere = [FoundPhoto(folder / "mounted elsewhere" / name, folder / "mounted elsewhere") for name in NAMES]
    for number in range(1, COUNT + 1):
        share = Shard(number, COUNT)
        assert share.indexes(there) == share.indexes(elsewhere)
        assert share.indexes(there[:4]) == [index for index in share.indexes(there) if index < 4]


def test_shares_of_many_photos_are_about_equal() -> None:
    photos = [FoundPhoto(Path(f"/in/{number:05}.jpg"), Path("/in")) for number in range(16_000)]
    sizes = [len(Shard(number, 16).indexes(photos)) for number in range(1, 17)]
    assert sum(sizes) == 16_000
    assert 880 < min(sizes) <= max(sizes) < 1120  # four standard deviations of a fair draw


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "3/", "/3", "a/b", "-1/3", "1/0", "²/3"])
def test_what_is_no_share_is_said(text: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(folder, "out", f"--shard={text}")) == 2
    assert "is no share such as 3/16" in capsys.readouterr().err
