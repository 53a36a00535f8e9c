"""Keeps None, True, False and NotImplemented alive under PySide6 6.12 on Python 3.11.

Since Python 3.12 these objects are immortal (PEP 683) and returning them takes no reference. PySide6 6.12.0 is
compiled that way, yet offered for Python 3.10 and 3.11 as well, where each call of a method without a result (a
``setText``, an ``update``) then gives away a reference to None that nobody took. After some ten thousand calls the
interpreter aborts with "deallocating None". A reference count that no program can use up is what 3.12 does too.
"""

from __future__ import annotations

import ctypes
import sys

import PySide6

BALANCE = 1 << 40
"""References added: a million calls a second for twelve days."""


def keep_singletons_alive() -> None:
    """Make up for the missing references, once; nothing to do on Python 3.12 and later, or with an older PySide6."""
    if sys.version_info >= (3, 12) or PySide6.__version_info__ < (6, 12) or sys.getrefcount(None) > BALANCE:
        return
    for singleton in (None, True, False, NotImplemented):
        # The count is the first word of every object of a release build of CPython 3.11.
        ctypes.c_ssize_t.from_address(id(singleton)).value += BALANCE
