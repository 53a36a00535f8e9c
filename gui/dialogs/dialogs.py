"""The dialogs that the menus open; each is made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from gui.actions.actions import Actions
from gui.settings.table import Settings

if TYPE_CHECKING:
    from gui.settings.models_page import ModelsPage


class Dialogs(QObject):
    """``models_changed`` is called when models came or went; ``said(text)`` is for the user to read."""

    said = Signal(str)

    def __init__(
        self, window: QWidget, actions: Actions, settings: Settings, models_changed: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._window, self._actions, self._settings = window, actions, settings
        self._models_changed = models_changed
        self._models_page: ModelsPage | None = None

    def settings(self) -> None:
        """Show the settings of the program."""
        self.settings_page("general")

    def models(self) -> None:
        """Show the models' page of the settings."""
        self.settings_page("models")

    def settings_page(self, page: str) -> None:
        """Show the settings, opened on a page."""
        from gui.settings.device_page import DevicePage
        from gui.settings.dialog import SettingsDialog

        dialog = SettingsDialog(self._settings, self._window)
        models, device = self._open_models_page(), DevicePage(self._settings)
        dialog.add_page("models", self.tr("Models"), "model", models)
        dialog.add_page("device", self.tr("Device"), "device", device)
        dialog.show_page(page)
        dialog.finished.connect(self._leave_models_page)
        dialog.finished.connect(device.close_page)
        self._open(dialog)

    def close(self) -> None:
        """Stop downloads; they continue where they were left."""
        if self._models_page is not None:
            self._models_page.close_page()

    def _open_models_page(self) -> ModelsPage:
        """Open the one page that all openings share, because its downloads go on while the dialog is closed."""
        from gui.settings.models_page import ModelsPage

        if self._models_page is None:
            self._models_page = ModelsPage(source=lambda: self._settings.text("models/source"))
            self._models_page.models_changed.connect(self._models_changed)
            self._models_page.said.connect(self.said)
        else:
            self._models_page.begin()
        return self._models_page

    def _leave_models_page(self) -> None:
        if self._models_page is not None:
            self._models_page.setParent(self._window)  # out of the dialog, which deletes what it holds; this hides it
            self._models_page.say_what_goes_on()

    def shortcuts(self) -> None:
        """Show all keys."""
        from gui.dialogs.shortcuts_sheet import ShortcutsSheet, groups_of

        self._open(ShortcutsSheet(groups_of(self._actions.menus()), self._window))

    def log(self) -> None:
        """Show the end of the log file."""
        from gui.dialogs.log_viewer import LogViewer

        self._open(LogViewer(parent=self._window))

    def about(self) -> None:
        """Show versions and licences."""
        from gui.dialogs.about import About

        self._open(About(self._window))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
