"""The left side of the window: heading, filter, order, the list, and the buttons that add photos."""

from __future__ import annotations

from collections.abc import Sequence
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
from gui.widgets.segmented import Option, Segmented
from gui.workspace.change import Change, Part
from gui.workspace.entry import NOT_READ
from gui.workspace.order import Filter, Sort

COUNT_MS = 150
"""The heading's figures follow a batch at this pace."""


class PhotoPanel(QWidget):
    """Shows the list of a workspace; ``add_actions`` become the buttons under it, ``head_actions`` those above.

    ``below`` lies between the list and its buttons.
    """

    def __init__(
        self,
        photos: PhotoListModel,
        thumbnails: Thumbnails,
        add_actions: Sequence[QAction],
        head_actions: Sequence[QAction] = (),
        below: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._photos, self._workspace = photos, photos.workspace
        photos.set_describe(row_text)
        thumbnails.loaded.connect(self._take_size)
        self.view = PhotoView(photos, thumbnails)
        self._title = QLabel(self.tr("Photos"))
        self._title.setProperty("role", "heading")
        tips = {
            Filter.ALL: self.tr("Show all photos"),
            Filter.DOUBTFUL: self.tr(
                "Show the photos that want a look; Enter says that one is fine and goes to the next"
            ),
            Filter.FAILED: self.tr("Show the photos that could not be read or written"),
        }
        options = [Option(shown, f"show-{shown}", filter_text(shown, 0), tip) for shown, tip in tips.items()]
        self._filter = Segmented("show", self.tr("Show"), options, by_text=True)
        self._sort = _choice(self.tr("Order"), self.tr("The order of the list"))
        for sort in Sort:
            self._sort.addItem(sort_text(sort), sort)
        self._filter.chosen.connect(self.show_only)
        self._sort.currentIndexChanged.connect(self._arrange)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(COUNT_MS)
        self._soon.timeout.connect(self._show_counts)
        self._workspace.subscribe(self._follow)
        self._lay_out(add_actions, head_actions, below)
        self._show_counts()

    def show_only(self, shown: Filter) -> None:
        """Show all photos, or those that want a look or have failed."""
        photos = self._workspace.photos
        self._workspace.arrange(photos.sort, shown)
        if photos.rows and photos.row_of(self._workspace.looked_at) is None:
            self._workspace.look_at(photos.rows[0])  # the canvas shows what the list shows

    def _lay_out(self, add_actions: Sequence[QAction], head_actions: Sequence[QAction], below: QWidget | None) -> None:
        heading = QHBoxLayout()
        heading.addWidget(self._title)
        heading.addStretch()
        heading.addWidget(self._sort)
        for action in head_actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAccessibleName(action.iconText())
            button.setFocusPolicy(button.focusPolicy().StrongFocus)
            heading.addWidget(button)
        choices = QHBoxLayout()
        choices.addWidget(self._filter)
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
        if below is not None:
            inset = QHBoxLayout()
            inset.setContentsMargins(SPACE_M, 0, SPACE_M, 0)
            inset.addWidget(below)
            layout.addLayout(inset)
        adding.setContentsMargins(SPACE_M, 0, SPACE_M, 0)
        layout.addLayout(adding)

    def _arrange(self) -> None:
        self._workspace.arrange(Sort(self._sort.currentData()), self._workspace.photos.shown)

    def _follow(self, change: Change) -> None:
        if change.has(Part.ROWS):
            self._filter.set_value(self._workspace.photos.shown)
            with QSignalBlocker(self._sort):
                self._sort.setCurrentIndex(self._sort.findData(self._workspace.photos.sort))
        if not self._soon.isActive():
            self._soon.start()

    def _take_size(self, path: Path, size: tuple[int, int] | None) -> None:
        entry = self._workspace.photos.get(path)
        if entry is not None and size is not None and entry.size != size:
            self._workspace.set_size(path, size)
        else:
            self._photos.touch(path)

    def _show_counts(self) -> None:
        photos = self._workspace.photos
        counts = {Filter.ALL: len(photos), Filter.DOUBTFUL: photos.doubtful(), Filter.FAILED: photos.count(NOT_READ)}
        for shown, count in counts.items():
            self._filter.set_text(shown, filter_text(shown, count))


def _choice(name: str, tip: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return box
