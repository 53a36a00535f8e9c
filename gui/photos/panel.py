"""The left side of the window: heading, filter, order, the list, and the buttons that add photos."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.look.icons import BESIDE_TEXT
from gui.look.tokens import SPACE_M, SPACE_S
from gui.photos.list_model import PhotoListModel
from gui.photos.row_text import filter_text, row_text, sort_text
from gui.photos.thumbnails import Thumbnails
from gui.photos.view import PhotoView
from gui.workspace.change import Change, Part
from gui.workspace.order import Filter, Sort

COUNT_MS = 150
"""The heading's figures follow a batch at this pace."""


class PhotoPanel(QWidget):
    """Shows the list of a workspace; ``add_actions`` become the buttons under it."""

    def __init__(
        self, photos: PhotoListModel, thumbnails: Thumbnails, add_actions: list[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._photos, self._workspace = photos, photos.workspace
        photos.set_describe(row_text)
        thumbnails.loaded.connect(self._take_size)
        self.view = PhotoView(photos, thumbnails)
        self._title = QLabel(self.tr("Photos"))
        self._title.setProperty("role", "heading")
        self._count = QLabel()
        self._count.setProperty("role", "faint")
        self._count.setAccessibleName(self.tr("Number of photos"))
        self._filter = _choice(self.tr("Show"), self.tr("Which photos the list shows"))
        self._sort = _choice(self.tr("Order"), self.tr("The order of the list"))
        for shown in Filter:
            self._filter.addItem(filter_text(shown), shown)
        for sort in Sort:
            self._sort.addItem(sort_text(sort), sort)
        self._filter.currentIndexChanged.connect(self._arrange)
        self._sort.currentIndexChanged.connect(self._arrange)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(COUNT_MS)
        self._soon.timeout.connect(self._show_counts)
        self._workspace.subscribe(self._follow)
        self._lay_out(add_actions)
        self._show_counts()

    def show_failed(self) -> None:
        """Show only what failed."""
        self._workspace.arrange(self._workspace.photos.sort, Filter.FAILED)

    def _lay_out(self, add_actions: list[QAction]) -> None:
        heading = QHBoxLayout()
        heading.addWidget(self._title)
        heading.addWidget(self._count)
        heading.addStretch()
        choices = QHBoxLayout()
        choices.addWidget(self._filter)
        choices.addWidget(self._sort)
        adding = QHBoxLayout()
        adding.setSpacing(SPACE_S)
        for action in add_actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setProperty("role", "button")
            button.setIconSize(BESIDE_TEXT)
            button.setToolButtonStyle(button.toolButtonStyle().ToolButtonTextBesideIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setAccessibleName(action.iconText())
            button.setFocusPolicy(button.focusPolicy().StrongFocus)
            adding.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 10)
        layout.setSpacing(10)
        for row in (heading, choices):
            row.setContentsMargins(12, 0, 12, 0)
            layout.addLayout(row)
        layout.addWidget(self.view, 1)
        adding.setContentsMargins(SPACE_M, 0, SPACE_M, 0)
        layout.addLayout(adding)

    def _arrange(self) -> None:
        self._workspace.arrange(Sort(self._sort.currentData()), Filter(self._filter.currentData()))

    def _follow(self, change: Change) -> None:
        if change.has(Part.ROWS):
            for box, value in ((self._sort, self._workspace.photos.sort), (self._filter, self._workspace.photos.shown)):
                with QSignalBlocker(box):
                    box.setCurrentIndex(box.findData(value))
        if not self._soon.isActive():
            self._soon.start()

    def _take_size(self, path: Path, size: tuple[int, int] | None) -> None:
        entry = self._workspace.photos.get(path)
        if entry is not None and size is not None and entry.size != size:
            self._workspace.set_size(path, size)
        else:
            self._photos.touch(path)

    def _show_counts(self) -> None:
        total, shown = len(self._workspace.photos), self._photos.rowCount()
        self._count.setText(str(total) if shown == total else f"{shown} / {total}")


def _choice(name: str, tip: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return box
