"""A path, shortened in the middle to what fits, and a button to choose another."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gui.widgets.describe import describe


class ElidedLabel(QLabel):
    """One line of text, elided in the middle instead of widening the window; its tooltip is the whole text."""

    def minimumSizeHint(self) -> QSize:
        """Allow a line as narrow as need be."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, text)


class PathRow(QWidget):
    """``path_chosen(Path)`` fires when the user has chosen; ``refused()`` when the dialog was cancelled.

    Chooses a folder, or with ``file_filter`` (as for QFileDialog) a file.
    """

    path_chosen = Signal(object)
    refused = Signal()

    def __init__(self, name: str, label: str, tip: str, file_filter: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._label = label
        self._filter = file_filter
        self.text = ElidedLabel()
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QPushButton(self.tr("Choose…"))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.choose)
        describe(self.button, name, label, tip)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.button)

    def path(self) -> Path | None:
        """Return the path shown, if any."""
        return self._path

    def set_path(self, path: Path | None, shown: str = "") -> None:
        """Show a path (or ``shown`` in its place) without telling anybody."""
        self._path = path
        self.text.setText(shown or (str(path) if path else ""))
        self.text.setToolTip(str(path) if path else "")

    def choose(self) -> None:
        """Open the system's dialog; the answer comes by signal."""
        dialog = QFileDialog(self, self._label)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._filter:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter(self._filter)
        else:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        if self._path is not None:
            dialog.setDirectory(str(self._path if not self._filter else self._path.parent))
        dialog.fileSelected.connect(lambda chosen: self._chosen(Path(chosen)))
        dialog.rejected.connect(self.refused)
        dialog.open()

    def _chosen(self, path: Path) -> None:
        self.set_path(path)
        self.path_chosen.emit(path)
