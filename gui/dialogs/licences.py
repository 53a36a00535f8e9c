"""The parts that travel with the program, and the texts of their licences."""

from __future__ import annotations

import json
from importlib import metadata
from typing import Any

import resources
from resources.packaging.bill import BILL, bill_of_materials

_PARTS = (
    "torch",
    "numpy",
    "opencv-python-headless",
    "PySide6-Essentials",
    "pillow",
    "pi-heif",
    "tifffile",
    "isal",
    "safetensors",
    "platformdirs",
    "tqdm",
    "truststore",
)
"""What is shown where no executable was built, and so no list of everything inside."""
_USUAL_NAMES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING")
_WITHOUT_TEXT = {
    "pyside6_essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "pi_heif": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "cpython": ("LICENSE.txt",),
}
"""Distributions that do not bring the text of a licence: those of ``resources/licences``."""


def parts() -> list[tuple[str, str, str]]:
    """Return (name, version, licence) of each part; from the bill of materials if there is one, as in an executable."""
    try:
        bill = json.loads((resources.ROOT / BILL).read_text("utf-8"))
    except FileNotFoundError:
        bill = bill_of_materials(name for name in _PARTS if _is_installed(name))
    return [(part["name"], part["version"], _licence(part)) for part in bill["components"]]


def licence_text(name: str) -> str:
    """Return the texts of a part's licences, one after the other; empty where there are none."""
    texts = []
    if _is_installed(name):
        part = metadata.distribution(name)
        files = part.metadata.get_all("License-File") or list(_USUAL_NAMES)
        texts = [part.read_text(f"licenses/{file}") or part.read_text(file) or "" for file in files]
    for file in _WITHOUT_TEXT.get(name.lower().replace("-", "_"), ()):
        path = resources.LICENCES / file
        texts.append(path.read_text("utf-8") if path.is_file() else "")
    return "\n\n\n".join(filter(None, texts))


def _licence(part: dict[str, Any]) -> str:
    named = part["licenses"][0] if part["licenses"] else {}
    return str(named.get("expression") or named.get("license", {}).get("name", "–"))


def version_of(distribution: str) -> str:
    """Return the version of an installed distribution, or a dash where its metadata are not there."""
    return metadata.version(distribution) if _is_installed(distribution) else "–"


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
