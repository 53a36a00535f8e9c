"""The style sheet: how buttons, fields, lists, bars, tabs, menus and dialogs look, made of the tokens alone."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

import resources
from gui.look import tokens
from gui.look.tokens import Colours

_SHEET = Template("""
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}pt; font-weight: 600; }
QLabel[role="caption"] { font-size: ${caption}pt; color: $faint; }
QLabel[role="error"] { font-size: ${caption}pt; color: $error; }
QLabel[role="faint"] { color: $faint; }
QLabel[role="figures"] { background: $panel; border-top: 1px solid $line; padding: 6px ${l}px; }
QLabel[role="notice"] { background: $base; border-bottom: 1px solid $line; padding: 6px ${l}px; }

QPushButton, QToolButton[role="button"] {
    background: $control; color: $ink; border: 1px solid $line; border-radius: ${radius_m}px;
    padding: ${s}px ${m}px; min-height: 20px;
}
QToolButton[role="button"] { padding: ${s}px; }
QPushButton:hover, QToolButton[role="button"]:hover { background: $hovered; }
QPushButton:pressed, QToolButton[role="button"]:pressed { background: $pressed; }
QPushButton:disabled, QToolButton[role="button"]:disabled { color: $disabled; background: transparent; }
QPushButton:focus { border: 2px solid $accent; padding: 3px 7px; }
QToolButton[role="button"]:focus { border: 2px solid $accent; padding: 3px; }
QPushButton::menu-indicator {
    image: url($look/down-$theme.svg); width: 12px; right: ${m}px; subcontrol-position: center right;
}
QPushButton[role="primary"] {
    background: $accent; color: $on_accent; border: 2px solid $accent; border-radius: ${m}px;
    font-weight: 600; padding: 0 16px; min-height: 36px;
}
QPushButton[role="primary"]:hover { background: $accent_hovered; border-color: $accent_hovered; }
QPushButton[role="primary"]:focus { border-color: $outline; }
QPushButton[role="primary"]:disabled { background: $pressed; border-color: $pressed; color: $faint; }
QPushButton[role="link"] { background: transparent; border: 2px solid transparent; padding: 3px 7px; }
QPushButton[role="link"]:hover { background: $hovered; border-color: $hovered; }
QPushButton[role="link"]:focus { border-color: $accent; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: ${radius_m}px; padding: 3px; }
QToolButton:hover { background: $hovered; border-color: $hovered; }
QToolButton:checked, QToolButton:pressed { background: $pressed; border-color: $pressed; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $disabled; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: $base; color: $ink; border: 1px solid $outline; border-radius: ${radius_m}px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QAbstractSpinBox, QComboBox { padding: 2px 6px; min-height: 20px; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 2px solid $accent;
}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { padding: 1px 5px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: $disabled; background: transparent; border-color: $line;
}
QAbstractSpinBox QLineEdit { border: 0; padding: 0; min-height: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 18px; }
QAbstractSpinBox::up-arrow { image: url($look/up-$theme.svg); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url($look/down-$theme.svg); width: 10px; height: 10px; }
/* Where there are no buttons, their place is taken off the right all the same; at the left nothing is. */
QAbstractSpinBox[role="number"]::up-button, QAbstractSpinBox[role="number"]::down-button {
    subcontrol-position: left; width: 0;
}
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url($look/down-$theme.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $base; border: 1px solid $line; padding: ${s}px; outline: 0; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 ${s}px; border-radius: ${radius_s}px; color: $ink; }
QComboBox QAbstractItemView::item:selected { background: $hovered; }

QCheckBox, QRadioButton { spacing: ${m}px; min-height: 22px; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; border: 1px solid $outline; background: $base;
}
QCheckBox::indicator { border-radius: ${radius_s}px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($look/check-$theme.svg); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url($look/dot-$theme.svg); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background: transparent; }
QCheckBox::indicator:checked:disabled, QRadioButton::indicator:checked:disabled {
    background: $disabled; border-color: $disabled;
}
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; width: 12px; height: 12px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: $outline; border-radius: 3px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QListWidget { background: transparent; border: none; outline: 0; }
QListWidget::item { padding: 6px; border-radius: ${radius_m}px; color: $ink; }
QListWidget::item:hover { background: $hovered; }
QListWidget::item:selected { background: $pressed; color: $ink; }

QProgressBar { background: $pressed; border: none; border-radius: 3px; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar::tab {
    background: transparent; color: $faint; padding: ${m}px ${l}px; border: none; border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $ink; }
QTabBar::tab:selected { color: $ink; border-bottom-color: $accent; }
QTabBar::tab:focus { background: $hovered; }

QMenuBar { background: $panel; }
QMenuBar::item { background: transparent; padding: ${s}px ${m}px; border-radius: ${radius_s}px; }
QMenuBar::item:selected { background: $hovered; }
QMenu { background: $base; border: 1px solid $line; padding: ${s}px; }
QMenu::item { padding: 5px 24px 5px ${m}px; border-radius: ${radius_s}px; color: $ink; }
QMenu::item:selected { background: $hovered; }
QMenu::item:disabled { color: $disabled; }
QMenu::icon { padding-left: ${m}px; }
QMenu::separator { height: 1px; background: $line; margin: ${s}px ${m}px; }
QMenu::right-arrow { image: url($look/right-$theme.svg); width: 12px; height: 12px; right: ${m}px; }

QToolTip { background: $base; color: $ink; border: 1px solid $line; padding: 5px ${m}px; }
QSplitter::handle { background: $line; }
QFrame[role="card"] { background: $base; border: 1px solid $line; border-radius: ${radius_l}px; }
QFrame[role="toast"] { background: $accent; border-radius: ${radius_l}px; }
QFrame[role="toast"] QLabel { color: $on_accent; }
QPushButton[role="toast"] {
    background: transparent; color: $on_accent; border: 2px solid transparent; font-weight: 600;
}
QPushButton[role="toast"]:hover { background: $accent_hovered; }
QPushButton[role="toast"]:focus { border-color: $on_accent; }
/* Fusion's own icons are drawn in black. */
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
""")


def sheet(colours: Colours, font_pt: float) -> str:
    """Return the style sheet in these colours; ``font_pt`` is the application font's size in points."""
    values: dict[str, object] = {
        **asdict(colours),
        "theme": "light" if colours is tokens.LIGHT else "dark",
        "look": (resources.ROOT / "look").as_posix(),
        **{name: round(font_pt * getattr(tokens, name.upper()), 1) for name in ("caption", "heading", "title")},
        **{name: getattr(tokens, f"SPACE_{name.upper()}") for name in ("s", "m", "l")},
        **{f"radius_{name}": getattr(tokens, f"RADIUS_{name.upper()}") for name in ("s", "m", "l")},
    }
    return _SHEET.substitute(values)
