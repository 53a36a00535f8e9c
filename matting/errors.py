"""The errors that reach a user, each a type that carries its facts.

A sentence says what happened and what to do. It is kept as a template beside its facts, so that the command
line prints it as it stands and the window translates the template before filling it in. The low-level cause
stays in ``__cause__`` for the log file.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class KirieError(Exception):
    """Base of all errors meant for a user.

    Subclasses set ``sentence`` (a ``str.format`` template over the keyword facts given to the constructor).
    """

    sentence: ClassVar[str] = ""

    def __init__(self, **facts: object) -> None:
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        return self.sentence.format(**self.facts)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.facts))


def _rebuild(kind: type[KirieError], facts: dict[str, object]) -> KirieError:
    return kind(**facts)


class PhotoError(KirieError):
    """A photo could not be read; ``path`` names it."""

    sentence = "{path} could not be read."

    def __init__(self, path: Path, **facts: object) -> None:
        super().__init__(path=path, **facts)
        self.path = path


class PhotoMissing(PhotoError):
    """The file is gone."""

    sentence = "{path} is no longer there; put it back or remove it from the list."


class PhotoEmpty(PhotoError):
    """The file has zero bytes."""

    sentence = "{path} is empty; copy it again from its source."


class PhotoUnreadable(PhotoError):
    """The system refused to open the file; ``reason`` is its own word."""

    sentence = "{path} could not be opened ({reason}); check its permissions."


class NotAPhoto(PhotoError):
    """The content is no image format that Kirie reads."""

    sentence = "{path} is not a photo that Kirie can read; convert it to JPEG, PNG, WebP or TIFF."


class PhotoDamaged(PhotoError):
    """The header is fine and the pixels are not: truncated or corrupted."""

    sentence = "{path} is damaged or incomplete; copy it again from its source."


class PhotoTooLarge(PhotoError):
    """More pixels than the limit; ``megapixels`` and ``limit`` in MP."""

    sentence = "{path} has {megapixels} megapixels, more than the {limit} Kirie reads; make it smaller first."


class WriteError(KirieError):
    """A file could not be written; ``path`` names it, ``reason`` is the system's own word."""

    sentence = "{path} could not be written ({reason})."

    def __init__(self, path: Path, **facts: object) -> None:
        super().__init__(path=path, **facts)
        self.path = path


class FolderNotWritable(WriteError):
    """The output folder refuses new files."""

    sentence = "{path} cannot be written to ({reason}); choose another output folder."


class DiskFull(WriteError):
    """No space is left, or a quota or file size limit was reached."""

    sentence = "{path} was not written because the disk is full; free some space and run again."


class PhotoNeedsMemory(PhotoError):
    """The system had no memory left for this photo."""

    sentence = "{path} needs more memory than there is; close other programs, or make the photo smaller."


class PhotoUnexpected(PhotoError):
    """A defect of Kirie met this photo; ``kind`` names the exception, the traceback is in the log."""

    sentence = "{path} could not be cut because of an unexpected error ({kind}); the log file has the details."


class ProbabilityMissing(PhotoError):
    """Ready maps were asked for and this photo has none; ``folder`` is where they were looked for."""

    sentence = "{path} has no probability map in {folder}; put a grey image with the same name there."


class BadTemplate(KirieError):
    """A name template that cannot make file names; ``template`` and ``reason``."""

    sentence = (
        "The name “{template}” cannot be used because {reason}; "
        "write text with {{stem}}, {{kind}}, {{model}} and {{index}}."
    )


class BatchRunning(KirieError):
    """Another Kirie is writing into the same output folder; ``folder`` names it."""

    sentence = "Another Kirie is already writing into {folder}; wait until it is done or choose another folder."


class PhotoUnsupported(PhotoError):
    """A sound image of a kind that Kirie does not read; ``found`` says which."""

    sentence = "{path} holds {found}, which Kirie does not read; export it as JPEG, PNG or TIFF of 8 or 16 bits."


class PhotoHighDynamicRange(PhotoError):
    """Pixels that stand for more light than a screen's white; ``transfer`` is PQ or HLG."""

    sentence = "{path} is an HDR photo ({transfer}), which Kirie does not read; export it in standard range (SDR)."


class PhotoNeedsPlugin(PhotoError):
    """A HEIC photo and no ``pillow-heif``; ``plugin`` is the package that reads it."""

    sentence = "{path} is a HEIC photo; install the package {plugin} to read it, or convert it to JPEG."


class FormatTooSmall(KirieError):
    """The format cannot hold a cutout of ``width`` × ``height`` pixels; ``format`` is its name."""

    sentence = "{format} cannot hold a cutout of {width} × {height} pixels; choose PNG or TIFF."
