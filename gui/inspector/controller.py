"""The inspector and the workspace: one shows what the other holds, and hands on what the user changes."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.inspector.inspector import Inspector
from gui.workspace.change import Change, Part
from gui.workspace.workspace import Workspace
from matting.settings import CutSettings, OutputSettings


class InspectorController(QObject):
    """Keeps an inspector on the settings of the photo looked at, and on output and mode."""

    def __init__(self, workspace: Workspace, inspector: Inspector, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._inspector = workspace, inspector
        self._settings, self._output = workspace.current_settings(), workspace.output
        self._photo: tuple[bool, tuple[int, int] | None] | None = None
        inspector.set_output(self._output)
        self._follow_photo()
        inspector.settings_changed.connect(self._edit)
        inspector.output_changed.connect(self._edit_output)
        inspector.preset_used.connect(self._use_preset)
        inspector.undo_requested.connect(workspace.undo)
        inspector.redo_requested.connect(workspace.redo)
        inspector.clear_strokes_requested.connect(workspace.clear_corrections)
        inspector.apply_to_all_requested.connect(workspace.apply_to_all)
        workspace.subscribe(self._follow)

    def _edit(self, settings: CutSettings) -> None:
        self._settings = settings  # the inspector shows it already
        self._workspace.edit(settings)

    def _edit_output(self, output: OutputSettings) -> None:
        self._output = output
        self._workspace.edit_output(output)

    def _use_preset(self, settings: CutSettings, output: OutputSettings) -> None:
        self._settings, self._output = settings, output
        self._workspace.use_preset(settings, output)

    def _follow_photo(self) -> None:
        entry = self._workspace.current
        there = entry is not None, entry.size if entry else None
        if there != self._photo:
            self._photo = there
            self._inspector.set_photo(*there)

    def _follow(self, change: Change) -> None:
        workspace, inspector = self._workspace, self._inspector
        self._follow_photo()
        if workspace.current_settings() != self._settings:
            self._settings = workspace.current_settings()
            inspector.set_settings(self._settings)
        if workspace.output != self._output:
            self._output = workspace.output
            inspector.set_output(self._output)
        corrected = workspace.current is not None and workspace.current.corrected
        inspector.set_history(workspace.can_undo, workspace.can_redo, corrected)
        if change.has(Part.MODEL):
            inspector.set_mode(workspace.mode)
            inspector.set_default_threshold(workspace.default_threshold)
        if change.has(Part.MODEL, Part.LOOKED_AT) and workspace.looked_at is not None:
            inspector.set_example(workspace.looked_at.stem, workspace.model)
