"""One process at a time: an advisory lock that the system releases when its holder dies."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def try_lock(file: IO[bytes]) -> bool:
        """Lock an open file until it is closed; ``False`` when another process holds it."""
        # A byte far behind the content, since Windows refuses reads and writes of a locked one.
        file.seek(1 << 40)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import errno
    import fcntl

    def try_lock(file: IO[bytes]) -> bool:
        """Lock an open file until it is closed; ``False`` when another process holds it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # Some network folders know no locks: better no lock than no work.
            return error.errno not in {errno.EWOULDBLOCK, errno.EACCES}
        return True
