"""One preset: which settings it sets, as an object and as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from matting.presets.errors import PresetProblem, PresetUnusable
from matting.setting_rows import BACKGROUND, PHOTO_SETTINGS, THRESHOLD
from matting.settings import CutSettings, OutputSettings
from matting.settings_json import (
    OUTPUT_FIELDS,
    REFUSED,
    accepted_output,
    accepted_setting,
    output_to_json,
    settings_to_json,
)
from matting.system.os_errors import system_reason

SUFFIX = ".json"
_MARK, _VERSION = "kirie preset", 1
_ROWS = {row.key: row for row in PHOTO_SETTINGS}


@dataclass(frozen=True)
class Preset:
    """A named set of settings.

    ``settings`` are fields of ``CutSettings``, ``output`` of ``OutputSettings``; what is in neither stays as it was.
    ``about`` says what it is for, ``source`` and ``date`` where its rule was read and when. ``path`` is its file,
    ``own`` whether the user saved it.
    """

    title: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    output: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    source: str = ""
    date: str = ""
    path: Path | None = None
    own: bool = False

    @property
    def name(self) -> str:
        """What it is called on the command line: its file's name, without a file its title."""
        return self.title if self.path is None else self.path.stem

    def cut_settings(self, base: CutSettings) -> CutSettings:
        """Return ``base`` with what the preset sets."""
        return replace(base, **self.settings)

    def output_settings(self, base: OutputSettings) -> OutputSettings:
        """Return ``base`` with what the preset sets; folder and existing files are never part of one."""
        return replace(base, **self.output)

    def text(self) -> str:
        """Return the content of its file."""
        texts = {"title": self.title, "about": self.about, "source": self.source, "date": self.date}
        settings = settings_to_json(self.cut_settings(CutSettings()))
        output = output_to_json(self.output_settings(OutputSettings(Path())))
        content = {
            _MARK: _VERSION,
            **{key: text for key, text in texts.items() if text},
            "settings": {key: settings[key] for key in self.settings},
            "output": {key: output[key] for key in self.output},
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def preset_of(title: str, settings: CutSettings, output: OutputSettings, default_threshold: float) -> Preset:
    """Return a preset of everything that is chosen; a threshold only where it is not the one that suits the model."""
    chosen = {key: getattr(settings, key) for key in _ROWS}
    if settings.threshold == default_threshold:
        del chosen[THRESHOLD.key]
    return Preset(title, chosen, {key: getattr(output, key) for key in OUTPUT_FIELDS})


def read_preset(path: Path, own: bool = False) -> Preset:
    """Read a preset's file; a background picture in it may be named relative to it.

    Raises:
        PresetUnusable: it cannot be read, is no preset, or sets what this version does not know.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise PresetUnusable(path=path, reason=PresetProblem.UNREADABLE(reason=system_reason(error))) from error
    except ValueError as error:
        raise PresetUnusable(path=path, reason=PresetProblem.NO_PRESET) from error
    version = content.get(_MARK) if isinstance(content, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise PresetUnusable(path=path, reason=PresetProblem.NO_PRESET)
    if version > _VERSION:
        raise PresetUnusable(path=path, reason=PresetProblem.NEWER)
    settings = _fields(path, content, "settings", _ROWS, lambda key, value: accepted_setting(_ROWS[key], value))
    background = settings.get(BACKGROUND.key)
    if isinstance(background, Path):
        settings[BACKGROUND.key] = path.absolute().parent / background
    return Preset(
        title=str(content.get("title") or path.stem),
        settings=settings,
        output=_fields(path, content, "output", OUTPUT_FIELDS, accepted_output),
        about=str(content.get("about", "")),
        source=str(content.get("source", "")),
        date=str(content.get("date", "")),
        path=path,
        own=own,
    )


def _fields(path: Path, content: dict[str, Any], part: str, known: Any, accept: Any) -> dict[str, Any]:
    """Return the fields of one part of the file as the settings have them."""
    stored = content.get(part, {})
    if not isinstance(stored, dict):
        raise PresetUnusable(path=path, reason=PresetProblem.NO_PRESET)
    accepted: dict[str, Any] = {}
    for key, value in stored.items():
        if key not in known:
            raise PresetUnusable(path=path, reason=PresetProblem.UNKNOWN_FIELD(field=key))
        accepted[key] = accept(key, value)
        if accepted[key] is REFUSED:
            shown = json.dumps(value, ensure_ascii=False)
            raise PresetUnusable(path=path, reason=PresetProblem.VALUE(value=shown, field=key))
    return accepted
