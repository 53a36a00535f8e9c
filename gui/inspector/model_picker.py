"""Which model finds the subject."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.inspector.offer_line import OfferLine
from gui.inspector.section import choice_box, note
from gui.look.icons import icon
from gui.look.tokens import SPACE_S
from gui.widgets.describe import describe
from matting.settings import Mode

if TYPE_CHECKING:
    from models.catalogue.catalogue import ModelInfo


class ModelPicker(QWidget):
    """``model_changed(name)``: another model was picked. ``models_wanted()``: the user asks for the list of models."""

    model_changed = Signal(str)
    models_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = note(self.tr("Model, for all photos"))
        label, tip = self.tr("Model"), self.tr("The network that finds the subject")
        self._box = choice_box("model", label, tip, [])
        self._box.activated.connect(self._picked)
        more = QToolButton()
        more.setIcon(icon("model"))
        more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        describe(more, "manage-models", self.tr("Manage models"), self.tr("Download, import or remove models"))
        more.clicked.connect(self.models_wanted)
        self._note = note()
        self.offer = OfferLine()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._box, 1)
        row.addWidget(more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(heading)
        column.addLayout(row)
        column.addWidget(self._note)
        column.addWidget(self.offer)

    def show_models(self, models: Sequence[ModelInfo], current: str) -> None:
        """List the installed models, those for retinas after a line; ``current`` is the name of the one in use."""
        with QSignalBlocker(self._box):
            self._box.clear()
            listed = [model for model in models if model.installed or model.name == current]
            cutouts = [model for model in listed if model.mode is Mode.CUTOUT]
            vessels = [model for model in listed if model.mode is Mode.VESSEL]
            self._add(cutouts, "{model}")
            if cutouts and vessels:
                self._box.insertSeparator(self._box.count())
            self._add(vessels, self.tr("Retina photos: {model}"))
            self._box.setCurrentIndex(self._box.findData(current))
        self._describe_current()

    def _add(self, models: Sequence[ModelInfo], words: str) -> None:
        for model in models:
            self._box.addItem(words.format(model=model.title), model.name)
            self._box.setItemData(self._box.count() - 1, model.description, Qt.ItemDataRole.ToolTipRole)

    def _picked(self, index: int) -> None:
        self._describe_current()
        self.model_changed.emit(self._box.itemData(index))

    def _describe_current(self) -> None:
        text = self._box.currentData(Qt.ItemDataRole.ToolTipRole) or ""
        self._note.setText(text)
        self._note.setVisible(bool(text))
