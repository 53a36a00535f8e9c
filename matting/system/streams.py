"""Standard streams that end no command: whatever their encoding, and whether or not anybody can read them.

Python gives a stream the encoding of the terminal or, behind ``>`` and ``|``, of the system: on Windows and in many
containers one that has no “ or ². What it cannot show is spelled with what it has.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import sys
from typing import TextIO, TypeVar

from matting.errors import OutputLost
from matting.system.os_errors import system_reason

_SPELLED = {
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "…": "...",
    "→": "->",
    "–": "-",
    "—": "-",
    "−": "-",
    "·": "-",
    "×": "x",
    "²": "2",
    "β": "beta",
    "µ": "u",
    "†": "+",
}
# Control characters, ends of lines, and those that turn the direction of what follows.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_HANDLER = "kirie-spelled"
Stream = TypeVar("Stream", bound=io.TextIOWrapper)


def printable(text: str) -> str:
    """Return ``text`` as one harmless line: control characters, as file names may hold, are written ``\\x1b``."""
    return _CONTROLS.sub(lambda found: repr(found.group())[1:-1], text)


class _Reports(io.TextIOWrapper):
    """Progress and messages, which nobody may be reading: what cannot be written is dropped."""

    def write(self, text: str, /) -> int:
        with contextlib.suppress(OSError, ValueError):
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().flush()


class _Data(io.TextIOWrapper):
    """Results for another program: what cannot be written is an error, in one sentence.

    Raises ``OutputLost``; ``BrokenPipeError`` passes, since then the reader has what it wanted.
    """

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputLost(reason=system_reason(error)) from error

    def flush(self) -> None:
        try:
            super().flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputLost(reason=system_reason(error)) from error


def prepare_streams() -> None:
    """Make standard output and standard error of this process as described above; once, at its start."""
    codecs.register_error(_HANDLER, _spell)
    sys.stdout = _over(sys.stdout, _Data)
    sys.stderr = _over(sys.stderr, _Reports)


def move_stderr() -> None:
    """Give ``sys.stderr`` a descriptor of its own, so that what C libraries write to number 2 can go elsewhere."""
    sys.stderr.flush()
    copy = io.BufferedWriter(io.FileIO(os.dup(sys.stderr.fileno()), "wb"))
    sys.stderr = _Reports(copy, sys.stderr.encoding, sys.stderr.errors, line_buffering=True)


def drop_stdout() -> None:
    """Send the rest of standard output nowhere; Python would complain once more when it closes the stream."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _over(stream: TextIO, kind: type[Stream]) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    # The old wrapper lives on as sys.__stdout__: were it collected, it would close what both write to.
    return kind(stream.buffer, stream.encoding, _HANDLER, line_buffering=stream.line_buffering)


def _spell(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    wrong = error.object[error.start : error.end]
    spelled = (_SPELLED.get(one) or one.encode("ascii", "backslashreplace").decode("ascii") for one in wrong)
    return "".join(spelled), error.end
