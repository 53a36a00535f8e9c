"""What every control owes to screen readers, to people who hover, and to tests."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLineEdit, QWidget


def describe(widget: QWidget, name: str, label: str, tip: str) -> None:
    """Give a control its object name, accessible name and tooltip, and those to the line it is typed into."""
    widget.setObjectName(name)
    for part in (widget, *widget.findChildren(QLineEdit)):
        part.setAccessibleName(label)
        part.setToolTip(tip)


class _QuietWheel(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def keep_wheel_for_scrolling(widget: QWidget) -> None:
    """Let a wheel over a control without the focus scroll what is around it, and change no value by accident."""
    if widget.focusPolicy() == Qt.FocusPolicy.WheelFocus:
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_QuietWheel(widget))
