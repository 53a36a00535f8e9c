"""A card of the inspector: a heading that folds it, and the controls under it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.look.tokens import SPACE_L, SPACE_M, SPACE_S
from gui.widgets.describe import describe, keep_wheel_for_scrolling
from gui.widgets.fold import FoldButton
from gui.widgets.labelled_slider import LabelledSlider, Scale
from matting.setting_rows import PhotoSetting
from matting.settings import CutSettings


class Section(QFrame):
    """Base of the inspector's cards: values in by ``show_...`` methods, changes by the user out by signals.

    ``edited(field, value)``: one field of ``CutSettings`` got another value. ``folded(open)``: by the user's hand.
    """

    edited = Signal(str, object)
    folded = Signal(bool)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"card-{name}")
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self._row_labels: list[QLabel] = []
        self._fold = FoldButton(f"fold-{name}", title, strong=True)
        self._fold.toggled.connect(self._show_body)
        self._fold.clicked.connect(self.folded)
        self._content = QWidget(self)
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(SPACE_L, 0, SPACE_L, SPACE_L)
        self.body.setSpacing(SPACE_M)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_S, 0, SPACE_S)
        column.setSpacing(0)
        column.addWidget(self._fold)
        column.addWidget(self._content)
        self.set_open(True)

    @property
    def is_open(self) -> bool:
        """Whether the controls are shown."""
        return self._fold.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold the card."""
        self._fold.setChecked(is_open)
        self._show_body(is_open)

    def _show_body(self, is_open: bool) -> None:
        self._content.setVisible(is_open)

    def add_more(self, name: str) -> QVBoxLayout:
        """Add “More”, which folds what few need; return the place for it."""
        button, place = FoldButton(f"more-{name}", self.tr("More")), QWidget()
        rows = QVBoxLayout(place)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        place.setVisible(False)
        button.toggled.connect(place.setVisible)
        self.body.addWidget(button)
        self.body.addWidget(place)
        return rows

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's settings; sections that have none of them ignore it."""

    def add_slider(self, row: PhotoSetting, *, centred: bool = False) -> LabelledSlider:
        """Add a slider for a setting that is a number; see ``Scale`` for ``centred``."""
        assert row.range is not None
        suffix = f" {row.range.unit}" if row.range.unit else ""
        step = row.range.step
        decimals = 0 if step >= 1 else 1 if step >= 0.1 else 2
        scale = Scale(row.range.low, row.range.high, step, row.default, decimals, suffix=suffix, centred=centred)
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

    def add_row(self, label: str, *controls: QWidget, place: QVBoxLayout | None = None) -> QLabel:
        """Add a label on the left, controls on the right; to the card itself or ``place``."""
        row = QHBoxLayout()
        row.setSpacing(8)
        text = QLabel(label)
        text.setBuddy(controls[0])
        row.addWidget(text)
        for number, control in enumerate(controls):
            row.addWidget(control, 1 if number == 0 else 0)
        (place or self.body).addLayout(row)
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
    box.setMinimumContentsLength(6)
    keep_wheel_for_scrolling(box)
    return box


def note(text: str = "") -> QLabel:
    """Return small, faint, wrapped text under a control."""
    label = QLabel(text)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    return label
