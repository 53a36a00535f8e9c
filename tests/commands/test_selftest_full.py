"""``kirie selftest --full``: the children's failures become sentences. The whole is run by test_executable."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from commands import selftest_full


def _be(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(selftest_full, "program", lambda: [sys.executable, "-c", code])


def test_a_child_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    _be(monkeypatch, "import sys; print('no room left', file=sys.stderr); sys.exit(3)")
    assert selftest_full.check_children("cpu") == "“kirie cut” ended with status 3: no room left"


def test_a_child_that_does_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    _be(monkeypatch, "pass")
    assert selftest_full.check_children("cpu") == "0 of 5 samples were cut out"


def test_a_program_that_is_not_there_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(selftest_full, "program", lambda: [str(tmp_path / "kirie")])
    problem = selftest_full.check_children("cpu")
    assert problem is not None
    assert problem.startswith("“kirie cut” did not run to its end: ")


def test_the_window_opens_in_a_child_and_keeps_the_users_home_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIRIE_HOME", str(tmp_path / "users"))
    assert selftest_full._open_window(tmp_path) is None
    assert "the cutout of astronaut.jpg after" in capfd.readouterr().out
    assert not (tmp_path / "users").exists()
    assert (tmp_path / "home" / "workspace.json").is_file()
