"""Presets of Kirie 0.9 and before, which lay in the program's settings file: made files of the user's own once."""

from __future__ import annotations

import json
import logging
from typing import Any, Protocol
from urllib.parse import unquote

from matting.errors import WriteError
from matting.presets.library import save_preset
from matting.presets.preset import Preset
from matting.setting_rows import PHOTO_SETTINGS
from matting.settings_json import settings_from_json

log = logging.getLogger(__name__)

GROUP = "presets"


class Store(Protocol):
    """What is needed of Qt's ``QSettings``."""

    def allKeys(self) -> list[str]:
        """Return all keys, slashes between their groups."""
        ...

    def value(self, key: str, /) -> Any:
        """Return what is kept under a key, ``None`` without it."""
        ...

    def remove(self, key: str, /) -> None:
        """Forget a key."""
        ...


def move_old_presets(store: Store) -> None:
    """Make a preset file of each one kept in ``store``; one that cannot be written stays for the next start."""
    for key in [key for key in store.allKeys() if key.startswith(f"{GROUP}/")]:
        stored = store.value(key)
        try:
            content = json.loads(stored) if isinstance(stored, str) else None
        except ValueError:
            content = None
        if isinstance(content, dict):
            settings = settings_from_json(content)
            known = {row.key: getattr(settings, row.key) for row in PHOTO_SETTINGS if row.key in content}
            title = unquote(key.removeprefix(f"{GROUP}/"))
            try:
                save_preset(Preset(title, known))
            except (OSError, ValueError, WriteError):
                log.warning("preset %s stays in the settings file", title, exc_info=True)
                continue
        store.remove(key)
