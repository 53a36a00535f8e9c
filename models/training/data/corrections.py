""" "My corrections": photos that a user corrected by hand, kept as a dataset to train on."""

from __future__ import annotations

import hashlib
from pathlib import Path

from matting.errors import PhotoMissing, PhotoUnreadable
from matting.files.writing.encode import encode_grey
from matting.photo import Pixels
from matting.system import folders
from matting.system.atomic import write_atomic
from matting.system.os_errors import system_reason


def corrections_folder() -> Path:
    """Return where corrected photos are kept unless told otherwise."""
    return folders.home() / "corrections"


def save_correction(source: Path, alpha: Pixels, folder: Path | None = None) -> Path:
    """Keep a photo and its alpha (height, width) after corrections as a pair; the copy of the photo is returned.

    The photo's file is copied as it is, so that the pair stays when the photo moves. The same photo, corrected again,
    replaces its pair. Raises ``PhotoError`` and ``WriteError`` types.
    """
    folder = folder or corrections_folder()
    try:
        data = source.read_bytes()
    except FileNotFoundError as error:
        raise PhotoMissing(source) from error
    except OSError as error:
        raise PhotoUnreadable(source, reason=system_reason(error)) from error
    # By content: photos of the same name from different folders stay apart.
    name = f"{source.stem}-{hashlib.blake2b(data, digest_size=4).hexdigest()}"
    photo = folder / "images" / f"{name}{source.suffix.lower()}"
    # The mask last: a pair is found by both, and one without the other is only listed as such.
    write_atomic(photo, data)
    write_atomic(folder / "masks" / f"{name}.png", encode_grey(alpha))
    return photo
