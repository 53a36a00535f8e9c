"""Where and how results are written."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from gui.inspector.section import Section, choice_box, note
from gui.inspector.template_line import TemplateLine
from gui.widgets.describe import describe
from gui.widgets.path_row import PathRow
from matting.settings import CutSettings, Existing, Format, OutputSettings, Write


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
        box = self._format if field == "format" else self._existing
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
        self._white.setVisible(self._output.format is Format.JPG and not self._opaque)
        kind = self._output.writes[0] if self._output.writes else Write.CUTOUT
        self._template.set_kind(str(kind), self._output.format)
