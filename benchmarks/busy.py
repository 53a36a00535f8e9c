"""Cutting photos while other programs want the processors too: with numpy's BLAS on one thread, and on all.

    python benchmarks/busy.py [--photos 12] [--rounds 2]

Rounds alternate, quiet and beside one spinning process a processor. The photos are the application's samples.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.window import make_batch  # noqa: E402

SPIN = "while True: pass"


def seconds(photos: Path, output: Path, threads: str) -> float:
    """Of one run of ``kirie cut``."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "main.py", "cut", str(photos), "-o", str(output), "--quiet"],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "KIRIE_HOME": str(output / "home")},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        photos = make_batch(Path(folder), options.photos)[0].parent
        for spinning in (0, cores):
            others = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(spinning)]
            try:
                for turn in range(options.rounds):
                    one, all_ = (
                        seconds(photos, Path(folder) / f"{spinning}-{turn}-{threads}", threads)
                        for threads in ("1", str(cores))
                    )
                    print(
                        f"{spinning} other processes, {options.photos} photos: BLAS on one thread {one:.1f} s, "
                        f"on {cores} {all_:.1f} s, {all_ / one:.2f} x",
                        flush=True,
                    )
            finally:
                for other in others:
                    other.kill()
                    other.wait()


if __name__ == "__main__":
    main()
