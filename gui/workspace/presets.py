"""Settings saved by name: JSON texts in the program's settings file."""

from __future__ import annotations

import json
from typing import Any, Protocol
from urllib.parse import quote, unquote

from gui.workspace.settings_json import settings_from_json, settings_to_json
from matting.settings import CutSettings

GROUP = "presets"
LONGEST_NAME = 60


class Store(Protocol):
    """What presets need of Qt's ``QSettings``."""

    def allKeys(self) -> list[str]:
        """Return all keys, slashes between their groups."""
        ...

    def value(self, key: str, /) -> Any:
        """Return what is kept under a key, ``None`` without it."""
        ...

    def setValue(self, key: str, value: Any, /) -> None:
        """Keep a value."""
        ...

    def remove(self, key: str, /) -> None:
        """Forget a key."""
        ...


class Presets:
    """The user's presets in the program's settings file, one JSON text a preset; damaged ones are not listed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def names(self) -> list[str]:
        """Return all names, in the order of the alphabet."""
        keys = [key.removeprefix(f"{GROUP}/") for key in self._store.allKeys() if key.startswith(f"{GROUP}/")]
        return sorted((name for name in map(unquote, keys) if self.load(name) is not None), key=str.casefold)

    def load(self, name: str) -> CutSettings | None:
        """Return the settings of that name; ``None`` when there are none, or none that can be read."""
        stored = self._store.value(_key(name))
        try:
            content = json.loads(stored) if isinstance(stored, str) else None
        except ValueError:
            return None
        return settings_from_json(content) if isinstance(content, dict) else None

    def save(self, name: str, settings: CutSettings) -> None:
        """Keep ``settings`` under ``name``, in place of what had that name. Raises ``ValueError`` for an empty name."""
        name = name.strip()[:LONGEST_NAME]
        if not name:
            raise ValueError("a preset needs a name")
        self._store.setValue(_key(name), json.dumps(settings_to_json(settings)))

    def remove(self, name: str) -> None:
        """Forget the settings of that name."""
        self._store.remove(_key(name))


def _key(name: str) -> str:
    # A slash would make a group of the name: names travel quoted.
    return f"{GROUP}/{quote(name, safe=' ')}"
