"""A folder of 12-megapixel photos, JPEG to RGBA PNG: ``kirie cut`` against ``rembg p``, whole commands.

    python benchmarks/batch_vs_rembg.py [--photos 24] [--grain 0] [--rounds 1] [--venv FOLDER] [--ours-only]

Both sides use the same u2netp weights (``../shared/weights``) on the CPU and their own defaults otherwise. rembg is
installed from PyPI into an environment of its own. The sides alternate within the run, ours first and last. Prints one
table; reach: rembg takes at least 12 times as long. With ``--grain 4`` the photos are as noisy as a camera's.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.large_photos import PARITY, SHARED, U2NETP, make_large_photos  # noqa: E402
from matting.files.reading.read_photo import read_photo  # noqa: E402


@dataclass(frozen=True)
class Run:
    """One whole command: wall-clock and processor seconds, and bytes written."""

    side: str
    seconds: float
    cpu: float
    written: int


def measure(side: str, words: Sequence[str], out: Path, **environment: str) -> Run:
    """Run a command into an empty folder ``out``."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(words, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{side} failed:\n{done.stdout}\n{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(side, seconds, cpu, sum(path.stat().st_size for path in out.rglob("*.png")))


def check(photos: Sequence[Path], out: Path) -> None:
    """Every photo must have given an RGBA PNG of its size."""
    cutouts = sorted(out.rglob("*.png"))
    assert len(cutouts) == len(photos), f"{len(cutouts)} files for {len(photos)} photos"
    for photo, cutout in list(zip(photos, cutouts, strict=True))[::6]:
        one, other = read_photo(photo), read_photo(cutout)
        assert (one.width, one.height) == (other.width, other.height)
        assert other.alpha is not None


def install_rembg(folder: Path) -> Path:
    """Install the ``rembg`` command in an environment of its own."""
    command = folder / ("Scripts/rembg.exe" if os.name == "nt" else "bin/rembg")
    if not command.exists():
        print(f"installing rembg into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        python = command.with_name("python.exe" if os.name == "nt" else "python")
        subprocess.run([python, "-m", "pip", "install", "-qqq", "rembg[cpu,cli]", "onnxruntime"], check=True)
    return command


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=24)
    parser.add_argument("--grain", type=float, default=0.0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--venv", type=Path, default=Path(tempfile.gettempdir()) / "kirie-benchmark-rembg")
    parser.add_argument("--ours-only", action="store_true")
    args = parser.parse_args()
    if not PARITY.is_dir():
        print("skipped: reference data (../shared) is not here")
        return 0
    rembg = None if args.ours_only else install_rembg(args.venv)
    with tempfile.TemporaryDirectory(prefix="kirie-benchmark-") as work:
        photos = make_large_photos(Path(work, "in"), args.photos, grain=args.grain)
        out = Path(work, "out")
        runs: list[Run] = []

        def ours() -> None:
            words = [sys.executable, str(ROOT / "main.py"), "cut", f"{work}/in", "-o", str(out), "--model", str(U2NETP)]
            runs.append(measure("kirie", words, out, KIRIE_HOME=f"{work}/home"))
            check(photos, out)

        def theirs() -> None:
            words = [str(rembg), "p", "-m", "u2netp", f"{work}/in", str(out)]
            home = str(SHARED / "weights")
            runs.append(measure("rembg", words, out, U2NET_HOME=home, MODEL_CHECKSUM_DISABLED="1"))
            check(photos, out)

        ours()
        for _ in range(args.rounds if rembg else 0):
            theirs()
            ours()
    report(runs, args.photos)
    return 0


def report(runs: Sequence[Run], count: int) -> None:
    """Print the table."""
    print(
        f"\n{count} photos of 12 MP, JPEG to RGBA PNG, u2netp, CPU; {platform.machine()}, {os.cpu_count()} cores, ",
        end="",
    )
    print(f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the end\n")
    print(f"{'':8}{'seconds':>10}{'s a photo':>12}{'CPU s a photo':>15}{'MB a photo':>12}")
    for run in runs:
        row = (run.seconds, run.seconds / count, run.cpu / count, run.written / count / 1e6)
        print(f"{run.side:8}{row[0]:10.1f}{row[1]:12.2f}{row[2]:15.2f}{row[3]:12.1f}")
    for what, of in (("wall-clock", lambda run: run.seconds), ("CPU", lambda run: run.cpu)):
        best = {side: min(of(run) for run in runs if run.side == side) for side in {run.side for run in runs}}
        if "rembg" in best:
            print(f"rembg / kirie, {what} (best of each): {best['rembg'] / best['kirie']:.1f}")


if __name__ == "__main__":
    sys.exit(main())
