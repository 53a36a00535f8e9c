"""Which colours the window has: dark, light or what the system says."""

from __future__ import annotations

from enum import Enum, StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gui.look.sheet import sheet
from gui.look.tokens import DARK, LIGHT, Colours


class Theme(StrEnum):
    """What the user chose in the settings."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_SCHEME = {
    Theme.SYSTEM: Qt.ColorScheme.Unknown,
    Theme.LIGHT: Qt.ColorScheme.Light,
    Theme.DARK: Qt.ColorScheme.Dark,
}


class Tone(Enum):
    """Colours of words and signs about a photo: (light, dark), 4.5 to the row behind them, selected or not."""

    GOOD = ("#1c7443", "#4fc47f")
    DOUBT = ("#8a5a00", "#e0a83a")
    BAD = (LIGHT.error, DARK.error)

    def colour(self, palette: QPalette) -> QColor:
        """Return the colour that suits the palette's base."""
        light, dark = self.value
        return QColor(light if palette.color(QPalette.ColorRole.Base).lightness() > 127 else dark)


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for colour, roles in (
        (colours.panel, (role.Window,)),
        (colours.base, (role.Base, role.ToolTipBase)),
        (colours.hovered, (role.AlternateBase, role.Midlight)),
        (colours.control, (role.Button, role.Light)),
        (colours.ink, (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.Link, role.LinkVisited)),
        (colours.faint, (role.PlaceholderText,)),
        (colours.line, (role.Mid,)),
        (colours.outline, (role.Dark, role.Shadow)),
        (colours.accent, (role.Highlight, role.Accent)),
        (colours.on_accent, (role.HighlightedText, role.BrightText)),
    ):
        for one in roles:
            palette.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(colours.disabled))
    return palette


def colours() -> Colours:
    """Return the colours in use."""
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Base).lightness() < 128 else LIGHT


def apply_theme(theme: Theme) -> None:
    """Use ``theme`` now, with its palette and style sheet; with ``SYSTEM`` the window goes on following the desktop."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(_SCHEME[theme])
    application.setStyle("Fusion")
    if not application.property("kirieFollowsScheme"):
        application.setProperty("kirieFollowsScheme", True)
        hints.colorSchemeChanged.connect(_use_scheme)
    _use_scheme(hints.colorScheme() if theme is Theme.SYSTEM else _SCHEME[theme])


def _use_scheme(scheme: Qt.ColorScheme) -> None:
    application = QApplication.instance()
    if isinstance(application, QApplication):
        in_use = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
        application.setPalette(_palette(in_use))
        application.setStyleSheet(sheet(in_use, application.font().pointSizeF()))
