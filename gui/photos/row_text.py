"""What the list says about a photo, in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from gui.look.error_text import row_sentence
from gui.look.translation import QT_TRANSLATE_NOOP
from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.order import Filter, Sort
from matting.alpha.doubt_limit import Reason

_STATES = {
    PhotoState.WAITING: QT_TRANSLATE_NOOP("Photos", "ready"),
    PhotoState.CUTTING: QT_TRANSLATE_NOOP("Photos", "exporting…"),
    PhotoState.DONE: QT_TRANSLATE_NOOP("Photos", "exported"),
    PhotoState.NO_SUBJECT: QT_TRANSLATE_NOOP("Photos", "no subject found"),
    PhotoState.FAILED: QT_TRANSLATE_NOOP("Photos", "failed"),
    PhotoState.SKIPPED: QT_TRANSLATE_NOOP("Photos", "skipped, the file is there already"),
    PhotoState.MISSING: QT_TRANSLATE_NOOP("Photos", "the file is no longer there"),
}
_WANTS_A_LOOK = {
    None: QT_TRANSLATE_NOOP("Photos", "wants a look: file damaged"),
    Reason.NOTHING: QT_TRANSLATE_NOOP("Photos", "wants a look: nothing found"),
    Reason.EDGE: QT_TRANSLATE_NOOP("Photos", "wants a look: edge unsure"),
    Reason.PATCH: QT_TRANSLATE_NOOP("Photos", "wants a look: part unsure"),
    Reason.PARTS: QT_TRANSLATE_NOOP("Photos", "wants a look: several parts"),
    Reason.BORDER: QT_TRANSLATE_NOOP("Photos", "wants a look: at the border"),
}
_SORTS = {
    Sort.ADDED: QT_TRANSLATE_NOOP("Photos", "As added"),
    Sort.NAME: QT_TRANSLATE_NOOP("Photos", "By name"),
    Sort.STATE: QT_TRANSLATE_NOOP("Photos", "By state"),
    Sort.DOUBT: QT_TRANSLATE_NOOP("Photos", "Wants a look first"),
}
_FILTERS = {
    Filter.ALL: QT_TRANSLATE_NOOP("Photos", "All"),
    Filter.DOUBTFUL: QT_TRANSLATE_NOOP("Photos", "To review"),
    Filter.FAILED: QT_TRANSLATE_NOOP("Photos", "Failed"),
}


def _translate(text: str) -> str:
    return QCoreApplication.translate("Photos", text)


def sort_text(sort: Sort) -> str:
    """Return the name of an order."""
    return _translate(_SORTS[sort])


def filter_text(shown: Filter, count: int) -> str:
    """Return the name of a filter and how many photos it shows."""
    return f"{_translate(_FILTERS[shown])} {count}"


def state_text(entry: PhotoEntry) -> str:
    """Return the second line of a row: the state, or what went wrong."""
    if entry.state is PhotoState.FAILED and entry.error is not None:
        return row_sentence(entry.error)
    if entry.doubtful and entry.state in (PhotoState.WAITING, PhotoState.DONE):
        return _translate(_WANTS_A_LOOK[_why(entry)])
    if entry.state is not PhotoState.WAITING:
        return _translate(_STATES[entry.state])
    if entry.outputs:
        return _translate(QT_TRANSLATE_NOOP("Photos", "changed since the export"))
    if not entry.looked:
        return _translate(QT_TRANSLATE_NOOP("Photos", "looking…"))
    if entry.corrected or entry.settings is not None:
        return _translate(QT_TRANSLATE_NOOP("Photos", "edited"))
    return _translate(_STATES[entry.state])


def _why(entry: PhotoEntry) -> Reason | None:
    return None if entry.damaged else entry.reason or Reason.EDGE


def size_text(entry: PhotoEntry) -> str:
    """Return width and height, or nothing while they are unknown."""
    return f"{entry.size[0]} × {entry.size[1]}" if entry.size else ""


def row_text(entry: PhotoEntry) -> str:
    """Return a whole row as one sentence, for the tooltip and for screen readers."""
    parts = [entry.path.name, size_text(entry), state_text(entry)]
    if entry.state is PhotoState.DONE and entry.doubtful:
        parts.append(_translate(_STATES[entry.state]))
    if entry.settings is not None:
        parts.append(_translate(QT_TRANSLATE_NOOP("Photos", "has its own settings")))
    if entry.corrected:
        parts.append(_translate(QT_TRANSLATE_NOOP("Photos", "corrected by hand")))
    return " · ".join(part for part in parts if part)
