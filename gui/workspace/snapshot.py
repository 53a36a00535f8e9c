"""The whole workspace as a value: what its file holds, and what a saving thread is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gui.canvas.view import View
from gui.workspace.entry import PhotoEntry
from gui.workspace.kept_work import Kept
from gui.workspace.order import Filter, Sort
from matting.settings import CutSettings, Mode, OutputSettings


@dataclass(frozen=True)
class Snapshot:
    """``settings`` are those shared by all photos without their own. ``output`` is ``None`` until it is known.

    ``by_hand`` names the fields of ``output`` that the user set in the window. ``models`` holds the model chosen for
    each mode. ``default_threshold`` is the one that suits the model in use.
    ``kept`` is what was made of photos that went (``KeptWork``).
    """

    entries: tuple[PhotoEntry, ...] = ()
    settings: CutSettings = field(default_factory=CutSettings)
    default_threshold: float = CutSettings.threshold
    output: OutputSettings | None = None
    by_hand: frozenset[str] = frozenset()
    mode: Mode = Mode.CUTOUT
    models: Mapping[Mode, str] = field(default_factory=dict)
    looked_at: Path | None = None
    view: View = View.CUTOUT
    sort: Sort = Sort.ADDED
    shown: Filter = Filter.ALL
    kept: Kept = field(default_factory=dict)
