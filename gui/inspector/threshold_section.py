"""Where the subject ends: threshold and softness."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.inspector.section import Section
from gui.widgets.labelled_slider import Scale
from matting.settings import CutSettings

_DEFAULTS = CutSettings()


class ThresholdSection(Section):
    """Emits ``edited`` for ``threshold`` and ``softness``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Threshold"), parent)
        self._threshold = self.add_slider(
            "threshold",
            self.tr("Threshold"),
            self.tr("How sure the model must be that a pixel belongs to the subject; lower keeps more"),
            Scale(0, 1, 0.01, _DEFAULTS.threshold),
        )
        self._threshold.use_label(self.heading)
        self._softness = self.add_slider(
            "softness",
            self.tr("Softness"),
            self.tr("How gradually the subject fades out around the threshold"),
            Scale(0, 1, 0.01, _DEFAULTS.softness),
        )

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's threshold and softness."""
        self._threshold.set_value(settings.threshold)
        self._softness.set_value(settings.softness)

    def set_default_threshold(self, threshold: float) -> None:
        """The value that suits the model, for the double-click."""
        self._threshold.set_default(threshold)
