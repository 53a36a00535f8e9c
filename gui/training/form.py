"""What to learn from, where to start, how long: the form that becomes a ``Recipe``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.look.error_text import sentence
from gui.training.recipe import SCRATCH, Recipe
from gui.widgets.push_button import push_button
from matting.errors import KirieError
from models.catalogue.catalogue import ModelInfo
from models.training.run_name import check_run_name, run_name_for

_NETWORKS = (("u2net-small", "U²-Net small"), ("u2net", "U²-Net"), ("unet", "U-Net"))
_SIZES = (0, 128, 160, 192, 256, 320)


class TrainingForm(QWidget):
    """Datasets with weights, start, network, length, size, device, name; says what is wrong with the name.

    Signals: ``changed()``; ``corrections_wanted()`` when the user asks for the dataset of their own corrections.
    """

    changed = Signal()
    corrections_wanted = Signal()

    def __init__(self, models: list[ModelInfo], device: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._device = device
        self._table = QTableWidget(0, 2)
        self._table.setHorizontalHeaderLabels([self.tr("Dataset"), self.tr("Weight")])
        self._table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._table.verticalHeader().hide()
        self._table.setMaximumHeight(120)
        self._table.setWordWrap(False)
        self._table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        _describe(self._table, self.tr("Datasets"), self.tr("Folders with images and masks; weight 3 is drawn thrice"))
        self._table.itemChanged.connect(lambda _: self.changed.emit())
        buttons = QHBoxLayout()
        for text, tip, act in (
            (self.tr("Add dataset…"), self.tr("Choose a folder with images and masks"), self._choose),
            (
                self.tr("My corrections"),
                self.tr("Learn from the photos that you corrected by hand"),
                self.corrections_wanted.emit,
            ),
            (self.tr("Remove"), self.tr("Take the selected dataset out"), self._remove),
        ):
            buttons.addWidget(push_button(text, tip, act))
        buttons.addStretch()
        self._start = QComboBox()
        _describe(self._start, self.tr("Start from"), self.tr("Going on from a model needs far fewer photos"))
        for model in models:
            if model.installed and model.network != "onnx":
                self._start.addItem(model.title, model.name)
        self._start.addItem(self.tr("Scratch"), SCRATCH)
        self._network = QComboBox()
        _describe(self._network, self.tr("Network"), self.tr("The architecture, when training starts from scratch"))
        for value, text in _NETWORKS:
            self._network.addItem(text, value)
        self._unit = QComboBox()
        _describe(self._unit, self.tr("Unit of the length"), self.tr("Train for a time, or so often over all photos"))
        self._unit.addItem(self.tr("minutes"), "minutes")
        self._unit.addItem(self.tr("epochs"), "epochs")
        self._length = QDoubleSpinBox()
        self._length.setRange(1, 100_000)
        self._length.setDecimals(0)
        self._length.setValue(10)
        _describe(self._length, self.tr("Length"), self.tr("How long to train"))
        self._size = QComboBox()
        _describe(self._size, self.tr("Size"), self.tr("Side of the crops in pixels: larger is finer and slower"))
        for size in _SIZES:
            self._size.addItem(str(size) if size else self.tr("As the model"), size)
        self._name = QLineEdit()
        _describe(self._name, self.tr("Name"), self.tr("Name of the new model"))
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        self._problem.setAccessibleName(self.tr("What is wrong with the name"))
        self._problem.hide()
        self._lay_out(buttons)
        self._connect()

    def _lay_out(self, buttons: QHBoxLayout) -> None:
        length = QHBoxLayout()
        length.addWidget(self._length, 1)
        length.addWidget(self._unit)
        form = QFormLayout()
        form.addRow(self.tr("Start from"), self._start)
        form.addRow(self.tr("Network"), self._network)
        form.addRow(self.tr("Length"), length)
        form.addRow(self.tr("Size"), self._size)
        form.addRow(self.tr("Name"), self._name)
        form.addRow(self._problem)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._table)
        layout.addLayout(buttons)
        layout.addLayout(form)

    def _connect(self) -> None:
        self._start.currentIndexChanged.connect(self._follow_start)
        for box in (self._network, self._unit, self._size):
            box.currentIndexChanged.connect(lambda _: self.changed.emit())
        self._length.valueChanged.connect(lambda _: self.changed.emit())
        self._name.textChanged.connect(self._judge_name)
        self._follow_start()

    def add_dataset(self, folder: Path, weight: float = 1.0) -> None:
        """Add a row, and suggest a name from the first one."""
        row = self._table.rowCount()
        self._table.insertRow(row)
        self._table.setItem(row, 0, QTableWidgetItem(str(folder)))
        weights = QSpinBox()
        weights.setRange(1, 20)
        weights.setValue(round(weight))
        _describe(weights, self.tr("Weight"), self.tr("How often its photos are drawn, compared with the others"))
        weights.valueChanged.connect(lambda _: self.changed.emit())
        self._table.setCellWidget(row, 1, weights)
        if not self._name.text():
            self._name.setText(run_name_for(folder))
        self.changed.emit()

    def show_run(self, name: str, datasets: Sequence[tuple[Path, float]]) -> None:
        """Show a run that began elsewhere: its name, and what it learns from as (folder, weight)."""
        self._table.setRowCount(0)
        for folder, weight in datasets:
            self.add_dataset(folder, weight)
        self._name.setText(name)

    def problem(self) -> str:
        """Return what is wrong with the name, as it is shown; empty when nothing is."""
        return self._problem.text()

    def choose_start(self, name: str) -> None:
        """Choose a model's name, or ``SCRATCH``, in the list."""
        self._start.setCurrentIndex(self._start.findData(name))

    def choose_size(self, size: int) -> None:
        """Choose the side of the crops in pixels; 0 for the model's own."""
        self._size.setCurrentIndex(self._size.findData(size))

    def set_length(self, length: float, unit: str) -> None:
        """Set how long to train, in "minutes" or "epochs"."""
        self._unit.setCurrentIndex(self._unit.findData(unit))
        self._length.setValue(length)

    def recipe(self) -> Recipe | None:
        """Return what the form says; ``None`` while no dataset or no valid name is given."""
        datasets = tuple(self._dataset(row) for row in range(self._table.rowCount()))
        name = self._name.text().strip()
        if not datasets or not name or _name_problem(name) is not None:
            return None
        minutes = self._unit.currentData() == "minutes"
        start = str(self._start.currentData())
        return Recipe(
            datasets=datasets,
            name=name,
            start=start,
            network=str(self._network.currentData()) if start == SCRATCH else "",
            minutes=self._length.value() if minutes else None,
            epochs=None if minutes else round(self._length.value()),
            size=int(self._size.currentData()),
            device=self._device,
        )

    def _dataset(self, row: int) -> tuple[Path, float]:
        item, weights = self._table.item(row, 0), self._table.cellWidget(row, 1)
        weight = float(weights.value()) if isinstance(weights, QSpinBox) else 1.0
        return Path(item.text() if item else ""), weight

    def _judge_name(self, text: str) -> None:
        problem = _name_problem(text.strip()) if text.strip() else None
        self._problem.setText(sentence(problem) if problem else "")
        self._problem.setVisible(problem is not None)
        self.changed.emit()

    def _follow_start(self) -> None:
        self._network.setEnabled(self._start.currentData() == SCRATCH)
        self.changed.emit()

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a dataset"))
        if chosen:
            self.add_dataset(Path(chosen))

    def _remove(self) -> None:
        self._table.removeRow(self._table.currentRow())
        self.changed.emit()


def _name_problem(name: str) -> KirieError | None:
    try:
        check_run_name(name)
    except KirieError as error:
        return error
    return None


def _describe(widget: QWidget, name: str, tip: str) -> None:
    widget.setAccessibleName(name)
    widget.setToolTip(tip)
