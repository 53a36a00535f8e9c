"""The built program: what takes how much room, and how soon it is there.

    python benchmarks/executable.py [dist/kirie/kirie] [--archive] [--runs 5]

``--archive`` also packs it as .tar.xz, which takes minutes. Start-up times are counted from the launch of the process,
after one launch that is not counted. Without a display run it under ``xvfb-run``, or with QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The first pattern that fits a path inside the folder names its component.
COMPONENTS = (
    ("torch", ("*/torch/*", "*/torch-*")),
    ("Qt and PySide", ("*/PySide6/*", "*/shiboken6/*", "*pyside6*", "*shiboken6*", "*/libQt6*")),
    ("OpenCV", ("*/cv2/*", "*/opencv_python_headless*")),
    ("numpy", ("*/numpy*",)),
    ("Pillow", ("*/PIL/*", "*/pillow*")),
    ("resources", ("*/resources/*",)),
    ("Python and all modules", ("kirie", "kirie*.exe", "*/libpython*", "*/python3*", "*/base_library.zip")),
)


def component(path: str) -> str:
    """Return the component of a path relative to the program's folder."""
    for name, patterns in COMPONENTS:
        if any(fnmatch(path, pattern) for pattern in patterns):
            return name
    return "rest"


def sizes(folder: Path) -> Counter[str]:
    """Bytes of each component; a link counts nothing."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            found[component(path.relative_to(folder).as_posix())] += path.stat().st_size
    return found


def archive_bytes(folder: Path) -> int:
    """Size of the folder as .tar.xz, made by the system's tools, which use all processors."""
    with tempfile.TemporaryDirectory() as place:
        packed = Path(place) / "kirie.tar.xz"
        subprocess.run(
            ["tar", "-C", str(folder.parent), "-I", "xz -6 -T0", "-cf", str(packed), folder.name], check=True
        )
        return packed.stat().st_size


def window_times(program: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds until the window is painted, and until it shows the cutout of a sample."""
    done = subprocess.run(
        [str(program), "selftest-window", str(time.time())],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    found = re.search(r"visible after ([\d.]+) s, the cutout of \S+ after ([\d.]+) s", done.stdout)
    assert found, done.stdout
    return float(found[1]), float(found[2])


def cut_time(program: Path, environment: dict[str, str], folder: Path) -> float:
    """Seconds of ``cut`` for one photo, from launch to exit."""
    photo = ROOT / "resources" / "samples" / "coffee.jpg"
    started = time.perf_counter()
    subprocess.run(
        [str(program), "cut", str(photo), "-o", str(folder / "out"), "--redo", "--existing", "overwrite", "-q"],
        env=environment,
        capture_output=True,
        check=True,
    )
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", type=Path, default=ROOT / "dist" / "kirie" / "kirie")
    parser.add_argument("--archive", action="store_true")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    program = options.program.resolve()
    table = sizes(program.parent)
    print(f"{'component':32}{'MB':>8}")
    for name, size in table.most_common():
        print(f"{name:32}{size / 1e6:>8.1f}")
    print(f"{'together':32}{table.total() / 1e6:>8.1f}")
    if options.archive:
        print(f"{'as .tar.xz':32}{archive_bytes(program.parent) / 1e6:>8.1f}")

    with tempfile.TemporaryDirectory() as place:
        environment = {**os.environ, "KIRIE_HOME": str(Path(place) / "home")}
        windows = [window_times(program, environment) for _ in range(options.runs + 1)][1:]
        cuts = [cut_time(program, environment, Path(place)) for _ in range(options.runs + 1)][1:]
    print(f"\n{platform.processor() or platform.machine()}, {os.cpu_count()} processors")
    print(f"{'seconds from launch':32}{'median':>8}{'worst':>8}")
    rows = {"window visible": [one for one, _ in windows], "first preview": [two for _, two in windows]}
    for name, times in {**rows, "cut of one photo": cuts}.items():
        print(f"{name:32}{statistics.median(times):>8.2f}{max(times):>8.2f}")


if __name__ == "__main__":
    main()
