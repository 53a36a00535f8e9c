"""What can be wrong with a preset."""

from __future__ import annotations

from matting.errors import KirieError
from matting.phrases import Phrase


class PresetMissing(KirieError):
    """There is no preset called ``name``."""

    sentence = "There is no preset called {name}; “kirie presets” lists those that there are."


class PresetUnusable(KirieError):
    """A file at ``path`` that is no preset, or one of another version; ``reason``, one of ``PresetProblem``."""

    sentence = "{path} cannot be used as a preset because {reason}; save it anew, or correct it in a text editor."


class PresetProblem:
    """Why a file is no preset."""

    UNREADABLE = Phrase("it cannot be read ({reason})")
    NO_PRESET = Phrase("it does not hold a preset of Kirie")
    NEWER = Phrase("a later version of Kirie wrote it")
    UNKNOWN_FIELD = Phrase("it sets {field}, which this version does not know")
    VALUE = Phrase("{value} is no value of {field}")
