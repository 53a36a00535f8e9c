"""How large a window may be on the screen that it opens on."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

FRAME = QSize(4, 40)
"""What the frame of a window takes at most, in pixels."""


def fitting(size: QSize, window: QWidget) -> QSize:
    """Return ``size``, or as much of it as the screen of ``window`` has room for beside panels and the frame."""
    return size.boundedTo(window.screen().availableGeometry().size() - FRAME)
