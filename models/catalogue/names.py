"""Names of models: what may be one on every system, and what was probably meant by one that is unknown."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from matting.system.file_names import is_reserved_on_windows
from models.catalogue.errors import BadModelName, NameProblem

LONGEST = 64
WEIGHTS_SUFFIXES = frozenset({".safetensors", ".pth", ".pt", ".onnx"})


def check_name(name: str) -> str:
    """Return the name in its one Unicode form (NFC), fit to be a file name on Linux, macOS and Windows.

    Letters and digits of any script, dots, hyphens and underscores; the first a letter or digit.

    Raises:
        BadModelName: with the reason, for anything else.
    """
    shown = shown_name(name)
    name = unicodedata.normalize("NFC", name)
    if not name:
        raise BadModelName(name=shown, reason=NameProblem.EMPTY)
    if len(name) > LONGEST or len(name.encode("utf-8", "surrogatepass")) > 200:
        raise BadModelName(name=shown, reason=NameProblem.LONG(longest=LONGEST))
    wrong = sorted({char for char in name if not _allowed(char)})
    if wrong:
        characters = " ".join(ascii(char) for char in wrong[:5])
        raise BadModelName(name=shown, reason=NameProblem.CHARACTERS(characters=characters))
    if not name[0].isalnum() or name.endswith("."):
        raise BadModelName(name=shown, reason=NameProblem.ENDS)
    if is_reserved_on_windows(name):
        raise BadModelName(name=shown, reason=NameProblem.RESERVED)
    if any(name.casefold().endswith(suffix) for suffix in WEIGHTS_SUFFIXES):
        raise BadModelName(name=shown, reason=NameProblem.SUFFIX)
    return name


def shown_name(name: str) -> str:
    """Return a name as it may stand in a sentence, whatever was typed: short, and nothing in it invisible."""
    printable = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name[: LONGEST + 1])
    return printable if len(printable) <= LONGEST else printable[: LONGEST - 1] + "…"


def _allowed(char: str) -> bool:
    # Combining marks belong to letters in many scripts (Devanagari, Thai).
    return char.isalnum() or unicodedata.category(char) in {"Mn", "Mc"} or char in "._-"


def name_from_stem(stem: str) -> str:
    """Return a valid name made from a file's stem: a hyphen for what is not allowed; ``model`` if nothing is left.

    >>> name_from_stem("my shoes (final)")
    'my-shoes-final'
    """
    name = "".join(char if _allowed(char) else "-" for char in unicodedata.normalize("NFC", stem))
    name = re.sub(r"-{2,}", "-", name).lstrip("._-")[:LONGEST].rstrip("._-")
    while name.encode()[200:]:
        name = name[:-1]
    try:
        return check_name(name)
    except BadModelName:
        return check_name(f"model-{name.replace('.', '-')}"[:LONGEST]) if name else "model"


def nearest_names(name: str, known: Iterable[str]) -> list[str]:
    """Return at most three known names that a person may have meant, the likeliest first."""
    by_key = {_key(candidate): candidate for candidate in known}
    found = difflib.get_close_matches(_key(name), list(by_key), n=3, cutoff=0.6)
    return [by_key[key] for key in found]


def _key(name: str) -> str:
    # U²-Net, u2_net and U2NET are one word to a person.
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s._-]+", "", folded) or folded


def same_name(one: str, other: str) -> bool:
    """Tell whether two names would be one file on a file system that ignores case."""
    return one.casefold() == other.casefold()
