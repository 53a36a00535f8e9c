"""What the check of a dataset can find about a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from matting.errors import KirieError
from matting.phrases import Phrase
from models.training.phrases import FindingName


class Finding(StrEnum):
    """What was found about a photo or a mask; all that is not ``USABLE`` keeps it out of training.

    The value is for programs; ``phrase`` is for people.
    """

    OK = "ok"
    SCALED = "mask of another size"
    NO_MASK = "no mask"
    NO_PHOTO = "no photo"
    SIZES_DIFFER = "sizes do not fit"
    EMPTY = "empty file"
    UNREADABLE = "unreadable"
    ALL_BLACK = "mask all black"
    ALL_WHITE = "mask all white"
    INVERTED = "mask perhaps inverted"
    UNCLEAR = "mask values unclear"
    LABELS = "labels without names"
    AMBIGUOUS = "several of that name"
    BAD_INDEX = "unknown class"
    TWICE = "same photo twice"

    @property
    def phrase(self) -> Phrase:
        """The finding in words that each language has its own for."""
        phrase: Phrase = getattr(FindingName, self.name)
        return phrase


USABLE = frozenset({Finding.OK, Finding.SCALED, Finding.INVERTED})


@dataclass(frozen=True)
class Problem:
    """A file about which something was found, and the facts behind it where there are any."""

    path: Path
    finding: Finding
    detail: Phrase | KirieError | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.finding.phrase}" + (f" ({self.detail})" if self.detail else "")
