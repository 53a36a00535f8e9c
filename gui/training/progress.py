"""A run as it goes: curves, the strip of examples, rate and remaining time, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from gui.look.error_text import phrase_text, sentence
from gui.training.curve import Curve
from models.training.events import (
    Checking,
    Evaluated,
    Event,
    Failed,
    Finished,
    Labelling,
    Notice,
    Paused,
    Started,
    Stepped,
)

LEADING = ("max_f", "dice", "iou")
"""Scores worth a curve, the first that a run reports."""


class TrainingProgress(QWidget):
    """Shows the events of ``models.training.events`` as they come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loss = Curve(self.tr("Loss"), self.tr("How wrong the network is on what it learns; lower is better"))
        self._score = Curve(self.tr("Score"), self.tr("How right it is on photos kept aside; higher is better"))
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Progress of the training"))
        self._state = QLabel()
        self._state.setWordWrap(True)
        self._state.setAccessibleName(self.tr("State of the training"))
        self._strip = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._strip.setAccessibleName(self.tr("Examples: photo, target, prediction"))
        self._strip.setToolTip(self.tr("Photo, target and prediction of photos kept aside"))
        curves = QHBoxLayout()
        curves.addWidget(self._loss)
        curves.addWidget(self._score)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(curves, 2)
        layout.addWidget(self._strip, 3)
        layout.addWidget(self._bar)
        layout.addWidget(self._state)

    def clear(self) -> None:
        """Clear everything before another run."""
        self._loss.clear()
        self._score.clear()
        self._strip.clear()
        self._bar.setValue(0)
        self.say("")

    def say(self, text: str) -> None:
        """Show one sentence below the bar."""
        self._state.setText(text)

    def state(self) -> str:
        """Return the sentence below the bar."""
        return self._state.text()

    def show_event(self, event: Event) -> None:
        """Take one event; those with nothing to show are passed over."""
        match event:
            case Checking():
                text = self.tr("Checking the photos: {done} of {total}")
                self.say(text.format(done=event.done, total=event.total))
            case Labelling():
                text = self.tr("The teacher labels the photos: {done} of {total}")
                self.say(text.format(done=event.done, total=event.total))
            case Started():
                self._show_start(event)
            case Stepped():
                self._show_step(event)
            case Evaluated():
                self._add_score(event.step, event.scores)
                self._show_strip(event.strip)
            case Paused():
                self.say(self.tr("Paused at step {step}").format(step=event.step))
            case Notice():
                self.say(phrase_text(event.message))
            case Failed():
                self.say(sentence(event.error))
            case Finished():
                said = [event.sentence, event.others] if event.others else [event.sentence]
                self.say("\n".join(map(phrase_text, said)))

    def _show_start(self, event: Started) -> None:
        text = self.tr("Training on {photos} photos, {held_out} kept aside, on {device} {precision}.")
        self.say(
            text.format(
                photos=event.photos, held_out=event.held_out, device=event.device.upper(), precision=event.precision
            )
        )
        self._score.clear()
        for point in event.curve:
            self._add_score(point["step"], point)

    def _show_step(self, event: Stepped) -> None:
        self._loss.add(event.step, event.loss)
        self._bar.setValue(round(1000 * event.progress))
        text = self.tr("Step {step}, epoch {epoch} · {rate:.1f} photos/s · {minutes} min left")
        minutes = round(event.remaining_s / 60)
        self.say(text.format(step=event.step, epoch=event.epoch, rate=event.rate, minutes=minutes))

    def _show_strip(self, strip: Path | None) -> None:
        if strip is not None and strip.is_file():
            size = self._strip.size()
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._strip.setPixmap(QPixmap(str(strip)).scaled(size, keep, smooth))

    def _add_score(self, step: int, scores: Mapping[str, float]) -> None:
        name = next((name for name in LEADING if name in scores), None)
        if name is not None:
            self._score.add(step, scores[name])
