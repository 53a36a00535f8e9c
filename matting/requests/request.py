"""What another program asks for: a photo, where its outputs go, and what differs from the command's options.

See “Other programs” in ``docs/command-line.md`` for the format.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matting.errors import BadRequest, RequestProblem
from matting.files.suffixes import format_of
from matting.selection.marks import Mark
from matting.selection.marks_file import mark_from_json
from matting.setting_rows import PHOTO_SETTINGS
from matting.settings import CutSettings, Format, Write
from matting.settings_json import REFUSED, accepted_setting

_FIELDS = {"id", "source", "outputs", "settings", "marks"}
_SETTINGS = {row.key: row for row in PHOTO_SETTINGS}


@dataclass(frozen=True)
class Request:
    """A photo to cut; without ``outputs``, what to write → file, files are named as in any batch."""

    source: Path
    outputs: Mapping[Write, Path]
    settings: CutSettings
    marks: tuple[Mark, ...] = ()
    id: object = None

    @property
    def format(self) -> Format | None:
        """The cutout's format by the name of its file; ``None`` where none is named."""
        named = self.outputs.get(Write.CUTOUT)
        return None if named is None else format_of(named, Write.CUTOUT)


def request_id(line: bytes) -> object:
    """Return the ``id`` of a request, whatever else is wrong with it; ``None`` where there is none."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return content.get("id") if isinstance(content, dict) else None


def read_request(line: bytes, settings: CutSettings) -> Request:
    """Read a line of JSON; ``settings`` count where it names none. Raises ``BadRequest``."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRequest(reason=RequestProblem.NO_OBJECT) from error
    if not isinstance(content, dict):
        raise BadRequest(reason=RequestProblem.NO_OBJECT)
    for field in content.keys() - _FIELDS:
        raise BadRequest(reason=RequestProblem.UNKNOWN(field=field))
    if "source" not in content:
        raise BadRequest(reason=RequestProblem.MISSING(field="source"))
    source = _path("source", content["source"])
    outputs = _outputs(content.get("outputs", {}))
    if source in outputs.values():
        raise BadRequest(reason=RequestProblem.ITSELF)
    chosen = _chosen(content.get("settings", {}))
    return Request(source, outputs, replace(settings, **chosen), _marks(content.get("marks", [])), content.get("id"))


def _outputs(content: object) -> dict[Write, Path]:
    outputs = {}
    for kind, value in _object("outputs", content).items():
        if kind not in set(Write):
            raise BadRequest(reason=RequestProblem.UNKNOWN(field=f"outputs.{kind}"))
        path = _path(f"outputs.{kind}", value)
        if format_of(path, Write(kind)) is None:
            raise BadRequest(reason=RequestProblem.VALUE(field=f"outputs.{kind}"))
        outputs[Write(kind)] = path
    return outputs


def _chosen(content: object) -> dict[str, Any]:
    chosen = {}
    for key, value in _object("settings", content).items():
        if key not in _SETTINGS:
            raise BadRequest(reason=RequestProblem.UNKNOWN(field=f"settings.{key}"))
        chosen[key] = accepted_setting(_SETTINGS[key], value)
        if chosen[key] is REFUSED:
            raise BadRequest(reason=RequestProblem.VALUE(field=f"settings.{key}"))
    return chosen


def _marks(content: object) -> tuple[Mark, ...]:
    try:
        return tuple(map(mark_from_json, content))  # type: ignore[call-overload]
    except (ValueError, TypeError, KeyError) as error:
        raise BadRequest(reason=RequestProblem.VALUE(field="marks")) from error


def _object(field: str, content: object) -> dict[str, object]:
    if not isinstance(content, dict):
        raise BadRequest(reason=RequestProblem.VALUE(field=field))
    return content


def _path(field: str, content: object) -> Path:
    if not isinstance(content, str) or not content or "\0" in content:
        raise BadRequest(reason=RequestProblem.VALUE(field=field))
    return Path(content)
