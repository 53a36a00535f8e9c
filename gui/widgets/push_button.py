"""A button with words, as dialogs have them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton


def push_button(text: str, tip: str, act: Callable[[], object]) -> QPushButton:
    """Return a button that does ``act`` when it is pressed, and not when Enter is pressed elsewhere in its dialog."""
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: act())
    return button
