"""Teaching in plain words: what Kirie learns from, how far it is, whether the new model is better, with pictures."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from gui.look.error_text import phrase_text, sentence
from gui.look.tokens import SPACE_M
from gui.training.pictures import BeforeAfterPictures
from models.training.events import (
    Checking,
    Event,
    Failed,
    Finished,
    Labelling,
    Notice,
    Paused,
    Resumed,
    Started,
    Stepped,
)


class TeachPage(QWidget):
    """A heading, a bar, a sentence and pictures; the same events as ``TrainingProgress``, without their figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = QLabel()
        self._heading.setProperty("role", "heading")
        self._heading.setWordWrap(True)
        self._words = QLabel()
        self._words.setObjectName("teach-words")
        self._words.setWordWrap(True)
        self._words.setAccessibleName(self.tr("How the lesson goes"))
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName(self.tr("Progress of the lesson"))
        self._bar.hide()
        self.pictures = BeforeAfterPictures()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(SPACE_M)
        lines.addWidget(self._heading)
        lines.addWidget(self._words)
        lines.addWidget(self._bar)
        lines.addWidget(self.pictures, 100)
        lines.addStretch(1)

    def show_corrections(self, count: int) -> None:
        """Say what there is to learn from, before anything is learned."""
        if count == 1:
            self._heading.setText(self.tr("Teach Kirie from your correction"))
        elif count:
            self._heading.setText(self.tr("Teach Kirie from your {count} corrections").format(count=count))
        else:
            self._heading.setText(self.tr("Teach Kirie your subjects"))

    def say_what_to_do(self, count: int) -> None:
        """Say what teaching does, or what it needs."""
        if count:
            text = self.tr(
                "Kirie learns from the photos that you corrected, on this computer, in about ten minutes. "
                "Then you see what it does better, and keep the new model or the old one."
            )
        else:
            text = self.tr("Correct a few photos first: point at what belongs to the subject, or paint with the brush.")
        self.say(text)

    def say(self, text: str) -> None:
        """Show one sentence, or two."""
        self._words.setText(text)

    def words(self) -> str:
        """Return what is said."""
        return self._words.text()

    def begin(self) -> None:
        """Forget the lesson before."""
        self.pictures.show_pictures([])
        self._bar.setValue(0)
        self._bar.show()
        self.say(self.tr("Starting…"))

    def show_event(self, event: Event) -> None:
        """Take one event of ``models.training.events``; those with nothing to say are passed over."""
        match event:
            case Checking() | Labelling():
                self.say(self.tr("Looking through the photos: {done} of {total}").format(**_count(event)))
            case Started():
                text = self.tr("Learning from {photos} photos; {aside} are kept aside, to see whether it helps.")
                self.say(text.format(photos=event.photos, aside=event.held_out))
            case Stepped():
                self._show_step(event)
            case Paused():
                self.say(self.tr("Paused."))
            case Resumed():
                self.say(self.tr("Learning…"))
            case Notice():
                self.say(phrase_text(event.message))
            case Failed():
                self._bar.hide()
                self.say(sentence(event.error))
            case Finished():
                self._bar.hide()
                self.say("\n".join(filter(None, (self._verdict(event), self._others(event)))))

    def end(self) -> None:
        """Show nothing that moves any more."""
        self._bar.hide()

    def _show_step(self, event: Stepped) -> None:
        self._bar.show()
        self._bar.setValue(round(1000 * event.progress))
        minutes = round(event.remaining_s / 60)
        if minutes > 1:
            self.say(self.tr("Learning… about {minutes} minutes left").format(minutes=minutes))
        else:
            self.say(self.tr("Learning… about a minute left"))

    def _verdict(self, event: Finished) -> str:
        if event.model is None:
            return self.tr("It was stopped before there was anything to compare.")
        return {
            "better": self.tr("The new model is better on photos that it has not learned from."),
            "worse": self.tr("The new model is worse on photos that it has not learned from. Better keep the old one."),
            "same": self.tr("It cannot be told whether the new model is better. More corrections help."),
        }.get(event.verdict, self.tr("The new model is ready."))

    def _others(self, event: Finished) -> str:
        if event.mix is None:
            return ""
        return self.tr("Of other photos it has forgotten something: the slider mixes it with the old model.")


def _count(event: Checking | Labelling) -> dict[str, int]:
    return {"done": event.done, "total": event.total}
