"""The five views of the canvas as actions of which one is checked."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from gui.canvas.canvas import Canvas
from gui.canvas.view import View


class Views(QObject):
    """Keeps canvas and actions on the same view."""

    def __init__(self, canvas: Canvas, actions: Mapping[View, QAction], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._actions = canvas, actions
        self.show(View.CUTOUT)

    @property
    def current(self) -> View:
        """The view shown."""
        return self._canvas.view

    def show(self, view: View) -> None:
        """Show a view."""
        self._canvas.set_view(view)
        self._actions[view].setChecked(True)

    def cutout(self) -> None:
        """The subject on its background."""
        self.show(View.CUTOUT)

    def mask(self) -> None:
        """The opacity in grey."""
        self.show(View.MASK)

    def overlay(self) -> None:
        """The photo under a film."""
        self.show(View.OVERLAY)

    def original(self) -> None:
        """The photo itself."""
        self.show(View.ORIGINAL)

    def split(self) -> None:
        """Before and after."""
        self.show(View.SPLIT)
