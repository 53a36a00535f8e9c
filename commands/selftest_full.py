"""``kirie selftest --full``: what the program does in child processes of itself, done once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import resources
from commands.usage import WINDOW_COMMAND
from matting.batch.find_photos import find_photos
from matting.system.program import program

_LIMIT_S = 600
_TRAINING_MINUTES = "0.34"
_TRAINING = ["--size", "64", "--batch", "2", "--val", "0.3", "--name", "selftest"]


def check_children(device: str) -> str | None:
    """Cut, train and open the window in a folder of their own; what is wrong, if anything."""
    with tempfile.TemporaryDirectory(prefix="kirie-selftest-") as name:
        folder = Path(name)
        return _cut_all(folder, device) or _train(folder, device) or _open_window(folder)


def _cut_all(folder: Path, device: str) -> str | None:
    photos = [photo.path for photo in find_photos([resources.SAMPLES])]
    dataset = folder / "dataset"
    (dataset / "images").mkdir(parents=True)
    for photo in photos:
        shutil.copy(photo, dataset / "images")
    output = folder / "written"
    both = ["--write", "cutout", "--write", "mask", "--name", "{kind}/{stem}", "--no-second-look"]
    problem = _run(folder, "cut", str(dataset / "images"), "-o", str(output), "--device", device, *both)
    written = min(len(list(output.glob(f"{kind}/*.png"))) for kind in ("cutout", "mask"))
    if problem or written != len(photos):
        return problem or f"{written} of {len(photos)} samples were cut out"
    (output / "mask").rename(dataset / "masks")
    print(f"cut: {len(photos)} samples, cutouts and masks")
    return None


def _train(folder: Path, device: str) -> str | None:
    runs, started = folder / "runs", time.monotonic()
    length = ["--minutes", _TRAINING_MINUTES, "--runs", str(runs), "--device", device]
    problem = _run(folder, "train", str(folder / "dataset"), *length, *_TRAINING)
    if problem:
        return problem
    from models.networks.weights import load_weights

    model = runs / "selftest" / "selftest.safetensors"
    info = load_weights(model).info
    print(f"training: {time.monotonic() - started:.0f} s, {info.network}, {model.stat().st_size:,} bytes")
    return None


def _open_window(folder: Path) -> str | None:
    return _run(folder, WINDOW_COMMAND, str(time.time()), show=True)


def _run(folder: Path, *arguments: str, show: bool = False) -> str | None:
    """Run the program with arguments and a home below ``folder``; its complaint when it fails."""
    environment = {**os.environ, "KIRIE_HOME": str(folder / "home"), "PYTHONIOENCODING": "utf-8"}
    if sys.platform == "linux" and not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    try:
        done = subprocess.run(
            [*program(), *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"“kirie {arguments[0]}” did not run to its end: {error}"
    if show:
        print(done.stdout, end="")
    if done.returncode:
        complaint = (done.stderr or done.stdout).strip() or "nothing was said"
        return f"“kirie {arguments[0]}” ended with status {done.returncode}: {complaint}"
    return None
