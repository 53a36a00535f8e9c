"""Native chatter goes to its file, the program's own words to the terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def test_native_code_is_diverted_and_python_is_not(tmp_path: Path) -> None:
    file = tmp_path / "new" / "native.log"
    script = (
        "import os, sys; from pathlib import Path; from matting.system.native_noise import divert_native_noise\n"
        "divert_native_noise(Path(sys.argv[1]))\n"
        "os.write(2, b'Corrupt JPEG data')\n"
        "print('kirie: 切り絵', file=sys.stderr)\n"
        "raise SystemExit('kirie: the end')"
    )
    done = run(script, str(file))
    assert done.stderr == "kirie: 切り絵\nkirie: the end\n"
    assert file.read_text() == "Corrupt JPEG data"


def test_a_folder_that_cannot_be_made_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    script = (
        "import os, sys; from pathlib import Path; from matting.system.native_noise import divert_native_noise\n"
        "divert_native_noise(Path(sys.argv[1]))\n"
        "os.write(2, b'native ')\n"
        "print('python', file=sys.stderr)"
    )
    assert run(script, str(tmp_path / "file" / "native.log")).stderr == "native python\n"


def test_a_process_without_standard_error(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from matting.system.native_noise import divert_native_noise\n"
        "sys.stderr = None; divert_native_noise(Path(sys.argv[1])); print('alive')"
    )
    assert run(script, str(tmp_path / "native.log")).stdout == "alive\n"
