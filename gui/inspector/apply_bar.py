"""The foot of the inspector: presets, and passing a photo's settings on to others."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from gui.inspector.presets_menu import PresetsMenu
from gui.look.icons import BESIDE_TEXT, icon
from gui.look.tokens import SPACE_M
from gui.widgets.describe import describe


class ApplyBar(QWidget):
    """``apply_to_all_requested()``, ``apply_to_selected_requested()``; ``presets`` is the menu of its button."""

    apply_to_all_requested = Signal()
    apply_to_selected_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.presets = PresetsMenu(self)
        button = QPushButton(self.tr("Presets"))
        button.setIcon(icon("star"))
        button.setIconSize(BESIDE_TEXT)
        button.setMenu(self.presets)
        tip = self.tr("Use settings for a shop or saved by name, or save these; what is written changes for all photos")
        describe(button, "presets", self.tr("Presets"), tip)
        everyone = self._everyone = QPushButton(self.tr("Apply to all"))
        describe(everyone, "apply-to-all", everyone.text(), self.tr("Give all photos the settings of this one"))
        everyone.clicked.connect(self.apply_to_all_requested)
        chosen = self._chosen = QPushButton(self.tr("Apply to selected"))
        describe(chosen, "apply-to-selected", chosen.text(), self.tr("Give the selected photos this one's settings"))
        chosen.clicked.connect(self.apply_to_selected_requested)
        layout = QGridLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        layout.setSpacing(SPACE_M)
        layout.addWidget(button, 0, 0, 1, 2)
        layout.addWidget(everyone, 1, 0)
        layout.addWidget(chosen, 1, 1)

    def show_scope(self, photos: int, selected: int) -> None:
        """Enable what would reach another photo."""
        self._everyone.setEnabled(photos > 1)
        self._chosen.setEnabled(selected > 1)
