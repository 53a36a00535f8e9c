"""Keep the memory of one prediction for the next, instead of handing it back and asking for it again."""

from __future__ import annotations

import ctypes
import logging
import sys
from functools import cache

_log = logging.getLogger(__name__)

# From glibc's malloc.h.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8

_LARGEST_KEPT_BLOCK = 128 * 2**20
_LARGEST_KEPT_TOTAL = 512 * 2**20


@cache
def keep_freed_memory() -> None:
    """Tell glibc to keep freed blocks of up to 128 MiB, half a gigabyte in all; elsewhere nothing happens.

    A network allocates a few hundred megabytes in large blocks for each photo. By default each block is mapped, cleared
    page by page and unmapped again, which costs a fifth of an fp32 prediction. One arena, because those of threads
    other than the first hold no large blocks. Figures: ``docs/decisions/0003-execution-path.md``.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # musl has none
        return
    settings = {
        _M_MMAP_THRESHOLD: _LARGEST_KEPT_BLOCK,
        _M_TRIM_THRESHOLD: _LARGEST_KEPT_TOTAL,
        _M_ARENA_MAX: 1,
    }
    refused = [name for name, value in settings.items() if mallopt(name, value) != 1]
    if refused:
        _log.info("malloc refused the settings %s", refused)
