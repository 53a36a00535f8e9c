"""A photo's settings as JSON and back; whatever is damaged or unknown falls back to its default, field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from math import isfinite
from pathlib import Path
from typing import Any

from matting.settings import CutSettings, Edges

RANGES: dict[str, tuple[float, float]] = {
    "threshold": (0.0, 1.0),
    "softness": (0.0, 1.0),
    "edge_shift": (-1.0, 1.0),
    "feather": (0.0, 1.0),
    "padding": (0, 2000),
}
"""What the inspector's sliders and numbers allow."""


def settings_to_json(settings: CutSettings) -> dict[str, Any]:
    """Return all fields in types that JSON has."""
    content = {field.name: getattr(settings, field.name) for field in fields(settings)}
    content["edges"] = str(settings.edges)
    content["background"] = None if settings.background is None else str(settings.background)
    return content


def settings_from_json(content: object) -> CutSettings:
    """Return the settings; unknown names are ignored, missing and impossible values replaced by the defaults."""
    if not isinstance(content, Mapping):
        return CutSettings()
    defaults = CutSettings()
    good: dict[str, Any] = {}
    for field in fields(CutSettings):
        if field.name in content:
            value = _accepted(field.name, content[field.name], getattr(defaults, field.name))
            if value is not _REFUSED:
                good[field.name] = value
    return CutSettings(**good)


_REFUSED = object()


def _accepted(name: str, value: object, default: object) -> object:
    if name == "background":
        if value is None:
            return None
        if not isinstance(value, str) or not value:
            return _REFUSED
        return value if re.fullmatch(r"#[0-9a-fA-F]{6}", value) else Path(value)
    if isinstance(default, Edges):
        return Edges(value) if isinstance(value, str) and value in set(Edges) else _REFUSED
    if isinstance(default, bool):
        return value if isinstance(value, bool) else _REFUSED
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return _REFUSED
    low, high = RANGES[name]
    return type(default)(min(high, max(low, value)))  # type: ignore[call-arg]
