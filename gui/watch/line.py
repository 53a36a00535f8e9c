"""The line of the photos' panel that says what the watched folder does, with its buttons."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.look.error_text import sentence
from gui.look.icons import icon
from gui.look.tokens import SPACE_M, SPACE_S
from gui.watch.plan import WatchPlan
from gui.watch.runner import WatchState, WatchStatus
from gui.widgets.describe import describe
from gui.widgets.path_row import ElidedLabel


class WatchLine(QFrame):
    """Values in, signals out; hidden while no folder is watched.

    ``pause_clicked()``, ``stop_clicked()``, ``change_clicked()``; ``failing_clicked()``: the failures are to be shown.
    """

    pause_clicked = Signal()
    stop_clicked = Signal()
    change_clicked = Signal()
    failing_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setObjectName("watch")
        self._title = ElidedLabel()
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words = QLabel()
        self._words.setObjectName("watch-words")
        self._words.setProperty("role", "caption")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._words.setAccessibleName(self.tr("State of the watched folder"))
        self._words.linkActivated.connect(lambda _link: self.failing_clicked.emit())
        self._pause, self._change, self._stop = _button("pause"), _button("settings"), _button("cancel")
        change = self.tr("Change what is watched, where cutouts go and how they are made")
        describe(self._change, "watch-change", self.tr("Change the watched folder"), change)
        describe(self._stop, "watch-stop", self.tr("Stop watching"), self.tr("Watch this folder no more"))
        self._offer(going_on=False)
        self._pause.clicked.connect(self.pause_clicked)
        self._change.clicked.connect(self.change_clicked)
        self._stop.clicked.connect(self.stop_clicked)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title, 1)
        for button in (self._pause, self._change, self._stop):
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_M)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._words)
        self.hide()

    def show_watch(self, plan: WatchPlan | None, status: WatchStatus) -> None:
        """Show what is watched and how far it is; ``None`` hides the line."""
        self.setVisible(plan is not None)
        if plan is None:
            return
        title = self.tr("Watching {folder}").format(folder=plan.folder.name or plan.folder)
        self._title.setText(title)
        tip = self.tr("Photos that arrive in {folder} are written to {output}")
        self._title.setToolTip(tip.format(folder=plan.folder, output=plan.output.folder))
        self._title.setAccessibleName(title)
        self._offer(going_on=plan.paused or status.state is WatchState.ENDED)
        parts = [escape(part) for part in self._state(plan, status)]
        if status.failing:
            failed = self.tr("{count} failed").format(count=len(status.failing))
            parts.append(f'<a href="failing">{failed}</a>')
        self._words.setText("  ·  ".join(parts))
        self._words.setToolTip("\n".join(sentence(error) for error in list(status.failing.values())[:10]))
        self._words.setAccessibleDescription(self._words.text())

    def _offer(self, *, going_on: bool) -> None:
        """Let the button hold the folder, or let it go on."""
        self._pause.setIcon(icon("resume" if going_on else "pause"))
        if going_on:
            describe(self._pause, "watch-pause", self.tr("Go on watching"), self.tr("Cut what has arrived meanwhile"))
        else:
            tip = self.tr("Hold the watched folder after the photos under way")
            describe(self._pause, "watch-pause", self.tr("Pause watching"), tip)

    def _state(self, plan: WatchPlan, status: WatchStatus) -> list[str]:
        if status.trouble is not None:
            return [sentence(status.trouble)]
        parts = []
        if plan.paused:
            parts.append(self.tr("Paused"))
        elif status.state is WatchState.ENDED:
            return [self.tr("Stopped unexpectedly; the log has the details")]
        elif status.state is WatchState.RESTING:
            parts.append(self.tr("Waits until the export has ended"))
        elif status.state is WatchState.AWAY:
            parts.append(self.tr("The folder is not there; waiting for it"))
        if status.last is None:
            return parts or [self.tr("Waiting for photos")]
        return [
            *parts,
            self.tr("{count} cut out").format(count=status.cut),
            self.tr("last: {name}").format(name=status.last.name),
        ]


def _button(name: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setIconSize(QSize(16, 16))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
