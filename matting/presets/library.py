"""The presets that there are: those that come with Kirie, and the user's own in Kirie's folder."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path

import resources
from matting.presets.errors import PresetMissing, PresetUnusable
from matting.presets.preset import SUFFIX, Preset, read_preset
from matting.system import folders
from matting.system.atomic import write_atomic
from matting.system.file_names import is_reserved_on_windows

log = logging.getLogger(__name__)

LONGEST_TITLE = 60


def presets_folder() -> Path:
    """Return the folder of the user's own presets; it may not be there yet."""
    return folders.home() / "presets"


def all_presets() -> list[Preset]:
    """Return those that come with Kirie, then the user's own, each by title; damaged files are left out."""
    return [*_read(resources.PRESETS, own=False), *_read(presets_folder(), own=True)]


def find_preset(wanted: str) -> Preset:
    """Return the preset of this name or title (own ones first), or of the file at this path.

    Raises:
        PresetMissing: there is none.
        PresetUnusable: the file cannot be used.
    """
    file = Path(wanted)
    if file.suffix.lower() == SUFFIX and file.is_file():
        return read_preset(file)
    name = wanted.casefold()
    for preset in reversed(all_presets()):
        if name in (preset.name.casefold(), preset.title.casefold()):
            return preset
    for folder in (presets_folder(), resources.PRESETS):
        if (damaged := folder / f"{wanted}{SUFFIX}").is_file():
            return read_preset(damaged)  # says what is wrong
    raise PresetMissing(name=wanted)


def save_preset(preset: Preset) -> Preset:
    """Keep a preset among the user's own, in place of the one with that title; return it as it is kept.

    Raises ``WriteError`` types, and ``ValueError`` for an empty title.
    """
    title = preset.title.strip()[:LONGEST_TITLE].strip()
    if not title:
        raise ValueError("a preset needs a title")
    same = next((one.path for one in all_presets() if one.own and one.title == title), None)
    path = same or _free(_file_name(title))
    kept = replace(preset, title=title, path=path, own=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, kept.text().encode())
    return kept


def remove_preset(preset: Preset) -> None:
    """Delete the file of one of the user's own presets."""
    if preset.own and preset.path is not None:
        preset.path.unlink(missing_ok=True)


def _read(folder: Path, own: bool) -> list[Preset]:
    presets: list[Preset] = []
    try:
        files = sorted(folder.glob(f"*{SUFFIX}"))
    except OSError:
        files = []
    for file in files:
        try:
            presets.append(read_preset(file, own))
        except PresetUnusable as error:
            log.warning("%s", error)
    return sorted(presets, key=lambda preset: preset.title.casefold())


def _file_name(title: str) -> str:
    """Return a name that every system takes: letters, figures, spaces and a few signs."""
    name = re.sub(r"[^\w \-+&()]", "-", title).strip(" .-") or "preset"
    return f"{name}-" if is_reserved_on_windows(name) else name


def _free(name: str) -> Path:
    """Return a path in the folder of own presets at which there is no file."""
    path, number = presets_folder() / f"{name}{SUFFIX}", 2
    while path.exists():
        path, number = presets_folder() / f"{name}-{number}{SUFFIX}", number + 1
    return path
