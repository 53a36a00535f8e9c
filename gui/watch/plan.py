"""What a watched folder is to become, as a value that the window keeps from one start to the next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from matting.settings import CutSettings, Existing, OutputSettings
from matting.settings_json import output_from_json, output_to_json, settings_from_json, settings_to_json


@dataclass(frozen=True)
class WatchPlan:
    """Photos that arrive in ``folder`` are cut by ``model`` with ``settings`` and written as ``output`` says.

    The settings are those of the moment in which the folder was chosen: a slider that is moved later must not have
    thousands of photos cut anew. ``preset`` is the title of the preset they came from, empty without one. ``paused``:
    the folder waits until the user goes on.
    """

    folder: Path
    output: OutputSettings
    settings: CutSettings
    model: str
    preset: str = ""
    paused: bool = False

    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps(
            {
                "folder": str(self.folder),
                "output_folder": str(self.output.folder),
                "existing": str(self.output.existing),
                "output": output_to_json(self.output),
                "settings": settings_to_json(self.settings),
                "model": self.model,
                "preset": self.preset,
                "paused": self.paused,
            }
        )


def plan_from(text: object) -> WatchPlan | None:
    """Return what ``WatchPlan.text`` wrote; ``None`` for anything else."""
    try:
        stored = json.loads(text) if isinstance(text, str) else None
        if not isinstance(stored, dict) or not stored["model"]:
            return None
        existing = Existing(stored["existing"])
        output = OutputSettings(Path(stored["output_folder"]), existing=existing, **output_from_json(stored["output"]))
        return WatchPlan(
            Path(stored["folder"]),
            output,
            settings_from_json(stored["settings"]),
            str(stored["model"]),
            str(stored["preset"]),
            stored["paused"] is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
