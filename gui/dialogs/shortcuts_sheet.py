"""The sheet of all keys, on F1."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.look.screen import fitting
from gui.look.translation import QT_TRANSLATE_NOOP, without_mnemonic

Group = tuple[str, list[tuple[str, str]]]
"""A heading, and rows of (what it does, its keys)."""

# Keys that belong to the canvas's mouse and brush and therefore to no menu.
CANVAS_KEYS: tuple[tuple[str, str], ...] = (
    (QT_TRANSLATE_NOOP("ShortcutsSheet", "Pan"), QT_TRANSLATE_NOOP("ShortcutsSheet", "Space + drag, middle button")),
    (QT_TRANSLATE_NOOP("ShortcutsSheet", "Zoom to the cursor"), QT_TRANSLATE_NOOP("ShortcutsSheet", "Mouse wheel")),
    (QT_TRANSLATE_NOOP("ShortcutsSheet", "Brush size"), "[  ]"),
    (QT_TRANSLATE_NOOP("ShortcutsSheet", "Brush hardness"), "Shift+[  Shift+]"),
    (QT_TRANSLATE_NOOP("ShortcutsSheet", "Swap keep and erase"), "X"),
    (
        QT_TRANSLATE_NOOP("ShortcutsSheet", "Swap them for one mark or stroke"),
        QT_TRANSLATE_NOOP("ShortcutsSheet", "Alt + click or drag"),
    ),
    (
        QT_TRANSLATE_NOOP("ShortcutsSheet", "Straight line from the last place"),
        QT_TRANSLATE_NOOP("ShortcutsSheet", "Shift + click"),
    ),
    (
        QT_TRANSLATE_NOOP("ShortcutsSheet", "Only what is in the box"),
        QT_TRANSLATE_NOOP("ShortcutsSheet", "Shift + drag a box"),
    ),
    (QT_TRANSLATE_NOOP("ShortcutsSheet", "Menu of the thing here"), QT_TRANSLATE_NOOP("ShortcutsSheet", "Right click")),
    (
        QT_TRANSLATE_NOOP("ShortcutsSheet", "Move the ring, mark there"),
        QT_TRANSLATE_NOOP("ShortcutsSheet", "Alt + arrows, Enter"),
    ),
    (QT_TRANSLATE_NOOP("ShortcutsSheet", "Drop what is being drawn"), QT_TRANSLATE_NOOP("ShortcutsSheet", "Esc")),
)


def groups_of(menus: Iterable[tuple[str, list[QAction]]]) -> list[Group]:
    """Turn menus (title, actions) into groups of the sheet, leaving out actions without a key."""
    groups: list[Group] = []
    for title, actions in menus:
        rows = [
            (
                without_mnemonic(action.text()),
                ", ".join(keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in action.shortcuts()),
            )
            for action in actions
            if action.shortcuts()
        ]
        if rows:
            groups.append((without_mnemonic(title), rows))
    return groups


class ShortcutsSheet(QDialog):
    """Shows ``groups`` in two columns, the canvas's own keys last."""

    def __init__(self, groups: list[Group], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAccessibleName(self.tr("Keyboard shortcuts"))
        canvas = (self.tr("Canvas"), [(self.tr(text), self.tr(keys)) for text, keys in CANVAS_KEYS])
        content = QWidget()
        grid = QGridLayout(content)
        grid.setHorizontalSpacing(48)
        grid.setContentsMargins(24, 16, 24, 16)
        everything = [*groups, canvas]
        for index, groups_there in enumerate(_two_columns(everything)):
            stack = QVBoxLayout()
            for group in groups_there:
                stack.addWidget(_group_widget(group))
            stack.addStretch()
            grid.addLayout(stack, 0, index)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(content)
        scroll.setAccessibleName(self.tr("List of keyboard shortcuts"))
        scroll.setToolTip(self.tr("All keys that Kirie knows"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll)
        layout.addWidget(buttons)
        around = QSize(64, 80)  # margins, a scroll bar, the button
        self.resize(fitting(content.sizeHint() + around, self))


def _two_columns(groups: list[Group]) -> tuple[list[Group], list[Group]]:
    """Split the groups, in their order, where the longer column is shortest."""
    lines = [len(rows) + 1 for _, rows in groups]
    first = min(range(len(groups) + 1), key=lambda cut: max(sum(lines[:cut]), sum(lines[cut:])))
    return groups[:first], groups[first:]


def _group_widget(group: Group) -> QWidget:
    title, rows = group
    widget = QWidget()
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 12)
    grid.setColumnStretch(0, 1)
    heading = QLabel(title)
    font = heading.font()
    font.setBold(True)
    heading.setFont(font)
    grid.addWidget(heading, 0, 0, 1, 2)
    for line, (text, keys) in enumerate(rows, start=1):
        key_label = QLabel(keys)
        key_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        key_label.setForegroundRole(key_label.palette().ColorRole.PlaceholderText)
        grid.addWidget(QLabel(text), line, 0)
        grid.addWidget(key_label, line, 1)
    return widget
