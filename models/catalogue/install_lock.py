"""One program at a time works on a model's files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from matting.system.file_lock import try_lock
from models.catalogue.errors import ModelBusy
from models.catalogue.model_files import downloads_folder


@contextlib.contextmanager
def model_lock(name: str) -> Iterator[None]:
    """Hold the lock on a model's files: its download, its installation, its removal.

    It is the system's lock on an open file, released when the holder dies, so that a crash leaves nothing stale. The
    empty file stays: deleting it would let two programs hold two different ones.

    Raises:
        ModelBusy: another program, or another thread of this one, is at it; this does not wait.
        OSError: the file cannot be made.
    """
    folder = downloads_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("a+b") as file:
        if not try_lock(file):
            raise ModelBusy(name=name)
        yield
