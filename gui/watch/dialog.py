"""The dialog that asks which folder is to be watched, where its cutouts go and how they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.inspector.presets_menu import preset_title
from gui.watch.plan import WatchPlan
from gui.widgets.describe import describe
from gui.widgets.path_row import PathRow
from matting.presets.library import all_presets
from matting.presets.preset import Preset
from matting.settings import CutSettings, OutputSettings


@dataclass(frozen=True)
class Offered:
    """What the window has now: its settings of all photos, its output, its model and the threshold that suits it.

    ``folder_for`` says where cutouts of a folder's photos go until somebody chooses.
    """

    settings: CutSettings
    output: OutputSettings
    model: str
    default_threshold: float
    folder_for: Callable[[Path], Path]


class WatchDialog(QDialog):
    """``plan_chosen(WatchPlan)``, ``stop_wanted()``. ``plan`` is what is watched now."""

    plan_chosen = Signal(object)
    stop_wanted = Signal()

    def __init__(self, offered: Offered, plan: WatchPlan | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered, self._plan = offered, plan
        self._output_chosen = plan is not None
        self.setWindowTitle(self.tr("Watch a folder"))
        about = QLabel(
            self.tr(
                "Photos that arrive in this folder are cut out by themselves while Kirie is open, and again after its "
                "next start. Photos that lie there already are cut, too."
            )
        )
        about.setWordWrap(True)
        self._folder = PathRow(
            "watch-folder", self.tr("Folder to watch"), self.tr("Choose the folder in which photos arrive")
        )
        self._output = PathRow(
            "watch-output", self.tr("Cutouts go to"), self.tr("Choose the folder that cutouts are written to")
        )
        self._settings = QComboBox()
        how = self.tr("How these photos are cut and written; what changes in the window later does not count for them")
        describe(self._settings, "watch-settings", self.tr("Settings"), how)
        self._fill_settings()
        self._wrong = QLabel()
        self._wrong.setProperty("role", "error")
        self._wrong.setWordWrap(True)
        self._start = QPushButton(self.tr("Watch"))
        describe(self._start, "watch-start", self.tr("Watch"), self.tr("Begin to watch this folder"))
        self._lay_out(about)
        self._folder.path_chosen.connect(self._follow_folder)
        self._output.path_chosen.connect(self._follow_output)
        self._settings.currentIndexChanged.connect(self._check)
        if plan is not None:
            self._folder.set_path(plan.folder)
            self._output.set_path(plan.output.folder)
        self._check()
        self.resize(520, self.sizeHint().height())

    def _lay_out(self, about: QLabel) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self.tr("Folder to watch"), self._folder)
        form.addRow(self.tr("Cutouts go to"), self._output)
        form.addRow(self.tr("Settings"), self._settings)
        buttons = QDialogButtonBox()
        buttons.addButton(self._start, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        describe(cancel, "watch-cancel", cancel.text(), self.tr("Change nothing"))
        if self._plan is not None:
            stop = buttons.addButton(self.tr("Stop watching"), QDialogButtonBox.ButtonRole.DestructiveRole)
            describe(stop, "watch-end", stop.text(), self.tr("Watch this folder no more"))
            stop.clicked.connect(self.stop_wanted)
            stop.clicked.connect(self.reject)
        buttons.accepted.connect(self._choose)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(about)
        layout.addLayout(form)
        layout.addWidget(self._wrong)
        layout.addStretch()
        layout.addWidget(buttons)

    def _fill_settings(self) -> None:
        plan = self._plan
        if plan is not None:
            shown = plan.preset or self.tr("own settings")
            self._settings.addItem(self.tr("As until now: {settings}").format(settings=shown), plan)
        self._settings.addItem(self.tr("As in the window now"), None)
        for preset in all_presets():
            self._settings.addItem(preset_title(preset), preset)

    def _follow_folder(self, folder: Path) -> None:
        if not self._output_chosen:
            self._output.set_path(self._offered.folder_for(folder))
        self._check()

    def _follow_output(self, _folder: Path) -> None:
        self._output_chosen = True
        self._check()

    def _check(self) -> None:
        folder, output = self._folder.path(), self._output.path()
        wrong = ""
        if folder is not None and folder == output:
            wrong = self.tr("Cutouts must go to another folder than the one that is watched; it may lie inside it.")
        elif "{index}" in (self._made(Path(), Path()).output.name or ""):
            wrong = self.tr("The file names of these settings count photos with {index}; photos that arrive have none.")
        self._wrong.setText(wrong)
        self._wrong.setVisible(bool(wrong))
        self._start.setEnabled(folder is not None and output is not None and not wrong)

    def _choose(self) -> None:
        folder, output = self._folder.path(), self._output.path()
        assert folder is not None
        assert output is not None
        self.plan_chosen.emit(self._made(folder, output))
        self.accept()

    def _made(self, folder: Path, output_folder: Path) -> WatchPlan:
        offered, chosen = self._offered, self._settings.currentData()
        if isinstance(chosen, WatchPlan):
            return replace(chosen, folder=folder, output=replace(chosen.output, folder=output_folder), paused=False)
        if isinstance(chosen, Preset):
            settings = chosen.cut_settings(CutSettings(threshold=offered.default_threshold))
            output = chosen.output_settings(OutputSettings(output_folder, existing=offered.output.existing))
            return WatchPlan(folder, output, settings, offered.model, preset_title(chosen))
        output = replace(offered.output, folder=output_folder)
        return WatchPlan(folder, output, offered.settings, offered.model)
