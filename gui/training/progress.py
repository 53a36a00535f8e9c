"""A run as it goes: curves, the strip of examples, rate and remaining time, and how it ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from gui.training.curve import Curve

LEADING = ("max_f", "dice", "iou")
"""Scores worth a curve, the first that a run reports."""


class TrainingProgress(QWidget):
    """Shows the events of ``models.training.events`` as they come, each a JSON object."""

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
        """Before another run."""
        self._loss.clear()
        self._score.clear()
        self._strip.clear()
        self._bar.setValue(0)
        self.say("")

    def say(self, text: str) -> None:
        """One sentence below the bar."""
        self._state.setText(text)

    def state(self) -> str:
        """The sentence below the bar."""
        return self._state.text()

    def show_event(self, event: dict[str, Any]) -> None:
        """Take one event; kinds that are not known are passed over."""
        show = getattr(self, f"_show_{event['event']}", None)
        if show is not None:
            show(event)

    def _show_checking(self, event: dict[str, Any]) -> None:
        self.say(self.tr("Checking the photos: {done} of {total}").format(done=event["done"], total=event["total"]))

    def _show_labelling(self, event: dict[str, Any]) -> None:
        self.say(self.tr("The teacher labels the photos: {done} of {total}").format(**event))

    def _show_started(self, event: dict[str, Any]) -> None:
        text = self.tr("Training on {photos} photos, {held_out} kept aside, on {device} {precision}.")
        self.say(text.format(**event))
        for point in event.get("curve", ()):
            self._add_point(point)

    def _show_stepped(self, event: dict[str, Any]) -> None:
        self._loss.add(event["step"], event["loss"])
        self._bar.setValue(round(1000 * event["progress"]))
        text = self.tr("Step {step}, epoch {epoch} · {rate:.1f} photos/s · {minutes} min left")
        self.say(text.format(minutes=round(event["remaining_s"] / 60), **event))

    def _show_evaluated(self, event: dict[str, Any]) -> None:
        self._add_point(event)
        strip = event.get("strip")
        if strip and Path(strip).is_file():
            pixmap = QPixmap(strip)
            size = self._strip.size()
            fitted = pixmap.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            self._strip.setPixmap(fitted)

    def _show_paused(self, event: dict[str, Any]) -> None:
        self.say(self.tr("Paused at step {step}").format(**event))

    def _show_notice(self, event: dict[str, Any]) -> None:
        self.say(event["text"])

    def _show_failed(self, event: dict[str, Any]) -> None:
        self.say(event["sentence"])

    def _show_finished(self, event: dict[str, Any]) -> None:
        self.say(self._verdict(event))

    def _verdict(self, event: dict[str, Any]) -> str:
        words = {
            "better": self.tr("Better than the model it started from"),
            "worse": self.tr("Worse than the model it started from; keep using that one"),
            "same": self.tr("No noticeable difference from the model it started from"),
        }
        text = words.get(event["verdict"], self.tr("Trained"))
        before = event.get("start_scores") or {}
        numbers = [
            f"{name} {before[name]:.3f} → {value:.3f}" if name in before else f"{name} {value:.3f}"
            for name, value in event["scores"].items()
        ]
        if not event["scores"]:
            return self.tr("Stopped before anything was judged; there is no new model yet.")
        return f"{text} ({', '.join(numbers)})."

    def _add_point(self, point: dict[str, Any]) -> None:
        scores = point.get("scores") or {}
        for name in LEADING:
            if name in scores:
                self._score.add(point["step"], scores[name])
                return
