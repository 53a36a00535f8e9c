"""How quick the window is: first paint, first preview, slider, clicks and mouse to pixels, its event loop while a batch
runs and the slider is dragged, memory with many rows.

    OPENBLAS_NUM_THREADS=1 python benchmarks/window.py [--photo FILE] [--rows 5000] [--batch 24]

Without a display run it under ``xvfb-run``, or with QT_QPA_PLATFORM=offscreen. First paint is counted from the start of
a fresh interpreter.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import SignalInstance

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gui.main_window import MainWindow  # noqa: E402
from gui.threads.selecting import Selecting  # noqa: E402

FIRST_PAINT = """
import sys, time
from PySide6.QtCore import QTimer
from gui.app import make_application, open_window
application = make_application()
window = open_window(application)
window.show()
window.repaint()
application.processEvents()
print(time.time() - float(sys.argv[1]), flush=True)
QTimer.singleShot(0, window.close)
application.exec()
"""


def first_paint(runs: int = 5) -> list[float]:
    times = []
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", FIRST_PAINT, str(time.time())], cwd=ROOT, capture_output=True, text=True, check=True
        )
        times.append(float(done.stdout.split()[0]))
    return times


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if sys.platform == "linux" else 0
    return pages * 4096 / 1e6


def make_photo(folder: Path) -> Path:
    """24 megapixels with a soft outline and some texture."""
    y, x = np.mgrid[:4000, :6000].astype(np.float32)
    distance = np.hypot((x - 3000) / 1.3, y - 2000)
    inside = np.clip((1300 - distance) / 12, 0, 1)[..., None]
    texture = np.random.default_rng(1).normal(0, 6, (4000, 6000, 1)).astype(np.float32)
    pixels = inside * (225, 130, 60) + (1 - inside) * (40, 70, 90) + texture
    path = folder / "24mp.jpg"
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path, quality=90)
    return path


def pointing(window: MainWindow) -> tuple[list[float], list[float]]:
    """Return the milliseconds from 40 clicks, and from 40 places under the mouse, to the canvas, in order.

    The photo has 10 marks at each; all lie around its rim, where a click changes something.
    """
    from PySide6.QtCore import QEventLoop, QTimer

    from matting.selection.marks import Mark, MarkKind

    width, height = window.canvas.state.photo
    loop, canvas, (selecting,) = QEventLoop(), window.canvas, window.findChildren(Selecting)
    limit = QTimer(singleShot=True, interval=3000)
    limit.timeout.connect(loop.quit)

    def mark(number: int) -> Mark:
        angle = number * 2.4
        x, y = width * (0.5 + 0.29 * np.cos(angle)), height * (0.5 + 0.33 * np.sin(angle))
        return Mark(number % 3 > 0, MarkKind.CLICK, ((float(x), float(y)),), width / 150)

    def timed(ask: Callable[[], object], answered: SignalInstance) -> float:
        answered.connect(loop.quit)
        limit.start()
        begin = time.perf_counter()
        ask()
        loop.exec()
        canvas.repaint()
        spent = (time.perf_counter() - begin) * 1000
        answered.disconnect(loop.quit)
        limit.stop()
        QTimer.singleShot(700, loop.quit)  # until the whole cutout is there
        loop.exec()
        return spent

    for number in range(9):
        window.workspace.correct(mark(number))
    clicks, hovers = [], []
    for number in range(10, 50):
        new = mark(number)
        hovers.append(timed(partial(canvas.hovered.emit, new), selecting.foreseen))
        clicks.append(timed(partial(canvas.mark_made.emit, new), window.current.shown))
        timed(window.workspace.undo, window.current.shown)
    return sorted(clicks), sorted(hovers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--batch", type=int, default=24)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KIRIE_HOME"] = str(Path(folder) / "home")
        measure(options.photo or make_photo(Path(folder)), options.rows, make_batch(Path(folder), options.batch))


def make_batch(folder: Path, count: int) -> list[Path]:
    """Copy the application's samples to ``count`` names, in turn."""
    samples = sorted((ROOT / "resources" / "samples").glob("*.jpg"))
    names = [folder / "batch" / f"{number:04}.jpg" for number in range(count)]
    (folder / "batch").mkdir()
    for number, name in enumerate(names):
        name.write_bytes(samples[number % len(samples)].read_bytes())
    return names


def measure(photo: Path, rows: int, batch: list[Path]) -> None:
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QSlider

    from gui.app import make_application, open_window
    from gui.workspace.entry import PhotoEntry

    paints = first_paint()
    application = make_application()
    started = time.perf_counter()
    window = open_window(application)
    window.resize(1600, 1000)
    window.show()
    # Qt waits in these loops without the interpreter, as in the program; polling would take it from the workers.
    loop = QEventLoop()

    def wait(milliseconds: int) -> None:
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    window.current.shown.connect(loop.quit)
    wait(20)
    window.list_actions.add([photo])
    loop.exec()
    preview = time.perf_counter() - started
    window.current.shown.disconnect(loop.quit)
    wait(1500)

    (slider,) = [one for one in window.findChildren(QSlider) if one.objectName() == "threshold"]
    waits = []
    span = slider.maximum() - slider.minimum()
    window.current.shown.connect(loop.quit)
    for step in range(200):
        begin = time.perf_counter()
        slider.setValue(slider.minimum() + span // 5 + step * 7 % (span // 2))
        loop.exec()
        window.canvas.repaint()
        waits.append((time.perf_counter() - begin) * 1000)
    waits.sort()

    window.current.shown.disconnect(loop.quit)
    clicks, hovers = pointing(window)
    turns: list[float] = []
    last = time.perf_counter()

    def turn() -> None:
        nonlocal last
        now = time.perf_counter()
        turns.append((now - last) * 1000)
        last = now

    window.list_actions.add(batch)
    wait(1500)
    beat = QTimer()
    beat.timeout.connect(turn)
    window.batch.start_only(batch)
    last = begin = time.perf_counter()
    beat.start(4)
    while window.batch.running:
        slider.setValue(slider.minimum() + (slider.value() - slider.minimum() + 3) % span)
        wait(16)
    beat.stop()
    rate = len(batch) / (time.perf_counter() - begin)
    turns.sort()

    before = resident_mb()
    window.workspace.add([PhotoEntry(Path(f"/photos/{index}.jpg")) for index in range(rows)])
    wait(1500)
    after = resident_mb()
    window.close()

    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, {application.platformName()}")
    print(f"{'':44}{'median':>10}{'worst':>10}")
    print(f"{'first paint from interpreter start, s':44}{statistics.median(paints):>10.2f}{max(paints):>10.2f}")
    print(f"{'first preview, torch loaded meanwhile, s':44}{preview:>10.2f}")
    print(f"{'slider to pixels, 24 MP photo, p50 and p95, ms':44}{waits[100]:>10.1f}{waits[190]:>10.1f}")
    print(f"{'click to pixels, 10 marks, p50 and p95, ms':44}{clicks[20]:>10.1f}{clicks[38]:>10.1f}")
    print(f"{'mouse to outline, 10 marks, p50 and p95, ms':44}{hovers[20]:>10.1f}{hovers[38]:>10.1f}")
    middle, late = turns[len(turns) // 2], turns[len(turns) * 99 // 100]
    print(f"{'turn of the event loop in a batch, p50 and p99, ms':50}{middle:>4.1f}{late:>10.1f}")
    print(f"{'the longest, ms, and photos/s meanwhile':44}{turns[-1]:>10.1f}{rate:>10.1f}")
    print(f"{f'memory for {rows} rows, MB':44}{after - before:>10.1f}")
    print(f"{'memory altogether, MB':44}{after:>10.0f}")


if __name__ == "__main__":
    main()
