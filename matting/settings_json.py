"""Settings as JSON and back, field by field; whatever is damaged or unknown falls back to its default.

``accepted_setting`` and ``accepted_output`` tell for one field which value it has, or ``REFUSED``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any, cast

from matting.setting_rows import BACKGROUND, PHOTO_SETTINGS, SHADOW_COLOUR, PhotoSetting
from matting.settings import (
    Colour,
    CutSettings,
    Format,
    Keep,
    OutputSettings,
    Write,
    parse_canvas,
    parse_colour,
)


def settings_to_json(settings: CutSettings) -> dict[str, Any]:
    """Return all fields in types that JSON has."""
    content = {field.name: getattr(settings, field.name) for field in fields(settings)}
    content |= {name: str(value) for name, value in content.items() if isinstance(value, StrEnum)}
    content["background"] = None if settings.background is None else str(settings.background)
    return content


def settings_from_json(content: object) -> CutSettings:
    """Return the settings; unknown names are ignored, missing and impossible values replaced by the defaults."""
    if not isinstance(content, Mapping):
        return CutSettings()
    accepted = {row.key: accepted_setting(row, content[row.key]) for row in PHOTO_SETTINGS if row.key in content}
    return CutSettings(**{key: value for key, value in accepted.items() if value is not REFUSED})


def output_to_json(output: OutputSettings) -> dict[str, Any]:
    """Return what is chosen for the files themselves: all fields of ``OUTPUT_FIELDS``, in types that JSON has."""
    return {
        "writes": [str(write) for write in output.writes],
        "format": str(output.format),
        "name": output.name,
        "write_empty": output.write_empty,
        "canvases": [str(size) for size in output.canvases],
        "quality": output.quality,
        "colour": str(output.colour),
        "metadata": str(output.metadata),
    }


def output_from_json(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of ``OutputSettings`` that ``content`` has and that can be used."""
    accepted = {key: accepted_output(key, content[key]) for key in OUTPUT_FIELDS if key in content}
    return {key: value for key, value in accepted.items() if value is not REFUSED}


REFUSED: Any = object()
_CHOICES: dict[str, type[StrEnum]] = {"format": Format, "colour": Colour, "metadata": Keep}
OUTPUT_FIELDS = ("writes", "format", "name", "write_empty", "canvases", "quality", "colour", "metadata")
"""Fields of ``OutputSettings`` that say what the files are, not where they go."""


def accepted_output(key: str, value: object) -> Any:
    """Return a stored value as the field ``key`` of ``OutputSettings`` has it, or ``REFUSED``."""
    if key in _CHOICES:
        choices = _CHOICES[key]
        return choices(value) if isinstance(value, str) and value in set(choices) else REFUSED
    if key == "write_empty":
        return value if isinstance(value, bool) else REFUSED
    if key == "quality":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return min(100, max(1, cast(int, value))) if whole else REFUSED
    if key == "name":
        return value if value is None or (isinstance(value, str) and value) else REFUSED
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return REFUSED
    if key == "writes":
        return tuple(map(Write, value)) if value and set(value) <= set(Write) else REFUSED
    sizes = [parse_canvas(one) for one in value]
    return REFUSED if None in sizes else tuple(dict.fromkeys(sizes))


def accepted_setting(row: PhotoSetting, value: object) -> Any:
    """Return a stored value as the field ``row.key`` of ``CutSettings`` has it, or ``REFUSED``.

    A number beyond the range is brought into it.
    """
    if row is BACKGROUND:
        if value is None:
            return None
        if not isinstance(value, str) or not value:
            return REFUSED
        return value if re.fullmatch(r"#[0-9a-fA-F]{6}", value) else Path(value)
    if row is SHADOW_COLOUR:
        return value if isinstance(value, str) and parse_colour(value) else REFUSED
    if isinstance(row.default, StrEnum):
        choices = type(row.default)
        return choices(value) if isinstance(value, str) and value in set(choices) else REFUSED
    if row.range is None:
        return value if isinstance(value, bool) else REFUSED
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return REFUSED
    return type(row.default)(min(row.range.high, max(row.range.low, value)))
