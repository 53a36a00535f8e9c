"""The models of the catalogue and the user's own: install, import, remove, read their cards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gui.look.error_text import sentence
from gui.models.chooser import listed_models
from gui.settings.model_row import ModelRow
from gui.threads.call import BackgroundCall
from matting.errors import KirieError
from matting.system import folders
from matting.system.control import Cancelled, Control
from models.catalogue.catalogue import ModelInfo, list_models, remove_model
from models.catalogue.entries import catalogue_problem
from models.catalogue.rembg import not_imported, rembg_folder
from models.download import DownloadProgress, Source, download_model


class ModelsPage(QWidget):
    """One row a model; lists, downloads, imports and removes off the GUI thread, one at a time each.

    ``source`` says where downloads come from (``models.download.Source``). ``listed()`` fires when the rows stand;
    ``models_changed()`` when a model was installed or removed, after that.
    ``said(text)`` tells a user who does not see the page what became of downloads and imports.
    """

    listed = Signal()

    models_changed = Signal()
    said = Signal(str)
    _progressed = Signal(object)

    def __init__(self, parent: QWidget | None = None, source: Callable[[], str] = lambda: "auto") -> None:
        super().__init__(parent)
        self._source = source
        self._rows: dict[str, ModelRow] = {}
        self._problem = ""
        self._calls: dict[str, tuple[BackgroundCall, Control]] = {}
        self._listing: BackgroundCall | None = None
        self._after_listing: list[Callable[[], None]] = []
        self._progressed.connect(self._show_progress)
        self._list = QVBoxLayout()
        content = QWidget()
        content.setLayout(self._list)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(content)
        scroll.setAccessibleName(self.tr("Models"))
        scroll.setToolTip(self.tr("All models that Kirie knows"))
        self._outcome = QLabel()
        self._outcome.setWordWrap(True)
        self._rembg = QPushButton()
        self._rembg.setObjectName("rembg")
        self._rembg.setAutoDefault(False)
        self._rembg.clicked.connect(self.import_from_rembg)
        buttons = QHBoxLayout()
        for text, tip, act in (
            (self.tr("Import a file…"), self.tr("Install weights that you already have"), self._choose_file),
            (self.tr("Open folder"), self.tr("Show where installed models are kept"), self._open_folder),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setAccessibleName(text)
            button.setAutoDefault(False)
            button.clicked.connect(act)
            buttons.addWidget(button)
        buttons.addWidget(self._rembg)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._outcome)
        layout.addLayout(buttons)
        self.begin()

    def begin(self) -> None:
        """Show the page as it should be when it is opened."""
        self._outcome.setText("")
        self.refresh(lambda: self._outcome.setText(self._problem))

    def refresh(self, then: Callable[[], None] = lambda: None) -> None:
        """List the models again, then call ``then``; a row whose model is as it was stays, with what it says."""
        if self._listing is not None:
            self._listing.abandon()
        self._after_listing.append(then)
        self._listing = BackgroundCall(_list, self)
        self._listing.succeeded.connect(lambda found: self._show_list(*found))
        self._listing.failed.connect(lambda error: self._say(self._sentence(error)))
        self._listing.start()

    def _show_list(self, models: list[ModelInfo], rembg: list[Path], problem: KirieError | None) -> None:
        self._problem = sentence(problem) if problem else ""
        while self._list.takeAt(0) is not None:
            pass
        before, self._rows = self._rows, {}
        for model in models:
            row = before.get(model.name)
            if row is None or row.model != model:
                row = self._make_row(model)
            else:
                del before[model.name]
            self._rows[model.name] = row
            self._list.addWidget(row)
        self._list.addStretch()
        for row in before.values():
            row.hide()
            row.deleteLater()
        self._offer_rembg(rembg)
        after, self._after_listing = self._after_listing, []
        for act in (*after, self.listed.emit):
            act()

    def _make_row(self, model: ModelInfo) -> ModelRow:
        row = ModelRow(model)
        row.download_wanted.connect(self.download)
        row.cancel_wanted.connect(self._cancel)
        row.remove_wanted.connect(self._ask_and_remove)
        row.card_wanted.connect(self._show_card)
        return row

    def _offer_rembg(self, files: list[Path]) -> None:
        self._rembg.setVisible(bool(files))
        self._rembg.setText(self.tr("Take over from rembg ({count})").format(count=len(files)))
        self._rembg.setAccessibleName(self._rembg.text())
        self._rembg.setToolTip(
            self.tr("Install what rembg keeps in {folder}: {files}. Its own files stay as they are.").format(
                folder=rembg_folder(), files=", ".join(file.name for file in files)
            )
        )

    def download(self, name: str) -> None:
        """Start or continue a download."""
        control = Control()
        self._rows[name].show_started()

        def report(progress: object) -> None:
            self._progressed.emit(progress)

        source = Source(self._source())
        call = BackgroundCall(lambda: _download(name, control, report, source), self)
        call.succeeded.connect(lambda installed: self._after_download(name, bool(installed)))
        call.failed.connect(lambda error: self._show_failure(name, self._sentence(error)))
        self._start(f"download {name}", call, control)

    def import_file(self, file: Path) -> None:
        """Install weights from a file."""
        self._outcome.setText(self.tr("Importing {file}…").format(file=file.name))
        call = BackgroundCall(lambda: _import(file), self)
        call.succeeded.connect(self._after_import)
        call.failed.connect(lambda error: self._say(self._sentence(error)))
        self._start("import", call, Control())

    def import_from_rembg(self) -> None:
        """Install what rembg has and Kirie has not."""
        self._outcome.setText(self.tr("Importing from rembg…"))
        call = BackgroundCall(_take_over, self)
        call.succeeded.connect(self._after_rembg)
        call.failed.connect(lambda error: self._say(self._sentence(error)))
        self._start("import", call, Control())

    def outcome(self) -> str:
        """Return what the page says about the last import."""
        return self._outcome.text()

    def say_what_goes_on(self) -> None:
        """Tell the user who leaves the page which downloads do not end with it."""
        running = [key.removeprefix("download ") for key, (call, _) in self._calls.items() if call.isRunning()]
        if titles := [self._rows[name].model.title for name in running if name in self._rows]:
            self.said.emit(self.tr("Downloading {model}…").format(model=", ".join(titles)))

    def close_page(self) -> None:
        """Cancel what runs; downloads continue next time."""
        for call, control in self._calls.values():
            control.cancel()
            call.abandon()
        if self._listing is not None:
            self._listing.abandon()

    def _start(self, key: str, call: BackgroundCall, control: Control) -> None:
        running = self._calls.get(key)
        if running and running[0].isRunning():
            return
        self._calls[key] = (call, control)
        call.start()

    def _after_download(self, name: str, installed: bool) -> None:
        if installed:
            self.refresh(lambda: self._say_installed(name))
        elif row := self._rows.get(name):
            row.show_outcome(self.tr("Stopped; what has arrived is kept."), self.tr("Continue"))

    def _say_installed(self, name: str) -> None:
        if row := self._rows.get(name):
            self._tell_hidden(self.tr("{model} is installed.").format(model=row.model.title))
        self.models_changed.emit()

    def _show_progress(self, progress: DownloadProgress) -> None:
        if row := self._rows.get(progress.name):  # gone when the user took the model out of the catalogue meanwhile
            row.show_progress(progress)

    def _show_failure(self, name: str, text: str) -> None:
        if row := self._rows.get(name):
            row.show_outcome(text, self.tr("Try again"))
        self._tell_hidden(text)

    def _say(self, text: str) -> None:
        self._outcome.setText(text)
        self._tell_hidden(text)

    def _tell_hidden(self, text: str) -> None:
        if not self.isVisible():
            self.said.emit(text)

    def _after_import(self, model: object) -> None:
        self._say(self.tr("Imported {model}.").format(model=getattr(model, "title", "")))
        self.refresh(self.models_changed.emit)

    def _after_rembg(self, outcomes: list[ModelInfo | KirieError]) -> None:
        titles = [outcome.title for outcome in outcomes if isinstance(outcome, ModelInfo)]
        errors = [outcome for outcome in outcomes if isinstance(outcome, KirieError)]
        lines = [self.tr("Imported {model}.").format(model=", ".join(titles))] if titles else []
        self._say("\n".join([*lines, *map(sentence, errors)]))
        self.refresh(self.models_changed.emit)

    def _cancel(self, name: str) -> None:
        if running := self._calls.get(f"download {name}"):
            running[1].cancel()

    def _ask_and_remove(self, name: str) -> None:
        title = self._rows[name].model.title
        answer = QMessageBox.question(
            self,
            self.tr("Remove a model"),
            self.tr("Delete the weights of {model} from this computer?").format(model=title),
        )
        if answer == QMessageBox.StandardButton.Yes:
            self.remove(name)

    def remove(self, name: str) -> None:
        """Delete an installed model."""
        call = BackgroundCall(lambda: remove_model(name), self)
        call.succeeded.connect(lambda _: self.refresh(self.models_changed.emit))
        call.failed.connect(lambda error: self._rows[name].show_outcome(self._sentence(error)))
        self._start(f"remove {name}", call, Control())

    def _show_card(self, name: str) -> None:
        card = self._rows[name].model.card
        if card is None:
            return
        dialog = QDialog(self)
        dialog.setWindowTitle(self._rows[name].model.title)
        text = QTextBrowser()
        text.setMarkdown(card.read_text("utf-8"))
        text.setOpenExternalLinks(True)
        text.setAccessibleName(self.tr("Model card"))
        text.setToolTip(self.tr("Data, recipe, scores and terms"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(dialog.reject)
        layout = QVBoxLayout(dialog)
        layout.addWidget(text)
        layout.addWidget(buttons)
        dialog.resize(640, 520)
        dialog.open()

    def _choose_file(self) -> None:
        pattern = self.tr("Weights") + " (*.safetensors *.pth *.pt *.onnx)"
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Import weights"), "", pattern)
        if chosen:
            self.import_file(Path(chosen))

    def _open_folder(self) -> None:
        folder = folders.models_folder()
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _sentence(self, error: object) -> str:
        if isinstance(error, KirieError):
            return sentence(error)
        return self.tr("Something went wrong inside Kirie; the log tells more.")


def _list() -> tuple[list[ModelInfo], list[Path], KirieError | None]:
    """Return the models, rembg's files that are not among them, and what is wrong with the user's own catalogue."""
    models = listed_models()
    return models, not_imported(models), catalogue_problem()


def _download(name: str, control: Control, report: object, source: Source) -> bool:
    """Tell whether the model is installed now; ``False`` when the user cancelled."""
    try:
        download_model(name, control=control, on_progress=report, source=source)  # type: ignore[arg-type]
    except Cancelled:
        return False
    return True


def _import(file: Path) -> ModelInfo:
    from models.catalogue.import_model import import_model  # loads torch

    return import_model(file)


def _take_over() -> list[ModelInfo | KirieError]:
    """Import what rembg has and Kirie has not; of each file the model, or why none came of it."""
    from models.catalogue.import_model import take_over  # loads torch

    return list(take_over(not_imported(list_models())))
