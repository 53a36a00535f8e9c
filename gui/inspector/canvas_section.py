"""The size of what is written around the subject, and where the subject stands on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from gui.inspector.section import Section, choice_box, label_of, note, tip_of
from gui.widgets.describe import describe, keep_wheel_for_scrolling
from matting.setting_rows import ANCHOR, ENLARGE, MARGIN, PADDING, SHARE, SHARE_OF, TRIM
from matting.settings import Anchor, CanvasSize, CutSettings, ShareOf, parse_canvas

if TYPE_CHECKING:
    from matting.cutout.frame import Frame

COMMON = ("2000x2000", "1600x1600", "1080x1080", "1:1", "4:5", "3:2", "16:9")


class CanvasSection(Section):
    """Emits ``edited`` for trim and padding, or for what counts on a canvas.

    ``canvases_changed(tuple[CanvasSize, ...])``: other sizes, which hold for all photos. ``size_shown(CanvasSize)``: of
    several sizes this one is to be looked at.
    """

    canvases_changed = Signal(object)
    size_shown = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("canvas", self.tr("Canvas"), parent)
        self._canvases: tuple[CanvasSize, ...] = ()
        self._size = QComboBox()
        self._size.setEditable(True)
        self._size.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._none = self.tr("As the photo")
        self._size.addItems([self._none, *COMMON])
        tip = self.tr(
            "Size for all photos, in pixels (2000x2000) or as a ratio (4:5); several, with commas between them"
        )
        describe(self._size, "canvas-size", self.tr("Canvas size"), tip)
        keep_wheel_for_scrolling(self._size)
        line = self._size.lineEdit()
        assert line is not None
        line.setObjectName("canvas-size-text")
        line.editingFinished.connect(self._read)
        self._size.activated.connect(self._read)
        self.add_row(self.tr("Size"), self._size)
        self._wrong = note(self.tr("Write pixels as 2000x2000 or a ratio as 4:5."))
        self._wrong.setObjectName("canvas-wrong")
        self.body.addWidget(self._wrong)
        self._looked_at = QComboBox()
        tip = self.tr("Which of the sizes the canvas shows; all of them are written")
        describe(self._looked_at, "canvas-size-shown", self.tr("Size shown"), tip)
        keep_wheel_for_scrolling(self._looked_at)
        self._looked_at.activated.connect(lambda index: self.size_shown.emit(self._canvases[index]))
        self._looked_at_label = self.add_row(self.tr("Shown"), self._looked_at)
        self._trim = self.add_check(TRIM)
        self._trim.toggled.connect(self._follow)
        self._padding = QSpinBox()
        assert PADDING.range is not None
        self._padding.setRange(int(PADDING.range.low), int(PADDING.range.high))
        self._padding.setSuffix(f" {PADDING.range.unit}")
        self._padding.setKeyboardTracking(False)
        describe(self._padding, PADDING.key, label_of(PADDING), tip_of(PADDING))
        keep_wheel_for_scrolling(self._padding)
        self._padding.valueChanged.connect(lambda pixels: self.edited.emit(PADDING.key, pixels))
        self._padding_label = self.add_row(label_of(PADDING), self._padding)
        self._share = self.add_slider(SHARE)
        self._share_of = choice_box(
            "share-of",
            label_of(SHARE_OF),
            tip_of(SHARE_OF),
            [
                (self.tr("The side that limits it"), ShareOf.LIMITING),
                (self.tr("Width"), ShareOf.WIDTH),
                (self.tr("Height"), ShareOf.HEIGHT),
            ],
        )
        self._share_of.activated.connect(
            lambda index: self.edited.emit(SHARE_OF.key, ShareOf(self._share_of.itemData(index)))
        )
        self._share_of_label = self.add_row(label_of(SHARE_OF), self._share_of)
        self._anchor = choice_box(
            "anchor",
            label_of(ANCHOR),
            tip_of(ANCHOR),
            [
                (self.tr("In the middle"), Anchor.CENTRE),
                (self.tr("At the top"), Anchor.TOP),
                (self.tr("At the bottom"), Anchor.BOTTOM),
                (self.tr("On the left"), Anchor.LEFT),
                (self.tr("On the right"), Anchor.RIGHT),
            ],
        )
        self._anchor.activated.connect(lambda index: self.edited.emit(ANCHOR.key, Anchor(self._anchor.itemData(index))))
        self._anchor_label = self.add_row(label_of(ANCHOR), self._anchor)
        self._margin = self.add_slider(MARGIN)
        self._enlarge = self.add_check(ENLARGE)
        self._scale = note()
        self._scale.setObjectName("canvas-scale")
        self.body.addWidget(self._scale)
        self.show_settings(CutSettings())
        self.show_canvases(())

    def show_settings(self, settings: CutSettings) -> None:
        """Show a photo's trim and padding, and its place on a canvas."""
        self._trim.setChecked(settings.trim)
        self._padding.blockSignals(True)
        self._padding.setValue(settings.padding)
        self._padding.blockSignals(False)
        self._share.set_value(settings.share)
        self._share_of.setCurrentIndex(self._share_of.findData(settings.share_of))
        self._anchor.setCurrentIndex(self._anchor.findData(settings.anchor))
        self._margin.set_value(settings.margin)
        self._enlarge.setChecked(settings.enlarge)
        self._follow()

    def show_canvases(self, canvases: tuple[CanvasSize, ...]) -> None:
        """Show the sizes that are written."""
        if canvases != self._canvases:
            shown = self._looked_at.currentText()
            self._looked_at.clear()
            self._looked_at.addItems([str(size) for size in canvases])
            self._looked_at.setCurrentIndex(max(0, self._looked_at.findText(shown)))
        self._canvases = canvases
        self._size.setCurrentText(", ".join(map(str, canvases)) or self._none)
        self._wrong.setVisible(False)
        self._follow()

    def show_frame(self, frame: Frame | None) -> None:
        """Say how large the subject is written where it has too few pixels for its share."""
        text = ""
        if frame is not None and frame.too_small:
            text = self.tr("The subject has too few pixels: its share would need {wanted} % of the photo's size.")
            text = text.format(wanted=round(100 * frame.wanted_scale))
        elif frame is not None and frame.enlarged:
            text = self.tr("The subject is enlarged to {scale} % of the photo's size.")
            text = text.format(scale=round(100 * frame.written_scale))
        self._scale.setText(text)
        self._follow()

    def _read(self) -> None:
        text = self._size.currentText().strip()
        words = [] if text in ("", self._none) else [word for word in re.split(r"[\s,;，；、]+", text) if word]
        sizes = tuple(size for word in words if (size := parse_canvas(word)) is not None)
        self._wrong.setVisible(len(sizes) < len(words))
        if len(sizes) == len(words) and tuple(dict.fromkeys(sizes)) != self._canvases:
            self.show_canvases(tuple(dict.fromkeys(sizes)))
            self.canvases_changed.emit(self._canvases)

    def _follow(self) -> None:
        """Offer what counts: trim and padding without a canvas, share and place on one."""
        placed = bool(self._canvases)
        trimmed: tuple[QWidget, ...] = (self._trim, self._padding, self._padding_label)
        on_canvas: tuple[QWidget, ...] = (
            self._share,
            self._share_of,
            self._share_of_label,
            self._anchor,
            self._anchor_label,
            self._margin,
            self._enlarge,
        )
        for widget in trimmed:
            widget.setVisible(not placed)
        for widget in on_canvas:
            widget.setVisible(placed)
        for widget in (self._looked_at, self._looked_at_label):
            widget.setVisible(len(self._canvases) > 1)
        self._scale.setVisible(placed and bool(self._scale.text()))
        for widget in (self._padding, self._padding_label):
            widget.setEnabled(self._trim.isChecked())
