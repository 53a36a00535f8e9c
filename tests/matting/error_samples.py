"""All error types and facts that fill any of their sentences."""

from __future__ import annotations

import importlib
import pkgutil
import string
from collections.abc import Iterator
from pathlib import Path

import matting
import models
from matting.errors import KirieError

_PATHS = {"path", "folder", "file", "best", "other"}
_NUMBERS = {"lr"}


def all_error_types() -> list[type[KirieError]]:
    """Every error type of the program that has a sentence or should have, by name."""
    for package in (matting, models):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    ours = [kind for kind in _below(KirieError) if kind.__module__.split(".")[0] in ("matting", "models")]
    bases = {kind for kind in ours if kind.__subclasses__() and not kind.sentence}
    return sorted(set(ours) - bases, key=lambda kind: kind.__name__)


def sample_facts(template: str) -> dict[str, object]:
    """Return a fact for each field of the template, without a Latin word in it."""
    fields = {field for _, field, *_ in string.Formatter().parse(template) if field}
    return {field: _sample(field) for field in fields}


def _sample(field: str) -> object:
    if field in _PATHS:
        return Path("/照片/样")
    return 0.5 if field in _NUMBERS else "样"


def _below(kind: type[KirieError]) -> Iterator[type[KirieError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)
