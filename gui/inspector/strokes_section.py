"""The brush of marks and strokes, and the steps back and forward."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gui.canvas.brush import MAX_RADIUS, MIN_RADIUS, Brush, Tool
from gui.inspector.section import Section
from gui.look.icons import icon
from gui.widgets.describe import describe
from gui.widgets.labelled_slider import LabelledSlider, Scale
from gui.widgets.segmented import Option, Segmented


class StrokesSection(Section):
    """``brush_changed(Brush)``; ``undo_requested()``, ``redo_requested()``, ``clear_requested()``."""

    brush_changed = Signal(object)
    undo_requested = Signal()
    redo_requested = Signal()
    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("brush", self.tr("Brush"), parent)
        self._brush = Brush()
        self._sign = Segmented(
            "sign",
            self.tr("Keep or erase"),
            [
                Option(True, "keep", self.tr("Keep"), self.tr("Mark or paint what belongs to the subject"), "keep"),
                Option(False, "erase", self.tr("Erase"), self.tr("Mark or paint what does not belong to it"), "erase"),
            ],
        )
        self._sign.chosen.connect(self._choose_sign)
        self.body.addWidget(self._sign)
        default = Brush()
        self._size = LabelledSlider(
            "brush-size",
            self.tr("Size"),
            self.tr("The brush's radius on the screen; [ and ] on the canvas"),
            Scale(MIN_RADIUS, MAX_RADIUS, 1, default.radius, decimals=0, suffix=" px", geometric=True),
        )
        self._hardness = LabelledSlider(
            "brush-hardness",
            self.tr("Hardness"),
            self.tr("How crisp the rim of painted strokes is; Shift+[ and Shift+] on the canvas"),
            Scale(0, 100, 1, default.hardness * 100, decimals=0, suffix=" %"),
        )
        self._size.value_changed.connect(lambda radius: self._change(replace(self._brush, radius=radius)))
        self._hardness.value_changed.connect(lambda value: self._change(replace(self._brush, hardness=value / 100)))
        self.body.addWidget(self._size)
        self.body.addWidget(self._hardness)
        steps = QHBoxLayout()
        steps.setSpacing(4)
        self._undo = _step("undo", self.tr("Undo"), self.tr("Take back the last step"))
        self._redo = _step("redo", self.tr("Redo"), self.tr("Make the step again that was taken back"))
        self._clear = _step("remove", self.tr("Clear"), self.tr("Remove all marks and strokes of this photo"))
        self._undo.clicked.connect(self.undo_requested)
        self._redo.clicked.connect(self.redo_requested)
        self._clear.clicked.connect(self.clear_requested)
        for button, name in ((self._undo, "undo-stroke"), (self._redo, "redo-stroke"), (self._clear, "clear-strokes")):
            button.setObjectName(name)
            steps.addWidget(button, 1)
        self.body.addLayout(steps)
        self.show_history(can_undo=False, can_redo=False, corrected=False)
        self._follow_tool()

    def show_brush(self, brush: Brush) -> None:
        """Show the brush that keys on the canvas made; whoever takes it up finds its card unfolded."""
        if brush.active and not self._brush.active:
            self.set_open(True)
        self._brush = brush
        self._sign.set_value(brush.keep)
        self._size.set_value(brush.radius)
        self._hardness.set_value(brush.hardness * 100)
        self._follow_tool()

    def show_history(self, can_undo: bool, can_redo: bool, corrected: bool) -> None:
        """Enable what can be done."""
        self._undo.setEnabled(can_undo)
        self._redo.setEnabled(can_redo)
        self._clear.setEnabled(corrected)

    def _choose_sign(self, keep: bool) -> None:
        tool = self._brush.tool if self._brush.active else Tool.SELECT  # whoever chooses wants to correct
        self._change(replace(self._brush, tool=tool, keep=keep))

    def _change(self, brush: Brush) -> None:
        self._brush = brush
        self._follow_tool()
        self.brush_changed.emit(brush)

    def _follow_tool(self) -> None:
        self._size.setEnabled(self._brush.tool in (Tool.SELECT, Tool.PAINT))
        self._hardness.setEnabled(self._brush.tool is Tool.PAINT)


def _step(image: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(image))
    button.setIconSize(QSize(16, 16))
    button.setText(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setAutoRaise(True)
    describe(button, "", text, tip)
    return button
