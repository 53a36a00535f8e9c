"""The window: builds the parts around the workspace, lays them out, and connects them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QListView,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

import resources
from gui.actions.actions import Actions
from gui.actions.row import Need
from gui.batch.bar import BatchBar
from gui.batch.controller import BatchController, ask_before_closing
from gui.batch.runner import BatchRunner
from gui.canvas.bar import CanvasBar
from gui.canvas.canvas import Canvas
from gui.canvas.tool_strip import ToolStrip
from gui.current.clipboard_and_drag import ClipboardAndDrag
from gui.current.controller import CurrentPhoto, Workers
from gui.current.export_as import ExportAs
from gui.current.marks_files import MarksFiles
from gui.current.mask_file import MaskFile
from gui.current.vessel_figures import VesselFigures, VesselMeasuring
from gui.dialogs.dialogs import Dialogs
from gui.inspector.controller import InspectorController
from gui.inspector.inspector import Inspector
from gui.inspector.offer import ModelOffer
from gui.look.error_text import phrase_text
from gui.look.icons import application_icon
from gui.look.theme import Theme, apply_theme
from gui.models.chooser import ModelChooser
from gui.models.downloads import ModelDownloads
from gui.one_window import Claim
from gui.photos.empty import EmptyState
from gui.photos.first_looks import FirstLooks
from gui.photos.grid import PhotoGrid
from gui.photos.intake import Intake
from gui.photos.list_actions import ListActions
from gui.photos.list_model import PhotoListModel
from gui.photos.mass_changes import MassChanges
from gui.photos.mime import can_take, paths_in
from gui.photos.panel import PhotoPanel
from gui.photos.thumbnails import Thumbnails
from gui.settings.output_defaults import OUTPUT_KEYS, output_defaults
from gui.settings.table import Settings
from gui.threads.full_size import FullSize
from gui.threads.looking import Looking
from gui.threads.map_cache import SmallMaps
from gui.threads.maps import MapService
from gui.threads.predicting import Load, PredictingThread
from gui.threads.preview import Preview
from gui.threads.selecting import Selecting
from gui.training.launcher import Training
from gui.watch.controller import WatchController
from gui.watch.line import WatchLine
from gui.watch.runner import WatchRunner
from gui.widgets.notice import Notice
from gui.widgets.toast import Toast
from gui.window_place import keep_place, restore_place
from gui.workspace.change import Change, Part
from gui.workspace.entry import NOT_READ
from gui.workspace.presets import move_old_presets
from gui.workspace.saver import WorkspaceSaver
from gui.workspace.workspace import Workspace
from gui.workspace.workspace_file import workspace_file
from matting.errors import DiskFull, WriteError
from matting.phrases import Phrase
from matting.settings import Mode
from matting.system import folders


class MainWindow(QMainWindow):
    """Everything a user sees. ``load`` makes a predictor from a model's name; ``begin`` starts the slow parts.

    ``claim`` says what may be kept in Kirie's home; without one it is everything.
    """

    # What the tables of actions reach for.
    workspace: Workspace
    panel: PhotoPanel
    canvas: Canvas
    chooser: ModelChooser
    list_actions: ListActions
    batch: BatchController
    clipboard: ClipboardAndDrag
    export_as: ExportAs
    marks_files: MarksFiles
    mask_file: MaskFile
    dialogs: Dialogs
    training: Training
    watch: WatchController

    def __init__(self, settings: Settings, load: Load, claim: Claim | None = None) -> None:
        super().__init__()
        self.setWindowTitle("Kirie")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self.settings = settings
        self._closing = self._in_grid = False
        self._question: QMessageBox | None = None
        self._keeps = claim is None or claim.owned
        self.actions_ = Actions(self)
        self._build_parts(settings, load)
        self._lay_out()
        self._connect()
        restore_place(self, self._splitter, self.inspector, self.settings.store)
        self._allow()
        self._say_what_is_kept(claim.error if claim else None)

    def take_over(self, photos: list[Path]) -> None:
        """Come to the front with the photos of another start."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized | Qt.WindowState.WindowActive)
        self.show()
        self.raise_()
        self.activateWindow()
        if photos:
            self.list_actions.add(photos)

    def toggle_grid(self) -> None:
        """Show all photos side by side in place of the one looked at, or that one again."""
        self._in_grid = not self._in_grid
        self._allow()
        if self._in_grid:
            self._grid.begin()

    def begin(self) -> None:
        """Start what the first picture of the window need not wait for: the last workspace, then models and torch."""
        self.saver.restore()
        move_old_presets(self.settings.store)
        self.clipboard.tidy()

    # -- building -----------------------------------------------------------------------------------------------

    def _build_parts(self, settings: Settings, load: Load) -> None:
        actions = self.actions_
        # First the workspace and its list: who subscribes earlier is told earlier, and views need their rows first.
        workspace = self.workspace = Workspace(output_defaults(settings))
        self.photos = PhotoListModel(workspace, self)
        small = SmallMaps()
        self._thumbnails = Thumbnails(small, self)
        self._intake = Intake(lambda: workspace.output.folder, self)
        self._predicting = PredictingThread(load)
        maps = MapService(self._predicting, self)
        self._workers = Workers(maps, Selecting(small, self), Preview(self), FullSize(self))
        self._workers.selecting.kept.connect(self._thumbnails.renew)
        self._watching = WatchRunner(self._predicting, self)
        self._runner = BatchRunner(self._predicting, self._watching.turns.batch, self)
        self._looking = Looking(self._predicting, small, self)
        self._first_looks = FirstLooks(workspace, self._looking, lambda: self._runner.running, self)
        adding, above = [actions["add_photos"], actions["add_folder"]], [actions["grid"]]
        watch_line = WatchLine()
        self.panel = PhotoPanel(self.photos, self._thumbnails, adding, above, watch_line)
        self._grid = PhotoGrid(self.panel.view, self._thumbnails)
        self.canvas = Canvas()
        self._tools = ToolStrip(actions, self.canvas, settings.store)
        self.inspector = Inspector()
        self.bar = BatchBar()
        buttons = ["add_photos", "add_folder", *(["samples"] if resources.SAMPLES.is_dir() else [])]
        self._empty = EmptyState([actions[name] for name in buttons])
        self.current = CurrentPhoto(workspace, self._workers, self.canvas, self)
        self.current.framed.connect(self.inspector.set_frame)
        self._figures = VesselFigures()
        self._measuring = VesselMeasuring(workspace, self.current, self._workers.full, self._figures, self)
        self._inspecting = InspectorController(workspace, self.inspector, self)
        self.chooser = ModelChooser(workspace, self._workers.maps, self)
        self.list_actions = ListActions(workspace, self.panel.view, self._intake, self)
        self.batch = BatchController(workspace, self._runner, self.bar, settings, self)
        self.watch = WatchController(workspace, self._watching, watch_line, settings, self)
        self.clipboard = ClipboardAndDrag(self.current, self._workers.full, self)
        self.export_as = ExportAs(workspace, self.current, self._workers.full, self)
        self.marks_files = MarksFiles(workspace, self)
        self.mask_file = MaskFile(workspace, self)
        self._downloads = ModelDownloads(lambda: settings.text("models/source"), self)
        self._offer = ModelOffer(self.chooser, self._downloads, settings, self.inspector.offer, self)
        self.dialogs = Dialogs(self, actions, settings, self.chooser, self._downloads)
        self.training = Training(self, workspace, self._predicting, settings)
        self.saver = WorkspaceSaver(workspace, workspace_file() if self._keeps else None, self)
        self._notice = Notice(self.tr("What is not kept"))
        self._mass_changes = MassChanges(workspace, Toast(self), self)

    def _lay_out(self) -> None:
        self.actions_.fill(self.menuBar())
        self._desk = QWidget()
        desk = QGridLayout(self._desk)
        desk.setContentsMargins(0, 0, 0, 0)
        desk.setSpacing(0)
        desk.addWidget(self._tools, 0, 0, 2, 1)
        desk.addWidget(self.canvas, 0, 1)
        desk.addWidget(self._figures, 1, 1)
        desk.setRowStretch(0, 1)
        desk.setColumnStretch(1, 1)
        self._middle = QStackedWidget()
        self._middle.addWidget(self._empty)
        self._middle.addWidget(self._desk)
        self._middle.addWidget(self._grid)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setObjectName("columns")
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        middle = QWidget()
        stack = QVBoxLayout(middle)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(CanvasBar(self.actions_, self.canvas))
        stack.addWidget(self._middle, 1)
        for part in (self.panel, middle, self.inspector):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        self.panel.setMinimumWidth(240)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._notice)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.bar)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        workspace, view, inspector = self.workspace, self.panel.view, self.inspector
        self.actions_.connect(self)
        # Enter belongs to buttons and fields elsewhere.
        self.actions_["fine"].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        view.addAction(self.actions_["fine"])
        self._grid.addAction(self.actions_["fine"])
        self.canvas.addAction(self.actions_["fine"])
        view.selectionModel().selectionChanged.connect(self._allow)
        for rows in (view, self._grid):
            rows.customContextMenuRequested.connect(partial(self._show_list_menu, rows))
        self._grid.doubleClicked.connect(self.toggle_grid)
        inspector.models_wanted.connect(self.dialogs.models)
        inspector.model_changed.connect(self.chooser.choose)
        inspector.apply_to_selected_requested.connect(lambda: workspace.apply_to(view.selected_paths()))
        inspector.size_shown.connect(self.current.show_size)
        inspector.brush_changed.connect(self.canvas.set_brush)
        self.canvas.brush_changed.connect(inspector.set_brush)
        inspector.set_brush(self.canvas.brush)
        self.canvas.drag_out_requested.connect(self.clipboard.drag)
        self.canvas.stepped.connect(self.list_actions.step)
        self.bar.open_clicked.connect(self.list_actions.open_output)
        self.bar.shown_clicked.connect(self.panel.show_only)
        self.bar.destination_clicked.connect(inspector.open_export)
        speaking = (self.saver, self.list_actions, self.clipboard, self.marks_files, self.mask_file, self.chooser)
        for source in (*speaking, self.export_as, self._offer, self.dialogs, self.watch, self.training):
            source.said.connect(self.bar.show_message)
        # Not before: importing torch holds the interpreter, and with it the window's first picture and its list.
        self.saver.restored.connect(self._predicting.start)
        self.saver.restored.connect(self.chooser.begin)
        if self._keeps:  # one window watches; and the pictures of a list that is open elsewhere are not ours to delete
            self.saver.restored.connect(self.watch.begin)
            self.saver.restored.connect(lambda: self._intake.tidy([entry.path for entry in workspace.photos]))
        self.saver.saved.connect(self._say_what_is_kept)
        self.training.model_made.connect(self.chooser.adopt)
        self.training.try_wanted.connect(self.current.try_model)
        self.saver.restored.connect(self.training.begin)
        self.chooser.offered.connect(inspector.set_models)
        self.chooser.offered.connect(self._say_no_model)
        self.chooser.model_replaced.connect(self.current.ask_again)
        self.chooser.device_changed.connect(self.bar.show_device)
        self.batch.changed.connect(self._allow)
        self.batch.changed.connect(self._first_looks.go_on)
        self.batch.changed.connect(self._close_if_asked)
        self.watch.changed.connect(self._allow)
        self.watch.shown_wanted.connect(self.panel.show_only)
        self.settings.changed.connect(self._follow_setting)
        workspace.subscribe(self._follow)

    # -- following ----------------------------------------------------------------------------------------------

    def _follow(self, change: Change) -> None:
        if change.has(Part.ROWS, Part.LOOKED_AT, Part.SETTINGS, Part.OUTPUT) or change.replaced:
            self._allow()
        if change.has(Part.VIEW, Part.MODEL):
            self.actions_.check(self.workspace)
        if change.has(Part.MODEL):
            self._tools.set_mode(self.workspace.mode)
            self._allow()

    def _allow(self) -> None:
        exists = {
            Need.PHOTOS: len(self.workspace.photos) > 0,
            Need.PHOTO: self.workspace.current is not None,
            Need.SELECTION: self.panel.view.selectionModel().hasSelection(),
            Need.STEP: self.workspace.can_undo,
            Need.STEP_BACK: self.workspace.can_redo,
            Need.FAILED: self.workspace.photos.count(NOT_READ) > 0,
            Need.THINGS: self.workspace.mode is Mode.CUTOUT,
            Need.BATCH: self.batch.running,
            Need.WATCHED: self.watch.watching,
        }
        self.actions_.allow({need for need, there in exists.items() if there})
        self.inspector.set_scope(len(self.workspace.photos), self.panel.view.selected_count())
        page = self._empty if not exists[Need.PHOTOS] else self._grid if self._in_grid else self._desk
        self._middle.setCurrentWidget(page)

    def _say_no_model(self, _offered: object, name: str) -> None:
        if not name and self.workspace.mode is Mode.VESSEL:
            self.canvas.set_message(self.tr("No vessel model is installed. Import one under Tools, Settings, Models."))
        elif not name:
            self.canvas.set_message(self.tr("No model is installed. Get one under Tools, Settings, Models."))

    def _say_what_is_kept(self, error: WriteError | None) -> None:
        if not self._keeps:
            self._notice.say(
                self.tr(
                    "Your list is open in another Kirie window that cannot be reached from here. "
                    "Everything works, but the list of this window is not kept."
                )
            )
        elif isinstance(error, DiskFull):
            self._notice.say(self.tr("The list of photos is not being kept: the disk is full. Free some space."))
        elif error is not None:
            text = self.tr(
                "The list of photos and the settings are not kept: Kirie cannot write to its own folder "
                "{folder} ({reason}). Everything else works."
            )
            reason = error.facts["reason"]
            assert isinstance(reason, Phrase)
            self._notice.say(text.format(folder=folders.home(), reason=phrase_text(reason)))
        else:
            self._notice.say("")

    def _follow_setting(self, key: str) -> None:
        if key.startswith("device/"):
            self._workers.maps.forget()
            self.current.ask_again()
            self.chooser.refresh()
        elif key in OUTPUT_KEYS:
            self.workspace.use_defaults(output_defaults(self.settings))
        elif key == "program/theme":
            apply_theme(Theme(self.settings.text(key)))

    def _show_list_menu(self, rows: QListView, at: QPoint) -> None:
        menu = QMenu(self)
        for name in ("start_selected", "export_as", "retry", "reveal", "copy", "apply_all", "select_all", "remove"):
            menu.addAction(self.actions_[name])
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(rows.viewport().mapToGlobal(at))

    # -- Qt's events --------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take whatever holds photos."""
        if can_take(event.mimeData()):
            _accept_copy(event)
            self._empty.set_hot(True)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Say to the other program what a drop would do."""
        _accept_copy(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: ARG002
        """Forget a drag that goes elsewhere."""
        self._empty.set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        self._empty.set_hot(False)
        _accept_copy(event)
        mime = event.mimeData()
        if self.canvas.rect().contains(self.canvas.mapFrom(self, event.position().toPoint())):
            # What is dropped belongs to the source: it does not outlive this call.
            paths = paths_in(mime)
            if len(paths) == 1:
                self.mask_file.take_dropped(paths, lambda: self.list_actions.add(paths))
                return
        self.list_actions.take(mime)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask while a batch runs; then keep everything and end all threads."""
        if self.batch.running:
            event.ignore()
            if not self._closing and self._question is None:
                self._question = ask_before_closing(self, self._close_after_photo)
                self._question.finished.connect(self._forget_question)
            return
        if not self.training.close():
            event.ignore()
            return
        keep_place(self, self._splitter, self.inspector, self.settings.store)
        self.settings.sync()
        self.hide()  # what follows may wait for a prediction in progress
        self.saver.close()
        for part in (self._intake, self._thumbnails, self.clipboard, self.marks_files, self.mask_file, self.dialogs):
            part.close()
        self._downloads.close()
        self.chooser.close()
        self._watching.close()
        self._runner.close()
        self._looking.close()
        self._predicting.close()
        self._workers.close()
        event.accept()

    def _close_after_photo(self) -> None:
        self._closing = True
        if self.batch.running:
            self.batch.wind_down()
        else:
            QTimer.singleShot(0, self, self.close)  # once the question has gone

    def _close_if_asked(self) -> None:
        if self.batch.running:
            return
        if self._question is not None:
            self._question.reject()  # nothing is left to ask
        if self._closing:
            self.close()

    def _forget_question(self) -> None:
        self._question = None


def _accept_copy(event: QDropEvent) -> None:
    """Accept a copy, whatever the other program proposes: after a move it would delete the photos."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
