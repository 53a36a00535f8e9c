"""What the operating system's refusals mean, as phrases."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from matting.phrases import Phrase


class SystemProblem:
    """Why the operating system refused."""

    NO_ACCESS = Phrase("access is denied")
    READ_ONLY = Phrase("the disk is read-only")
    FULL = Phrase("the disk is full")
    MISSING = Phrase("there is no such file or folder")
    NOT_A_FOLDER = Phrase("a part of its path is not a folder")
    A_FOLDER = Phrase("it is a folder")
    IN_THE_WAY = Phrase("a file of that name is in the way")
    LONG_NAME = Phrase("its name is too long")
    IN_USE = Phrase("another program is using it")
    BROKEN_DISK = Phrase("the disk reported an error")
    DISK_GONE = Phrase("the disk or network drive is gone")
    LINKS = Phrase("its links lead in a circle")
    TOO_MANY_OPEN = Phrase("too many files are open")
    NO_MEMORY = Phrase("there is no memory left")
    NOT_SUPPORTED = Phrase("the disk or network drive does not support it")
    NO_NETWORK = Phrase("the network cannot be reached")
    REFUSED = Phrase("the connection was refused")
    CLOSED = Phrase("the connection was closed")
    TIMEOUT = Phrase("no answer came in time")
    OTHER = Phrase("the system says “{words}”")


_PHRASES: Mapping[str, Phrase] = {
    "EACCES": SystemProblem.NO_ACCESS,
    "EPERM": SystemProblem.NO_ACCESS,
    "EROFS": SystemProblem.READ_ONLY,
    "ENOSPC": SystemProblem.FULL,
    "EDQUOT": SystemProblem.FULL,
    "EFBIG": SystemProblem.FULL,
    "ENOENT": SystemProblem.MISSING,
    "ENOTDIR": SystemProblem.NOT_A_FOLDER,
    "EISDIR": SystemProblem.A_FOLDER,
    "EEXIST": SystemProblem.IN_THE_WAY,
    "ENAMETOOLONG": SystemProblem.LONG_NAME,
    "EBUSY": SystemProblem.IN_USE,
    "ETXTBSY": SystemProblem.IN_USE,
    "EIO": SystemProblem.BROKEN_DISK,
    "ENODEV": SystemProblem.DISK_GONE,
    "ENXIO": SystemProblem.DISK_GONE,
    "ESTALE": SystemProblem.DISK_GONE,
    "ENOTCONN": SystemProblem.DISK_GONE,
    "EHOSTDOWN": SystemProblem.DISK_GONE,
    "ELOOP": SystemProblem.LINKS,
    "EMFILE": SystemProblem.TOO_MANY_OPEN,
    "ENFILE": SystemProblem.TOO_MANY_OPEN,
    "ENOMEM": SystemProblem.NO_MEMORY,
    "ENETUNREACH": SystemProblem.NO_NETWORK,
    "EHOSTUNREACH": SystemProblem.NO_NETWORK,
    "ENETDOWN": SystemProblem.NO_NETWORK,
    "ECONNREFUSED": SystemProblem.REFUSED,
    "ECONNRESET": SystemProblem.CLOSED,
    "ECONNABORTED": SystemProblem.CLOSED,
    "EPIPE": SystemProblem.CLOSED,
    "ETIMEDOUT": SystemProblem.TIMEOUT,
    "ENOTSUP": SystemProblem.NOT_SUPPORTED,
    "EOPNOTSUPP": SystemProblem.NOT_SUPPORTED,
}


def system_reason(error: OSError) -> Phrase:
    """Return why the system refused; what has no phrase of ours keeps the system's own words, quoted."""
    # By name: some numbers have no name on some systems, and Windows' own codes come translated to these.
    phrase = _PHRASES.get(errno.errorcode.get(error.errno or 0, ""))
    return phrase or SystemProblem.OTHER(words=error.strerror or str(error) or type(error).__name__)
