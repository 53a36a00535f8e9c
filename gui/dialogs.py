"""The dialogs that the menus open; each is made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QWidget

from gui.actions import Actions
from gui.settings import Settings


class Dialogs(QObject):
    """``models_changed`` is called when models came or went."""

    def __init__(
        self, window: QWidget, actions: Actions, settings: Settings, models_changed: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._window, self._actions, self._settings = window, actions, settings
        self._models_changed = models_changed

    def settings(self) -> None:
        """Settings of the program."""
        self.settings_page("general")

    def models(self) -> None:
        """The models' page of the settings."""
        self.settings_page("models")

    def settings_page(self, page: str) -> None:
        """The settings, opened on a page."""
        from gui.settings_dialog.device_page import DevicePage
        from gui.settings_dialog.dialog import SettingsDialog
        from gui.settings_dialog.models_page import ModelsPage

        dialog = SettingsDialog(self._settings, self._window)
        models, device = ModelsPage(), DevicePage(self._settings)
        dialog.add_page("models", self.tr("Models"), "model", models)
        dialog.add_page("device", self.tr("Device"), "device", device)
        dialog.show_page(page)
        models.models_changed.connect(self._models_changed)
        dialog.finished.connect(models.close_page)
        dialog.finished.connect(device.close_page)
        self._open(dialog)

    def shortcuts(self) -> None:
        """All keys."""
        from gui.help.shortcuts_sheet import ShortcutsSheet, groups_of

        self._open(ShortcutsSheet(groups_of(self._actions.menus()), self._window))

    def log(self) -> None:
        """The end of the log file."""
        from gui.help.log_viewer import LogViewer

        self._open(LogViewer(parent=self._window))

    def about(self) -> None:
        """Versions and licences."""
        from gui.help.about import About

        self._open(About(self._window))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
