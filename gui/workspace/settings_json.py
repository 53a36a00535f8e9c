"""A photo's settings as JSON and back; whatever is damaged or unknown falls back to its default, field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any

from matting.setting_rows import BACKGROUND, PHOTO_SETTINGS, PhotoSetting
from matting.settings import CutSettings


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
    accepted = {row.key: _accepted(row, content[row.key]) for row in PHOTO_SETTINGS if row.key in content}
    return CutSettings(**{key: value for key, value in accepted.items() if value is not _REFUSED})


_REFUSED: Any = object()


def _accepted(row: PhotoSetting, value: object) -> Any:
    if row is BACKGROUND:
        if value is None:
            return None
        if not isinstance(value, str) or not value:
            return _REFUSED
        return value if re.fullmatch(r"#[0-9a-fA-F]{6}", value) else Path(value)
    if isinstance(row.default, StrEnum):
        choices = type(row.default)
        return choices(value) if isinstance(value, str) and value in set(choices) else _REFUSED
    if row.range is None:
        return value if isinstance(value, bool) else _REFUSED
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return _REFUSED
    return type(row.default)(min(row.range.high, max(row.range.low, value)))
