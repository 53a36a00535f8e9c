"""The table's actions as Qt's: made, connected, put into menus, enabled."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenuBar

from gui.actions.row import ActionRow, Need, Window
from gui.actions.table import MENUS, ROWS
from gui.look.icons import icon
from gui.look.translation import without_mnemonic
from gui.workspace.workspace import Workspace


def _t(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


class Actions:
    """The QActions of the table, by id and by what they need."""

    def __init__(self, parent: QObject) -> None:
        self._actions = {name: _make(row, parent) for name, row in ROWS.items()}
        groups: dict[str, QActionGroup] = {}
        for name, row in ROWS.items():
            if row.group:
                self._actions[name].setCheckable(True)
                groups.setdefault(row.group, QActionGroup(parent)).addAction(self._actions[name])

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def connect(self, window: Window) -> None:
        """Let every action do to ``window`` what its row says."""
        for name, row in ROWS.items():
            self._actions[name].triggered.connect(lambda _checked=False, do=row.do: do(window))

    def fill(self, bar: QMenuBar) -> None:
        """Make the menus."""
        for table in MENUS:
            menu = bar.addMenu(_t(table.title))
            menu.setToolTipsVisible(True)
            for row in table.rows:
                if row is None:
                    menu.addSeparator()
                else:
                    menu.addAction(self._actions[row.id])

    def allow(self, there: set[Need]) -> None:
        """Enable what can be done while the things in ``there`` exist."""
        for name, row in ROWS.items():
            if row.needs is not None:
                self._actions[name].setEnabled(row.needs in there)

    def check(self, workspace: Workspace) -> None:
        """Mark which of several choices are the present ones."""
        for name, row in ROWS.items():
            if row.checked is not None and row.checked(workspace):
                self._actions[name].setChecked(True)

    def menus(self) -> list[tuple[str, list[QAction]]]:
        """Return (title, actions) of each menu, for the shortcuts sheet."""
        return [(_t(table.title), [self._actions[row.id] for row in table.rows if row is not None]) for table in MENUS]


def _make(row: ActionRow, parent: QObject) -> QAction:
    action = QAction(_t(row.text), parent)
    action.setIconText(without_mnemonic(_t(row.text)))
    action.setObjectName(row.id)
    action.setToolTip(_with_key(_t(row.tip), row.keys))
    action.setStatusTip(_t(row.tip))
    action.setShortcuts([QKeySequence(keys) for keys in row.keys])
    if row.icon:
        action.setIcon(icon(row.icon))
    return action


def _with_key(tip: str, keys: tuple[str, ...]) -> str:
    return f"{tip} ({QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)})" if keys else tip
