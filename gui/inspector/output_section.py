"""Where and how results are written."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QVBoxLayout, QWidget

from gui.inspector.section import Section, choice_box, note
from gui.inspector.template_line import TemplateLine
from gui.widgets.describe import describe, keep_wheel_for_scrolling
from gui.widgets.path_row import PathRow
from matting.settings import Colour, CutSettings, Existing, Format, Keep, OutputSettings, Write

LOSSY = (Format.JPG, Format.WEBP, Format.AVIF)


class OutputSection(Section):
    """``output_changed(OutputSettings)``: the user changed something, and a batch could run with it.

    A name template that is wrong is explained under its line and not passed on.
    """

    output_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("export", self.tr("Export"), parent)
        self._output = OutputSettings(folder=Path())
        self._opaque = False
        self._folder = PathRow("output-folder", self.tr("Output folder"), self.tr("Choose where results are written"))
        self._folder.path_chosen.connect(lambda folder: self._change(replace(self._output, folder=folder)))
        self.body.addWidget(self._folder)
        self._format = self._choices(
            "format",
            self.tr("Format"),
            self.tr("File format of the cutout"),
            [
                (self.tr("PNG"), Format.PNG),
                (self.tr("WebP"), Format.WEBP),
                (self.tr("AVIF"), Format.AVIF),
                (self.tr("TIFF"), Format.TIFF),
                (self.tr("PSD, layer with mask"), Format.PSD),
                (self.tr("JPEG, no transparency"), Format.JPG),
            ],
        )
        self._white = note(self.tr("JPEG has no transparency: the background becomes white."))
        self.body.addWidget(self._white)
        self._writes = {
            Write.CUTOUT: self._write_box(Write.CUTOUT, self.tr("Cutout"), self.tr("Write the subject itself")),
            Write.MASK: self._write_box(Write.MASK, self.tr("Mask"), self.tr("Write the opacity as a grey PNG")),
        }
        more = self.add_more("export")
        self._template = TemplateLine()
        self._template.template_changed.connect(lambda name: self._change(replace(self._output, name=name)))
        more.addWidget(self._template)
        self.align(self._template.label)
        self._existing = self._choices(
            "existing",
            self.tr("Existing files"),
            self.tr("What to do when a file is already there"),
            [
                (self.tr("Skip"), Existing.SKIP),
                (self.tr("Overwrite"), Existing.OVERWRITE),
                (self.tr("Write under a new name"), Existing.RENAME),
            ],
            more,
        )
        self._quality = QSpinBox()
        self._quality.setRange(1, 100)
        self._quality.setKeyboardTracking(False)
        describe(self._quality, "quality", self.tr("Quality"), self.tr("Of JPEG and WebP; at 95 no difference is seen"))
        keep_wheel_for_scrolling(self._quality)
        self._quality.valueChanged.connect(lambda quality: self._change(replace(self._output, quality=quality)))
        self._quality_label = self.add_row(self.tr("Quality"), self._quality, place=more)
        self._colour = self._choices(
            "colour",
            self.tr("Colours"),
            self.tr("Which colour profile the files have"),
            [(self.tr("As in the photo"), Colour.KEEP), (self.tr("sRGB, for shops and the web"), Colour.SRGB)],
            more,
        )
        self._metadata = self._choices(
            "metadata",
            self.tr("Metadata"),
            self.tr("What is kept of EXIF, XMP and IPTC"),
            [
                (self.tr("All"), Keep.ALL),
                (self.tr("Without places and serial numbers"), Keep.NO_LOCATION),
                (self.tr("None"), Keep.NONE),
            ],
            more,
        )
        label, tip = self.tr("Probability map"), self.tr("Write what the model computed as a grey PNG")
        self._writes[Write.PROBABILITY] = self._write_box(Write.PROBABILITY, label, tip, more)
        self._empty = QCheckBox(self.tr("Photos without a subject too"))
        describe(
            self._empty, "write-empty", self._empty.text(), self.tr("Write an empty cutout where no subject was found")
        )
        self._empty.clicked.connect(lambda checked: self._change(replace(self._output, write_empty=checked)))
        more.addWidget(self._empty)

    def show_output(self, output: OutputSettings) -> None:
        """Show where and how results are written."""
        self._output = output
        self._folder.set_path(output.folder)
        for write, box in self._writes.items():
            box.setChecked(write in output.writes)
        self._format.setCurrentIndex(self._format.findData(output.format))
        self._existing.setCurrentIndex(self._existing.findData(output.existing))
        self._colour.setCurrentIndex(self._colour.findData(output.colour))
        self._metadata.setCurrentIndex(self._metadata.findData(output.metadata))
        self._quality.blockSignals(True)
        self._quality.setValue(output.quality)
        self._quality.blockSignals(False)
        self._template.set_template(output.name)
        self._empty.setChecked(output.write_empty)
        self._follow()

    def show_settings(self, settings: CutSettings) -> None:
        """Know whether a background was chosen, for the word about JPEG."""
        self._opaque = settings.background is not None
        self._follow()

    def set_example(self, stem: str, model: str) -> None:
        """Set the photo and model of the example name."""
        self._template.set_example(stem, model)

    def _write_box(self, write: Write, text: str, tip: str, place: QVBoxLayout | None = None) -> QCheckBox:
        box = QCheckBox(text)
        describe(box, f"write-{write}", text, tip)
        box.clicked.connect(self._choose_writes)
        (place or self.body).addWidget(box)
        return box

    def _choices(
        self, field: str, label: str, tip: str, choices: list[tuple[str, object]], place: QVBoxLayout | None = None
    ) -> QComboBox:
        box = choice_box(field, label, tip, choices)
        box.activated.connect(partial(self._choose, field))
        self.add_row(label, box, place=place)
        return box

    def _choose(self, field: str, index: int) -> None:
        boxes = {
            "format": self._format,
            "existing": self._existing,
            "colour": self._colour,
            "metadata": self._metadata,
        }
        box = boxes[field]
        self._change(replace(self._output, **{field: type(getattr(self._output, field))(box.itemData(index))}))

    def _choose_writes(self) -> None:
        self._change(
            replace(self._output, writes=tuple(write for write, box in self._writes.items() if box.isChecked()))
        )

    def _change(self, output: OutputSettings) -> None:
        self._output = output
        self._follow()
        self.output_changed.emit(output)

    def _follow(self) -> None:
        """Adapt the controls that depend on others: something is always written, and formats concern the cutout."""
        for write, box in self._writes.items():
            box.setEnabled(self._output.writes != (write,))
        self._format.setEnabled(Write.CUTOUT in self._output.writes)
        for widget in (self._quality, self._quality_label):
            widget.setEnabled(self._output.format in LOSSY)
        self._white.setVisible(self._output.format is Format.JPG and not self._opaque)
        kind = self._output.writes[0] if self._output.writes else Write.CUTOUT
        self._template.set_kind(str(kind), self._output.format)
