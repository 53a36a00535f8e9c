"""What was done to many photos at once, or took some off the list, is said with the way back."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.widgets.toast import Toast
from gui.workspace.change import Change
from gui.workspace.history import Deed, Step
from gui.workspace.workspace import Workspace


class MassChanges(QObject):
    """Shows a toast after each such step."""

    def __init__(self, workspace: Workspace, toast: Toast, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._toast = toast
        toast.undo_clicked.connect(workspace.undo)
        workspace.subscribe(self._follow)

    def _follow(self, change: Change) -> None:
        if change.step is not None and (text := self._text(change.step)):
            self._toast.say(text)
        elif change.step is not None or change.added:
            self._toast.hide()  # its way back would take back something else now

    def _text(self, step: Step) -> str:
        if step.deed is Deed.REMOVE and step.count == 1:
            return self.tr("Removed 1 photo from the list")
        if step.deed is Deed.REMOVE and step.count:
            return self.tr("Removed {count} photos from the list").format(count=step.count)
        if step.deed is Deed.APPLY and step.count > 1:
            return self.tr("Applied to {count} photos").format(count=step.count)
        return ""
