"""Editors for rows of the settings table: each writes through as soon as the user changes it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from gui.look.translation import QT_TRANSLATE_NOOP
from gui.settings.table import SETTINGS, Setting, Settings

_BROWSE = QT_TRANSLATE_NOOP("Settings", "Choose…")
_BROWSE_TIP = QT_TRANSLATE_NOOP("Settings", "Choose a folder")


def add_rows(form: QFormLayout, settings: Settings, page: str) -> None:
    """Add an editor to ``form`` for each row of the table that belongs on ``page``."""
    for row in SETTINGS:
        if row.page == page:
            add_row(form, settings, row)


def add_row(form: QFormLayout, settings: Settings, row: Setting) -> None:
    """Add one editor: a list for choices, a check box for yes or no, else a line with a folder button."""
    editor: QWidget
    if row.choices:
        editor = _choice_editor(settings, row)
    elif isinstance(row.default, bool):
        editor = _check_editor(settings, row)
    else:
        editor = _folder_editor(settings, row)
    for widget in (editor, *editor.findChildren(QLineEdit)):
        widget.setToolTip(row.tip())
        widget.setAccessibleName(row.title())
        widget.setObjectName(row.key)
    if isinstance(editor, QCheckBox):
        form.addRow("", editor)
    else:
        label = QLabel(row.title())
        label.setBuddy(editor)
        form.addRow(label, editor)


def _choice_editor(settings: Settings, row: Setting) -> QComboBox:
    box = QComboBox()
    for choice in row.choices:
        box.addItem(QCoreApplication.translate("Settings", choice.text), choice.value)
    box.setCurrentIndex(box.findData(settings.get(row.key)))
    box.activated.connect(lambda index: settings.set(row.key, box.itemData(index)))
    return box


def _check_editor(settings: Settings, row: Setting) -> QCheckBox:
    box = QCheckBox(row.title())
    box.setChecked(bool(settings.get(row.key)))
    box.toggled.connect(lambda checked: settings.set(row.key, checked))
    return box


def _folder_editor(settings: Settings, row: Setting) -> QWidget:
    line = QLineEdit(settings.text(row.key))
    line.editingFinished.connect(lambda: settings.set(row.key, line.text().strip()))
    button = QPushButton(QCoreApplication.translate("Settings", _BROWSE))
    button.setToolTip(QCoreApplication.translate("Settings", _BROWSE_TIP))
    button.setAccessibleName(QCoreApplication.translate("Settings", _BROWSE_TIP))
    button.setAutoDefault(False)

    def browse() -> None:
        chosen = QFileDialog.getExistingDirectory(line, row.title(), line.text())
        if chosen:
            line.setText(chosen)
            settings.set(row.key, chosen)

    button.clicked.connect(browse)
    editor = QWidget()
    layout = QHBoxLayout(editor)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(line)
    layout.addWidget(button)
    editor.setFocusProxy(line)
    return editor
