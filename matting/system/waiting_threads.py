"""How the threads of torch and numpy wait, told by the environment before those are loaded.

See ``docs/decisions/0031-threads.md``.
"""

from __future__ import annotations

import os

QUIET_WAITING = {
    # Of OpenMP, in torch: threads that wait by spinning take the cores from those that read and write photos (measured
    # on two busy cores: one prediction took 2.8 s instead of 0.19 s).
    "OMP_WAIT_POLICY": "PASSIVE",
    # Of numpy's OpenBLAS, likewise: a product of two small matrices took 31 ms instead of 0.2 ms.
    "OPENBLAS_NUM_THREADS": "1",
}
"""Environment variables of a process that shares its cores with others; they count only from its very start."""


def let_threads_wait_quietly() -> None:
    """Set the variables that the user has not set."""
    for name, value in QUIET_WAITING.items():
        os.environ.setdefault(name, value)
