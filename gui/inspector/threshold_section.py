"""Where the subject ends: threshold and softness."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.inspector.section import Section, label_of
from matting.setting_rows import SOFTNESS, THRESHOLD
from matting.settings import CutSettings


class ThresholdSection(Section):
    """Emits ``edited`` for ``threshold`` and ``softness``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(label_of(THRESHOLD), parent)
        self._threshold = self.add_slider(THRESHOLD)
        self._threshold.use_label(self.heading)
        self._softness = self.add_slider(SOFTNESS)

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's threshold and softness."""
        self._threshold.set_value(settings.threshold)
        self._softness.set_value(settings.softness)

    def set_default_threshold(self, threshold: float) -> None:
        """Set the value that suits the model, for the double-click."""
        self._threshold.set_default(threshold)
