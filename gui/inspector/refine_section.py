"""Moving and blurring the outline, and what becomes of loose parts and holes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.inspector.section import Section
from matting.setting_rows import DECONTAMINATE, EDGE_SHIFT, FEATHER, FILL_HOLES, LARGEST_ONLY
from matting.settings import CutSettings


class RefineSection(Section):
    """Emits ``edited`` for ``edge_shift``, ``feather``, ``decontaminate``, ``largest_only`` and ``fill_holes``.

    The two widths are kept in hundredths of the photo's long side, and shown in its pixels once its size is known.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("refine", self.tr("Refine"), parent)
        self._shift = self.add_slider(EDGE_SHIFT, centred=True)
        self._feather = self.add_slider(FEATHER)
        self._decontaminate = self.add_check(DECONTAMINATE)
        self._largest = self.add_check(LARGEST_ONLY)
        self._holes = self.add_check(FILL_HOLES)

    def show_size(self, long_side_px: int | None) -> None:
        """Show widths in pixels of a photo of this size, in hundredths of its long side where it is unknown."""
        for slider in (self._shift, self._feather):
            if long_side_px is None:
                slider.show_in(1, " %", decimals=2)
            else:
                slider.show_in(long_side_px / 100, " px", decimals=1)

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's settings."""
        self._shift.set_value(settings.edge_shift)
        self._feather.set_value(settings.feather)
        self._decontaminate.setChecked(settings.decontaminate)
        self._largest.setChecked(settings.largest_only)
        self._holes.setChecked(settings.fill_holes)
