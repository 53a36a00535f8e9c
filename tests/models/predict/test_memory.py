from __future__ import annotations

import platform
import subprocess
import sys

import pytest

# Counts the pages that the kernel hands out while blocks of 40 MB are taken, written and freed again and again.
PROGRAM = """
import resource, sys, threading
import numpy as np
from models.predict.memory import keep_freed_memory

if sys.argv[1] == "keep":
    keep_freed_memory()

def work():
    for _ in range(3):
        np.ones(10_000_000, np.float32)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        np.ones(10_000_000, np.float32)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

# Predictions run in a thread other than the first, which has an arena of its own by default.
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def faults(mode: str) -> int:
    done = subprocess.run([sys.executable, "-c", PROGRAM, mode], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told to keep memory")
def test_large_blocks_are_reused_instead_of_mapped_anew() -> None:
    assert faults("keep") * 10 < faults("default")
