"""How the window looks: dark, light or what the system says, and the few rules that a palette cannot hold."""

from __future__ import annotations

from enum import Enum, StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

ACCENT = QColor("#c8352b")
ACCENT_HOVERED = ACCENT.darker(115)

_RULES = f"""
QLabel[role="title"] {{ font-size: 19pt; font-weight: 600; }}
QLabel[role="heading"] {{ font-size: 12pt; font-weight: 600; }}
QLabel[role="faint"] {{ color: palette(placeholder-text); }}
QPushButton[role="primary"] {{
    background: palette(highlight); color: palette(highlighted-text);
    border: none; border-radius: 8px; font-weight: 600; padding: 0 18px;
}}
QPushButton[role="primary"]:hover {{ background: {ACCENT_HOVERED.name()}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid palette(highlighted-text); }}
QPushButton[role="primary"]:disabled {{ background: palette(mid); color: palette(placeholder-text); }}
QLabel[role="notice"] {{
    background: palette(alternate-base); border-bottom: 1px solid palette(mid); padding: 7px 12px;
}}
QSplitter::handle {{ background: palette(mid); }}
/* Fusion's own icons are drawn in black. */
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
"""
"""Sizes, corners, weights; colours stay with the palette."""


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

# Neutral greys: a tinted surround would change how a designer sees the colours of a photo.
_LIGHT = {
    QPalette.ColorRole.Window: "#f3f3f3",
    QPalette.ColorRole.WindowText: "#1d1d1d",
    QPalette.ColorRole.Base: "#ffffff",
    QPalette.ColorRole.AlternateBase: "#f8f8f8",
    QPalette.ColorRole.Text: "#1d1d1d",
    QPalette.ColorRole.Button: "#ececec",
    QPalette.ColorRole.ButtonText: "#1d1d1d",
    QPalette.ColorRole.BrightText: "#ffffff",
    QPalette.ColorRole.ToolTipBase: "#ffffff",
    QPalette.ColorRole.ToolTipText: "#1d1d1d",
    QPalette.ColorRole.PlaceholderText: "#5c5c5c",
    QPalette.ColorRole.Link: "#b92e25",
    QPalette.ColorRole.Light: "#ffffff",
    QPalette.ColorRole.Midlight: "#f8f8f8",
    QPalette.ColorRole.Mid: "#c9c9c9",
    QPalette.ColorRole.Dark: "#b0b0b0",
    QPalette.ColorRole.Shadow: "#808080",
}
_DARK = {
    QPalette.ColorRole.Window: "#252525",
    QPalette.ColorRole.WindowText: "#e8e8e8",
    QPalette.ColorRole.Base: "#1c1c1c",
    QPalette.ColorRole.AlternateBase: "#222222",
    QPalette.ColorRole.Text: "#e8e8e8",
    QPalette.ColorRole.Button: "#333333",
    QPalette.ColorRole.ButtonText: "#e8e8e8",
    QPalette.ColorRole.BrightText: "#ffffff",
    QPalette.ColorRole.ToolTipBase: "#333333",
    QPalette.ColorRole.ToolTipText: "#e8e8e8",
    QPalette.ColorRole.PlaceholderText: "#a6a6a6",
    QPalette.ColorRole.Link: "#ff7a6e",
    QPalette.ColorRole.Light: "#454545",
    QPalette.ColorRole.Midlight: "#3a3a3a",
    QPalette.ColorRole.Mid: "#4a4a4a",
    QPalette.ColorRole.Dark: "#151515",
    QPalette.ColorRole.Shadow: "#000000",
}

_OUTLINED = ("QCheckBox", "QLineEdit", "QAbstractSpinBox", "QSlider")
_OUTLINES = {False: QColor("#787878"), True: QColor("#8c8c8c")}
"""Light and dark. A contrast of more than 3 to the window (WCAG 2.1), so that an empty box is seen to be a box."""


class Tone(Enum):
    """Colours of words and signs about a photo: (light, dark), 4.5 to the row behind them, selected or not."""

    GOOD = ("#1c7443", "#4fc47f")
    DOUBT = ("#8a5a00", "#e0a83a")
    BAD = ("#b3261e", "#ff8378")

    def colour(self, palette: QPalette) -> QColor:
        """Return the colour that suits the palette's base."""
        light, dark = self.value
        return QColor(light if palette.color(QPalette.ColorRole.Base).lightness() > 127 else dark)


def _palette(colours: dict[QPalette.ColorRole, str]) -> QPalette:
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    palette.setColor(QPalette.ColorRole.Highlight, ACCENT)
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("#ffffff"))
    palette.setColor(QPalette.ColorRole.Accent, ACCENT)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        faded = palette.color(QPalette.ColorRole.PlaceholderText)
        faded.setAlphaF(0.6)
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return palette


def apply_theme(theme: Theme) -> None:
    """Use ``theme`` now; with ``SYSTEM`` the window goes on following the desktop."""
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
    if not isinstance(application, QApplication):
        return
    dark = scheme == Qt.ColorScheme.Dark
    palette = _palette(_DARK if dark else _LIGHT)
    application.setPalette(palette)
    # Fusion's outlines are the window's colour, 1.4 times darker: too faint in the light, and gone in the dark. These
    # controls do not paint the window's colour otherwise, so they can be told of another one.
    palette.setColor(QPalette.ColorRole.Window, _OUTLINES[dark].lighter(140))
    for name in _OUTLINED:
        application.setPalette(palette, name)  # type: ignore[arg-type]  # the stub says bytes, which are refused
    # Where there is a style sheet, widgets keep the palette that they were given with it.
    application.setStyleSheet(application.styleSheet())


def apply_style(application: QApplication) -> None:
    """Use the rules for all windows."""
    application.setStyleSheet(_RULES)
