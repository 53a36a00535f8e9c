"""What happens along the outline, and to loose parts and holes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.inspector.section import Section, label_of, tip_of
from gui.widgets.segmented import Option, Segmented
from matting.setting_rows import DECONTAMINATE, EDGE_SHIFT, EDGES, FEATHER, FILL_HOLES, LARGEST_ONLY
from matting.settings import CutSettings, Edges, Mode


class EdgesSection(Section):
    """Emits ``edited`` for ``edges``, ``decontaminate``, ``edge_shift``, ``feather``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(label_of(EDGES), parent)
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
        self.body.addWidget(self._edges)
        self._shift = self.add_slider(EDGE_SHIFT)
        self._feather = self.add_slider(FEATHER)
        self._decontaminate = self.add_check(DECONTAMINATE)

    def show_mode(self, mode: Mode) -> None:
        """Offer what counts in this mode (``matting.settings.settings_for``)."""
        self._edges.setVisible(mode != Mode.VESSEL)

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's edges."""
        self._edges.set_value(settings.edges)
        self._shift.set_value(settings.edge_shift)
        self._feather.set_value(settings.feather)
        self._decontaminate.setChecked(settings.decontaminate)


class SubjectSection(Section):
    """Emits ``edited`` for ``largest_only`` and ``fill_holes``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Subject"), parent)
        self._largest = self.add_check(LARGEST_ONLY)
        self._holes = self.add_check(FILL_HOLES)

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's choices."""
        self._largest.setChecked(settings.largest_only)
        self._holes.setChecked(settings.fill_holes)
