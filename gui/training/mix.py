"""One slider from everything that the start knew to all that was learned."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget


class MixSlider(QWidget):
    """How much of what a run learned the new model takes; shown where a run has something to mix.

    ``moved()``: the user chose another mixture.
    """

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setMinimumWidth(120)
        self._slider.setTracking(False)
        self._slider.valueChanged.connect(self.moved)
        self._slider.setAccessibleName(self.tr("Mixture of the trained model and its start"))
        self._slider.setToolTip(self.tr("Right: all that it learned from your photos. Left: all that its start knew."))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel(self.tr("Everything")))
        layout.addWidget(self._slider)
        layout.addWidget(QLabel(self.tr("Yours")))
        self.offer(False)

    @property
    def share(self) -> float:
        """The mixture, in [0, 1]: 1 is what was trained, 0 the start."""
        return self._slider.value() / 100

    def offer(self, mixable: bool, share: float | None = None) -> None:
        """Show the slider where there is something to mix, at ``share`` or at all that was learned."""
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(100 * (1.0 if share is None else share)))
        self.setVisible(mixable)
