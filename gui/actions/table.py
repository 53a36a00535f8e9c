"""Everything a user can do by menu or key: tables, from which actions, menus and the shortcuts sheet are made."""

from __future__ import annotations

from gui.actions.edit_menu import EDIT
from gui.actions.file_menu import FILE
from gui.actions.row import ActionRow, MenuTable
from gui.actions.tools_menu import HELP, TOOLS
from gui.actions.view_menu import VIEW

MENUS: tuple[MenuTable, ...] = (FILE, EDIT, VIEW, TOOLS, HELP)
ROWS: dict[str, ActionRow] = {row.id: row for menu in MENUS for row in menu.rows if row is not None}
