"""What stands behind the subject, and the shadow under it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from gui.inspector.section import Section, label_of, tip_of
from gui.widgets.colour_button import ColourButton
from gui.widgets.path_row import PathRow
from gui.widgets.segmented import Option, Segmented
from matting.files.suffixes import PHOTO_SUFFIXES
from matting.setting_rows import BACKGROUND, SHADOW, SHADOW_COLOUR, SHADOW_SETTINGS
from matting.settings import CutSettings, Shadow

PICTURES = " ".join(f"*{suffix}" for suffix in sorted(PHOTO_SUFFIXES))


class BackgroundSection(Section):
    """Emits ``edited`` for ``background`` and all of the shadow.

    Colour and picture are remembered while another kind is chosen.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("background", self.tr("Background and shadow"), parent)
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
        self._shadow = Segmented(
            "shadow",
            label_of(SHADOW),
            [
                Option(Shadow.NONE, "shadow-none", self.tr("None"), self.tr("No shadow")),
                Option(Shadow.DROP, "shadow-drop", self.tr("Drop"), self.tr("A shadow thrown by a light")),
                Option(
                    Shadow.CONTACT,
                    "shadow-contact",
                    self.tr("Contact"),
                    self.tr("The shadow of the ground it stands on"),
                ),
            ],
        )
        self._shadow.setAccessibleDescription(tip_of(SHADOW))
        self._shadow.chosen.connect(lambda kind: self.edited.emit(SHADOW.key, Shadow(kind)))
        self.add_row(label_of(SHADOW), self._shadow)
        self._sliders = {row.key: self.add_slider(row) for row in SHADOW_SETTINGS if row.range is not None}
        self._shadow_colour = ColourButton("shadow-colour", label_of(SHADOW_COLOUR), tip_of(SHADOW_COLOUR))
        self._shadow_colour.colour_changed.connect(lambda colour: self.edited.emit(SHADOW_COLOUR.key, colour))
        self._shadow_label = self.add_row(self.tr("Its colour"), self._shadow_colour)
        self.show_settings(self._settings)

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's background and shadow."""
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
        self._shadow.set_value(settings.shadow)
        for key, slider in self._sliders.items():
            slider.set_value(getattr(settings, key))
        self._shadow_colour.set_colour(settings.shadow_colour)
        for widget in (*self._sliders.values(), self._shadow_colour, self._shadow_label):
            widget.setVisible(settings.shadow is not Shadow.NONE)

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
