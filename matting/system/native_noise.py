"""What C libraries print to the terminal goes to a file: libjpeg and libtiff comment on every damaged photo."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from matting.system.streams import move_stderr

_MOST_BYTES = 1_000_000
Value = TypeVar("Value")


def divert_native_noise(file: Path) -> None:
    """Write what native code prints to standard error into ``file`` from now on; Python's ``sys.stderr`` stays.

    Neither OpenCV nor Pillow lets its decoders be silenced in another way. For the program's own process only, once,
    at its start. Where ``file`` cannot be made, a temporary one serves: ``overhear`` reads it. Where there is no
    standard error, nothing happens.
    """
    with contextlib.suppress(OSError, AttributeError, ValueError):
        target = _opened(file)
        try:
            if os.fstat(target).st_size > _MOST_BYTES:
                os.ftruncate(target, 0)
            move_stderr()
            os.dup2(target, 2)
            _listener.file = target
        except BaseException:
            os.close(target)
            raise


def _opened(file: Path) -> int:
    """Return the file's descriptor, for appending and reading."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError:
        with tempfile.TemporaryFile(mode="a+b") as nameless:  # gone with its last descriptor
            return os.dup(nameless.fileno())


def overhear(step: Callable[[], Value]) -> tuple[Value, str]:
    """Run ``step``; return its value and what native libraries printed meanwhile.

    libjpeg says nowhere else what it met in a photo. All threads' libraries print into the file of
    ``divert_native_noise``. So when something was printed, ``step`` runs once more, while no other thread is in a
    step of its own, and what is printed then is this step's. Without such a file, standard error is diverted for
    the time of the step, one step at a time, and gets what was printed afterwards.
    """
    if _listener.file is None:
        with _listener.alone():
            return _while_diverted(step)
    with _listener.beside_others():
        value, heard = _listener.listen(step)
    if heard:
        with _listener.alone():
            value, heard = _listener.listen(step)
    return value, heard


def _while_diverted(step: Callable[[], Value]) -> tuple[Value, str]:
    try:
        terminal = os.dup(2)
    except OSError:  # a process without standard error
        return step(), ""
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            value = step()
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
        file.seek(0)
        heard = file.read()
    os.write(2, heard)
    return value, heard.decode("utf-8", "replace")


class _Listener:
    """The file that native code prints into, and who may run beside whom."""

    def __init__(self) -> None:
        self.file: int | None = None
        self._change = threading.Condition()
        self._beside, self._alone = 0, False

    def listen(self, step: Callable[[], Value]) -> tuple[Value, str]:
        before = self._size()
        value = step()
        return value, self._text(before, self._size())

    def _size(self) -> int:
        return 0 if self.file is None else os.fstat(self.file).st_size

    def _text(self, start: int, end: int) -> str:
        if self.file is None or end <= start:
            return ""
        with self._change:  # two threads must not move the file's place at once
            os.lseek(self.file, start, os.SEEK_SET)
            return os.read(self.file, end - start).decode("utf-8", "replace")

    @contextlib.contextmanager
    def beside_others(self) -> Iterator[None]:
        with self._change:
            self._change.wait_for(lambda: not self._alone)
            self._beside += 1
        try:
            yield
        finally:
            with self._change:
                self._beside -= 1
                self._change.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        with self._change:
            self._change.wait_for(lambda: not self._alone)
            self._alone = True  # no other block may begin now; those that have begun finish
            self._change.wait_for(lambda: self._beside == 0)
        try:
            yield
        finally:
            with self._change:
                self._alone = False
                self._change.notify_all()


_listener = _Listener()
