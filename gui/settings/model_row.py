"""One model in the settings: what it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QLocale, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from gui.look.tokens import SPACE_L, SPACE_S
from gui.models.downloads import DownloadState, size_text
from gui.settings.model_picture import ModelPicture
from gui.widgets.fold import FoldButton
from gui.widgets.meter import Meter
from gui.widgets.push_button import push_button
from models.catalogue.catalogue import ModelInfo
from models.catalogue.entries import Measured

_SCORES = {"mae": "MAE", "max_f": "max Fβ", "iou": "IoU", "dice": "Dice", "auc": "AUC"}
"""Our trainer's scores as papers write them; all others bear their own names."""

_LOWEST, _HIGHEST = 0.70, 0.95
"""The overlaps at which the bar of quality is empty and full: from zero on, all models would look alike."""


class ModelRow(QFrame):
    """A card: picture, title, description, quality, speed, terms, details, and the buttons that make sense now.

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
        self.setProperty("role", "card")
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(1, 1)
        grid.addWidget(ModelPicture(model.name, model.title), 0, 0, 4, 1, Qt.AlignmentFlag.AlignTop)
        title = QLabel(model.title)
        title.setProperty("role", "heading")
        title.setWordWrap(True)
        grid.addWidget(title, 0, 1)
        description = QLabel(model.description)
        description.setWordWrap(True)
        description.setVisible(bool(model.description))
        grid.addWidget(description, 1, 1, 1, 2)
        if model.measured:
            grid.addLayout(self._meters(model.measured), 2, 1, 1, 2)
        facts = QLabel(self._facts())
        facts.setProperty("role", "caption")
        facts.setWordWrap(True)
        facts.setObjectName("facts")
        grid.addWidget(facts, 3, 1, 1, 2)
        self._progress = QProgressBar()
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName(self.tr("Download of {model}").format(model=model.title))
        self._progress.hide()
        self._status = QLabel()
        self._status.setObjectName("status")
        self._status.setWordWrap(True)
        self._status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._status.hide()
        grid.addWidget(self._progress, 4, 1, 1, 2)
        grid.addWidget(self._status, 5, 1, 1, 2)
        self._details = QLabel(self._all_details())
        self._details.setObjectName("details")
        self._details.setProperty("role", "caption")
        self._details.setWordWrap(True)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._card = self._button(
            self.tr("Card"), self.tr("Data, recipe, scores and terms"), self._emit(self.card_wanted)
        )
        fold = FoldButton(f"details:{model.name}", self.tr("Details"))
        fold.toggled.connect(self._show_details)
        self._show_details(False)
        grid.addWidget(fold, 6, 1, 1, 2)
        grid.addWidget(self._details, 7, 1)
        grid.addWidget(self._card, 7, 2, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        grid.addLayout(buttons, 0, 2, Qt.AlignmentFlag.AlignTop)
        self._cancel = self._button(
            self.tr("Cancel"), self.tr("Stop; what has arrived is kept"), self._emit(self.cancel_wanted)
        )
        self._cancel.hide()
        tip = self.tr("Find subjects with this model from now on")
        self._use = self._button(self.tr("Use it now"), tip, self._take_into_use)
        self._use.hide()
        self._act: QPushButton | None = None
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

    def _show_details(self, shown: bool) -> None:
        self._details.setVisible(shown)
        self._card.setVisible(shown and self.model.card is not None)

    def _meters(self, measured: Measured) -> QHBoxLayout:
        """Return quality and speed as bars; each tip says what was measured."""
        number = QLocale()
        overlap = f"{round(100 * measured.iou)} %"
        times = number.toString(measured.time, "f", 1)
        quality = self.tr(
            "Overlap with masks drawn by hand, over 80 photos that it has not learned from; the bar begins at {low}."
        ).format(low=f"{round(100 * _LOWEST)} %")
        speed = self.tr("A photo takes {times} times as long as with the model that comes with Kirie.")
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE_L)
        share = (measured.iou - _LOWEST) / (_HIGHEST - _LOWEST)
        row.addWidget(Meter("quality", self.tr("Quality"), share, overlap, quality))
        words = self.tr("{times}× the time").format(times=times)
        row.addWidget(Meter("speed", self.tr("Speed"), 1 / measured.time, words, speed.format(times=times)))
        row.addStretch()
        return row

    def _facts(self) -> str:
        where = self.tr("bundled") if self.model.bundled else self.tr("installed")
        if not self.model.installed:
            where = self.tr("not installed")
        size = size_text(self.model.size) if self.model.size else ""
        work = {
            True: self.tr("Free for commercial work: yes"),
            False: self.tr("Free for commercial work: no"),
            None: self.tr("Free for commercial work: not stated"),
        }[self.model.free_for_work]
        return " · ".join(filter(None, (where, size, work)))

    def _all_details(self) -> str:
        network = "" if self.model.network == "unknown" else self.model.network
        name = " · ".join(filter(None, (self.model.name, network, self.model.licence)))
        lines = [name, self._scores(self.model.scores)]
        if measured := self.model.measured:
            same = {"max_f": measured.max_f, "mae": measured.mae, "iou": measured.iou}
            lines.append(self.tr("Measured by Kirie: {scores}").format(scores=self._scores(same)))
        lines.append(self.model.homepage)
        return "\n".join(filter(None, lines))

    def _scores(self, scores: Mapping[str, float]) -> str:
        return " · ".join(
            f"{_SCORES.get(name, name)} {QLocale().toString(value, 'f', 3)}"
            for name, value in scores.items()
            if name != "threshold"
        )

    def _button(self, text: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = push_button(text, tip, act)
        button.setAccessibleName(f"{text}: {self.model.title}")
        return button
