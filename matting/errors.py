"""The errors that reach a user, each a type that carries its facts.

A sentence says what happened and what to do. It is kept as a template beside its facts, so that the command
line prints it as it stands and the window translates the template before filling it in. A fact that says why is a
``Phrase``, never an English text. The low-level cause stays in ``__cause__`` for the log file.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from matting.phrases import Phrase


class KirieError(Exception):
    """Base of all errors meant for a user.

    Subclasses set ``sentence`` (a ``str.format`` template over the keyword facts given to the constructor), and where
    they are shown in the row of a photo ``row``: the same without the photo's name, which the row shows already.
    """

    sentence: ClassVar[str] = ""
    row: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "sentence" in vars(cls) and "row" not in vars(cls):
            cls.row = ""  # that of the base tells something else

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
    row = "Could not be read"

    def __init__(self, path: Path, **facts: object) -> None:
        super().__init__(path=path, **facts)
        self.path = path


class PhotoMissing(PhotoError):
    """The file is gone."""

    sentence = "{path} is no longer there; put it back, or leave it out."
    row = "No longer there; put it back, or leave it out"


class PhotoEmpty(PhotoError):
    """The file has zero bytes."""

    sentence = "{path} is empty; copy it again from its source."
    row = "Empty file; copy it again from its source"


class PhotoUnreadable(PhotoError):
    """The system refused to open the file; ``reason`` as ``system_reason`` gives it."""

    sentence = "{path} could not be opened ({reason}); check its permissions and its disk."
    row = "Could not be opened ({reason}); check its permissions and its disk"


class NotAPhoto(PhotoError):
    """The content is no image format that Kirie reads."""

    sentence = "{path} is not a photo that Kirie can read; convert it to JPEG, PNG, WebP or TIFF."
    row = "Not a photo that Kirie can read; convert it to JPEG, PNG, WebP or TIFF"


class PhotoDamaged(PhotoError):
    """The header is fine and the pixels are not: truncated or corrupted."""

    sentence = "{path} is damaged or incomplete; copy it again from its source."
    row = "Damaged or incomplete; copy it again from its source"


class PhotoTooLarge(PhotoError):
    """More pixels than the limit; ``megapixels`` and ``limit`` in MP."""

    sentence = "{path} has {megapixels} megapixels, more than the {limit} Kirie reads; make it smaller first."
    row = "{megapixels} megapixels, more than the {limit} Kirie reads; make it smaller first"


class WriteError(KirieError):
    """A file could not be written; ``path`` names it, ``reason`` as ``system_reason`` gives it."""

    sentence = "{path} could not be written ({reason}); check the disk, or choose another folder."
    row = "Could not be written ({reason}); check the disk, or choose another folder"

    def __init__(self, path: Path, **facts: object) -> None:
        super().__init__(path=path, **facts)
        self.path = path


class OutputLost(KirieError):
    """Standard output cannot be written; ``reason`` as ``system_reason`` gives it."""

    sentence = "Standard output could not be written ({reason}); the results that were to be printed are lost."


class FolderNotWritable(WriteError):
    """The folder ``path`` refuses new files."""

    sentence = "Kirie cannot write to {path} ({reason}); choose another folder."
    row = "Kirie cannot write to {path} ({reason}); choose another folder"


class DiskFull(WriteError):
    """No space is left, or a quota or file size limit was reached."""

    sentence = "{path} was not written because the disk is full; free some space and run again."
    row = "The disk is full; free some space and run again"


class PhotoNeedsMemory(PhotoError):
    """The system had no memory left for this photo."""

    sentence = "{path} needs more memory than there is; close other programs, or make the photo smaller."
    row = "Needs more memory than there is; close other programs, or make the photo smaller"


class PhotoUnexpected(PhotoError):
    """A defect of Kirie met this photo; ``kind`` names the exception, the traceback is in the log."""

    sentence = "{path} could not be cut because of an unexpected error ({kind}); the log file has the details."
    row = "Unexpected error ({kind}); the log file has the details"


class MaskDoesNotFit(PhotoError):
    """A picture cannot be the mask of ``photo``, of ``width`` × ``height`` pixels: its proportions are others."""

    sentence = "{path} has other proportions than {photo} ({width} × {height}); use a mask that was made of this photo."
    row = "The mask has other proportions than the photo"


class PhotoEndsWorker(PhotoError):
    """Each worker of a cluster that was given this photo alone ended without an answer."""

    sentence = "{path} ended the program that cut it, three times; cut it on one computer, or leave it out."
    row = "Ended the program that cut it, three times; cut it on one computer, or leave it out"


class ProbabilityMissing(PhotoError):
    """Ready maps were asked for and this photo has none; ``folder`` is where they were looked for."""

    sentence = "{path} has no probability map in {folder}; put a grey image with the same name there."
    row = "No probability map in {folder}; put a grey image with the same name there"


class ProbabilityUnclear(PhotoError):
    """Several ready maps could be this photo's; ``found`` names them."""

    sentence = "{path} has several probability maps ({found}); keep the one that belongs to it."
    row = "Several probability maps ({found}); keep the one that belongs to it"


class MarksUnreadable(KirieError):
    """A file of marks is damaged, from a newer Kirie, or cannot be opened; ``path`` names it."""

    sentence = "The marks in {path} cannot be read; export them again, or remove the file."
    row = "Its marks cannot be read; export them again, or remove the file"


class MarkOutside(KirieError):
    """A mark misses its photo; ``number`` counts from 1, ``path`` is the photo, ``width`` and ``height`` its size."""

    sentence = "Mark {number} lies outside {path} ({width} × {height} pixels); its marks were made for another photo."
    row = "Mark {number} lies outside the photo; its marks were made for another one"


class BadTemplate(KirieError):
    """A name template that cannot make file names; ``template`` and ``reason``, one of ``TemplateProblem``."""

    sentence = (
        "The name “{template}” cannot be used because {reason}; "
        "write text with {{stem}}, {{kind}}, {{model}} and {{index}}."
    )


class TemplateProblem:
    """Why a name template cannot be used."""

    BRACES = Phrase("its braces do not match")
    UNKNOWN_FIELD = Phrase("{{{field}}} is unknown")
    FIELD_FORMAT = Phrase("{{{field}}} takes nothing after its name")
    CHARACTER = Phrase("“{character}” cannot stand in a file name")
    EMPTY_NAME = Phrase("a name in it is empty")
    END_OF_NAME = Phrase("a name in it ends with a dot or a space")
    RESERVED = Phrase("Windows keeps the name {name} for a device")


class BatchRunning(KirieError):
    """Another Kirie is writing into the same output folder; ``folder`` names it."""

    sentence = "Another Kirie is already writing into {folder}; wait until it is done or choose another folder."


class PhotoUnsupported(PhotoError):
    """A sound image of a kind that Kirie does not read; ``found`` says which, one of ``UnsupportedKind``."""

    sentence = "{path} holds {found}, which Kirie does not read; export it as JPEG, PNG or TIFF of 8 or 16 bits."
    row = "Kirie does not read {found}; export it as JPEG, PNG or TIFF of 8 or 16 bits"


class UnsupportedKind:
    """Kinds of images that Kirie does not read."""

    CAMERA_RAW = Phrase("camera raw data")
    BMP_LAYOUT = Phrase("pixels in an uncommon BMP layout")
    FLOATS = Phrase("floating-point pixels")
    SIGNED = Phrase("signed pixels")
    BITS = Phrase("{bits} bits a channel")
    COMPRESSION = Phrase("pixels compressed with {compression}")
    CHANNELS = Phrase("{channels} channels compressed with {compression}")
    COLOURS = Phrase("{kind} pixels")
    COLOURS_OF_BITS = Phrase("{kind} pixels of {bits} bits")
    PLANES = Phrase("{compression} pixels, channel by channel")
    PREMULTIPLIED = Phrase("{kind} pixels multiplied by their alpha")
    INKS = Phrase("inks other than cyan, magenta, yellow and black")
    LOSSLESS_JPEG = Phrase("pixels of lossless JPEG")
    APPLE_PNG = Phrase("Apple's PNG (CgBI)")
    VIDEO_RANGE = Phrase("values in the range of video")
    LOGARITHMIC = Phrase("colours on a logarithmic scale")


class PhotoHighDynamicRange(PhotoError):
    """Pixels that stand for more light than a screen's white; ``transfer`` is PQ or HLG."""

    sentence = "{path} is an HDR photo ({transfer}), which Kirie does not read; export it in standard range (SDR)."
    row = "An HDR photo ({transfer}), which Kirie does not read; export it in standard range (SDR)"


class PhotoNeedsPlugin(PhotoError):
    """No decoder can be loaded; ``plugin`` is the package that has it, ``kind`` one of ``PluginKind``."""

    sentence = "{path} is {kind}; install the package {plugin} to read it, or convert it to JPEG."
    row = "This is {kind}; install the package {plugin} to read it, or convert it to JPEG"


class PluginKind:
    """Kinds of photos that a package of their own reads."""

    HEIC = Phrase("a HEIC photo")
    RAW = Phrase("a camera raw photo")


class FormatTooSmall(KirieError):
    """The format cannot hold a cutout of ``width`` × ``height`` pixels; ``format`` is its name."""

    sentence = "{format} cannot hold a cutout of {width} × {height} pixels; choose PNG or TIFF."


class BadRequest(KirieError):
    """A line on standard input that is no request; ``reason`` is one of ``RequestProblem``."""

    sentence = "The request cannot be answered because {reason}; “Other programs” in the documentation has its format."


class RequestProblem:
    """What is wrong with a request."""

    NO_OBJECT = Phrase("it is no JSON object on one line")
    MISSING = Phrase("“{field}” is missing")
    UNKNOWN = Phrase("“{field}” is unknown")
    VALUE = Phrase("“{field}” has a value that cannot be used")
    ITSELF = Phrase("an output would replace the photo")
