"""What one row of the menus' tables holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gui.batch.controller import BatchController
    from gui.canvas.canvas import Canvas
    from gui.current.clipboard_and_drag import ClipboardAndDrag
    from gui.current.export_as import ExportAs
    from gui.current.marks_files import MarksFiles
    from gui.current.mask_file import MaskFile
    from gui.models.chooser import ModelChooser
    from gui.photos.list_actions import ListActions
    from gui.photos.panel import PhotoPanel
    from gui.training.launcher import Training
    from gui.watch.controller import WatchController
    from gui.workspace.workspace import Workspace


class Need(Enum):
    """What must be there for an action to be possible."""

    PHOTOS = "photos"
    """Any photo in the list."""
    PHOTO = "photo"
    """A photo that is looked at."""
    SELECTION = "selection"
    """Photos that are selected in the list."""
    STEP = "step"
    """A step of painting to take back."""
    STEP_BACK = "step back"
    """A step that was taken back."""
    FAILED = "failed"
    """Photos that failed."""
    THINGS = "things"
    """Things that can be pointed at: cutouts are made, not masks of vessels."""
    BATCH = "batch"
    """A batch that is at work or held."""
    WATCHED = "watched"
    """A folder that is watched."""


class OpensDialogs(Protocol):
    """The dialogs that menus open; their owner needs the actions itself, for the sheet of shortcuts."""

    def settings(self) -> object:
        """Open the settings."""

    def shortcuts(self) -> object:
        """Open the sheet of shortcuts."""

    def log(self) -> object:
        """Open the log."""

    def about(self) -> object:
        """Open what Kirie is and what it is made of."""


class Window(Protocol):
    """What actions do something to: the parts of the main window."""

    workspace: Workspace
    batch: BatchController
    canvas: Canvas
    chooser: ModelChooser
    clipboard: ClipboardAndDrag
    export_as: ExportAs
    list_actions: ListActions
    marks_files: MarksFiles
    mask_file: MaskFile
    panel: PhotoPanel
    training: Training
    watch: WatchController

    @property
    def dialogs(self) -> OpensDialogs:
        """What opens dialogs."""

    def toggle_grid(self) -> None:
        """Show all photos side by side, or the one looked at again."""

    def close(self) -> bool:
        """Close the window."""


@dataclass(frozen=True)
class ActionRow:
    """One action: ``id``, source texts of its name and tooltip, what it does to the window, its keys and its icon.

    ``needs`` is what must be there, ``None`` for actions that are always possible. ``group`` makes it one of several
    choices, and ``checked`` tells from the workspace whether it is the present one.
    """

    id: str
    text: str
    tip: str
    do: Callable[[Window], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: Need | None = None
    group: str = ""
    checked: Callable[[Workspace], bool] | None = None


@dataclass(frozen=True)
class MenuTable:
    """One menu; ``None`` among the rows is a separator."""

    title: str
    rows: tuple[ActionRow | None, ...]
