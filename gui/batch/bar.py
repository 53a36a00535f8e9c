"""The bottom of the window: the big button, how far the batch is, and where it is computed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.look.icons import BESIDE_TEXT, icon
from gui.workspace.order import Filter
from matting.batch.jobs import JobState, Progress, Summary
from matting.settings import OutputSettings, Write

DESTINATION_WIDTH = 230
"""The most that the destination takes of the bar, in logical pixels."""


class BatchBar(QWidget):
    """Values in, signals out.

    ``start_clicked()``, ``retry_clicked()``, ``pause_clicked()``, ``cancel_clicked()``; ``destination_clicked()``:
    where to and as what is to be changed; ``open_clicked()`` and ``shown_clicked(Filter)`` from the summary.
    """

    start_clicked = Signal()
    pause_clicked = Signal()
    cancel_clicked = Signal()
    open_clicked = Signal()
    retry_clicked = Signal()
    destination_clicked = Signal()
    shown_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start = QPushButton()
        self._start.setProperty("role", "primary")
        self._start.setObjectName("start")
        self._start.setIconSize(BESIDE_TEXT)
        self._start.setMinimumSize(210, 40)
        self._start.clicked.connect(self.start_clicked)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._progress.setMinimumWidth(140)
        self._progress.setAccessibleName(self.tr("Progress of the batch"))
        self._progress.setToolTip(self.tr("Progress of the batch"))
        self._words = QLabel()
        self._words.setAccessibleName(self.tr("State of the batch"))
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._words.linkActivated.connect(lambda link: self.shown_clicked.emit(Filter(link)))
        self._words.setWordWrap(True)  # into the height of the button: two lines
        self._pause = _tool("pause", self.tr("Pause"), self.tr("Hold the batch after the photos under way"))
        self._pause.clicked.connect(self.pause_clicked)
        self._cancel = _tool("cancel", self.tr("Cancel"), self.tr("Stop within a photo; what is done stays done"))
        self._cancel.clicked.connect(self.cancel_clicked)
        self._open = _link(self.tr("Open folder"), self.tr("Open the folder that cutouts are written to"))
        self._open.clicked.connect(self.open_clicked)
        self._retry = QPushButton()
        self._retry.setObjectName("retry-failed")
        self._retry.setToolTip(self.tr("Try the photos that failed once more (Ctrl+R)"))
        self._retry.clicked.connect(self.retry_clicked)
        self._destination = _link("", self.tr("Change where exported photos go to and what they are"))
        self._destination.setObjectName("destination")
        self._destination.setIcon(icon("fold"))
        self._destination.clicked.connect(self.destination_clicked)
        self._device = QLabel()
        self._device.setProperty("role", "faint")
        self._device.setAccessibleName(self.tr("Device"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 10, 16, 10)
        layout.setSpacing(12)
        layout.addWidget(self._start)
        layout.addWidget(self._destination)
        layout.addWidget(self._progress, 1)
        layout.addWidget(self._words, 2)
        for widget in (self._open, self._retry, self._pause, self._cancel, self._device):
            layout.addWidget(widget)
        self._open.hide()
        self.show_idle(0, 0, 0)

    def show_destination(self, output: OutputSettings) -> None:
        """Show where the button writes to, and as what."""
        folder = output.folder
        shown = f"{folder.parent.name}/{folder.name}" if folder.parent.name else folder.name or str(folder)
        kinds = {
            Write.CUTOUT: output.format.value.upper(),
            Write.MASK: self.tr("mask"),
            Write.PROBABILITY: self.tr("map"),
        }
        text = self.tr("to {folder}  ·  {kinds}").format(
            folder=shown.replace("&", "&&"), kinds=" + ".join(kinds[write] for write in output.writes)
        )
        self._destination.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideLeft, DESTINATION_WIDTH))
        self._destination.setToolTip(f"{folder}\n" + self.tr("Change where exported photos go to and what they are"))
        self._destination.setAccessibleName(text)

    def show_idle(self, waiting: int, total: int, failed: int) -> None:
        """Show what the buttons would do while there is no batch. What was said last stays."""
        self._retry.setVisible(failed > 0)
        self._retry.setText(self.tr("Retry {count} failed").format(count=failed))
        self._retry.setAccessibleName(self._retry.text())
        self._destination.setEnabled(True)
        again = total > failed and waiting == 0
        for widget in (self._progress, self._pause, self._cancel):
            widget.hide()
        self._start.setEnabled(total > failed)
        self._start.setIcon(icon("retry" if again else "export", QPalette.ColorRole.HighlightedText))
        if again:
            text = self.tr("Export again")
        elif waiting == 1:
            text = self.tr("Export 1 photo")
        elif waiting:
            text = self.tr("Export {count} photos").format(count=waiting)
        else:
            text = self.tr("Export")
        self._start.setText(text)
        self._start.setAccessibleName(text)
        self._start.setToolTip(
            self.tr("Export all photos once more (Ctrl+Return)")
            if again
            else self.tr("Write every photo that is not exported yet or has changed since (Ctrl+Return)")
        )

    def show_started(self, total: int) -> None:
        """Show that a batch has begun."""
        for widget in (self._progress, self._pause, self._cancel):
            widget.show()
        self._open.hide()
        self._retry.hide()
        self._progress.setRange(0, total)
        self._progress.setValue(0)
        self._say(self.tr("Starting…"))
        self._start.setEnabled(False)
        self._start.setText(self.tr("Exporting…"))
        self._start.setAccessibleName(self._start.text())
        self.show_paused(False)

    def show_progress(self, progress: Progress) -> None:
        """Show how far the batch is."""
        self._progress.setMaximum(progress.total)
        self._progress.setValue(progress.done)
        parts = [f"{progress.done} / {progress.total}"]
        if progress.rate is not None:
            parts.append(self.tr("{rate} photos/s").format(rate=f"{progress.rate:.1f}"))
        if progress.remaining_s is not None and progress.done < progress.total:
            parts.append(self.tr("{time} left").format(time=self._time(progress.remaining_s)))
        if progress.failed:
            parts.append(self.tr("{count} failed").format(count=progress.failed))
        self._say("  ·  ".join(parts))

    def show_paused(self, paused: bool) -> None:
        """Show whether the batch is held or goes on."""
        self._pause.setIcon(icon("resume" if paused else "pause"))
        self._pause.setAccessibleName(self.tr("Resume") if paused else self.tr("Pause"))
        self._pause.setToolTip(
            self.tr("Let the batch go on (Ctrl+P)")
            if paused
            else self.tr("Hold the batch after the photos under way (Ctrl+P)")
        )
        if paused:
            self._say(self.tr("Paused") + "  ·  " + self._words.text())

    def show_summary(self, summary: Summary) -> None:
        """Say what became of the batch that has ended; what can be shown in the list is a link."""
        parts = [f'<a href="{shown}">{part}</a>' if shown else part for part, shown in self._summary(summary)]
        self._say("  ·  ".join(parts), self.summary_text(summary))
        self._open.setVisible(summary.counts[JobState.DONE] > 0)

    def summary_text(self, summary: Summary) -> str:
        """Return the end of a batch in a sentence."""
        return "  ·  ".join(part for part, _ in self._summary(summary))

    def _summary(self, summary: Summary) -> list[tuple[str, Filter | None]]:
        counts = summary.counts
        small = sum(result.too_small for result in summary.results)
        enlarged = sum(result.enlarged for result in summary.results)
        left = summary.total - len(summary.results)
        parts = (
            (self.tr("{count} exported"), counts[JobState.DONE], None),
            (self.tr("{count} without a subject"), counts[JobState.NO_SUBJECT], None),
            (self.tr("{count} skipped"), counts[JobState.SKIPPED], None),
            (self.tr("{count} failed"), counts[JobState.FAILED], Filter.FAILED),
            (self.tr("{count} to review"), summary.wants_a_look, Filter.DOUBTFUL),
            (self.tr("{count} fill less of the canvas than asked"), small, None),
            (self.tr("{count} enlarged"), enlarged, None),
            (self.tr("{count} not begun"), left, None),
        )
        return [
            (text.format(count=count), shown)
            for number, (text, count, shown) in enumerate(parts)
            if count or not number
        ]

    def show_message(self, text: str) -> None:
        """Show a sentence in place of the progress."""
        self._say(text)
        self._words.setToolTip(text)

    def _say(self, text: str, plain: str = "") -> None:
        self._words.setText(text)
        self._words.setAccessibleDescription(plain or text)

    def show_device(self, text: str, tip: str) -> None:
        """Show where it is computed, and why not on something better."""
        self._device.setText(text)
        self._device.setToolTip(tip)

    def _time(self, seconds: float) -> str:
        whole = round(seconds)
        if whole < 100:
            return self.tr("{count} s").format(count=whole)
        if whole < 5400:
            return self.tr("{count} min").format(count=round(whole / 60))
        return self.tr("{hours} h {minutes} min").format(hours=whole // 3600, minutes=whole % 3600 // 60)


def _tool(name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setIconSize(QSize(18, 18))
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _link(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "link")
    button.setToolTip(tip)
    button.setAccessibleName(text)
    return button
