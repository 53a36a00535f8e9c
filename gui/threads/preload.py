"""Torch's libraries, mapped without holding the interpreter.

``import torch`` maps some hundred megabytes of shared libraries with Python's lock held, and the window stands still
meanwhile. Mapped beforehand through a plain C call, which lets go of the lock, they cost the import nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import sys
from pathlib import Path


def preload_torch() -> None:
    """Map torch's libraries from a thread; without effect where torch is loaded already or lies elsewhere."""
    if sys.platform != "linux" or "torch" in sys.modules:
        return
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return
    folder = Path(spec.origin).parent / "lib"
    with contextlib.suppress(OSError, AttributeError):
        dlopen = ctypes.CDLL(None).dlopen
        dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
        for name in ("libtorch_global_deps.so", "libc10.so", "libtorch_cpu.so", "libtorch_python.so"):
            file = folder / name
            if file.is_file():
                # Local symbols: torch decides itself what it makes global.
                dlopen(os.fsencode(file), os.RTLD_NOW)
