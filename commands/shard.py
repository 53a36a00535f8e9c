"""One share of the photos, for a scheduler that runs the same command on many machines."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matting.batch.find_photos import FoundPhoto


@dataclass(frozen=True)
class Shard:
    """The share ``number``, from 1 on, of ``count`` shares.

    A photo belongs to one by a hash of its path below the folder that was searched: machines that see the folder
    elsewhere agree, and photos that come or go move none of the others.

    >>> Shard.parse("3/16")
    Shard(number=3, count=16)
    """

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @staticmethod
    def parse(text: str) -> Shard:
        """Read "3/16". Raises ``ValueError`` for anything but a share of so many."""
        number, slash, count = text.partition("/")
        if not slash or not (number + count).isascii() or not number.isdigit() or not count.isdigit():
            raise ValueError(text)
        shard = Shard(int(number), int(count))
        if not 1 <= shard.number <= shard.count:
            raise ValueError(text)
        return shard

    @property
    def file_name(self) -> str:
        """The share as part of a file's name."""
        return f"{self.number}-of-{self.count}"

    def holds(self, photo: FoundPhoto) -> bool:
        """Tell whether a photo is of this share."""
        below = photo.below_root.as_posix()
        digest = hashlib.sha256(unicodedata.normalize("NFC", below).encode("utf-8", "surrogateescape")).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.number - 1

    def indexes(self, photos: Sequence[FoundPhoto]) -> list[int]:
        """Return the indexes of the photos of this share."""
        return [index for index, photo in enumerate(photos) if self.holds(photo)]
