"""The surface of the program: help, version, exit statuses, the log."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from commands.parser import COMMANDS, build_parser
from main import main
from matting.system.folders import log_file
from matting.system.version import version
from tests.commands.run_help import ROOT, kirie


@pytest.mark.parametrize("arguments", [["--help"], *([command, "--help"] for command in COMMANDS)])
def test_help_is_a_manual(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert text.startswith("usage: kirie")
    assert "exit status" in text
    assert len(text.splitlines()) > 8


def test_cut_has_the_whole_surface(capsys: pytest.CaptureFixture[str]) -> None:
    main(["cut", "--help"])
    text = capsys.readouterr().out
    wanted = (
        "PATH -o --model --threshold --softness --edges --no-decontaminate --write --format --background --trim "
        "--padding --recursive --no-recursive --name --existing --probability-from --device --jobs --json"
    )
    assert [option for option in wanted.split() if option not in text] == []


def test_the_guide_and_the_help_of_cut_name_the_same_options(capsys: pytest.CaptureFixture[str]) -> None:
    main(["cut", "--help"])
    shown = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    guide = (ROOT / "docs/command-line.md").read_text("utf-8")
    written = set(re.findall(r"--[a-z][a-z-]+", guide))
    assert shown - written <= {"--output", "--quiet", "--recursive"}  # their other forms stand there
    assert written - {"--full"} <= shown  # the selftest's


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"kirie {version()}\n"
    assert version()[0].isdigit()


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["cut"], ["models"]])
def test_bad_usage_is_status_2_in_two_lines(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 2
    assert "--help” is the manual" in captured.err


@pytest.mark.parametrize("arguments", ["['--help']", "['--version']", "['cut', '--help']", "['cut', 'x']"])
def test_help_loads_neither_torch_nor_qt_nor_opencv(arguments: str) -> None:
    program = (
        f"import sys; from main import main; main({arguments})\n"
        "loaded = {'torch', 'PySide6', 'cv2', 'numpy'} & set(sys.modules)\nsys.exit(str(loaded) if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_whole_cut_never_loads_qt(tmp_path: Path) -> None:
    program = (
        "import sys; from main import main; import resources\n"
        f"status = main(['cut', str(resources.SAMPLES / 'coffee.jpg'), '-o', {str(tmp_path / 'out')!r}])\n"
        "sys.exit('Qt was loaded' if 'PySide6' in sys.modules else status)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/coffee-cutout.png").is_file()


def test_main_py_works_from_any_folder(tmp_path: Path) -> None:
    ended = kirie("--version", cwd=tmp_path)
    assert (ended.status, ended.out) == (0, f"kirie {version()}\n")


def test_the_installed_command_is_the_same_program() -> None:
    import tomllib

    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert scripts == {"kirie": "main:main"}


def test_every_subcommand_has_something_to_run() -> None:
    parser = build_parser()
    args = parser.parse_args(["selftest"])
    assert callable(args.run)


def test_the_log_keeps_the_traceback_and_the_user_reads_a_sentence(kirie_home: Path) -> None:
    program = (
        "import sys; from main import main; import commands.selftest as module\n"
        "def broken(args):\n    raise ZeroDivisionError('deep inside')\n"
        "module.run = broken\nsys.exit(main(['selftest']))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert str(kirie_home / "kirie.log") in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in log_file().read_text("utf-8")


@pytest.mark.parametrize("where", ["main thread", "other thread"])
def test_what_nobody_caught_is_logged(kirie_home: Path, where: str) -> None:
    fail = "raise LookupError('deep inside')"
    if where == "other thread":
        fail = "import threading; t = threading.Thread(target=lambda: {}['deep inside']); t.start(); t.join()"
    program = f"from main import main; main(['--version'])\n{fail}"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "unexpected error" in done.stderr
    assert "Traceback" not in done.stderr
    assert "deep inside" in (kirie_home / "kirie.log").read_text("utf-8")


def test_a_log_that_cannot_be_opened_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    ended = kirie("--version", KIRIE_HOME=str(tmp_path / "home"))
    assert (ended.status, ended.err) == (0, "")


def test_the_log_rotates(kirie_home: Path) -> None:
    program = (
        "from main import main; import logging; main(['--version'])\n"
        "for number in range(30_000): logging.info('%s', 'x' * 200)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    sizes = [path.stat().st_size for path in kirie_home.glob("kirie.log*")]
    assert 2 <= len(sizes) <= 4
    assert max(sizes) <= 1_000_000


def test_the_log_is_started_once() -> None:
    before = list(logging.getLogger().handlers)
    main(["--version"])
    main(["--version"])
    assert len(logging.getLogger().handlers) <= len(before) + 1


def test_numpys_blas_gets_one_thread(tmp_path: Path) -> None:
    """Its threads spin while they wait for each other, and a batch beside a busy program took three times as long."""
    libraries = list((Path(np.__file__).parents[1] / "numpy.libs").glob("libscipy_openblas64_*.so"))
    if not libraries:
        pytest.skip("this numpy brings another BLAS")
    program = (
        "import ctypes; from main import main; import resources\n"
        f"main(['cut', str(resources.SAMPLES / 'coffee.jpg'), '-o', {str(tmp_path / 'out')!r}])\n"
        f"print(ctypes.CDLL({str(libraries[0])!r}).scipy_openblas_get_num_threads64_())"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.split()[-1] == "1"


@pytest.mark.parametrize("words", [["models", "list", "--jso"], ["cut", "a", "-o", "b", "--red"], ["train", "--ful"]])
def test_options_are_not_abbreviated(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert f"unrecognized arguments: {words[-1]}" in capsys.readouterr().err
