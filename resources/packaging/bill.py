"""The software bill of materials of an executable: which distributions are inside, as CycloneDX 1.6 JSON."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import PurePosixPath
from typing import Any

BILL = "kirie.cdx.json"
_LONGEST_NAME = 120
"""Some distributions put the whole licence text where its name belongs."""

_WITH_LIBRARIES = {"pi_heif": "BSD-3-Clause AND LGPL-3.0-or-later"}
"""Distributions whose metadata leave out the libraries in their wheel: libheif and libde265."""


def bundled(names: Iterable[str]) -> list[str]:
    """Return the distributions, with Kirie, that the bundled modules (``a.b``) and files (``a/b.so``) belong to."""
    top = {PurePosixPath(name.replace("\\", "/")).parts[0].split(".")[0] for name in names}
    providers = metadata.packages_distributions()
    return sorted({part for name in top for part in providers.get(name, ())} | {"kirie"}, key=str.lower)


def licence_name(distribution: str) -> str:
    """Return the licence as its distribution names it, an SPDX expression or a short text; empty when it names none."""
    facts = metadata.metadata(distribution)
    if facts["Name"] in _WITH_LIBRARIES:
        return _WITH_LIBRARIES[facts["Name"]]
    for key in ("License-Expression", "License"):
        if key in facts and 0 < len(facts[key]) <= _LONGEST_NAME:
            return facts[key]
    classifiers = [entry for entry in facts.get_all("Classifier") or [] if entry.startswith("License ::")]
    return ", ".join(entry.rsplit(" :: ", 1)[-1] for entry in classifiers)


def bill_of_materials(distributions: Iterable[str]) -> dict[str, Any]:
    """Name, version, licence and package URL of each distribution, and of Python; the clock changes nothing in it."""
    python = {
        "type": "framework",
        "name": platform.python_implementation(),
        "version": platform.python_version(),
        "licenses": [{"expression": "PSF-2.0"}],
        "purl": f"pkg:generic/python@{platform.python_version()}",
    }
    parts = [_component(name) for name in distributions if name != "kirie"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**_component("kirie"), "type": "application"}},
        "components": [python, *parts],
    }


def _component(distribution: str) -> dict[str, Any]:
    facts = metadata.metadata(distribution)
    name, version = facts["Name"], facts["Version"]
    licence = licence_name(distribution)
    key = "expression" if "License-Expression" in facts or name in _WITH_LIBRARIES else "license"
    return {
        "type": "library",
        "name": name,
        "version": version,
        "licenses": [{key: licence if key == "expression" else {"name": licence}}] if licence else [],
        "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}",
    }
