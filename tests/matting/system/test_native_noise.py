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


def test_where_no_file_can_be_made_the_terminal_stays_clean_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    script = (
        "import os, sys; from pathlib import Path; from matting.system.native_noise import divert_native_noise\n"
        "divert_native_noise(Path(sys.argv[1]))\n"
        "os.write(2, b'native ')\n"
        "print('python', file=sys.stderr)"
    )
    assert run(script, str(tmp_path / "file" / "native.log")).stderr == "python\n"


_OVERHEAR = """
import os, sys, threading
from pathlib import Path
from matting.system.native_noise import divert_native_noise, overhear
if sys.argv[1:]:
    divert_native_noise(Path(sys.argv[1]))
os.write(2, b"before ")
met, runs, heard = threading.Barrier(2), dict.fromkeys("ab", 0), {}
def step(name):
    runs[name] += 1
    if runs[name] == 1:
        met.wait()
    if name == "a":
        os.write(2, b"Corrupt JPEG data")
    if runs[name] == 1:
        met.wait()
    return name * 3
def listen(name):
    heard[name] = overhear(lambda: step(name))
if sys.argv[1:]:
    threads = [threading.Thread(target=listen, args=name) for name in "ab"]
    [thread.start() for thread in threads]; [thread.join() for thread in threads]
else:
    met = threading.Barrier(1); listen("a"); listen("b")
print(sorted(heard.items()))
"""


def test_what_two_threads_print_at_once_is_told_apart(tmp_path: Path) -> None:
    expected = "[('a', ('aaa', 'Corrupt JPEG data')), ('b', ('bbb', ''))]\n"
    assert run(_OVERHEAR, str(tmp_path / "native.log")).stdout == expected


def test_without_a_file_the_words_are_heard_and_passed_on() -> None:
    done = run(_OVERHEAR)
    assert done.stdout == "[('a', ('aaa', 'Corrupt JPEG data')), ('b', ('bbb', ''))]\n"
    assert done.stderr == "before Corrupt JPEG data"


def test_a_process_without_standard_error(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from matting.system.native_noise import divert_native_noise\n"
        "sys.stderr = None; divert_native_noise(Path(sys.argv[1])); print('alive')"
    )
    assert run(script, str(tmp_path / "native.log")).stdout == "alive\n"
