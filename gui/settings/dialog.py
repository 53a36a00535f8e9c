"""The settings dialog: pages in a list at the left, changes take effect as they are made."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.look.icons import icon
from gui.settings.rows import add_rows
from gui.settings.table import Settings


class SettingsDialog(QDialog):
    """Holds one page a subject; ``add_page`` takes those that need more than rows of the table."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._pages = QStackedWidget()
        self._names = QListWidget()
        self._names.setFixedWidth(150)
        self._names.setAccessibleName(self.tr("Pages of the settings"))
        self._names.setToolTip(self.tr("Choose what to set"))
        self._names.currentRowChanged.connect(self._pages.setCurrentIndex)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        body = QHBoxLayout()
        body.addWidget(self._names)
        body.addWidget(self._pages, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(body)
        layout.addWidget(buttons)
        self.resize(760, 500)
        general = QWidget()
        add_rows(QFormLayout(general), settings, "general")
        self.add_page("general", self.tr("General"), "settings", general)

    def add_page(self, name: str, title: str, icon_name: str, page: QWidget) -> None:
        """Add a page; ``name`` is what ``show_page`` takes."""
        page.setObjectName(name)
        self._pages.addWidget(page)
        self._names.addItem(QListWidgetItem(icon(icon_name), title))
        if self._names.currentRow() < 0:
            self._names.setCurrentRow(0)

    def show_page(self, name: str) -> None:
        """Bring the page of that name to the front; an unknown name changes nothing."""
        page = self._pages.findChild(QWidget, name, Qt.FindChildOption.FindDirectChildrenOnly)
        if page is not None:
            self._names.setCurrentRow(self._pages.indexOf(page))
