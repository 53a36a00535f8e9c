"""The foot of the inspector: presets, and passing a photo's settings on to others."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QInputDialog, QMenu, QPushButton, QWidget

from gui.look.icons import icon
from gui.widgets.describe import describe
from gui.workspace.presets import Presets
from matting.settings import CutSettings


class ApplyBar(QWidget):
    """``apply_to_all_requested()``, ``apply_to_selected_requested()``; ``preset_chosen(CutSettings)``;
    ``defaults_requested()``.

    Presets are read from and kept in the ``Presets`` given by ``set_presets``; without them their button is hidden.
    """

    apply_to_all_requested = Signal()
    apply_to_selected_requested = Signal()
    preset_chosen = Signal(object)
    defaults_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presets: Presets | None = None
        self._settings = CutSettings()
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._button = QPushButton(self.tr("Presets"))
        self._button.setIcon(icon("star"))
        self._button.setMenu(self._menu)
        self._button.setVisible(False)
        describe(self._button, "presets", self.tr("Presets"), self.tr("Use settings saved by name, or save these"))
        everyone = QPushButton(self.tr("Apply to all"))
        describe(everyone, "apply-to-all", everyone.text(), self.tr("Give all photos the settings of this one"))
        everyone.clicked.connect(self.apply_to_all_requested)
        chosen = QPushButton(self.tr("Apply to selected"))
        describe(chosen, "apply-to-selected", chosen.text(), self.tr("Give the selected photos this one's settings"))
        chosen.clicked.connect(self.apply_to_selected_requested)
        layout = QGridLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self._button, 0, 0, 1, 2)
        layout.addWidget(everyone, 1, 0)
        layout.addWidget(chosen, 1, 1)

    def set_presets(self, presets: Presets) -> None:
        """Set where presets are kept."""
        self._presets = presets
        self._button.setVisible(True)

    def show_settings(self, settings: CutSettings) -> None:
        """Show the settings that “save” would save."""
        self._settings = settings

    def _fill_menu(self) -> None:
        self._menu.clear()
        if self._presets is None:
            return
        names = self._presets.names()
        for name in names:
            self._menu.addAction(_shown(name), partial(self._use, name))
        if names:
            self._menu.addSeparator()
        self._menu.addAction(self.tr("Save these settings…"), self._ask_name)
        remove = self._menu.addMenu(self.tr("Remove"))
        remove.setEnabled(bool(names))
        for name in names:
            remove.addAction(_shown(name), partial(self._presets.remove, name))
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Return to the defaults"), self.defaults_requested.emit)

    def _use(self, name: str) -> None:
        settings = self._presets.load(name) if self._presets is not None else None
        if settings is not None:
            self.preset_chosen.emit(settings)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setObjectName("preset-name")
        dialog.setWindowTitle(self.tr("Save these settings"))
        dialog.setLabelText(self.tr("Name of the preset"))
        dialog.textValueSelected.connect(self._save)
        dialog.open()

    def _save(self, name: str) -> None:
        if self._presets is not None and name.strip():
            self._presets.save(name, self._settings)


def _shown(name: str) -> str:
    return name.replace("&", "&&")  # a single one would underline the next letter
