"""What stands behind and around the cutout."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QSizePolicy, QSpinBox, QStackedWidget, QWidget

from gui.inspector.section import Section, label_of, tip_of
from gui.widgets.colour_button import ColourButton
from gui.widgets.describe import describe, keep_wheel_for_scrolling
from gui.widgets.path_row import PathRow
from gui.widgets.segmented import Option, Segmented
from matting.files.suffixes import PHOTO_SUFFIXES
from matting.setting_rows import BACKGROUND, PADDING, TRIM
from matting.settings import CutSettings

PICTURES = " ".join(f"*{suffix}" for suffix in sorted(PHOTO_SUFFIXES))


class BackgroundSection(Section):
    """Emits ``edited`` for ``background``, ``trim`` and ``padding``.

    Colour and picture are remembered while another kind is chosen.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("background", self.tr("Background and canvas"), parent)
        self._settings = CutSettings()
        self._kind = Segmented(
            "background",
            label_of(BACKGROUND),
            [
                Option("none", "background-none", self.tr("None"), self.tr("Transparent")),
                Option("colour", "background-colour", self.tr("Colour"), self.tr("One colour behind the subject")),
                Option("picture", "background-picture", self.tr("Picture"), self.tr("A picture behind the subject")),
            ],
        )
        self._kind.setAccessibleDescription(tip_of(BACKGROUND))
        self._kind.chosen.connect(self._choose_kind)
        self._colour = ColourButton(
            "background-colour-value", self.tr("Background colour"), self.tr("Choose the colour behind the subject")
        )
        self._colour.colour_changed.connect(lambda colour: self.edited.emit("background", colour))
        self._picture = PathRow(
            "background-picture-file",
            self.tr("Background picture"),
            self.tr("Choose the picture behind the subject"),
            self.tr("Pictures ({patterns})").format(patterns=PICTURES),
        )
        self._picture.path_chosen.connect(lambda path: self.edited.emit("background", path))
        self._picture.refused.connect(lambda: self.show_settings(self._settings))
        self._value = QStackedWidget()  # the panel keeps its height whatever is chosen
        for widget in (QWidget(), self._colour, self._picture):
            self._value.addWidget(widget)
        self._value.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self._kind)
        self.body.addWidget(self._value)
        self._trim = self.add_check(TRIM)
        self._trim.toggled.connect(self._show_padding)
        self._padding = QSpinBox()
        assert PADDING.range is not None
        self._padding.setRange(int(PADDING.range.low), int(PADDING.range.high))
        self._padding.setSuffix(f" {PADDING.range.unit}")
        self._padding.setKeyboardTracking(False)
        describe(self._padding, PADDING.key, label_of(PADDING), tip_of(PADDING))
        keep_wheel_for_scrolling(self._padding)
        self._padding.valueChanged.connect(lambda pixels: self.edited.emit("padding", pixels))
        self._padding_label = self.add_row(label_of(PADDING), self._padding)
        self.show_settings(self._settings)

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's background, trim and padding."""
        self._settings = settings
        background = settings.background
        if background is None:
            kind = "none"
        elif isinstance(background, Path):
            kind = "picture"
            self._picture.set_path(background, background.name)
        else:
            kind = "colour"
            self._colour.set_colour(background)
        self._show_kind(kind)
        self._trim.setChecked(settings.trim)
        self._padding.blockSignals(True)
        self._padding.setValue(settings.padding)
        self._padding.blockSignals(False)
        self._show_padding(settings.trim)

    def _choose_kind(self, kind: str) -> None:
        self._show_kind(kind)
        if kind == "none":
            self.edited.emit("background", None)
        elif kind == "colour":
            self.edited.emit("background", self._colour.colour())
        elif self._picture.path() is not None:
            self.edited.emit("background", self._picture.path())
        else:
            self._picture.choose()

    def _show_kind(self, kind: str) -> None:
        self._kind.set_value(kind)
        self._value.setCurrentIndex(("none", "colour", "picture").index(kind))

    def _show_padding(self, trimmed: bool) -> None:
        self._padding.setEnabled(trimmed)
        self._padding_label.setEnabled(trimmed)
