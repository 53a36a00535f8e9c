"""How much of what the model found is kept, and how the outline follows the photo."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.inspector.section import Section, label_of, tip_of
from gui.widgets.segmented import Option, Segmented
from matting.setting_rows import EDGES, SOFTNESS, THRESHOLD
from matting.settings import CutSettings, Edges, Mode


class ResultSection(Section):
    """Emits ``edited`` for ``threshold``, ``softness`` and ``edges``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("result", self.tr("Result"), parent)
        self._threshold = self.add_slider(THRESHOLD, centred=True)
        self._threshold.set_ends(self.tr("Keep more"), self.tr("Remove more"))
        self._edges = Segmented(
            "edges",
            label_of(EDGES),
            [
                Option(Edges.OFF, "edges-off", self.tr("Off"), self.tr("The model's own outline, soft and quick")),
                Option(Edges.FINE, "edges-fine", self.tr("Fine"), self.tr("Follow the outline that the photo shows")),
                Option(Edges.HAIR, "edges-hair", self.tr("Hair"), self.tr("Look further out for hair and fur")),
            ],
        )
        self._edges.setAccessibleDescription(tip_of(EDGES))
        self._edges.chosen.connect(lambda edges: self.edited.emit("edges", edges))
        self._edges_label = self.add_row(label_of(EDGES), self._edges)
        self._softness = self.add_slider(SOFTNESS)

    def show_mode(self, mode: Mode) -> None:
        """Offer what counts in this mode (``matting.settings.settings_for``)."""
        for part in (self._edges, self._edges_label):
            part.setVisible(mode != Mode.VESSEL)

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's settings."""
        self._threshold.set_value(settings.threshold)
        self._edges.set_value(settings.edges)
        self._softness.set_value(settings.softness)

    def set_default_threshold(self, threshold: float) -> None:
        """Set the value that suits the model, for the double-click."""
        self._threshold.set_default(threshold)
