"""The few rules of look that a palette cannot hold: sizes, corners, weights. Colours stay with the palette."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

_RULES = """
QLabel[role="title"] { font-size: 19pt; font-weight: 600; }
QLabel[role="heading"] { font-size: 12pt; font-weight: 600; }
QLabel[role="faint"] { color: palette(placeholder-text); }
QPushButton[role="primary"] {
    background: palette(highlight); color: palette(highlighted-text);
    border: none; border-radius: 8px; font-weight: 600; padding: 0 18px;
}
QPushButton[role="primary"]:hover { background: palette(link); }
QPushButton[role="primary"]:focus { border: 2px solid palette(highlighted-text); }
QPushButton[role="primary"]:disabled { background: palette(mid); color: palette(placeholder-text); }
QSplitter::handle { background: palette(mid); }
/* Fusion's own icons are drawn in black. */
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
"""


def apply_style(application: QApplication) -> None:
    """Use the rules for all windows."""
    application.setStyleSheet(_RULES)
