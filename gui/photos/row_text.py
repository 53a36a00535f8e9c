"""What the list says about a photo, in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from gui.look.error_text import row_sentence
from gui.look.translation import QT_TRANSLATE_NOOP
from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.order import Filter, Sort

_STATES = {
    PhotoState.WAITING: QT_TRANSLATE_NOOP("Photos", "waiting"),
    PhotoState.CUTTING: QT_TRANSLATE_NOOP("Photos", "cutting…"),
    PhotoState.DONE: QT_TRANSLATE_NOOP("Photos", "done"),
    PhotoState.NO_SUBJECT: QT_TRANSLATE_NOOP("Photos", "no subject found"),
    PhotoState.FAILED: QT_TRANSLATE_NOOP("Photos", "failed"),
    PhotoState.SKIPPED: QT_TRANSLATE_NOOP("Photos", "skipped, the file is there already"),
    PhotoState.MISSING: QT_TRANSLATE_NOOP("Photos", "the file is no longer there"),
}
_SORTS = {
    Sort.ADDED: QT_TRANSLATE_NOOP("Photos", "As added"),
    Sort.NAME: QT_TRANSLATE_NOOP("Photos", "By name"),
    Sort.STATE: QT_TRANSLATE_NOOP("Photos", "By state"),
    Sort.DOUBT: QT_TRANSLATE_NOOP("Photos", "Wants a look first"),
}
_FILTERS = {
    Filter.ALL: QT_TRANSLATE_NOOP("Photos", "All"),
    Filter.WAITING: QT_TRANSLATE_NOOP("Photos", "Waiting"),
    Filter.DONE: QT_TRANSLATE_NOOP("Photos", "Done"),
    Filter.DOUBTFUL: QT_TRANSLATE_NOOP("Photos", "Wants a look"),
    Filter.NO_SUBJECT: QT_TRANSLATE_NOOP("Photos", "No subject"),
    Filter.FAILED: QT_TRANSLATE_NOOP("Photos", "Failed"),
    Filter.SKIPPED: QT_TRANSLATE_NOOP("Photos", "Skipped"),
}


def _translate(text: str) -> str:
    return QCoreApplication.translate("Photos", text)


def sort_text(sort: Sort) -> str:
    """Return the name of an order."""
    return _translate(_SORTS[sort])


def filter_text(shown: Filter) -> str:
    """Return the name of a filter."""
    return _translate(_FILTERS[shown])


def state_text(entry: PhotoEntry) -> str:
    """Return the second line of a row: the state, or what went wrong."""
    if entry.state is PhotoState.FAILED and entry.error is not None:
        return row_sentence(entry.error)
    text = _translate(_STATES[entry.state])
    if entry.state is PhotoState.DONE and entry.damaged:
        return _translate(QT_TRANSLATE_NOOP("Photos", "done, wants a look: the file is damaged"))
    if entry.state is PhotoState.DONE and entry.doubtful:
        return _translate(QT_TRANSLATE_NOOP("Photos", "done, wants a look"))
    return text


def size_text(entry: PhotoEntry) -> str:
    """Return width and height, or nothing while they are unknown."""
    return f"{entry.size[0]} × {entry.size[1]}" if entry.size else ""


def row_text(entry: PhotoEntry) -> str:
    """Return a whole row as one sentence, for the tooltip and for screen readers."""
    parts = [entry.path.name, size_text(entry), state_text(entry)]
    if entry.settings is not None:
        parts.append(_translate(QT_TRANSLATE_NOOP("Photos", "has its own settings")))
    if entry.corrected:
        parts.append(_translate(QT_TRANSLATE_NOOP("Photos", "corrected by hand")))
    return " · ".join(part for part in parts if part)
