"""Memory and time of a watched folder over a simulated week: photos arrive all the time, and nothing may grow.

    python benchmarks/watch.py                  10,000 tiny photos, which stay in the folder
    python benchmarks/watch.py --taken-away     each is moved away a while after it was cut, as studios do

The clock is simulated (a week in minutes), the network is replaced by brightness; reading, cutting, writing, journal
and the looks at the folder are the program's own.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from matting.batch.jobs import Job
from matting.batch.journal import Journal
from matting.settings import CutSettings, Edges, OutputSettings
from matting.system.control import Control
from matting.watch.watcher import Watched, Watcher
from tests.matting.batch.batch_help import Brightness

WEEK_S = 7 * 86_400
ROWS = 10


def resident_mb() -> float:
    """Return the memory of this process, in millions of bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--together", type=int, default=20, help="photos that arrive at the same time")
    parser.add_argument("--taken-away", action="store_true")
    args = parser.parse_args()
    disc = np.zeros((24, 24, 3), np.uint8)
    cv2.circle(disc, (12, 12), 6, (255, 255, 255), -1)
    data = cv2.imencode(".jpg", disc)[1].tobytes()
    with tempfile.TemporaryDirectory() as home:
        os.environ["KIRIE_HOME"] = home
        week(Path(home), data, args.photos, args.together, args.taken_away)


def week(home: Path, data: bytes, photos: int, together: int, taken_away: bool) -> None:
    folder, out = home / "in", home / "out"
    folder.mkdir()
    control, now, arrived, cut = Control(), [0.0], 0, 0
    here: deque[Path] = deque()
    pause = WEEK_S / (photos / together)
    started, rest = time.perf_counter(), 0
    print(f"{photos} photos, {'taken away' if taken_away else 'staying'}")
    print(f"{'simulated day':>14} {'photos':>8} {'memory MB':>10} {'s a photo':>10}")

    def wait(seconds: float) -> None:
        nonlocal arrived, rest
        now[0] += seconds
        if now[0] < arrived / together * pause:
            now[0] = arrived / together * pause  # nothing happens until the next photos come
        if cut < arrived:
            return  # those that came are settling
        if arrived % max(together, photos // ROWS) < together:
            gc.collect()
            each = (time.perf_counter() - started) / max(1, arrived)
            print(f"{now[0] / 86_400:>14.1f} {arrived:>8} {resident_mb():>10.1f} {each:>10.4f}", flush=True)
        if arrived >= photos:
            control.wind_down()
            return
        while taken_away and len(here) > 100:
            here.popleft().unlink()
        for _ in range(together):
            path = folder / f"IMG_{arrived:06}.jpg"
            path.write_bytes(data)
            here.append(path)
            arrived += 1

    def count(_result: object) -> None:
        nonlocal cut
        cut += 1

    settings = CutSettings(edges=Edges.OFF, decontaminate=False)
    with Journal(out) as journal:
        Watcher(
            Watched([folder], OutputSettings(out), lambda photo: Job(photo.path, photo.root, settings)),
            Brightness(),
            on_result=count,
            clock=lambda: now[0],
            wait=wait,
        ).run(journal, control)
    files = len(list(out.iterdir()))
    print(f"{files} cutouts, journal {sum(f.stat().st_size for f in (home / 'journals').glob('*')) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
