"""The menu of presets: to use one, to save what is chosen as one, to take one away."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QMessageBox, QWidget

from gui.look.error_text import sentence
from matting.errors import KirieError
from matting.presets.library import all_presets, presets_folder, remove_preset, save_preset
from matting.presets.preset import Preset, preset_of, read_preset
from matting.settings import CutSettings, OutputSettings


class PresetsMenu(QMenu):
    """``preset_chosen(Preset)``; ``defaults_requested()``. The presets' files are read whenever the menu opens."""

    preset_chosen = Signal(object)
    defaults_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = CutSettings(), OutputSettings(Path()), CutSettings.threshold
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def show_chosen(self, settings: CutSettings, output: OutputSettings, default_threshold: float) -> None:
        """Show what “save” would save; a threshold that suits the model (``default_threshold``) is not part of it."""
        self._chosen = settings, output, default_threshold

    def _fill(self) -> None:
        self.clear()
        presets = all_presets()
        own = [preset for preset in presets if preset.own]
        for group in ([preset for preset in presets if not preset.own], own):
            for preset in group:
                action = self.addAction(_menu_title(preset), partial(self.preset_chosen.emit, preset))
                action.setToolTip(_about(preset))
            if group:
                self.addSeparator()
        self.addAction(self.tr("Save these settings…"), self._ask_name)
        self.addAction(self.tr("Import a preset…"), self._ask_file)
        remove = self.addMenu(self.tr("Remove"))
        remove.setEnabled(bool(own))
        for preset in own:
            remove.addAction(_menu_title(preset), partial(remove_preset, preset))
        show = self.addAction(self.tr("Show the presets’ folder"), self._show_folder)
        show.setEnabled(bool(own))
        self.addSeparator()
        self.addAction(self.tr("Return to the defaults"), self.defaults_requested.emit)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self.parentWidget())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setObjectName("preset-name")
        dialog.setWindowTitle(self.tr("Save these settings"))
        dialog.setLabelText(self.tr("Name of the preset"))
        dialog.textValueSelected.connect(self._save)
        dialog.open()

    def _save(self, title: str) -> None:
        if title.strip():
            self._keep(preset_of(title, *self._chosen))

    def _ask_file(self) -> None:
        dialog = QFileDialog(self.parentWidget(), self.tr("Import a preset"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(self.tr("Presets (*.json)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.import_file)
        dialog.open()

    def import_file(self, file: str) -> None:
        """Keep a preset that somebody shared, and use it."""
        try:
            preset = read_preset(Path(file))
        except KirieError as error:
            self._complain(error)
            return
        self._keep(preset)
        self.preset_chosen.emit(preset)

    def _keep(self, preset: Preset) -> None:
        try:
            save_preset(preset)
        except KirieError as error:
            self._complain(error)

    def _complain(self, error: KirieError) -> None:
        box = QMessageBox(QMessageBox.Icon.Warning, "Kirie", sentence(error), parent=self.parentWidget())
        box.setObjectName("preset-refused")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(presets_folder())))


def preset_title(preset: Preset) -> str:
    """Return what a preset is called in the user's language; the user's own ones keep their names."""
    return preset.title if preset.own else _translated(preset.title)


def _menu_title(preset: Preset) -> str:
    """Return its title for a menu, where a single "&" would underline the next letter."""
    return preset_title(preset).replace("&", "&&")


def _about(preset: Preset) -> str:
    if preset.own:
        return preset.about
    rule = QCoreApplication.translate("PresetsMenu", "Rule: {source}, {date}")
    return f"{_translated(preset.about)}\n{rule.format(source=preset.source, date=preset.date)}"


def _translated(text: str) -> str:
    return QCoreApplication.translate("presets", text)
