"""Kirie's own folder, also where there is no home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from matting.system import folders
from tests.commands.run_help import ROOT, command, kirie, run, save_map
from tests.matting.batch.batch_help import files_in, save_photo


def test_the_variable_overrides_the_platforms_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KIRIE_HOME", str(tmp_path))
    assert folders.home() == tmp_path
    monkeypatch.delenv("KIRIE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    assert folders.home().name == "kirie"


@pytest.mark.skipif(os.name == "nt", reason="users without a home are POSIX's")
@pytest.mark.parametrize("home", ["~nobody-here/x", str(Path(os.devnull, "x"))])
def test_every_command_starts_without_a_home(tmp_path: Path, home: str) -> None:
    for words in (["--version"], ["--help"], ["models", "list"], ["models", "show", "u2net-small"]):
        ended = kirie(*words, KIRIE_HOME=home, cwd=tmp_path)
        assert (ended.status, ended.err) == (0, ""), words
    save_photo(tmp_path / "in/a.png")
    save_map(tmp_path / "maps/a.png")
    ended = kirie("cut", "in", "-o", "out", "--probability-from", "maps", KIRIE_HOME=home, cwd=tmp_path)
    assert ended.status == 0, ended.err
    assert files_in(tmp_path / "out") == {"a-cutout.png"}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("~")]
    refused = kirie(
        "models", "import", ROOT / "resources/weights/u2net-small.safetensors", "--name", "mine", KIRIE_HOME=home
    )
    assert refused.status == 1
    assert "unexpected" not in refused.err


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("setpriv") is None,
    reason="only root becomes an unknown user",
)
def test_an_unknown_user_without_a_home_starts(tmp_path: Path) -> None:
    rights = ("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search")
    user = ("setpriv", "--reuid", "23456", "--regid", "23456", "--clear-groups", *rights)
    words = [*user, "env", "-u", "HOME", "-u", "KIRIE_HOME", *command("--version")]
    probe = subprocess.run([*user, sys.executable, "-c", ""], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this container gives no such rights")
    ended = run(words, tmp_path)
    assert ended.status == 0, ended.err
    assert ended.out.startswith("kirie ")
