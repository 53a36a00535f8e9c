"""Peak memory of ``kirie cut`` over many photos: it must not grow with the batch.

    python benchmarks/memory.py [--few 20] [--many 100] [--megapixels 12]

Whole commands with the defaults, the few photos first. Prints one table; reach: the many within 10 % of the few, and
below 1.5 GB. Peak memory is the largest resident set of the process (``ru_maxrss``), shared libraries included.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.large_photos import PARITY, make_large_photos  # noqa: E402


def peak_and_seconds(arguments: list[str], home: str) -> tuple[float, float]:
    """Peak resident memory in MB and wall-clock seconds of one command."""
    started = time.perf_counter()
    words = [sys.executable, str(ROOT / "main.py"), *arguments]
    child = os.posix_spawn(sys.executable, words, {**os.environ, "KIRIE_HOME": home})
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit(f"kirie failed with status {os.waitstatus_to_exitcode(status)}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return usage.ru_maxrss / unit, time.perf_counter() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--few", type=int, default=20)
    parser.add_argument("--many", type=int, default=100)
    parser.add_argument("--megapixels", type=float, default=12.0)
    parser.add_argument("options", nargs="*", help="more options for kirie cut, after --")
    args = parser.parse_args()
    if not PARITY.is_dir():
        print("skipped: reference data (../shared) is not here")
        return 0
    peaks: dict[int, float] = {}
    rows = []
    with tempfile.TemporaryDirectory(prefix="kirie-benchmark-") as work:
        for count in (args.few, args.many):
            make_large_photos(Path(work, str(count)), count, args.megapixels)
            command = ["cut", f"{work}/{count}", "-o", f"{work}/out-{count}", "-q", *args.options]
            peaks[count], seconds = peak_and_seconds(command, f"{work}/home")
            rows.append(f"{count:8}{peaks[count]:12.0f}{seconds / count:12.2f}")
    print(f"\nphotos of {args.megapixels:g} MP; {platform.machine()}, {os.cpu_count()} cores\n")
    print(f"{'photos':>8}{'peak MB':>12}{'s a photo':>12}")
    print("\n".join(rows))
    growth = peaks[args.many] / peaks[args.few] - 1
    print(f"growth {growth:+.1%} (reach: at most +10 %), peak {peaks[args.many] / 1e3:.2f} GB (reach: below 1.5 GB)")
    return 0 if growth <= 0.1 and peaks[args.many] < 1500 else 1


if __name__ == "__main__":
    sys.exit(main())
