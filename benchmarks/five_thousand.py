"""What the window's own thread computes for an action on thousands of photos, and for loading a workspace of them.

    QT_QPA_PLATFORM=offscreen python benchmarks/five_thousand.py [--photos 5000] [--runs 5]

Milliseconds of that thread's processor time: the action with what it makes happen at once, and the longest turn of the
event loop in the second after it. Medians of the runs; nothing is predicted or written.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
AFTER_S = 1.0


Row = tuple[float, float]


class Nothing:
    """A predictor that finds nothing at once."""

    key, classes, default_threshold, mode = "nothing", ("subject",), 0.5, "cutout"

    def predict(self, rgb: np.ndarray) -> np.ndarray:
        """Return an empty map."""
        del rgb
        return np.zeros((1, 8, 8), np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["KIRIE_HOME"] = home
        runs = [measure(options.photos, 0.55 + run / 100) for run in range(options.runs + 1)][
            1:
        ]  # the first finds none
    print(f"{options.photos} photos, {options.runs} runs, {os.cpu_count()} CPUs, {platform.platform()}")
    print(f"{'':24}{'action ms':>12}{'then ms':>12}")
    for name in runs[0]:
        medians = (statistics.median(run[name][column] for run in runs) for column in (0, 1))
        print(f"{name:24}" + "".join(f"{median:12.1f}" for median in medians))


def turn(until: Callable[[], bool]) -> float:
    """Let the window work until something is the case; return the longest turn of its event loop in milliseconds."""
    from PySide6.QtCore import QCoreApplication

    longest = 0.0
    while not until():
        begin = time.thread_time()
        QCoreApplication.processEvents()
        longest = max(longest, time.thread_time() - begin)
        time.sleep(0.002)
    return longest * 1000


def act(action: Callable[[], object], until: Callable[[], bool] = lambda: True) -> Row:
    """Return what the action took, and the longest turn after it, in milliseconds."""
    begin = time.thread_time()
    action()
    took = (time.thread_time() - begin) * 1000
    longest, end = turn(until), time.monotonic() + AFTER_S
    return took, max(longest, turn(lambda: time.monotonic() > end))


def measure(photos: int, threshold: float) -> dict[str, Row]:
    """Use one window from its start to its end, which leaves its workspace to the next."""
    from gui.app import make_application
    from gui.main_window import MainWindow
    from gui.settings.table import Settings
    from gui.workspace.entry import PhotoEntry, PhotoState
    from gui.workspace.order import Filter, Sort
    from matting.settings import CutSettings

    make_application()
    paths = [Path(f"/photos/{number % 97}/photo {number}.jpg") for number in range(photos)]
    doubts = [(37 * number % photos) / photos for number in range(photos)]
    entries = [
        PhotoEntry(path, path.parent, PhotoState.DONE, doubt=doubt) for path, doubt in zip(paths, doubts, strict=True)
    ]
    window = MainWindow(Settings(), lambda _name: Nothing())  # type: ignore[arg-type,return-value]
    window.show()
    turn(window.isVisible)
    workspace, view = window.workspace, window.panel.view
    rows = {"Load the workspace": act(window.begin, lambda: bool(workspace.model))}
    workspace.remove(paths)
    workspace.arrange(Sort.ADDED, Filter.ALL)
    rows["Add photos"] = act(lambda: workspace.add(entries))
    rows["Select all"] = act(view.selectAll)
    rows["Sort by doubt"] = act(lambda: workspace.arrange(Sort.DOUBT, Filter.ALL))
    workspace.edit(CutSettings(threshold=threshold))
    rows["Apply to selected"] = act(window.inspector.apply_to_selected_requested.emit)
    workspace.change_many({path: {"state": PhotoState.DONE, "settings": None} for path in paths[1:]})
    rows["Apply to all"] = act(workspace.apply_to_all)
    workspace.change_many({path: {"state": PhotoState.DONE} for path in paths})
    rows["Cut out again"] = act(window.batch.start)
    window.batch.cancel()
    turn(lambda: not window.batch.running)
    workspace.change_many({path: {"state": PhotoState.DONE} for path in paths})
    window.close()
    window.deleteLater()
    return rows


if __name__ == "__main__":
    main()
