"""A heading and the controls under it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.widgets.describe import describe, keep_wheel_for_scrolling
from gui.widgets.labelled_slider import LabelledSlider, Scale
from matting.setting_rows import PhotoSetting
from matting.settings import CutSettings


class Section(QWidget):
    """Base of the inspector's sections: values in by ``show_...`` methods, changes by the user out by signals.

    ``edited(field, value)``: one field of ``CutSettings`` got another value.
    """

    edited = Signal(str, object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.heading = heading = QLabel(title)
        self._row_labels: list[QLabel] = []
        font = QFont(heading.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        font.setWeight(QFont.Weight.DemiBold)
        font.setCapitalization(QFont.Capitalization.AllUppercase)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 108)
        heading.setFont(font)
        heading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        self.body.addWidget(heading)

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's settings; sections that have none of them ignore it."""

    def add_slider(self, row: PhotoSetting) -> LabelledSlider:
        """Add a slider for a setting that is a number."""
        assert row.range is not None
        suffix = f" {row.range.unit}" if row.range.unit else ""
        scale = Scale(row.range.low, row.range.high, row.range.step, row.default, suffix=suffix)
        slider = LabelledSlider(row.key.replace("_", "-"), label_of(row), tip_of(row), scale)
        slider.value_changed.connect(lambda value: self.edited.emit(row.key, value))
        self.body.addWidget(slider)
        return slider

    def add_check(self, row: PhotoSetting) -> QCheckBox:
        """Add a check box for a setting that is on or off."""
        check = QCheckBox(label_of(row))
        describe(check, row.key.replace("_", "-"), label_of(row), tip_of(row))
        check.clicked.connect(lambda checked: self.edited.emit(row.key, checked))
        self.body.addWidget(check)
        return check

    def add_row(self, label: str, *controls: QWidget) -> QLabel:
        """Add a label on the left, controls on the right."""
        row = QHBoxLayout()
        row.setSpacing(8)
        text = QLabel(label)
        text.setBuddy(controls[0])
        row.addWidget(text)
        for number, control in enumerate(controls):
            row.addWidget(control, 1 if number == 0 else 0)
        self.body.addLayout(row)
        self.align(text)
        return text

    def align(self, label: QLabel) -> None:
        """Give the labels of all rows the same width, so that their controls stand in a column."""
        self._row_labels.append(label)
        widest = max(text.sizeHint().width() for text in self._row_labels)
        for text in self._row_labels:
            text.setMinimumWidth(widest)


def label_of(row: PhotoSetting) -> str:
    """Return the setting's label in the user's language."""
    return QCoreApplication.translate("photo settings", row.label)


def tip_of(row: PhotoSetting) -> str:
    """Return the setting's explanation in the user's language."""
    return QCoreApplication.translate("photo settings", row.tip)


def choice_box(name: str, label: str, tip: str, choices: list[tuple[str, object]]) -> QComboBox:
    """Return a list of (text, value), narrow enough for the panel."""
    box = QComboBox()
    for text, value in choices:
        box.addItem(text, value)
    describe(box, name, label, tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    keep_wheel_for_scrolling(box)
    return box


def note(text: str = "") -> QLabel:
    """Return small, faint, wrapped text under a control."""
    label = QLabel(text)
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() * 0.9)
    label.setFont(font)
    label.setWordWrap(True)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
