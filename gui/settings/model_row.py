"""One model in the settings: what it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from gui.models.downloads import DownloadState, size_text
from models.catalogue.catalogue import ModelInfo

_SCORES = {"mae": "MAE", "max_f": "max Fβ", "iou": "IoU", "dice": "Dice", "auc": "AUC"}
"""Our trainer's scores as papers write them; all others bear their own names."""


class ModelRow(QFrame):
    """A card: title, facts, description, and the buttons that make sense for its state.

    Signals: ``download_wanted(name)``, ``cancel_wanted(name)``, ``remove_wanted(name)``, ``card_wanted(name)``,
    ``use_wanted(ModelInfo)``.
    """

    download_wanted = Signal(str)
    cancel_wanted = Signal(str)
    remove_wanted = Signal(str)
    card_wanted = Signal(str)
    use_wanted = Signal(object)

    def __init__(self, model: ModelInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.setObjectName(f"model:{model.name}")
        self.setAccessibleName(model.title)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        grid = QGridLayout(self)
        grid.setColumnStretch(0, 1)
        title = QLabel(model.title)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        grid.addWidget(title, 0, 0)
        facts = QLabel(self._facts())
        facts.setForegroundRole(facts.palette().ColorRole.PlaceholderText)
        facts.setWordWrap(True)
        facts.setObjectName("facts")
        grid.addWidget(facts, 1, 0, 1, 2)
        description = QLabel(model.description)
        description.setWordWrap(True)
        grid.addWidget(description, 2, 0, 1, 2)
        self._progress = QProgressBar()
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName(self.tr("Download of {model}").format(model=model.title))
        self._progress.hide()
        self._status = QLabel()
        self._status.setObjectName("status")
        self._status.setWordWrap(True)
        self._status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._status.hide()
        grid.addWidget(self._progress, 3, 0, 1, 2)
        grid.addWidget(self._status, 4, 0, 1, 2)
        buttons = QHBoxLayout()
        grid.addLayout(buttons, 0, 1)
        self._cancel = self._button(
            self.tr("Cancel"), self.tr("Stop; what has arrived is kept"), self._emit(self.cancel_wanted)
        )
        self._cancel.hide()
        tip = self.tr("Find subjects with this model from now on")
        self._use = self._button(self.tr("Use it now"), tip, self._take_into_use)
        self._use.hide()
        self._act: QPushButton | None = None
        if model.card:
            buttons.addWidget(
                self._button(self.tr("Card"), self.tr("Data, recipe, scores and terms"), self._emit(self.card_wanted))
            )
        if not model.installed and model.downloadable:
            tip = self.tr("Download {size} and install").format(size=size_text(model.size))
            self._act = self._button(self.tr("Download"), tip, self._emit(self.download_wanted))
        elif model.installed and not model.bundled:
            self._act = self._button(
                self.tr("Remove"), self.tr("Delete the weights from this computer"), self._emit(self.remove_wanted)
            )
        if self._act:
            buttons.addWidget(self._act)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._use)

    def show_download(self, state: DownloadState) -> None:
        """Show how far a download is, or how it ended."""
        if state.share is None:
            self.show_outcome(state.text, state.again)
            return
        self._show_running(True)
        self._progress.setValue(round(1000 * state.share))
        self._status.setText(state.text)

    def offer_use(self) -> None:
        """Offer to use a model that has just come."""
        self.show_outcome(self.tr("Installed."))
        self._use.show()

    def _take_into_use(self) -> None:
        self._use.hide()
        self.show_outcome(self.tr("Used from now on."))
        self.use_wanted.emit(self.model)

    def show_outcome(self, text: str, again: str = "") -> None:
        """Show how an action ended, in one sentence; ``again`` is what its button says from now on."""
        self._show_running(False)
        if self._act and again:
            self._act.setText(again)
            self._act.setAccessibleName(f"{again}: {self.model.title}")
        self._status.setText(text)
        self._status.setVisible(bool(text))

    def _show_running(self, running: bool) -> None:
        self._progress.setVisible(running)
        self._status.setVisible(True)
        self._cancel.setVisible(running)
        if self._act:
            self._act.setVisible(not running)

    def _emit(self, signal: SignalInstance) -> Callable[[], None]:
        return lambda: signal.emit(self.model.name)

    def _facts(self) -> str:
        where = self.tr("bundled") if self.model.bundled else self.tr("installed")
        if not self.model.installed:
            where = self.tr("not installed")
        network = "" if self.model.network == "unknown" else self.model.network
        size = size_text(self.model.size) if self.model.size else ""
        facts = " · ".join(filter(None, (where, network, size, self.model.licence)))
        scores = " · ".join(
            f"{_SCORES.get(name, name)} {QLocale().toString(value, 'f', 3)}"
            for name, value in self.model.scores.items()
            if name != "threshold"
        )
        return f"{facts}\n{scores}" if scores else facts

    def _button(self, text: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text}: {self.model.title}")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button
