"""``kirie cut --cluster`` where it cannot be: one sentence says why."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from main import main
from tests.matting.batch.batch_help import save_photo


def refused(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    photo = save_photo(folder / "a.jpg")
    assert main(["cut", str(photo), "-o", str(folder / "out"), "--cluster", "auto", *more]) == 2
    assert not (folder / "out").exists()
    return capsys.readouterr().err


def test_without_ray_the_command_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.startswith("commands.cluster.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "pip install 'kirie[cluster]'" in refused(tmp_path, capsys)


@pytest.mark.parametrize("option", ["--shard=1/2", "--existing=rename"])
def test_what_a_cluster_cannot_do_is_refused(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "leave out --" in refused(tmp_path, capsys, option)
