"""A figure as a bar: what it is of, how long it is, and the figure in words."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from gui.look.tokens import SPACE_M

LENGTH, THICKNESS = 96, 6


class Meter(QWidget):
    """``share`` in [0, 1] is how much of the bar is filled; ``tip`` says how the figure was found."""

    def __init__(self, name: str, title: str, share: float, words: str, tip: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(f"{title}: {words}")
        self.setToolTip(tip)
        bar = QProgressBar()
        bar.setRange(0, 100)
        bar.setValue(round(100 * min(max(share, 0.0), 1.0)))
        bar.setTextVisible(False)
        bar.setFixedSize(LENGTH, THICKNESS)
        bar.setAccessibleName(f"{title}: {words}")
        label, figure = QLabel(title), QLabel(words)
        label.setProperty("role", "caption")
        figure.setProperty("role", "caption")
        figure.setObjectName("figure")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        for part in (label, bar, figure):
            row.addWidget(part)
        row.addStretch()
