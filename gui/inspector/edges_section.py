"""What happens along the outline, and to loose parts and holes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.inspector.section import Section
from gui.widgets.labelled_slider import Scale
from gui.widgets.segmented import Option, Segmented
from matting.settings import CutSettings, Edges, Mode

_DEFAULTS = CutSettings()


class EdgesSection(Section):
    """Emits ``edited`` for ``edges``, ``decontaminate``, ``edge_shift``, ``feather``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Edges"), parent)
        self._edges = Segmented(
            "edges",
            self.tr("Edges"),
            [
                Option(Edges.OFF, "edges-off", self.tr("Off"), self.tr("The model's own outline, soft and quick")),
                Option(Edges.FINE, "edges-fine", self.tr("Fine"), self.tr("Follow the outline that the photo shows")),
                Option(Edges.HAIR, "edges-hair", self.tr("Hair"), self.tr("Look further out for hair and fur")),
            ],
        )
        self._edges.chosen.connect(lambda edges: self.edited.emit("edges", edges))
        self.body.addWidget(self._edges)
        self._shift = self.add_slider(
            "edge_shift",
            self.tr("Shift"),
            self.tr("Move the outline outwards, or inwards below zero"),
            Scale(-1, 1, 0.05, _DEFAULTS.edge_shift, suffix=" %"),
        )
        self._feather = self.add_slider(
            "feather",
            self.tr("Feather"),
            self.tr("Blur the outline"),
            Scale(0, 1, 0.01, _DEFAULTS.feather, suffix=" %"),
        )
        self._decontaminate = self.add_check(
            "decontaminate",
            self.tr("Clean edge colours"),
            self.tr("Take the old background's colour out of soft edges"),
        )

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
        self._largest = self.add_check(
            "largest_only", self.tr("Largest subject only"), self.tr("Drop every part but the largest connected one")
        )
        self._holes = self.add_check(
            "fill_holes",
            self.tr("Fill holes"),
            self.tr("Keep what is enclosed by the subject, such as a handle's hole"),
        )

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's choices."""
        self._largest.setChecked(settings.largest_only)
        self._holes.setChecked(settings.fill_holes)
