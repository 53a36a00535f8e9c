"""The error that a user sees after an unexpected exception."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path

from matting.errors import KirieError, PhotoNeedsMemory, PhotoUnexpected

_log = logging.getLogger(__name__)
# What numpy's MemoryError is called in OpenCV and torch, which raise their own types.
_NO_MEMORY = re.compile(
    "insufficient memory|not enough memory|out of memory|failed to allocate|can't allocate memory"
    "|could not create a primitive(?! descriptor)",  # oneDNN, when it finds no room for its buffers
    re.IGNORECASE,
)


def as_kirie_error(path: Path, error: Exception) -> KirieError:
    """Return the error to show for a photo; what led to it goes to the log with its traceback.

    Tracebacks hold on to the variables of their frames, whole photos among them, so the error leaves without any: a
    batch keeps the errors of all its photos.
    """
    shown = _shown(path, error)
    link: BaseException | None = error
    while link is not None:
        link.__traceback__ = None
        link = link.__cause__ or link.__context__
    return shown


def _shown(path: Path, error: Exception) -> KirieError:
    # As text: a log record that holds the exception would hold its frames as well.
    story = "".join(traceback.format_exception(error))
    if isinstance(error, KirieError):
        if error.__cause__ is not None:
            _log.info("%s\n%s", error, story)
        return error
    if isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)):
        _log.warning("%s: no memory\n%s", path, story)
        return PhotoNeedsMemory(path)
    _log.error("%s: unexpected error\n%s", path, story)
    return PhotoUnexpected(path, kind=type(error).__name__)
