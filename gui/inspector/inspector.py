"""The model and six cards in one scrolling panel: five for the photo looked at, one for what all photos become."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.canvas.brush import Brush
from gui.inspector.apply_bar import ApplyBar
from gui.inspector.background_section import BackgroundSection
from gui.inspector.canvas_section import CanvasSection
from gui.inspector.model_picker import ModelPicker
from gui.inspector.offer_line import OfferLine
from gui.inspector.output_section import OutputSection
from gui.inspector.refine_section import RefineSection
from gui.inspector.result_section import ResultSection
from gui.inspector.section import Section, note
from gui.inspector.strokes_section import StrokesSection
from gui.look.tokens import SPACE_L, SPACE_M
from matting.presets.preset import Preset
from matting.settings import CutSettings, Mode, OutputSettings

if TYPE_CHECKING:
    from matting.cutout.frame import Frame
    from models.catalogue.catalogue import ModelInfo

WIDTH = 300
OPEN_AT_FIRST = ("card-result",)
"""The others are folded, so that at the first start all of them are in sight."""


class Inspector(QWidget):
    """Every choice for the current photo and for what is written. ``set_...`` shows values and tells nobody.

    Signals, all by the user's hand:
        settings_changed(CutSettings): live while a slider is dragged.
        model_changed(str), models_wanted(): another model; the list of models is asked for.
        output_changed(OutputSettings): only with a valid name template.
        preset_used(CutSettings, OutputSettings): both at once.
        size_shown(CanvasSize): of several sizes that are written this one is to be looked at.
        apply_to_all_requested(), apply_to_selected_requested(): with the settings shown.
        brush_changed(Brush), undo_requested(), redo_requested(), clear_strokes_requested().
    """

    settings_changed = Signal(object)
    model_changed = Signal(str)
    models_wanted = Signal()
    output_changed = Signal(object)
    preset_used = Signal(object, object)
    size_shown = Signal(object)
    apply_to_all_requested = Signal()
    apply_to_selected_requested = Signal()
    brush_changed = Signal(object)
    undo_requested = Signal()
    redo_requested = Signal()
    clear_strokes_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("Settings of the photo"))
        self._settings, self._written = CutSettings(), OutputSettings(Path())
        self._default_threshold = self._settings.threshold
        self._model = ModelPicker()
        self._result, self._refine, self._strokes = ResultSection(), RefineSection(), StrokesSection()
        self._output = OutputSection()
        self._bar = ApplyBar()
        self._canvas = CanvasSection()
        photo = self._result, self._refine, self._strokes, BackgroundSection(), self._canvas
        self._of_photo: tuple[Section, ...] = photo
        self._cards = (*self._of_photo, self._output)
        self._lay_out()
        self._connect()
        self.show_open(OPEN_AT_FIRST)
        self.set_settings(self._settings)

    @property
    def offer(self) -> OfferLine:
        """The line that offers a better model."""
        return self._model.offer

    def sizeHint(self) -> QSize:
        """Narrow and as tall as there is room."""
        return QSize(WIDTH, 720)

    def set_models(self, models: Sequence[ModelInfo], current: str) -> None:
        """Offer the models to pick from; ``current`` is the name of the one in use."""
        self._model.show_models(models, current)

    def set_mode(self, mode: Mode) -> None:
        """Set whether subjects are cut out or vessels found."""
        self._result.show_mode(mode)

    def set_default_threshold(self, threshold: float) -> None:
        """Set the threshold that suits the model (``Predictor.default_threshold``): a double-click returns to it."""
        self._default_threshold = threshold
        self._result.set_default_threshold(threshold)
        self._show_chosen()

    def set_settings(self, settings: CutSettings) -> None:
        """Show the settings of another photo."""
        self._settings = settings
        for section in self._cards:
            section.show_settings(settings)
        self._show_chosen()

    def set_output(self, output: OutputSettings) -> None:
        """Show where and how results are written."""
        self._written = output
        self._output.show_output(output)
        self._canvas.show_canvases(output.canvases)
        self._show_chosen()

    def set_frame(self, frame: Frame | None) -> None:
        """Show how large the subject of the photo looked at is written."""
        self._canvas.show_frame(frame)

    def set_example(self, stem: str, model: str) -> None:
        """Set whose name the example under the name template shows."""
        self._output.set_example(stem, model)

    def set_brush(self, brush: Brush) -> None:
        """Show the brush that keys on the canvas made."""
        self._strokes.show_brush(brush)

    def set_history(self, can_undo: bool, can_redo: bool, corrected: bool) -> None:
        """Enable the buttons for steps back and forward, and for clearing a photo that is ``corrected``."""
        self._strokes.show_history(can_undo, can_redo, corrected)

    def set_photo(self, is_there: bool, size: tuple[int, int] | None) -> None:
        """Show whether there is a photo to settle anything for, and its (width, height) where known."""
        for card in self._of_photo:
            card.setEnabled(is_there)
        self._refine.show_size(max(size) if size else None)

    def set_scope(self, photos: int, selected: int) -> None:
        """Set how many photos there are, and how many are selected: what can be applied to others."""
        self._bar.show_scope(photos, selected)

    def open_cards(self) -> list[str]:
        """Return the names of the cards that are unfolded."""
        return [card.objectName() for card in self._cards if card.is_open]

    def show_open(self, names: Collection[str]) -> None:
        """Unfold these cards and fold the others."""
        for card in self._cards:
            card.set_open(card.objectName() in names)

    def open_export(self) -> None:
        """Unfold and show the card that says what is written and where."""
        self._output.set_open(True)
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self._output))

    def _lay_out(self) -> None:
        # From the outside in: what is put into another widget is styled anew with all that it holds.
        scroll = self._scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(self.palette().ColorRole.Mid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addWidget(line)
        layout.addWidget(self._bar)
        page = QWidget()
        scroll.setWidget(page)
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACE_M, SPACE_L, SPACE_M, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(self._model)
        for heading, cards in ((self.tr("This photo"), self._of_photo), (self.tr("All photos"), (self._output,))):
            column.addSpacing(SPACE_M)
            column.addWidget(note(heading))
            for card in cards:
                column.addWidget(card)
        column.addStretch(1)
        self.setMinimumWidth(280)

    def _connect(self) -> None:
        for section in self._cards:
            section.edited.connect(self._edit)
        self._model.model_changed.connect(self.model_changed)
        self._model.models_wanted.connect(self.models_wanted)
        self._output.output_changed.connect(self._change_output)
        self._canvas.size_shown.connect(self.size_shown)
        self._canvas.canvases_changed.connect(
            lambda canvases: self._change_output(replace(self._written, canvases=canvases))
        )
        self._strokes.brush_changed.connect(self.brush_changed)
        self._strokes.undo_requested.connect(self.undo_requested)
        self._strokes.redo_requested.connect(self.redo_requested)
        self._strokes.clear_requested.connect(self.clear_strokes_requested)
        self._bar.apply_to_all_requested.connect(self.apply_to_all_requested)
        self._bar.apply_to_selected_requested.connect(self.apply_to_selected_requested)
        self._bar.presets.preset_chosen.connect(self._use_preset)
        self._bar.presets.defaults_requested.connect(
            lambda: self._change(CutSettings(threshold=self._default_threshold))
        )

    def _use_preset(self, preset: Preset) -> None:
        settings, output = preset.cut_settings(self._settings), preset.output_settings(self._written)
        self.set_settings(settings)
        self.set_output(output)
        self.preset_used.emit(settings, output)

    def _change_output(self, output: OutputSettings) -> None:
        self.set_output(output)
        self.output_changed.emit(output)

    def _show_chosen(self) -> None:
        self._bar.presets.show_chosen(self._settings, self._written, self._default_threshold)

    def _edit(self, field: str, value: object) -> None:
        self._change(replace(self._settings, **{field: value}))  # type: ignore[arg-type]

    def _change(self, settings: CutSettings) -> None:
        self.set_settings(settings)
        self.settings_changed.emit(settings)
