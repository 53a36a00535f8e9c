"""What one row of the menus' tables holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.main_window import MainWindow
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
    BATCH = "batch"
    """A batch that is at work or held."""


@dataclass(frozen=True)
class ActionRow:
    """One action: ``id``, source texts of its name and tooltip, what it does to the window, its keys and its icon.

    ``needs`` is what must be there, ``None`` for actions that are always possible. ``group`` makes it one of several
    choices, and ``checked`` tells from the workspace whether it is the present one.
    """

    id: str
    text: str
    tip: str
    do: Callable[[MainWindow], object]
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
